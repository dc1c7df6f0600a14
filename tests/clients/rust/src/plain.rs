//! The crate `oauth2`, which knows no OpenID Connect.

use anyhow::{Context, ensure};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, StandardDeviceAuthorizationResponse, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponseType},
};

use crate::{
    say,
    setting::{CALLBACK, Setting},
    visitor::{Visitor, parameter},
};

/// Clients, and how they prove themselves.
const CLIENTS: [(&str, Option<AuthType>); 3] = [
    ("native", None),
    ("web-basic", Some(AuthType::BasicAuth)),
    ("web-post", Some(AuthType::RequestBody)),
];

/// # Errors
/// The first thing that is not as expected.
pub async fn check(setting: &Setting) -> anyhow::Result<()> {
    for (id, auth) in CLIENTS {
        let name = format!("oauth2: {id}");
        client(setting, id, auth).await.with_context(|| name.clone())?;
        say(&name);
    }
    device(setting).await.context("oauth2: tv, a device")?;
    say("oauth2: tv, a device");
    Ok(())
}

/// A device on which nobody can sign in (RFC 8628).
async fn device(setting: &Setting) -> anyhow::Result<()> {
    let (issuer, http) = (&setting.issuer, &setting.http);
    let place = DeviceAuthorizationUrl::new(format!("{issuer}/device_authorization"))?;
    let client = BasicClient::new(ClientId::new("tv".to_owned()))
        .set_device_authorization_url(place)
        .set_token_uri(TokenUrl::new(format!("{issuer}/token"))?);
    let request = client.exchange_device_code().add_scope(Scope::new("read".to_owned()));
    let codes: StandardDeviceAuthorizationResponse = request.request_async(http).await?;
    let link = codes.verification_uri_complete().context("no link")?.secret().parse()?;
    Visitor::new(setting, "oauth2")?.let_in(&link, codes.user_code().secret()).await?;
    let request = client.exchange_device_access_token(&codes);
    let tokens = request.request_async(http, tokio::time::sleep, None).await?;
    let refresh = tokens.refresh_token().context("no refresh token")?;
    client.exchange_refresh_token(refresh).request_async(http).await?;
    Ok(())
}

async fn client(setting: &Setting, id: &str, auth: Option<AuthType>) -> anyhow::Result<()> {
    let (issuer, http) = (&setting.issuer, &setting.http);
    let mut client = BasicClient::new(ClientId::new(id.to_owned()))
        .set_auth_uri(AuthUrl::new(format!("{issuer}/authorize"))?)
        .set_token_uri(TokenUrl::new(format!("{issuer}/token"))?)
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned())?);
    if let Some(auth) = auth {
        let secret = ClientSecret::new(setting.secret.clone());
        client = client.set_client_secret(secret).set_auth_type(auth);
    }
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new("read".to_owned()))
        .set_pkce_challenge(challenge)
        .url();
    let callback = Visitor::new(setting, "oauth2")?.allow(&url).await?;
    ensure!(parameter(&callback, "state")? == *state.secret(), "another state: {callback}");
    let code = || anyhow::Ok(AuthorizationCode::new(parameter(&callback, "code")?));

    let wrong = PkceCodeVerifier::new("wrong".repeat(10));
    let refused = client.exchange_code(code()?).set_pkce_verifier(wrong).request_async(http).await;
    let noticed = matches!(&refused, Err(RequestTokenError::ServerResponse(error))
        if *error.error() == BasicErrorResponseType::InvalidGrant);
    ensure!(noticed, "a wrong verifier is refused: {refused:?}");

    let request = client.exchange_code(code()?).set_pkce_verifier(verifier);
    let tokens = request.request_async(http).await?;
    let refresh = tokens.refresh_token().context("no refresh token")?;
    let fresh = client.exchange_refresh_token(refresh).request_async(http).await?;
    ensure!(fresh.access_token().secret() != tokens.access_token().secret(), "the same token");
    Ok(())
}
