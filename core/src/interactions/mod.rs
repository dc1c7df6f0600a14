//! A client waits while its user answers pages: what was asked, and how far the user is.
//!
//! A request is parked as a row whose version is the step that the user is at. A handle names the row and
//! the step, so each page can be answered once; it counts in the browser that began alone, which keeps a
//! cookie for that. Nothing that a page sends back says what was asked: that stands in the row (AZ-18).

mod begin;
mod encode;
mod find;
mod host;
#[cfg(test)]
mod props;
mod pushed;
mod row;
mod step;

pub use begin::{Begun, Parking, browser, new_browser, park};
pub use find::{Shown, find};
pub use host::{InteractionInfo, ResumeError, info, parse_host_handle, refuse, resume};
pub use pushed::{open, push, use_up};
pub use row::{Interaction, Progress, Pushed};
pub use step::{Where, of, where_is};
