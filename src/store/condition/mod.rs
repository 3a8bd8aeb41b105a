//! The SQL reader of a [`Condition`]: indexed columns and child tables where there are any, else the folded twin.

mod column;
mod lookup;
mod membership;
mod merged;

use sea_orm::Value;

use super::{
    dialect::{Dialect, TextTest},
    sql::Sql,
};
use crate::protocol::{
    filter::{Comparand, Condition, Field, Test},
    fold::fold_address,
    id::{ConnectionId, HostId},
    schema::ResourceType,
    twin::MARK,
};

/// What a condition is about: rows `u` with their twin `s`, of one connection.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    pub dialect: Dialect,
    pub resource_type: &'a ResourceType,
    pub connection: ConnectionId,
    /// Where the resources' URLs begin.
    pub base: &'a str,
    /// Where the hosts' URLs begin.
    pub hosts_url: &'a str,
}

/// A condition as SQL.
#[derive(Debug, Clone)]
pub struct Selection {
    pub sql: Sql,
    /// How often it reads the twin of a row.
    pub twin_reads: usize,
    /// An index finds the few rows that meet it.
    pub is_lookup: bool,
}

/// Where a field of a condition stands.
enum Place<'a> {
    Resource,
    /// A value of a multi-valued attribute, and the sub-attributes that were made columns of it.
    Element(&'a [Vec<String>]),
    /// A value of an array in an unregistered extension.
    OpenElement,
    Membership(membership::Side),
}

struct Writer<'a> {
    scope: Scope<'a>,
    sql: Sql,
    twin_reads: usize,
    /// Whether subqueries may become joins: it makes a few of them fast. Of many, PostgreSQL plans for hours and MariaDB
    /// refuses more than 61 tables.
    joins: bool,
}

/// The extension of a user's hosts, as a key of a condition.
const HOSTS: &str = "urn:fleet:params:scim:schemas:extension:host:2.0:user";

/// Subqueries that may become joins.
const JOINED: usize = 4;

use lookup::required_value;
use merged::merged;

