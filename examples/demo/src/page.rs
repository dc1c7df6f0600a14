//! What the demo prints at its start.

use std::io::{self, Write};

use crate::Demo;

/// Plain text, so that it can be read here as it will be printed.
const PAGE: &str = include_str!("page.txt");

/// Tenants, and curl lines to paste into a shell. The last line is `Listening on` and the address,
/// so that tools know when to begin.
#[derive(Debug)]
pub(crate) struct Page(String);

impl Page {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The demo's own tenants, with their demo credentials.
    pub(crate) fn of(demo: &Demo, place: &str) -> Self {
        let (acme, globex) = (demo.acme.issuer.as_str(), demo.globex.issuer.as_str());
        let page = PAGE.replace("{acme}", acme).replace("{globex}", globex);
        let page = page
            .replace("{place}", place)
            .replace("{origin}", acme.trim_end_matches("/oauth/acme"))
            .replace("{acme_secret}", demo.acme.secret.expose())
            .replace("{globex_secret}", demo.globex.secret.expose());
        Self(page)
    }

    pub(crate) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.0.as_bytes())?;
        out.flush()
    }
}
