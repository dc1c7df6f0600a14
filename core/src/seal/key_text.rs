//! A master key as text: from a variable of the environment, or as a file holds it.

use std::{env, io, str::FromStr};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::MasterKey;

/// Why there is no master key. It holds nothing of one, and no name or path that may be one, put in the
/// wrong place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MasterKeyError {
    /// The variable is not set.
    #[error(
        "the environment variable that is to hold the master key is not set: set it where this \
         program is started"
    )]
    NotSet,
    /// There is nothing.
    #[error("the master key is empty: write 32 random bytes as base64url or hex")]
    Empty,
    /// It is not 32 bytes.
    #[error(
        "a master key is 32 random bytes: 43 characters of base64url or 64 of hex, and nothing else"
    )]
    Malformed,
    /// There is no such file.
    #[error(
        "there is no master key file of this name: make one once by MasterKey::generate_file, or put \
         back the one that the store's keys are sealed under"
    )]
    NoFile,
    /// There is a file already.
    #[error(
        "there is a file of this name already, and a master key is never overwritten: its keys would \
         be lost"
    )]
    Exists,
    /// Others can read or write the file.
    #[error(
        "others than its owner can read or write the master key file (its mode is {0:03o}): run \
         chmod 600 on it"
    )]
    TooOpen(u32),
    /// The file cannot be read or written.
    #[error("the master key file cannot be read or written")]
    File(#[source] io::Error),
    /// There is no chance to be had.
    #[error("the random generator failed")]
    Entropy,
}

impl MasterKey {
    /// The master key in this variable of the environment, as base64url or hex. Whoever can read the
    /// environment of the process has it, and so have its children: a file is better.
    ///
    /// # Errors
    /// See [`MasterKeyError`].
    pub fn from_env(name: &str) -> Result<Self, MasterKeyError> {
        let text = env::var_os(name).ok_or(MasterKeyError::NotSet)?;
        // Not UTF-8 is not base64 either. The environment keeps its own copy, which nobody can wipe.
        let text = text.into_string().map_err(|_| MasterKeyError::Malformed)?;
        Zeroizing::new(text).parse()
    }

    /// As it is written into a file, and read from there.
    pub(super) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.secret()))
    }
}

/// 43 characters of base64url or base64, with or without padding, or 64 of hex; white space around them
/// does not count.
impl FromStr for MasterKey {
    type Err = MasterKeyError;

    fn from_str(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(MasterKeyError::Empty);
        }
        let mut bytes = Zeroizing::new([0; 32]);
        let read = match text.len() {
            64 => from_hex(text.as_bytes(), &mut bytes),
            43 => from_base64(text, &mut bytes),
            44 => text.strip_suffix('=').and_then(|text| from_base64(text, &mut bytes)),
            _ => None,
        };
        read.ok_or(MasterKeyError::Malformed)?;
        Ok(Self::new(*bytes))
    }
}

fn from_hex(text: &[u8], bytes: &mut [u8; 32]) -> Option<()> {
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?;
    }
    Some(())
}

fn from_base64(text: &str, bytes: &mut [u8; 32]) -> Option<()> {
    // `openssl rand -base64 32` writes the other alphabet.
    let text = Zeroizing::new(text.replace('+', "-").replace('/', "_"));
    // The decoder wants room for a whole last group.
    let mut room = Zeroizing::new([0; 33]);
    let length = URL_SAFE_NO_PAD.decode_slice(text.as_bytes(), &mut *room).ok()?;
    bytes.copy_from_slice(room.get(..length)?.get(..32)?);
    (length == 32).then_some(())
}
