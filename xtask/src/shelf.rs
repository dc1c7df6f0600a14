//! What comes from other registries: kept under the target directory, and installed anew when its list
//! of versions changes.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use crate::{command, say, tools};

/// What the packages want at least, and the one that is fetched where there is only an older one.
const NODE: (u32, &str) = (22, "node@22.23.3");

/// Node, and where its packages and our scripts are.
pub struct Node {
    program: PathBuf,
    folder: PathBuf,
}

impl Node {
    /// One of our scripts.
    pub fn command(&self, script: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(self.folder.join(script));
        command
    }
}

/// A folder of ours under the target directory.
///
/// # Errors
/// When it cannot be made.
pub fn folder(name: &str) -> anyhow::Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let folder = command::root().join(target).join("clients").join(name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// Node with the packages of `tests/clients/js`.
///
/// # Errors
/// When something is missing and cannot be installed.
pub fn node() -> anyhow::Result<Node> {
    tools::debian("node", "nodejs")?;
    tools::debian("npm", "npm")?;
    let program = new_enough()?;
    let (source, folder) = (command::root().join("tests/clients/js"), folder("js")?);
    // Scripts look for packages beside themselves, and the sources are no place for them.
    copy(&source, &folder)?;
    // The keys of clients stand beside, as they do there.
    copy(&command::root().join("tests/clients/keys"), &folder.with_file_name("keys"))?;
    installed(&source.join("package-lock.json"), &folder, |folder| {
        say("npm ci: packages of tests/clients/js");
        let quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
        command::run(Command::new("npm").arg("ci").args(quiet).current_dir(folder))
    })?;
    Ok(Node { program, folder })
}

/// Python with the packages of `tests/clients/python`.
///
/// # Errors
/// As [`node`].
pub fn python() -> anyhow::Result<PathBuf> {
    tools::debian("python3", "python3")?;
    let has = |module: &'static str| {
        move || command::works(Command::new("python3").args(["-c", &format!("import {module}")]))
    };
    tools::debian_unless(has("ensurepip"), "Python's venv", "python3-venv")?;
    let folder = folder("python")?;
    let program = folder.join("bin/python");
    let list = command::root().join("tests/clients/python/requirements.txt");
    installed(&list, &folder, |folder| {
        say("pip install: packages of tests/clients/python");
        command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        let install = ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement"];
        command::run(Command::new(&program).args(install).arg(&list))
    })?;
    Ok(program)
}

/// The machine's Node, or, where that is too old, one that comes as a package.
fn new_enough() -> anyhow::Result<PathBuf> {
    let (least, package) = NODE;
    let own = PathBuf::from("node");
    let found = major(&own)?;
    if found >= least {
        return Ok(own);
    }
    let folder = folder("node")?;
    let newer = folder.join("node_modules/node/bin/node");
    if !command::works(Command::new(&newer).arg("--version")) {
        say(&format!("Node {found} is too old: npm install {package}"));
        let install = ["install", "--no-audit", "--no-fund", package];
        command::run(Command::new("npm").args(install).current_dir(&folder))?;
    }
    match major(&newer)? {
        found if found >= least => Ok(newer),
        found => bail!("Node {found} is too old: install Node {least} or newer and run again"),
    }
}

fn major(node: &Path) -> anyhow::Result<u32> {
    let output = Command::new(node).arg("--version").output()?;
    let text = String::from_utf8(output.stdout)?;
    let number = text.trim().trim_start_matches('v').split('.').next().unwrap_or_default();
    number.parse().with_context(|| format!("{} has no version, but {text:?}", node.display()))
}

/// Installs unless the folder is of this very list.
fn installed(
    list: &Path,
    folder: &Path,
    install: impl FnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (stamp, wanted) = (folder.join("installed"), fs::read(list)?);
    if fs::read(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    install(folder)?;
    Ok(fs::write(stamp, wanted)?)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (entry, to) = (entry?.path(), to);
        let Some(name) = entry.file_name() else { continue };
        match entry.is_dir() {
            true => copy(&entry, &to.join(name))?,
            false => drop(fs::copy(&entry, to.join(name))?),
        }
    }
    Ok(())
}
