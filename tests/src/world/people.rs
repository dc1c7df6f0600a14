//! The users of the world.

use grantry::{
    ports::Stores,
    types::{Account, ClaimSet, TenantId},
};
use serde_json::json;

/// Rows with a hash that was made once: hashing anew for every case would take minutes.
pub(super) async fn people(stores: &Stores, tenant: &TenantId) {
    for name in ["alice", "mallory"] {
        let subject = format!("user-{name}").parse().expect("a subject");
        let mut account = Account::new(subject, name.into(), HASH.into());
        account.disabled = name == "mallory";
        account.claims = (name == "alice").then(|| Box::new(alice()));
        stores.accounts.create(tenant, account).await.expect("a user");
    }
}

/// What there is to tell of Alice (OpenID Connect Core §5.1): something for each scope, and something
/// that no scope opens.
fn alice() -> ClaimSet {
    let told = json!({
        "name": "Alice Liddell",
        "given_name": "Alice",
        "family_name": "Liddell",
        "nickname": "Al",
        "preferred_username": "alice",
        "profile": "https://people.example.com/alice",
        "picture": "https://people.example.com/alice.png",
        "website": "https://alice.example.com",
        "gender": "female",
        "birthdate": "1852-05-04",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "updated_at": 1_799_000_000,
        "email": "alice@example.com",
        "email_verified": true,
        "phone_number": "+44 20 7946 0000",
        "phone_number_verified": false,
        "address": {
            "formatted": "Deanery Garden\nOxford",
            "locality": "Oxford",
            "country": "GB",
        },
        "shoe_size": 36,
    });
    told.as_object().cloned().expect("an object").try_into().expect("claims")
}

/// argon2id of [`World::PASSWORD`].
pub(crate) const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRyeS13b3JsZC0wMQ$d+Bg8T17Tf4aof7AXzEVnARE/Xe/st7e9V03/dtxEz4";
