//! A whole number in a query string, of any size.

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::{ParseError, ParseFromParameter, ParseResult, Type},
};

use crate::protocol::messages::list::whole;

/// A number sent by a client. Anything beyond 64 bits becomes the largest number, which exceeds any page anyway.
#[derive(Debug, Clone, Copy)]
pub struct Whole(pub i64);

impl Type for Whole {
    const IS_REQUIRED: bool = true;

    type RawValueType = i64;
    type RawElementValueType = i64;

    fn name() -> Cow<'static, str> {
        i64::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        i64::schema_ref()
    }

    fn register(registry: &mut Registry) {
        i64::register(registry);
    }

    fn as_raw_value(&self) -> Option<&i64> {
        Some(&self.0)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a i64> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromParameter for Whole {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        whole(value).map(Self).ok_or_else(|| ParseError::custom("it must be a whole number"))
    }
}
