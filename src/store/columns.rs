//! The attributes that have a column of their own, one row each. Filters, sorting, lookups and cost checks all read this
//! table.
//!
//! To make an attribute sortable or filterable by an index, add its column to the database table, its value to the record,
//! and a row here.

use crate::protocol::{
    filter::{Comparand, Condition, Field, Operator, Weight},
    resource::record,
    schema::{ResourceType, urn},
};

/// The database table of a resource type.
#[derive(Debug)]
pub struct Table {
    /// The table with the documents.
    pub rows: &'static str,
    /// The table with their search documents.
    pub search_documents: &'static str,
    /// The column of the search document table that refers to the row.
    pub key: &'static str,
    /// The index used to read pages in id order.
    pub page_index: &'static str,
    columns: &'static [Column],
    /// Columns beside those of the rows.
    beside: &'static [Column],
}

/// An attribute that has a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The attribute's keys in the search document.
    keys: &'static [&'static str],
    pub expression: Expression,
    /// Whether resources may lack a value.
    pub nullable: bool,
    /// Whether no two resources of a connection have the same value.
    pub unique: bool,
    /// The index that keeps resources in the order of their values; none is kept by a column that may lack one.
    pub index: Option<&'static str>,
    /// Whether only a few resources can share a value.
    pub finds_few: bool,
}

/// How the value of an attribute is written in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expression {
    /// The number inside the `id`.
    Id,
    Text(&'static str),
    /// The first characters of a text that may be longer, or the marker for a missing value.
    Prefix(&'static str),
    /// Milliseconds since 1970.
    Instant(&'static str),
    Boolean(&'static str),
    /// `User` or `Group`.
    ResourceType,
    /// The URL of the resource.
    Location,
    /// The identifier of a group, which has a table of its own.
    Identifier,
    /// By what the owner `v` of a host was found.
    MatchedBy,
    /// Whether the host has an owner, which it has.
    Status,
}

/// The identifier of the group `u`, case-folded.
pub const IDENTIFIER: &str =
    "(SELECT i.identifier_key FROM scim_group_identifiers i WHERE i.group_id = u.id AND i.is_current)";

/// By what the owner `v` of a host was found, case-folded: the names of [`MatchRank`](record::MatchRank).
pub const MATCHED_BY: &str = "CASE WHEN v.source_rank < 0 THEN 'assigned' WHEN v.match_rank IN (0, 2) THEN 'username' WHEN v.match_rank IN (1, 3) THEN 'emails' ELSE 'former username' END";

const fn column(keys: &'static [&'static str], expression: Expression) -> Column {
    Column { keys, expression, nullable: false, unique: false, index: None, finds_few: false }
}

/// The `id` is the key of each table.
const fn id(page_index: &'static str) -> Column {
    Column { unique: true, index: Some(page_index), finds_few: true, ..column(&["id"], Expression::Id) }
}

const EXTERNAL_ID: Column =
    Column { nullable: true, finds_few: true, ..column(&["externalid"], Expression::Text("u.external_id")) };

const fn name(key: &'static [&'static str], text: &'static str, index: &'static str) -> Column {
    Column { unique: true, index: Some(index), finds_few: true, ..column(key, Expression::Text(text)) }
}

/// An attribute that lists are often sorted and searched by: without an index that costs 64 to 515 ms (100,000 people,
/// 2026-11).
const fn prefix(keys: &'static [&'static str], text: &'static str, index: &'static str) -> Column {
    Column { index: Some(index), ..column(keys, Expression::Prefix(text)) }
}

const fn last_modified(index: &'static str) -> Column {
    Column { index: Some(index), ..column(&["meta", "lastmodified"], Expression::Instant("u.updated_at")) }
}

const CREATED: Column = column(&["meta", "created"], Expression::Instant("u.created_at"));
/// `meta` is always present, and within one type nothing in it that can be sorted by differs, except the id.
const META: Column = column(&["meta"], Expression::ResourceType);
const RESOURCE_TYPE: Column = column(&["meta", "resourcetype"], Expression::ResourceType);
const LOCATION: Column = column(&["meta", "location"], Expression::Location);

/// The key of the extension with a group's identifier in a filter.
const IDENTIFIER_KEY: &str = "urn:fleet:params:scim:schemas:extension:identifier:2.0:group";

/// The key of the Enterprise User extension in a search document.
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user";

