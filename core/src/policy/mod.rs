//! Pure rules: no store, no clock, no text of the wire.

mod audience;
mod authorize;
mod browser_fence;
mod grants;
mod next_step;
mod scope;

pub use audience::{audience_of, demand_audience};
pub use authorize::{is_proven, judge_request, redirect_uri_of};
pub use browser_fence::may_pass;
pub use grants::{id_token_alg, may_introspect, may_use, offers};
pub use next_step::{Step, Visit, next_step};
pub use scope::{granted_scope, live_scope, narrowed_scope};

#[cfg(test)]
mod tests;
