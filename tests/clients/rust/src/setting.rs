//! Where the server is, and how the libraries reach it.

use std::{env, pin::Pin};

use anyhow::Context;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};

/// What a run is told, and its HTTP client.
pub struct Setting {
    pub issuer: String,
    pub secret: String,
    pub password: String,
    pub http: Http,
}

/// An HTTP client that goes nowhere by itself, as both libraries ask for.
pub struct Http(reqwest::Client);

/// Clients are answered here.
pub const CALLBACK: &str = "http://127.0.0.1/callback";
/// What they ask for, beside `openid`.
pub const SCOPE: [&str; 4] = ["profile", "email", "offline_access", "read"];

impl Setting {
    /// # Errors
    /// When a variable is not set.
    pub fn read() -> anyhow::Result<Self> {
        let want = |name| {
            env::var(name)
                .with_context(|| format!("{name} is not set: run this by `cargo xtask clients`"))
        };
        Ok(Self {
            issuer: want("ISSUER")?,
            secret: want("CLIENT_SECRET")?,
            password: want("PASSWORD")?,
            http: Http(client()?),
        })
    }
}

/// # Errors
/// When it cannot be made.
pub fn client() -> reqwest::Result<reqwest::Client> {
    // A proxy of the machine has no business here.
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let mut response = http::Response::new(Vec::new());
            *response.status_mut() = answer.status();
            response.headers_mut().clone_from(answer.headers());
            *response.body_mut() = answer.bytes().await?.into();
            Ok(response)
        })
    }
}
