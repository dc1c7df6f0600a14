//! The crate `openidconnect`.

use CoreJwsSigningAlgorithm as Alg;
use anyhow::{Context, bail, ensure};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    LogoutRequest, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    TokenResponse,
    core::{
        CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreJwsSigningAlgorithm,
        CoreUserInfoClaims,
    },
};

use crate::{
    say,
    setting::{CALLBACK, SCOPE, Setting},
    visitor::{Visitor, parameter},
};

const SIGNED_OUT: &str = "http://127.0.0.1/signed-out";
/// Clients, the algorithm of their ID tokens, and how they prove themselves.
const CLIENTS: [(&str, Alg, Option<AuthType>); 5] = [
    ("native", Alg::RsaSsaPkcs1V15Sha256, None),
    ("native-es256", Alg::EcdsaP256Sha256, None),
    ("native-eddsa", Alg::EdDsa, None),
    ("web-basic", Alg::RsaSsaPkcs1V15Sha256, Some(AuthType::BasicAuth)),
    ("web-post", Alg::RsaSsaPkcs1V15Sha256, Some(AuthType::RequestBody)),
];

/// # Errors
/// The first thing that is not as expected.
pub async fn check(setting: &Setting) -> anyhow::Result<()> {
    // Discovery fetches the JWKS as well, and compares issuers letter by letter.
    let slash = IssuerUrl::new(format!("{}/", setting.issuer))?;
    let other = ProviderMetadataWithLogout::discover_async(slash, &setting.http).await;
    ensure!(other.is_err(), "an issuer with a slash is another one");
    let issuer = IssuerUrl::new(setting.issuer.clone())?;
    let provider = ProviderMetadataWithLogout::discover_async(issuer, &setting.http).await?;
    for (id, alg, auth) in CLIENTS {
        let name = format!("openidconnect: {id}, {alg:?}");
        client(setting, &provider, (id, alg, auth)).await.with_context(|| name.clone())?;
        say(&name);
    }
    Ok(())
}

async fn client(
    setting: &Setting,
    provider: &ProviderMetadataWithLogout,
    (id, alg, auth): (&str, Alg, Option<AuthType>),
) -> anyhow::Result<()> {
    let http = &setting.http;
    let secret = auth.is_some().then(|| ClientSecret::new(setting.secret.clone()));
    let id = ClientId::new(id.to_owned());
    let client = CoreClient::from_provider_metadata(provider.clone(), id, secret)
        .set_auth_type(auth.unwrap_or(AuthType::RequestBody))
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned())?);
    let begin = |challenge| {
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let url = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = SCOPE.map(|scope| Scope::new(scope.to_owned()));
        url.add_scopes(scopes).set_pkce_challenge(challenge).url()
    };

    let mut visitor = Visitor::new(setting, "openidconnect")?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let (url, state, nonce) = begin(challenge);
    let callback = visitor.allow(&url).await?;
    ensure!(parameter(&callback, "state")? == *state.secret(), "another state: {callback}");
    ensure!(parameter(&callback, "iss")? == setting.issuer, "another issuer: {callback}");
    let code = || anyhow::Ok(AuthorizationCode::new(parameter(&callback, "code")?));

    let wrong = PkceCodeVerifier::new("wrong".repeat(10));
    let refused = client.exchange_code(code()?)?.set_pkce_verifier(wrong).request_async(http).await;
    let Err(RequestTokenError::ServerResponse(error)) = refused else {
        bail!("a wrong verifier is refused: {refused:?}")
    };
    ensure!(*error.error() == CoreErrorResponseType::InvalidGrant, "{error}");

    let request = client.exchange_code(code()?)?.set_pkce_verifier(verifier);
    let tokens = request.request_async(http).await?;
    let id_token = tokens.id_token().context("no ID token")?;
    let checks = client.id_token_verifier().set_allowed_algs([alg]);
    let claims = id_token.claims(&checks, &nonce)?;
    ensure!(id_token.claims(&checks, &Nonce::new_random()).is_err(), "another nonce is noticed");
    let key = id_token.signing_key(&checks)?;
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
    ensure!(claims.access_token_hash() == Some(&hash), "another access token: {claims:?}");

    let subject = Some(claims.subject().clone());
    let request = client.user_info(tokens.access_token().clone(), subject.clone())?;
    let told: CoreUserInfoClaims = request.request_async(http).await?;
    ensure!(told.email().map(|email| email.as_str()) == Some("otto@example.com"), "{told:?}");

    let refresh = tokens.refresh_token().context("no refresh token")?;
    let fresh = client.exchange_refresh_token(refresh)?.request_async(http).await?;
    let request = client.user_info(fresh.access_token().clone(), subject)?;
    let _: CoreUserInfoClaims = request.request_async(http).await?;

    let end = provider.additional_metadata().end_session_endpoint.clone();
    let end = LogoutRequest::from(end.context("no end_session_endpoint")?)
        .set_id_token_hint(id_token)
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(SIGNED_OUT.to_owned())?)
        .set_state(CsrfToken::new("bye".to_owned()));
    let goodbye = visitor.pass(&end.http_get_url()).await?;
    ensure!(goodbye.as_str() == format!("{SIGNED_OUT}?state=bye"), "{goodbye}");
    Ok(())
}
