//! Who is signed in, in which browser.

mod begin;
mod end;
mod find;
mod former;

pub use begin::{begin, prepare};
pub use end::{end, replace};
pub use find::{Found, find, touch};
pub use former::{Former, former};
