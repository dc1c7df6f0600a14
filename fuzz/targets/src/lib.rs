//! What is fuzzed: each target is a plain function over bytes that panics where something does not
//! hold. The programs in `fuzz/fuzz_targets` hand it to libFuzzer; the tests here replay the corpora
//! on every run of the test command.
//!
//! Parsers are reached by the doors that everybody has (`Server::handle`, `Guard`, `FromStr`), and
//! what they made of the bytes is seen through ports that remember what they were asked: see
//! `world`.

#![forbid(unsafe_code)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a target fails by panicking, like a test")]

mod adapters;
mod answer;
mod assertion;
mod basic;
mod claims;
mod form;
mod forwarded;
mod jwt;
mod metadata;
mod opaque;
mod proof;
mod provision;
mod redirect;
pub mod replay;
mod request;
mod scope;
mod transcript;
mod uri;
mod user_code;
mod username;
mod visit;
mod voucher;
mod words;
mod world;

pub use assertion::assertion;
pub use basic::basic;
pub use claims::claims;
pub use form::form;
pub use forwarded::forwarded;
pub use jwt::jwt;
pub use metadata::metadata;
pub use opaque::opaque;
pub use proof::proof;
pub use provision::provision;
pub use redirect::redirect;
pub use request::request;
pub use scope::scope;
pub use uri::uri;
pub use user_code::user_code;
pub use username::username;
pub use visit::visit;
pub use words::words;

/// What a target is: it fails by panicking.
pub type Target = fn(&[u8]);

/// Every target, by its name.
pub const TARGETS: [(&str, Target); 18] = [
    ("assertion", assertion),
    ("basic", basic),
    ("claims", claims),
    ("form", form),
    ("forwarded", forwarded),
    ("jwt", jwt),
    ("metadata", metadata),
    ("opaque", opaque),
    ("proof", proof),
    ("provision", provision),
    ("redirect", redirect),
    ("request", request),
    ("scope", scope),
    ("uri", uri),
    ("user_code", user_code),
    ("username", username),
    ("visit", visit),
    ("words", words),
];

/// The program of a target: libFuzzer's under cargo-fuzz; otherwise one that replays the files that
/// it is given, so that what was found can be looked at with a stable toolchain and a debugger.
#[macro_export]
macro_rules! main {
    ($target:ident) => {
        #[cfg(fuzzing)]
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::$target(input));

        #[cfg(not(fuzzing))]
        fn main() {
            $crate::replay::arguments($crate::$target);
        }
    };
}