pub static USERS: Table = Table {
    rows: "scim_users",
    search_documents: "scim_user_search",
    key: "user_id",
    page_index: "scim_users_page_idx",
    columns: &[
        id("scim_users_page_idx"),
        name(&["username"], "u.user_name_key", "scim_users_name_page_idx"),
        EXTERNAL_ID,
        column(&["active"], Expression::Boolean("u.active")),
        META,
        RESOURCE_TYPE,
        LOCATION,
        CREATED,
        last_modified("scim_users_updated_page_idx"),
        prefix(&["name", "familyname"], "u.family_name_prefix", "scim_users_family_name_page_idx"),
        prefix(&["displayname"], "u.display_name_prefix", "scim_users_display_name_page_idx"),
        prefix(&[ENTERPRISE, "department"], "u.department_prefix", "scim_users_department_page_idx"),
    ],
    beside: &[],
};

/// The owners of hosts: users `u`, with the row `v` of the view.
pub static OWNERS: Table = Table {
    beside: &[
        column(&["source"], Expression::Text("v.source")),
        column(&["matchedby"], Expression::MatchedBy),
        column(&["status"], Expression::Status),
    ],
    ..USERS
};

pub static GROUPS: Table = Table {
    rows: "scim_groups",
    search_documents: "scim_group_search",
    key: "group_id",
    page_index: "scim_groups_page_idx",
    columns: &[
        id("scim_groups_page_idx"),
        name(&["displayname"], "u.display_name_key", "scim_groups_name_page_idx"),
        EXTERNAL_ID,
        META,
        RESOURCE_TYPE,
        LOCATION,
        CREATED,
        last_modified("scim_groups_updated_page_idx"),
        Column { nullable: true, finds_few: true, ..column(&[IDENTIFIER_KEY, "identifier"], Expression::Identifier) },
    ],
    beside: &[],
};

impl Column {
    /// Says whether the column alone decides a comparison. A prefix does if the other text is shorter.
    pub fn answers(&self, operator: Operator, comparand: &Comparand) -> bool {
        let Expression::Prefix(_) = self.expression else { return true };
        let Comparand::Text(text) = comparand else { return true };
        !matches!(operator, Operator::Co | Operator::Ew) && text.chars().count() < record::PREFIX
    }
}

impl Table {
    /// Returns the table of a resource type.
    pub fn of(resource_type: &ResourceType) -> &'static Self {
        match resource_type {
            of if of.is_owner() => &OWNERS,
            of if of.is_user() => &USERS,
            _ => &GROUPS,
        }
    }

    /// Finds the column of an attribute, by its keys in the search document.
    pub fn column(&self, keys: &[String]) -> Option<&'static Column> {
        self.columns.iter().chain(self.beside).find(|column| column.keys == keys)
    }

    fn is_users(&self) -> bool {
        self.key == USERS.key
    }

    /// Says what a comparison of an attribute makes the database look at; without one it asks for presence.
    pub fn weight(&self, field: &Field, comparison: Option<(Operator, &Comparand)>) -> Weight {
        let equal = comparison.is_some_and(|(operator, _)| operator == Operator::Eq);
        match (self.column(&field.keys), comparison) {
            (Some(Column { expression: Expression::Id, .. }), None) => Weight::Indexed,
            (Some(column), _) if column.finds_few && equal => Weight::Indexed,
            (Some(Column { expression: Expression::Identifier, .. }), _) => Weight::Document,
            (Some(column), Some((operator, comparand))) if !column.answers(operator, comparand) => Weight::Document,
            (Some(_), _) => Weight::Column,
            (None, _) if self.joins(field) => Weight::Joined,
            (None, _) => Weight::Document,
        }
    }

    /// Says whether an attribute is stored as rows of other tables: the groups and hosts of a user, the members of a group.
    pub fn joins(&self, field: &Field) -> bool {
        let keys: Vec<&str> = field.keys.iter().map(String::as_str).collect();
        match keys.as_slice() {
            ["groups"] => self.is_users(),
            ["members"] => !self.is_users(),
            _ => self.is_users() && is_hosts(field),
        }
    }

    /// Says whether an index finds every match, and these are few.
    pub fn finds_few(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Compare(field, Operator::Eq, _) => {
                self.column(&field.keys).is_some_and(|column| column.finds_few)
            }
            Condition::AnyValue(field, inner) => {
                self.is_users() && (field.keys == ["emails"] || is_hosts(field)) && required_value(inner).is_some()
            }
            Condition::All(conditions) => conditions.iter().any(|condition| self.finds_few(condition)),
            _ => false,
        }
    }
}

/// Finds the `value` that every match must have.
pub fn required_value(condition: &Condition) -> Option<&str> {
    match condition {
        Condition::All(conditions) => conditions.iter().find_map(required_value),
        condition => condition.value_eq(),
    }
}

/// Says whether a field is the extension that lists a user's hosts, or the list itself.
pub fn is_hosts(field: &Field) -> bool {
    field.keys.first().is_some_and(|key| key.eq_ignore_ascii_case(urn::HOSTS))
}