impl Scope<'_> {
    pub fn select(&self, condition: &Condition) -> Selection {
        let condition = &merged(condition);
        let joins = subqueries(condition) <= JOINED;
        let mut writer = Writer { scope: *self, sql: Sql::default(), twin_reads: 0, joins };
        writer.condition(condition, &Place::Resource);
        let is_lookup = joins && lookup::is_lookup(condition, self.is_user());
        Selection { sql: writer.sql, twin_reads: writer.twin_reads, is_lookup }
    }

    fn is_user(&self) -> bool {
        self.resource_type.is_user()
    }
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition, place: &Place<'_>) {
        match condition {
            Condition::All(conditions) => self.join(conditions, " AND ", place),
            Condition::Any(conditions) => self.join(conditions, " OR ", place),
            // NULL is neither: what is not there does not meet a condition, and meets its negation.
            Condition::Not(condition) => {
                self.sql.push("NOT COALESCE((");
                self.condition(condition, place);
                self.sql.push("), FALSE)");
            }
            Condition::Never => {
                self.sql.push("1 = 0");
            }
            Condition::Test(field, test) => self.test(field, test, place),
            Condition::Some(field, condition) => self.some(field, condition),
        }
    }

    /// Halves within halves: SQLite takes an expression 1,000 levels deep, and a list of them is as deep as it is long.
    fn join(&mut self, conditions: &[Condition], operator: &str, place: &Place<'_>) {
        if let [condition] = conditions {
            return self.condition(condition, place);
        }
        let (left, right) = conditions.split_at(conditions.len() / 2);
        self.sql.push("(");
        self.join(left, operator, place);
        self.sql.push(operator);
        self.join(right, operator, place);
        self.sql.push(")");
    }

    fn test(&mut self, field: &Field, test: &Test, place: &Place<'_>) {
        let keys: Vec<&str> = field.keys.iter().map(String::as_str).collect();
        match place {
            Place::Membership(side) => {
                let Some(expression) = membership::expression(&self.scope, *side, &keys) else {
                    self.sql.push("1 = 0");
                    return;
                };
                self.text(&expression, test, None);
            }
            Place::OpenElement => {
                let dialect = self.scope.dialect;
                let expression = Sql::new(&dialect.element_text(&[], &[vec![]]));
                self.text(&expression, test, Some(dialect.element_is_text()));
            }
            Place::Element(read) => {
                let expression = Sql::new(&self.scope.dialect.element_text(&field.keys, read));
                self.text(&expression, test, None);
            }
            Place::Resource => {
                if self.column(&keys, test) {
                    return;
                }
                self.twin_reads += 1;
                let dialect = self.scope.dialect;
                if *test == Test::Present {
                    self.sql.push(&dialect.twin_has(&field.keys));
                } else {
                    let is_text = field.open.then(|| dialect.twin_is_text(&field.keys));
                    self.text(&Sql::new(&dialect.twin_text(&field.keys)), test, is_text.as_deref());
                }
            }
        }
    }

    /// A test of a text expression; `is_text` guards an attribute that any type may stand in.
    fn text(&mut self, expression: &Sql, test: &Test, is_text: Option<&str>) {
        let dialect = self.scope.dialect;
        let part = Comparand::Text(String::new());
        let (kind, text, prefix) = match test {
            Test::Present => {
                self.sql.append(expression).push(" IS NOT NULL");
                return;
            }
            Test::Co(text) => (TextTest::Co, text.clone(), Some(&part)),
            Test::Sw(text) => (TextTest::Sw, text.clone(), Some(&part)),
            Test::Ew(text) => (TextTest::Ew, text.clone(), Some(&part)),
            Test::Eq(comparand) => (TextTest::Eq, comparand.encoded(), None),
            Test::Gt(comparand) => (TextTest::Gt, comparand.encoded(), Some(comparand)),
            Test::Ge(comparand) => (TextTest::Ge, comparand.encoded(), Some(comparand)),
            Test::Lt(comparand) => (TextTest::Lt, comparand.encoded(), Some(comparand)),
            Test::Le(comparand) => (TextTest::Le, comparand.encoded(), Some(comparand)),
        };
        let Some(is_text) = is_text else {
            return dialect.compare(&mut self.sql, expression, kind, &text);
        };
        self.sql.push("(").push(is_text).push(" AND ");
        match prefix {
            Some(Comparand::Text(_)) => {
                self.sql.push("NOT ");
                dialect.compare(&mut self.sql, expression, TextTest::Sw, &MARK.to_string());
                self.sql.push(" AND ");
            }
            Some(comparand) => {
                let prefix: String = comparand.encoded().chars().take(2).collect();
                dialect.compare(&mut self.sql, expression, TextTest::Sw, &prefix);
                self.sql.push(" AND ");
            }
            None => {}
        }
        dialect.compare(&mut self.sql, expression, kind, &text);
        self.sql.push(")");
    }

    fn some(&mut self, field: &Field, condition: &Condition) {
        let keys: Vec<&str> = field.keys.iter().map(String::as_str).collect();
        match (self.scope.is_user(), keys.as_slice()) {
            (true, ["groups"]) => {
                return self.membership(&[membership::Side::GroupOfUser], condition);
            }
            (false, ["members"]) => {
                return self.membership(&[membership::Side::UserOfGroup, membership::Side::GroupOfGroup], condition);
            }
            (true, [HOSTS, "hosts"]) => {
                self.narrow_by_host(condition);
                return self.membership(&[membership::Side::HostOfUser], condition);
            }
            (true, ["emails"]) => self.narrow_by_address(condition),
            _ => {}
        }
        self.twin_reads += 1;
        if field.open {
            self.sql.push("(").push(&self.scope.dialect.twin_is_array(&field.keys)).push(" AND ");
            self.open_subquery(&self.scope.dialect.elements(&field.keys, &[vec![]]), " WHERE ");
            self.condition(condition, &Place::OpenElement);
            self.close_subquery();
            self.sql.push(")");
            return;
        }
        let mut read = Vec::new();
        fields(condition, &mut read);
        let elements = self.scope.dialect.elements(&field.keys, &read);
        self.open_subquery(&elements, " WHERE ");
        self.condition(condition, &Place::Element(&read));
        self.close_subquery();
    }

    /// The addresses have an index, and a lookup by one must use it; the twin then says whether it is really so.
    fn narrow_by_address(&mut self, condition: &Condition) {
        let Some(address) = required_value(condition).filter(|_| self.joins) else { return };
        let mut users = Sql::new("SELECT m.user_id FROM scim_user_emails m WHERE m.email_key = ");
        users.bind(fold_address(address)).push(" AND m.connection_id = ").bind(self.scope.connection.0);
        self.narrow(&users);
    }

    /// One host has one owner; asked for each user, the view would be read as often as there are users.
    fn narrow_by_host(&mut self, condition: &Condition) {
        let host = required_value(condition).and_then(HostId::parse).filter(|_| self.joins);
        let Some(host) = host else { return };
        let mut users = Sql::new("SELECT h.scim_user_id FROM host_scim_user h WHERE h.host_id = ");
        users.bind(host.0);
        self.narrow(&users);
    }

    /// Looks only at the users of a subquery. PostgreSQL is to ask it once, and first: without statistics it reads every user
    /// to see whether it is one of them (a lookup by address took 35 ms at 24,000 users, 2026-11-26).
    fn narrow(&mut self, users: &Sql) {
        let (open, close) = match self.scope.dialect {
            Dialect::Postgres => ("u.id = ANY(ARRAY(", "))"),
            _ => ("u.id IN (", ")"),
        };
        self.sql.push(open).append(users).push(close).push(" AND ");
    }

    fn membership(&mut self, sides: &[membership::Side], condition: &Condition) {
        for (at, side) in sides.iter().enumerate() {
            self.sql.push(if at == 0 { "(" } else { " OR " });
            self.open_subquery(side.tables(), " AND ");
            if !membership::by_id(&mut self.sql, *side, condition) {
                let first = side.asked_first();
                if let Some(first) = first {
                    self.sql.push(first).bind(self.scope.connection.0).push(" AND (");
                }
                self.condition(condition, &Place::Membership(*side));
                if first.is_some() {
                    self.sql.push("))");
                }
            }
            self.close_subquery();
        }
        self.sql.push(")");
    }

    fn open_subquery(&mut self, tables: &str, word: &str) {
        self.sql.push(if self.joins { "EXISTS (SELECT 1 FROM " } else { "(SELECT 1 FROM " }).push(tables).push(word);
    }

    fn close_subquery(&mut self) {
        self.sql.push(if self.joins { ")" } else { " LIMIT 1) IS NOT NULL" });
    }

    fn constant(&mut self, value: bool) {
        self.sql.push(if value { "1 = 1" } else { "1 = 0" });
    }

    fn bind(&mut self, text: &str, value: impl Into<Value>) {
        self.sql.push(text).bind(value);
    }
}

fn subqueries(condition: &Condition) -> usize {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().map(subqueries).sum(),
        Condition::Not(condition) => subqueries(condition),
        // The view of a user's hosts is two joins and two subqueries by itself.
        Condition::Some(field, _) if is_of_hosts(field) => 2,
        Condition::Some(..) => 1,
        Condition::Test(field, Test::Present) if is_of_hosts(field) => 2,
        // `groups pr` and `members pr` read other tables too.
        Condition::Test(field, Test::Present) => usize::from(field.keys.len() == 1),
        Condition::Never | Condition::Test(..) => 0,
    }
}

fn is_of_hosts(field: &Field) -> bool {
    field.keys.first().is_some_and(|key| key == HOSTS)
}

fn fields(condition: &Condition, found: &mut Vec<Vec<String>>) {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| fields(condition, found));
        }
        Condition::Not(condition) => fields(condition, found),
        Condition::Test(field, _) if !found.contains(&field.keys) => found.push(field.keys.clone()),
        _ => {}
    }
}
