//! Codes of a browser whose user is signed in: what is left of the way through the pages.

use anyhow::Context;
use bytes::Bytes;
use grantry_axum::grantry::Server;
use http::{HeaderMap, Request, Response, header};

/// A verifier and its challenge (RFC 7636 appendix B).
pub const PKCE: (&str, &str) =
    ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

/// A browser in which alice is signed in, and the first-party client `web` that she comes from.
#[derive(Debug)]
pub struct Codes {
    cookies: String,
}

impl Codes {
    /// Signs alice in.
    ///
    /// # Errors
    /// When the server does not answer as it should.
    pub async fn begin(server: &Server) -> anyhow::Result<Self> {
        let mut codes = Self { cookies: String::new() };
        let begun = codes.get(server, &authorize()).await?;
        codes.keep(begun.headers())?;
        let page = codes.get(server, &place(&begun)?).await?;
        codes.keep(page.headers())?;
        let text = String::from_utf8_lossy(page.body()).into_owned();
        let handle = text.split("name=\"interaction\" value=\"").nth(1);
        let handle = handle.and_then(|rest| rest.split('"').next()).context("a login page")?;
        let body =
            format!("interaction={handle}&username=alice&password=wonderland&action=sign-in");
        let request = Request::post("/oauth/bench/interaction")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, &codes.cookies);
        let signed_in = server.handle(request.body(Bytes::from(body))?).await;
        codes.keep(signed_in.headers())?;
        Ok(codes)
    }

    /// The next code.
    ///
    /// # Errors
    /// When there is none.
    pub async fn next(&self, server: &Server) -> anyhow::Result<String> {
        let answer = self.get(server, &authorize()).await?;
        let place = answer.headers().get(header::LOCATION).context("a redirect")?.to_str()?;
        let code = place.split_once("code=").and_then(|(_, rest)| rest.split('&').next());
        Ok(code.with_context(|| format!("no code in {place}"))?.to_owned())
    }

    async fn get(&self, server: &Server, path: &str) -> anyhow::Result<Response<Bytes>> {
        let request = Request::get(path).header(header::COOKIE, &self.cookies);
        Ok(server.handle(request.body(Bytes::new())?).await)
    }

    fn keep(&mut self, headers: &HeaderMap) -> anyhow::Result<()> {
        for set in headers.get_all(header::SET_COOKIE) {
            let pair = set.to_str()?.split(';').next().unwrap_or_default();
            let join = if self.cookies.is_empty() { "" } else { "; " };
            self.cookies += &format!("{join}{pair}");
        }
        Ok(())
    }
}

/// Path and query of a redirect to this server.
fn place(answer: &Response<Bytes>) -> anyhow::Result<String> {
    let place = answer.headers().get(header::LOCATION).context("a redirect")?.to_str()?;
    let at = place.find("/oauth/").context("a place of this server")?;
    Ok(place[at..].to_owned())
}

fn authorize() -> String {
    format!(
        "/oauth/bench/authorize?response_type=code&client_id=web&scope=read&state=0123456789abcdef\
         &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code_challenge={}\
         &code_challenge_method=S256",
        PKCE.1
    )
}
