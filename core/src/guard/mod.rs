//! Guards: what a route of the host asks before it answers.

mod access;
mod bearer;
mod builder;
mod check;
mod denied;
mod introspect;
mod stands;
mod tenants;

pub use access::Access;
pub use bearer::bearer_token;
pub use builder::GuardBuilder;
pub use check::Guard;
pub use denied::{Denial, Denied};
pub use introspect::{Introspected, introspect};
