//! Why a database cannot be opened, in words and at once: a pool tries again until its time is up, and then says only that.

use std::path::{Path, PathBuf};

use sea_orm::DbErr;

use crate::error::Error;

/// Opens one database connection to a server and closes it again.
///
/// # Errors
/// As [`connect`](super::connect).
pub async fn reach(url: &str) -> Result<(), Error> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        #[cfg(feature = "postgres")]
        Some("postgres" | "postgresql") => server::postgres(url).await,
        #[cfg(not(feature = "postgres"))]
        Some("postgres" | "postgresql") => Err(not_built_in("PostgreSQL", "postgres")),
        #[cfg(feature = "mysql")]
        Some("mysql" | "mariadb") => server::mysql(url).await,
        #[cfg(not(feature = "mysql"))]
        Some("mysql" | "mariadb") => Err(not_built_in("MySQL and MariaDB", "mysql")),
        _ => Err(Error::Invalid(
            "the database URL begins with none of sqlite://, postgres://, mysql:// and mariadb://".to_owned(),
        )),
    }
}

/// Builds the error for a database whose driver is not part of this program.
pub fn not_built_in(database: &str, feature: &str) -> Error {
    Error::Invalid(format!(
        "this program was built without the driver of {database}: build it with the feature {feature} of fleet-scim"
    ))
}

/// Explains why an SQLite file could not be opened.
pub async fn explain_file(url: &str, error: DbErr) -> Error {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = PathBuf::from(path.split('?').next().unwrap_or_default());
    let creates = url.contains("mode=rwc");
    let explained = tokio::task::spawn_blocking(move || problem_of_file(&path, creates)).await;
    match explained {
        Ok(Some((found, advice))) => Error::Unreachable { found, advice: advice.to_owned() },
        _ => error.into(),
    }
}

/// Says what is wrong with a file and what to do about it, if that can be seen.
fn problem_of_file(path: &Path, creates: bool) -> Option<(String, &'static str)> {
    let name = path.display();
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Some((format!("{name} is a folder"), "give the path of a file"));
    }
    if !folder.is_dir() {
        return Some((format!("there is no folder {}", folder.display()), "create it, or correct the database URL"));
    }
    if !path.exists() && !creates {
        return Some((format!("there is no file {name}"), "add ?mode=rwc to the database URL to create it"));
    }
    // SQLite writes files of its own beside the database.
    let probe = folder.join(format!(".fleet-scim-{}", std::process::id()));
    if let Err(error) = std::fs::write(&probe, "") {
        let found = format!("the folder {} cannot be written: {error}", folder.display());
        return Some((found, "let the user of this process write there, or choose another folder in the database URL"));
    }
    let _ = std::fs::remove_file(&probe);
    if let Err(error) = std::fs::OpenOptions::new().append(true).create(creates).open(path) {
        return Some((format!("{name} cannot be written: {error}"), "let the user of this process write to the file"));
    }
    let begins = std::fs::read(path).unwrap_or_default();
    if !begins.is_empty() && !begins.starts_with(b"SQLite format 3\0") {
        return Some((format!("{name} is no SQLite database"), "choose another file in the database URL"));
    }
    None
}

#[cfg(any(feature = "postgres", feature = "mysql"))]
mod server {
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
}
