//! Names and passwords as people and attackers write them: LG-08 to LG-10.

use std::collections::BTreeSet;

use grantry::{AdminError, NewUser, types::Password};

use super::admin::{admin, assert_no};
use super::direct::{ask, assert_alike, bad, wrong_credentials};
use super::grant::whole;
use super::throttle::tries;
use crate::{Stage, World, claims, query, tenant_id};

const TAKEN: &str = "there is already a user of this name";
const FORM: &str =
    "this user name has no canonical form by RFC 8265: use letters, digits and . _ @ -";
const NAME: &str = "a user name is 1 to 256 bytes without control characters";

async fn create(s: &Stage, name: &str) -> Result<String, AdminError> {
    let new = NewUser::new(name, Password::from(World::PASSWORD));
    let made = admin(s).create_user(&tenant_id("acme"), new).await?;
    Ok(made.subject.to_string())
}

/// LG-10: composition, case and width make no second user, and every spelling signs in as the one.
pub async fn spellings_of_one_name_are_one_user(s: &Stage) {
    for spellings in [
        &["ren\u{e9}", "RENE\u{301}", "Ren\u{c9}", "rene\u{301}", "\u{ff32}en\u{e9}"][..],
        &["\u{ff2a}\u{ff2f}\u{ff2e}", "jon", "JON", "\u{ff4a}on"],
        &["user@example.com", "USER@Example.COM", "user\u{ff20}example.com"],
    ] {
        let who = create(s, spellings[0]).await.expect("a user");
        for name in spellings {
            assert_no(create(s, name).await, TAKEN);
            let said = claims(&tries(s, "acme", name, World::PASSWORD).await.tokens().access);
            assert_eq!(said["sub"], *who, "{name:?}");
            let found = admin(s).user(&tenant_id("acme"), name).await.expect("the store answers");
            assert_eq!(found.expect("the user").subject.as_str(), who);
        }
    }
}

/// LG-10: what only looks alike is nobody, or somebody else, and never the one it looks like: a long
/// s, the Kelvin and the Ångström sign, a dotless and a dotted i, a ligature, a Cyrillic a, what has
/// no width, a superscript and a Roman numeral.
pub async fn what_only_looks_alike_is_never_the_same_user(s: &Stage) {
    let mut known = BTreeSet::new();
    for name in ["sissi", "kate", "\u{e5}ke", "irene", "fiona", "adam", "x2", "iv"] {
        known.insert(create(s, name).await.expect("a user"));
    }
    for name in [
        "\u{17f}issi",
        "si\u{17f}\u{17f}i",
        "\u{212a}ate",
        "\u{212b}ke",
        "\u{131}rene",
        "\u{130}rene",
        "\u{fb01}ona",
        "\u{430}dam",
        "ad\u{200b}am",
        "ad\u{200d}am",
        "adam\u{2060}",
        "\u{feff}adam",
        "ad\u{ad}am",
        "adam\u{fe0f}",
        "x\u{b2}",
        "\u{2163}",
        "\u{1d422}rene",
        "adam ",
        " adam",
        "a dam",
        "adam\u{a0}",
        "\u{202e}mada",
        "adam\u{301}",
    ] {
        let turned_away = tries(s, "acme", name, World::PASSWORD).await;
        turned_away.assert_rpc(401, &wrong_credentials());
        match create(s, name).await {
            Err(error) => assert_eq!(error.to_string(), FORM, "{name:?}"),
            Ok(who) => {
                assert!(known.insert(who.clone()), "{name:?}");
                let said = claims(&tries(s, "acme", name, World::PASSWORD).await.tokens().access);
                assert_eq!(said["sub"], *who, "{name:?}");
            }
        }
        s.forget_failures();
    }
}

