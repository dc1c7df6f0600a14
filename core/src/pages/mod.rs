//! Our own pages. They are complete without JavaScript, and need nothing beside the document.

mod templates;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;

use self::templates::{Account, Consent, Device, DeviceConsent, FormPost, Login, Notice, SignOut};
use crate::ports::Pages;
use crate::types::{
    AccountPage, ConsentPage, DeviceConsentPage, DevicePage, FormPostPage, LoginPage, MessagePage,
    SignOutPage,
};

/// The styles of each page, which are the same for everybody: a browser is told their hash.
const STYLES: &str = include_str!("../../templates/styles.css");

/// Our pages, in place of those that the host does not lend.
#[derive(Debug, Default)]
pub struct OwnPages {
    host: Option<Arc<dyn Pages>>,
}

impl OwnPages {
    /// Pages of the host, and ours where it has none.
    pub fn behind(host: Option<Arc<dyn Pages>>) -> Self {
        Self { host }
    }

    fn or_ours(
        &self,
        lent: impl FnOnce(&dyn Pages) -> Option<String>,
        ours: impl Template,
    ) -> Option<String> {
        self.host.as_deref().and_then(lent).or_else(|| ours.render().ok())
    }
}

impl Pages for OwnPages {
    fn login(&self, page: &LoginPage<'_>) -> Option<String> {
        self.or_ours(|host| host.login(page), Login { page })
    }

    fn consent(&self, page: &ConsentPage<'_>) -> Option<String> {
        self.or_ours(|host| host.consent(page), Consent { page })
    }

    fn device(&self, page: &DevicePage<'_>) -> Option<String> {
        self.or_ours(|host| host.device(page), Device { page })
    }

    fn device_consent(&self, page: &DeviceConsentPage<'_>) -> Option<String> {
        self.or_ours(|host| host.device_consent(page), DeviceConsent { page })
    }

    fn account(&self, page: &AccountPage<'_>) -> Option<String> {
        self.or_ours(|host| host.account(page), Account { page })
    }

    fn form_post(&self, page: &FormPostPage<'_>) -> Option<String> {
        self.or_ours(|host| host.form_post(page), FormPost { page })
    }

    fn sign_out(&self, page: &SignOutPage<'_>) -> Option<String> {
        self.or_ours(|host| host.sign_out(page), SignOut { page })
    }

    fn message(&self, page: &MessagePage<'_>) -> Option<String> {
        self.or_ours(|host| host.message(page), Notice { page })
    }

    fn styles(&self) -> Vec<&str> {
        let lent = self.host.as_ref().map(|host| host.styles()).unwrap_or_default();
        [vec![STYLES], lent].concat()
    }
}
