//! argon2id (RFC 9106) over memory that is lent, and what others made by other ways.

use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use zeroize::Zeroize;

use super::foreign::Foreign;

/// Memory, in KiB, of one hash.
pub(super) const MEMORY: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// The work that a stored hash may ask for at most: as much as a new one. More would tell its owner
/// from a stranger by its time.
pub(super) const MOST_WORK: u32 = MEMORY * PASSES;
/// The hash of nobody: what an unknown user costs.
const NOBODY: [u8; 16] = *b"grantry: nobody.";

/// Why there is no verdict on a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadHash {
    /// It asks for more than this server spends on a password.
    #[error("a stored password hash asks for more memory or passes than are allowed")]
    TooCostly,
    /// It is no hash in a form that this server knows, or the library refused.
    #[error("a stored password hash is of no form that this server knows")]
    Malformed,
}

/// Whether a stored hash is one that this server obeys.
///
/// # Errors
/// Why not, and what would be.
pub fn check(stored: &str) -> Result<(), &'static str> {
    match parse(stored) {
        Ok(_) => Ok(()),
        Err(BadHash::Malformed) => Err(
            "a password hash is a PHC string of argon2id, version 19: $argon2id$v=19$m=…,t=…,p=1$…$…, \
             or one from elsewhere: $2b$…, $2a$… or $2y$… (bcrypt), $scrypt$ln=…,r=…,p=…$…$…, \
             $pbkdf2-sha256$i=…$…$… or $pbkdf2-sha512$i=…$…$…",
        ),
        Err(BadHash::TooCostly) if Foreign::parse(stored).is_some() => Err(
            "a password hash from elsewhere may cost 12 by bcrypt, ln=14,r=8,p=8 by scrypt (and no \
             more than 19 MiB), 1200000 rounds by pbkdf2-sha256 or 480000 by pbkdf2-sha512: let \
             whoever has a dearer one choose a new password",
        ),
        Err(BadHash::TooCostly) => Err(
            "a password hash may cost m=19456 (KiB) with t=2, or as much in another way (m times t at \
             most 38912), and p=1: hash it anew by m=19456,t=2,p=1",
        ),
    }
}

/// The PHC string of a new password.
pub(super) fn hash(
    password: &[u8],
    salt: [u8; 16],
    memory: &mut [Block],
) -> Result<String, BadHash> {
    let params = current()?;
    let salt = Salt::new(&salt).map_err(|_| BadHash::Malformed)?;
    let output = compute(password, &salt, params.clone(), memory)?;
    let params = ParamsString::try_from(&params).map_err(|_| BadHash::Malformed)?;
    let (version, hash) = (Some(Version::V0x13.into()), Some(output));
    let phc = PasswordHash { algorithm: ARGON2ID_IDENT, version, params, salt: Some(salt), hash };
    Ok(phc.to_string())
}

/// What came of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is not the stored one.
    Wrong,
    /// It is.
    Right,
    /// It is, and was hashed by other parameters than those of today.
    Outdated,
}

/// Whether the password is the stored one. Without a stored hash, or with one that this server
/// does not obey, the work is done all the same and the answer is no: the time tells nobody whether
/// there is such a user.
pub(super) fn verify(
    password: &[u8],
    stored: Option<&str>,
    memory: &mut Vec<Block>,
) -> Result<Verdict, BadHash> {
    match stored.map(parse) {
        Some(Ok(Stored::Ours(params, salt, want))) => {
            if let Ok(output) = compute(password, &salt, params.clone(), memory) {
                make_up(params.m_cost() * params.t_cost(), memory)?;
                let today = current()?;
                let same = params.m_cost() == today.m_cost() && params.t_cost() == today.t_cost();
                // `Output` compares in constant time.
                return Ok(match output == want {
                    false => Verdict::Wrong,
                    true if same => Verdict::Right,
                    true => Verdict::Outdated,
                });
            }
        }
        Some(Ok(Stored::Foreign(foreign))) => {
            if foreign.allocates() {
                // One hash takes what was promised of one, and not what two do.
                memory.iter_mut().for_each(Zeroize::zeroize);
                *memory = Vec::new();
            }
            let verdict = foreign.verify(password);
            make_up(foreign.work(), memory)?;
            return Ok(verdict);
        }
        Some(Err(_)) | None => {}
    }
    let salt = Salt::new(&NOBODY).map_err(|_| BadHash::Malformed)?;
    compute(password, &salt, current()?, memory)?;
    Ok(Verdict::Wrong)
}

/// What is stored of a password.
#[derive(Debug)]
enum Stored {
    Ours(Params, Salt, Output),
    Foreign(Foreign),
}

/// LG-03: a hash that was cheaper to make costs as much to check as any other, or the time would
/// tell its owners from strangers. Work is memory times passes.
fn make_up(work: u32, memory: &mut Vec<Block>) -> Result<(), BadHash> {
    let missing = MOST_WORK.saturating_sub(work);
    let passes = missing.div_ceil(MEMORY);
    if missing < Params::MIN_M_COST || passes == 0 {
        return Ok(());
    }
    memory.resize(MEMORY as usize, Block::default());
    let params = Params::new(missing / passes, passes, 1, Some(32));
    let salt = Salt::new(&NOBODY).map_err(|_| BadHash::Malformed)?;
    compute(&[], &salt, params.map_err(|_| BadHash::Malformed)?, memory).map(drop)
}

