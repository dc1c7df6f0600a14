//! Requests that show a token (RFC 7009 §2.1, RFC 7662 §2.1).

use http::HeaderMap;

use super::{Form, read_client::ClientParameters};
use crate::error::Error;
use crate::types::{ClientCredentials, ShownToken, limits};

/// Reads the token that is shown and what the client says of itself. What the client takes the token for is
/// read for its form alone: it "MAY be ignored" (RFC 7009 §2.1), since our tokens tell their kind themselves.
///
/// # Errors
/// Every parameter that is wrong; then as of a token request.
pub fn read_shown_token(
    headers: &HeaderMap,
    mut form: Form,
) -> Result<(ShownToken, ClientCredentials), Error> {
    let client = ClientParameters::of(&mut form);
    let token = form.required("token", limits::JWT);
    form.optional("token_type_hint", limits::HINT);
    let token = form.finish(token)?;
    Ok((token.into(), client.credentials(headers)?))
}
