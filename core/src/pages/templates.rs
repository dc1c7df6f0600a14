//! What `core/templates` are filled with. Every word that a user reads stands there, in English.

use askama::Template;

use super::words::Wait;
use crate::types::{
    AccountPage, ConsentPage, DeviceConsentPage, DeviceNotice, DevicePage, FormPostPage,
    LoginNotice, LoginPage, Message, MessagePage, SignOutPage,
};

/// What templates call by name.
mod filters {
    use crate::pages::words::is_hidden;

    /// Text to be read: what would act unseen is seen. Escaping comes after it.
    #[askama::filter_fn]
    pub fn shown(text: &str, _: &dyn askama::Values) -> askama::Result<String> {
        let replacement = char::REPLACEMENT_CHARACTER;
        Ok(text.chars().map(|c| if is_hidden(c) { replacement } else { c }).collect())
    }
}

macro_rules! template {
    ($name:ident, $page:ident, $path:literal) => {
        #[derive(Template)]
        #[template(path = $path)]
        pub struct $name<'a> {
            pub page: &'a $page<'a>,
        }
    };
}

template!(Login, LoginPage, "login.html");
template!(Consent, ConsentPage, "consent.html");
template!(Device, DevicePage, "device.html");
template!(DeviceConsent, DeviceConsentPage, "device_consent.html");
template!(Account, AccountPage, "account.html");
template!(FormPost, FormPostPage, "form_post.html");
template!(SignOut, SignOutPage, "sign_out.html");
template!(Notice, MessagePage, "message.html");

impl Login<'_> {
    /// Whether what was sent was refused, and not only that the page is shown anew.
    fn is_refused(&self) -> bool {
        !matches!(self.page.notice, None | Some(LoginNotice::Expired | LoginNotice::Again))
    }

    /// Whether there is something to correct in what was typed.
    fn is_mistaken(&self) -> bool {
        matches!(self.page.notice, Some(LoginNotice::Wrong | LoginNotice::Incomplete))
    }
}

impl Device<'_> {
    /// Whether there is something to correct in what was typed.
    fn is_mistaken(&self) -> bool {
        self.page.notice == Some(DeviceNotice::Wrong)
    }
}

impl Notice<'_> {
    /// Whether something went another way than the user wanted.
    fn is_bad(&self) -> bool {
        use Message::{DeviceAllowed, DeviceDenied, SignedOut, StillSignedIn};
        !matches!(self.page.message, SignedOut | StillSignedIn | DeviceAllowed | DeviceDenied)
    }
}
