//! The hosting application of the door, by nothing but the core.

use async_trait::async_trait;
use bytes::Bytes;
use grantry::{Access, Denied, Guard};
use grantry_conformance::{Driver, World};
use http::{Request, Response, request::Parts};

/// An application that asks guards by itself, and hands over what is the server's.
pub struct Host(pub World);

#[async_trait]
impl Driver for Host {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        if self.is_the_servers(request.uri().path()) {
            return self.0.server.handle(request).await;
        }
        let (parts, _) = request.into_parts();
        let own = match parts.uri.path() {
            "/hello" => "hello",
            "/state" => "kept",
            "/.well-known/security.txt" => "Contact: mailto:security@example.com",
            "/oauth/about" => "about us",
            _ => return self.guarded(&parts).await.unwrap_or_else(|denied| denied.response()),
        };
        Response::new(own.into())
    }
}

impl Host {
    /// Segment by segment, without decoding anything; `{tenant}` stands for any.
    fn is_the_servers(&self, path: &str) -> bool {
        self.0.server.routes().any(|route| {
            let (own, asked) = (route.path.split('/'), path.split('/'));
            own.clone().count() == asked.clone().count()
                && own.zip(asked).all(|(own, asked)| own == "{tenant}" || own == asked)
        })
    }

    async fn guarded(&self, parts: &Parts) -> Result<Response<Bytes>, Denied> {
        let guards = &self.0.guards;
        let check = async |guard: &Guard| guard.check(parts).await;
        let said = match parts.uri.path() {
            "/me" => subject(&check(&guards.acme).await?),
            "/offline" => subject(&check(&guards.offline).await?),
            "/elsewhere" => subject(&check(&guards.path).await?),
            "/write" => {
                check(&guards.acme).await?.require("write")?;
                "written".to_owned()
            }
            "/anyone" => {
                let access = check(&guards.any).await?;
                format!("{} {}", access.tenant(), access.subject())
            }
            path if path.starts_with("/api/") && path.ends_with("/me") => {
                let a = check(&guards.path).await?;
                format!("{} {} {} {}", a.tenant(), a.subject(), a.client(), a.scope())
            }
            _ => {
                let mut unknown = Response::new("the host knows no such page".into());
                *unknown.status_mut() = http::StatusCode::NOT_FOUND;
                return Ok(unknown);
            }
        };
        Ok(Response::new(said.into()))
    }
}

fn subject(access: &Access) -> String {
    access.subject().to_string()
}
