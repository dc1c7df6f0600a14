//! Who is signed in at the shop, as it was before: a cookie with a random name.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::http::{HeaderMap, header};

/// Who is signed in. Clones share it. A real shop would let sessions end.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<HashMap<String, Session>>>);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// At which branch.
    pub branch: String,
    /// The customer's number.
    pub number: String,
    /// When they gave their password.
    pub since: SystemTime,
}

const COOKIE: &str = "shop";

impl Sessions {
    /// Whose session the browser shows.
    pub fn find(&self, headers: &HeaderMap) -> Option<Session> {
        let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            texts.flat_map(|text| text.split("; ")).filter_map(|pair| pair.split_once('='));
        let (_, id) = pairs.find(|(name, _)| *name == COOKIE)?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Begins a session. Returns the cookie.
    ///
    /// # Errors
    /// When the machine gives no chance.
    pub fn begin(&self, session: Session) -> anyhow::Result<String> {
        let mut bytes = [0; 16];
        aws_lc_rs::rand::fill(&mut bytes)?;
        let id = format!("{:032x}", u128::from_be_bytes(bytes));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), session);
        // A shop behind https would add `Secure`.
        Ok(format!("{COOKIE}={id}; Path=/; HttpOnly; SameSite=Lax"))
    }
}
