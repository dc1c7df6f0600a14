//! A user authorized a client in the browser: its code (RFC 6749 §4.1.2).

use std::sync::Arc;

use super::begin::{Beginning, begin, keep};
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::sign_in::SignedIn;
use crate::tokens::print;
use crate::types::{
    AuthorizationRequest, Authorized, Binding, Caller, Client, Code, GrantType, Reach, Session,
    Surface,
};

/// Who authorized whom for what.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// Whom.
    pub client: &'a Arc<Client>,
    /// For what.
    pub request: &'a AuthorizationRequest,
    /// Who.
    pub session: &'a Session,
}

/// Issues the code.
///
/// # Errors
/// When a store does not answer, or there is no chance to be had.
pub async fn authorize(ctx: &Context, given: Authorization<'_>) -> Result<Code, Error> {
    let Authorization { client, request, session } = given;
    let caller = Caller {
        client: client.clone(),
        authenticated: false,
        surface: Surface::Standard,
        sender: None,
    };
    let user = SignedIn { subject: session.subject.clone(), at: ctx.now };
    let named = request.named_redirect_uri.then_some(&request.reply.redirect_uri);
    let binding = Binding::of(named, request.challenge.as_ref());
    let resource = request.resource.as_ref();
    let audience = policy::granted_audience(&ctx.tenant.policy, client, resource)?;
    let reach = Reach { audience, scope: request.scope.clone() };
    let (token, mut ticket) = begin(ctx, &caller, user, reach, Beginning::Code(binding))?;
    // RFC 9449 §10
    ticket.sender_key = request.sender_key.map(Box::new);
    // OpenID Connect Core §11: offline access is for when the user is not signed in.
    let offline = request.scope.contains("offline_access");
    ticket.authorized = Some(Arc::new(Authorized {
        session: (!offline).then_some(session.sid),
        proof: session.proof.clone(),
        nonce: request.nonce.clone(),
        claims: request.claims.as_ref().map(|claims| claims.text.clone()),
    }));
    let code = print(ctx, caller.surface.code(), &token).await?;
    keep(ctx, client, &ticket, GrantType::AuthorizationCode).await?;
    Ok(Code::new(code))
}
