//! Asks a server for one database connection, and explains why there is none.

use std::time::Duration;

use sea_orm::sqlx::{self, ConnectOptions, Connection};
use tokio::time::timeout;

use crate::error::Error;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a server is, and as whom and for which database we ask it.
struct Target {
    place: String,
    user: String,
    database: String,
}

#[cfg(feature = "postgres")]
pub async fn postgres(url: &str) -> Result<(), Error> {
    use sqlx::postgres::PgConnectOptions;
    let options: PgConnectOptions = url.parse().map_err(unreadable)?;
    let options = options.extra_float_digits(None);
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let user = options.get_username().to_owned();
    let database = options.get_database().unwrap_or(&user).to_owned();
    attempt(options, Target { place, user, database }).await
}

#[cfg(feature = "mysql")]
pub async fn mysql(url: &str) -> Result<(), Error> {
    use sqlx::mysql::MySqlConnectOptions;
    let url = url.strip_prefix("mariadb:").map_or_else(|| url.to_owned(), |rest| format!("mysql:{rest}"));
    let options: MySqlConnectOptions = url.parse().map_err(unreadable)?;
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let user = options.get_username().to_owned();
    let database = options.get_database().unwrap_or_default().to_owned();
    attempt(options, Target { place, user, database }).await
}

async fn attempt<O>(options: O, target: Target) -> Result<(), Error>
where
    O: ConnectOptions,
    O::Connection: Sized,
{
    match timeout(PATIENCE, options.connect()).await {
        Ok(Ok(connection)) => {
            // Whether it says goodbye changes nothing.
            let _ = connection.close().await;
            Ok(())
        }
        Ok(Err(error)) => Err(explain(&error, &target)),
        Err(_) => Err(unreachable(
            format!("{} did not answer within {} s", target.place, PATIENCE.as_secs()),
            "check the address in the database URL, and what stands between: a firewall, a network that is down",
        )),
    }
}

/// The URL is not repeated: it has a password.
fn unreadable(error: sqlx::Error) -> Error {
    let why = match error {
        sqlx::Error::Configuration(why) => why.to_string(),
        other => other.to_string(),
    };
    Error::Invalid(format!(
        "the database URL cannot be read ({why}): it is such as postgres://user:password@host:5432/database, with %40 for an @ in the password"
    ))
}

fn unreachable(found: String, advice: &str) -> Error {
    Error::Unreachable { found, advice: advice.to_owned() }
}

fn explain(error: &sqlx::Error, target: &Target) -> Error {
    let Target { place, user, database } = target;
    match error {
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => unreachable(
            format!("nothing listens at {place}"),
            "start the database server there, or correct the address in the database URL",
        ),
        // rustls refuses a certificate as data that is not valid.
        sqlx::Error::Io(error) if HAS_TLS && error.kind() == std::io::ErrorKind::InvalidData => {
            unreachable(format!("{place} offers no TLS that is trusted: {error}"), CERTIFICATE)
        }
        sqlx::Error::Io(error) => {
            unreachable(format!("{place} cannot be reached: {error}"), "correct the address in the database URL")
        }
        sqlx::Error::Tls(error) if HAS_TLS => {
            unreachable(format!("{place} offers no TLS that is trusted: {error}"), CERTIFICATE)
        }
        sqlx::Error::Tls(_) => {
            unreachable(format!("TLS is asked for {place}, and this program was built without it"), FEATURE)
        }
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("28P01" | "28000") => unreachable(
                format!("{place} does not let {user} in: {}", error.message()),
                "correct the user and the password in the database URL, or what the server allows that user",
            ),
            // 3D000 is PostgreSQL's, 42000 MySQL's for an unknown database and for one the user may not use.
            Some("3D000" | "42000") => unreachable(
                format!("{place} has no database {database} for {user}: {}", error.message()),
                "create the database, grant it to the user, or correct its name in the database URL",
            ),
            _ => unreachable(format!("{place} refused: {}", error.message()), "see the log of the database server"),
        },
        other => unreachable(format!("{place} cannot be opened: {other}"), "check the database URL"),
    }
}

const HAS_TLS: bool = cfg!(any(feature = "tls-rustls", feature = "tls-native"));
const CERTIFICATE: &str = "name the certificate of the authority that signed the server's in the database URL, with sslrootcert= (PostgreSQL) or ssl-ca= (MySQL and MariaDB)";
const FEATURE: &str = "build it with the feature tls-rustls or tls-native of fleet-scim";
