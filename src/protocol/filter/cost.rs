//! What a filter costs, by itself: a client's filter works or fails the same on every day, however many people there are. One
//! of 8 KB over `groups.display` kept every reader waiting for a minute (20,000 users, 2026-11-27).

use super::{Condition, Field, Test};
use crate::protocol::{bounds, error::ScimError, path::shorten};

/// A comparison that an index answers.
const INDEXED: usize = 1;
/// One that reads a column of every resource.
const COLUMN: usize = 10;
/// One that reads the document of every resource.
const DOCUMENT: usize = 40;
/// One that reads every value of an attribute of every resource.
const VALUES: usize = 50;
/// One that reads what belongs to every resource: its groups, members or hosts.
const BELONGING: usize = 100;

/// What one comparison of a filter costs.
struct Term<'a> {
    field: &'a Field,
    weight: usize,
}

impl Condition {
    /// How many comparisons it makes.
    pub fn comparisons(&self) -> usize {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().map(Self::comparisons).sum(),
            Self::Not(condition) | Self::Some(_, condition) => condition.comparisons(),
            Self::Never => 0,
            Self::Test(..) => 1,
        }
    }

    /// # Errors
    /// 400 `tooMany` past the bound, naming what costs most.
    pub fn check_cost(&self, is_user: bool) -> Result<(), ScimError> {
        let mut terms = Vec::new();
        weigh(self, None, is_user, &mut terms);
        let total: usize = terms.iter().map(|term| term.weight).sum();
        if total <= bounds::FILTER_COST {
            return Ok(());
        }
        let of = |field: &Field| terms.iter().filter(|term| term.field == field).map(|term| term.weight).sum::<usize>();
        let dearest = terms.iter().max_by_key(|term| of(term.field)).map(|term| term.field);
        let name = dearest.map(|field| field.keys.join(".")).unwrap_or_default();
        Err(ScimError::too_many(format!(
            "the filter costs {total} and may cost {}: the comparisons of {} alone cost {}; ask in several requests, or by an indexed attribute",
            bounds::FILTER_COST,
            shorten(&name),
            dearest.map_or(0, of)
        )))
    }
}

/// Collects the comparisons of a condition; those inside brackets are the attribute's before them.
fn weigh<'a>(condition: &'a Condition, of: Option<(&'a Field, usize)>, is_user: bool, terms: &mut Vec<Term<'a>>) {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| weigh(condition, of, is_user, terms));
        }
        Condition::Not(condition) => weigh(condition, of, is_user, terms),
        Condition::Never => {}
        Condition::Some(field, inner) => weigh(inner, Some((field, values(field, inner))), is_user, terms),
        Condition::Test(field, test) => {
            let (field, weight) = of.unwrap_or_else(|| (field, single(field, test, is_user)));
            terms.push(Term { field, weight });
        }
    }
}

fn values(field: &Field, inner: &Condition) -> usize {
    let by_id = matches!(inner, Condition::Test(field, Test::Eq(_)) if field.keys == ["value"]);
    match field.keys.last().map(String::as_str) {
        Some("groups" | "members") if by_id => COLUMN,
        Some("members" | "hosts") => BELONGING,
        // Of the groups of a user the groups are asked first, and they are few.
        _ => VALUES,
    }
}

fn single(field: &Field, test: &Test, is_user: bool) -> usize {
    let keys: Vec<&str> = field.keys.iter().map(String::as_str).collect();
    let indexed = matches!(test, Test::Eq(_));
    match keys.as_slice() {
        ["id"] if *test == Test::Present => INDEXED,
        ["id" | "username" | "externalid"] if indexed => INDEXED,
        ["displayname"] if !is_user && indexed => INDEXED,
        ["displayname"] if !is_user => COLUMN,
        ["id" | "username" | "externalid" | "active"] | ["meta", ..] => COLUMN,
        ["groups" | "members"] | [.., "hosts"] => BELONGING,
        _ => DOCUMENT,
    }
}
