//! The schemas of the OpenAPI document; those of users and groups are built from the attribute table.

mod answers;
mod attributes;
mod clients;
mod connections;
mod errors;
mod examples;
mod merge;
mod messages;
mod parameters;

use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::Type,
};
pub use {
    attributes::{Group, GroupBody, User, UserBody},
    clients::{AccessToken, IssuedClient, IssuedSecret, NewClient, NewSecret, OAuthClients, OAuthError, TokenRequest},
    connections::{
        Connection, ConnectionChange, ConnectionTokens, Connections, Deletion, IssuedToken, NewConnection, NewToken,
    },
    merge::merge,
    messages::{
        BulkRequest, BulkResponse, Details, Error, Groups, PatchOp, ResourceType, ResourceTypes, Resources, Schema,
        Schemas, SearchRequest, ServiceProviderConfig, Users,
    },
};

/// Completes the document with what the endpoints do not declare themselves, and with the host's extensions; `prefix` is in
/// front of each path.
pub fn complete(text: String, prefix: &str, types: &crate::protocol::schema::ResourceTypes) -> String {
    let Ok(mut document) = serde_json::from_str(&text) else { return text };
    parameters::complete(&mut document);
    answers::complete(&mut document, prefix);
    attributes::add_extensions(&mut document, types);
    serde_json::to_string_pretty(&document).unwrap_or(text)
}

/// A named schema of the document; its values are JSON that is written elsewhere.
pub trait Named: Send + Sync + 'static {
    const NAME: &'static str;

    fn schema(registry: &mut Registry) -> MetaSchema;
}

/// The [`Type`] of a [`Named`] schema.
pub struct SchemaOf<N>(std::marker::PhantomData<fn() -> N>);

impl<N: Named> Type for SchemaOf<N> {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        N::NAME.into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(N::NAME.to_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(N::NAME.to_owned(), N::schema);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::empty())
    }
}

fn reference<N: Named>() -> MetaSchemaRef {
    MetaSchemaRef::Reference(N::NAME.to_owned())
}

fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

fn text(description: &'static str) -> MetaSchemaRef {
    inline(MetaSchema { description: Some(description), ..MetaSchema::new("string") })
}

fn array(items: MetaSchemaRef) -> MetaSchema {
    MetaSchema { items: Some(Box::new(items)), ..MetaSchema::new("array") }
}

fn object(properties: Vec<(&'static str, MetaSchemaRef)>, required: &[&'static str]) -> MetaSchema {
    MetaSchema { properties, required: required.to_vec(), ..MetaSchema::new("object") }
}
