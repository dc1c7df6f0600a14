//! A master key in a file that its owner alone can read.

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use aws_lc_rs::rand;
use zeroize::Zeroizing;

use super::{MasterKey, MasterKeyError};

/// More is no master key, but a wrong file.
const MOST: u64 = 1024;

impl MasterKey {
    /// The master key in this file, as base64url or hex. On Unix a file is refused that others than its
    /// owner can read or write, as ssh does. Where something else guards it (a mounted secret), read it
    /// and parse its text.
    ///
    /// # Errors
    /// See [`MasterKeyError`].
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, MasterKeyError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => MasterKeyError::NoFile,
            _ => MasterKeyError::File(error),
        })?;
        // Of what was opened, not of what is there a moment later.
        demand_private(&file)?;
        let mut text = Zeroizing::new(String::with_capacity(128));
        match file.take(MOST).read_to_string(&mut text) {
            Ok(_) => text.parse(),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(MasterKeyError::Malformed),
            Err(error) => Err(MasterKeyError::File(error)),
        }
    }

    /// Draws a master key and writes it into a new file that its owner alone can read (mode 0600 on
    /// Unix). It is on the disk when this returns. A file that is there is never overwritten, and nobody
    /// finds half of one: of many who begin at once one makes it, and all others are told that it exists.
    ///
    /// # Errors
    /// See [`MasterKeyError`].
    pub fn generate_file(path: impl AsRef<Path>) -> Result<Self, MasterKeyError> {
        let path = path.as_ref();
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(&mut *bytes).map_err(|_| MasterKeyError::Entropy)?;
        let key = Self::new(*bytes);
        let aside = aside(path)?;
        let made = write(&aside, &key).and_then(|()| give_name(&aside, path, &key));
        // Whatever came of it, its other name is not wanted any more.
        let _ = fs::remove_file(&aside);
        made.and_then(|()| sync_folder(path)).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => MasterKeyError::Exists,
            _ => MasterKeyError::File(error),
        })?;
        Ok(key)
    }
}

/// A name beside this one that nobody else uses.
fn aside(path: &Path) -> Result<PathBuf, MasterKeyError> {
    let mut chance = [0; 8];
    rand::fill(&mut chance).map_err(|_| MasterKeyError::Entropy)?;
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{:016x}", u64::from_be_bytes(chance)));
    Ok(path.with_file_name(name))
}

/// Gives the whole file its name, unless something has it: a rename would put it in the place of what is
/// there, a second name is refused.
fn give_name(aside: &Path, path: &Path, key: &MasterKey) -> io::Result<()> {
    match fs::hard_link(aside, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // A file system without second names: others may find half of it there, for a moment.
            write(path, key)
        }
        named => named,
    }
}

/// Writes a key into a file that was not there.
fn write(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut file = create(path)?;
    let mut line = key.to_text();
    line.reserve_exact(1);
    line.push('\n');
    let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a key would be in the way of a whole one; it is ours, since it was not there before.
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn create(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// The name of a file is on the disk when its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn demand_private(file: &File) -> Result<(), MasterKeyError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(MasterKeyError::File)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(MasterKeyError::TooOpen(mode)) }
}

#[cfg(not(unix))]
fn demand_private(_: &File) -> Result<(), MasterKeyError> {
    Ok(())
}
