//! TLS by rustls: the server's certificate is always verified, name and all.

use std::{fs, path::PathBuf, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::ConnectError;

/// Which certificates are believed.
#[derive(Clone)]
pub(crate) enum Roots {
    /// None is asked for.
    None,
    /// Those of the system.
    System,
    /// Those of a file in PEM.
    File(PathBuf),
    /// Those of a text in PEM.
    Pem(Vec<u8>),
}

/// What makes connections secure.
pub(crate) fn connector(roots: Roots) -> Result<MakeRustlsConnect, ConnectError> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ConnectError::Roots { from: "TLS".into(), why: error.to_string() })?
        .with_root_certificates(store(roots)?)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn store(roots: Roots) -> Result<RootCertStore, ConnectError> {
    let mut store = RootCertStore::empty();
    let (from, certificates) = match roots {
        Roots::None => return Ok(store),
        Roots::System => {
            let found = rustls_native_certs::load_native_certs();
            ("the system".into(), found.certs)
        }
        Roots::File(path) => {
            let pem = fs::read(&path).map_err(|error| bad(&path, &error))?;
            let read = read(&pem).map_err(|error| bad(&path, &error))?;
            (path, read)
        }
        Roots::Pem(pem) => {
            let given = PathBuf::from("what was given");
            let read = read(&pem).map_err(|error| bad(&given, &error))?;
            (given, read)
        }
    };
    let (added, _) = store.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(ConnectError::Roots { from, why: "there are none".to_owned() });
    }
    Ok(store)
}

fn read(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, rustls::pki_types::pem::Error> {
    CertificateDer::pem_slice_iter(pem).collect()
}

fn bad(from: &std::path::Path, why: &dyn std::fmt::Display) -> ConnectError {
    ConnectError::Roots { from: from.to_owned(), why: why.to_string() }
}
