//! A name in the list of kept attributes.

use crate::protocol::{
    messages::error::ScimError,
    schema::{
        ResourceType,
        path::{self, Container, Name},
        urn,
    },
    shorten::shorten,
};

/// Spells a name as the schemas do.
///
/// # Errors
/// 400 for a name that no schema of users has, for a part of an attribute, and for one that the server itself fills.
pub fn spelled(name: &str, user_type: &ResourceType) -> Result<String, ScimError> {
    if let Some(schema) = user_type.extension(name) {
        return if schema.urn == urn::HOSTS { Err(of_the_server(name)) } else { Ok(schema.urn.to_owned()) };
    }
    let unknown =
        || ScimError::invalid_value(format!("attributes names {}, which no schema of users has", shorten(name)));
    match path::resolve(name, user_type).map_err(|_| unknown())? {
        Some((_, Name::Known(attribute), _)) if attribute.is_read_only() => Err(of_the_server(name)),
        Some((Container::Core, Name::Known(attribute), None)) => Ok(attribute.name.to_owned()),
        Some((Container::Registered(schema), Name::Known(attribute), None)) => {
            Ok(format!("{}:{}", schema.urn, attribute.name))
        }
        // It may be the URN of an extension that nobody registered, or an attribute behind one.
        Some((Container::Unregistered(_), ..)) => Ok(name.to_owned()),
        Some((.., Some(_))) => {
            Err(ScimError::invalid_value(format!("attributes names {}: name the whole attribute", shorten(name))))
        }
        _ => Err(unknown()),
    }
}

fn of_the_server(name: &str) -> ScimError {
    ScimError::invalid_value(format!("attributes names {}, which the server itself fills", shorten(name)))
}
