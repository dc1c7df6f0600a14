//! `openidconnect` and `oauth2` against a running server: each kind of client, as their documentation says.
//!
//! `cargo xtask clients` starts it, with `ISSUER`, `CLIENT_SECRET` and `PASSWORD`.

#![forbid(unsafe_code)]

mod openid;
mod plain;
mod setting;
mod visitor;

use setting::Setting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let setting = Setting::read()?;
    openid::check(&setting).await?;
    plain::check(&setting).await
}

/// Tells the person at the terminal how far it is.
#[expect(clippy::print_stdout, reason = "the person at the terminal reads it")]
fn say(text: &str) {
    println!("ok  {text}");
}
