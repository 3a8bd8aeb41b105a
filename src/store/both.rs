//! Users and groups in one order.

use super::{
    listing::{Listing, Window},
    operation_error::OperationError,
    order::order_by,
    session::Session,
    sql::Sql,
};
use crate::protocol::query::cursor::Position;

/// Finds the positions of a window's resources, in the order of both listings; ties are broken by type and id.
///
/// Each listing is cut to what the window can hold before the two are merged.
pub async fn positions(
    session: &Session,
    listings: &[Listing<'_>; 2],
    window: &Window,
) -> Result<Vec<Position>, OperationError> {
    let order = listings[0].order.as_ref();
    let limit = window.limit.saturating_add(window.offset).min(i64::MAX as u64);
    let part = Window { start: window.start.clone(), offset: 0, limit };
    let key = if order.is_some() { ", p.sort_key" } else { "" };
    let mut sql = Sql::new("SELECT * FROM (");
    for (at, listing) in listings.iter().enumerate() {
        sql.push(if at == 0 { "" } else { " UNION ALL " });
        sql.push(&format!("SELECT {} AS kind, p.pid{key} FROM (", listing.kind()));
        sql.append(&listing.ids(&part)).push(") p");
    }
    sql.push(") t");
    // One of the types may lack the attribute; its key is then NULL.
    let nullable = listings.iter().filter_map(|listing| listing.order.as_ref()).find(|order| order.is_nullable());
    order_by(&mut sql, nullable.or(order), "t.sort_key", &["t.kind", "t.pid"], window.direction());
    sql.push(" LIMIT ").bind(window.limit).push(" OFFSET ").bind(window.offset);
    let rows = session.rows(sql).await?;
    let position = |row: &sea_orm::QueryResult| {
        let key = order.map(|order| order.key(row, "sort_key")).transpose()?.flatten();
        let kind: i32 = row.try_get("", "kind")?;
        Ok(Position { key, kind: u8::from(kind != 0), id: row.try_get("", "pid")? })
    };
    rows.iter().map(position).collect()
}
