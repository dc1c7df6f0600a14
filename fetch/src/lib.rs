#![doc = include_str!("../README.md")]

mod builder;
mod document;
mod fetcher;
mod places;
mod resolve;
mod roots;

pub use builder::{BuildError, FetcherBuilder};
pub use fetcher::Fetcher;
pub use resolve::{Resolve, SystemResolver};
