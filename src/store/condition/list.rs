//! Several equalities of one column, written as one list.

use super::{Level, Writer};
use crate::{
    protocol::filter::{Comparand, Condition, Operator},
    store::columns::Expression,
};

/// A column and the texts that it may be equal to.
type List<'a> = (&'static str, Vec<&'a str>);

impl Writer<'_> {
    /// Writes conditions of which one must hold. SQLite compares each row with each of 330 names if they are not a list
    /// (250 ms for 20,000 users, 2026-11-28).
    pub(super) fn any(&mut self, conditions: &[Condition], level: &Level<'_>) {
        let mut lists: Vec<List<'_>> = Vec::new();
        if matches!(level, Level::Resource) {
            for (column, text) in conditions.iter().filter_map(|condition| self.equality(condition)) {
                match lists.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, texts)) => texts.push(text),
                    None => lists.push((column, vec![text])),
                }
            }
        }
        lists.retain(|(_, texts)| texts.len() > 1);
        let listed = |column| lists.iter().any(|(known, _)| *known == column);
        let is_listed = |condition: &Condition| self.equality(condition).is_some_and(|(column, _)| listed(column));
        if lists.is_empty() {
            return self.join(conditions, " OR ", level);
        }
        let others: Vec<Condition> = conditions.iter().filter(|condition| !is_listed(condition)).cloned().collect();
        self.sql.push("(");
        for (at, (column, texts)) in lists.into_iter().enumerate() {
            self.sql.push(if at == 0 { "" } else { " OR " }).push(column).push(" IN (").bind_all(texts).push(")");
        }
        if !others.is_empty() {
            self.sql.push(" OR ");
            self.join(&others, " OR ", level);
        }
        self.sql.push(")");
    }

    /// Returns the column and the text of an equality that the column answers.
    fn equality<'a>(&self, condition: &'a Condition) -> Option<(&'static str, &'a str)> {
        let Condition::Compare(field, Operator::Eq, comparand @ Comparand::Text(text)) = condition else { return None };
        let column = self.scope.table().column(&field.keys)?;
        let Expression::Text(name) = column.expression else { return None };
        column.answers(Operator::Eq, comparand).then_some((name, text))
    }
}
