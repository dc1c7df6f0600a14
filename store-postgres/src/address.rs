//! The URL of a database, and what it says of TLS.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};

use crate::ConnectError;

/// Where the database is.
pub(crate) struct Address {
    pub(crate) config: Config,
    /// `sslrootcert`, unless it is `system`.
    pub(crate) roots: Option<PathBuf>,
}

impl Address {
    /// Reads a URL of PostgreSQL's own form. `sslmode` and `sslrootcert` are ours to understand, since
    /// a certificate that is not checked protects from nobody: whoever asks for TLS gets it verified.
    pub(crate) fn parse(url: &str) -> Result<Self, ConnectError> {
        let wrong = |why: &str| ConnectError::Url(why.to_owned());
        let scheme =
            ["postgres://", "postgresql://"].iter().find(|scheme| url.starts_with(**scheme));
        let scheme = scheme.ok_or_else(|| wrong("it does not begin with postgres://"))?;
        // Whatever stands before the `@` may be a password.
        let secret = url.find('@').unwrap_or(scheme.len());
        let (base, query) = match url[secret..].find('?') {
            Some(at) => (&url[..secret + at], &url[secret + at + 1..]),
            None => (url, ""),
        };
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "sslmode" => mode = Some(self::mode(value)?),
                "sslrootcert" if value == "system" => {}
                "sslrootcert" => {
                    let path = percent_decode_str(value).decode_utf8();
                    let path = path.map_err(|_| wrong("sslrootcert is no path"))?;
                    roots = Some(PathBuf::from(path.as_ref()));
                }
                _ => rest.push(pair),
            }
        }
        let plain = format!("{base}?{}", rest.join("&"));
        let plain = plain.parse::<Config>();
        let mut config = plain.map_err(|_| wrong(&unknown(&rest)))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong("it names no host: write one, or the folder of a socket as ?host=…"));
        }
        let local = config.get_hosts().iter().all(is_local)
            && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
        config.ssl_mode(mode.unwrap_or(if local { SslMode::Disable } else { SslMode::Require }));
        Ok(Self { config, roots })
    }
}

fn mode(value: &str) -> Result<SslMode, ConnectError> {
    match value {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(ConnectError::Url(
            "sslmode is none of disable, prefer, require, verify-ca and verify-full".to_owned(),
        )),
    }
}

/// Whether nobody else sees what goes there.
fn is_local(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            let address = name.parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        }
    }
}

/// What to say of a URL that was not understood; never more of it than names of parameters.
fn unknown(parameters: &[&str]) -> String {
    const KNOWN: [&str; 16] = [
        "user",
        "password",
        "dbname",
        "options",
        "application_name",
        "sslnegotiation",
        "host",
        "hostaddr",
        "port",
        "connect_timeout",
        "tcp_user_timeout",
        "keepalives",
        "keepalives_idle",
        "target_session_attrs",
        "channel_binding",
        "load_balance_hosts",
    ];
    let names = parameters.iter().filter_map(|pair| pair.split('=').next());
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let strange = names.filter(plain).find(|name| !KNOWN.contains(name));
    match strange {
        Some(name) => format!("the parameter {name} is not known"),
        None => "it is not of the form postgres://user:password@host:port/database?name=value, or \
                 a value in it is none"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_of(url: &str) -> SslMode {
        Address::parse(url).unwrap().config.get_ssl_mode()
    }

    #[test]
    fn what_leaves_the_machine_is_encrypted_unless_the_url_says_otherwise() {
        for url in [
            "postgres://u@localhost/db",
            "postgresql://u@127.0.0.1,[::1]:5433/db",
            "postgres://u@%2Ftmp%2Fsocket/db",
            "postgres:///db?host=/tmp/socket&user=u",
            "postgres://u@db.example/db?sslmode=disable",
        ] {
            assert_eq!(mode_of(url), SslMode::Disable, "{url}");
        }
        for url in [
            "postgres://u@db.example/db",
            "postgres://u@localhost,db.example/db",
            "postgres://u@10.0.0.1/db",
            "postgres://u@localhost/db?sslmode=verify-full",
            "postgres://u@localhost/db?connect_timeout=3&sslmode=verify-ca",
            "postgres://u@localhost/db?sslmode=require",
        ] {
            assert_eq!(mode_of(url), SslMode::Require, "{url}");
        }
        assert_eq!(mode_of("postgres://u@db.example/db?sslmode=prefer"), SslMode::Prefer);
    }

    #[test]
    fn root_certificates_are_a_file_or_the_systems() {
        let roots = |value: &str| {
            Address::parse(&format!("postgres://u@h/db?sslrootcert={value}")).unwrap().roots
        };
        assert_eq!(roots("system"), None);
        assert_eq!(roots("%2Fetc/a%20b.pem"), Some(PathBuf::from("/etc/a b.pem")));
    }

    #[test]
    fn lg_11_what_is_wrong_is_said_without_the_password() {
        for (url, said) in [
            ("mysql://u:hunter2@h/db", "does not begin with postgres://"),
            ("postgres://u:hunter2@h/db?sslmode=maybe", "sslmode is none of"),
            ("postgres://u:hunter2@h/db?sslkey=x", "the parameter sslkey is not known"),
            ("postgres://u:hunter2@h:port/db", "not of the form"),
            ("postgres://u:hunt?er2@h/db?x_y=1", "the parameter x_y is not known"),
            ("postgres:///db?user=u&password=hunter2", "names no host"),
        ] {
            let error = Address::parse(url).err().unwrap();
            let text = format!("{error} {error:?}");
            assert!(text.contains(said), "{url}: {text}");
            assert!(!text.contains("hunt") && !text.contains("er2"), "{text}");
        }
    }
}
