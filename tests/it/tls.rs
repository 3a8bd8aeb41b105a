//! The way to a database over TLS: the certificate is checked, and a server without the right one is refused in words.

use fleet_scim::{
    Error, ScimModule, connect,
    sea_orm::{ConnectionTrait, Statement},
};

use crate::{databases::Backend, world::Roles};

/// Adds parameters to a database URL that asks for TLS with a checked certificate.
fn verified(backend: Backend, url: &str, authority: &str) -> String {
    match backend {
        Backend::Postgres => format!("{url}?sslmode=verify-full&sslrootcert={authority}"),
        _ => format!("{url}?ssl-mode=VERIFY_IDENTITY&ssl-ca={authority}"),
    }
}

async fn is_encrypted_and_checked(backend: Backend) {
    let place = backend.empty_place(false).await.unwrap();
    let authority = std::env::var("TEST_TLS_AUTHORITY").unwrap();
    let pools = connect(&verified(backend, &place.url, &authority)).await.unwrap();
    ScimModule::migrate(&pools.writer).await.unwrap();
    ScimModule::builder(pools.clone(), Roles).build().await.unwrap();
    let (cipher, column) = match backend {
        Backend::Postgres => ("SELECT cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()", "cipher"),
        _ => ("SHOW SESSION STATUS LIKE 'Ssl_cipher'", "Value"),
    };
    let row = pools.writer.query_one_raw(Statement::from_string(pools.writer.get_database_backend(), cipher)).await;
    assert!(row.unwrap().unwrap().try_get::<String>("", column).unwrap().contains("AES"));
    pools.close().await.unwrap();

    // A certificate of an authority that is not trusted.
    let stranger = tempfile::tempdir().unwrap();
    let stranger = stranger.path().join("authority.pem");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/stranger.pem"), &stranger).unwrap();
    match connect(&verified(backend, &place.url, &stranger.display().to_string())).await {
        Err(Error::Unreachable { found, advice }) => {
            assert!(found.contains("offers no TLS that is trusted"), "{found}");
            assert!(advice.contains("sslrootcert=") && advice.contains("ssl-ca="), "{advice}");
        }
        other => panic!("{other:?}"),
    }
    place.remove().await;
}

fleet_scim_dev::over_tls! {
    #[tokio::test]
    async fn the_certificate_of_postgres_is_checked() {
        is_encrypted_and_checked(Backend::Postgres).await;
    }

    #[tokio::test]
    async fn the_certificate_of_mariadb_is_checked() {
        is_encrypted_and_checked(Backend::MySql).await;
    }
}
