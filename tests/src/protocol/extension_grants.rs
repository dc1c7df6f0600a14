//! A grant of the host's own (RFC 6749 §4.5): for whom the tokens are is the host's to say, and nothing else.

use std::{sync::Arc, time::Duration};

use grantry::{
    NewUser,
    ports::EventKind,
    types::{Dpop, GrantType, Password, Whose},
};
use http::Method;
use serde_json::{Value, json};

use super::admin::{admin, client_id, subject};
use super::grant::now;
use super::lent_grants::{Host, TOKEN, VOUCHER, ask, lent, with};
use super::prover::{allow, fresh};
use crate::{Answer, Kept, KeyHolder, Stage, claims, form, tenant_id, with_proof};

const ALICE: (&str, &str) = ("for", "user-alice");

/// Nothing was issued, since the user may receive no tokens.
fn assert_invalid_grant(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("invalid_grant")));
}

/// RFC 6749 §5.1, RFC 8693 §2.2.1: tokens of a user, which are refreshed as others are, and what the host says
/// beside them.
pub async fn a_user_whom_the_host_names_has_tokens(s: &Stage) {
    let (s, _) = &lent(s).await;
    let kept = Arc::new(Kept::default());
    let events = kept.clone();
    let lend = |builder: grantry::ServerBuilder| {
        builder.events(events).extension_grant(VOUCHER, Arc::new(Host::default()))
    };
    let s = &super::direct::beside(s, s.world.stores.clone(), lend).await;
    for client in ["spa", "backend"] {
        let answer = ask(s, client, &[ALICE]).await;
        answer.assert_private_json();
        let said = answer.json();
        assert_eq!((&said["token_type"], &said["scope"]), (&json!("Bearer"), &json!("read")));
        let kind = "urn:ietf:params:oauth:token-type:access_token";
        assert_eq!((&said["issued_token_type"], &said["id_token"]), (&json!(kind), &Value::Null));
        let tokens = answer.tokens();
        let access = claims(&tokens.access);
        assert_eq!((&access["sub"], &access["client_id"]), (&json!("user-alice"), &json!(client)));
        let ticket = s.ticket("acme", &tokens.access).await;
        assert_eq!(ticket.authenticated_at, now(s));
        let told = kept.take();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].kind, EventKind::Issued(GrantType::Extension));
        assert_eq!((&told[0].subject, told[0].grant), (&Some(ticket.subject), Some(ticket.id)));
        let next = super::prover::renew(s, client, &tokens.refresh, &[]).await;
        assert_eq!(claims(&next.tokens().access)["sub"], "user-alice");
        assert_eq!(next.json()["issued_token_type"], Value::Null, "the host was not asked");
        kept.take();
    }
}

/// RFC 6749 §4.4: the client itself, if it proved who it is; TK-23: without what is a user's.
pub async fn a_client_that_proved_itself_may_have_tokens_of_its_own(s: &Stage) {
    let (s, host) = &lent(s).await;
    let more = |client: &mut grantry::types::Client| {
        client.scope = client.scope.or(&"openid offline_access".parse().expect("a scope"));
    };
    admin(s).change_client(&tenant_id("acme"), &client_id("backend"), more).await.expect("done");
    let answer = ask(s, "backend", &[("scope", "openid offline_access read")]).await;
    let tokens = answer.tokens();
    assert_eq!((tokens.refresh.as_str(), &answer.json()["scope"]), ("", &json!("read")));
    let access = claims(&tokens.access);
    assert_eq!((&access["sub"], access.get("gid")), (&json!("backend"), None));
    let public = ask(s, "spa", &[]).await;
    public.assert_error(400, "unauthorized_client", "extension is not allowed here");
    assert_eq!(host.asked(), 2);
    let whose = Whose::Client(client_id("spa"));
    let rows = s.world.stores.tickets.list(&tenant_id("acme"), whose, None).await;
    assert_eq!(rows.expect("the store answers").tickets, []);
}

/// RFC 6749 §3.3: the host gives less than the client asked for and may have, and never more.
pub async fn the_host_gives_less_and_never_more(s: &Stage) {
    let (s, host) = &lent(s).await;
    for (asked, only, given) in [
        ("read write", "write", "write"),
        ("read", "read write", "read"),
        ("", "read write", "read"),
        ("write", "read admin", ""),
    ] {
        for whose in [&[][..], &[ALICE]] {
            let more = [&[("scope", asked), ("only", only)], whose].concat();
            let answer = ask(s, "backend", &more).await;
            let in_token = claims(&answer.tokens().access)["scope"].clone();
            let in_token = in_token.as_str().unwrap_or_default().to_owned();
            let told = answer.json()["scope"].as_str().unwrap_or_default().to_owned();
            assert_eq!((in_token.as_str(), told.as_str()), (given, given), "{asked:?} {only:?}");
        }
    }
    // What the client may not have the host is not asked about.
    let before = host.asked();
    let answer = ask(s, "backend", &[ALICE, ("scope", "admin")]).await;
    answer.assert_error(400, "invalid_scope", "the scope is not allowed here");
    let answer = ask(s, "backend", &[ALICE, ("resource", "https://elsewhere.example")]).await;
    answer.assert_error(400, "invalid_target", "the resource is not allowed here");
    assert_eq!(host.asked(), before);
}

