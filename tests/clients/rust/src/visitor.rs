//! The user's browser, as far as our pages need one: cookies, forms, and going where it is sent.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use reqwest::{RequestBuilder, Response, header};
use url::Url;

use crate::setting::{Setting, client};

/// A browser of one user.
pub struct Visitor<'a> {
    http: reqwest::Client,
    origin: String,
    cookies: BTreeMap<String, String>,
    username: &'a str,
    password: &'a str,
}

impl<'a> Visitor<'a> {
    /// # Errors
    /// When the issuer is no URL.
    pub fn new(setting: &'a Setting, username: &'a str) -> anyhow::Result<Self> {
        let origin = Url::parse(&setting.issuer)?.origin().ascii_serialization();
        let (http, password) = (client()?, setting.password.as_str());
        Ok(Self { http, origin, cookies: BTreeMap::new(), username, password })
    }

    /// Signs in, allows what the client asks for, and says where the client is answered.
    ///
    /// # Errors
    /// When a page is not the one that is expected.
    pub async fn allow(&mut self, url: &Url) -> anyhow::Result<Url> {
        let login = self.open(url).await?;
        ensure!(login.contains("Sign in</h1>"), "no login page: {login}");
        let (username, password) = (self.username, self.password);
        let credentials = [("username", username), ("password", password), ("action", "sign-in")];
        let consent = self.submit(&login, &credentials).await?;
        ensure!(consent.contains("Allow access"), "no consent page: {consent}");
        self.submit(&consent, &[("action", "allow")]).await?.parse().context("no answer")
    }

    /// Types the code of a device, signs in and allows what it asks for.
    ///
    /// # Errors
    /// When a page is not the one that is expected.
    pub async fn let_in(&mut self, url: &Url, code: &str) -> anyhow::Result<()> {
        let typing = self.open(url).await?;
        let login = self.submit(&typing, &[("user_code", code)]).await?;
        ensure!(login.contains("Sign in</h1>"), "no login page: {login}");
        let (username, password) = (self.username, self.password);
        let credentials = [("username", username), ("password", password), ("action", "sign-in")];
        let asked = self.submit(&login, &credentials).await?;
        ensure!(asked.contains(code), "the code is to be compared: {asked}");
        let done = self.submit(&asked, &[("action", "allow")]).await?;
        ensure!(done.contains("Your device is connected"), "not let in: {done}");
        Ok(())
    }

    /// Goes to a URL at which nobody is asked anything, and says where the browser is sent.
    ///
    /// # Errors
    /// When there is a page.
    pub async fn pass(&mut self, url: &Url) -> anyhow::Result<Url> {
        let landing = self.open(url).await?;
        landing.parse().with_context(|| format!("sent nowhere: {landing}"))
    }

    async fn open(&mut self, url: &Url) -> anyhow::Result<String> {
        let answer = self.send(self.http.get(url.clone())).await?;
        self.land(answer).await
    }

    async fn submit(&mut self, page: &str, fields: &[(&str, &str)]) -> anyhow::Result<String> {
        let action = between(page, "action=\"", "\"").context("no form")?;
        let hidden = page.split("<input type=\"hidden\"").skip(1);
        // Handles and tokens hold nothing that HTML would escape.
        let hidden = hidden.filter_map(|rest| {
            Some((between(rest, "name=\"", "\"")?, between(rest, "value=\"", "\"")?))
        });
        let mut form = Url::parse("http://form")?;
        form.query_pairs_mut().extend_pairs(hidden).extend_pairs(fields);
        let request = self.http.post(action).body(form.query().unwrap_or_default().to_owned());
        let request = request
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin");
        let answer = self.send(request).await?;
        self.land(answer).await
    }

    async fn send(&mut self, request: RequestBuilder) -> anyhow::Result<Response> {
        let pairs: Vec<_> = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let answer = request.header(header::COOKIE, pairs.join("; ")).send().await?;
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let text = set.to_str()?;
            let pair = text.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').context("a cookie without a value")?;
            match text.contains("Max-Age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        Ok(answer)
    }

    /// A page's text, or a URL of somebody else.
    async fn land(&mut self, mut answer: Response) -> anyhow::Result<String> {
        for _ in 0..10 {
            let Some(location) = answer.headers().get(header::LOCATION) else {
                return Ok(answer.text().await?);
            };
            let place = location.to_str()?.to_owned();
            if !place.starts_with(&format!("{}/", self.origin)) {
                return Ok(place);
            }
            answer = self.send(self.http.get(place)).await?;
        }
        bail!("sent in circles: {}", answer.url())
    }
}

/// A parameter of a URL that stands there once.
///
/// # Errors
/// When it does not.
pub fn parameter(url: &Url, name: &str) -> anyhow::Result<String> {
    let mut found = url.query_pairs().filter(|(own, _)| own == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Ok(value.into_owned()),
        _ => bail!("{name} does not stand in {url} once"),
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}
