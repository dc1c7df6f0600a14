//! Requests of devices on which nobody can sign in (RFC 8628 §3.1).

use http::HeaderMap;

use super::{Form, read_client::ClientParameters, read_resources::read_resources};
use crate::error::Error;
use crate::types::{ClientCredentials, Scope, Wanted, limits};

/// Reads what a device asks for, and what its client says of itself.
///
/// # Errors
/// As [`super::read_token_request`].
pub fn read_device_request(
    headers: &HeaderMap,
    mut form: Form,
) -> Result<(Wanted, ClientCredentials), Error> {
    let client = ClientParameters::of(&mut form);
    let scope = form.optional("scope", limits::SCOPE).map(|text| text.parse::<Scope>());
    let resource = read_resources(&mut form);
    form.finish(Some(()))?;
    // RFC 6749 §5.2: "The requested scope is invalid, unknown, malformed".
    let scope = scope.transpose().map_err(|_| Error::Scope)?;
    // RFC 8707 §2: "The requested resource is invalid, missing, unknown, or malformed."
    let resource = match resource {
        Some(None) => return Err(Error::Target),
        named => named.flatten(),
    };
    Ok((Wanted { scope, resource }, client.credentials(headers)?))
}
