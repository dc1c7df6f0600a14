//! A browser, as far as our pages need one: it keeps cookies, goes where it is sent, and fills in forms.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use bytes::Bytes;
use http::{HeaderValue, Request, header};

use crate::{Answer, Stage, form, get};

/// A browser on a stage. Two of them know nothing of each other.
#[derive(Debug)]
pub struct Browser<'s> {
    stage: &'s Stage,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// Where a browser ended up.
#[derive(Clone, Debug)]
pub enum Landing {
    /// On a page of ours.
    Page(Page),
    /// Sent to somebody else, at this URL.
    Away(String),
}

/// A page of ours.
#[derive(Clone, Debug)]
pub struct Page {
    /// The path and query that it was answered at.
    pub place: String,
    /// The whole answer.
    pub answer: Answer,
    /// Its text.
    pub text: String,
}

const ORIGIN: &str = "https://id.example.com";

impl<'s> Browser<'s> {
    /// A browser without cookies.
    pub fn new(stage: &'s Stage) -> Self {
        Self { stage, cookies: Mutex::default() }
    }

    /// The stage that it is on.
    pub fn stage(&self) -> &'s Stage {
        self.stage
    }

    /// Sends one request with the cookies, and keeps those that it is given. What a real browser would
    /// say of a request that the user made is said, unless the request says otherwise.
    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        let answer = self.stage.send(self.dress(request)).await;
        self.keep(&answer);
        answer
    }

    /// A request with the cookies.
    pub fn dress(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        let pair = |(name, value): (&String, &String)| format!("{name}={value}");
        let cookies = self.cookies().iter().map(pair).collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            let value = HeaderValue::try_from(cookies).expect("cookies are ASCII");
            request.headers_mut().insert(header::COOKIE, value);
        }
        request
    }

    /// Keeps the cookies of an answer, and forgets those that are over.
    pub fn keep(&self, answer: &Answer) {
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let text = set.to_str().expect("a cookie is ASCII");
            let pair = text.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a name and a value");
            match text.contains("Max-Age=0") {
                true => drop(self.cookies().remove(name)),
                false => drop(self.cookies().insert(name.to_owned(), value.to_owned())),
            }
        }
    }

    /// Goes to a path of ours, and on to wherever it is sent from there.
    pub async fn open(&self, place: &str) -> Landing {
        self.land(place.to_owned(), self.send(get(place)).await).await
    }

    /// Asks for authorization with these parameters.
    pub async fn authorize(&self, tenant: &str, parameters: &[(&str, &str)]) -> Landing {
        self.open(&format!("/oauth/{tenant}/authorize?{}", crate::query(parameters))).await
    }

    /// Sends the form of a page with these fields beside its hidden ones, and goes where it is sent.
    pub async fn submit(&self, page: &Page, fields: &[(&str, &str)]) -> Landing {
        let answer = self.post(page, fields).await;
        self.land(page.action(), answer).await
    }

    /// Sends the form of a page and goes nowhere.
    pub async fn post(&self, page: &Page, fields: &[(&str, &str)]) -> Answer {
        self.send(page.request(fields)).await
    }

    /// Signs in on a login page.
    pub async fn sign_in(&self, page: &Page, username: &str, password: &str) -> Landing {
        let fields = [("username", username), ("password", password), ("action", "sign-in")];
        self.submit(page, &fields).await
    }

    /// The cookies, by name.
    pub fn cookies(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn land(&self, mut place: String, mut answer: Answer) -> Landing {
        for _ in 0..10 {
            if !answer.status.is_redirection() {
                let text = String::from_utf8_lossy(&answer.body).into_owned();
                return Landing::Page(Page { place, answer, text });
            }
            // AZ-28: whatever was posted is not posted again.
            assert_eq!(answer.status, 303, "{answer:?}");
            let location = answer.header("location").to_owned();
            match location.strip_prefix(ORIGIN) {
                Some(path) if path.starts_with('/') => place = path.to_owned(),
                _ => return Landing::Away(location),
            }
            answer = self.send(get(&place)).await;
        }
        panic!("sent in circles: {place}")
    }
}

impl Landing {
    /// The page.
    ///
    /// # Panics
    /// When the browser was sent away.
    #[track_caller]
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Away(url) => panic!("no page, but {url}"),
        }
    }

    /// The URL that the browser was sent to.
    ///
    /// # Panics
    /// When there is a page.
    #[track_caller]
    pub fn away(self) -> String {
        match self {
            Self::Page(page) => panic!("not sent away: {} {}", page.answer.status, page.text),
            Self::Away(url) => url,
        }
    }

    /// The parameters of the URL that the browser was sent to.
    ///
    /// # Panics
    /// When there is a page, or a parameter stands twice.
    #[track_caller]
    pub fn parameters(self) -> BTreeMap<String, String> {
        parameters(&self.away())
    }

    /// The code that the client was sent.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn code(self) -> String {
        let mut all = self.parameters();
        all.remove("code").unwrap_or_else(|| panic!("no code: {all:?}"))
    }

    /// The error that the client was sent.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn error(self) -> String {
        let mut all = self.parameters();
        all.remove("error").unwrap_or_else(|| panic!("no error: {all:?}"))
    }
}

impl Page {
    /// The form with these fields beside its hidden ones, as a browser sends it but for the cookies.
    pub fn request(&self, fields: &[(&str, &str)]) -> Request<Bytes> {
        let mut request = form(&self.action(), &self.fields(fields));
        let headers = request.headers_mut();
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        headers.insert(header::ORIGIN, HeaderValue::from_static("null"));
        request
    }

    /// What its form sends: hidden fields, and these.
    pub fn fields<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        // Handles and tokens hold nothing that HTML would escape.
        self.inputs()
            .filter(|(name, _)| !more.iter().any(|(own, _)| own == name))
            .chain(more.iter().copied())
            .collect()
    }

    /// A hidden field.
    ///
    /// # Panics
    /// When there is none of this name.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> &str {
        let found = self.inputs().find(|(own, _)| *own == name);
        found.unwrap_or_else(|| panic!("no field {name}: {}", self.text)).1
    }

    /// The path that its form is sent to.
    ///
    /// # Panics
    /// When there is no form, or one that goes elsewhere.
    #[track_caller]
    pub fn action(&self) -> String {
        let action = between(&self.text, "action=\"", "\"");
        let action = action.unwrap_or_else(|| panic!("no form: {}", self.text));
        action.strip_prefix(ORIGIN).expect("a form of ours").to_owned()
    }

    /// Whether it is the page whose form has this button.
    pub fn offers(&self, action: &str) -> bool {
        self.text.contains(&format!("name=\"action\" value=\"{action}\""))
    }

    fn inputs(&self) -> impl Iterator<Item = (&str, &str)> {
        let hidden = self.text.split("<input type=\"hidden\"").skip(1);
        hidden.filter_map(|rest| {
            Some((between(rest, "name=\"", "\"")?, between(rest, "value=\"", "\"")?))
        })
    }
}

/// The parameters of a URL's query.
///
/// # Panics
/// When one stands twice.
#[track_caller]
pub fn parameters(url: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for pair in url.split_once('?').map_or("", |(_, query)| query).split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let twice = all.insert(decode(name), decode(value));
        assert!(twice.is_none(), "AZ-10: {name} stands twice in {url}");
    }
    all
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        match first {
            b'%' => {
                let digits = std::str::from_utf8(&more[..2]).expect("two digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("two digits"));
                rest = &more[2..];
            }
            b'+' => bytes.push(b' '),
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}
