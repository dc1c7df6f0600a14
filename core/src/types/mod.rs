//! Words that cannot be wrong: every value that travels between floors, parsed once.

mod account;
mod answer;
mod browser;
mod client;
mod issuer;
pub mod limits;
mod peer;
mod present;
mod request;
mod scope;
mod secret;
mod signing;
mod tenant;
mod ticket;
mod timestamp;
mod token_kind;
mod uri;
mod username;
mod words;

pub use account::{Account, Standing};
pub use answer::{CodeAnswer, TokenAnswer};
pub use browser::BrowserFacts;
pub use client::{Caller, Client, ClientAuthMethod, ClientKind, GrantType, SecretHash, Surface};
pub use issuer::{InvalidIssuer, Issuer, IssuerTemplate};
pub use peer::Peer;
pub use present::{Presentation, Presented, judge};
pub use request::{ClientCredentials, CodeRequest, PresentedSecret, TokenRequest};
pub use scope::{InvalidScope, Scope};
pub use secret::{AccessToken, ClientSecret, Code, Password, RefreshToken};
pub use signing::SigningAlg;
pub use tenant::{DirectApi, InvalidPolicy, Policy, Rotation, Tenant};
pub use ticket::{
    Binding, EndReason, Generation, Next, Ticket, TicketId, TicketState, Version, Whose,
};
pub use timestamp::Timestamp;
pub use token_kind::TokenKind;
pub use uri::{InvalidUri, Origin, RedirectUri};
pub use username::{InvalidUsername, Username};
pub use words::{Audience, ClientId, InvalidWord, Subject, TenantId};
