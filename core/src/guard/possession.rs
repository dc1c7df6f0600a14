//! Whether whoever shows a token has the key that it is bound to (RFC 9449 §7).

use http::{HeaderMap, Method};

use super::{Denial, Scheme, used::Used};
use crate::error::{Error, ProofFault};
use crate::ports::{Ports, StoreError};
use crate::tokens::{Claims, Proof, ShownFor, counts_as_nonce, new_nonce, spend};
use crate::types::{RequestUrl, Sender, Tenant, TenantId, Timestamp};
use crate::wire;

/// What a request shows beside its token.
#[derive(Clone, Debug)]
pub struct Shown {
    /// How the token is shown.
    pub scheme: Scheme,
    proof: Result<Option<String>, ProofFault>,
    method: Method,
}

/// A proof that fits the request and its token. It has not been asked whether it was used before.
#[derive(Clone, Debug)]
pub struct Possession {
    sender: Sender,
    nonce: Option<String>,
}

impl Shown {
    /// Takes it out of a request.
    pub fn of(scheme: Scheme, method: &Method, headers: &HeaderMap) -> Self {
        let proof = wire::read_proof(headers).map(|proof| proof.map(str::to_owned));
        Self { scheme, proof, method: method.clone() }
    }

    /// The proof, of a token that needs one.
    ///
    /// # Errors
    /// [`Denial::Bound`] for a token that is bound and shown as if it were not (IR-16), [`Denial::Unbound`] for
    /// the other way round; [`Denial::Proof`] for a proof that is wrong or missing; whatever `url` says.
    pub fn prove(
        &self,
        token: &str,
        claims: &Claims,
        url: impl FnOnce() -> Result<RequestUrl, Denial>,
        now: Timestamp,
    ) -> Result<Option<Possession>, Denial> {
        let own = match (self.scheme, claims.sender_key) {
            (Scheme::Bearer, None) => return Ok(None),
            // RFC 9449 §7.2: "MUST NOT be accepted as a bearer token".
            (Scheme::Bearer, Some(_)) => return Err(Denial::Bound),
            (Scheme::Dpop, None) => return Err(Denial::Unbound),
            (Scheme::Dpop, Some(own)) => own,
        };
        let text = self.proof.as_ref().map_err(|fault| *fault)?.as_ref();
        let proof = Proof::parse(text.ok_or(ProofFault::Missing)?)?;
        let url = url()?;
        let shown = ShownFor { method: self.method.as_str(), url: &url, access_token: Some(token) };
        let sender = proof.verify(shown, now)?;
        // §4.3 item 12
        if sender.key != own {
            return Err(ProofFault::OtherKey.into());
        }
        Ok(Some(Possession { sender, nonce: proof.nonce().map(str::to_owned) }))
    }
}

impl Possession {
    /// Demands a nonce of the tenant's, where it wants one (§9).
    ///
    /// # Errors
    /// [`Denial::ProofNonce`]; when the keyring does not answer.
    pub async fn demand_nonce(
        &self,
        ports: &Ports,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<(), Denial> {
        if !tenant.policy.dpop_nonces {
            return Ok(());
        }
        let (keyring, shown) = (&*ports.keyring, self.nonce.as_deref().unwrap_or_default());
        match counts_as_nonce(keyring, &tenant.id, shown, now).await.map_err(unavailable)? {
            true => Ok(()),
            false => {
                let nonce = new_nonce(keyring, &tenant.id, now).await.map_err(unavailable)?;
                Err(Denial::ProofNonce(nonce.into()))
            }
        }
    }

    /// Uses the proof up, for all nodes.
    ///
    /// # Errors
    /// [`ProofFault::Replayed`]; when the store does not answer.
    pub async fn spend(
        &self,
        ports: &Ports,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<(), Denial> {
        spend(&ports.seen, tenant, &self.sender, now).await.map_err(|error| match error {
            Error::Proof(fault) => fault.into(),
            _ => Denial::Unavailable,
        })
    }

    /// The same in this process alone.
    ///
    /// # Errors
    /// [`ProofFault::Replayed`].
    pub(super) fn spend_here(
        &self,
        used: &Used,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<(), Denial> {
        match used.remember(tenant, &self.sender, now) {
            true => Ok(()),
            false => Err(ProofFault::Replayed.into()),
        }
    }
}

fn unavailable(_: StoreError) -> Denial {
    Denial::Unavailable
}

#[cfg(test)]
#[path = "possession_tests.rs"]
mod tests;
