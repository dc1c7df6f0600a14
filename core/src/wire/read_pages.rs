//! What pages send back.

use http::{HeaderMap, header};
use zeroize::Zeroizing;

use super::{Form, browser_facts};
use crate::error::Error;
use crate::types::{ClientId, Issuer, Password, Username, limits};

/// What a user answered to a page.
#[derive(Debug)]
pub struct PageAnswer {
    /// Which request it is about.
    pub handle: Option<Zeroizing<String>>,
    /// The button that was pressed; the first one where none was.
    pub action: Option<Zeroizing<String>>,
    /// The name that was typed, as it was.
    pub typed: Option<Zeroizing<String>>,
    /// Name and password, where both may be some.
    pub credentials: Option<(Username, Password)>,
}

/// The handle in the query of a page's URL.
pub fn read_handle(query: &str) -> Option<Zeroizing<String>> {
    Form::parse(query.as_bytes(), "query").optional("handle", limits::CREDENTIAL)
}

/// What a page of an interaction sent back. What is wrong with names and passwords is the page's to say.
pub fn read_page_answer(body: &[u8]) -> PageAnswer {
    let mut form = Form::parse(body, "body");
    let typed = form.optional("username", limits::USERNAME);
    // LG-08: an over-long password is none, before any user is looked up.
    let password = form.optional("password", limits::PASSWORD).map(Password::from);
    let username = typed.as_ref().and_then(|text| text.parse().ok());
    PageAnswer {
        handle: form.optional("interaction", limits::CREDENTIAL),
        action: form.optional("action", limits::HINT),
        typed,
        credentials: username.zip(password),
    }
}

/// What somebody typed as the code of a device, or what the device sent along; what is longer than any code can be
/// is none.
pub fn read_typed_code(form: &[u8], place: &'static str) -> Option<Zeroizing<String>> {
    Form::parse(form, place).optional("user_code", limits::TYPED_USER_CODE)
}

/// A request to sign out (OpenID Connect RP-Initiated Logout §2).
#[derive(Debug, Default)]
pub struct SignOutRequest {
    /// An ID token of ours, so the client says.
    pub id_token_hint: Option<Zeroizing<String>>,
    /// Where to go afterwards.
    pub redirect_uri: Option<Zeroizing<String>>,
    /// Who asks, so they say.
    pub client: Option<ClientId>,
    /// Given back as it came.
    pub state: Option<Zeroizing<String>>,
    /// What our own page sends back.
    pub confirm: Option<Zeroizing<String>>,
    /// The button that was pressed.
    pub action: Option<Zeroizing<String>>,
}

/// Reads a request to sign out.
///
/// # Errors
/// [`Error::Parameters`] with all that is wrong.
pub fn read_sign_out(mut form: Form) -> Result<SignOutRequest, Error> {
    let client = form.optional("client_id", limits::CREDENTIAL).map(|text| text.parse());
    let asked = SignOutRequest {
        id_token_hint: form.optional("id_token_hint", limits::JWT),
        redirect_uri: form.optional("post_logout_redirect_uri", limits::REDIRECT_URI),
        client: form.check("client_id", client, "the id of a client"),
        state: form.optional("state", limits::STATE),
        confirm: form.optional("confirm", limits::CREDENTIAL),
        action: form.optional("action", limits::HINT),
    };
    form.finish(Some(asked))
}

/// Whether a form was sent by one of our own pages, as far as the browser says (LG-12): old ones say
/// nothing, and our pages have it say no more than `null` of their origin.
pub fn is_own_form(headers: &HeaderMap, issuer: &Issuer) -> bool {
    let facts = browser_facts(headers);
    let origin = facts.origin.is_none_or(|origin| {
        let rest = issuer.as_str().strip_prefix(origin);
        origin == "null" || rest.is_some_and(|rest| rest.starts_with('/'))
    });
    let one = headers.get_all(header::ORIGIN).iter().count() <= 1;
    facts.site.is_none_or(|site| site == "same-origin") && origin && one
}
