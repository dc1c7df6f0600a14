//! `cargo xtask`: what this repository does with itself.

#![forbid(unsafe_code)]

mod answers;
mod app;
mod built;
mod clients;
mod command;
mod crates;
mod examples;
mod expected;
mod figures;
mod mcp;
mod postgres;
mod shelf;
mod steps;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of this repository.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Clone, Debug, Subcommand)]
enum Task {
    /// Checks format, lints, documentation, tests, examples, clients and pages; stops at the first failure
    Test,
    /// Checks the examples alone: starts each and runs the curl lines that it prints
    Examples,
    /// Runs client libraries of others against the examples
    Clients {
        /// One example alone
        #[arg(long, value_parser = clients::APPS)]
        app: Option<String>,
        /// One client alone
        #[arg(long, value_parser = clients::CLIENTS)]
        client: Option<String>,
    },
    /// Drives Chromium through the pages of the examples, and takes pictures of them
    Browser {
        /// One example alone
        #[arg(long, value_parser = clients::APPS)]
        app: Option<String>,
    },
    /// Runs a command with DATABASE_URL set to a throw-away PostgreSQL, as in `cargo xtask postgres -- psql`
    Postgres {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Measures everything anew and writes bench/FIGURES.md; wants a quiet machine
    Bench {
        /// Some parts alone, by their programs: `load`, `memory tenants`, `stores sweep`; the others stay as they are
        parts: Vec<String>,
    },
    /// Prints how many crates each part brings into an application
    Crates,
    /// Breaks the core in hundreds of ways, and sees whether the tests notice; takes an hour or more
    Mutants {
        /// Options of cargo-mutants, such as `--iterate` or `--file core/src/wire/form.rs`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = match Args::parse().task {
        Task::Test => steps::test(),
        Task::Examples => steps::examples(),
        Task::Clients { app, client } => steps::clients(app.as_deref(), client.as_deref()),
        Task::Browser { app } => steps::browser(app.as_deref()),
        Task::Postgres { command } => postgres::run(&command),
        Task::Bench { parts } => figures::measure(&parts),
        Task::Crates => crates::print(),
        Task::Mutants { options } => steps::mutants(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Without a backtrace, which would push what matters out of sight.
#[expect(clippy::print_stderr, reason = "the person at the terminal reads it")]
fn complain(error: &anyhow::Error) {
    eprintln!("\nxtask: {error:#}");
}

/// Tells the person at the terminal how far it is.
#[expect(clippy::print_stdout, reason = "the person at the terminal reads it")]
fn say(text: &str) {
    println!("{text}");
}
