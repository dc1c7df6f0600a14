//! The server of a process's tests.

use std::{env, path::Path, sync::OnceLock};

use crate::Cluster;

/// The URL of a server for tests: that of `DATABASE_URL`, or of a cluster that is started for this
/// process and ends with it. Nothing of it is written for good, since nothing of it outlives a test.
///
/// # Panics
/// When there is no server; the message says what to do.
pub fn server() -> &'static str {
    static URL: OnceLock<(String, Option<Cluster>)> = OnceLock::new();
    let (url, _) = URL.get_or_init(|| {
        if let Ok(url) = env::var("DATABASE_URL") {
            return (url, None);
        }
        let settings = [("fsync", "off"), ("full_page_writes", "off")];
        let folder = env::temp_dir();
        match Cluster::start(&[Path::new(&folder)], &settings) {
            Ok(cluster) => (cluster.url(), Some(cluster)),
            Err(error) => fail(&error),
        }
    });
    url
}

#[expect(clippy::panic, reason = "a test without its server fails, and says why")]
fn fail(error: &anyhow::Error) -> ! {
    panic!(
        "these tests need a PostgreSQL: run them by `cargo xtask test` or under `cargo xtask postgres`. {error:#}"
    )
}
