//! Hashes that others made by other ways: bcrypt, scrypt (RFC 7914) and PBKDF2 (RFC 8018). They are known
//! again, and never made.

use std::num::NonZeroU32;

use aws_lc_rs::{constant_time::verify_slices_are_equal, pbkdf2};
use base64::{
    Engine,
    alphabet::BCRYPT,
    engine::{GeneralPurpose, general_purpose::NO_PAD},
};
use password_hash::phc::{Output, PasswordHash, Salt};
use zeroize::Zeroizing;

use super::hash::{BadHash, MEMORY, MOST_WORK, Verdict};

/// A hash from elsewhere that this server obeys.
#[derive(Debug)]
pub(super) enum Foreign {
    Bcrypt { cost: u32, salt: [u8; 16], want: [u8; 23] },
    Scrypt { params: scrypt::Params, salt: Salt, want: Output },
    Pbkdf2 { digest: Digest, rounds: NonZeroU32, salt: Salt, want: Output },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Digest {
    Sha256,
    Sha512,
}

/// How many times the work of our own hash one from elsewhere may ask for: until its owner has signed in
/// once, they wait so much longer, and so does everybody behind them.
const TIMES: u32 = 16;
/// bcrypt reads no more of a password.
const BCRYPT_BYTES: usize = 72;

impl Foreign {
    /// Reads the hash, if it is of such a kind.
    pub(super) fn parse(stored: &str) -> Option<Result<Self, BadHash>> {
        let (name, _) = stored.strip_prefix('$')?.split_once('$')?;
        let read = match name {
            "2a" | "2b" | "2y" => bcrypt(stored),
            "scrypt" => scrypt(stored),
            "pbkdf2-sha256" => pbkdf2(stored, Digest::Sha256),
            "pbkdf2-sha512" => pbkdf2(stored, Digest::Sha512),
            _ => return None,
        };
        // LG-09: capped before it is obeyed.
        let obeyed = |one: Self| {
            let dear = one.work() > TIMES * MOST_WORK || !one.fits();
            if dear { Err(BadHash::TooCostly) } else { Ok(one) }
        };
        Some(read.and_then(obeyed))
    }

    /// About how much work it is, in KiB times passes of argon2id: measured side by side on one machine,
    /// and rounded down.
    pub(super) fn work(&self) -> u32 {
        let work = match self {
            Self::Bcrypt { cost, .. } => 100_u64 << cost,
            Self::Scrypt { params, .. } => {
                let steps = params.n().saturating_mul(params.r().into());
                steps.saturating_mul(params.p().into()) / 2
            }
            Self::Pbkdf2 { digest, rounds, want, .. } => {
                let (length, tenths) = match digest {
                    Digest::Sha256 => (32, 5),
                    Digest::Sha512 => (64, 12),
                };
                // RFC 8018 §5.2: every block of the output costs all rounds.
                let blocks = want.len().div_ceil(length) as u64;
                u64::from(rounds.get()) * blocks * tenths / 10
            }
        };
        u32::try_from(work).unwrap_or(u32::MAX)
    }

    /// Whether it takes memory of its own, of which it takes no more than our own hash does.
    pub(super) fn allocates(&self) -> bool {
        matches!(self, Self::Scrypt { .. })
    }

    fn fits(&self) -> bool {
        let Self::Scrypt { params, .. } = self else { return true };
        let blocks = params.n().saturating_add(params.p().into()).saturating_add(1);
        blocks.saturating_mul(u64::from(params.r()) * 128) <= u64::from(MEMORY) * 1024
    }

    /// Whether the password is the one that was hashed. Then it is to be hashed by our own way.
    pub(super) fn verify(&self, password: &[u8]) -> Verdict {
        let (right, known) = match self {
            Self::Bcrypt { cost, salt, want } => {
                let key = bcrypt_key(password);
                let made = bcrypt::bcrypt(*cost, *salt, &key);
                let same = verify_slices_are_equal(&made[..23], want).is_ok();
                // Whoever made the hash in C read up to a NUL, and others refused it. Here it is wrong, or
                // anything behind it would be right.
                (same & !password.contains(&0), password.len() <= BCRYPT_BYTES)
            }
            Self::Scrypt { params, salt, want } => (
                same(want, |out| {
                    // It fails for an empty output alone.
                    let _ = scrypt::scrypt(password, salt, params, out);
                }),
                true,
            ),
            Self::Pbkdf2 { digest, rounds, salt, want } => (
                same(want, |out| {
                    pbkdf2::derive(digest.algorithm(), *rounds, salt, password, out);
                }),
                true,
            ),
        };
        match (right, known) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Outdated,
            // Nobody knows whether the rest is right, so it must not become part of a new hash.
            (true, false) => Verdict::Right,
        }
    }
}

