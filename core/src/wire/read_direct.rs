//! Requests of the direct API: every bad parameter is named at once.

use super::Form;
use crate::error::{Error, ViolationKind};
use crate::types::{
    Code, CodeRequest, GrantType, Password, Policy, RedirectUri, RefreshToken, TokenRequest,
    Username, Wanted, limits,
};

const A_NAME: &str = "1 to 256 bytes without control characters";
const A_URI: &str = "an absolute http or https URI without fragment and user information";
const LISTED: &str = "one of the redirect URIs that the tenant lists";

/// Reads a request for a code.
///
/// # Errors
/// Every parameter that is wrong; [`Error::UnsupportedResponseType`] if it is that one alone.
pub fn read_code_request(mut form: Form, policy: &Policy) -> Result<CodeRequest, Error> {
    let response_type = form.required("response_type", limits::STATE);
    let username = username(&mut form);
    let password = password(&mut form);
    let redirect_uri = redirect_uri(&mut form).filter(|uri| {
        let listed = &policy.direct_redirect_uris;
        listed.is_empty() || listed.contains(uri) || {
            form.note("redirect_uri", ViolationKind::MustBe(LISTED));
            false
        }
    });
    form.optional("state", limits::STATE);
    if response_type.is_some_and(|kind| *kind != "code") {
        if !form.wrong_elsewhere("response_type") {
            return Err(Error::UnsupportedResponseType);
        }
        form.note("response_type", ViolationKind::MustBe("code"));
    }
    let request =
        username.zip(password).zip(redirect_uri).map(|((username, password), redirect_uri)| {
            CodeRequest { username, password, redirect_uri }
        });
    form.finish(request)
}

/// Reads a token request. Parameters that the grant does not use are ignored.
///
/// # Errors
/// [`Error::GrantNotAllowed`] where the policy does not name the grant, whatever else is wrong;
/// otherwise every parameter that is wrong, or [`Error::UnsupportedGrantType`] if it is that one
/// alone.
pub fn read_direct_token_request(mut form: Form, policy: &Policy) -> Result<TokenRequest, Error> {
    let grant = form.required("grant_type", limits::STATE).map(|name| grant(&name));
    if let Some(Some(grant)) = grant
        && !policy.grants.contains(&grant)
    {
        return Err(Error::GrantNotAllowed(grant));
    }
    let request = match grant.flatten() {
        Some(GrantType::AuthorizationCode) => {
            let code = form.required("code", limits::CREDENTIAL);
            let redirect_uri = redirect_uri(&mut form);
            code.zip(redirect_uri).map(|(code, redirect_uri)| TokenRequest::AuthorizationCode {
                code: Code::from(code),
                redirect_uri: Some(redirect_uri),
                verifier: None,
                resource: None,
            })
        }
        Some(GrantType::Password) => {
            username(&mut form).zip(password(&mut form)).map(|(username, password)| {
                TokenRequest::Password { username, password, wanted: Wanted::default() }
            })
        }
        Some(GrantType::RefreshToken) => {
            let token = form.required("refresh_token", limits::CREDENTIAL);
            let token = token.map(RefreshToken::from);
            token.map(|token| TokenRequest::RefreshToken { token, wanted: Wanted::default() })
        }
        Some(GrantType::ClientCredentials | GrantType::DeviceCode | GrantType::Extension)
        | None => None,
    };
    if grant == Some(None) {
        if !form.wrong_elsewhere("grant_type") {
            return Err(Error::UnsupportedGrantType);
        }
        form.note("grant_type", ViolationKind::MustBe(super::rpc::GRANTS));
    }
    form.finish(request)
}

/// The documented name of the code grant is `authorize_code`; the standard's is understood too.
fn grant(name: &str) -> Option<GrantType> {
    match name {
        "authorize_code" | "authorization_code" => Some(GrantType::AuthorizationCode),
        "password" => Some(GrantType::Password),
        "refresh_token" => Some(GrantType::RefreshToken),
        _ => None,
    }
}

fn username(form: &mut Form) -> Option<Username> {
    let text = form.required("username", limits::USERNAME);
    form.check("username", text.map(|text| text.parse()), A_NAME)
}

fn password(form: &mut Form) -> Option<Password> {
    // LG-08: an over-long password is a bad parameter, before any user is looked up.
    form.required("password", limits::PASSWORD).map(Password::from)
}

fn redirect_uri(form: &mut Form) -> Option<RedirectUri> {
    let text = form.required("redirect_uri", limits::REDIRECT_URI);
    // An application's own scheme is for browsers, which this surface has nothing to do with.
    let web = |text: &str| text.parse().ok().filter(RedirectUri::is_web).ok_or(());
    form.check("redirect_uri", text.map(|text| web(&text)), A_URI)
}
