//! What a client says of itself when it registers.

use bytes::Bytes;
use grantry_conformance::Answer;
use http::{Request, header};
use serde_json::Value;
use url::Url;

use crate::{
    answer,
    world::{self, World},
};

/// Members that the answer repeats, as texts that were said.
const URIS: [&str; 2] = ["redirect_uris", "post_logout_redirect_uris"];

/// A body for a tenant with which anybody may register. Whoever registers said it in JSON that another reader
/// takes for the same, goes nowhere where it would act, gets no more than the tenant allows, and reads the
/// same of itself afterwards.
pub fn metadata(input: &[u8]) {
    world::with(async |world| {
        let first = register(world, input).await;
        if first.status == 201 {
            let (said, told): (Value, _) = (serde_json::from_slice(input).unwrap(), first.json());
            demand(&said, &told);
            assert_eq!(read(world, &told).await, told);
            forget(world, &told).await;
        }
    });
}

async fn register(world: &World, body: &[u8]) -> Answer {
    let request = Request::post("/oauth/globex/register")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::copy_from_slice(body));
    let answer = Answer::from(world.server.handle(request.unwrap()).await);
    answer::check(&answer);
    answer
}

/// The client as it reads itself, with what is said once.
async fn read(world: &World, told: &Value) -> Value {
    let answer = own(world, told, "GET").await;
    let mut read = answer.json();
    for once in ["client_secret", "client_secret_expires_at"] {
        assert!(read.get(once).is_none(), "{read}");
        if let Some(value) = told.get(once) {
            read[once] = value.clone();
        }
    }
    read
}

async fn forget(world: &World, told: &Value) {
    assert_eq!(own(world, told, "DELETE").await.status, 204);
}

async fn own(world: &World, told: &Value, method: &str) -> Answer {
    let token = told["registration_access_token"].as_str().unwrap();
    let request = Request::builder()
        .method(method)
        .uri(told["registration_client_uri"].as_str().unwrap())
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Bytes::new());
    let answer = Answer::from(world.server.handle(request.unwrap()).await);
    answer::check(&answer);
    answer
}

fn demand(said: &Value, told: &Value) {
    for field in URIS {
        let uris = told.get(field).and_then(Value::as_array).into_iter().flatten();
        for uri in uris {
            let url = Url::parse(uri.as_str().unwrap()).unwrap();
            let local = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
            let web = url.scheme() == "https" || url.scheme() == "http" && local;
            let native = said["application_type"] == "native" && url.scheme().contains('.');
            assert!(web || native, "{field} {uri}");
            assert!(url.fragment().is_none() && url.username().is_empty(), "{field} {uri}");
            assert!(said[field].as_array().unwrap().contains(uri), "{field} {uri}");
        }
    }
    for scope in told.get("scope").and_then(Value::as_str).unwrap_or_default().split(' ') {
        assert!(["", "openid", "read"].contains(&scope), "{told}");
    }
    for grant in told["grant_types"].as_array().unwrap() {
        assert!(grant == "authorization_code" || grant == "refresh_token", "{told}");
    }
    let name = told.get("client_name").and_then(Value::as_str).unwrap_or("x");
    assert!(name.len() <= 256 && !name.chars().any(char::is_control), "{told}");
    let public = said["token_endpoint_auth_method"] == "none";
    let keyed = said["token_endpoint_auth_method"] == "private_key_jwt";
    assert_eq!(told.get("client_secret").is_some(), !public && !keyed, "{told}");
}
