//! What is wrong with a parameter, in words from a fixed table.

use std::fmt;

/// A parameter, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its name; `query` or `body` for one that this server does not know.
    pub field: &'static str,
    /// What is wrong.
    pub kind: ViolationKind,
}

/// What is wrong with a parameter. Reads on from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// It is not there, and must be.
    Missing,
    /// It is there without a value, and must have one.
    Empty,
    /// It is there more than once (RFC 6749 §3.1).
    Repeated,
    /// It is longer than this many bytes.
    TooLong(usize),
    /// Percent-encoding that is cut off, or bytes that are not UTF-8.
    Encoding,
    /// There are more parameters than this.
    TooMany(usize),
    /// Parameters belong elsewhere.
    MustBeEmpty,
    /// Not one of the values that are known; says which are.
    MustBe(&'static str),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.kind)
    }
}

impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is required"),
            Self::Empty => f.write_str("is empty"),
            Self::Repeated => f.write_str("is given more than once"),
            Self::TooLong(bytes) => write!(f, "is longer than {bytes} bytes"),
            Self::Encoding => f.write_str("is not form-urlencoded UTF-8"),
            Self::TooMany(most) => write!(f, "holds more than {most} parameters"),
            Self::MustBeEmpty => f.write_str("must be empty: parameters go in the body"),
            Self::MustBe(what) => write!(f, "must be {what}"),
        }
    }
}
