//! A disk of a few megabytes, for tests of what happens when it is full: a file system of its own, in memory.
//! It is gone when its [`Disk`] is dropped, and also when the process that holds it ends in any other way: a
//! shell waits for that at the other end of a pipe.

#![forbid(unsafe_code)]

use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, bail};

/// What the shell does once nobody holds its input any more; whoever still has a file there keeps it.
const GUARD: &str = r#"
trap '' INT TERM HUP
cat > /dev/null
umount -l "$0"
rmdir "$0"
"#;
/// What takes all the room.
const FILLER: &str = "filler";

/// A disk that is mounted.
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
    guard: Child,
}

impl Disk {
    /// Mounts a disk of so many bytes, which everybody may write, on a new folder below this one.
    ///
    /// # Errors
    /// When this process may not: it has to be root's, in a container with the capability `CAP_SYS_ADMIN`.
    pub fn new(below: &Path, bytes: u64) -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = below.join(format!("disk-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={bytes},mode=1777"), "small-disk"]);
        let mounted = mount.arg(&folder).output().context("cannot run mount");
        let mounted = mounted.and_then(|output| match output.status.success() {
            true => Ok(()),
            false => bail!("{}", String::from_utf8_lossy(&output.stderr).trim()),
        });
        if let Err(error) = mounted {
            // Empty, and of no use.
            let _ = fs::remove_dir(&folder);
            return Err(error.context(
                "these tests fill a disk of their own, which root alone can mount (in a container, with \
                 --cap-add SYS_ADMIN)",
            ));
        }
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD]).arg(&folder).current_dir("/");
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let guard = guard.spawn().context("cannot run sh")?;
        Ok(Self { folder, guard })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Takes all the room that is left.
    ///
    /// # Errors
    /// When it cannot be written for another reason than that it is full.
    pub fn fill(&self) -> anyhow::Result<()> {
        let mut filler = File::create(self.folder.join(FILLER))?;
        loop {
            match filler.write_all(&[0; 4096]) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Gives it back.
    ///
    /// # Errors
    /// When nobody took it.
    pub fn free(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.folder.join(FILLER))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Where it cannot be waited for, it still does its work.
        let _ = self.guard.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn a_disk_is_full_and_has_room_again_and_is_gone_in_the_end() {
        let disk = Disk::new(&env::temp_dir(), 1 << 20).unwrap();
        let (folder, file) = (disk.path().to_owned(), disk.path().join("file"));
        disk.fill().unwrap();
        let full = fs::write(&file, [0; 8192]).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        disk.free().unwrap();
        fs::write(&file, [0; 8192]).unwrap();
        drop(disk);
        assert!(!folder.exists());
    }
}
