//! What users see: our pages, or the host's own.

use std::fmt::Debug;

use crate::types::{
    AccountPage, ConsentPage, DeviceConsentPage, DevicePage, FormPostPage, LoginPage, MessagePage,
    SignOutPage,
};

/// Renders pages. A host that lends its own replaces one page or all: where it answers `None`, there
/// is ours. A page is a whole HTML document; every text that it is given comes from strangers and must
/// be escaped. It is answered under a strict Content-Security-Policy: no script, styles from the same
/// origin or ours, images from the same origin, and forms that go to this server or to the client.
///
/// ```
/// use grantry::{ports::Pages, types::{Message, MessagePage}};
///
/// /// Says goodbye in its own words.
/// #[derive(Debug)]
/// struct Goodbye;
///
/// impl Pages for Goodbye {
///     fn message(&self, page: &MessagePage<'_>) -> Option<String> {
///         let out = page.message == Message::SignedOut;
///         out.then(|| "<!doctype html><html lang=\"en\"><title>Goodbye</title><p>See you soon.".into())
///     }
/// }
/// ```
pub trait Pages: Debug + Send + Sync + 'static {
    /// The page that asks for name and password.
    fn login(&self, page: &LoginPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that asks whether the client may.
    fn consent(&self, page: &ConsentPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that asks for the code that a device shows.
    fn device(&self, page: &DevicePage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that asks whether a device may.
    fn device_consent(&self, page: &DeviceConsentPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that asks as whom to go on.
    fn account(&self, page: &AccountPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that posts an answer to the client.
    fn form_post(&self, page: &FormPostPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The page that asks whether to sign out.
    fn sign_out(&self, page: &SignOutPage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// A page that says how something ended, or why it cannot go on.
    fn message(&self, page: &MessagePage<'_>) -> Option<String> {
        let _ = page;
        None
    }

    /// The styles of these pages, byte for byte as they stand between `<style>` and `</style>`: a browser
    /// takes no other.
    fn styles(&self) -> Vec<&str> {
        Vec::new()
    }
}
