//! Names of choices: each choice has one, which is written and read the same way by everybody.

macro_rules! choice {
    (
        $(#[$doc:meta])*
        $choice:ident, $what:literal, $first:ident = $name:literal $(, $other:ident = $names:literal)* $(,)?
    ) => {
        impl $choice {
            $(#[$doc])*
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::$first => $name,
                    $(Self::$other => $names,)*
                }
            }
        }

        impl super::Kind for $choice {
            const ALL: &'static [Self] = &[Self::$first $(, Self::$other)*];

            fn number(self) -> u8 {
                self as u8
            }

            fn name(self) -> &'static str {
                self.as_str()
            }
        }

        /// Reads what `as_str` wrote, and nothing else.
        impl std::str::FromStr for $choice {
            type Err = super::InvalidWord;

            fn from_str(text: &str) -> Result<Self, super::InvalidWord> {
                match text {
                    $name => Ok(Self::$first),
                    $($names => Ok(Self::$other),)*
                    _ => Err(super::InvalidWord::new(concat!(
                        $what, " is ", $name $(, " or ", $names)*
                    ))),
                }
            }
        }
    };
}

pub(super) use choice;

#[cfg(test)]
mod tests {
    use crate::types::{ClientAuthMethod, DirectApi, EndReason, GrantType, Rotation, SigningAlg};

    /// Whether these names are read as they were written, and nothing like them is.
    macro_rules! is_read_as_written {
        ($($choice:ident: $($one:ident)+;)+) => { $( $(
            let name = $choice::$one.as_str();
            assert_eq!(name.parse(), Ok($choice::$one), "{name}");
            for other in [format!("{name} "), format!("x{name}"), name[1..].to_owned()] {
                assert!(other.parse::<$choice>().is_err(), "{other}");
            }
        )+ )+ };
    }

    #[test]
    fn a_choice_is_read_as_it_was_written() {
        is_read_as_written! {
            ClientAuthMethod: Basic Post;
            DirectApi: Off Post Get;
            EndReason: Reused RolledBack Revoked Guessed Denied;
            GrantType: AuthorizationCode ClientCredentials Password RefreshToken DeviceCode;
            Rotation: Always Public Never;
            SigningAlg: Es256 EdDsa Rs256;
        }
    }

    #[test]
    fn a_refused_name_says_which_there_are() {
        let error = "es256".parse::<SigningAlg>().unwrap_err();
        assert_eq!(error.to_string(), "a signing algorithm is ES256 or EdDSA or RS256");
    }
}