/// LG-01, PL-06: no name is a stumbling block: whatever it is, one of two answers.
pub async fn an_odd_name_is_a_bad_parameter_or_a_wrong_password(s: &Stage) {
    let wrong = tries(s, "acme", "nobody", World::PASSWORD).await;
    let longest = "\u{1f600}".repeat(64);
    for name in [
        "\u{5d0}\u{5d1}1",
        "1\u{5d0}",
        "\u{627}\u{661}1",
        "\u{1f600}",
        "\u{e000}",
        "\u{fdd0}",
        "\u{10ffff}",
        "\u{2028}",
        "\u{300}",
        "\u{fffd}",
        "'; --",
        "\u{338}\u{338}",
        "\u{df}",
        "\u{1e9e}",
        "\u{3c3}\u{3c2}",
        "%00",
        "../alice",
        "alice:wonderland",
        &longest,
    ] {
        let answer = tries(s, "acme", name, World::PASSWORD).await;
        assert_alike(&[answer, wrong.clone()]);
        s.forget_failures();
    }
    for name in ["\0", "alice\0", "a\u{85}", "a\u{9f}b", "\u{7f}", "a\tb"] {
        let user = [("grant_type", "password"), ("username", name), ("password", "x")];
        for answer in ask(s, "acme", "token", &query(&user)).await {
            let rule = "must be 1 to 256 bytes without control characters";
            answer.assert_rpc(400, &bad(&[("username", rule)]));
        }
        assert_no(create(s, name).await, NAME);
    }
    for name in [String::new(), longest + "x"] {
        assert_no(create(s, &name).await, NAME);
    }
}

/// LG-08: a password is bytes: of any kind and of no composition, 1 to 1024 of them.
pub async fn a_password_is_taken_as_it_is(s: &Stage) {
    let acme = tenant_id("acme");
    let longest = "\u{1f511}".repeat(256);
    for (n, password) in
        ["\0", "pass word ", "\u{e9}", "e\u{301}", "\u{ff41}", &longest].iter().enumerate()
    {
        let name = format!("user-{n}");
        let new = NewUser::new(name.clone(), Password::from(*password));
        admin(s).create_user(&acme, new).await.expect("a user");
        tries(s, "acme", &name, password).await.tokens();
        for other in ["\u{e9}", "e\u{301}", "a", "pass word", "pass+word ", "\0\0"] {
            if other != *password {
                let answer = tries(s, "acme", &name, other).await;
                assert_eq!(answer.status.as_u16(), 401, "{password:?} {other:?}");
                s.forget_failures();
            }
        }
    }
}

/// LG-08: too long is a bad parameter, whoever it is for, and never reaches the throttle.
pub async fn a_password_that_is_too_long_is_a_bad_parameter(s: &Stage) {
    let mut answers = Vec::new();
    for name in ["alice", "nobody", "mallory", "two words"] {
        for length in [1025, 8000] {
            let password = "p".repeat(length);
            let user = [("grant_type", "password"), ("username", name), ("password", &password)];
            answers.push(s.post("/oauth/acme/token/direct", &user).await);
            let app = [&user[..], &[("client_id", "app")]].concat();
            let answer = s.post("/oauth/acme/token", &app).await;
            let why = "password is longer than 1024 bytes";
            answer.assert_error(400, "invalid_request", why);
        }
    }
    answers[0].assert_rpc(400, &bad(&[("password", "is longer than 1024 bytes")]));
    assert_alike(&answers);
    // A megabyte is more than anybody reads.
    let password = "p".repeat(1 << 20);
    let user = [("grant_type", "password"), ("username", "alice"), ("password", &password)];
    let direct = s.post("/oauth/acme/token/direct", &user).await;
    assert_eq!((direct.status.as_u16(), &direct.json()["code"]), (413, &3.into()));
    let app = [&user[..], &[("client_id", "app")]].concat();
    let app = s.post("/oauth/acme/token", &app).await;
    assert_eq!((whole(&app).0, &app.json()["error"]), (413, &"invalid_request".into()));
    tries(s, "acme", "alice", World::PASSWORD).await.tokens();
}
