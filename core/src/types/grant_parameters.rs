//! What a request for a grant of the host's own brings along.

use std::fmt;

use zeroize::Zeroizing;

/// The parameters of a token request that are the grant's own (RFC 6749 §4.5): all but those by which the client
/// says who it is and what it wants. No name stands twice but `audience` (RFC 8693 §2.1). Prints no values, since
/// most are credentials; they are wiped when they are dropped.
///
/// ```
/// use grantry::types::GrantParameters;
///
/// let sent = GrantParameters::from_iter([("audience", "one"), ("audience", "two"), ("assertion", "secret")]);
/// assert_eq!(sent.get("assertion"), Some("secret"));
/// assert_eq!(sent.all("audience").collect::<Vec<_>>(), ["one", "two"]);
/// assert_eq!(format!("{sent:?}"), r#"GrantParameters(["audience", "audience", "assertion"])"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct GrantParameters(Vec<(Zeroizing<String>, Zeroizing<String>)>);

impl GrantParameters {
    /// The value of a parameter, the first where there are several. One that was sent empty is not there
    /// (RFC 6749 §3.2).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| **own == *name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter, in the order of the request.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| **own == *name).map(|(_, value)| value.as_str())
    }
}

/// From decoded names and values.
impl From<Vec<(Zeroizing<String>, Zeroizing<String>)>> for GrantParameters {
    fn from(pairs: Vec<(Zeroizing<String>, Zeroizing<String>)>) -> Self {
        Self(pairs)
    }
}

/// For a host's own tests.
impl<'a> FromIterator<(&'a str, &'a str)> for GrantParameters {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Self {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        Self(pairs.into_iter().map(|(name, value)| (own(name), own(value))).collect())
    }
}

impl fmt::Debug for GrantParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_tuple("GrantParameters").field(&names).finish()
    }
}
