//! A grant of the host's own (RFC 6749 §4.5): the host says for whom, and everything else is as ever.

use super::begin::{Beginning, begin, keep};
use super::client_credentials;
use super::finish::{Answered, Keys, finish};
use crate::context::Context;
use crate::error::{Error, GrantFault, ViolationKind};
use crate::policy;
use crate::ports::{ExtensionRefusal, ExtensionRequest, ExtensionVerdict, judge_grant};
use crate::sign_in::{SignedIn, counts_since};
use crate::types::{
    Caller, GrantParameters, GrantType, Reach, Subject, Timestamp, TokenAnswer, Wanted,
};

pub(super) async fn exchange(
    ctx: &Context,
    caller: &Caller,
    name: &str,
    parameters: &GrantParameters,
    wanted: &Wanted,
) -> Result<TokenAnswer, Error> {
    let lent = ctx.ports.extension_grants.get(name).ok_or(Error::UnsupportedGrantType)?;
    let rules = &ctx.tenant.policy;
    let Reach { audience, scope } =
        policy::granted(rules, &caller.client, GrantType::Extension, wanted)?;
    let asks = ExtensionRequest {
        tenant: ctx.tenant_id(),
        client: &caller.client.id,
        authenticated: caller.authenticated,
        sender_key: caller.sender.as_ref().map(|sender| &sender.key),
        parameters,
        scope: &scope,
        audience: &audience,
        source: ctx.source,
        now: ctx.now,
    };
    let said = match judge_grant(lent, &asks).await? {
        ExtensionVerdict::Granted(answer) => answer,
        ExtensionVerdict::Refused(why) => return Err(refusal(why)),
    };
    // A key of their own is all that a stranger needs for a proof, and must not be enough to fill a store.
    super::spend_proof(ctx, caller).await?;
    let scope = said.scope.as_ref().map_or(scope.clone(), |told| scope.and(told));
    let reach = Reach { audience, scope };
    let mut answer = match said.user {
        Some((subject, at)) => for_user(ctx, caller, subject, at, reach).await?,
        None => {
            policy::may_act_alone(&caller.client, GrantType::Extension)?;
            let scope = policy::without_user(&reach.scope);
            client_credentials::alone(ctx, caller, Reach { scope, ..reach }, GrantType::Extension)
                .await?
        }
    };
    answer.beside = said.beside;
    Ok(answer)
}

async fn for_user(
    ctx: &Context,
    caller: &Caller,
    subject: Subject,
    at: Timestamp,
    reach: Reach,
) -> Result<TokenAnswer, Error> {
    // A host whose clock is ahead must not make a grant that outlives what ends it.
    let at = at.min(ctx.now);
    let since = match counts_since(ctx, &subject).await {
        Err(Error::Credentials) => return Err(GrantFault::Standing.into()),
        since => since?,
    };
    if at < since {
        return Err(GrantFault::Standing.into());
    }
    let user = SignedIn { subject, at };
    let (token, ticket) = begin(ctx, caller, user, reach.clone(), Beginning::Tokens)?;
    let answered = Answered { ticket, keys: Keys::of(ctx, caller).await?, said: None };
    let answer = finish(ctx, caller, &token, &answered, reach).await?;
    keep(ctx, &caller.client, &answered.ticket, GrantType::Extension).await?;
    Ok(answer)
}

fn refusal(why: ExtensionRefusal) -> Error {
    match why {
        ExtensionRefusal::Missing(name) => Error::parameter(name, ViolationKind::Missing),
        ExtensionRefusal::Parameter { name, must_be } => {
            Error::parameter(name, ViolationKind::MustBe(must_be))
        }
        ExtensionRefusal::Grant => Error::ExtensionRefused,
        ExtensionRefusal::Client => Error::GrantNotAllowed(GrantType::Extension),
        ExtensionRefusal::Scope => Error::Scope,
        ExtensionRefusal::Target => Error::Target,
    }
}
