//! What a person types who has a device before them that cannot sign anybody in (RFC 8628 §6.1).

use std::{fmt, str::FromStr};

use zeroize::Zeroizing;

use super::{InvalidWord, limits};

/// A user code: eight letters of twenty, so one of 2.56 · 10¹⁰. There is no vowel among them that would make
/// words, and no letter that looks like another or like a digit.
#[derive(Clone, PartialEq, Eq)]
pub struct UserCode(Zeroizing<[u8; Self::LENGTH]>);

impl UserCode {
    /// The letters (RFC 8628 §6.1).
    pub const ALPHABET: &'static [u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
    /// How many a code has.
    pub const LENGTH: usize = 8;

    /// The code that these bytes of chance come to: each letter as likely as any other. Nothing where they are
    /// too few of those below 240, the largest multiple of twenty in a byte.
    pub fn of(chance: impl IntoIterator<Item = u8>) -> Option<Self> {
        let mut letters = Zeroizing::new([0; Self::LENGTH]);
        let mut fair = chance.into_iter().filter(|byte| *byte < 240);
        for letter in letters.iter_mut() {
            *letter = Self::ALPHABET[usize::from(fair.next()? % 20)];
        }
        Some(Self(letters))
    }

    /// As a device shows it: two groups of four. Search for `expose` to see every place where it leaves.
    pub fn expose(&self) -> Zeroizing<String> {
        let text = str::from_utf8(&self.0[..]).unwrap_or_default();
        let (first, second) = text.split_at(text.len() / 2);
        Zeroizing::new(format!("{first}-{second}"))
    }

    /// Its letters, without what is between them.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

/// DV-05: reads what somebody typed, in either case, with whatever stands between the letters, on a keyboard of
/// another alphabet, and with what is easily taken for one of the letters.
impl FromStr for UserCode {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let wrong = || InvalidWord::new("a user code is eight of the letters BCDFGHJKLMNPQRSTVWXZ");
        if text.len() > limits::TYPED_USER_CODE {
            return Err(wrong());
        }
        let mut letters = Zeroizing::new([0; Self::LENGTH]);
        let mut typed = text.chars().filter(|c| !is_between(*c));
        for letter in letters.iter_mut() {
            *letter = typed.next().and_then(letter_of).ok_or_else(wrong)?;
        }
        match typed.next() {
            None => Ok(Self(letters)),
            Some(_) => Err(wrong()),
        }
    }
}

impl fmt::Debug for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserCode(…)")
    }
}

/// Whether it only stands between letters.
fn is_between(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '_' | '.' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}'
        )
}

/// The letter that a character is, or is taken for.
fn letter_of(c: char) -> Option<u8> {
    // Full-width forms, as keyboards for Chinese and Japanese write them.
    let c = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
        _ => c,
    };
    let upper = c.to_uppercase().next().unwrap_or(c);
    let latin = match upper {
        '8' | 'В' | 'Β' => 'B',
        'С' => 'C',
        '6' => 'G',
        'Н' | 'Η' => 'H',
        'К' | 'Κ' => 'K',
        '1' | 'I' | '|' => 'L',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'Р' | 'Ρ' => 'P',
        '0' | 'O' => 'Q',
        '5' => 'S',
        'Т' | 'Τ' => 'T',
        'U' => 'V',
        'Х' | 'Χ' => 'X',
        '2' | 'Ζ' => 'Z',
        other => other,
    };
    let letter = u8::try_from(latin).ok()?;
    UserCode::ALPHABET.contains(&letter).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dv_05_what_somebody_types_has_one_form() {
        let code: UserCode = "WDJB-MJHT".parse().unwrap();
        for typed in [
            "WDJBMJHT",
            "wdjb-mjht",
            "wdjb mjht",
            "  w-d-j-b  m-j-h-t ",
            "WDJB\u{2013}MJHT",
            "WDJB\u{2212}MJHT",
            "wdjb.mjht",
            "WDJ8-MJHT",
            "ＷＤＪＢ－ＭＪＨＴ",
            "WDJВ-МJНТ",
            "WDJΒ-ΜJΗΤ",
        ] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        let taken: UserCode = "LLQQSZGV".parse().unwrap();
        assert_eq!("1i0o-526u".parse(), Ok(taken));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for bad in
            ["", "-", "WDJB-MJH", "WDJB-MJHTX", "WDJB-MJHA", "WDJB-MJH3", "WDJB+MJHT", "WDJB/MJHT"]
        {
            assert!(bad.parse::<UserCode>().is_err(), "{bad}");
        }
        let long = format!("WDJB{}MJHT", " ".repeat(limits::TYPED_USER_CODE));
        assert!(long.parse::<UserCode>().is_err());
    }

    #[test]
    fn each_letter_is_as_likely_as_any_other() {
        let mut seen = [0; 256];
        for byte in 0..=255 {
            if let Some(code) = UserCode::of([byte; 8]) {
                seen[usize::from(code.as_bytes()[0])] += 1;
            }
        }
        assert!(UserCode::ALPHABET.iter().all(|letter| seen[usize::from(*letter)] == 12));
        assert_eq!(seen.iter().sum::<i32>(), 240);
        assert_eq!(UserCode::of([255; 100]), None);
        assert_eq!(UserCode::of((0..8).chain([9])).unwrap().expose().as_str(), "BCDF-GHJK");
    }

    #[test]
    fn a_code_prints_nothing_of_itself() {
        assert_eq!(format!("{:?}", "WDJBMJHT".parse::<UserCode>().unwrap()), "UserCode(…)");
    }
}
