//! Who is signed in, in which browser.

mod begin;
mod end;
mod find;

pub use begin::{begin, prepare};
pub use end::{end, replace};
pub use find::{Found, find, touch};