/// RFC 6749 §5.2: the host says which of these it is, and no text of a request is repeated.
pub async fn what_the_host_refuses_is_told(s: &Stage) {
    let (s, _) = &lent(s).await;
    for (mood, error, why) in [
        ("old", "invalid_request", "voucher must be of this year"),
        ("used", "invalid_grant", "what the grant was asked with is not valid here"),
        ("foreign", "unauthorized_client", "extension is not allowed here"),
        ("much", "invalid_scope", "the scope is not allowed here"),
        ("elsewhere", "invalid_target", "the resource is not allowed here"),
    ] {
        ask(s, "spa", &[ALICE, ("mood", mood)]).await.assert_error(400, error, why);
    }
    let form = [("grant_type", VOUCHER), ("client_id", "spa"), ("voucher", "")];
    let answer = s.post(TOKEN, &form).await;
    answer.assert_error(400, "invalid_request", "voucher is required");
}

/// F-43: a host that fails, or panics, fails the request, and nothing else; nobody reads why.
pub async fn a_host_that_fails_fails_the_request_alone(s: &Stage) {
    let (s, _) = &lent(s).await;
    for (mood, status, error) in
        [("busy", 503, "temporarily_unavailable"), ("broken", 500, "server_error")]
    {
        let answer = ask(s, "spa", &[ALICE, ("mood", mood)]).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &json!(error)));
        assert_eq!(answer.header("retry-after"), if status == 503 { "1" } else { "" });
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!text.contains("a cause that nobody may read"), "{text}");
        ask(s, "spa", &[ALICE]).await.tokens();
    }
}

/// TK-22: it is there where the host lends it and tenant and client name it, by its own name; what metadata
/// advertises is what is accepted.
pub async fn it_is_there_where_tenant_and_client_name_it(s: &Stage) {
    let unsupported = "grant_type is not supported";
    let advertised = async |s: &Stage| {
        let answer = s.send(crate::get("/oauth/acme/.well-known/openid-configuration")).await;
        let named = answer.json()["grant_types_supported"].to_string();
        (named.contains(VOUCHER), named.contains("extension"))
    };
    // The host does not lend it yet.
    let form = [("grant_type", VOUCHER), ("client_id", "spa")];
    s.post(TOKEN, &form).await.assert_error(400, "unsupported_grant_type", unsupported);
    let (plain, (s, host)) = (s, &lent(s).await);
    assert_eq!(advertised(plain).await, (false, false));
    assert_eq!(advertised(s).await, (true, false));
    for other in ["extension", "urn:example:vouchers", "URN:EXAMPLE:VOUCHER"] {
        let form = [("grant_type", other), ("client_id", "spa")];
        s.post(TOKEN, &form).await.assert_error(400, "unsupported_grant_type", unsupported);
    }
    let denied = ask(s, "app", &[ALICE]).await;
    denied.assert_error(400, "unauthorized_client", "extension is not allowed here");
    let wrong = [("grant_type", VOUCHER), ("client_id", "backend"), ("client_secret", "wrong")];
    let failed = "client authentication failed";
    s.post(TOKEN, &wrong).await.assert_error(401, "invalid_client", failed);
    let acme = tenant_id("acme");
    let stop = |policy: &mut grantry::types::Policy| {
        policy.grants.remove(&GrantType::Extension);
    };
    admin(s).change_tenant(&acme, stop).await.expect("done");
    let answer = ask(s, "spa", &[ALICE]).await;
    answer.assert_error(400, "unsupported_grant_type", unsupported);
    assert_eq!(advertised(s).await, (false, false));
    assert_eq!(host.asked(), 0);
}

