//! Clients that registered themselves read, change and delete themselves (RFC 7592).

use futures_util::future::join_all;
use grantry::types::{GrantType, Whose};
use http::Method;
use serde_json::{Value, json};

use super::admin::{admin, client_id};
use super::registering::{CALLBACK, Made, allow, asked, document, made, open, registered};
use super::registration::answer_is;
use crate::{Stage, form, tenant_id};

/// RFC 7592 §2.1, RG-15: a client is told what is registered of it, and never its secret again; nor is anybody
/// else, nor does a row hold it.
pub async fn a_client_reads_itself_and_not_its_secret(s: &Stage) {
    open(s, "acme").await;
    let client = Made::new(s, &[("client_name", "Dynamic".into())]).await;
    let answer = client.asks(s, Method::GET, "").await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, "no-store"));
    let mut want = client.said.clone();
    for once in ["client_secret", "client_secret_expires_at"] {
        want.as_object_mut().expect("an object").remove(once);
    }
    assert_eq!(answer.json(), want);
    let rows = s.world.stores.clients.list(&tenant_id("acme"), None, 999).await.expect("rows");
    let rows = format!("{rows:?}");
    assert!(rows.contains(&client.id) && !rows.contains(&client.secret[7..]));
    assert!(!rows.contains(&client.token[7..]));
}

/// RFC 7592 §2.2: what a client says of itself takes the place of all that it said before; its id, its secret and
/// what an operator decided stay.
pub async fn a_client_changes_itself_as_a_whole(s: &Stage) {
    open(s, "acme").await;
    let client = Made::new(s, &[("client_name", "Before".into())]).await;
    let id = client_id(&client.id);
    let row = async || admin(s).client(&tenant_id("acme"), &id).await.expect("rows").expect("one");
    let give = |client: &mut grantry::types::Client| {
        client.introspects = [crate::World::AUDIENCE.parse().expect("an audience")].into();
        client.browser.as_mut().expect("a browser").first_party = true;
    };
    admin(s).change_client(&tenant_id("acme"), &id, give).await.expect("done");
    let uri = "https://dynamic.example.com/other";
    let mut next = json!({ "client_id": client.id, "redirect_uris": [uri] });
    next["client_secret"] = client.secret.clone().into();
    let answer = client.asks(s, Method::PUT, &next.to_string()).await;
    let changed = made(&answer);
    assert_eq!((answer.status.as_u16(), &changed.said["redirect_uris"]), (200, &json!([uri])));
    assert!(changed.said.get("client_name").is_none() && changed.secret.is_empty());
    let now = row().await;
    assert_eq!(now.introspects.len(), 1);
    // Whom an operator trusted went elsewhere.
    assert!(now.browser.as_ref().is_some_and(|browser| !browser.first_party));
    let code = client.code(s, uri).await;
    client.redeems(s, uri, &code).await.tokens();
    // It gives its secret up, and gets another.
    next.as_object_mut().expect("an object").remove("client_secret");
    next["token_endpoint_auth_method"] = "none".into();
    let public = made(&client.asks(s, Method::PUT, &next.to_string()).await);
    assert_eq!((&*public.secret, &public.said["token_endpoint_auth_method"]), ("", &"none".into()));
    assert!(row().await.introspects.is_empty());
    next["token_endpoint_auth_method"] = "client_secret_post".into();
    let again = made(&client.asks(s, Method::PUT, &next.to_string()).await);
    assert!(!again.secret.is_empty() && again.secret != client.secret);
    assert_eq!(again.said["client_secret_expires_at"], 0);
}

