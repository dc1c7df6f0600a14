//! What others made: Python 3.11's `crypt` (libxcrypt) and `hashlib` (OpenSSL), and vectors of the RFCs.

use argon2::Block;

use super::super::hash::{BadHash, MEMORY, Verdict, check, verify};
use super::*;

fn memory() -> Vec<Block> {
    vec![Block::default(); MEMORY as usize]
}

fn verdict(password: impl AsRef<[u8]>, stored: &str) -> Verdict {
    assert_eq!(check(stored), Ok(()), "{stored}");
    verify(password.as_ref(), Some(stored), &mut memory()).unwrap()
}

/// `crypt.crypt("wonderland", "$2b$05$abcdefghijklmnopqrstuu")`
const BCRYPT: &str = "$2b$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW";
/// `"$scrypt$ln=14,r=8,p=1$" + b64(b"grantry-salt-001") + "$" +
/// b64(hashlib.scrypt(b"wonderland", salt=b"grantry-salt-001", n=2**14, r=8, p=1, maxmem=2**27, dklen=32))`
const SCRYPT: &str =
    "$scrypt$ln=14,r=8,p=1$Z3JhbnRyeS1zYWx0LTAwMQ$qBBNcpHUZoNncifXOIEF6ew63JEd8+eaOGsw1pBIf8s";
/// `"$pbkdf2-sha256$i=29000,l=32$" + b64(b"grantry-salt-001") + "$" +
/// b64(hashlib.pbkdf2_hmac("sha256", b"wonderland", b"grantry-salt-001", 29000))`
const PBKDF2: &str = "$pbkdf2-sha256$i=29000,l=32$Z3JhbnRyeS1zYWx0LTAwMQ$jbwRhyVbi1ROC6u/DNZF4d3P1Ole4l3O+CLzQ9XXvoE";

#[test]
fn a_hash_that_others_made_is_known_again_and_outdated() {
    let made = [
        BCRYPT,
        // The same by "$2a$05$…", "$2y$05$…" and "$2b$08$…".
        "$2a$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW",
        "$2y$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW",
        "$2b$08$abcdefghijklmnopqrstuu9hwa7IwSVw.MklGzeilj98eEuSiyb8q",
        SCRYPT,
        // n=2**10, p=3, dklen=64
        "$scrypt$ln=10,r=8,p=3$Z3JhbnRyeS1zYWx0LTAwMQ$LzM9ks8/3W+28A1WBaPQPR2HyeMzZoUs2wOW4R7W+PDWomeIjXGDYdfnL1Smt92gtmZWNBikyCmA5+Vu/9wKSg",
        PBKDF2,
        // Without the length, as PHC strings may.
        "$pbkdf2-sha256$i=1000$Z3JhbnRyeS1zYWx0LTAwMQ$xC87+LGDG9rK7qDISGoJpEdgjF5tQw377kJ7nieILBI",
        // "sha512", 25000
        "$pbkdf2-sha512$i=25000,l=64$Z3JhbnRyeS1zYWx0LTAwMQ$1+y/fPSHG6s4PRYsOxVYbKn5eHtNn6w0gioHRLO0fh+vkkphiGWWEebewd43sNdbFPSht5KV/0xUbUTTIaMbmw",
        // As passlib writes it: the rounds without their name, and a dot for a plus.
        "$pbkdf2-sha256$29000$Z3JhbnRyeS1zYWx0LTAwMQ$jbwRhyVbi1ROC6u/DNZF4d3P1Ole4l3O.CLzQ9XXvoE",
    ];
    for stored in made {
        assert_eq!(verdict("wonderland", stored), Verdict::Outdated, "{stored}");
        for wrong in ["Wonderland", "", "wonderland "] {
            assert_eq!(verdict(wrong, stored), Verdict::Wrong, "{stored}");
        }
    }
}

#[test]
fn other_letters_than_ascii_are_the_bytes_that_others_hash() {
    // `crypt.crypt("pässwörd€", "$2b$05$abcdefghijklmnopqrstuu")`, and by "$2y$".
    for stored in [
        "$2b$05$abcdefghijklmnopqrstuufb0xBZesbzLgkcQv6N0hvKkXeOJ1uSy",
        "$2y$05$abcdefghijklmnopqrstuufb0xBZesbzLgkcQv6N0hvKkXeOJ1uSy",
    ] {
        assert_eq!(verdict("pässwörd€", stored), Verdict::Outdated);
        assert_eq!(verdict("password", stored), Verdict::Wrong);
    }
}

/// RFC 7914 §12, the third vector: N=16384, r=8, p=1.
#[test]
fn scrypt_is_that_of_rfc_7914() {
    let stored = "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw";
    assert_eq!(verdict("pleaseletmein", stored), Verdict::Outdated);
    assert_eq!(verdict("pleaseletmeout", stored), Verdict::Wrong);
}

#[test]
fn bcrypt_reads_72_bytes_and_what_it_did_not_read_is_not_hashed_anew() {
    let whole = "0123456789".repeat(7) + "ab";
    // `crypt.crypt("0123456789" * 7 + "ab", …)`, of 72 bytes, and of 71.
    let all = "$2b$05$abcdefghijklmnopqrstuucInKr3IboNwd.uyBCOF.k5jbgnj4BlS";
    let less = "$2b$05$abcdefghijklmnopqrstuuu0qZGK6dvwaANxbY.R/2udbSFUo41ii";
    assert_eq!(verdict(&whole, all), Verdict::Outdated);
    assert_eq!(verdict(&whole, less), Verdict::Wrong);
    assert_eq!(verdict(&whole[..71], less), Verdict::Outdated);
    assert_eq!(verdict(&whole[..71], all), Verdict::Wrong);
    // Who chose a longer one is known by its beginning, as wherever the hash comes from.
    assert_eq!(verdict(whole.clone() + "cd", all), Verdict::Right);
    assert_eq!(verdict(whole.clone() + &"x".repeat(900), all), Verdict::Right);
    assert_eq!(verdict("1".to_owned() + &whole, all), Verdict::Wrong);
}

