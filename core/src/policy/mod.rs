//! Pure rules: no store, no clock, no text of the wire.

mod audience;
mod authorize;
mod browser_fence;
mod grants;
mod next_step;
mod scope;

pub use audience::{granted, granted_audience, live_audience, named_audience, reach};
pub use authorize::{is_known, is_proven, judge_request, redirect_uri_of};
pub use browser_fence::may_pass;
pub use grants::{
    demands_proof, id_token_alg, may_act_alone, may_introspect, may_use, offers, takes_proofs,
    takes_pushed,
};
pub use next_step::{Step, Visit, next_step};
pub use scope::without_user;

#[cfg(test)]
mod tests;
