//! P5 at guards: what another tenant signed is answered, byte for byte, like what nobody signed.

use aws_lc_rs::signature::Ed25519KeyPair;
use serde_json::json;

use super::forgeries::{changed, key, part, sign};
use crate::{Answer, Stage, tenant_id};

/// Of these, tokens are held: two that live, one that was disabled, one that was deleted.
const OWNERS: [&str; 4] = ["acme", "steady", "strict", "lenient"];
/// Before these, they are shown: the same, and one that never was.
const TENANTS: [&str; 5] = ["acme", "steady", "strict", "lenient", "never"];

/// A tenant's token, and the key that signed it.
struct Held {
    owner: &'static str,
    token: String,
    key: Ed25519KeyPair,
}

impl Held {
    async fn of(s: &Stage, owner: &'static str) -> Self {
        Self { owner, token: s.tokens(owner, "app").await.access, key: key(s, owner).await }
    }

    /// The same that says it is another tenant's, by the owner's key; with the owner's key id and,
    /// if there is one, with that of the tenant's own key.
    fn forged(&self, tenant: &str, all: &[Self]) -> Vec<String> {
        let iss = json!(format!("https://id.example.com/oauth/{tenant}"));
        let claims = changed(&part(&self.token, 1), &[("iss", iss)]);
        let header = |of: &Self| part(&of.token, 0).to_string();
        let theirs = all.iter().find(|other| other.owner == tenant);
        let headers = [Some(header(self)), theirs.map(header)];
        headers.into_iter().flatten().map(|header| sign(&self.key, &header, &claims)).collect()
    }
}

/// A token that says the same, by nobody.
fn nobodys(token: &str) -> String {
    let (signed, _) = token.rsplit_once('.').expect("a JWS");
    format!("{signed}.{}", "A".repeat(86))
}

/// The routes at which only a tenant's own tokens are let in.
fn doors(tenant: &str) -> Vec<String> {
    let mut paths = vec![format!("/api/{tenant}/me")];
    if tenant == "acme" {
        paths.extend(["/me", "/offline", "/write"].map(str::to_owned));
    }
    paths
}

/// Demands the answer to a token of nobody's, and to what is no token.
async fn demand_nobody(s: &Stage, path: &str, token: &str, what: &str) {
    let foreign = s.get_as(path, token).await.visible();
    assert_eq!(foreign.0, 401, "{what}");
    assert_eq!(foreign, s.get_as(path, &nobodys(token)).await.visible(), "{what}");
    if path != "/anyone" {
        assert_eq!(foreign, s.get_as(path, "a.b.c").await.visible(), "{what}");
    }
}

/// TN-01, JW-02, JW-12, CA-09: at every guard, whatever the token says of itself.
#[expect(clippy::print_stdout, reason = "a passing test shows it where it is asked to")]
pub async fn what_another_tenant_signed_opens_nothing(s: &Stage) {
    let mut held = Vec::new();
    for owner in OWNERS {
        held.push(Held::of(s, owner).await);
    }
    let admin = s.world.server.admin();
    admin.disable_tenant(&tenant_id("strict")).await.expect("done");
    admin.delete_tenant(&tenant_id("lenient")).await.expect("done");
    s.world.events.take();
    let mut cells = 0;
    for tenant in TENANTS {
        for one in &held {
            let own = one.owner == tenant;
            let mut shown = if own { Vec::new() } else { one.forged(tenant, &held) };
            // By the right key, and of another issuer.
            for path in if own { Vec::new() } else { doors(one.owner) } {
                demand_nobody(s, &path, &shown[0], &format!("of {tenant} at {path}")).await;
                cells += 1;
            }
            for token in &shown {
                demand_nobody(s, "/anyone", token, &format!("{} at any for {tenant}", one.owner))
                    .await;
            }
            cells += shown.len();
            if !own || !["acme", "steady"].contains(&tenant) {
                shown.push(one.token.clone());
            }
            for path in doors(tenant) {
                for token in &shown {
                    demand_nobody(s, &path, token, &format!("{} at {path}", one.owner)).await;
                }
                cells += shown.len();
            }
        }
    }
    for (path, one, body) in [
        ("/me", 0, "user-alice"),
        ("/offline", 0, "user-alice"),
        ("/api/acme/me", 0, "acme user-alice app read"),
        ("/anyone", 0, "acme user-alice"),
        ("/api/steady/me", 1, "steady user-alice app read"),
        ("/anyone", 1, "steady user-alice"),
    ] {
        let answer: Answer = s.get_as(path, &held[one].token).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()), "{path}");
    }
    for one in [2, 3] {
        demand_nobody(s, "/anyone", &held[one].token, "of an ended tenant").await;
    }
    assert_eq!(s.world.events.take(), [], "a guard issues nothing and tells nothing");
    println!("foreign tokens at guards: {cells} cells");
}
