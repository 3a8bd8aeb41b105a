//! The cost of a filter. It depends only on the filter, so that a client's filter either always works or always fails. A
//! filter of 8 KB over `groups.display` kept every reader waiting for a minute (20,000 users, 2026-11-27).

use super::{Comparand, Condition, Field, Operator};
use crate::protocol::{bounds, messages::error::ScimError, shorten::shorten};

/// What the database has to look at for one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Only what an index finds.
    Indexed = 1,
    /// A column of every resource.
    Column = 10,
    /// The document of every resource.
    Document = 40,
    /// Every value of an attribute of every resource.
    Values = 50,
    /// The rows joined to every resource: its groups, members or hosts.
    Joined = 100,
}

/// A comparison, with the attribute that an error names.
struct Term<'a> {
    field: &'a Field,
    weight: Weight,
}

impl Condition {
    /// Counts its comparisons.
    pub fn comparisons(&self) -> usize {
        match self {
            Self::All(conditions) | Self::Any(conditions) => conditions.iter().map(Self::comparisons).sum(),
            Self::Not(condition) | Self::AnyValue(_, condition) => condition.comparisons(),
            Self::Never => 0,
            Self::Present(_) | Self::Compare(..) => 1,
        }
    }

    /// Refuses a filter that costs too much; `weight` returns what comparing a single value looks at.
    ///
    /// # Errors
    /// 400 `tooMany` if the filter costs too much, naming the most expensive attribute.
    pub fn check_cost(
        &self,
        weight: impl Fn(&Field, Option<(Operator, &Comparand)>) -> Weight,
    ) -> Result<(), ScimError> {
        let mut terms = Vec::new();
        collect(self, None, &weight, &mut terms);
        let total: usize = terms.iter().map(|term| term.weight as usize).sum();
        if total <= bounds::FILTER_COST {
            return Ok(());
        }
        let of = |field: &Field| terms.iter().filter(|term| term.field == field).map(|term| term.weight as usize).sum();
        let dearest = terms.iter().max_by_key::<usize, _>(|term| of(term.field)).map(|term| term.field);
        let name = dearest.map(|field| field.keys.join(".")).unwrap_or_default();
        Err(ScimError::too_many(format!(
            "the filter costs {total} and may cost {}: the comparisons of {} alone cost {}; ask in several requests, or by an indexed attribute",
            bounds::FILTER_COST,
            shorten(&name),
            dearest.map_or(0, of)
        )))
    }
}

/// Collects the comparisons of a condition. Comparisons inside brackets count for the attribute in front of them.
fn collect<'a>(
    condition: &'a Condition,
    outer: Option<(&'a Field, Weight)>,
    weight: &impl Fn(&Field, Option<(Operator, &Comparand)>) -> Weight,
    terms: &mut Vec<Term<'a>>,
) {
    let mut push = |field: &'a Field, comparison: Option<(Operator, &Comparand)>| {
        let (field, weight) = outer.unwrap_or_else(|| (field, weight(field, comparison)));
        terms.push(Term { field, weight });
    };
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().for_each(|condition| collect(condition, outer, weight, terms));
        }
        Condition::Not(condition) => collect(condition, outer, weight, terms),
        Condition::Never => {}
        Condition::AnyValue(field, inner) => collect(inner, Some((field, of_values(field, inner))), weight, terms),
        Condition::Present(field) => push(field, None),
        Condition::Compare(field, operator, comparand) => push(field, Some((*operator, comparand))),
    }
}

fn of_values(field: &Field, inner: &Condition) -> Weight {
    let by_id = inner.value_eq().is_some();
    match field.keys.last().map(String::as_str) {
        Some("groups" | "members") if by_id => Weight::Column,
        Some("members" | "hosts") => Weight::Joined,
        // Groups are looked at before their members, and there are few of them.
        _ => Weight::Values,
    }
}