/// RFC 7592 §2.2: a client names itself and its secret, and says nothing of what the server decides.
pub async fn a_client_speaks_of_itself_alone(s: &Stage) {
    open(s, "acme").await;
    let (client, other) = (Made::new(s, &[]).await, Made::new(s, &[]).await);
    for (field, value) in [
        ("client_id", json!(other.id)),
        ("client_id", Value::Null),
        ("client_id", json!(1)),
        ("client_secret", json!(other.secret)),
        ("client_secret", json!("chosen")),
        ("registration_access_token", json!(client.token)),
        ("registration_client_uri", json!("https://a.example/")),
        ("client_secret_expires_at", json!(0)),
        ("client_id_issued_at", json!(0)),
    ] {
        let mut own = client.own();
        own[field] = value;
        let answer = client.asks(s, Method::PUT, &own.to_string()).await;
        answer_is(&answer, "invalid_client_metadata", field);
    }
    assert_eq!(client.asks(s, Method::PUT, &client.own().to_string()).await.status, 200);
    assert_eq!(client.asks(s, Method::PUT, "").await.status, 415);
}

/// RG-13: a change is judged as a whole by the policy of now, also what stays as it was; and what is refused
/// changes nothing.
pub async fn a_change_is_judged_as_a_whole(s: &Stage) {
    open(s, "acme").await;
    let client = Made::new(s, &[("scope", "read openid".into())]).await;
    let before = client.asks(s, Method::GET, "").await.json();
    for (field, value, word) in [
        ("redirect_uris", json!([CALLBACK, "javascript:x"]), "invalid_redirect_uri"),
        ("redirect_uris", json!(["http://a.example/"]), "invalid_redirect_uri"),
        ("logo_uri", json!("data:x"), "invalid_client_metadata"),
        ("client_name", json!("a\u{202e}b"), "invalid_client_metadata"),
        ("post_logout_redirect_uris", json!(["vbscript:x"]), "invalid_client_metadata"),
    ] {
        let mut own = client.own();
        own[field] = value;
        let answer = client.asks(s, Method::PUT, &own.to_string()).await;
        answer_is(&answer, word, field);
    }
    assert_eq!(client.asks(s, Method::GET, "").await.json(), before);
    // A row from before a rule was there is judged by it all the same.
    let id = client_id(&client.id);
    let row = s.world.stores.clients.read(&tenant_id("acme"), &id).await.expect("a store");
    let mut row = grantry::types::Client::clone(&row.expect("a row"));
    let (from, uri) = (row.version, "http://a.example/cb");
    row.version = from.next();
    row.browser.as_mut().expect("a browser").redirect_uris = vec![uri.parse().expect("a URI")];
    s.world.stores.clients.change(&tenant_id("acme"), row, from).await.expect("written");
    s.world.told(&tenant_id("acme")).await;
    let mut own = client.own();
    own["redirect_uris"] = json!([uri]);
    let answer = client.asks(s, Method::PUT, &own.to_string()).await;
    answer_is(&answer, "invalid_redirect_uri", "redirect_uris");
    allow(s, "acme", |registration| {
        registration.grants = [GrantType::ClientCredentials].into();
        registration.scope = "read".parse().expect("a scope");
    })
    .await;
    let answer = client.asks(s, Method::PUT, &client.own().to_string()).await;
    answer_is(&answer, "invalid_client_metadata", "grant_types");
}

