//! Users who come from elsewhere with the hash of their password.

use std::sync::Arc;

use grantry::{NewUser, types::Account};

use super::admin::admin;
use crate::{Answer, Stage, World, tenant_id};

/// Hashes of [`World::PASSWORD`], by Python 3.11's `crypt` (libxcrypt), and by `hashlib` with the salt
/// `grantry-salt-001`.
const HASHES: [(&str, &str); 5] = [
    ("bcrypt-a", "$2a$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW"),
    ("bcrypt-b", "$2b$10$abcdefghijklmnopqrstuuwmjOOgyx/jknFqeF8sHrF2cGgSECl/q"),
    (
        "scrypt",
        "$scrypt$ln=14,r=8,p=1$Z3JhbnRyeS1zYWx0LTAwMQ$qBBNcpHUZoNncifXOIEF6ew63JEd8+eaOGsw1pBIf8s",
    ),
    (
        "pbkdf2",
        "$pbkdf2-sha512$i=25000$Z3JhbnRyeS1zYWx0LTAwMQ$1+y/fPSHG6s4PRYsOxVYbKn5eHtNn6w0gioHRLO0fh+vkkphiGWWEebewd43sNdbFPSht5KV/0xUbUTTIaMbmw",
    ),
    (
        "passlib",
        "$pbkdf2-sha256$29000$Z3JhbnRyeS1zYWx0LTAwMQ$jbwRhyVbi1ROC6u/DNZF4d3P1Ole4l3O.CLzQ9XXvoE",
    ),
];

async fn sign_in(s: &Stage, user: &str, password: &str) -> Answer {
    let parameters = [
        ("grant_type", "password"),
        ("username", user),
        ("password", password),
        ("client_id", "app"),
    ];
    s.post("/oauth/acme/token", &parameters).await
}

async fn row(s: &Stage, user: &str) -> Arc<Account> {
    let found = s.world.stores.accounts.by_username(&tenant_id("acme"), user).await;
    found.expect("the store answers").expect("the user")
}

/// Design, "Passwords": they sign in by the password that they have, and it is hashed anew by our own way
/// then; a wrong one is wrong, and changes nothing.
pub async fn who_comes_with_a_hash_signs_in_and_is_hashed_anew(s: &Stage) {
    for (user, hash) in HASHES {
        let new = NewUser::hashed(user, hash);
        admin(s).create_user(&tenant_id("acme"), new).await.expect("a user");
        let refused = sign_in(s, user, "Wonderland").await;
        let nobody = sign_in(s, "nobody", "Wonderland").await;
        assert_eq!(refused.visible(), nobody.visible(), "LG-02: {user}");
        assert_eq!(&*row(s, user).await.password, hash, "{user}");
        let first = sign_in(s, user, World::PASSWORD).await.tokens();
        let anew = row(s, user).await.password.clone();
        assert!(anew.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{user}");
        assert_eq!(sign_in(s, user, "Wonderland").await.status, 400);
        sign_in(s, user, World::PASSWORD).await.tokens();
        assert_eq!(row(s, user).await.password, anew, "once");
        // Nothing was taken away.
        s.refresh("acme", "app", &first.refresh).await.tokens();
        s.forget_failures();
    }
}

/// bcrypt read 72 bytes of a password. Who chose a longer one signs in as before, and is not hashed anew by
/// what nobody ever compared.
pub async fn a_password_that_bcrypt_read_in_part_is_not_hashed_anew(s: &Stage) {
    let whole = "0123456789".repeat(7) + "ab";
    let hash = "$2b$05$abcdefghijklmnopqrstuucInKr3IboNwd.uyBCOF.k5jbgnj4BlS";
    admin(s).create_user(&tenant_id("acme"), NewUser::hashed("long", hash)).await.expect("a user");
    sign_in(s, "long", &format!("{whole} and more")).await.tokens();
    assert_eq!(&*row(s, "long").await.password, hash);
    assert_eq!(sign_in(s, "long", &whole[..71]).await.status, 400);
    sign_in(s, "long", &whole).await.tokens();
    assert!(row(s, "long").await.password.starts_with("$argon2id$"));
    assert_eq!(sign_in(s, "long", &format!("{whole} and more")).await.status, 400);
}

/// LG-09: what costs much more than our own, or is of no form that is known, is no user's.
pub async fn a_hash_that_is_too_dear_or_unknown_is_not_imported(s: &Stage) {
    let (_, bcrypt) = HASHES[0];
    let (_, scrypt) = HASHES[2];
    let dear = [bcrypt.replace("$05$", "$14$"), scrypt.replace("ln=14", "ln=17")];
    let unknown = ["$1$salt$hash", "$2x$05$", "{SSHA}x", "wonderland", ""].map(str::to_owned);
    for (hash, says) in dear
        .map(|hash| (hash, "a password hash from elsewhere may cost 12"))
        .into_iter()
        .chain(unknown.map(|hash| (hash, "a password hash is a PHC string of argon2id")))
    {
        let made = admin(s).create_user(&tenant_id("acme"), NewUser::hashed("x", &hash)).await;
        let why = made.expect_err("a reason").to_string();
        assert!(why.starts_with(says), "{hash}: {why}");
    }
}
