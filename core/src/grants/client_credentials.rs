//! A client on its own behalf (RFC 6749 §4.4): an access token, and no row.

use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::{AccessTokenTerms, mint};
use crate::types::{Caller, GrantType, Scope, Timestamp, TokenAnswer};

pub(super) async fn issue(
    ctx: &Context,
    caller: &Caller,
    asked: Option<&Scope>,
) -> Result<TokenAnswer, Error> {
    let (rules, client) = (&ctx.tenant.policy, &caller.client);
    let scope = policy::granted_scope(rules, client, GrantType::ClientCredentials, asked)?;
    let terms = AccessTokenTerms {
        // RFC 9068 §2.2: "the sub claim … should correspond to … the client application".
        subject: client.id.as_str(),
        client: &client.id,
        audience: &policy::audience_of(rules, client),
        scope: &scope,
        grant: None,
        ends_at: Timestamp::from_millis(u64::MAX),
    };
    let (access_token, expires_in) = mint(ctx, terms).await?;
    ctx.recorder().record(EventKind::Issued(GrantType::ClientCredentials), None);
    // RFC 6749 §4.4.3: "A refresh token SHOULD NOT be included."
    Ok(TokenAnswer { access_token, expires_in, refresh_token: None, scope })
}
