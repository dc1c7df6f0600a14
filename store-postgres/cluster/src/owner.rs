//! Who the server runs as: it refuses root.

use std::{ffi::OsStr, path::Path, process::Command};

use anyhow::bail;

/// The user of the server's processes and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Whoever runs this.
    Same,
    /// The user that packages of PostgreSQL make; this process is root.
    Postgres,
}

impl Owner {
    /// Another one where this process is root's.
    pub fn of_this_process() -> Self {
        let id = Command::new("id").arg("-u").output();
        match id {
            Ok(output) if output.stdout.trim_ascii() == b"0" => Self::Postgres,
            _ => Self::Same,
        }
    }

    /// A command that runs as this user.
    pub fn command(self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Same => Command::new(program),
            Self::Postgres => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(program);
                command
            }
        }
    }

    /// Makes a file this user's.
    ///
    /// # Errors
    /// When there is no such user.
    pub fn take(self, path: &Path) -> anyhow::Result<()> {
        let taken = match self {
            Self::Same => true,
            Self::Postgres => {
                Command::new("chown").arg("postgres").arg(path).output()?.status.success()
            }
        };
        if !taken {
            bail!("cannot give {} to the user postgres", path.display());
        }
        Ok(())
    }

    /// Whether this user can write there.
    pub fn can_use(self, folder: &Path) -> bool {
        let mut test = self.command("test");
        test.arg("-w").arg(folder).current_dir("/");
        test.output().is_ok_and(|output| output.status.success())
    }
}
