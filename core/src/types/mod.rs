//! Words that cannot be wrong: every value that travels between floors, parsed once.

mod account;
mod answer;
mod audiences;
mod authorization;
mod browser;
mod caller;
mod choices;
mod claims;
mod client;
mod client_assertions;
mod client_browser;
mod client_key;
mod client_keys;
mod device;
mod document_id;
mod ed25519;
mod grant_parameters;
mod https_url;
mod issuer;
mod jwt_id;
pub mod limits;
mod login;
mod object;
mod page;
mod page_device;
mod peer;
mod policy;
mod policy_browser;
mod policy_mcp;
mod present;
mod protected_resource;
mod proxies;
mod redirect_uri;
mod registration;
mod request;
mod request_url;
mod resource;
mod scope;
mod secret;
mod secret_hash;
mod sender_key;
mod set;
mod signing;
mod source;
mod tenant;
mod ticket;
mod timestamp;
mod token_kind;
mod uri;
mod user_code;
mod username;
mod visits;
mod words;

#[cfg(test)]
mod props;

pub use account::{Account, Standing};
pub use answer::{CodeAnswer, InvalidParameter, ResponseParameters, TokenAnswer};
pub use audiences::Audiences;
pub use authorization::{AuthorizationRequest, Challenge, Prompt, ReplyTo, ResponseMode, Verifier};
pub use browser::BrowserFacts;
pub use caller::{Caller, Sender, Surface};
pub use claims::{ClaimSet, ClaimsRequest, InvalidClaims, RESERVED_CLAIMS};
pub use client::{Client, ClientAuthMethod, ClientKind, GrantType, InvalidClient};
pub use client_assertions::{AssertionAlg, AssertionAudience, AssertionKeys, ClientAssertions};
pub use client_browser::{ClientBrowser, Pkce, SubjectType};
pub(crate) use client_key::ClientKey;
pub use client_keys::{ClientKeys, InvalidKeys};
pub use device::{Device, DeviceAnswer, DeviceRequest};
pub use grant_parameters::GrantParameters;
pub use https_url::HttpsUrl;
pub use issuer::{InvalidIssuer, Issuer, IssuerTemplate};
pub use jwt_id::{JwtId, JwtIdUse};
pub use login::Login;
pub(crate) use object::{Members, object};
pub use page::{
    AccountPage, ClientFacts, ConsentPage, FormPostPage, LoginNotice, LoginPage, Message,
    MessagePage, PageContext, ScopeText, SignOutPage,
};
pub use page_device::{DeviceConsentPage, DeviceNotice, DevicePage};
pub use peer::Peer;
pub use policy::{DirectApi, Dpop, InvalidPolicy, Policy, Rotation};
pub use policy_browser::{BrowserPolicy, PushedRequests};
pub use present::{Presentation, Presented, judge};
pub(crate) use protected_resource::{Described, Resources, WELL_KNOWN};
pub use protected_resource::{InvalidResource, ProtectedResource};
pub use proxies::{InvalidProxy, Proxies};
pub use redirect_uri::RedirectUri;
pub use registration::{Registration, RegistrationAccess, RegistrationPolicy};
pub use request::{Asked, ClientCredentials, CodeRequest, PresentedSecret, TokenRequest, Wanted};
pub use request_url::RequestUrl;
pub use resource::{Reach, Resource};
pub use scope::{InvalidScope, Scope};
pub use secret::{
    AccessToken, ClientAssertion, ClientSecret, Code, DeviceCode, IdToken, InitialAccessToken,
    Password, RefreshToken, RegistrationToken, ShownToken,
};
pub use secret_hash::SecretHash;
pub use sender_key::SenderKey;
pub use set::{Kind, Set};
pub use signing::SigningAlg;
pub use source::Source;
pub use tenant::Tenant;
pub use ticket::{
    Binding, EndReason, Generation, Next, Ticket, TicketId, TicketState, Version, Whose,
};
pub use timestamp::Timestamp;
pub use token_kind::TokenKind;
pub use uri::{InvalidUri, Origin};
pub use user_code::UserCode;
pub use username::{InvalidUsername, Username};
pub use visits::{Authorized, Consent, Parked, Proof, Session};
pub use words::{Audience, ClientId, InvalidWord, Subject, TenantId};
