//! A user's name and password (RFC 6749 §4.3), for those whose policy names the grant.

use super::begin::{Beginning, begin, keep};
use super::finish::{Answered, Keys, finish};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::sign_in;
use crate::types::{Caller, GrantType, Password, Scope, TokenAnswer, Username};

pub(super) async fn sign_in(
    ctx: &Context,
    caller: &Caller,
    username: &Username,
    password: &Password,
    asked: Option<&Scope>,
) -> Result<TokenAnswer, Error> {
    let rules = &ctx.tenant.policy;
    let scope = policy::granted_scope(rules, &caller.client, GrantType::Password, asked)?;
    let user = sign_in::sign_in(ctx, username, password).await?;
    let (token, ticket) = begin(ctx, caller, user, scope.clone(), Beginning::Tokens)?;
    let answered = Answered { ticket, keys: Keys::of(ctx, caller).await?, said: None };
    let answer = finish(ctx, caller, &token, &answered, scope).await?;
    keep(ctx, &caller.client, &answered.ticket, GrantType::Password).await?;
    Ok(answer)
}
