//! Pure rules: no store, no clock, no text of the wire.

mod audience;
mod browser_fence;
mod grants;
mod scope;

pub use audience::audience_of;
pub use browser_fence::may_pass;
pub use grants::{may_use, offers};
pub use scope::{granted_scope, live_scope, narrowed_scope};

#[cfg(test)]
mod tests;
