//! Why a server cannot be asked, in words and at once: a pool tries again until its time is up, and then says only that.

use crate::error::Error;

/// Opens one database connection to a server and closes it again.
///
/// # Errors
/// As [`connect`](super::connect).
pub async fn reach(url: &str) -> Result<(), Error> {
    match url.split_once(':').map(|(scheme, _)| scheme) {
        #[cfg(feature = "postgres")]
        Some("postgres" | "postgresql") => super::server::postgres(url).await,
        #[cfg(not(feature = "postgres"))]
        Some("postgres" | "postgresql") => Err(not_built_in("PostgreSQL", "postgres")),
        #[cfg(feature = "mysql")]
        Some("mysql" | "mariadb") => super::server::mysql(url).await,
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
