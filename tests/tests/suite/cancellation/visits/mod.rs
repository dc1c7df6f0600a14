//! Sign-in in the browser: what each of its handlers does, dropped once.

mod outcome;

use bytes::Bytes;
use grantry::{
    Endpoint::{
        self, Authorize, Device, DeviceAuthorization, Interaction, Logout, Par, Token, Userinfo,
    },
    NewClient, Server,
    ports::EventKind,
    types::{Generation, GrantType, TicketState},
};
use grantry_conformance::{
    Answer, Browser, Landing, PKCE, Page, Stage, Tokens, World, form, get, query, tenant_id,
};
use http::{Request, Response};

use super::{scene::Scene, trial::count};
use crate::drivers::polls::{Droppable, Polls};

/// What a handler does for a user in a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Parks a request, since nobody is signed in.
    Ask,
    /// Keeps a request that a client pushes.
    Push,
    /// Parks a request that was pushed.
    AskPushed,
    /// Answers one at once, and uses it up.
    AskPushedSilently,
    /// Answers a request at once, since the user is signed in and allowed it before.
    AskSilently,
    /// Shows the page.
    See,
    /// Signs Alice in.
    SignIn,
    /// Signs her in once more, in place of an older session.
    SignInAgain,
    /// Remembers what she allowed, and issues a code.
    Allow,
    /// Tells the client that she does not want to.
    Deny,
    /// Exchanges her client's code.
    Redeem,
    /// Gives a device its codes.
    AskForDevice,
    /// Shows the page on which they are typed.
    SeeDevice,
    /// Parks what a device asked for.
    TypeCode,
    /// Lets a device have what it asked for.
    AllowDevice,
    /// Has it hear that it may not.
    DenyDevice,
    /// Gives it its tokens.
    Poll,
    /// Says who she is.
    Tell,
    /// Signs her out, since her client proves that it may ask.
    SignOut,
    /// Signs her out, since she said so.
    Confirm,
}

/// All of them, and where.
#[rustfmt::skip]
pub const VISITS: [(Endpoint, &str, Act); 22] = [
    (Authorize, "GET", Act::Ask),
    (Authorize, "GET", Act::AskSilently),
    (Par, "POST", Act::Push),
    (Authorize, "GET", Act::AskPushed),
    (Authorize, "GET", Act::AskPushedSilently),
    (Interaction, "GET", Act::See),
    (Interaction, "POST", Act::SignIn),
    (Interaction, "POST", Act::SignInAgain),
    (Interaction, "POST", Act::Allow),
    (Interaction, "POST", Act::Deny),
    (Token, "POST", Act::Redeem),
    (DeviceAuthorization, "POST", Act::AskForDevice),
    (Device, "GET", Act::SeeDevice),
    (Device, "POST", Act::TypeCode),
    (Interaction, "POST", Act::AllowDevice),
    (Interaction, "POST", Act::DenyDevice),
    (Token, "POST", Act::Poll),
    (Userinfo, "GET", Act::Tell),
    (Userinfo, "POST", Act::Tell),
    (Logout, "GET", Act::SignOut),
    (Logout, "POST", Act::SignOut),
    (Logout, "POST", Act::Confirm),
];

const AUTHORIZE: &str = "/oauth/acme/authorize";
const PAR: &str = "/oauth/acme/par";
const LOGOUT: &str = "/oauth/acme/logout";
const DEVICE: &str = "/oauth/acme/device";

/// Acme has clients whose users sign in on another device.
pub async fn offers_devices(server: &Server) {
    let (admin, acme) = (server.admin(), tenant_id("acme"));
    admin.change_tenant(&acme, |own| own.grants.extend([GrantType::DeviceCode])).await.unwrap();
    let tv = NewClient::public("tv").grants([GrantType::DeviceCode, GrantType::RefreshToken]);
    admin.create_client(&acme, tv.scope("openid read")).await.unwrap();
}

/// A device asks for codes.
fn codes() -> Request<Bytes> {
    form("/oauth/acme/device_authorization", &[("client_id", "tv"), ("scope", "openid read")])
}

/// A device asks whether its user has decided.
fn poll(device_code: &str) -> Request<Bytes> {
    let grant = ("grant_type", GrantType::DeviceCode.as_str());
    form("/oauth/acme/token", &[grant, ("client_id", "tv"), ("device_code", device_code)])
}

