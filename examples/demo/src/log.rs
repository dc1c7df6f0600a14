//! What the application logs.

use std::io;

use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Writes what `tracing` tells to stderr, audit events among it: as `RUST_LOG` says, or from level
/// INFO up. One line for each, without the query of any request.
pub fn log() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    tracing_subscriber::fmt()
        .with_env_filter(filter.from_env_lossy())
        .with_writer(io::stderr)
        .init();
}
