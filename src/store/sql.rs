//! A statement under construction: its text with a `?` for each bound value.

use sea_orm::{DbBackend, Statement, Value};

#[derive(Debug, Clone, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: vec![] }
    }

    /// Appends text of this program; never a name or value freely chosen by a client.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a bound value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.text.push('?');
        self.values.push(value.into());
        self
    }

    /// Binds a value for a `?` that the text already contains.
    pub fn value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// Appends another statement's text and values.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend(other.values.iter().cloned());
        self
    }

    /// Appends bound values, separated by commas.
    pub fn bind_all<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Appends ` IN (…)` with these ids; on PostgreSQL they are one array, so that the text of the statement, and so its
    /// plan, is the same for any number of ids.
    pub fn bind_ids(&mut self, backend: DbBackend, ids: &[i64]) -> &mut Self {
        if backend != DbBackend::Postgres {
            return self.push(" IN (").bind_all(ids.iter().copied()).push(")");
        }
        self.push(" = ANY(CAST(").bind(array_of(ids)).push(" AS BIGINT[]))")
    }

    /// Builds the statement; PostgreSQL numbers its placeholders.
    pub fn into_statement(self, backend: DbBackend) -> Statement {
        if backend != DbBackend::Postgres {
            return Statement::from_sql_and_values(backend, self.text, self.values);
        }
        let mut text = String::with_capacity(self.text.len() + self.values.len() * 2);
        let mut parts = self.text.split('?');
        text.push_str(parts.next().unwrap_or_default());
        for (at, part) in parts.enumerate() {
            text.push('$');
            text.push_str(&(at + 1).to_string());
            text.push_str(part);
        }
        Statement::from_sql_and_values(backend, text, self.values)
    }
}

/// Writes an array as PostgreSQL's text.
pub fn array_of(ids: &[i64]) -> String {
    let mut text = String::with_capacity(ids.len() * 8 + 2);
    text.push('{');
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&id.to_string());
    }
    text.push('}');
    text
}
