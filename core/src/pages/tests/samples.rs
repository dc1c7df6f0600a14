//! Pages to look at.

use std::time::Duration;

use crate::pages::OwnPages;
use crate::ports::Pages;
use crate::types::{
    AccountPage, ClientFacts, ConsentPage, DeviceConsentPage, DeviceNotice, DevicePage,
    FormPostPage, LoginNotice, LoginPage, Message, MessagePage, PageContext, ScopeText,
    SignOutPage,
};

/// Every kind of text that comes from somewhere else.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a> {
    pub tenant: &'a str,
    pub action: &'a str,
    pub handle: &'a str,
    pub client: &'a str,
    pub host: &'a str,
    pub user: &'a str,
    pub scope: &'a str,
    pub scope_text: &'a str,
    pub redirect_uri: &'a str,
    pub field: (&'a str, &'a str),
    pub fault: &'a str,
}

/// What is sent on a good day.
pub const PLAIN: Texts<'_> = Texts {
    tenant: "Acme",
    action: "/oauth/acme/interact",
    handle: "k3Jt9wq",
    client: "Billing",
    host: "billing.example.com",
    user: "alice@example.com",
    scope: "orders:read",
    scope_text: "See your orders",
    redirect_uri: "https://billing.example.com/back",
    field: ("state", "af0ifjsldkj"),
    fault: "redirect_uri is not registered",
};

/// All notices of the page that asks for a password.
pub const NOTICES: [Option<LoginNotice>; 7] = [
    None,
    Some(LoginNotice::Wrong),
    Some(LoginNotice::Incomplete),
    Some(LoginNotice::Wait(Duration::from_secs(61))),
    Some(LoginNotice::Busy(Duration::from_millis(1_200))),
    Some(LoginNotice::Expired),
    Some(LoginNotice::Again),
];

impl<'a> Texts<'a> {
    /// One text everywhere.
    pub fn all(text: &'a str) -> Self {
        Self {
            tenant: text,
            action: text,
            handle: text,
            client: text,
            host: text,
            user: text,
            scope: text,
            scope_text: text,
            redirect_uri: text,
            field: (text, text),
            fault: text,
        }
    }

    pub fn client(self) -> ClientFacts<'a> {
        ClientFacts { name: self.client, host: self.host, is_proven: true, is_local: false }
    }

    pub fn context(self) -> PageContext<'a> {
        let Self { tenant, action, handle, .. } = self;
        PageContext { tenant, languages: &[], action, handle, client: self.client() }
    }

    pub fn login(self, notice: Option<LoginNotice>) -> LoginPage<'a> {
        LoginPage { context: self.context(), username: self.user, notice }
    }

    pub fn account(self) -> AccountPage<'a> {
        AccountPage { context: self.context(), user: self.user }
    }

    /// A page that asks for `scopes`.
    pub fn consent(self, scopes: &'a [ScopeText<'a>]) -> ConsentPage<'a> {
        ConsentPage { context: self.context(), user: self.user, scopes, resources: &[] }
    }

    /// The page on which the code of a device is typed.
    pub fn device(self, notice: Option<DeviceNotice>) -> DevicePage<'a> {
        let Self { tenant, action, field: (_, code), .. } = self;
        DevicePage { tenant, languages: &[], action, code, notice }
    }

    /// A page that asks for `scopes` for a device.
    pub fn device_consent(self, scopes: &'a [ScopeText<'a>]) -> DeviceConsentPage<'a> {
        let (context, user, code) = (self.context(), self.user, self.field.1);
        DeviceConsentPage { context, user, code, source: Some(self.host), scopes, resources: &[] }
    }

    pub fn form_post(self, fields: &'a [(&'a str, &'a str)]) -> FormPostPage<'a> {
        FormPostPage { languages: &[], redirect_uri: self.redirect_uri, fields }
    }

    pub fn sign_out(self, fields: &'a [(&'a str, &'a str)]) -> SignOutPage<'a> {
        let Self { tenant, action, handle: confirm, user, .. } = self;
        SignOutPage { tenant, languages: &[], action, confirm, fields, user }
    }

    pub fn messages(self) -> [Message<'a>; 11] {
        [
            Message::SignedOut,
            Message::StillSignedIn,
            Message::DeviceAllowed,
            Message::DeviceDenied,
            Message::Answered,
            Message::OtherBrowser,
            Message::Foreign,
            Message::BadRequest(self.fault),
            Message::Unavailable,
            Message::NotFound,
            Message::Internal,
        ]
    }

    /// Every page that we have, in every shape, with its name.
    pub fn pages(self) -> Vec<(String, String)> {
        let ours = OwnPages::default();
        let mut all = Vec::new();
        let mut add = |name: String, page: Option<String>| all.push((name, page.unwrap()));
        for notice in NOTICES {
            add(format!("login {notice:?}"), ours.login(&self.login(notice)));
        }
        let nameless = Texts { user: "", ..self };
        add("login nameless".into(), ours.login(&nameless.login(None)));
        let scopes = self.scopes();
        for (is_proven, is_local) in [(true, false), (false, false), (true, true), (false, true)] {
            let mut page = self.consent(&scopes);
            page.context.client = ClientFacts { is_proven, is_local, ..self.client() };
            add(format!("consent proven={is_proven} local={is_local}"), ours.consent(&page));
        }
        add("consent to nothing".into(), ours.consent(&self.consent(&[])));
        let resources = [self.scope, self.scope_text];
        let page = ConsentPage { resources: &resources, ..self.consent(&scopes) };
        add("consent at an API".into(), ours.consent(&page));
        let wait = DeviceNotice::Wait(Duration::from_secs(60));
        for notice in [None, Some(DeviceNotice::Wrong), Some(wait)] {
            add(format!("device {notice:?}"), ours.device(&self.device(notice)));
        }
        add("device to allow".into(), ours.device_consent(&self.device_consent(&scopes)));
        let page = DeviceConsentPage { source: None, ..self.device_consent(&[]) };
        add("device of nowhere".into(), ours.device_consent(&page));
        add("account".into(), ours.account(&self.account()));
        let fields = [self.field, ("code", "x")];
        add("form_post".into(), ours.form_post(&self.form_post(&fields)));
        add("sign_out".into(), ours.sign_out(&self.sign_out(&fields)));
        for message in self.messages() {
            for tenant in [Some(self.tenant), None] {
                let page = MessagePage { tenant, languages: &[], message };
                add(format!("message {message:?} of {tenant:?}"), ours.message(&page));
            }
        }
        all
    }

    /// Each scope of OpenID Connect, one in the tenant's words and one in nobody's.
    fn scopes(self) -> Vec<ScopeText<'a>> {
        let known = ["openid", "profile", "email", "address", "phone", "offline_access"];
        let known = known.map(|token| ScopeText { token, text: None });
        let own = ScopeText { token: "own", text: Some(self.scope_text) };
        [&known[..], &[own, ScopeText { token: self.scope, text: None }]].concat()
    }
}
