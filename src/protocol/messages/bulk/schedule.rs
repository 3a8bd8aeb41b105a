//! The order operations run in: each after the ones it refers to, and after earlier ones that change the same resource.

use std::collections::HashMap;

use petgraph::{algo::tarjan_scc, graphmap::DiGraphMap};

use super::{BulkOperation, ResourcePath};

/// The units of a request, in the order of their first operations.
#[derive(Debug)]
pub struct Schedule(pub Vec<Unit>);

/// Operations that run together: a single one, or POSTs that refer to each other in a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Indexes of the operations, in request order.
    pub operations: Vec<usize>,
    pub is_cycle: bool,
    /// The bulkIds of other units it refers to.
    pub references: Vec<String>,
    /// The operations that must finish before.
    pub after: Vec<usize>,
}

impl Schedule {
    /// Groups the operations of a request into units and finds what each must wait for.
    pub fn from_operations(operations: &[BulkOperation]) -> Self {
        let mut creators: HashMap<&str, usize> = HashMap::new();
        for (at, operation) in operations.iter().enumerate().filter(|(_, operation)| operation.is_create()) {
            if let Some(bulk_id) = &operation.bulk_id {
                creators.entry(bulk_id).or_insert(at);
            }
        }
        let references: Vec<_> = operations.iter().map(BulkOperation::references).collect();
        let mut graph = DiGraphMap::<usize, ()>::new();
        for (at, references) in references.iter().enumerate() {
            graph.add_node(at);
            for creator in references.iter().filter_map(|bulk_id| creators.get(bulk_id.as_str())) {
                graph.add_edge(at, *creator, ());
            }
        }
        let mut latest: HashMap<ResourcePath<'_>, usize> = HashMap::new();
        let before: Vec<Option<usize>> = operations
            .iter()
            .enumerate()
            .map(|(at, operation)| {
                let path = operation.resource_path().filter(|path| path.id.is_some() && !operation.is_create());
                latest.insert(path?, at)
            })
            .collect();
        let unit = |mut members: Vec<usize>| {
            members.sort_unstable();
            let inside = |at: usize| members.binary_search(&at).is_ok();
            let is_cycle = members.iter().any(|at| graph.neighbors(*at).any(inside));
            let named = members.iter().flat_map(|at| &references[*at]);
            let outside = |bulk_id: &&String| !creators.get(bulk_id.as_str()).is_some_and(|at| inside(*at));
            let mut named: Vec<String> = named.filter(outside).cloned().collect();
            named.sort_unstable();
            named.dedup();
            let creators = named.iter().filter_map(|bulk_id| creators.get(bulk_id.as_str()).copied());
            let after = creators.chain(members.iter().filter_map(|at| before[*at])).collect();
            Unit { is_cycle, references: named, after, operations: members }
        };
        let mut units: Vec<Unit> = tarjan_scc(&graph).into_iter().map(unit).collect();
        units.sort_unstable_by_key(|unit| unit.operations.first().copied());
        Self(units)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    fn operation(method: &str, path: &str, bulk_id: &str, refers_to: &[&str]) -> BulkOperation {
        let references = refers_to.iter().map(|bulk_id| json!(format!("bulkId:{bulk_id}")));
        BulkOperation {
            method: method.to_owned(),
            bulk_id: (method == "POST").then(|| bulk_id.to_owned()),
            path: path.to_owned(),
            version: None,
            data: Map::from_iter([("members".to_owned(), references.collect())]),
        }
    }

    #[test]
    fn posts_in_a_circle_are_one_unit_and_what_refers_to_it_waits() {
        let operations = [
            operation("PATCH", "/Groups/bulkId:a", "", &["d"]),
            operation("POST", "/Groups", "a", &["b"]),
            operation("POST", "/Groups", "b", &["a", "d"]),
            operation("POST", "/Groups", "c", &["a"]),
            operation("DELETE", "groups/bulkId:a/", "", &[]),
            operation("POST", "/Users", "d", &[]),
        ];
        let units = Schedule::from_operations(&operations).0;
        let shapes: Vec<_> = units.iter().map(|unit| (&*unit.operations, unit.is_cycle, &*unit.after)).collect();
        let expected: [(&[usize], bool, &[usize]); 5] = [
            (&[0], false, &[1, 5]),
            (&[1, 2], true, &[5]),
            (&[3], false, &[1]),
            (&[4], false, &[1, 0]),
            (&[5], false, &[]),
        ];
        assert_eq!(shapes, expected);
    }

    #[test]
    fn an_operation_that_refers_to_itself_is_a_circle_of_one() {
        let units = Schedule::from_operations(&[operation("POST", "/Users", "a", &["a"])]).0;
        assert_eq!((units.len(), units[0].is_cycle), (1, true));
    }
}
