//! Tests that need a server. A test that ran nothing must not count as passed, and the harness only knows of `#[ignore]`.

/// Contains tests that need PostgreSQL: without `TEST_POSTGRES_URL` they are ignored.
#[cfg(postgres_given)]
#[macro_export]
macro_rules! on_postgres {
    ($($test:item)*) => { $($test)* };
}

/// Contains tests that need PostgreSQL: without `TEST_POSTGRES_URL` they are ignored.
#[cfg(not(postgres_given))]
#[macro_export]
macro_rules! on_postgres {
    ($($test:item)*) => { $(#[ignore = "TEST_POSTGRES_URL is not set"] $test)* };
}

/// Contains tests that need MySQL or MariaDB: without `TEST_MYSQL_URL` they are ignored.
#[cfg(mysql_given)]
#[macro_export]
macro_rules! on_mysql {
    ($($test:item)*) => { $($test)* };
}

/// Contains tests that need MySQL or MariaDB: without `TEST_MYSQL_URL` they are ignored.
#[cfg(not(mysql_given))]
#[macro_export]
macro_rules! on_mysql {
    ($($test:item)*) => { $(#[ignore = "TEST_MYSQL_URL is not set"] $test)* };
}

/// Contains tests that need servers with a certificate of this authority: without `TEST_TLS_AUTHORITY` they are ignored.
#[cfg(tls_authority_given)]
#[macro_export]
macro_rules! over_tls {
    ($($test:item)*) => { $($test)* };
}

/// Contains tests that need servers with a certificate of this authority: without `TEST_TLS_AUTHORITY` they are ignored.
#[cfg(not(tls_authority_given))]
#[macro_export]
macro_rules! over_tls {
    ($($test:item)*) => { $(#[ignore = "TEST_TLS_AUTHORITY is not set"] $test)* };
}
