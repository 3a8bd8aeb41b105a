//! How each database reads the search document and compares texts. Names are checked by the grammar, and values are bound.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::sql::Sql;
use crate::protocol::filter::Operator;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
    MariaDb,
    MySql,
}

/// Builds the search document from its text.
pub const fn search_document_value(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "jsonb(?)",
        DbBackend::Postgres => "CAST(? AS jsonb)",
        _ => "?",
    }
}

impl Dialect {
    /// Ends a statement that locks the rows it reads. SQLite's writers lock the database.
    pub const fn for_update(self) -> &'static str {
        if matches!(self, Self::Sqlite) { "" } else { " FOR UPDATE" }
    }

    /// Asks the server which database it is.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn detect(connection: &impl ConnectionTrait) -> Result<Self, DbErr> {
        Ok(match connection.get_database_backend() {
            DbBackend::Sqlite => Self::Sqlite,
            DbBackend::Postgres => Self::Postgres,
            backend => {
                let version = Statement::from_string(backend, "SELECT VERSION() AS version");
                let row = connection.query_one_raw(version).await?;
                let version: String = row.map_or(Ok(String::new()), |row| row.try_get("", "version"))?;
                if version.contains("MariaDB") { Self::MariaDb } else { Self::MySql }
            }
        })
    }

    /// Returns a dialect for statements that are the same on MariaDB and MySQL.
    pub const fn from_backend(backend: DbBackend) -> Self {
        match backend {
            DbBackend::Sqlite => Self::Sqlite,
            DbBackend::Postgres => Self::Postgres,
            _ => Self::MySql,
        }
    }

    pub const fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
            Self::MariaDb | Self::MySql => DbBackend::MySql,
        }
    }

    /// Says whether the server is a node of a Galera cluster with several nodes.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn is_cluster(self, connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
        if self != Self::MariaDb {
            return Ok(false);
        }
        let sql = "SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'";
        let row = connection.query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        let size: Option<String> = row.map(|row| row.try_get_by_index(1)).transpose()?;
        Ok(size.and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size > 1))
    }

    /// Reads the database's own clock, in milliseconds.
    ///
    /// # Errors
    /// If the server does not answer.
    pub async fn clock(self, connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
        let sql = match self {
            Self::Sqlite => "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) AS now",
            Self::Postgres => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS now",
            Self::MariaDb | Self::MySql => "SELECT CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) AS now",
        };
        let row = connection.query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        row.map_or_else(|| Err(DbErr::RecordNotFound("the time".to_owned())), |row| row.try_get("", "now"))
    }

    /// Returns the suffix that makes an expression compare by code point.
    pub const fn collate(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " COLLATE \"C\"",
            Self::MariaDb => " COLLATE utf8mb4_nopad_bin",
            Self::MySql => " COLLATE utf8mb4_0900_bin",
        }
    }

    /// Joins the search document `s` to the rows `u` for a statement that reads it more than once per row. PostgreSQL
    /// decompresses a large one on each read: twelve comparisons on 200 documents of 1 MB took 1.3 s (2026-11-27). `||`
    /// decompresses it once, and OFFSET keeps the planner from repeating the expression in each place.
    pub fn join_search_document(self, search_documents: &str, key: &str) -> String {
        match self {
            Self::Postgres => format!(
                " JOIN {search_documents} t ON t.{key} = u.id CROSS JOIN LATERAL (SELECT t.document || '{{}}' AS document OFFSET 0) s"
            ),
            _ => format!(" JOIN {search_documents} s ON s.{key} = u.id"),
        }
    }

    /// Reads the text at a path of the search document; NULL if there is none.
    pub fn search_text(self, keys: &[String]) -> String {
        match self {
            Self::Sqlite => format!("(s.document ->> {})", json_path(keys)),
            Self::Postgres => format!("((s.document #>> {}) COLLATE \"C\")", array(keys)),
            Self::MariaDb => {
                format!("(JSON_VALUE(s.document, {}){})", json_path(keys), self.collate())
            }
            Self::MySql => {
                format!("(JSON_UNQUOTE(JSON_EXTRACT(s.document, {})){})", json_path(keys), self.collate())
            }
        }
    }

    /// Says whether there is a text at a path of the search document, not an object or an array.
    pub fn search_is_text(self, keys: &[String]) -> String {
        match self {
            Self::Sqlite => format!("json_type(s.document, {}) = 'text'", json_path(keys)),
            Self::Postgres => format!("jsonb_typeof(s.document #> {}) = 'string'", array(keys)),
            Self::MariaDb | Self::MySql => {
                format!("JSON_TYPE(JSON_EXTRACT(s.document, {})) = 'STRING'", json_path(keys))
            }
        }
    }

    /// Says whether there is an array at a path of the search document.
    pub fn search_is_array(self, keys: &[String]) -> String {
        match self {
            Self::Sqlite => format!("json_type(s.document, {}) = 'array'", json_path(keys)),
            Self::Postgres => format!("jsonb_typeof(s.document #> {}) = 'array'", array(keys)),
            Self::MariaDb | Self::MySql => {
                format!("JSON_TYPE(JSON_EXTRACT(s.document, {})) = 'ARRAY'", json_path(keys))
            }
        }
    }

    /// Says whether the value `e` is a text.
    pub const fn element_is_text(self) -> &'static str {
        match self {
            Self::Sqlite => "e.type = 'text'",
            Self::Postgres => "jsonb_typeof(e) = 'string'",
            Self::MariaDb | Self::MySql => "e.c0 IS NOT NULL",
        }
    }

    /// Says whether there is any value at a path of the search document.
    pub fn search_has(self, keys: &[String]) -> String {
        match self {
            Self::Sqlite => format!("json_type(s.document, {}) IS NOT NULL", json_path(keys)),
            Self::Postgres => format!("(s.document #> {}) IS NOT NULL", array(keys)),
            Self::MariaDb | Self::MySql => {
                format!("COALESCE(JSON_CONTAINS_PATH(s.document, 'one', {}), 0) = 1", json_path(keys))
            }
        }
    }

    /// Lists the values of a multi-valued attribute as rows `e`, with the sub-attributes that a condition reads.
    pub fn elements(self, keys: &[String], read: &[Vec<String>]) -> String {
        match self {
            Self::Sqlite => format!("json_each(s.document, {}) e", json_path(keys)),
            Self::Postgres => {
                let path = json_path(keys);
                format!("jsonb_path_query(s.document, {}[*]') e", path.trim_end_matches('\''))
            }
            Self::MariaDb | Self::MySql => {
                let columns: Vec<String> = read
                    .iter()
                    .enumerate()
                    .map(|(at, sub)| {
                        format!("c{at} LONGTEXT CHARACTER SET utf8mb4{} PATH {}", self.collate(), json_path(sub))
                    })
                    .collect();
                let columns = if columns.is_empty() { "c0 FOR ORDINALITY".to_owned() } else { columns.join(", ") };
                let path = json_path(keys);
                format!("JSON_TABLE(s.document, {}[*]' COLUMNS({columns})) e", path.trim_end_matches('\''))
            }
        }
    }

    /// Reads the text of a sub-attribute of the value `e`, or of the value itself.
    pub fn element_text(self, keys: &[String], read: &[Vec<String>]) -> String {
        match self {
            Self::Sqlite if keys.is_empty() => "e.value".to_owned(),
            // A text that is not an object, stored before its schema was registered, would be malformed JSON.
            Self::Sqlite => format!("(CASE WHEN e.type = 'object' THEN e.value ->> {} END)", json_path(keys)),
            Self::Postgres if keys.is_empty() => "((e #>> '{}') COLLATE \"C\")".to_owned(),
            Self::Postgres => format!("((e #>> {}) COLLATE \"C\")", array(keys)),
            Self::MariaDb | Self::MySql => {
                let at = read.iter().position(|sub| sub == keys).unwrap_or_default();
                format!("e.c{at}")
            }
        }
    }

    /// Concatenates texts.
    pub fn concat(self, parts: &[&str]) -> String {
        match self {
            Self::Sqlite => format!("({})", parts.join(" || ")),
            Self::Postgres => format!("(concat({}) COLLATE \"C\")", parts.join(", ")),
            Self::MariaDb | Self::MySql => {
                format!("(CONCAT({}){})", parts.join(", "), self.collate())
            }
        }
    }

    /// Writes a number as decimal text.
    pub fn decimal(self, expression: &str) -> String {
        match self {
            Self::MariaDb | Self::MySql => {
                format!("(CAST({expression} AS CHAR){})", self.collate())
            }
            _ => format!("(CAST({expression} AS TEXT){})", self.collate()),
        }
    }

    /// Writes a word of this program as an expression.
    pub fn constant(self, word: &str) -> String {
        match self {
            Self::MariaDb | Self::MySql => format!("(CAST('{word}' AS CHAR){})", self.collate()),
            _ => format!("(CAST('{word}' AS TEXT){})", self.collate()),
        }
    }

    /// Returns the placeholder of a text whose type is not clear from the context.
    pub const fn text_placeholder(self) -> &'static str {
        match self {
            Self::Postgres => "CAST(? AS TEXT)",
            _ => "?",
        }
    }

    /// Compares an expression with a bound text.
    pub fn compare(self, sql: &mut Sql, expression: &Sql, operator: Operator, text: &str) {
        let plain = |sql: &mut Sql, sign: &str| {
            sql.append(expression).push(sign).bind(text);
        };
        match operator {
            Operator::Eq => plain(sql, " = "),
            Operator::Gt => plain(sql, " > "),
            Operator::Ge => plain(sql, " >= "),
            Operator::Lt => plain(sql, " < "),
            Operator::Le => plain(sql, " <= "),
            Operator::Co => match self {
                Self::Sqlite => {
                    sql.push("instr(").append(expression).push(", ").bind(text).push(") > 0");
                }
                Self::Postgres => {
                    sql.push("strpos(").append(expression).push(", ").bind(text).push(") > 0");
                }
                Self::MariaDb | Self::MySql => {
                    sql.push("LOCATE(").bind(text).push(", ").append(expression).push(") > 0");
                }
            },
            Operator::Sw | Operator::Ew => {
                let length = text.chars().count().to_string();
                let end = match (operator, self) {
                    (Operator::Sw, Self::Sqlite) => format!(", 1, {length})"),
                    (_, Self::Sqlite) => format!(", -{length})"),
                    _ => format!(", {length})"),
                };
                let function = match (self, operator) {
                    (Self::Sqlite, _) => "substr(",
                    (_, Operator::Sw) => "left(",
                    _ => "right(",
                };
                sql.push(function).append(expression).push(&end).push(" = ").bind(text);
            }
        }
    }
}

/// Writes a path as `'$."a"."b"'`.
fn json_path(keys: &[String]) -> String {
    let mut path = "'$".to_owned();
    for key in keys {
        path.push_str(".\"");
        path.push_str(key);
        path.push('"');
    }
    path.push('\'');
    path
}

/// Writes a path as `ARRAY['a','b']`.
fn array(keys: &[String]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("'{key}'")).collect();
    format!("ARRAY[{}]", keys.join(","))
}
