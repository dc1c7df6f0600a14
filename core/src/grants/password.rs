//! A user's name and password (RFC 6749 §4.3), for those whose policy names the grant.

use super::begin::{Beginning, begin, keep};
use super::finish::{Answered, Keys, finish};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::sign_in;
use crate::types::{Caller, GrantType, Password, TokenAnswer, Username, Wanted};

pub(super) async fn sign_in(
    ctx: &Context,
    caller: &Caller,
    username: &Username,
    password: &Password,
    wanted: &Wanted,
) -> Result<TokenAnswer, Error> {
    let rules = &ctx.tenant.policy;
    let reach = policy::granted(rules, &caller.client, GrantType::Password, wanted)?;
    let user = sign_in::sign_in(ctx, username, password).await?;
    super::spend_proof(ctx, caller).await?;
    let (token, ticket) = begin(ctx, caller, user, reach.clone(), Beginning::Tokens)?;
    let answered = Answered { ticket, keys: Keys::of(ctx, caller).await?, said: None };
    let answer = finish(ctx, caller, &token, &answered, reach).await?;
    keep(ctx, &caller.client, &answered.ticket, GrantType::Password).await?;
    Ok(answer)
}
