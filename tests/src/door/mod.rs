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
//! | `GET /elsewhere`, guarded by `path`, whose pattern it does not match | – |

pub mod ended;
pub mod foreign;
pub mod forged_claims;
pub mod forgeries;
pub mod guarded_tenants;
pub mod guards;
pub mod host;