/// LG-07, TK-24, TN-10: whoever may receive no tokens has none by the host's word either.
pub async fn the_host_cannot_speak_for_whoever_may_receive_no_tokens(s: &Stage) {
    let (s, _) = &lent(s).await;
    let (acme, admin) = (tenant_id("acme"), admin(s));
    for nobody in ["user-nobody", "backend", "app"] {
        assert_invalid_grant(&ask(s, "spa", &[("for", nobody)]).await);
    }
    // A host whose clock is ahead makes no grant that outlives what ends it.
    let ahead = (now(s).as_secs() + 3600).to_string();
    let tokens = ask(s, "spa", &[ALICE, ("at", &ahead)]).await.tokens();
    assert_eq!(s.ticket("acme", &tokens.access).await.authenticated_at, now(s));
    let before = now(s).as_secs().to_string();
    s.world.clock.advance(Duration::from_secs(60));
    let alice = subject("user-alice");
    admin.end_grants(&acme, Whose::Subject(alice.clone())).await.expect("done");
    for at in [&[][..], &[("at", &*before)]] {
        assert_invalid_grant(&ask(s, "spa", &[&[ALICE], at].concat()).await);
    }
    // What the host says of the next moment counts.
    s.world.clock.advance(Duration::from_millis(1));
    ask(s, "spa", &[ALICE]).await.tokens();
    admin.disable_user(&acme, &alice).await.expect("done");
    assert_invalid_grant(&ask(s, "spa", &[ALICE]).await);
    let new = NewUser::new("late", Password::from("looking-glass"));
    let late = admin.create_user(&acme, new).await.expect("a user");
    ask(s, "spa", &[("for", late.subject.as_str())]).await.tokens();
}

/// RFC 6749 §3.2: what the client sent reaches the host, each once but audiences (RFC 8693 §2.1); by what it
/// proves itself does not.
pub async fn the_host_reads_what_is_the_grants_own(s: &Stage) {
    let (s, host) = &lent(s).await;
    let more = [("audience", "one"), ("username", "aé"), ("empty", ""), ("audience", "two")];
    let answer = ask(s, "backend", &[&more[..], &[("scope", "write")]].concat()).await;
    answer.tokens();
    let said = answer.json();
    assert_eq!(said["audiences"], json!(["one", "two"]));
    assert_eq!((&said["username"], &said["may"]), (&json!("aé"), &json!("write")));
    assert_eq!((&said["empty"], &said["of_the_client"]), (&Value::Null, &Value::Null));
    assert_eq!(host.asked(), 1);
    for twice in [[("voucher", "a"), ("x", "b")], [("x", "a"), ("x", "b")]] {
        let answer = ask(s, "backend", &twice).await;
        answer.assert_error(400, "invalid_request", "body is given more than once");
    }
    let own = [("grant_type", "client_credentials"), ("audience", "a"), ("audience", "b")];
    let secret = s.world.secret("acme", "backend");
    let answer = s.post_basic(TOKEN, "backend", secret, &own).await;
    answer.assert_error(400, "invalid_request", "body is given more than once");
    let whole = form(TOKEN, &with(s, "backend", &[]));
    for broken in ["x=%", "x=%ff", "%ff=x", "username=%ff"] {
        let mut request = whole.clone();
        *request.body_mut() = [whole.body().as_ref(), b"&", broken.as_bytes()].concat().into();
        let name = if broken.starts_with('u') { "username" } else { "body" };
        let why = format!("{name} is not form-urlencoded UTF-8");
        s.send(request).await.assert_error(400, "invalid_request", &why);
    }
    assert_eq!((host.asked(), whole.method()), (1, &Method::POST));
}

/// RFC 9449 §5, §11.1: tokens are bound as ever, by a proof that counts once; the host is told to which key. A
/// proof is used up where the host says yes, and not before: a stranger has nothing but proofs.
pub async fn its_tokens_are_bound(s: &Stage) {
    let (s, host) = &lent(s).await;
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    for whose in [&[][..], &[ALICE]] {
        let before = host.asked();
        let proof = fresh(s, &key);
        let request = || with_proof(form(TOKEN, &with(s, "backend", whose)), &proof);
        let answer = s.send(request()).await;
        super::prover::assert_bound(&answer, &key);
        assert_eq!(answer.json()["key"], key.thumbprint());
        let again = s.send(request()).await;
        super::prover::assert_refused(&again, "it was used before");
        assert_eq!(host.asked(), before + 2);
        let unused = fresh(s, &key);
        let refused = [whose, &[("mood", "used")]].concat();
        for form in [with(s, "backend", &refused), with(s, "backend", whose)] {
            let answer = s.send(with_proof(crate::form(TOKEN, &form), &unused)).await;
            let status = if form.contains(&("mood", "used")) { 400 } else { 200 };
            assert_eq!(answer.status, status, "{answer:?}");
        }
    }
    let bound = s.send(with_proof(form(TOKEN, &with(s, "spa", &[ALICE])), &fresh(s, &key))).await;
    let tokens = super::prover::assert_bound(&bound, &key);
    assert_eq!(super::prover::renew(s, "spa", &tokens.refresh, &[]).await.status, 400);
}