/// A device has codes, and its user the page on which they type theirs, filled in.
async fn device(browser: &Browser<'_>) -> (String, Page, String) {
    let answer = browser.stage().send(codes()).await.json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    let page = browser.open(DEVICE).await.page();
    (text("device_code"), page, text("user_code"))
}

/// Alice is asked about it.
async fn asked(browser: &Browser<'_>, page: &Page, code: &str) -> Page {
    let page = browser.submit(page, &[("user_code", code)]).await.page();
    match page.offers("sign-in") {
        true => browser.sign_in(&page, "alice", World::PASSWORD).await.page(),
        false => page,
    }
}

fn asks(prompt: &str) -> [(&'static str, &str); 7] {
    [
        ("response_type", "code"),
        ("client_id", "spa"),
        ("redirect_uri", World::REDIRECT),
        ("scope", "openid profile read"),
        ("code_challenge", PKCE.1),
        ("code_challenge_method", "S256"),
        ("prompt", prompt),
    ]
}

/// A request of a client's, with these words for `prompt`.
fn ask(prompt: &str) -> Request<Bytes> {
    get(&format!("{AUTHORIZE}?{}", query(&asks(prompt))))
}

/// A client pushes such a request. Returns the one by which a browser brings the reference.
async fn push(s: &Stage, prompt: &str) -> Request<Bytes> {
    opening(&s.post(PAR, &asks(prompt)).await)
}

/// A browser brings the reference of an answer.
fn opening(pushed: &Answer) -> Request<Bytes> {
    let reference = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    get(&format!("{AUTHORIZE}?{}", query(&[("client_id", "spa"), ("request_uri", &reference)])))
}

/// Goes to where a client sends its users.
pub async fn arrives(browser: &Browser<'_>, prompt: &str) -> Landing {
    browser.authorize("acme", &asks(prompt)).await
}

/// Signs in and allows what the client asks for. Whoever was asked before comes to the end at once.
pub async fn goes_on(browser: &Browser<'_>, login: &Page) -> String {
    match browser.sign_in(login, "alice", World::PASSWORD).await {
        Landing::Page(consent) => browser.submit(&consent, &[("action", "allow")]).await.code(),
        landing => landing.code(),
    }
}

/// The request by which Alice's client exchanges her code.
fn redemption(code: &str) -> Request<Bytes> {
    let own = [("grant_type", "authorization_code"), ("code", code), ("client_id", "spa")];
    let bound = [("redirect_uri", World::REDIRECT), ("code_verifier", PKCE.0)];
    form("/oauth/acme/token", &[&own[..], &bound].concat())
}

/// What she is given for it, with the ID token.
async fn redeem(s: &Stage, code: &str) -> (Tokens, String) {
    let answer = s.send(redemption(code)).await;
    (answer.tokens(), answer.json()["id_token"].as_str().unwrap().to_owned())
}

fn userinfo(method: &str, access: &str) -> Request<Bytes> {
    const PATH: &str = "/oauth/acme/userinfo";
    if method == "POST" {
        return form(PATH, &[("access_token", access)]);
    }
    let mut request = get(PATH);
    let value = format!("Bearer {access}").parse().unwrap();
    request.headers_mut().insert("authorization", value);
    request
}

/// A handler for one user, in a world where nothing else happens.
pub struct Trial<'a> {
    scene: &'a Scene,
    way: &'a dyn Droppable,
    act: Act,
    browser: Browser<'a>,
    request: Request<Bytes>,
    /// The page that it answers, where it does.
    page: Option<Page>,
    /// The code of a device, and what its user types.
    device: Option<(String, String)>,
    before: State,
    begun: usize,
}

/// What there is of Alice, and what was told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    sessions: usize,
    consents: usize,
    grants: Vec<(Generation, TicketState)>,
}

impl State {
    async fn of(scene: &Scene) -> Self {
        let (rows, acme) = (&scene.rows, tenant_id("acme"));
        let alice = "user-alice".parse().unwrap();
        Self {
            sessions: rows.sessions.list(&acme, None, None, 99).await.unwrap().len(),
            consents: rows.consents.list(&acme, &alice, None, 99).await.unwrap().len(),
            grants: {
                let grants = scene.grants().await;
                grants.iter().map(|grant| (grant.generation, grant.state)).collect()
            },
        }
    }
}

