//! What pages show. Texts of strangers are in here as they came: whoever renders a page escapes them.

use std::{fmt, time::Duration};

/// What every page of an interaction knows.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageContext<'a> {
    /// The tenant's name for people.
    pub tenant: &'a str,
    /// Languages that the user understands, the best first: of `ui_locales`, then of the browser.
    pub languages: &'a [&'a str],
    /// Where the page's form is posted to.
    pub action: &'a str,
    /// What the form sends back as `interaction`: who has it may go on, in this browser.
    pub handle: &'a str,
    /// The client that sent the user here.
    pub client: ClientFacts<'a>,
}

/// What a page may say of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientFacts<'a> {
    /// Its name for people.
    pub name: &'a str,
    /// Where the user will be sent: the host of its redirect URI; empty where they are sent nowhere.
    pub host: &'a str,
    /// Whether it is known that nobody else can take its answers. If not, anybody may call themselves
    /// by that name.
    pub is_proven: bool,
    /// Whether the answer goes to a program on the user's own machine.
    pub is_local: bool,
}

/// The page that asks for name and password. Its form sends `interaction`, `username`, `password` and
/// `action`, which is `sign-in` or `cancel`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginPage<'a> {
    /// What every page knows.
    pub context: PageContext<'a>,
    /// The name to begin with: what was sent before, or what the client expects.
    pub username: &'a str,
    /// Why the page is shown again.
    pub notice: Option<LoginNotice>,
}

/// Why somebody has to sign in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginNotice {
    /// Name or password is wrong; nobody learns which (LG-01).
    Wrong,
    /// A name or password is missing or too long.
    Incomplete,
    /// Too many failed before: wait this long.
    Wait(Duration),
    /// The server is busy: try again after this long.
    Busy(Duration),
    /// The session ended while the page was open.
    Expired,
    /// The client wants the user to prove who they are again.
    Again,
}

/// The page that asks whether the client may. Its form sends `interaction` and `action`, which is
/// `allow` or `deny`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsentPage<'a> {
    /// What every page knows.
    pub context: PageContext<'a>,
    /// What the user is called.
    pub user: &'a str,
    /// What the client asks for.
    pub scopes: &'a [ScopeText<'a>],
    /// Where it would use that, as it named these: the audiences of APIs. Empty where it named none.
    pub resources: &'a [&'a str],
}

/// One thing that a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeText<'a> {
    /// The scope token.
    pub token: &'a str,
    /// In the tenant's words, where it has any; pages know the scopes of OpenID Connect themselves.
    pub text: Option<&'a str>,
}

/// The page that asks as whom to go on. Its form sends `interaction` and `action`, which is `continue`,
/// `other` or `cancel`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountPage<'a> {
    /// What every page knows.
    pub context: PageContext<'a>,
    /// Who is signed in.
    pub user: &'a str,
}

/// The page that posts an answer to the client (OAuth 2.0 Form Post Response Mode). It holds
/// [`FormPostPage::SCRIPT`] as its one script, which sends the form, and a button for browsers without.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormPostPage<'a> {
    /// Languages that the user understands, the best first.
    pub languages: &'a [&'a str],
    /// Where to.
    pub redirect_uri: &'a str,
    /// Names and values.
    pub fields: &'a [(&'a str, &'a str)],
}

impl FormPostPage<'_> {
    /// The one script that this page may run, byte for byte.
    pub const SCRIPT: &'static str = "document.forms[0].submit()";
}

/// The page that asks whether to sign out. Its form sends `confirm`, `action`, which is `sign-out` or
/// `stay`, and [`SignOutPage::fields`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignOutPage<'a> {
    /// The tenant's name for people.
    pub tenant: &'a str,
    /// Languages that the user understands, the best first.
    pub languages: &'a [&'a str],
    /// Where the form is posted to.
    pub action: &'a str,
    /// What the form sends back as `confirm`.
    pub confirm: &'a str,
    /// What the form sends back as it came.
    pub fields: &'a [(&'a str, &'a str)],
    /// What the user is called.
    pub user: &'a str,
}

/// A page that says how something ended, or why it cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessagePage<'a> {
    /// The tenant's name for people; none where there is no such tenant.
    pub tenant: Option<&'a str>,
    /// Languages that the user understands, the best first.
    pub languages: &'a [&'a str],
    /// What to say.
    pub message: Message<'a>,
}

/// What a page without a form says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message<'a> {
    /// The user is signed out.
    SignedOut,
    /// The user chose to stay signed in.
    StillSignedIn,
    /// The user allowed a device what it asked for. Go back to it.
    DeviceAllowed,
    /// The user did not allow a device what it asked for.
    DeviceDenied,
    /// The page is too old: it was not answered in time, or was answered already, also in another
    /// window. Go back to the application.
    Answered,
    /// The page belongs to another browser, or cookies are blocked.
    OtherBrowser,
    /// Another page sent this form.
    Foreign,
    /// The application asked for something that cannot be; what, in a fixed text for its developer.
    BadRequest(&'a str),
    /// The server is busy: try again.
    Unavailable,
    /// There is nothing here.
    NotFound,
    /// A bug of the server's.
    Internal,
}

/// Without the handle: who has it may go on with the request.
impl fmt::Debug for PageContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageContext")
            .field("tenant", &self.tenant)
            .field("languages", &self.languages)
            .field("action", &self.action)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// Without the values of its fields: one of them may be a code.
impl fmt::Debug for FormPostPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormPostPage")
            .field("languages", &self.languages)
            .field("redirect_uri", &self.redirect_uri)
            .field("fields", &names(self.fields))
            .finish()
    }
}

/// Without what confirms it, and without the values of its fields: one of them may be an ID token.
impl fmt::Debug for SignOutPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignOutPage")
            .field("tenant", &self.tenant)
            .field("languages", &self.languages)
            .field("action", &self.action)
            .field("fields", &names(self.fields))
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

fn names<'a>(fields: &[(&'a str, &str)]) -> Vec<&'a str> {
    fields.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_01_no_page_prints_what_opens_something() {
        const SECRET: &str = "grt_of_somebody";
        let client =
            ClientFacts { name: "App", host: "app.example", is_proven: true, is_local: false };
        let context = || PageContext {
            tenant: "Acme",
            languages: &[],
            action: "/oauth/acme/interaction",
            handle: SECRET,
            client: client.clone(),
        };
        let login = LoginPage { context: context(), username: "alice", notice: None };
        let consent =
            ConsentPage { context: context(), user: "alice", scopes: &[], resources: &[] };
        let account = AccountPage { context: context(), user: "alice" };
        let (redirect_uri, fields) = ("https://app.example/cb", &[("code", SECRET)]);
        let form_post = FormPostPage { languages: &[], redirect_uri, fields };
        let sign_out = SignOutPage {
            tenant: "Acme",
            languages: &[],
            action: "/oauth/acme/logout",
            confirm: SECRET,
            fields: &[("id_token_hint", SECRET)],
            user: "alice",
        };
        for printed in [
            format!("{login:?}"),
            format!("{consent:#?}"),
            format!("{account:?}"),
            format!("{form_post:#?}"),
            format!("{sign_out:?}"),
        ] {
            assert!(!printed.contains(SECRET), "{printed}");
        }
        assert!(format!("{form_post:?}").contains(r#"fields: ["code"]"#));
    }
}
