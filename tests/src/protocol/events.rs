//! What an operator is told: each thing once, by whom and about whom, and no secret with it.

use std::{sync::Arc, time::Duration};

use grantry::{
    NewClient, NewUser,
    ports::{Event, EventKind, Stores},
    types::{GrantType, Password, Peer, Source, TicketId, Whose},
};

use super::admin::{admin, asks_alone, backend_asks, client_id, subject};
use super::direct::{beside, forged};
use super::grant::{Grant, Holder, now};
use super::throttle::{fails_five_times, tries};
use crate::{ALICE, Kept, PASSWORD, Stage, World, get, grant_of, query, tenant_id};

/// A server beside, on the same tenants, and what it tells.
pub(super) async fn told(s: &Stage) -> (Arc<Kept>, Stage) {
    told_over(s, s.world.stores.clone()).await
}

/// The same over these stores.
pub(super) async fn told_over(s: &Stage, stores: Stores) -> (Arc<Kept>, Stage) {
    let kept = Arc::new(Kept::default());
    let events = kept.clone();
    (kept, beside(s, stores, |builder| builder.events(events)).await)
}

/// An event of acme's in which a client asked, if one is known.
pub(super) fn by(s: &Stage, kind: EventKind, client: &str) -> Event {
    let mut event = Event::new(tenant_id("acme"), now(s), kind);
    event.client = (!client.is_empty()).then(|| client_id(client));
    event
}

/// The same in a grant of Alice's.
fn of(s: &Stage, kind: EventKind, client: &str, grant: TicketId) -> Event {
    let mut event = by(s, kind, client);
    (event.subject, event.grant) = (Some(subject("user-alice")), Some(grant));
    event
}

/// IR-12: what was handed out, to whom, and in which grant.
pub async fn what_is_issued_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    let issued = EventKind::Issued;
    for (holder, client) in
        [(Holder::Direct, "direct"), (Holder::App, "app"), (Holder::Backend, "backend")]
    {
        let grant = Grant::begin(&s, "acme", holder).await;
        let id = grant_of(&grant.first.access);
        assert_eq!(kept.take(), [of(&s, issued(GrantType::Password), client, id)]);
    }
    let code = s.direct_code("acme").await;
    let begun = kept.take();
    let access = s.redeem("acme", &code).await.tokens().access;
    let of_code = |kind| of(&s, kind, "direct", grant_of(&access));
    // Once for the code, and once for the tokens that it was redeemed for.
    let event = of_code(issued(GrantType::AuthorizationCode));
    let told = [event.clone(), of_code(EventKind::Redeemed), event];
    assert_eq!([begun, kept.take()].concat(), told);
    backend_asks(&s, "acme").await.tokens();
    assert_eq!(kept.take(), [by(&s, issued(GrantType::ClientCredentials), "backend")]);
    s.get("/oauth/acme/jwks.json", &[]).await;
    s.get("/oauth/nobody/jwks.json", &[]).await;
    assert_eq!(kept.take(), []);
}

/// RF-01 to RF-07: what became of a refresh token, and of its grant.
pub async fn what_a_refresh_came_to_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    for (holder, client) in [(Holder::Direct, "direct"), (Holder::App, "app")] {
        let grant = Grant::begin(&s, "acme", holder).await;
        let (first, id) = (grant.first.refresh.clone(), grant_of(&grant.first.access));
        let told = |kind| [of(&s, kind, client, id), of(&s, refreshed(), client, id)];
        kept.take();
        let second = grant.gets(&first).await.refresh;
        assert_eq!(kept.take(), told(EventKind::Rotated));
        grant.gets(&first).await;
        assert_eq!(kept.take(), told(EventKind::Retried));
        grant.gets(&second).await;
        assert_eq!(kept.take(), told(EventKind::Held));
        s.world.clock.advance(Duration::from_secs(31));
        grant.is_refused(&first).await;
        let reused = [
            of(&s, EventKind::Reused, client, id),
            by(&s, EventKind::Refused("grant_reused"), client),
        ];
        assert_eq!(kept.take(), reused);
        grant.is_refused(&second).await;
        assert_eq!(kept.take(), [by(&s, EventKind::Refused("grant_refused"), client)]);
    }
    let grant = Grant::begin(&s, "acme", Holder::App).await;
    let second = grant.gets(&grant.first.refresh).await.refresh;
    grant.is_set_back(1).await;
    kept.take();
    grant.is_refused(&second).await;
    let rolled_back = [
        of(&s, EventKind::RolledBack, "app", grant_of(&grant.first.access)),
        by(&s, EventKind::Refused("grant_rolled_back"), "app"),
    ];
    assert_eq!(kept.take(), rolled_back);
}

fn refreshed() -> EventKind {
    EventKind::Issued(GrantType::RefreshToken)
}

