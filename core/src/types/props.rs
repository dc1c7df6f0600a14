//! Laws of the words, for texts that nobody thought of.

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// RFC 6749 appendix A: NQCHAR without the space.
const NAME: &str = "[!#-\\[\\]-~]{1,255}";

/// Scopes of few tokens, so that they have some in common.
fn scopes() -> impl Strategy<Value = Scope> {
    let token = select(vec!["a", "b", "c", "ab", "read", "read:all"]);
    vec(token, 0..6).prop_map(|tokens| tokens.join(" ").parse().unwrap())
}

/// Scheme, host, port, and what comes behind.
type Parts = (&'static str, &'static str, Option<u16>, &'static str);

/// Redirect URIs that have a lot in common.
fn redirect_parts() -> impl Strategy<Value = Parts> {
    (
        select(vec!["http", "https"]),
        select(vec!["127.0.0.1", "[::1]", "localhost", "localhost.evil.example", "a.example"]),
        select(vec![None, Some(80), Some(443), Some(5000)]),
        select(vec!["", "/cb", "/cb?x=1", "/CB", "?x"]),
    )
}

fn is_tenant_id(text: &str) -> bool {
    let part = |part: &str| !part.is_empty();
    text.len() < 64 && text.split('.').all(part) && !text.starts_with(['_', '-'])
}

proptest! {
    #[test]
    fn dv_05_a_user_code_is_read_as_it_is_shown_and_however_it_is_typed(
        bytes in vec(any::<u8>(), 64),
        between in "[ -]{0,3}",
    ) {
        prop_assume!(UserCode::of(bytes.iter().copied()).is_some());
        let code = UserCode::of(bytes).unwrap();
        let shown = code.expose();
        prop_assert_eq!(shown.parse(), Ok(code.clone()));
        let letters = shown.replace('-', "");
        let typed: String = letters.chars().map(|c| format!("{c}{between}")).collect();
        prop_assert_eq!(typed.parse(), Ok(code.clone()));
        prop_assert_eq!(typed.to_lowercase().parse(), Ok(code));
        // One letter more or less is another text.
        prop_assert!(letters[1..].parse::<UserCode>().is_err());
        let more = format!("{letters}B");
        prop_assert!(more.parse::<UserCode>().is_err());
    }

    #[test]
    fn a_tenant_id_is_what_its_grammar_says(text in "[a-z0-9._-]{0,66}", bad in "[^a-z0-9._-]") {
        let taken = text.parse::<TenantId>();
        prop_assert_eq!(taken.is_ok(), is_tenant_id(&text));
        prop_assert!(taken.is_err() || taken.is_ok_and(|id| id.as_str() == text));
        for at in [0, text.len() / 2, text.len()] {
            let spoilt = [&text[..at], &bad, &text[at..]].concat();
            prop_assert!(spoilt.parse::<TenantId>().is_err(), "{:?}", spoilt);
        }
    }

    #[test]
    fn other_words_are_what_their_grammars_say(
        name in NAME, text in "[ -~]{1,255}", bad in "[^ -~]",
    ) {
        prop_assert!(name.parse::<ClientId>().is_ok_and(|id| id.as_str() == name));
        prop_assert!(name.parse::<Audience>().is_ok_and(|audience| audience.as_str() == name));
        prop_assert!(text.parse::<Subject>().is_ok_and(|subject| subject.as_str() == text));
        let odd = text.contains([' ', '"', '\\']);
        prop_assert_eq!(text.parse::<ClientId>().is_err(), odd);
        prop_assert_eq!(text.parse::<Audience>().is_err(), odd);
        let spoilt = [&text[..text.len() / 2], &bad].concat();
        prop_assert!(spoilt.parse::<Subject>().is_err() && spoilt.parse::<ClientId>().is_err());
        prop_assert!(spoilt.parse::<Audience>().is_err());
        let long = text.repeat(256);
        prop_assert!(long[..256].parse::<Subject>().is_err());
        prop_assert!(name.repeat(513)[..513].parse::<Audience>().is_err());
        prop_assert!(name.repeat(256)[..256].parse::<ClientId>().is_err());
    }

    #[test]
    fn a_scope_is_the_set_of_its_tokens(
        text in "[ !#-\\[\\]-~]{0,60}|[ab ]{0,12}", bad in "[\"\\\\\t\n\u{7f}é]",
    ) {
        let scope = text.parse::<Scope>().unwrap();
        let set: BTreeSet<_> = text.split(' ').filter(|token| !token.is_empty()).collect();
        prop_assert!(scope.tokens().eq(set.iter().copied()), "{:?}", scope);
        let again = scope.as_str().parse::<Scope>().unwrap();
        prop_assert_eq!(again.as_str(), scope.as_str());
        prop_assert!(set.iter().all(|token| scope.contains(token)));
        prop_assert_eq!((text + &bad).parse::<Scope>(), Err(InvalidScope::Character));
    }

    #[test]
    fn scopes_are_ordered_and_and_is_their_meet(a in scopes(), b in scopes(), c in scopes()) {
        prop_assert!(a.within(&a));
        prop_assert!(!(a.within(&b) && b.within(&c)) || a.within(&c));
        prop_assert_eq!(a.within(&b) && b.within(&a), a == b);
        let both = a.and(&b);
        prop_assert!(both.within(&a) && both.within(&b));
        // Whatever is within both is within what they have in common.
        prop_assert_eq!(c.within(&a) && c.within(&b), c.within(&both));
        prop_assert_eq!(a.and(&a), a.clone());
        prop_assert_eq!(&both, &b.and(&a));
        prop_assert_eq!(both.and(&c), a.and(&b.and(&c)));
        prop_assert_eq!(a.within(&b), both == a);
        prop_assert!(Scope::default().within(&a));
    }

    #[test]
    fn a_filter_widens_nothing_and_keeps_the_order(a in scopes(), b in scopes(), keep in scopes()) {
        let filter = |scope: &Scope| scope.filter(|token| keep.contains(token));
        prop_assert!(filter(&a).within(&a));
        prop_assert!(!a.within(&b) || filter(&a).within(&filter(&b)));
        prop_assert_eq!(filter(&filter(&a)), filter(&a));
    }

    #[test]
    fn a_redirect_uri_keeps_every_letter(
        text in concat!(
            "https?://[a-z]([a-z0-9]{0,8}[a-z])?(\\.[a-z]{2,5}){0,2}(:[1-9][0-9]{0,3})?",
            "(/[a-zA-Z0-9._~!$&'()*+,;=:@-]{0,8}){0,3}(\\?[a-z0-9=&/?]{0,9})?",
        ),
        bad in "[^!-~]|[\"<>\\\\^`{|}#]",
    ) {
        let uri = text.parse::<RedirectUri>().unwrap();
        prop_assert_eq!((uri.as_str(), uri.to_string()), (&*text, text.clone()));
        for other in [text.clone() + "x", text.replacen("://", "://u@", 1), text.clone() + &bad] {
            prop_assert_ne!(other.parse::<RedirectUri>().ok(), Some(uri.clone()));
        }
        prop_assert!(text.replacen("://", "://u@", 1).parse::<RedirectUri>().is_err());
        prop_assert!((text.clone() + &bad).parse::<RedirectUri>().is_err());
    }

    /// RFC 9700 §4.1.3, RFC 8252 §7.3.
    #[test]
    fn az_07_az_08_a_redirect_uri_allows_its_own_text_and_other_ports_of_the_same_machine(
        (own, asked) in (redirect_parts(), redirect_parts()),
    ) {
        let print = |(scheme, host, port, rest): &Parts| {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{host}{port}{rest}")
        };
        let read = |parts| print(parts).parse::<RedirectUri>().unwrap();
        let allowed = read(&own).allows(&read(&asked));
        let but_for_the_port = (&own.0, &own.1, &own.3) == (&asked.0, &asked.1, &asked.3);
        let local = own.0 == "http" && ["127.0.0.1", "[::1]", "localhost"].contains(&own.1);
        prop_assert_eq!(allowed, own == asked || but_for_the_port && local);
        // Nothing that is spelled otherwise is the same.
        let text = print(&own);
        for other in [format!("{text}/"), format!("{text}?"), text.to_uppercase()] {
            let other = other.parse::<RedirectUri>();
            prop_assert!(other.is_err() || other.is_ok_and(|other| !read(&own).allows(&other)));
        }
    }

    #[test]
    fn an_origin_is_scheme_host_and_port_alone(
        text in concat!(
            "https?://([a-z]{1,8}(\\.[a-z]{2,5}){0,2}|[1-9]{1,2}\\.[1-9]\\.0\\.1)",
            "(:[1-9]0[0-9]{0,2})?",
        ),
        more in "[/?#\\\\@ ]",
    ) {
        prop_assume!(!text.ends_with(":80"));
        prop_assert_eq!(text.parse::<Origin>().unwrap().to_string(), text.clone());
        prop_assert!((text.clone() + &more).parse::<Origin>().is_err());
        prop_assert!(text.to_uppercase().parse::<Origin>().is_err());
    }

    #[test]
    fn lg_10_the_canonical_form_of_a_name_is_its_own(
        text in "\\PC{1,20}|[a-zA-Z0-9@.-]{1,40}|[a-zA-ZßẞſﬁＡ-ＺıİΣσςǄǅé\u{301}\u{307}]{1,12}",
    ) {
        let name = text.parse::<Username>().unwrap();
        prop_assert_eq!(name.as_str(), &text);
        if let Some(form) = name.canonical() {
            let again = form.parse::<Username>().unwrap();
            prop_assert_eq!(again.canonical(), Some(form));
            prop_assert!(!text.is_ascii() || form == text.to_ascii_lowercase());
        } else {
            prop_assert!(!text.bytes().all(|b| b.is_ascii_graphic()), "{:?} has no form", text);
        }
    }

    #[test]
    fn moments_saturate(at: u64, ahead: u64, span: (u64, u32)) {
        let (earlier, span) = (Timestamp::from_millis(at), Duration::new(span.0, span.1 / 8));
        let later = earlier.plus(span);
        prop_assert!(later >= earlier);
        let whole = Duration::from_millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
        prop_assert_eq!(later.since(earlier), whole.min(Duration::from_millis(u64::MAX - at)));
        prop_assert_eq!(earlier.since(earlier.plus(Duration::from_millis(ahead))), Duration::ZERO);
        prop_assert!(earlier.next() > earlier || at == u64::MAX);
        let second = earlier.whole_second();
        prop_assert!(second >= earlier || at > u64::MAX - 1000);
        prop_assert!(second.since(earlier) < Duration::from_secs(1));
        prop_assert_eq!(Timestamp::from_secs(earlier.as_secs()).as_secs(), earlier.as_secs());
    }

    #[test]
    fn lg_05_of_a_chain_of_proxies_the_rightmost_stranger_counts(
        strangers: Vec<u32>, proxies in vec(any::<[u8; 3]>(), 0..5), junk: bool,
    ) {
        let listed = Proxies::parse(["10.0.0.0/8"]).unwrap();
        let proxy = |[a, b, c]: [u8; 3]| IpAddr::from([10, a, b, c]);
        let strangers = strangers.into_iter().map(|bits| IpAddr::from(bits.to_be_bytes()));
        let strangers: Vec<_> = strangers.filter(|address| !listed.contains(*address)).collect();
        let mut hops: Vec<_> = strangers.iter().copied().map(Some).collect();
        hops.extend(junk.then_some(None));
        hops.extend(proxies.iter().copied().map(proxy).map(Some));
        let peer = IpAddr::from([10, 0, 0, 1]);
        let nearest = proxies.first().copied().map_or(peer, proxy);
        let want = strangers.last().copied().filter(|_| !junk).unwrap_or(nearest);
        prop_assert_eq!(listed.client(peer, &hops), want);
        // Nobody else is believed.
        let stranger = IpAddr::from([192, 0, 2, 1]);
        prop_assert_eq!(listed.client(stranger, &hops), stranger);
    }
}
