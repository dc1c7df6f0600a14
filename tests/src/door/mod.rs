//! Cases for drivers that host an application, which looks as if it had existed before:
//!
//! | route | answer |
//! | --- | --- |
//! | `GET /hello` | `hello` |
//! | `GET /state` | `kept`, out of the application's own state |
//! | `GET /.well-known/security.txt` | `Contact: mailto:security@example.com` |
//! | `GET /oauth/about` | `about us` |
//! | anything else | 404 `the host knows no such page` |
//! | `GET /me`, guarded by [`crate::Guards::acme`] | the subject |
//! | `GET /offline`, guarded by [`crate::Guards::offline`] | the subject |
//! | `GET /write`, guarded by `acme`, with `access.require("write")?` | `written` |
//! | `GET /api/{tenant}/me`, guarded by [`crate::Guards::path`] | tenant, subject, client and scope, with spaces between |
//! | `GET /anyone`, guarded by [`crate::Guards::any`] | tenant and subject, with a space between |
//! | `GET /elsewhere`, guarded by `path`, whose pattern it does not match | never: the guard says 500 |
//!
//! Every other answer is 200 with that text as its whole body; content types are the framework's.
//! What a guard turns away is answered by [`grantry::Denied::response`], untouched. [`reference()`] is
//! the whole application in fifty lines without a framework; `tests/tests/suite/drivers` and
//! `examples/poem` have it in four.
//!
//! To build it in yours:
//!
//! - The routes above are the framework's own, put together as its users do it, and the adapter is
//!   mounted beside them in the way that its documentation shows. Nothing is served by hand that the
//!   framework would serve: whether it leaves the host alone is what [`host`] tries.
//! - The 404 is the framework's fallback, for every path and **every method**, also below
//!   `/oauth/…`. If your adapter needs a fallback itself, these cases show that it takes the host's.
//! - The guards come out of the [`World`](crate::World) that the driver is given, each lent to its
//!   routes in the way that the adapter documents (state, application data, a filter). There are
//!   four of them because a real host may have several: a guard that is found by its type alone, once
//!   for the whole application, is not enough.
//! - The subject and so on are what the extractor gave: [`grantry::Access::subject`] and its like.
//! - `/hello` takes no notice of the request's query, headers and body.

pub mod described;
pub mod ended;
pub mod foreign;
pub mod forged_claims;
pub mod forgeries;
pub mod guarded_tenants;
pub mod guards;
pub mod host;
pub mod possession;
mod reference;

pub use reference::reference;