/// LG-01: why somebody was refused, more precisely than they learn; the client, once it is known
/// that there is one, and never the user.
pub async fn what_is_refused_is_told_once_with_a_fixed_word(s: &Stage) {
    let (kept, s) = told(s).await;
    let direct = |name, password| tries(&s, "acme", name, password);
    for name in ["alice", "nobody", "two words"] {
        direct(name, "x").await;
        assert_eq!(kept.take(), [by(&s, EventKind::Refused("credentials"), "direct")]);
    }
    let path = "/oauth/acme/token";
    let own = ("grant_type", "client_credentials");
    for (client, secret, why, known) in [
        ("nobody", "x", "client_unknown", ""),
        ("backend", "x", "client_secret", "backend"),
        ("app", "x", "client_method", "app"),
        ("retired", s.world.secret("acme", "retired"), "client_disabled", "retired"),
    ] {
        asks_alone(&s, "acme", client, secret).await;
        assert_eq!(kept.take(), [by(&s, EventKind::Refused(why), known)]);
    }
    let stranger = ("client_id", "app");
    let user = [("grant_type", "password"), ALICE];
    for (parameters, why, known) in [
        (vec![own], "client_missing", ""),
        (vec![own, ("grant_type", "x")], "parameters", ""),
        (vec![("grant_type", "x"), stranger], "unsupported_grant_type", ""),
        (vec![own, stranger], "grant_not_allowed", "app"),
        ([&user[..], &[("password", "x"), stranger]].concat(), "credentials", "app"),
        ([&user[..], &[PASSWORD, stranger, ("scope", "admin")]].concat(), "scope", "app"),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x"), stranger],
            "grant_forged",
            "app",
        ),
    ] {
        s.post(path, &parameters).await;
        assert_eq!(kept.take(), [by(&s, EventKind::Refused(why), known)], "{parameters:?}");
    }
    s.get("/oauth/nobody/token", &[]).await;
    assert_eq!(kept.take(), [], "of no tenant there is nothing to tell");
}

/// LG-05: who waits is told as such and no more, with the source where it is known.
pub async fn who_has_to_wait_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    fails_five_times(&s, "acme", "alice").await;
    assert_eq!(kept.take().len(), 5);
    let wait = |seconds| EventKind::Throttled(Duration::from_secs(seconds));
    tries(&s, "acme", "alice", World::PASSWORD).await;
    assert_eq!(kept.take(), [by(&s, wait(1), "direct")]);
    let user = [("grant_type", "password"), ("username", "bob"), ("password", "x")];
    let mut request = get(&format!("/oauth/acme/token?{}", query(&user)));
    let peer = "[2001:db8:1:2::7]:4711".parse().expect("an address");
    request.extensions_mut().insert(Peer::new(Some(peer)));
    for _ in 0..6 {
        s.send(request.clone()).await;
    }
    let events = kept.take();
    assert!(events.iter().all(|event| event.source == Some(Source::of(peer.ip()))), "{events:?}");
    assert_eq!((events.len(), &events[5].kind), (6, &wait(1)));
}

/// IR-12: how many grants were ended, and whose.
pub async fn what_was_ended_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    for _ in 0..3 {
        s.tokens("acme", "app").await;
    }
    let one = grant_of(&s.tokens("acme", "app").await.access);
    kept.take();
    for (whose, count, client, about) in [
        (Whose::One(one), 1, "", false),
        (Whose::Client(client_id("app")), 3, "app", false),
        (Whose::Subject(alice.clone()), 0, "", true),
        (Whose::Tenant, 0, "", false),
    ] {
        admin(&s).end_grants(&acme, whose).await.expect("done");
        let mut event = by(&s, EventKind::Ended(count), client);
        event.subject = about.then(|| alice.clone());
        assert_eq!(kept.take(), [event]);
    }
}

/// Port contract, `Event`: whatever was sent or handed out in secret is in none, nor is a name that
/// somebody typed.
pub async fn no_event_holds_a_secret_or_a_typed_name(s: &Stage) {
    let (kept, s) = told(s).await;
    let acme = tenant_id("acme");
    let (name, password) = ("marked-name", "marked-password");
    let new = NewUser::new(name, Password::from(password));
    admin(&s).create_user(&acme, new).await.expect("a user");
    let new = NewClient::confidential("made").grants([GrantType::ClientCredentials]);
    let made = admin(&s).create_client(&acme, new).await.expect("a client");
    let added = admin(&s).add_client_secret(&acme, &client_id("made")).await.expect("a secret");
    let mut secrets = vec![name.to_owned(), password.to_owned(), "argon2id".to_owned()];
    secrets.extend([made.secret.expect("a secret"), added].map(|one| one.expose().to_owned()));
    let own = asks_alone(&s, "acme", "made", &secrets[3]).await.tokens();
    let tokens = tries(&s, "acme", name, password).await.tokens();
    let next = s.direct_refresh("acme", &tokens.refresh).await.tokens();
    let code = s.direct_code("acme").await;
    s.redeem("acme", &code).await.tokens();
    s.redeem("acme", &code).await;
    s.direct_refresh("acme", &forged(&next.refresh)).await;
    for wrong in ["marked-guess", "marked guess"] {
        for _ in 0..6 {
            tries(&s, "acme", wrong, "marked-wrong").await;
        }
    }
    asks_alone(&s, "acme", "marked-client", "marked-secret").await;
    let by_marked = [("grant_type", "marked-grant"), ("scope", "marked-scope")];
    s.post("/oauth/acme/token", &by_marked).await;
    secrets.extend([own.access, tokens.access, tokens.refresh, next.access, next.refresh, code]);
    let events = kept.take();
    assert!(events.len() > 20, "{}", events.len());
    let printed = format!("{events:?}");
    assert!(!printed.contains("marked"), "{printed}");
    for secret in secrets {
        assert!(!printed.contains(&secret), "{secret} is in {printed}");
    }
}
