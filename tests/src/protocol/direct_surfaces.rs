//! LE-14: what was issued on one surface is a random string on the other, and neither is harmed.

use grantry::{NewClient, types::GrantType};

use super::direct::{assert_alike, forged, invalid_grant};
use crate::{ALICE, PASSWORD, Stage, tenant_id};

/// LE-14.
pub async fn a_direct_refresh_token_is_a_random_string_to_clients(s: &Stage) {
    let token = s.direct_tokens("acme").await.refresh;
    for client in ["app", "backend"] {
        let (dressed, random) = (token.replace("grt_dr_", "grt_rt_"), forged(&token));
        let own = s.refresh("acme", client, &token).await;
        own.assert_error(400, "invalid_grant", &hint());
        let others =
            [s.refresh("acme", client, &dressed).await, s.refresh("acme", client, &random).await];
        assert_alike(&[&[own][..], &others].concat());
    }
    s.direct_refresh("acme", &token).await.tokens();
}

/// LE-14.
pub async fn a_clients_refresh_token_is_a_random_string_to_the_direct_api(s: &Stage) {
    for client in ["app", "backend"] {
        let token = s.tokens("acme", client).await.refresh;
        let dressed = token.replace("grt_rt_", "grt_dr_");
        let own = s.direct_refresh("acme", &token).await;
        own.assert_rpc(400, &invalid_grant());
        let other = s.direct_refresh("acme", &dressed).await;
        assert_alike(&[own, other, s.direct_refresh("acme", &forged(&token)).await]);
        s.refresh("acme", client, &token).await.tokens();
    }
}

/// LE-14: the standard endpoint would ask for PKCE.
pub async fn a_direct_code_is_a_random_string_to_clients(s: &Stage) {
    let code = s.direct_code("acme").await;
    let redeem = async |code: &str| s.redeem_code("acme", "spa", code).await;
    let all = [
        redeem(&code).await,
        redeem(&code.replace("grt_dc_", "grt_ac_")).await,
        redeem(&forged(&code)).await,
    ];
    all[0].assert_error(400, "invalid_grant", &hint());
    assert_alike(&all);
    s.redeem("acme", &code).await.tokens();
}

/// Design: a token of one kind is a random string to every other.
pub async fn a_code_is_no_refresh_token_and_the_reverse(s: &Stage) {
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    for token in [code.clone(), code.replace("grt_dc_", "grt_dr_")] {
        s.direct_refresh("acme", &token).await.assert_rpc(400, &invalid_grant());
    }
    for token in [refresh.clone(), refresh.replace("grt_dr_", "grt_dc_")] {
        s.redeem("acme", &token).await.assert_rpc(400, &invalid_grant());
    }
    s.redeem("acme", &code).await.tokens();
    s.direct_refresh("acme", &refresh).await.tokens();
}

/// The client of direct tokens is a name that nobody can take or use.
pub async fn the_reserved_client_is_nobody(s: &Stage) {
    let token = s.direct_tokens("acme").await.refresh;
    let refused = s.refresh("acme", "direct", &token).await;
    refused.assert_error(401, "invalid_client", "client authentication failed");
    let asked = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "direct")];
    let refused = s.post("/oauth/acme/token", &asked).await;
    refused.assert_error(401, "invalid_client", "client authentication failed");
    for new in [NewClient::public("direct"), NewClient::confidential("direct")] {
        let new = new.grants([GrantType::RefreshToken]);
        let made = s.world.server.admin().create_client(&tenant_id("acme"), new).await;
        assert!(made.is_err(), "{made:?}");
    }
    s.direct_refresh("acme", &token).await.tokens();
}

fn hint() -> String {
    invalid_grant()["message"].as_str().expect("a message").to_owned()
}
