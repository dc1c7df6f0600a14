//! Why a call has no answer. None of this holds a value of a row, a URL or a password.

use std::time::Duration;

use grantry::ports::StoreError;
use tokio_postgres::{Error, error::SqlState};

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// More calls are under way than the pool and its queue hold.
    #[error("too many calls wait for the database")]
    Full,
    /// No connection was free or made in time.
    #[error("no connection to the database within {0:?}")]
    NoConnection(Duration),
    /// The server was asked and did not answer in time. What was asked may have been done.
    #[error("the database did not answer within {0:?}")]
    Silent(Duration),
    /// The server said no.
    #[error("the database refused: {message} (SQLSTATE {code})")]
    Refused { code: String, message: String },
    /// The connection broke, or was never made. What was asked may have been done.
    #[error("the connection to the database broke")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Failure {
    /// Without details: those of the server quote rows.
    pub(crate) fn of(error: Error) -> Self {
        match error.as_db_error() {
            Some(said) => {
                let (code, message) = (said.code().code().to_owned(), said.message().to_owned());
                Self::Refused { code, message }
            }
            None => Self::Broken(Box::new(error)),
        }
    }

    /// With its causes, as one line for the person who starts the program.
    pub(crate) fn reason(&self) -> String {
        let mut reason = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let text = error.to_string();
            if !reason.contains(&text) {
                reason = format!("{reason}: {text}");
            }
            cause = error.source();
        }
        reason
    }

    fn has(&self, codes: &[SqlState]) -> bool {
        matches!(self, Self::Refused { code, .. } if codes.iter().any(|one| one.code() == code))
    }

    /// The statement was undone, and may be sent again as it is.
    pub(crate) fn is_undone(&self) -> bool {
        self.has(&[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED])
    }

    /// A unique index has that value already.
    pub(crate) fn is_taken(&self) -> bool {
        self.has(&[SqlState::UNIQUE_VIOLATION])
    }

    /// Two who began at once made the same thing.
    pub(crate) fn is_made_twice(&self) -> bool {
        let twice =
            [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT, SqlState::DUPLICATE_SCHEMA];
        self.is_taken() || self.is_undone() || self.has(&twice)
    }

    /// The engine does not know what was asked for.
    pub(crate) fn is_unknown(&self) -> bool {
        self.has(&[
            SqlState::UNDEFINED_FUNCTION,
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::SYNTAX_ERROR,
        ])
    }

    /// The engine has no such table.
    pub(crate) fn is_no_table(&self) -> bool {
        self.has(&[SqlState::UNDEFINED_TABLE, SqlState::INVALID_SCHEMA_NAME])
    }

    /// The connection is as good as before: the server undid the statement and said why. Whatever else
    /// happened, another connection may do better.
    pub(crate) fn leaves_the_session_whole(&self) -> bool {
        self.is_undone()
            || matches!(self, Self::Refused { code, .. } if code.starts_with("22") || code.starts_with("23"))
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::new(failure)
    }
}