impl Digest {
    fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// Compared in constant time.
fn same(want: &Output, derive: impl FnOnce(&mut [u8])) -> bool {
    let mut made = Zeroizing::new(vec![0; want.len()]);
    derive(&mut made);
    verify_slices_are_equal(&made, want.as_bytes()).is_ok()
}

/// The password with the NUL that ends it, as far as bcrypt reads.
fn bcrypt_key(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(BCRYPT_BYTES));
    key.extend(password.iter().take(BCRYPT_BYTES));
    if key.len() < BCRYPT_BYTES {
        key.push(0);
    }
    key
}

/// `$2b$12$` and 53 characters: 22 of the salt, 31 of the hash.
fn bcrypt(stored: &str) -> Result<Foreign, BadHash> {
    // Some leave chance in the bits that are over.
    let trailing = NO_PAD.with_decode_allow_trailing_bits(true);
    let base64 = GeneralPurpose::new(&BCRYPT, trailing);
    let read = || {
        let (cost, rest) = stored.get(4..)?.split_once('$')?;
        let digits = cost.len() == 2 && cost.bytes().all(|b| b.is_ascii_digit());
        let cost = cost.parse().ok().filter(|cost| digits && (4..=31).contains(cost))?;
        let (salt, want) = (rest.get(..22)?, rest.get(22..)?);
        let salt = base64.decode(salt).ok()?.try_into().ok()?;
        let want = base64.decode(want).ok()?.try_into().ok()?;
        Some(Foreign::Bcrypt { cost, salt, want })
    };
    read().ok_or(BadHash::Malformed)
}

fn scrypt(stored: &str) -> Result<Foreign, BadHash> {
    let phc = PasswordHash::new(stored).map_err(|_| BadHash::Malformed)?;
    let (salt, want) = parts(&phc, &["ln", "r", "p"])?;
    let param = |name: &str| phc.params.get_decimal(name).ok_or(BadHash::Malformed);
    let log_n = u8::try_from(param("ln")?).map_err(|_| BadHash::TooCostly)?;
    let (r, p) = (param("r")?, param("p")?);
    // RFC 7914 §2: N is "larger than 1", and the others are positive.
    if log_n == 0 || r == 0 || p == 0 {
        return Err(BadHash::Malformed);
    }
    let params = scrypt::Params::new(log_n, r, p);
    Ok(Foreign::Scrypt { params: params.map_err(|_| BadHash::TooCostly)?, salt, want })
}

fn pbkdf2(stored: &str, digest: Digest) -> Result<Foreign, BadHash> {
    let stored = of_passlib(stored).unwrap_or_else(|| stored.to_owned());
    let phc = PasswordHash::new(&stored).map_err(|_| BadHash::Malformed)?;
    let (salt, want) = parts(&phc, &["i", "l"])?;
    let rounds = phc.params.get_decimal("i").and_then(NonZeroU32::new);
    let rounds = rounds.ok_or(BadHash::Malformed)?;
    let length = phc.params.get_decimal("l").map(|length| length as usize);
    if length.is_some_and(|length| length != want.len()) {
        return Err(BadHash::Malformed);
    }
    Ok(Foreign::Pbkdf2 { digest, rounds, salt, want })
}

/// Salt and hash of a PHC string without a version, which names nothing else.
fn parts(phc: &PasswordHash, names: &[&str]) -> Result<(Salt, Output), BadHash> {
    let known = phc.params.iter().all(|(name, _)| names.contains(&name.as_str()));
    match (phc.salt, phc.hash, phc.version) {
        (Some(salt), Some(hash), None) if known => Ok((salt, hash)),
        _ => Err(BadHash::Malformed),
    }
}

/// passlib writes the rounds without their name, and `.` for `+`.
fn of_passlib(stored: &str) -> Option<String> {
    let mut segments = stored.split('$').skip(1);
    let mut next = || segments.next().filter(|part| !part.is_empty());
    let (name, rounds, salt, hash) = (next()?, next()?, next()?, next()?);
    let digits = rounds.bytes().all(|b| b.is_ascii_digit());
    let written = || format!("${name}$i={rounds}${salt}${hash}").replace('.', "+");
    (digits && segments.next().is_none()).then(written)
}

#[cfg(test)]
#[path = "foreign_tests.rs"]
mod tests;
