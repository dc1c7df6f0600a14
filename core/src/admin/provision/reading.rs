//! A file while it is read: its text, its surroundings, and what is wrong with it so far.

use std::{cell::RefCell, ffi::OsString, fmt, ops::Range, path::Path};

use super::mistakes::{ProvisionError, ProvisionErrors};

/// Looks environment variables up.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

pub(super) struct Reading<'a> {
    file: &'a Path,
    text: &'a str,
    env: Environment<'a>,
    /// With the place in the text, by which they are ordered in the end.
    mistakes: RefCell<Vec<(usize, ProvisionError)>>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(file: &'a Path, text: &'a str, env: Environment<'a>) -> Self {
        Self { file, text, env, mistakes: RefCell::default() }
    }

    /// Notes a mistake.
    pub(super) fn wrong(&self, at: &Range<usize>, field: &str, message: String) {
        let file = self.file.display().to_string();
        let (line, field) = (Some(self.line(at.start)), Some(field.to_owned()));
        let mistake = ProvisionError { file, line, field, message };
        self.mistakes.borrow_mut().push((at.start, mistake));
    }

    /// Whether there is a mistake in this field, or in one below it.
    pub(super) fn is_wrong(&self, field: &str) -> bool {
        let within = |own: &str| {
            own.strip_prefix(field)
                .is_some_and(|rest| matches!(rest.chars().next(), None | Some('.')))
        };
        self.mistakes
            .borrow()
            .iter()
            .any(|(_, mistake)| mistake.field.as_deref().is_some_and(within))
    }

    /// The number of the line, from 1, that this byte is in.
    pub(super) fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    pub(super) fn env(&self, name: &str) -> Option<OsString> {
        (self.env)(name)
    }

    /// The folder that paths in the file are relative to.
    pub(super) fn folder(&self) -> &'a Path {
        self.file.parent().unwrap_or(Path::new(""))
    }

    /// What was made of the file, unless there was a mistake.
    ///
    /// # Errors
    /// All mistakes.
    pub(super) fn finish<T>(self, made: T) -> Result<T, ProvisionErrors> {
        let mut mistakes = self.mistakes.into_inner();
        if mistakes.is_empty() {
            return Ok(made);
        }
        // Stable: mistakes of one place stay in the order in which they were found.
        mistakes.sort_by_key(|(at, _)| *at);
        Err(ProvisionErrors::new(mistakes.into_iter().map(|(_, mistake)| mistake).collect()))
    }
}

/// The text itself may hold secrets.
impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("file", &self.file).finish_non_exhaustive()
    }
}