impl<'a> Trial<'a> {
    pub async fn begin(
        scene: &'a Scene,
        way: &'a dyn Droppable,
        (_, method, act): (Endpoint, &'static str, Act),
    ) -> Self {
        scene.forget().await;
        let s = &scene.stage;
        let browser = Browser::new(s);
        let signed_in = async || goes_on(&browser, &arrives(&browser, "login").await.page()).await;
        let user = [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")];
        let at_login = async |prompt| {
            let page = arrives(&browser, prompt).await.page();
            (page.request(&user), Some(page))
        };
        let at_consent = async |action| {
            let login = arrives(&browser, "consent").await.page();
            let page = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
            (page.request(&[("action", action)]), Some(page))
        };
        let mut device_codes = None;
        let mut at_device = async |action| {
            let (device_code, page, user_code) = device(&browser).await;
            let page = asked(&browser, &page, &user_code).await;
            device_codes = Some((device_code, user_code));
            (page.request(&[("action", action)]), Some(page))
        };
        let (request, page) = match act {
            Act::AskForDevice => (codes(), None),
            Act::SeeDevice => (get(DEVICE), None),
            Act::TypeCode => {
                let (device_code, page, user_code) = device(&browser).await;
                let request = page.request(&[("user_code", &*user_code)]);
                device_codes = Some((device_code, user_code));
                (request, Some(page))
            }
            Act::AllowDevice => at_device("allow").await,
            Act::DenyDevice => at_device("deny").await,
            Act::Poll => {
                let (device_code, page, user_code) = device(&browser).await;
                let page = asked(&browser, &page, &user_code).await;
                browser.submit(&page, &[("action", "allow")]).await;
                (poll(&device_code), None)
            }
            Act::Ask => (ask("consent"), None),
            Act::AskSilently => {
                signed_in().await;
                (ask("none"), None)
            }
            Act::Push => (form(PAR, &asks("consent")), None),
            Act::AskPushed => (push(s, "consent").await, None),
            Act::AskPushedSilently => {
                signed_in().await;
                (push(s, "none").await, None)
            }
            Act::See => {
                let page = arrives(&browser, "login").await.page();
                (get(&page.place), Some(page))
            }
            Act::SignIn => at_login("consent").await,
            Act::SignInAgain => {
                signed_in().await;
                at_login("login").await
            }
            Act::Allow => at_consent("allow").await,
            Act::Deny => at_consent("deny").await,
            Act::Redeem => (redemption(&signed_in().await), None),
            Act::Tell => (userinfo(method, &redeem(s, &signed_in().await).await.0.access), None),
            Act::SignOut => {
                let (_, id_token) = redeem(s, &signed_in().await).await;
                let hint = [("id_token_hint", &*id_token)];
                let request = match method {
                    "POST" => form(LOGOUT, &hint),
                    _ => get(&format!("{LOGOUT}?{}", query(&hint))),
                };
                (request, None)
            }
            Act::Confirm => {
                redeem(s, &signed_in().await).await;
                let page = browser.open(LOGOUT).await.page();
                (page.request(&[("action", "sign-out")]), Some(page))
            }
        };
        let request = browser.dress(request);
        scene.events.take();
        let (before, begun) = (State::of(scene).await, scene.stores.begun());
        let device = device_codes;
        Self { scene, way, act, browser, request, page, device, before, begun }
    }

    /// Asks, and demands that what the handler did is done or not begun however far it came. Returns
    /// whether it came to its answer.
    pub async fn goes(&self, polls: Polls) -> bool {
        let answer = self.asks(polls).await;
        self.scene.settle().await;
        assert_eq!(self.scene.stores.unfinished(), 0, "a write was interrupted");
        assert_eq!(self.scene.turnstile.under_way(), 0, "an attempt was never settled");
        let begun = self.scene.stores.begun() - self.begun;
        let (now, told) = (State::of(self.scene).await, self.scene.events.take());
        let told = |kind: &EventKind| count(&told, kind);
        self.is_whole(begun, &now, told);
        match answer {
            Some(answer) => self.is_as_good_as_its_word(&answer, &now).await,
            None => {
                self.may_go_on_or_begin_anew(&now).await;
                return false;
            }
        }
        true
    }

    async fn asks(&self, polls: Polls) -> Option<Answer> {
        self.way.send(self.request.clone(), polls).await.map(Response::into)
    }

    async fn asks_whole(&self) -> Answer {
        self.asks(Polls::ALL).await.unwrap()
    }

    /// Goes to where an answer sends the browser.
    async fn follows(&self, answer: &Answer) -> Landing {
        let place = answer.header("location");
        match place.strip_prefix("https://id.example.com") {
            Some(path) => self.browser.open(path).await,
            None => Landing::Away(place.to_owned()),
        }
    }
}
