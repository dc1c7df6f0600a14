//! The shop's own login page. Whom it signs in is signed in to Grantry's clients as well: where Grantry
//! needs a user, it sends the browser here.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use grantry_axum::grantry::{
    InteractionInfo, ResumeError,
    types::{Login, Password, Timestamp},
};
use serde::Deserialize;

use crate::{App, directory::known, sessions::Session};

/// What Grantry sends along.
#[derive(Debug, Deserialize)]
pub struct Asked {
    interaction: String,
}

/// What a customer sends.
#[derive(Deserialize)]
pub struct Sent {
    interaction: String,
    email: String,
    password: String,
}

/// Shows the page; sends whoever is signed in already straight back.
pub async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Failed> {
    let info = app.server.interaction(&asked.interaction).await?;
    match app.sessions.find(&headers).filter(|session| counts(session, &info)) {
        Some(session) => go_on(&app, &asked.interaction, &session).await,
        None => Ok(page(StatusCode::OK, &asked.interaction, "")),
    }
}

/// Signs a customer in, at the shop and for whoever asked.
pub async fn sign_in(State(app): State<App>, Form(sent): Form<Sent>) -> Result<Response, Failed> {
    let branch = app.server.interaction(&sent.interaction).await?.tenant;
    let (customers, password) = (&app.customers, Password::from(sent.password.as_str()));
    let found = known(customers, &app.hashing, branch.as_str(), &sent.email, &password).await;
    let Ok(found) = found else {
        return Ok(page(
            StatusCode::SERVICE_UNAVAILABLE,
            &sent.interaction,
            "Try again in a moment.",
        ));
    };
    let Some(customer) = found else {
        return Ok(page(StatusCode::FORBIDDEN, &sent.interaction, "Address or password is wrong."));
    };
    let (branch, number) = (branch.to_string(), customer.number.to_owned());
    #[expect(clippy::disallowed_methods, reason = "the shop's own clock")]
    let session = Session { branch, number, since: SystemTime::now() };
    let cookie = app.sessions.begin(session.clone()).map_err(|_| Failed::Unavailable)?;
    let mut response = go_on(&app, &sent.interaction, &session).await?;
    response.headers_mut().extend(cookie.parse().map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// Grantry: this customer it is. The browser goes back to where it came from.
async fn go_on(app: &App, interaction: &str, session: &Session) -> Result<Response, Failed> {
    let subject = session.number.parse().map_err(|_| Failed::Unavailable)?;
    let login = Login::new(subject, moment(session.since)).methods(["pwd"]);
    let place = app.server.resume(interaction, login).await?;
    Ok(Redirect::to(&place).into_response())
}

/// Whether a session will do: of a customer of that branch, who gave their password recently enough.
fn counts(session: &Session, info: &InteractionInfo) -> bool {
    let recent = info.authenticate_after.is_none_or(|after| moment(session.since) >= after);
    session.branch == info.tenant.as_str() && recent
}

fn moment(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::EPOCH.plus(since)
}

/// A handle is made of letters, digits and `._-`; whatever else was sent is none, and is not shown.
fn page(status: StatusCode, interaction: &str, notice: &str) -> Response {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let handle = if interaction.bytes().all(plain) { interaction } else { "" };
    let page =
        include_str!("login.html").replace("{interaction}", handle).replace("{notice}", notice);
    (status, [(header::CACHE_CONTROL, "no-store")], Html(page)).into_response()
}

/// Why the customer cannot go on.
#[derive(Debug)]
pub enum Failed {
    /// They have to begin anew.
    Gone,
    /// They may try again.
    Unavailable,
}

impl From<ResumeError> for Failed {
    fn from(error: ResumeError) -> Self {
        match error {
            ResumeError::Unavailable(_) => Self::Unavailable,
            _ => Self::Gone,
        }
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Gone => (StatusCode::GONE, "This took too long. Go back to the application."),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "Try again in a moment."),
        };
        (status, text).into_response()
    }
}
