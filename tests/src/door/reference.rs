//! The host application without a framework: the one that every other must look like.

use std::future::{Ready, ready};

use async_trait::async_trait;
use bytes::Bytes;
use grantry::{Access, Denied};
use http::{Request, Response, StatusCode, request::Parts};

use crate::{Driver, World};

/// What the host keeps for itself.
struct Reference {
    own: &'static str,
    world: World,
}

/// The application that [`door`](super) describes, with the server of this world in it, on the bare
/// core: the reference that yours is held to, and the text to put it together from.
pub fn reference(world: World) -> Ready<Box<dyn Driver>> {
    ready(Box::new(Reference { own: "kept", world }))
}

#[async_trait]
impl Driver for Reference {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        if self.world.server.owns(request.uri().path()) {
            return self.world.server.handle(request).await;
        }
        let (head, _) = request.into_parts();
        match self.page(&head).await {
            Ok(Some(text)) => Response::new(text.into()),
            Ok(None) => not_found(),
            Err(denied) => denied.response(),
        }
    }
}

impl Reference {
    async fn page(&self, head: &Parts) -> Result<Option<String>, Denied> {
        let (path, guards) = (head.uri.path(), &self.world.guards);
        let subject = |access: Access| access.subject().to_string();
        Ok(Some(match path {
            "/hello" => "hello".to_owned(),
            "/state" => self.own.to_owned(),
            "/.well-known/security.txt" => "Contact: mailto:security@example.com".to_owned(),
            "/oauth/about" => "about us".to_owned(),
            "/me" => subject(guards.acme.check(head).await?),
            "/offline" => subject(guards.offline.check(head).await?),
            "/elsewhere" => subject(guards.path.check(head).await?),
            "/write" => {
                guards.acme.check(head).await?.require("write")?;
                "written".to_owned()
            }
            "/anyone" => {
                let access = guards.any.check(head).await?;
                format!("{} {}", access.tenant(), access.subject())
            }
            path if is_api(path) => {
                let access = guards.path.check(head).await?;
                let (tenant, subject) = (access.tenant(), access.subject());
                format!("{tenant} {subject} {} {}", access.client(), access.scope())
            }
            _ => return Ok(None),
        }))
    }
}

/// `/api/{tenant}/me`, whatever the segment is: whether it names a tenant is for the guard to say.
fn is_api(path: &str) -> bool {
    let tenant = path.strip_prefix("/api/").and_then(|rest| rest.strip_suffix("/me"));
    tenant.is_some_and(|tenant| !tenant.is_empty() && !tenant.contains('/'))
}

fn not_found() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(b"the host knows no such page"));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
