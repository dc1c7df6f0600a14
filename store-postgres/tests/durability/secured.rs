//! TLS.

use grantry_postgres::{ConnectError, PostgresStore};
use postgres_cluster::Cluster;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::world::{forty, new_cluster, observer, tickets};

/// An authority, as its certificate in PEM, and a server that has one of it for `localhost`.
async fn secured() -> (String, Cluster, u16) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let server = server.signed_by(&key, &authority).unwrap();
    let cluster = new_cluster();
    let certificate = cluster.keep("server.pem", &server.pem()).unwrap();
    let key = cluster.keep("server.key", &key.serialize_pem()).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    cluster.crash().unwrap();
    // Its socket is named after the port as well, so it listens at both.
    let settings = [
        ("ssl", "on"),
        ("ssl_cert_file", certificate.to_str().unwrap()),
        ("ssl_key_file", key.to_str().unwrap()),
        ("listen_addresses", "127.0.0.1"),
        ("port", &free.to_string()),
    ];
    cluster.configure(&settings).unwrap();
    cluster.resume().unwrap();
    (authority.pem(), cluster, free)
}

/// Whoever asks for TLS gets a server that is who it says it is, or none.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_prove_its_name_is_refused() {
    let (authority, _cluster, port) = secured().await;
    let url = |host: &str, mode: &str| {
        format!("postgres://postgres@{host}:{port}/postgres?sslmode={mode}")
    };
    let connect =
        async |url: String, roots: &str| PostgresStore::builder(&url).roots(roots).connect().await;
    for mode in ["require", "verify-ca", "verify-full", "prefer"] {
        let store = connect(url("localhost", mode), &authority).await.unwrap();
        assert_eq!(encrypted(port).await, (true, true), "{mode}");
        drop(store);
        for (host, roots) in [("127.0.0.1", &authority), ("localhost", &stranger())] {
            let refused = connect(url(host, mode), roots).await.unwrap_err();
            let said = refused.to_string();
            assert!(said.contains("certificate"), "{mode}: {said}");
        }
    }
    let plain = connect(url("127.0.0.1", "disable"), &authority).await.unwrap();
    assert_eq!(forty(&*tickets(&plain), 0).await.unwrap(), 40);
    let none = connect(url("localhost", "require"), "no certificate").await.unwrap_err();
    assert!(matches!(none, ConnectError::Roots { .. }), "{none:?}");
}

/// Whether there are sessions of the store, and all of them are encrypted.
async fn encrypted(port: u16) -> (bool, bool) {
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    let (client, driver) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(driver);
    let sql = "SELECT count(*) > 0, coalesce(bool_and(ssl), false) \
               FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'grantry'";
    let row = client.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

/// An authority that signed nothing here.
fn stranger() -> String {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

/// A server on a socket needs none.
#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_not_encrypted() {
    let cluster = super::world::cluster();
    super::world::store(&cluster.url(), "plain").await;
    let sql = "SELECT coalesce(bool_or(ssl), false) FROM pg_stat_ssl";
    let ssl: bool = observer(cluster).await.query_one(sql, &[]).await.unwrap().get(0);
    assert!(!ssl);
}
