//! Whose certificates are believed.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::BuildError;

/// Connections that believe the authorities of the system, and those of these texts in PEM.
pub(crate) fn config(pems: &[Vec<u8>]) -> Result<ClientConfig, BuildError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for pem in pems {
        let given: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let given = given.ok().filter(|given| !given.is_empty()).ok_or(BuildError::Certificate)?;
        let (_, wrong) = store.add_parsable_certificates(given);
        if wrong > 0 {
            return Err(BuildError::Certificate);
        }
    }
    if store.is_empty() {
        return Err(BuildError::NoCertificates);
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::Client(Box::new(error)))?;
    Ok(config.with_root_certificates(store).with_no_client_auth())
}
