//! Tokens by which clients register themselves (RFC 7591 §3).

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{About, Admin};
use crate::error::AdminError;
use crate::ports::Deed;
use crate::registration;
use crate::types::{
    InitialAccessToken, InvalidPolicy, RegistrationAccess, RegistrationPolicy, TenantId, limits,
};

/// What an initial access token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InitialAccess {
    /// How long: a second to a year.
    pub lifetime: Duration,
    /// Whether it registers a single client, or as many as the tenant has room for.
    pub once: bool,
}

impl InitialAccess {
    /// For a single client.
    pub const fn once(lifetime: Duration) -> Self {
        Self { lifetime, once: true }
    }

    /// For any number of clients.
    pub const fn often(lifetime: Duration) -> Self {
        Self { lifetime, once: false }
    }
}

impl Admin {
    /// Makes a token by which somebody may register a client with a tenant whose policy lets clients register
    /// themselves. It is shown this once: only a hash is kept, where JWT ids are, and it cannot be called back
    /// before it expires, so give it a short life. A store of JWT ids that forgets when its process ends
    /// forgets it too.
    ///
    /// # Errors
    /// When there is no such tenant, no client may register with it, the lifetime is out of bounds, or the
    /// store does not answer.
    pub async fn mint_initial_access(
        &self,
        tenant: &TenantId,
        access: InitialAccess,
    ) -> Result<InitialAccessToken, AdminError> {
        let wrong = |rule| InvalidPolicy { field: "registration", rule };
        let tenants = self.demand_tenant(tenant).await?;
        let closed = |own: &RegistrationPolicy| own.access == RegistrationAccess::Closed;
        if tenants.policy.registration.as_deref().is_none_or(closed) {
            return Err(wrong("is off: no client may register itself with this tenant").into());
        }
        if !(Duration::from_secs(1)..=limits::INITIAL_ACCESS).contains(&access.lifetime) {
            return Err(wrong("is by initial access tokens that are good for 1 s to a year").into());
        }
        let chance = URL_SAFE_NO_PAD.encode(self.ports.entropy.bytes::<32>()?);
        let (admin, tenant, now) = (self.clone(), tenant.clone(), self.now());
        self.complete(async move {
            let (seen, expires) = (&admin.ports.seen, now.plus(access.lifetime));
            let token =
                registration::mint(seen, &chance, &tenant, access.once, expires, now).await?;
            admin.done(&tenant, Deed::InitialAccessMinted, About::Tenant);
            Ok(token)
        })
        .await
    }
}
