//! A PostgreSQL for tests: a throw-away cluster on a unix socket, of the programs that the machine has.
//! It is stopped and removed when its [`Cluster`] is dropped, and also when the process that holds it
//! ends in any other way: a shell waits for that at the other end of a pipe.

#![forbid(unsafe_code)]

mod owner;
mod programs;
mod server;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use anyhow::{Context, bail};

use self::owner::Owner;
pub use self::{programs::Programs, server::server};

/// The longest folder, in bytes: the path of a socket has 107.
const LONGEST: usize = 88;
/// What the shell does once nobody holds its input any more. A process that was stopped hears nothing.
const GUARD: &str = r#"
trap '' INT TERM HUP
cat > /dev/null
kill -CONT $(head -n 1 "$1/data/postmaster.pid") 2> /dev/null
"$0" -D "$1/data" -m immediate stop
rm -rf "$1"
"#;

/// A cluster that runs.
#[derive(Debug)]
pub struct Cluster {
    programs: Programs,
    owner: Owner,
    folder: PathBuf,
    guard: Child,
}

impl Cluster {
    /// Makes a cluster below one of these folders, the first that its user can use, and starts it. The
    /// settings are those of `postgresql.conf`.
    ///
    /// # Errors
    /// When PostgreSQL is missing or does not start; the message says why.
    pub fn start(parents: &[&Path], settings: &[(&str, &str)]) -> anyhow::Result<Self> {
        let (programs, owner) = (Programs::find()?, Owner::of_this_process());
        let folder = folder(parents, owner)?;
        let mut guard = owner.command("sh");
        guard.args(["-c", GUARD]).arg(programs.path("pg_ctl")).arg(&folder).current_dir("/");
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let guard = guard.spawn().context("cannot run sh")?;
        let cluster = Self { programs, owner, folder, guard };
        cluster.make()?;
        cluster.configure(settings)?;
        cluster.resume()?;
        Ok(cluster)
    }

    /// Where it is, as a URL of its superuser.
    pub fn url(&self) -> String {
        let folder = self.folder.to_string_lossy().replace('/', "%2F");
        format!("postgres://postgres@{folder}/postgres")
    }

    /// The socket that it listens at.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// Starts it again after [`Cluster::crash`].
    ///
    /// # Errors
    /// When it does not start.
    pub fn resume(&self) -> anyhow::Result<()> {
        self.control(&["-w", "-t", "60", "-s", "start", "-l"], Some(&self.folder.join("log")))
    }

    /// Ends it at once, as a crash does: what it did not write is lost.
    ///
    /// # Errors
    /// When it does not run.
    pub fn crash(&self) -> anyhow::Result<()> {
        self.control(&["-w", "-s", "-m", "immediate", "stop"], None)
    }

    /// Whether it runs. It ends by itself where it cannot write what it has to.
    pub fn runs(&self) -> bool {
        self.control(&["status"], None).is_ok()
    }

    /// The id of its first process.
    ///
    /// # Errors
    /// When it does not run.
    pub fn process(&self) -> anyhow::Result<u32> {
        let pid = self.owner.command("head");
        let pid = output(pid_file(pid, &self.folder))?;
        pid.trim().parse().context("postmaster.pid has no number")
    }

    /// Sends a signal, such as `STOP`, to one of its processes.
    ///
    /// # Errors
    /// When there is no such process.
    pub fn signal(&self, signal: &str, process: u32) -> anyhow::Result<()> {
        let mut kill = self.owner.command("sh");
        kill.args(["-c", r#"kill -"$0" "$1""#, signal, &process.to_string()]);
        output(kill).map(drop)
    }

    /// Writes a file of the server's user beside its data, such as a key that nobody else may read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        let mut protect = Command::new("chmod");
        output({
            protect.arg("600").arg(&path);
            protect
        })?;
        self.owner.take(&path)?;
        Ok(path)
    }

    /// Adds settings, which hold after a restart.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn configure(&self, settings: &[(&str, &str)]) -> anyhow::Result<()> {
        let mut lines = String::new();
        for (name, value) in settings {
            lines += &format!("{name} = '{}'\n", value.replace('\'', "''"));
        }
        let mut append = self.owner.command("sh");
        append.args(["-c", r#"printf '%s' "$0" >> "$1/data/postgresql.conf""#, &lines]);
        append.arg(&self.folder).current_dir("/");
        output(append).map(drop)
    }

    fn make(&self) -> anyhow::Result<()> {
        let mut initdb = self.owner.command(self.programs.path("initdb"));
        initdb.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"]);
        initdb.arg("--pgdata").arg(self.folder.join("data")).current_dir("/");
        // Another order than that of bytes, so that lists show whether they mind.
        match self.programs.knows_icu() {
            true => initdb.args(["--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8"]),
            false => initdb.arg("--locale=C.UTF-8"),
        };
        output(initdb)?;
        self.configure(&[
            ("listen_addresses", ""),
            ("unix_socket_directories", &self.folder.to_string_lossy()),
            ("port", "5432"),
            ("max_connections", "300"),
        ])
    }

    fn control(&self, args: &[&str], last: Option<&Path>) -> anyhow::Result<()> {
        let mut control = self.owner.command(self.programs.path("pg_ctl"));
        control.arg("-D").arg(self.folder.join("data")).args(args).args(last).current_dir("/");
        // The server keeps what it is given, so it is given nothing.
        control.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if control.status().context("cannot run pg_ctl")?.success() {
            return Ok(());
        }
        let log = self.owner.command("tail");
        let log = output(tail(log, &self.folder)).unwrap_or_default();
        bail!("pg_ctl {} failed: {log}", args.join(" "))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Where it cannot be waited for, it still does its work.
        let _ = self.guard.wait();
        // Its user emptied it, and may not remove it where the folder above is another's.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// A new folder below the first of these that the owner can use.
fn folder(parents: &[&Path], owner: Owner) -> anyhow::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("pg-{}-{number}", std::process::id());
    for parent in parents {
        let folder = parent.join(&name);
        if folder.as_os_str().len() > LONGEST || fs::create_dir_all(&folder).is_err() {
            continue;
        }
        if owner.take(&folder).is_ok() && owner.can_use(&folder) {
            return Ok(folder);
        }
        // Empty, and of no use.
        let _ = fs::remove_dir(&folder);
    }
    bail!("no folder for a PostgreSQL: none of {parents:?} is short and open to its user")
}

fn pid_file(mut head: Command, folder: &Path) -> Command {
    head.args(["-n", "1"]).arg(folder.join("data/postmaster.pid")).current_dir("/");
    head
}

fn tail(mut tail: Command, folder: &Path) -> Command {
    tail.args(["-n", "20"]).arg(folder.join("log")).current_dir("/");
    tail
}

/// What a command prints.
fn output(mut command: Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot run {program}"))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{program} failed, {}: {}", output.status, why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
