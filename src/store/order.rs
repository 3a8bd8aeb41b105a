//! The SQL of a [`Sort`]: a column where there is one, else the folded twin.

use super::{condition::Scope, sql::Sql};
use crate::protocol::{sort::Sort, urn};

#[derive(Debug, Clone)]
pub struct Order {
    expression: String,
    direction: &'static str,
    pub reads_twin: bool,
}

impl Scope<'_> {
    pub fn order(&self, sort: &Sort) -> Order {
        let keys: Vec<&str> = sort.keys.iter().map(String::as_str).collect();
        let is_user = self.resource_type.schema.urn == urn::USER;
        let column = match keys.as_slice() {
            // Within one type these differ by the id alone.
            ["id" | "meta"] | ["meta", "location" | "resourcetype"] => Some("u.id"),
            ["meta", "created"] => Some("u.created_at"),
            ["meta", "lastmodified"] => Some("u.updated_at"),
            ["externalid"] => Some("u.external_id"),
            ["username"] if is_user => Some("u.user_name_key"),
            ["active"] if is_user => Some("u.active"),
            ["displayname"] if !is_user => Some("u.display_name_key"),
            _ => None,
        };
        Order {
            expression: column.map_or_else(|| self.dialect.twin_text(&sort.keys), str::to_owned),
            direction: if sort.descending { " DESC" } else { "" },
            reads_twin: column.is_none(),
        }
    }
}

/// The key that [`order_by`] sorts the page's own rows by again.
pub fn select_key(sql: &mut Sql, order: Option<&Order>) {
    if let Some(order) = order {
        sql.push(", ").push(&order.expression).push(" AS sort_key");
    }
}

/// Missing values come last when ascending and first when descending; what is equal is ordered by id.
pub fn order_by(sql: &mut Sql, order: Option<&Order>) {
    match order {
        None => write_order(sql, "u.id", None),
        Some(order) => write_order(sql, &order.expression, Some(order.direction)),
    }
}

/// The same order over the rows of the page.
pub fn order_page(sql: &mut Sql, order: Option<&Order>) {
    match order {
        None => write_order(sql, "u.id", None),
        Some(order) => write_order(sql, "p.sort_key", Some(order.direction)),
    }
}

fn write_order(sql: &mut Sql, key: &str, direction: Option<&str>) {
    sql.push(" ORDER BY ");
    if let Some(direction) = direction {
        sql.push(&format!("({key} IS NULL){direction}, {key}{direction}, u.id{direction}"));
    } else {
        sql.push(key);
    }
}
