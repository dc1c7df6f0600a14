//! Values that are never printed, never logged and never compared in variable time.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use zeroize::Zeroizing;

macro_rules! secret {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// Wiped from memory when dropped; prints as its name alone; compares in constant time.
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Wraps the text.
            pub fn new(text: String) -> Self {
                Self(Zeroizing::new(text))
            }

            /// The text itself. Search for `expose` to see every place where a secret leaves.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text.to_owned())
            }
        }

        impl From<Zeroizing<String>> for $name {
            fn from(text: Zeroizing<String>) -> Self {
                Self(text)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                verify_slices_are_equal(self.0.as_bytes(), other.0.as_bytes()).is_ok()
            }
        }

        impl Eq for $name {}
    )* };
}

secret! {
    /// An authorization code (RFC 6749 §4.1.2).
    Code;
    /// What a device asks with until its user has decided (RFC 8628 §3.2).
    DeviceCode;
    /// A refresh token (RFC 6749 §1.5).
    RefreshToken;
    /// An access token (RFC 6749 §1.4): whoever bears it is believed (RFC 6750).
    AccessToken;
    /// An ID token (OpenID Connect Core §2): what it says of a user is nobody else's business.
    IdToken;
    /// A token that somebody shows, whichever it is (RFC 7009 §2.1, RFC 7662 §2.1).
    ShownToken;
    /// A JWT by which a client proves who it is (RFC 7521 §4.2).
    ClientAssertion;
    /// What lets somebody register a client (RFC 7591 §3).
    InitialAccessToken;
    /// What lets a client that registered itself change and delete itself (RFC 7592 §3).
    RegistrationToken;
    /// A client's shared secret (RFC 6749 §2.3.1).
    ClientSecret;
    /// A user's password.
    Password;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_its_name_alone() {
        assert_eq!(format!("{:?}", Password::from("hunter2")), "Password(…)");
        assert_eq!(
            format!("{:#?}", Some(RefreshToken::from("r"))),
            "Some(\n    RefreshToken(…),\n)"
        );
    }

    #[test]
    fn secrets_compare_by_content() {
        assert!(Code::from("a") == Code::from("a"));
        assert!(Code::from("a") != Code::from("b") && Code::from("a") != Code::from("aa"));
    }
}
