//! The `SearchRequest` message (RFC 7644 section 3.4.3): the parameters of a list request in a body.

use serde_json::{Map, Value};

use crate::protocol::{
    filter::Filter,
    messages::{
        error::ScimError,
        list::{Paging, whole},
    },
    query::sort::Sort,
    resource::projection::Projection,
    schema::ResourceType,
};

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    pub attributes: Option<String>,
    pub excluded_attributes: Option<String>,
    pub filter: Option<String>,
    /// The filter with each raw `+` of the query string read as a plus instead of a blank.
    pub filter_with_plus: Option<String>,
    pub sort_by: Option<String>,
    pub sort_order: Option<String>,
    pub start_index: Option<i64>,
    pub count: Option<i64>,
    pub cursor: Option<String>,
}

impl SearchRequest {
    /// Reads the message; member names may be in any letter case, and unknown members are ignored.
    ///
    /// # Errors
    /// 400 `invalidSyntax` naming the member whose value does not fit.
    pub fn parse(body: Map<String, Value>) -> Result<Self, ScimError> {
        let mut request = Self::default();
        for (name, value) in body {
            if value.is_null() {
                continue;
            }
            match name.to_ascii_lowercase().as_str() {
                "attributes" => request.attributes = Some(names(&name, value)?),
                "excludedattributes" => request.excluded_attributes = Some(names(&name, value)?),
                "filter" => request.filter = Some(text(&name, &value)?),
                "sortby" => request.sort_by = Some(text(&name, &value)?),
                "sortorder" => request.sort_order = Some(text(&name, &value)?),
                "cursor" => request.cursor = Some(text(&name, &value)?),
                "startindex" => request.start_index = number(&name, &value)?,
                "count" => request.count = number(&name, &value)?,
                _ => {}
            }
        }
        Ok(request)
    }

    /// Parses the filter, if there is one.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an invalid filter.
    pub fn filter(&self) -> Result<Option<Filter>, ScimError> {
        let filter = self.filter.as_deref().filter(|filter| !filter.trim().is_empty());
        filter.map(Filter::parse).transpose()
    }

    /// Parses `sortBy` and `sortOrder`.
    ///
    /// # Errors
    /// Same as [`Sort::parse`].
    pub fn sort(&self, resource_type: &ResourceType) -> Result<Option<Sort>, ScimError> {
        Sort::parse(self.sort_by.as_deref(), self.sort_order.as_deref(), resource_type)
    }

    /// Parses the paging parameters.
    ///
    /// # Errors
    /// Same as [`Paging::parse`].
    pub fn paging(&self, bound: u64) -> Result<Paging, ScimError> {
        Paging::parse(self.cursor.as_deref(), self.start_index, self.count, bound)
    }

    /// Parses `attributes` and `excludedAttributes`.
    ///
    /// # Errors
    /// Same as [`Projection::parse`].
    pub fn projection(&self, resource_type: &ResourceType) -> Result<Projection, ScimError> {
        Projection::parse(self.attributes.as_deref(), self.excluded_attributes.as_deref(), resource_type)
    }
}

fn text(member: &str, value: &Value) -> Result<String, ScimError> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(member))
}

/// Reads a number, with or without quotes; an empty text is none, as in a query string.
fn number(member: &str, value: &Value) -> Result<Option<i64>, ScimError> {
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| number.is_u64().then_some(i64::MAX)),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => whole(text),
        _ => None,
    };
    number.map(Some).ok_or_else(|| wrong(member))
}

fn names(member: &str, value: Value) -> Result<String, ScimError> {
    match value {
        Value::String(names) => Ok(names),
        Value::Array(names) => {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            Ok(names.ok_or_else(|| wrong(member))?.join(","))
        }
        _ => Err(wrong(member)),
    }
}

fn wrong(member: &str) -> ScimError {
    ScimError::invalid_syntax(format!("{member} does not fit a SearchRequest"))
}
