//! The `SearchRequest` message (RFC 7644 section 3.4.3): a list's parameters in a body.

use serde_json::{Map, Value};

use super::{
    error::ScimError,
    filter::Filter,
    list::{Paging, whole},
    projection::Projection,
    schema::ResourceType,
    sort::Sort,
};

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct SearchRequest {
    pub attributes: Option<String>,
    pub excluded_attributes: Option<String>,
    pub filter: Option<String>,
    /// The filter as it reads where each raw `+` of the query string is a plus and no blank.
    pub filter_with_plus: Option<String>,
    pub sort_by: Option<String>,
    pub sort_order: Option<String>,
    pub start_index: Option<i64>,
    pub count: Option<i64>,
    pub cursor: Option<String>,
}

impl SearchRequest {
    /// Reads the message; member names in any case, members it does not know ignored.
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
                "startindex" => request.start_index = Some(number(&name, &value)?),
                "count" => request.count = Some(number(&name, &value)?),
                _ => {}
            }
        }
        Ok(request)
    }

    /// # Errors
    /// 400 `invalidFilter`.
    pub fn filter(&self) -> Result<Option<Filter>, ScimError> {
        let filter = self.filter.as_deref().filter(|filter| !filter.trim().is_empty());
        filter.map(Filter::parse).transpose()
    }

    /// # Errors
    /// As [`Sort::parse`].
    pub fn sort(&self, resource_type: &ResourceType) -> Result<Option<Sort>, ScimError> {
        Sort::parse(self.sort_by.as_deref(), self.sort_order.as_deref(), resource_type)
    }

    /// # Errors
    /// As [`Paging::parse`].
    pub fn paging(&self, bound: u64) -> Result<Paging, ScimError> {
        Paging::parse(self.cursor.as_deref(), self.start_index, self.count, bound)
    }

    /// # Errors
    /// As [`Projection::parse`].
    pub fn projection(&self, resource_type: &ResourceType) -> Result<Projection, ScimError> {
        Projection::parse(self.attributes.as_deref(), self.excluded_attributes.as_deref(), resource_type)
    }
}

fn text(member: &str, value: &Value) -> Result<String, ScimError> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(member))
}

/// A number, or one in quotes.
fn number(member: &str, value: &Value) -> Result<i64, ScimError> {
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| number.is_u64().then_some(i64::MAX)),
        Value::String(text) => whole(text),
        _ => None,
    };
    number.ok_or_else(|| wrong(member))
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