fn parse(stored: &str) -> Result<Stored, BadHash> {
    if let Some(foreign) = Foreign::parse(stored) {
        return foreign.map(Stored::Foreign);
    }
    let stored = PasswordHash::new(stored).map_err(|_| BadHash::Malformed)?;
    let version = stored.version == Some(Version::V0x13.into());
    if stored.algorithm != ARGON2ID_IDENT || !version {
        return Err(BadHash::Malformed);
    }
    let params = Params::try_from(&stored).map_err(|_| BadHash::Malformed)?;
    // LG-09: capped before they are obeyed.
    let work = params.m_cost().saturating_mul(params.t_cost());
    if params.m_cost() > MEMORY || work > MOST_WORK || params.p_cost() != 1 {
        return Err(BadHash::TooCostly);
    }
    let (Some(salt), Some(hash)) = (stored.salt, stored.hash) else {
        return Err(BadHash::Malformed);
    };
    Ok(Stored::Ours(params, salt, hash))
}

fn current() -> Result<Params, BadHash> {
    Params::new(MEMORY, PASSES, 1, Some(32)).map_err(|_| BadHash::Malformed)
}

fn compute(
    password: &[u8],
    salt: &Salt,
    params: Params,
    memory: &mut [Block],
) -> Result<Output, BadHash> {
    let blocks = memory.get_mut(..params.block_count()).ok_or(BadHash::TooCostly)?;
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..params.output_len().unwrap_or(32)).ok_or(BadHash::Malformed)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, out, blocks)
        .map_err(|_| BadHash::Malformed)?;
    Output::new(out).map_err(|_| BadHash::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Vec<Block> {
        vec![Block::default(); MEMORY as usize]
    }

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let mut memory = memory();
        let stored = hash(b"wonderland", [1; 16], &mut memory).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify(b"wonderland", Some(&stored), &mut memory), Ok(Verdict::Right));
        for wrong in [&b"Wonderland"[..], b"", b"wonderland\0"] {
            assert_eq!(verify(wrong, Some(&stored), &mut memory), Ok(Verdict::Wrong));
        }
        assert_eq!(verify(b"wonderland", None, &mut memory), Ok(Verdict::Wrong));
    }

    #[test]
    fn lg_09_costs_are_capped_before_they_are_obeyed() {
        let mut memory = memory();
        let stored = hash(b"x", [1; 16], &mut memory).unwrap();
        let costly =
            [("m=19456", "m=4194304"), ("t=2", "t=3"), ("t=2", "t=1000000"), ("p=1", "p=2")];
        for (from, to) in costly {
            let stored = stored.replace(from, to);
            assert_eq!(parse(&stored).map(drop), Err(BadHash::TooCostly), "{to}");
            assert!(check(&stored).unwrap_err().contains("t=2"), "{to}");
            assert_eq!(verify(b"x", Some(&stored), &mut memory), Ok(Verdict::Wrong), "{to}");
        }
        let odd = [stored.replace("v=19", "v=16"), stored.replace("argon2id", "argon2i")];
        for stored in odd.iter().map(String::as_str).chain(["", "$argon2id$x", "plain"]) {
            assert_eq!(parse(stored).map(drop), Err(BadHash::Malformed), "{stored}");
            assert!(check(stored).unwrap_err().contains("argon2id"), "{stored}");
            assert_eq!(verify(b"x", Some(stored), &mut memory), Ok(Verdict::Wrong), "{stored}");
        }
    }

    /// The hash of `x`, made elsewhere.
    fn foreign(m: u32, t: u32, length: usize, memory: &mut [Block]) -> String {
        let params = Params::new(m, t, 1, Some(length)).unwrap();
        let salt = Salt::new(&[1; 16]).unwrap();
        let hash = Some(compute(b"x", &salt, params.clone(), memory).unwrap());
        let params = ParamsString::try_from(&params).unwrap();
        let (version, algorithm) = (Some(Version::V0x13.into()), ARGON2ID_IDENT);
        PasswordHash { algorithm, version, params, salt: Some(salt), hash }.to_string()
    }

    #[test]
    fn lg_03_a_hash_by_other_parameters_is_obeyed_and_outdated() {
        let mut memory = memory();
        for (m, t) in [(12_288, 3), (8, 1), (19_456, 1), (9_216, 4), (4_096, 4), (8, 4_864)] {
            let phc = foreign(m, t, 32, &mut memory);
            assert_eq!(check(&phc), Ok(()));
            assert_eq!(verify(b"x", Some(&phc), &mut memory), Ok(Verdict::Outdated), "{phc}");
            assert_eq!(verify(b"y", Some(&phc), &mut memory), Ok(Verdict::Wrong), "{phc}");
        }
    }

    #[test]
    fn a_hash_of_another_length_is_obeyed() {
        let mut memory = memory();
        let phc = foreign(MEMORY, PASSES, 16, &mut memory);
        assert_eq!(verify(b"x", Some(&phc), &mut memory), Ok(Verdict::Right));
        assert_eq!(verify(b"y", Some(&phc), &mut memory), Ok(Verdict::Wrong));
    }
}
