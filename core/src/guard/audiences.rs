//! Whom tokens must be for.

use std::str::FromStr;

use crate::types::{Audience, InvalidWord, TenantId};

/// The audience that a guard demands.
#[derive(Clone, Debug)]
pub(super) enum Audiences {
    /// One for all tenants.
    One(Audience),
    /// One for each: this, and its id.
    Each(Box<str>),
}

const PLACEHOLDER: &str = "/{tenant}";

impl Audiences {
    /// That of a tenant's tokens.
    pub(super) fn of(&self, tenant: &TenantId) -> Result<Audience, InvalidWord> {
        match self {
            Self::One(audience) => Ok(audience.clone()),
            Self::Each(before) => format!("{before}{tenant}").parse(),
        }
    }

    /// As it was written.
    pub(super) fn text(&self) -> String {
        match self {
            Self::One(audience) => audience.to_string(),
            Self::Each(before) => format!("{before}{{tenant}}"),
        }
    }
}

impl FromStr for Audiences {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        match text.strip_suffix(PLACEHOLDER) {
            Some(before) => {
                // The longest id there is.
                format!("{before}/{}", "x".repeat(63)).parse::<Audience>()?;
                Ok(Self::Each(format!("{before}/").into()))
            }
            None => Ok(Self::One(text.parse()?)),
        }
    }
}
