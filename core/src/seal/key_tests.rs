use std::{env, fs, path::PathBuf, sync::Barrier, thread};

use super::{MasterKey, MasterKeyError};
use crate::ports::{KeyMaterial, SealError, Sealer};

/// Known answers, by Python 3.11: `hashlib.sha256(b"grantry/1/master-key-id" + key).digest()[:8]`.
#[tokio::test]
async fn a_master_key_is_named_by_a_hash_of_it() {
    let master = MasterKey::new([7; 32]);
    let sealed = master.seal(b"here", &KeyMaterial::new(vec![1; 32])).await.unwrap();
    assert_eq!(sealed[..8], [0xfc, 0x01, 0xfa, 0x99, 0x70, 0x40, 0x8f, 0x62]);
    assert_eq!(sealed.len(), 8 + 16 + 12 + 32 + 16);
    let opened = master.open(b"here", &sealed).await.unwrap();
    assert_eq!(opened.expose(), [1; 32]);
    assert!(matches!(master.open(b"there", &sealed).await, Err(SealError::Damaged)));
    for length in 0..sealed.len() {
        assert!(master.open(b"here", &sealed[..length]).await.is_err(), "{length}");
    }
    assert_eq!(format!("{master:?}"), "MasterKey(…)");
}

#[test]
fn a_master_key_is_read_from_base64_or_hex_and_nothing_else() {
    let hex = "0f".repeat(32);
    let same = |text: &str| text.parse::<MasterKey>().unwrap().secret() == &[0x0f; 32];
    assert!(same(&hex) && same(&hex.to_uppercase()) && same(&format!(" {hex}\n")));
    let base64 = "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8";
    assert!(same(base64) && same(&format!("{base64}=\r\n")));
    let slash: MasterKey = ("/".repeat(42) + "8").parse().unwrap();
    let line: MasterKey = ("_".repeat(42) + "8=").parse().unwrap();
    assert!(slash.secret() == &[0xff; 32] && line.secret() == &[0xff; 32]);
    let empty = " \n".parse::<MasterKey>().unwrap_err();
    assert!(matches!(empty, MasterKeyError::Empty));
    let short = hex[2..].to_owned();
    let odd = [
        &*short,
        &base64[1..],
        "9",
        &("x".to_owned() + &hex[1..]),
        &hex.repeat(2),
        "€uro",
        // Bits that are over, and padding where none belongs.
        "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw9",
        "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw=8",
    ];
    for text in odd {
        let error = text.parse::<MasterKey>().unwrap_err();
        assert!(matches!(error, MasterKeyError::Malformed), "{text}");
        assert!(!error.to_string().contains(text) && !format!("{error:?}").contains(text));
    }
    let unset = MasterKey::from_env("GRANTRY_NO_SUCH_VARIABLE").unwrap_err();
    assert!(matches!(unset, MasterKeyError::NotSet));
}

/// Of many who begin at once one makes the file, and nobody finds half of it or another key.
#[test]
fn of_many_who_generate_a_file_one_does_and_nobody_finds_half_of_it() {
    let path = place("raced");
    fs::create_dir_all(&path).unwrap();
    for round in 0..100 {
        let path = path.join(round.to_string());
        let begin = Barrier::new(4);
        let begins = || {
            begin.wait();
            loop {
                match MasterKey::from_file(&path) {
                    Err(MasterKeyError::NoFile) => {}
                    found => return (found.unwrap(), 0),
                }
                match MasterKey::generate_file(&path) {
                    Err(MasterKeyError::Exists) => {}
                    made => return (made.unwrap(), 1),
                }
            }
        };
        let found = thread::scope(|scope| {
            let all = [(); 4].map(|()| scope.spawn(begins));
            all.map(|one| one.join().unwrap())
        });
        assert_eq!(found.iter().map(|(_, made)| made).sum::<usize>(), 1);
        assert!(found.iter().all(|(key, _)| key.secret() == found[0].0.secret()));
    }
    let left = fs::read_dir(&path).unwrap().count();
    assert_eq!(left, 100, "a file was left beside");
    fs::remove_dir_all(&path).unwrap();
}

/// A name that no other test has.
fn place(name: &str) -> PathBuf {
    env::temp_dir().join(format!("grantry-{}-{name}", std::process::id()))
}

#[test]
fn a_master_key_file_is_its_owners_and_is_never_overwritten() {
    let path = place("own");
    let made = MasterKey::generate_file(&path).unwrap();
    assert_eq!(MasterKey::from_file(&path).unwrap().secret(), made.secret());
    let text = fs::read(&path).unwrap();
    assert!(text.len() == 44 && text.ends_with(b"\n"));
    assert!(matches!(MasterKey::generate_file(&path), Err(MasterKeyError::Exists)));
    assert_eq!(fs::read(&path).unwrap(), text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for open in [0o640, 0o604, 0o620, 0o602, 0o610, 0o666] {
            mode(open);
            let error = MasterKey::from_file(&path).unwrap_err();
            assert!(matches!(error, MasterKeyError::TooOpen(mode) if mode == open), "{open:o}");
            assert!(error.to_string().contains(&format!("{open:o}")));
        }
        mode(0o400);
        assert!(MasterKey::from_file(&path).is_ok());
    }
    fs::remove_file(&path).unwrap();
    let gone = MasterKey::from_file(&path).unwrap_err();
    assert!(matches!(gone, MasterKeyError::NoFile));
    assert!(!gone.to_string().contains("grantry-") && !format!("{gone:?}").contains("grantry-"));
    let nowhere = MasterKey::generate_file(path.join("below")).unwrap_err();
    assert!(matches!(nowhere, MasterKeyError::File(_)));
}

#[cfg(unix)]
#[test]
fn a_file_that_holds_something_else_is_no_master_key() {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let path = place("odd");
    for (text, empty) in [(&b""[..], true), (b"\xff\xfe", false), (&[b'A'; 4096], false)] {
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&path);
        file.as_mut().unwrap().write_all(text).unwrap();
        let error = MasterKey::from_file(&path).unwrap_err();
        assert_eq!(matches!(error, MasterKeyError::Empty), empty);
        assert_eq!(matches!(error, MasterKeyError::Malformed), !empty);
    }
    fs::remove_file(&path).unwrap();
}
