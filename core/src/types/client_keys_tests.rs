use super::*;

/// RFC 8037 appendix A.2, RFC 7517 appendix A.1.
const JWKS: &str = r#"{"keys":[
    {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"},
    {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
     "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig","key_ops":["verify"],"x5c":["x"]},
    {"kty":"RSA","kid":"b","e":"AQAB",
     "n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}
]}"#;

#[test]
fn what_is_kept_is_read_again_and_holds_nothing_else() {
    let keys: ClientKeys = JWKS.parse().unwrap();
    let kept = keys.to_string();
    assert_eq!(kept.parse::<ClientKeys>().as_ref(), Ok(&keys));
    assert_eq!(kept.parse::<ClientKeys>().unwrap().to_string(), kept);
    assert!(!kept.contains("x5c") && !kept.contains("use"), "{kept}");
    let algs: Vec<_> = keys.iter().map(|key| (key.id(), key.alg().as_str())).collect();
    assert_eq!(algs, [(Some("a"), "EdDSA"), (None, "ES256"), (Some("b"), "RS256")]);
}

#[test]
fn one_key_more_or_less_or_another_name_is_another_set() {
    let keys: ClientKeys = JWKS.parse().unwrap();
    for (from, to) in
        [("\"kid\":\"a\"", "\"kid\":\"c\""), ("\"RSA\",", "\"RSA\",\"alg\":\"PS256\",")]
    {
        let other: ClientKeys = JWKS.replace(from, to).parse().unwrap();
        assert_ne!(other, keys, "{to}");
    }
}

#[test]
fn a_key_is_found_by_its_name_or_where_it_is_the_only_one_of_its_kind() {
    let keys: ClientKeys = JWKS.parse().unwrap();
    let found = |kid, alg| keys.find(kid, alg).map(|key| key.alg().as_str());
    assert_eq!(found(Some("a"), "EdDSA"), Some("EdDSA"));
    assert_eq!(found(None, "ES256"), Some("ES256"));
    for (kid, alg) in [(Some("a"), "RS256"), (Some("b"), "PS256"), (Some("c"), "EdDSA"), (None, "")]
    {
        assert_eq!(found(kid, alg), None, "{kid:?} {alg}");
    }
}

#[test]
fn a_message_says_which_key_and_nothing_of_what_was_sent() {
    let bad = JWKS.replace("AQAB", "Aw");
    let error = bad.parse::<ClientKeys>().unwrap_err();
    let why = "key 2 of the JWK Set has an odd e of 65537 or more, and less than 2^32";
    assert_eq!(error.to_string(), why);
}
