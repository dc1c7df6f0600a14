//! Client libraries of others, as they come from their registries, against the examples.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, bail};

use crate::{
    app::App,
    built::{self, Built},
    command, examples, mcp, say,
    shelf::{self, Node},
};

/// The examples that serve a provisioning file, by what they are called here.
pub const APPS: [&str; 3] = ["axum", "actix", "warp"];
/// The programs that are clients, by what they are called here.
pub const CLIENTS: [&str; 5] = ["openid-client", "oauth4webapi", "authlib", "rust", MCP];
/// The one whose example is an API that it speaks.
const MCP: &str = "mcp";
/// The package of the clients in Rust.
const RUST: &str = "rust-clients";
/// From the root of the repository.
const TENANTS: &str = "tests/clients/tenants.toml";
/// How long one program may take.
const LIMIT: Duration = Duration::from_secs(300);
// Known to everybody, and good for these checks alone. The secret reads the same form-encoded and plain.
const SECRET: &str = "kept-by-the-client/with=marks&more:0123456789";
const PASSWORD: &str = "wonderland";

/// Runs the clients against the examples: all, or the one that is named.
///
/// # Errors
/// The first that fails, with the example's name.
pub fn check(app: Option<&str>, client: Option<&str>) -> anyhow::Result<()> {
    let wanted: Vec<_> =
        CLIENTS.into_iter().filter(|name| client.is_none_or(|c| c == *name)).collect();
    // One that has an example of its own needs no other.
    let apps = if client == Some(MCP) { Vec::new() } else { apps(app) };
    let programs = examples::build()?;
    let shelf = Shelf::fill(&wanted)?;
    for app in apps {
        let name = format!("example-{app}");
        serve(programs.find(&name)?, |issuer| {
            wanted.iter().filter(|client| **client != MCP).try_for_each(|client| {
                say(&format!("\n-- {name}, {client}"));
                run(&mut shelf.command(client)?, issuer)
            })
        })
        .with_context(|| name.clone())?;
    }
    match app {
        None if wanted.contains(&MCP) => {
            say(&format!("\n-- {}, {MCP}", mcp::EXAMPLE));
            mcp::check(programs.find(mcp::EXAMPLE)?, &mut shelf.command(MCP)?).context(mcp::EXAMPLE)
        }
        _ => Ok(()),
    }
}

/// The examples that are wanted.
pub fn apps(named: Option<&str>) -> Vec<&'static str> {
    APPS.into_iter().filter(|app| named.is_none_or(|named| named == *app)).collect()
}

/// Starts an example with the tenants of the clients, and does something with its issuer.
///
/// # Errors
/// When it does not start or end, or what is done fails.
pub fn serve(program: &Path, work: impl FnOnce(&str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let file = command::root().join(TENANTS);
    let args: [&OsStr; 2] = ["--config".as_ref(), file.as_os_str()];
    // What is refused is told as a warning, and much is refused here.
    let env = [("CLIENT_SECRET", SECRET), ("PASSWORD", PASSWORD), ("RUST_LOG", "error")];
    let app = App::start(program, &args, &env)?;
    work(&format!("{}/oauth/acme", app.origin()))?;
    app.stop()
}

/// Runs one program against an issuer.
///
/// # Errors
/// When it cannot be started, fails, or takes too long.
pub fn run(program: &mut Command, issuer: &str) -> anyhow::Result<()> {
    let env = [("ISSUER", issuer), ("CLIENT_SECRET", SECRET), ("PASSWORD", PASSWORD)];
    command::run_within(program.envs(env), LIMIT)
}

/// What the programs need.
struct Shelf {
    node: Option<Node>,
    python: Option<PathBuf>,
    rust: Option<Built>,
}

impl Shelf {
    fn fill(wanted: &[&str]) -> anyhow::Result<Self> {
        let needs = |any: &[&str]| wanted.iter().any(|client| any.contains(client));
        let node = needs(&["openid-client", "oauth4webapi", MCP]).then(shelf::node).transpose()?;
        let python = needs(&["authlib"]).then(shelf::python).transpose()?;
        let rust = needs(&["rust"]).then(|| built::build([RUST])).transpose()?;
        Ok(Self { node, python, rust })
    }

    fn command(&self, client: &str) -> anyhow::Result<Command> {
        Ok(match (client, &self.node, &self.python, &self.rust) {
            ("authlib", _, Some(python), _) => {
                let mut command = Command::new(python);
                // Nothing is written beside the sources.
                command
                    .arg("-B")
                    .arg(command::root().join("tests/clients/python/authlib_flask.py"));
                command
            }
            ("rust", _, _, Some(built)) => Command::new(built.find(RUST)?),
            (script, Some(node), ..) => node.command(&format!("{script}.js")),
            _ => bail!("no client is called {client}"),
        })
    }
}

/// `cargo xtask browser`: a real browser, and pictures of what it saw.
///
/// # Errors
/// The first thing that is not as expected, with the example's name.
pub fn browse(app: Option<&str>) -> anyhow::Result<()> {
    let apps = apps(app);
    let programs = examples::build()?;
    let node = shelf::node()?;
    for app in apps {
        let name = format!("example-{app}");
        let pictures = shelf::folder(&format!("pictures/{app}"))?;
        say(&format!("\n-- {name}, Chromium; pictures in {}", pictures.display()));
        let mut command = node.command("browser.js");
        command.env("PICTURES", &pictures);
        serve(programs.find(&name)?, |issuer| run(&mut command, issuer)).with_context(|| name)?;
    }
    Ok(())
}
