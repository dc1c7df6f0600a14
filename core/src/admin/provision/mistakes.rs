//! What is wrong with a file, all of it at once.

use std::{fmt, path::Path};

/// Everything that is wrong with a provisioning file, in the file's order. Shows one line for each
/// mistake. No line holds a value that was given for a password or a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionErrors(Vec<ProvisionError>);

/// One mistake, with what to write instead. Shows as `file:line: field: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProvisionError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1; none where the file itself could not be read.
    pub line: Option<usize>,
    /// The field, such as `tenants.acme.policy.grants`; none where the text is no TOML.
    pub field: Option<String>,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl ProvisionErrors {
    /// A file of which not one field could be looked at.
    pub(super) fn whole(file: &Path, line: Option<usize>, message: String) -> Self {
        let file = file.display().to_string();
        Self(vec![ProvisionError { file, line, field: None, message }])
    }

    pub(super) fn new(mistakes: Vec<ProvisionError>) -> Self {
        Self(mistakes)
    }

    /// The mistakes, in the file's order. There is at least one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ProvisionError> {
        self.0.iter()
    }
}

impl fmt::Display for ProvisionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, mistake) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{mistake}")?;
        }
        Ok(())
    }
}

impl fmt::Display for ProvisionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file)?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        if let Some(field) = &self.field {
            write!(f, " {field}:")?;
        }
        write!(f, " {}", self.message)
    }
}

impl std::error::Error for ProvisionErrors {}
impl std::error::Error for ProvisionError {}
