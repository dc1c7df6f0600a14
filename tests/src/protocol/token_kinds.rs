//! Codes and refresh tokens as texts: each kind, surface and tenant is a random string to others.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::grant::{Grant, Holder, whole};
use crate::{Stage, claims};

/// RFC 6749 §10.10: a prefix for scanners, and 54 bytes in the alphabet of URLs (RFC 4648 §5).
pub async fn opaque_tokens_have_a_shape(s: &Stage) {
    let code = s.direct_code("acme").await;
    let direct = s.direct_tokens("acme").await.refresh;
    let standard = s.tokens("acme", "app").await.refresh;
    for (token, prefix) in [(code, "grt_dc_"), (direct, "grt_dr_"), (standard, "grt_rt_")] {
        let rest = token.strip_prefix(prefix).expect("a prefix");
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        assert!(rest.len() == 72 && rest.bytes().all(plain), "{token}");
    }
}

/// RF-17, RF-18, TK-07: nothing else is a refresh token: no access token, no code, no token of the
/// other surface, not in its prefix either, and nothing that a stolen row shows.
pub async fn nothing_but_a_refresh_token_is_one(s: &Stage) {
    let code = s.direct_code("acme").await;
    let grants = [
        Grant::begin(s, "acme", Holder::Direct).await,
        Grant::begin(s, "acme", Holder::App).await,
        Grant::begin(s, "acme", Holder::Backend).await,
    ];
    for grant in &grants {
        let holder = grant.holder;
        let prefix = &grant.first.refresh[..7];
        let random = holder.presents(s, "acme", "x").await;
        holder.assert_refused(&random);
        let gid = claims(&grant.first.access)["gid"].as_str().expect("a grant").to_owned();
        let mut shown = vec![
            grant.first.access.clone(),
            code.clone(),
            format!("{prefix}{}", &code[7..]),
            format!("{prefix}{gid}"),
            gid,
        ];
        // The one surface's tokens on the other, in both prefixes.
        let direct = |grant: &Grant<'_>| grant.holder == Holder::Direct;
        for other in grants.iter().filter(|other| direct(other) != direct(grant)) {
            let token = &other.first.refresh;
            shown.extend([token.clone(), format!("{prefix}{}", &token[7..])]);
        }
        let before = grant.row().await;
        for token in &shown {
            let answer = holder.presents(s, "acme", token).await;
            assert_eq!(whole(&answer), whole(&random), "{holder:?} {token}");
        }
        assert_eq!(grant.row().await, before);
    }
    assert_eq!(s.redeem("acme", &code).await.status, 200, "it was left alone");
}

/// RF-18: nothing that a stolen row holds is a token, in whatever dress, nor does it hold one.
pub async fn a_stolen_row_presents_nothing(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let row = grant.row().await;
        let (prefix, text) = grant.first.refresh.split_at(7);
        let token = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let id = row.id.as_bytes();
        assert_ne!(token[2..18], id[..], "the seed is not kept");
        let head = &token[..2];
        let generation = row.generation.0.to_be_bytes();
        for seed in [id, &[0; 16]] {
            for mac in [[0; 32], [id, &id[..]].concat().try_into().expect("32 bytes")] {
                let forged = [head, seed, &generation, &mac].concat();
                grant.is_refused(&format!("{prefix}{}", URL_SAFE_NO_PAD.encode(forged))).await;
            }
            // Under a MAC that is good for something else.
            let forged = [head, seed, &token[18..]].concat();
            grant.is_refused(&format!("{prefix}{}", URL_SAFE_NO_PAD.encode(forged))).await;
        }
        let printed = format!("{row:?}");
        let seed = token[2..18].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert!(!printed.contains(&seed) && !printed.contains(text), "{printed}");
        assert_eq!(grant.row().await, row);
        grant.gets(&grant.first.refresh).await;
    }
}

/// TK-07: nothing else is a code, and what was shown as one stays what it is.
pub async fn nothing_but_a_code_is_one(s: &Stage) {
    let random = s.redeem("acme", "x").await;
    Holder::Direct.assert_refused(&random);
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let before = grant.row().await;
        let (access, refresh) = (&grant.first.access, &grant.first.refresh);
        let dressed = format!("grt_dc_{}", &refresh[7..]);
        for token in [access, refresh, &dressed] {
            assert_eq!(whole(&s.redeem("acme", token).await), whole(&random), "{token}");
        }
        assert_eq!(grant.row().await, before);
        grant.gets(refresh).await;
    }
}
