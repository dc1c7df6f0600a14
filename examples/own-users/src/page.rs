//! What is printed at the start.

use std::io::{self, Write};

/// Plain text, so that it can be read here as it will be printed.
const PAGE: &str = include_str!("page.txt");

/// Prints the customers and curl lines to paste into a shell. The last line is `Listening on` and
/// the address, so that tools know when to begin.
///
/// # Errors
/// When it cannot be written.
pub fn print(origin: &str) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(PAGE.replace("{origin}", origin).as_bytes())?;
    out.flush()
}
