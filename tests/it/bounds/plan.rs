//! How PostgreSQL counts the matches of a filter: its plan and the pages it read, which do not depend on timing.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, Statement, Value};
use serde_json::json;

use crate::{databases::Backend, world::World};

/// A world on PostgreSQL, the only database that reports what it read.
pub struct Postgres {
    pub world: World,
    texts: Arc<Mutex<Vec<String>>>,
}

impl Postgres {
    pub async fn start() -> Option<Self> {
        let texts = Arc::new(Mutex::new(Vec::new()));
        let recorder = texts.clone();
        let record = move |text: &str| recorder.lock().unwrap().push(text.to_owned());
        let world = World::with(Backend::Postgres, |builder| builder.observe_statements(record)).await?;
        Some(Self { world, texts })
    }

    /// Returns the plan of the statement that counted the users for a filter that none matches. The statement binds the
    /// id of the connection `connections` times, then one text for each comparison.
    pub async fn plan(&self, filter: &str, connections: usize, comparisons: usize) -> Vec<String> {
        let search = self.world.post("/Users/.search", json!({ "filter": filter, "count": 0 })).await;
        assert_eq!(search.body["totalResults"], 0, "{filter}: {}", search.text);
        let texts = self.texts.lock().unwrap().clone();
        let count = texts.iter().rev().find(|text| text.starts_with("SELECT COUNT(*)")).unwrap();
        let mut bound = vec![Value::from(1_i64); connections];
        bound.extend((0..comparisons).map(|number| Value::from(format!("zz{number}"))));
        let backend = self.world.writer.get_database_backend();
        let explain = Statement::from_sql_and_values(backend, format!("EXPLAIN (ANALYZE, BUFFERS) {count}"), bound);
        let rows = self.world.writer.query_all_raw(explain).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}