#[test]
fn a_password_with_nul_is_nobodys_by_bcrypt() {
    for odd in ["wonderland\0", "wonderland\0x", "\0"] {
        assert_eq!(verdict(odd, BCRYPT), Verdict::Wrong, "{odd:?}");
    }
    // `crypt.crypt("", …)`: the empty password has the key NUL.
    let empty = "$2b$05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m";
    assert_eq!(verdict("", empty), Verdict::Outdated);
    assert_eq!(verdict("\0", empty), Verdict::Wrong);
    let wrapped = "wonderland\0wonderland\0";
    assert_eq!(verdict(wrapped, BCRYPT), Verdict::Wrong, "a key goes round");
}

#[test]
fn lg_09_what_others_made_is_capped_before_it_is_obeyed() {
    let dear = [
        BCRYPT.replace("$05$", "$13$"),
        BCRYPT.replace("$05$", "$31$"),
        SCRYPT.replace("ln=14", "ln=15"),
        SCRYPT.replace("ln=14", "ln=63"),
        SCRYPT.replace("ln=14", "ln=300"),
        SCRYPT.replace("r=8", "r=10"),
        SCRYPT.replace("p=1", "p=10"),
        SCRYPT.replace("r=8", "r=4294967295"),
        SCRYPT.replace("ln=14,r=8,p=1", "ln=1,r=1073741823,p=1"),
        PBKDF2.replace("i=29000", "i=1300000"),
        PBKDF2.replace("i=29000", "i=4294967295"),
        PBKDF2.replace("sha256$i=29000", "sha512$i=600000"),
    ];
    let mut memory = memory();
    for stored in dear {
        assert!(matches!(Foreign::parse(&stored), Some(Err(BadHash::TooCostly))), "{stored}");
        assert!(check(&stored).unwrap_err().contains("1200000"), "{stored}");
        assert_eq!(verify(b"wonderland", Some(&stored), &mut memory), Ok(Verdict::Wrong));
    }
    for good in [
        BCRYPT.replace("$05$", "$12$"),
        SCRYPT.replace("p=1", "p=8"),
        PBKDF2.replace("i=29000", "i=1200000"),
        PBKDF2.replace("sha256$i=29000", "sha512$i=480000"),
    ] {
        assert_eq!(check(&good), Ok(()), "{good}");
    }
}

#[test]
fn what_is_no_hash_is_none() {
    let cut = |text: &str| text[..text.len() - 1].to_owned();
    let bad = [
        BCRYPT.replace("$2b$", "$2x$"),
        BCRYPT.replace("$2b$", "$2$"),
        BCRYPT.replace("$05$", "$5$"),
        BCRYPT.replace("$05$", "$03$"),
        BCRYPT.replace("$05$", "$+5$"),
        BCRYPT.replace("$05$", "$32$"),
        BCRYPT.to_owned() + "x",
        cut(BCRYPT),
        BCRYPT.replace("abc", "ab+"),
        SCRYPT.replace("ln=14", "ln=0"),
        SCRYPT.replace("ln=14,", ""),
        SCRYPT.replace("p=1", "p=0"),
        SCRYPT.replace("p=1", "p=1,x=1"),
        SCRYPT.replace("$ln", "$v=1$ln"),
        PBKDF2.replace("i=29000", "i=0"),
        PBKDF2.replace("i=29000,", ""),
        PBKDF2.replace("l=32", "l=31"),
        PBKDF2.replace("sha256", "sha1"),
        PBKDF2.replace("i=29000,l=32", "29000,32"),
        "$pbkdf2-sha256$29000$$".to_owned(),
        "pbkdf2_sha256$29000$salt$hash".to_owned(),
        "$2b$05$".to_owned(),
        "$2b$05$€".to_owned(),
        "$scrypt$".to_owned(),
    ];
    for stored in bad {
        let why = check(&stored).unwrap_err();
        assert!(why.contains("$2y$") && why.contains("argon2id"), "{stored}: {why}");
        assert_eq!(verify(b"wonderland", Some(&stored), &mut memory()), Ok(Verdict::Wrong));
    }
}

#[test]
fn one_hash_at_a_time_has_its_memory() {
    let mut memory = memory();
    assert_eq!(verify(b"wonderland", Some(SCRYPT), &mut memory), Ok(Verdict::Outdated));
    assert!(memory.capacity() == 0, "the blocks gave way");
    // Cheap ones are made up, for which the blocks come back.
    let cheap =
        "$scrypt$ln=10,r=8,p=1$Z3JhbnRyeS1zYWx0LTAwMQ$KDGDUj6/r7rBv4L5SxFtImuyAe10YL+oRXXZd2hqpA8";
    assert_eq!(verify(b"wonderland", Some(cheap), &mut memory), Ok(Verdict::Outdated));
    assert_eq!(memory.len(), MEMORY as usize);
    assert_eq!(verify(b"wonderland", Some(BCRYPT), &mut memory), Ok(Verdict::Outdated));
}
