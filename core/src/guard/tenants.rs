//! Whose tokens a guard takes.

use std::str::FromStr;

use super::Denial;
use crate::error::ConfigError;
use crate::types::{IssuerTemplate, TenantId};

/// Whose tokens a guard takes.
#[derive(Clone, Debug)]
pub(super) enum Tenants {
    One(TenantId),
    Path(TenantPath),
    Any,
}

/// Where in a path the tenant stands: after these segments.
#[derive(Clone, Debug)]
pub(super) struct TenantPath(Box<str>);

impl Tenants {
    /// The tenant of one request. `issuer` is what the token says of its issuer, not yet believed.
    pub(super) fn of(
        &self,
        path: &str,
        issuer: Option<&str>,
        issuers: &IssuerTemplate,
    ) -> Result<TenantId, Denial> {
        match self {
            Self::One(tenant) => Ok(tenant.clone()),
            Self::Path(pattern) => pattern.tenant(path),
            Self::Any => issuer.and_then(|issuer| issuers.tenant_of(issuer)).ok_or(Denial::Invalid),
        }
    }
}

const MISMATCH: Denial = Denial::Misconfigured(
    "this route is guarded by tenant_from_path with a pattern that its path does not match",
);

impl TenantPath {
    fn tenant(&self, path: &str) -> Result<TenantId, Denial> {
        let Some(rest) = path.strip_prefix(&*self.0) else {
            // A router that decodes may have led a client's `%` here; otherwise the route is wrong.
            return Err(if path.contains('%') { Denial::Invalid } else { MISMATCH });
        };
        // What is no tenant id as it stands has no tokens: nothing is decoded.
        rest.split('/').next().and_then(|segment| segment.parse().ok()).ok_or(Denial::Invalid)
    }
}

impl FromStr for TenantPath {
    type Err = ConfigError;

    fn from_str(pattern: &str) -> Result<Self, ConfigError> {
        let before = pattern.strip_suffix("{tenant}").ok_or(ConfigError::GuardPath)?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
        let whole = before.starts_with('/') && before.ends_with('/') && !before.contains("//");
        match whole && before.bytes().all(plain) {
            true => Ok(Self(before.into())),
            false => Err(ConfigError::GuardPath),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_is_the_segment_after_the_pattern() {
        let pattern: TenantPath = "/api/{tenant}".parse().unwrap();
        for path in ["/api/acme", "/api/acme/", "/api/acme/me/x"] {
            assert_eq!(pattern.tenant(path).unwrap().as_str(), "acme", "{path}");
        }
        for path in
            ["/api/", "/api//me", "/api/%61cme/me", "/api/ACME", "/api/../x", "/%61pi/acme/me"]
        {
            assert_eq!(pattern.tenant(path), Err(Denial::Invalid), "{path}");
        }
        assert!(matches!(pattern.tenant("/other/acme"), Err(Denial::Misconfigured(_))));
    }

    #[test]
    fn a_pattern_names_the_tenant_last() {
        assert!("/{tenant}".parse::<TenantPath>().is_ok());
        for bad in [
            "tenant",
            "/api",
            "api/{tenant}",
            "/api/{tenant}/me",
            "//{tenant}",
            "/x{tenant}",
            "/{a}/{tenant}",
        ] {
            assert!(bad.parse::<TenantPath>().is_err(), "{bad}");
        }
    }
}
