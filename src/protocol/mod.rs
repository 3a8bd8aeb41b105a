//! SCIM itself: values in, values out.
//!
//! Nothing here knows a database, a clock, HTTP or async. The attribute table in [`schema`] drives everything else.

pub(crate) mod attribute;
pub(crate) mod bounds;
pub(crate) mod bulk;
pub(crate) mod case_fold;
pub(crate) mod coerce;
pub(crate) mod cursor;
pub(crate) mod date;
pub(crate) mod discovery;
pub(crate) mod document;
pub mod error;
pub(crate) mod extension;
pub(crate) mod filter;
pub mod id;
pub(crate) mod immutable;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod patch;
pub(crate) mod path;
pub(crate) mod projection;
pub(crate) mod quirks;
pub(crate) mod record;
pub(crate) mod representation;
pub(crate) mod resource;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod search_document;
pub(crate) mod sort;
pub(crate) mod urn;
pub(crate) mod value_filter;
pub(crate) mod version;
pub(crate) mod warnings;
