//! Requests for authorization that are pushed (RFC 9126 §2.1), and references to them (§4).

use http::HeaderMap;
use zeroize::Zeroizing;

use super::{
    Form,
    read_authorization::{read_authorization, read_mode},
    read_client::ClientParameters,
};
use crate::error::{Error, ViolationKind::MustBe};
use crate::types::{Asked, ClientCredentials, ClientId, RedirectUri, ResponseMode, limits};

/// What every reference begins with (RFC 9126 §2.2).
pub const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

const LEFT_OUT: &str = "left out: it is what the answer gives";
const A_URI: &str = "an absolute URI without fragment and user information";

/// A request that is pushed.
pub struct PushedForm {
    /// Where the answer is to go, if the request says so.
    pub redirect_uri: Option<RedirectUri>,
    /// How it gets there.
    pub mode: ResponseMode,
    /// Given back as it came.
    pub state: Option<Box<str>>,
    /// Everything else.
    pub asked: Asked,
}

/// Reads a request that is pushed, and what the client says of itself.
///
/// # Errors
/// As [`super::read_authorization`] and [`super::read_token_request`].
pub fn read_pushed(
    headers: &HeaderMap,
    mut form: Form,
) -> Result<(PushedForm, ClientCredentials), Error> {
    let client = ClientParameters::of(&mut form);
    // PR-03, RFC 9126 §2.1: "The request_uri authorization request parameter … MUST NOT be provided".
    if form.optional("request_uri", limits::FORM).is_some() {
        form.note("request_uri", MustBe(LEFT_OUT));
    }
    let uri = form.optional("redirect_uri", limits::REDIRECT_URI).map(|text| text.parse());
    let redirect_uri = form.check("redirect_uri", uri, A_URI);
    let (mode, state) = read_mode(&mut form);
    let asked = read_authorization(form)?;
    Ok((PushedForm { redirect_uri, mode, state, asked }, client.credentials(headers)?))
}

/// The client and the reference, if a browser brings one; nothing beside them counts (PR-05, RFC 9126 §4,
/// RFC 9101 §5).
///
/// # Errors
/// [`Error::ClientOrRedirect`] where no client is named.
pub fn read_reference(form: &mut Form) -> Result<Option<(ClientId, Zeroizing<String>)>, Error> {
    if !form.peek("request_uri").is_some_and(|uri| uri.starts_with(REQUEST_URI)) {
        return Ok(None);
    }
    let reference = form.optional("request_uri", limits::CREDENTIAL).ok_or(Error::RequestUri)?;
    let client = form.optional("client_id", limits::CREDENTIAL);
    let client = client.and_then(|text| text.parse().ok()).ok_or(Error::ClientOrRedirect)?;
    Ok(Some((client, reference)))
}
