//! A database of its own for each test: SQLite always, PostgreSQL and MySQL/MariaDB if a URL is given.

use std::path::PathBuf;

use fleet_scim::{
    ScimModule, connect_options,
    sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection},
};
use tokio::sync::{Mutex, OnceCell};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
    MySql,
}

/// The database of one test.
pub struct Place {
    pub url: String,
    admin_url: Option<String>,
    name: String,
    folder: Option<tempfile::TempDir>,
}

impl Backend {
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MySql];

    fn admin_url(self) -> Option<String> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()),
            Self::MySql => std::env::var("TEST_MYSQL_URL").ok().filter(|url| !url.is_empty()),
        }
    }

    /// Creates a migrated database, or returns `None` if no server is given.
    pub async fn place(self) -> Option<Place> {
        let place = self.empty_place(self == Self::Postgres).await?;
        if self == Self::MySql {
            migrate(&place.url).await;
        }
        if self == Self::Sqlite {
            std::fs::copy(sqlite_template().await, place.url.trim_start_matches("sqlite://")).unwrap();
        }
        Some(place)
    }

    /// Lists the databases that can be asked now: SQLite, and those whose servers are given.
    pub fn given() -> Vec<Self> {
        Self::ALL.into_iter().filter(|backend| *backend == Self::Sqlite || backend.admin_url().is_some()).collect()
    }

    /// Creates a database without tables or, with `from_template`, a copy of the migrated template of PostgreSQL.
    pub async fn empty_place(self, from_template: bool) -> Option<Place> {
        let name = format!("scim_it_{}_{}", std::process::id(), number());
        let Some(admin_url) = self.admin_url() else {
            if self != Self::Sqlite {
                return None;
            }
            let folder = tempfile::tempdir_in(folder()).unwrap();
            let url = format!("sqlite://{}", folder.path().join("scim.db").display());
            return Some(Place { url, admin_url: None, name, folder: Some(folder) });
        };
        if from_template {
            let template = postgres_template(&admin_url).await;
            // PostgreSQL lets only one session copy a template at a time.
            static COPYING: Mutex<()> = Mutex::const_new(());
            let _one = COPYING.lock().await;
            run(&admin_url, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        } else {
            run(&admin_url, &format!("CREATE DATABASE {name}")).await;
        }
        Some(Place { url: within(&admin_url, &name), admin_url: Some(admin_url), name, folder: None })
    }
}

impl Place {
    pub async fn remove(self) {
        if let Some(admin_url) = &self.admin_url {
            let force = if admin_url.starts_with("postgres") { " WITH (FORCE)" } else { "" };
            run(admin_url, &format!("DROP DATABASE {}{force}", self.name)).await;
        }
        drop(self.folder);
    }
}

pub fn options(url: &str, connections: u32) -> ConnectOptions {
    let url = if url.starts_with("sqlite:") { format!("{url}?mode=rwc") } else { without_tls(url) };
    let mut options = connect_options(&url);
    options.max_connections(connections);
    options
}

/// Returns the URL of a server without TLS, which a driver uses where it is offered: a proxy of a test reads what passes, and
/// what is counted is our cost and not that of a second copy of each byte.
fn without_tls(url: &str) -> String {
    match url.split_once(':') {
        Some(("postgres", _)) => format!("{url}?sslmode=disable"),
        _ => format!("{url}?ssl-mode=DISABLED"),
    }
}

/// Opens a pool. The future is boxed: sqlx's futures nest so deeply that a release build of a benchmark fails.
pub async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    Box::pin(Database::connect(options(url, connections))).await.unwrap()
}

async fn migrate(url: &str) {
    let database = connect(url, 1).await;
    Box::pin(ScimModule::migrate(&database)).await.unwrap();
    database.close().await.unwrap();
}

async fn run(url: &str, sql: &str) {
    let database = connect(url, 1).await;
    database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
}

async fn sqlite_template() -> PathBuf {
    static TEMPLATE: OnceCell<tempfile::TempDir> = OnceCell::const_new();
    let folder = TEMPLATE
        .get_or_init(|| async {
            let folder = tempfile::tempdir_in(folder()).unwrap();
            migrate(&format!("sqlite://{}", folder.path().join("scim.db").display())).await;
            folder
        })
        .await;
    folder.path().join("scim.db")
}

async fn postgres_template(admin_url: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let made = TEMPLATE.get_or_init(|| async {
        let name = format!("scim_it_{}_template", std::process::id());
        run(admin_url, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(admin_url, &format!("CREATE DATABASE {name}")).await;
        migrate(&within(admin_url, &name)).await;
        name
    });
    made.await.clone()
}

/// Returns the URL of another database on the same server.
fn within(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// Returns a folder in memory if the machine has one: a test's database need not outlive the test.
fn folder() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { memory } else { std::env::temp_dir() }
}

fn number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
