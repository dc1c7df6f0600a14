//! What a client says of itself, whatever it asks for (RFC 6749 §2.3, RFC 7521 §4.2).

use http::HeaderMap;
use zeroize::Zeroizing;

use super::{Form, basic};
use crate::error::{ClientFault, Error, ViolationKind::MustBe};
use crate::types::{ClientAuthMethod, ClientCredentials, PresentedSecret, limits};

const LEFT_OUT: &str = "left out where the Authorization header is used";
const ALONE: &str = "left out where the client authenticates in another way";
const THE_SAME: &str = "left out, or be the one of the Authorization header";
/// RFC 7523 §2.2
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Parameters by which a client says who it is and proves it.
pub(super) struct ClientParameters {
    id: Option<Zeroizing<String>>,
    secret: Option<Zeroizing<String>>,
    assertion_type: Option<Zeroizing<String>>,
    assertion: Option<Zeroizing<String>>,
}

impl ClientParameters {
    /// Takes them out of a form. What is wrong with them is noted there.
    pub(super) fn of(form: &mut Form) -> Self {
        let id = form.optional("client_id", limits::CREDENTIAL);
        let secret = form.optional("client_secret", limits::CREDENTIAL);
        let assertion_type = form.optional("client_assertion_type", limits::CREDENTIAL);
        let assertion = form.optional("client_assertion", limits::ASSERTION);
        Self { id, secret, assertion_type, assertion }
    }

    /// Who the client says it is, and how it would prove it.
    ///
    /// # Errors
    /// `invalid_client` for credentials that cannot be read; two ways to authenticate at once are
    /// `invalid_request` (RFC 6749 §2.3).
    pub(super) fn credentials(self, headers: &HeaderMap) -> Result<ClientCredentials, Error> {
        let Self { id, secret, assertion_type, assertion } = self;
        let basic = basic::read(headers)?;
        // RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
        // A client_id beside it only repeats who it is.
        if secret.is_some() && basic.is_some() {
            return Err(Error::parameter("client_secret", MustBe(LEFT_OUT)));
        }
        if (assertion.is_some() || assertion_type.is_some())
            && (basic.is_some() || secret.is_some())
        {
            return Err(Error::parameter("client_assertion", MustBe(ALONE)));
        }
        if let Some((own, secret)) = basic {
            return match id.is_none_or(|id| *id == own.as_str()) {
                true => Ok(ClientCredentials::Named { id: own, secret: Some(secret) }),
                false => Err(Error::parameter("client_id", MustBe(THE_SAME))),
            };
        }
        let id = id.map(|id| id.parse().map_err(|_| ClientFault::Unknown)).transpose()?;
        match (assertion_type, assertion) {
            (Some(kind), Some(assertion)) if **kind == *JWT_BEARER => {
                Ok(ClientCredentials::Assertion { id, assertion: assertion.into() })
            }
            (None, None) => {
                let method = ClientAuthMethod::Post;
                let secret = secret.map(|secret| PresentedSecret { method, secret: secret.into() });
                Ok(ClientCredentials::Named { id: id.ok_or(ClientFault::Missing)?, secret })
            }
            // RFC 7521 §4.2.1: whatever is wrong with an assertion, the client has not proved itself.
            _ => Err(ClientFault::Malformed.into()),
        }
    }
}
