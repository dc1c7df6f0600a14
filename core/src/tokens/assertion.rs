//! Client assertions: JWTs by which clients prove who they are (RFC 7523 §2.2, §3).

use serde::Deserialize;

use super::signed::{OneOrMany, Signed, there};
use crate::error::ClientFault;
use crate::types::{
    AssertionAudience, ClientAssertions, ClientId, ClientKeys, Issuer, Timestamp, limits,
};

/// An assertion that was taken apart and not yet verified; nothing in it is believed.
pub type Assertion<'a> = Signed<'a, Payload>;

/// Ill-typed is not the same as absent: a wrong type fails to parse (CA-10).
#[derive(Deserialize)]
pub struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    exp: u64,
    jti: String,
    #[serde(default, deserialize_with = "there")]
    iat: Option<u64>,
    #[serde(default, deserialize_with = "there")]
    nbf: Option<u64>,
}

impl Assertion<'_> {
    /// Of whom it says that it is.
    pub fn subject(&self) -> &str {
        &self.payload.sub
    }

    /// What tells it from every other of that client.
    pub fn id(&self) -> &str {
        &self.payload.jti
    }

    /// When it counts no more, whosever clock is asked.
    pub fn expires_at(&self, by: &ClientAssertions) -> Timestamp {
        self.end(by).plus(limits::LEEWAY)
    }

    /// Whether this client made it by one of these keys, for this issuer and now: all but whether it was shown
    /// before.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(
        &self,
        id: &ClientId,
        by: &ClientAssertions,
        keys: &ClientKeys,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<(), ClientFault> {
        // RFC 7523 §2.2 leaves `typ` open; what says that it is something else is no assertion.
        let typ = self.typ().is_none_or(|typ| {
            ["JWT", "client-authentication+jwt"].iter().any(|own| own.eq_ignore_ascii_case(typ))
        });
        if !typ || self.is_critical() {
            return Err(ClientFault::Malformed);
        }
        // CA-07, CA-08, CA-09: the client's own keys alone, each with its one algorithm.
        let key = keys.find(self.kid(), self.alg()).ok_or(ClientFault::AssertionKey)?;
        if !key.verifies(self.signed(), self.signature()) {
            return Err(ClientFault::AssertionSignature);
        }
        self.speaks_of(id)?;
        self.is_for(by.audience, issuer)?;
        self.is_current(by, now)
    }

    /// RFC 7523 §3 items 1, 2B and 7.
    fn speaks_of(&self, id: &ClientId) -> Result<(), ClientFault> {
        let Payload { iss, sub, jti, .. } = &self.payload;
        let own = iss == id.as_str() && sub == id.as_str();
        // CA-05: a store must not fill with them.
        let named = (1..=limits::JWT_ID).contains(&jti.len());
        if own && named { Ok(()) } else { Err(ClientFault::AssertionClaims) }
    }

    /// RFC 7523 §3 item 3. Who else is named could show it here (CA-06).
    fn is_for(&self, audience: AssertionAudience, issuer: &Issuer) -> Result<(), ClientFault> {
        let only = self.payload.aud.only();
        let endpoint = || match audience {
            AssertionAudience::Issuer => None,
            AssertionAudience::TokenEndpoint => Some(format!("{issuer}/token")),
        };
        match only
            .is_some_and(|only| only == issuer.as_str() || endpoint().as_deref() == Some(only))
        {
            true => Ok(()),
            false => Err(ClientFault::AssertionAudience),
        }
    }

    /// RFC 7523 §3 items 4, 5 and 6, by two clocks that may differ.
    fn is_current(&self, by: &ClientAssertions, now: Timestamp) -> Result<(), ClientFault> {
        let Payload { iat, nbf, .. } = self.payload;
        let soon = now.plus(limits::LEEWAY);
        let begun = [iat, nbf].into_iter().flatten().all(|at| Timestamp::from_secs(at) <= soon);
        // CA-05: who gets hold of one later must not find it good.
        let short = self.end(by) <= soon.plus(limits::ASSERTION_LIFETIME);
        let expired = self.expires_at(by) <= now;
        if begun && short && !expired { Ok(()) } else { Err(ClientFault::AssertionTime) }
    }

    /// When it ends, by its client's clock.
    fn end(&self, by: &ClientAssertions) -> Timestamp {
        let Payload { exp, iat, .. } = self.payload;
        let end = Timestamp::from_secs(exp);
        match (by.audience, iat) {
            // A library that names the token endpoint gives its assertions an hour.
            (AssertionAudience::TokenEndpoint, Some(iat)) => {
                end.min(Timestamp::from_secs(iat).plus(limits::ASSERTION_LIFETIME))
            }
            _ => end,
        }
    }

    /// Whether it cannot have been shown before that moment, by its own clock, which counts whole seconds.
    pub fn is_newer_than(&self, since: Timestamp, by: &ClientAssertions) -> bool {
        let last = since.plus(limits::LEEWAY).plus(limits::ASSERTION_LIFETIME);
        let issued = self.payload.iat.is_some_and(|iat| iat >= since.as_secs());
        issued || self.end(by) > last
    }
}