/// RG-12, RFC 7592 §2: nobody else's token, and nobody learns whether there is such a client.
pub async fn nobody_elses_token_speaks_for_a_client(s: &Stage) {
    for tenant in ["acme", "steady"] {
        open(s, tenant).await;
    }
    let (client, other) = (Made::new(s, &[]).await, Made::new(s, &[]).await);
    let body = document(&[]).to_string();
    let answer = s.send(asked(Method::POST, "/oauth/steady/register", None, &body)).await;
    let foreign = made(&answer);
    let elsewhere = client.place.replace("acme", "steady");
    let access = s.tokens("acme", "backend").await.access;
    let secret = s.world.secret("acme", "backend").to_owned();
    let stopped = Made::new(s, &[]).await;
    admin(s).disable_client(&tenant_id("acme"), &client_id(&stopped.id)).await.expect("done");
    let gone = Made::new(s, &[]).await;
    admin(s).delete_client(&tenant_id("acme"), &client_id(&gone.id)).await.expect("done");
    let backend = "/oauth/acme/register/backend".to_owned();
    let nobody = "/oauth/acme/register/dyn-nobody".to_owned();
    let cases = [
        (&client.place, &other.token),
        (&client.place, &foreign.token),
        (&client.place, &client.secret),
        (&client.place, &access),
        (&other.place, &client.token),
        (&elsewhere, &client.token),
        (&foreign.place, &client.token),
        (&stopped.place, &stopped.token),
        (&gone.place, &gone.token),
        (&backend, &client.token),
        (&backend, &secret),
        (&nobody, &client.token),
    ];
    let before = s.world.stores.clients.list(&tenant_id("acme"), None, 999).await.expect("rows");
    let mut answers = Vec::new();
    for (place, token) in cases {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let body = if method == Method::PUT { client.own().to_string() } else { String::new() };
            let answer = s.send(asked(method, place, Some(token), &body)).await;
            assert_eq!(answer.status, 401, "{place}: {answer:?}");
            assert!(answer.header("www-authenticate").contains("invalid_token"), "{answer:?}");
            if place.contains("acme") {
                answers.push(answer.visible());
            }
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = s.send(asked(method.clone(), &client.place, None, "")).await;
        assert_eq!(answer.status, 401, "{answer:?}");
        let by_query = format!("{}?access_token={}", client.place, client.token);
        assert_eq!(s.send(asked(method, &by_query, None, "")).await.status, 400);
    }
    for method in [Method::POST, Method::HEAD, Method::PATCH] {
        let answer = s.send(asked(method, &client.place, Some(&client.token), "")).await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, PUT, DELETE"));
    }
    let after = s.world.stores.clients.list(&tenant_id("acme"), None, 999).await.expect("rows");
    assert_eq!(before, after);
    assert_eq!(client.asks(s, Method::GET, "").await.status, 200);
}

/// RFC 7592 §2.3: a client that goes takes along what it was given, its token included.
pub async fn a_client_deletes_itself_and_what_it_was_given(s: &Stage) {
    open(s, "acme").await;
    let grants = json!(["authorization_code", "refresh_token"]);
    let client = Made::new(s, &[("grant_types", grants)]).await;
    let code = client.code(s, CALLBACK).await;
    let tokens = client.redeems(s, CALLBACK, &code).await.tokens();
    let waiting = client.code(s, CALLBACK).await;
    let kept = Made::new(s, &[]).await;
    assert_eq!(s.get_as("/oauth/acme/userinfo", &tokens.access).await.status, 200);
    let answer = client.asks(s, Method::DELETE, "").await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0));
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(s.get_as("/oauth/acme/userinfo", &tokens.access).await.status, 401);
    assert_eq!(client.redeems(s, CALLBACK, &waiting).await.status, 401);
    let shown = [("grant_type", "refresh_token"), ("refresh_token", &*tokens.refresh)];
    assert_eq!(s.send(client.dress(form("/oauth/acme/token", &shown))).await.status, 401);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(client.asks(s, method, "").await.status, 401);
    }
    assert_eq!(registered(s).await, [kept.id]);
    let whose = Whose::Client(client_id(&client.id));
    let tickets = s.world.stores.tickets.list(&tenant_id("acme"), whose, None).await;
    let live = |ticket: &grantry::types::Ticket| ticket.state == grantry::types::TicketState::Live;
    assert!(!tickets.expect("rows").tickets.iter().any(live));
}

/// Many changes at once: each is one of them as a whole, and a client that lost is asked to come again.
pub async fn of_changes_at_once_each_is_done_or_not(s: &Stage) {
    open(s, "acme").await;
    let client = Made::new(s, &[]).await;
    let bodies: Vec<_> = (0..8)
        .map(|n| {
            let mut own = client.own();
            own["client_name"] = format!("name {n}").into();
            own["redirect_uris"] = json!([format!("https://dynamic.example.com/{n}")]);
            own.to_string()
        })
        .collect();
    let answers = join_all(bodies.iter().map(|body| client.asks(s, Method::PUT, body))).await;
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 503)));
    let now = client.asks(s, Method::GET, "").await.json();
    let name = now["client_name"].as_str().expect("a name");
    let number = name.strip_prefix("name ").expect("one of them");
    assert_eq!(now["redirect_uris"], json!([format!("https://dynamic.example.com/{number}")]));
}
