//! What a host says of a user whom it signed in itself.

use super::{Proof, Subject, Timestamp};

/// A user whom the host signed in itself, for [`crate::Server::resume`].
///
/// ```
/// use grantry::types::{Login, Timestamp};
///
/// # let now = Timestamp::from_secs(1_800_000_000);
/// let login = Login::new("user-17".parse()?, now).name("Alice").methods(["pwd", "otp"]);
/// # drop(login);
/// # Ok::<(), grantry::types::InvalidWord>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Login {
    pub(crate) subject: Subject,
    pub(crate) name: Option<Box<str>>,
    pub(crate) proof: Proof,
}

impl Login {
    /// This user, who proved who they are at that moment (`auth_time`). For somebody who is signed in
    /// at the host already, that is when they signed in there, and not now. A host that counts whole seconds
    /// may be told that a user proves it again who did so within the second in which something was ended.
    pub fn new(subject: Subject, auth_time: Timestamp) -> Self {
        let proof = Proof { at: auth_time, methods: Box::default(), class: None };
        Self { subject, name: None, proof }
    }

    /// What pages call the user; their subject where there is none.
    pub fn name(mut self, name: &str) -> Self {
        self.name = Some(name.into());
        self
    }

    /// By what they proved it (`amr`, RFC 8176), such as `pwd` and `otp`.
    pub fn methods<'a>(mut self, methods: impl IntoIterator<Item = &'a str>) -> Self {
        self.proof.methods = methods.into_iter().map(Into::into).collect();
        self
    }

    /// How well they proved it (`acr`), in the host's own words.
    pub fn class(mut self, class: &str) -> Self {
        self.proof.class = Some(class.into());
        self
    }
}
