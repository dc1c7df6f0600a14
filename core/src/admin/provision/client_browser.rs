//! Fields of `[tenants.*.clients.*]` that are for clients from which users come in a browser.

use super::{fields, policy::put, table::Table};
use crate::types::ClientBrowser;

pub(super) const FIELDS: [&str; 10] = [
    "name",
    "redirect_uris",
    "post_logout_redirect_uris",
    "origins",
    "pkce",
    "id_token_alg",
    "subject_type",
    "sector_identifier_uri",
    "first_party",
    "require_pushed_requests",
];

/// What is said of a client; nothing, if none of the fields is there.
pub(super) fn read(table: &Table<'_>) -> Option<Box<ClientBrowser>> {
    FIELDS.iter().find_map(|field| table.find(field))?;
    let mut browser = ClientBrowser::default();
    // Each by its name, so that no new field is forgotten here.
    let ClientBrowser {
        name,
        redirect_uris,
        post_logout_redirect_uris,
        origins,
        pkce,
        id_token_alg,
        subject_type,
        sector_identifier_uri,
        first_party,
        require_pushed_requests,
    } = &mut browser;
    let read = |name| table.find(name);
    *name = read("name").and_then(|value| value.text("\"The App\"")).map(Into::into);
    let example = "\"https://app.example.com/callback\"";
    put(redirect_uris, read("redirect_uris").map(|value| fields::urls(&value, example)));
    let example = "\"https://app.example.com/signed-out\"";
    let uris = read("post_logout_redirect_uris").map(|value| fields::urls(&value, example));
    put(post_logout_redirect_uris, uris);
    let example = "\"https://app.example.com\"";
    put(origins, read("origins").map(|value| fields::urls(&value, example)));
    put(pkce, read("pkce").and_then(|value| value.kind("a rule for PKCE")));
    *id_token_alg = read("id_token_alg").and_then(|value| value.kind("a signing algorithm"));
    put(subject_type, read("subject_type").and_then(|value| value.kind("a type of subject")));
    let example = "\"https://app.example.com/redirect_uris.json\"";
    *sector_identifier_uri = read("sector_identifier_uri").and_then(|value| value.word(example));
    put(first_party, read("first_party").and_then(|value| value.flag()));
    let pushed = read("require_pushed_requests").and_then(|value| value.flag());
    put(require_pushed_requests, pushed);
    Some(Box::new(browser))
}
