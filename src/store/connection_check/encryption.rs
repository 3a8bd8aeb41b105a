//! Whether the way to the database is encrypted, if it is a network.

use std::net::IpAddr;

use sea_orm::DbErr;

use super::{
    super::{dialect::Dialect, session::Session},
    read,
};

/// Warns about a database that is reached over a network without TLS. `sslmode` in a database URL means `prefer` unless set, so a
/// server without TLS, or a program built without it, gets passwords and personal data in the clear, and nothing says so.
pub async fn warn(session: &Session) -> Result<(), DbErr> {
    let (is_encrypted, client): (bool, String) = match session.dialect() {
        Dialect::Sqlite => return Ok(()),
        Dialect::Postgres => {
            let ssl = "SELECT ssl AS setting FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
            let client = "SELECT COALESCE(host(inet_client_addr()), '') AS setting";
            (read(session, ssl, "setting").await?, read(session, client, "setting").await?)
        }
        Dialect::MariaDb | Dialect::MySql => {
            let cipher: String = read(session, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", "Value").await?;
            let client = "SELECT SUBSTRING_INDEX(USER(), '@', -1) AS setting";
            (!cipher.is_empty(), read(session, client, "setting").await?)
        }
    };
    if !is_encrypted && is_network(&client) {
        tracing::warn!(
            "the database is reached over a network without TLS: whoever is on the way can read passwords and people's data; set sslmode=verify-full (PostgreSQL) or ssl-mode=VERIFY_IDENTITY (MySQL and MariaDB) in the database URL"
        );
    }
    Ok(())
}

/// Says whether a client with this address, as the server sees it, came over a network.
fn is_network(client: &str) -> bool {
    match client.parse::<IpAddr>() {
        Ok(address) => !address.to_canonical().is_loopback(),
        Err(_) => !client.is_empty() && client != "localhost",
    }
}

#[cfg(test)]
mod tests {
    use super::is_network;

    #[test]
    fn only_an_address_of_another_machine_is_a_network() {
        for near in ["", "localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert!(!is_network(near), "{near}");
        }
        for far in ["10.0.0.7", "172.17.0.2", "192.168.1.4", "fd00::1", "::ffff:10.0.0.7", "app.internal"] {
            assert!(is_network(far), "{far}");
        }
    }
}
