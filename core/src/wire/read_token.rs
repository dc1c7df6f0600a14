//! Requests of `POST …/token` (RFC 6749).

use http::HeaderMap;

use super::{Form, read_client::ClientParameters, read_resources::read_resources};
use crate::error::Error;
use crate::ports::ExtensionGrants;
use crate::types::{ClientCredentials, Password, Scope, TokenRequest, Wanted, limits};

const A_URI: &str = "an absolute URI without fragment and user information";
const A_VERIFIER: &str = "43 to 128 unreserved characters";
const A_NAME: &str = "1 to 256 bytes without control characters";

/// Reads a token request and what the client says of itself; `lent` are the grants of the host's own.
///
/// # Errors
/// Every parameter that is wrong; `invalid_client` for credentials that cannot be read; two ways
/// to authenticate at once are `invalid_request` (RFC 6749 §2.3).
pub fn read_token_request(
    headers: &HeaderMap,
    mut form: Form,
    lent: &ExtensionGrants,
) -> Result<(TokenRequest, ClientCredentials), Error> {
    let grant_type = form.required("grant_type", limits::STATE);
    let client = ClientParameters::of(&mut form);
    let scope = form.optional("scope", limits::SCOPE).map(|text| text.parse::<Scope>());
    let malformed_scope = matches!(scope, Some(Err(_)));
    let resource = read_resources(&mut form);
    let malformed_resource = matches!(resource, Some(None));
    let wanted = Wanted { scope: scope.and_then(Result::ok), resource: resource.flatten() };
    let request = match grant_type.as_ref().map(|name| name.as_str()) {
        Some("client_credentials") => Some(TokenRequest::ClientCredentials { wanted }),
        Some("password") => {
            let username = form.required("username", limits::USERNAME);
            let username = form.check("username", username.map(|text| text.parse()), A_NAME);
            let password = form.required("password", limits::PASSWORD);
            let password = password.map(Password::from);
            username.zip(password).map(|(username, password)| TokenRequest::Password {
                username,
                password,
                wanted,
            })
        }
        Some("authorization_code") => {
            let code = form.required("code", limits::CREDENTIAL);
            let uri = form.optional("redirect_uri", limits::REDIRECT_URI).map(|text| text.parse());
            let redirect_uri = form.check("redirect_uri", uri, A_URI);
            let verifier = form.optional("code_verifier", limits::CREDENTIAL);
            let verifier = verifier.map(|text| text.parse());
            let verifier = form.check("code_verifier", verifier, A_VERIFIER);
            code.map(|code| TokenRequest::AuthorizationCode {
                code: code.into(),
                redirect_uri,
                verifier,
                resource: wanted.resource,
            })
        }
        Some("urn:ietf:params:oauth:grant-type:device_code") => {
            let code = form.required("device_code", limits::CREDENTIAL);
            code.map(|code| TokenRequest::DeviceCode {
                code: code.into(),
                resource: wanted.resource,
            })
        }
        Some("refresh_token") => {
            let token = form.required("refresh_token", limits::CREDENTIAL);
            token.map(|token| TokenRequest::RefreshToken { token: token.into(), wanted })
        }
        Some(name) => match lent.name(name) {
            Some(name) => {
                let parameters = form.rest("body");
                Some(TokenRequest::Extension { name, parameters, wanted })
            }
            None if form.wrong_elsewhere("grant_type") => None,
            None => return Err(Error::UnsupportedGrantType),
        },
        None => None,
    };
    let request = form.finish(request)?;
    // RFC 6749 §5.2: "The requested scope is invalid, unknown, malformed".
    if malformed_scope {
        return Err(Error::Scope);
    }
    // RFC 8707 §2: "The requested resource is invalid, missing, unknown, or malformed."
    if malformed_resource {
        return Err(Error::Target);
    }
    Ok((request, client.credentials(headers)?))
}
