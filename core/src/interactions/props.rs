//! Laws of the row of a request that waits, for requests that nobody thought of.

use std::{sync::Arc, time::Duration};

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{Interaction, Progress, Pushed};
use crate::types::{
    AuthorizationRequest, Device, Kind, Login, Prompt, Proof, ReplyTo, ResponseMode, SenderKey,
    Set, TicketId, Timestamp, Verifier, Version,
};

type Text = Box<str>;

fn text() -> impl Strategy<Value = Text> {
    ".{0,20}".prop_map(Into::into)
}

fn texts() -> impl Strategy<Value = Box<[Text]>> {
    vec(text(), 0..3).prop_map(Into::into)
}

fn id() -> impl Strategy<Value = TicketId> {
    any::<[u8; 16]>().prop_map(TicketId::from_bytes)
}

fn proofs() -> impl Strategy<Value = Proof> {
    (any::<u64>(), texts(), option::of(text())).prop_map(|(at, methods, class)| Proof {
        at: Timestamp::from_millis(at),
        methods,
        class,
    })
}

prop_compose! {
    fn requests()(
        uri in select(vec!["https://a.example/cb?x=1", "http://[::1]:7/cb", "com.example.app:/cb"]),
        (form_post, named_redirect_uri) in any::<(bool, bool)>(),
        (state, nonce, login_hint) in (option::of(text()), option::of(text()), option::of(text())),
        scope in select(vec!["", "openid", "openid read"]),
        resource in option::of(select(vec!["urn:a", "https://b.example urn:a"])),
        (challenge, sender_key) in (option::of("[a-z]{43}"), option::of(any::<[u8; 32]>())),
        prompt in vec(select(Prompt::ALL), 0..4),
        max_age in option::of(any::<u32>()),
        hinted in option::of("[ -~]{1,20}"),
        claims in option::of("[a-z]{1,9}"),
        (acr_values, ui_locales) in (texts(), texts()),
    ) -> AuthorizationRequest {
        let claims = claims.map(|name| format!(r#"{{"userinfo":{{"{name}":null}}}}"#));
        AuthorizationRequest {
            client: "app".parse().unwrap(),
            reply: ReplyTo {
                redirect_uri: uri.parse().unwrap(),
                mode: if form_post { ResponseMode::FormPost } else { ResponseMode::Query },
                state,
            },
            named_redirect_uri,
            scope: scope.parse().unwrap(),
            resource: resource.map(|text| text.parse().unwrap()),
            nonce,
            challenge: challenge.map(|text| text.parse::<Verifier>().unwrap().challenge()),
            sender_key: sender_key.map(SenderKey::from_bytes),
            prompt: prompt.into_iter().collect::<Set<_>>(),
            max_age: max_age.map(|seconds| Duration::from_secs(seconds.into())),
            login_hint,
            hinted: hinted.map(|text| text.parse().unwrap()),
            acr_values,
            claims: claims.map(|text| Arc::new(text.parse().unwrap())),
            ui_locales,
        }
    }
}

prop_compose! {
    fn logins()(subject in "[ -~]{1,20}", name in option::of(text()), proof in proofs()) -> Login {
        Login { subject: subject.parse().unwrap(), name, proof }
    }
}

prop_compose! {
    fn devices()(
        grant in id(),
        (key, expires_at) in any::<(u8, u64)>(),
        source in option::of(text()),
    ) -> Device {
        Device { grant, key, source, expires_at: Timestamp::from_millis(expires_at) }
    }
}

prop_compose! {
    fn interactions()(
        (id, browser) in (id(), id()),
        (version, began_at, expires_at) in any::<(u64, u64, u64)>(),
        request in requests(),
        (session, sid, pushed) in (option::of(id()), option::of(id()), option::of(id())),
        device in option::of(devices()),
        [fresh, chosen, switching, refused, done] in any::<[bool; 5]>(),
        login in option::of(logins()),
    ) -> Interaction {
        Interaction {
            id,
            version: Version(version),
            browser,
            began_at: Timestamp::from_millis(began_at),
            expires_at: Timestamp::from_millis(expires_at),
            request,
            pushed,
            device,
            progress: Progress { session, sid, fresh, chosen, switching, login, refused, done },
        }
    }
}

prop_compose! {
    fn pushes()(
        id in id(),
        (version, until) in any::<(u64, u64)>(),
        (opened, used) in any::<(bool, bool)>(),
        request in requests(),
    ) -> Pushed {
        Pushed { id, version: Version(version), until: Timestamp::from_millis(until), opened, used, request }
    }
}

proptest! {
    #[test]
    fn what_is_pushed_is_found_again_as_it_was_and_is_no_page(one in pushes()) {
        let parked = one.encode().unwrap();
        prop_assert_eq!(Interaction::decode(&parked), None);
        prop_assert_eq!(Pushed::decode(&parked), Some(one));
    }

    #[test]
    fn what_is_parked_is_found_again_as_it_was(one in interactions()) {
        let parked = one.encode().unwrap();
        prop_assert_eq!(Interaction::decode(&parked), Some(one));
    }

    /// What another version wrote, or nobody, is no request; and nothing that a store may hold is a panic.
    #[test]
    fn what_is_no_row_of_ours_is_none(one in interactions(), cut in 0..99_usize, bytes: Vec<u8>) {
        let mut parked = one.encode().unwrap();
        let whole = parked.body.len();
        parked.body = parked.body[..whole - 1 - cut.min(whole - 1)].into();
        prop_assert_eq!(Interaction::decode(&parked), None);
        parked.body = bytes.into();
        prop_assert_eq!(Interaction::decode(&parked), None);
    }
}
