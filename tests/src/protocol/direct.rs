//! What cases of the direct API share.

use bytes::Bytes;
use grantry::{Server, ServerBuilder, ports::Stores};
use http::{Request, header};
use serde_json::Value;

use crate::{Answer, Bare, Stage, get, rpc, violation};

/// The same parameters by GET and by the POST form.
pub(super) async fn ask(s: &Stage, tenant: &str, endpoint: &str, text: &str) -> [Answer; 2] {
    let path = format!("/oauth/{tenant}/{endpoint}");
    let posted = Request::post(format!("{path}/direct"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let posted = posted.body(Bytes::from(text.to_owned())).expect("a path");
    [s.send(get(&format!("{path}?{text}"))).await, s.send(posted).await]
}

/// The body that names these bad parameters.
pub(super) fn bad(parameters: &[(&str, &str)]) -> Value {
    let message: Vec<_> = parameters.iter().map(|(name, what)| format!("{name} {what}")).collect();
    let all: Vec<_> = parameters.iter().map(|(name, what)| violation(name, what)).collect();
    rpc(3, "INVALID_REQUEST", &message.join("; "), &all)
}

/// The body for a code or refresh token that counts for nothing.
pub(super) fn invalid_grant() -> Value {
    let message = "the code or refresh token is unknown, expired, used, or was issued for another \
                   client or redirect URI";
    rpc(3, "INVALID_GRANT", message, &[])
}

/// The body for a name and a password that do not belong together.
pub(super) fn wrong_credentials() -> Value {
    rpc(16, "INVALID_CREDENTIALS", "the user name or the password is wrong", &[])
}

/// A token with another MAC: as good as a random string.
pub(super) fn forged(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    rest.to_owned() + if last == "A" { "B" } else { "A" }
}

/// Demands answers that nobody can tell apart: status, headers and body.
#[track_caller]
pub(super) fn assert_alike(answers: &[Answer]) {
    for pair in answers.windows(2) {
        assert_eq!(pair[0].visible(), pair[1].visible());
    }
}

/// The same tenants, keys and grants behind a server with other parts, by the bare driver.
pub(super) async fn beside(
    s: &Stage,
    stores: Stores,
    change: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> Stage {
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let builder = change(builder.store(stores).clock(s.world.clock.clone()));
    let mut world = s.world.clone();
    world.server = builder.build().await.expect("a server");
    Stage { driver: Box::new(Bare(world.server.clone())), world }
}
