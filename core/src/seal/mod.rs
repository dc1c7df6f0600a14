//! Private keys are sealed before a store sees them.

mod envelope;
mod key_file;
#[cfg(test)]
mod key_tests;
mod key_text;
mod master_key;
mod records;
#[cfg(test)]
mod tests;

pub use key_text::MasterKeyError;
pub use master_key::MasterKey;
pub use records::{SealedKeys, Unreadable};
