//! Guards: what a route of the host asks before it answers.

mod access;
mod api;
mod audiences;
mod bearer;
mod builder;
mod check;
mod denied;
mod elsewhere;
mod introspect;
mod possession;
mod stands;
mod tenants;
mod used;

pub use access::Access;
pub use bearer::{Scheme, bearer_token, shown_token};
pub use builder::GuardBuilder;
pub use check::Guard;
pub use denied::{Denial, Denied};
pub use introspect::{Introspected, introspect};
pub use possession::Shown;
