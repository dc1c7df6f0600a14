//! Codes and refresh tokens: nothing but the token itself is one, and nothing but the token can end
//! its grant.

use grantry::types::limits;
use grantry_conformance::{Answer, get, query};

use crate::{
    answer,
    world::{self, World},
};

/// `c` and `r` present the rest as a code or a refresh token; `C` and `R` present a true one with
/// edits: pairs of a place and what is to stand there. The true one still works afterwards.
pub fn opaque(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else { return };
    // A longer query is none of this target's business.
    if rest.len() > 2 * limits::CREDENTIAL {
        return;
    }
    let code = matches!(kind, b'c' | b'C');
    world::with(async |world| {
        let own = match code {
            true => a_code(world).await,
            false => text(&a_refreshable_grant(world).await, "refresh_token"),
        };
        let shown = if kind.is_ascii_lowercase() { rest.to_vec() } else { edited(&own, rest) };
        let Ok(shown) = std::str::from_utf8(&shown) else { return };
        if shown != own {
            let answer = present(world, code, shown).await;
            answer::check(&answer);
            assert_eq!(answer.status, 400, "{shown:?} was taken");
            let reason = &answer.json()["details"][0]["reason"];
            assert!(reason == "INVALID_GRANT" || reason == "INVALID_REQUEST", "{answer:?}");
        }
        let answer = present(world, code, &own).await;
        assert_eq!(answer.status, 200, "{shown:?} cost somebody a grant: {answer:?}");
    });
}

/// A text with other bytes in it, or more of them.
pub(crate) fn edited(text: &str, edits: &[u8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits.chunks_exact(2) {
        match bytes.get_mut(usize::from(edit[0])) {
            Some(byte) => *byte = edit[1],
            None => bytes.push(edit[1]),
        }
    }
    bytes
}

async fn a_code(world: &World) -> String {
    let asked = [
        ("response_type", "code"),
        ("username", "alice"),
        ("password", World::PASSWORD),
        ("redirect_uri", World::REDIRECT),
    ];
    text(&ask(world, "authorize", &asked).await, "code")
}

/// Tokens of Alice's.
pub(crate) async fn a_refreshable_grant(world: &World) -> Answer {
    let asked = [("grant_type", "password"), ("username", "alice"), ("password", World::PASSWORD)];
    ask(world, "token", &asked).await
}

async fn present(world: &World, code: bool, shown: &str) -> Answer {
    let redemption =
        [("grant_type", "authorize_code"), ("code", shown), ("redirect_uri", World::REDIRECT)];
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", shown)];
    ask(world, "token", if code { &redemption[..] } else { &refresh[..] }).await
}

async fn ask(world: &World, endpoint: &str, parameters: &[(&str, &str)]) -> Answer {
    let path = format!("/oauth/acme/{endpoint}?{}", query(parameters));
    world.server.handle(get(&path)).await.into()
}

/// A member of a good answer.
pub(crate) fn text(answer: &Answer, name: &str) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()[name].as_str().unwrap().to_owned()
}
