//! The way of a user through our pages, for cases that are about something else.

use super::codes::asks;
use crate::{Browser, Landing, Page, Stage, World, redirect_uri};

/// A code of Alice's, for a client that she allows what it asks for.
pub(super) async fn allowed_code(s: &Stage, tenant: &str, client: &str) -> String {
    let browser = Browser::new(s);
    let login = browser.authorize(tenant, &asks(client, redirect_uri(client))).await.page();
    allow(&browser, &login, "alice", World::PASSWORD).await.code()
}

/// Somebody signs in on a login page, and allows what is asked for if they are asked.
pub(super) async fn allow(
    browser: &Browser<'_>,
    login: &Page,
    name: &str,
    password: &str,
) -> Landing {
    match browser.sign_in(login, name, password).await {
        Landing::Page(consent) if consent.offers("allow") => {
            browser.submit(&consent, &[("action", "allow")]).await
        }
        landing => landing,
    }
}
