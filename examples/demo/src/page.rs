//! What the demo prints at its start.

use std::io::{self, Write};

use crate::Demo;

/// Plain text, so that it can be read here as it will be printed.
const PAGE: &str = include_str!("page.txt");

impl Demo {
    /// Prints the tenants, their demo credentials and curl lines to paste into a shell. The last
    /// line is `Listening on` and the address, so that tools know when to begin.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(self.page().as_bytes())?;
        out.flush()
    }

    fn page(&self) -> String {
        let (acme, globex) = (self.acme.issuer.as_str(), self.globex.issuer.as_str());
        PAGE.replace("{acme}", acme)
            .replace("{globex}", globex)
            .replace("{origin}", acme.trim_end_matches("/oauth/acme"))
            .replace("{acme_secret}", self.acme.secret.expose())
            .replace("{globex_secret}", self.globex.secret.expose())
    }
}
