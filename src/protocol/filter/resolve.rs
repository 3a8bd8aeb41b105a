//! Resolves the names of a filter against the attribute table.

use super::{
    Condition, Field, Filter, Literal, Operator,
    comparand::{comparand, refusal},
};
use crate::protocol::{
    messages::error::ScimError,
    schema::{
        ResourceType,
        attribute::{Attribute, Returned},
        path::{self, Name},
    },
    shorten::shorten,
};

/// What a name in a filter refers to.
struct ResolvedName {
    keys: Vec<String>,
    attribute: Option<&'static Attribute>,
    sub_attribute: Option<&'static Attribute>,
    /// The resource type does not have it; this is not an error in a search over both types.
    absent: bool,
}

/// What the names of a filter are attributes of.
enum Subject<'a> {
    /// Resources of the first type; if a second type is given, an attribute that only it has is absent.
    Resource(&'a ResourceType, Option<&'a ResourceType>),
    /// One value of a multi-valued attribute.
    Value(&'static Attribute),
    /// One value in an unregistered extension.
    Untyped,
}

impl Condition {
    /// Resolves a filter over resources of one type.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an unknown attribute, or a comparison its type does not allow.
    pub fn from_filter(filter: &Filter, resource_type: &ResourceType) -> Result<Self, ScimError> {
        resolve(filter, &Subject::Resource(resource_type, None))
    }

    /// Resolves a filter in a search over both types: attributes that only `other` has match nothing.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an attribute that neither type has, or a comparison its type does not allow.
    pub fn from_filter_of_either(
        filter: &Filter,
        resource_type: &ResourceType,
        other: &ResourceType,
    ) -> Result<Self, ScimError> {
        resolve(filter, &Subject::Resource(resource_type, Some(other)))
    }

    /// Resolves a filter over the values of one multi-valued attribute, which may be untyped (`None`).
    ///
    /// # Errors
    /// 400 `invalidFilter` for an unknown name, or a comparison its type does not allow.
    pub fn from_value_filter(filter: &Filter, attribute: Option<&'static Attribute>) -> Result<Self, ScimError> {
        resolve(filter, &attribute.map_or(Subject::Untyped, Subject::Value))
    }
}

fn resolve(filter: &Filter, subject: &Subject<'_>) -> Result<Condition, ScimError> {
    let all = |filters: &[Filter]| filters.iter().map(|filter| resolve(filter, subject)).collect::<Result<Vec<_>, _>>();
    Ok(match filter {
        Filter::And(filters) => Condition::All(all(filters)?),
        Filter::Or(filters) => Condition::Any(all(filters)?),
        Filter::Not(inner) => Condition::Not(Box::new(resolve(inner, subject)?)),
        Filter::Present(name) => present(&subject.find(name)?),
        Filter::Compare(name, operator, literal) => compare(name, &subject.find(name)?, *operator, literal)?,
        Filter::Values(name, inner) => {
            let found = subject.find(name)?;
            let attribute =
                found.attribute.filter(|a| a.multi_valued && a.is_complex() && found.sub_attribute.is_none());
            let Some(attribute) = attribute else {
                return Err(refusal(name, "has no values to choose from in brackets"));
            };
            let inner = Condition::from_value_filter(inner, Some(attribute))?;
            if found.absent {
                return Ok(Condition::Never);
            }
            Condition::AnyValue(Field { keys: found.keys, untyped: false }, Box::new(inner))
        }
    })
}

impl Subject<'_> {
    fn find(&self, name: &str) -> Result<ResolvedName, ScimError> {
        let unknown = || ScimError::invalid_filter(format!("there is no attribute '{}' to filter by", shorten(name)));
        match self {
            Self::Value(parent) => {
                let attribute = parent.sub_attribute(name).ok_or_else(unknown)?;
                let keys = vec![attribute.name.to_ascii_lowercase()];
                Ok(ResolvedName { keys, attribute: Some(attribute), sub_attribute: None, absent: false })
            }
            Self::Untyped if name.split('.').all(path::is_name) => {
                let keys = name.split('.').map(str::to_ascii_lowercase).collect();
                Ok(ResolvedName { keys, attribute: None, sub_attribute: None, absent: false })
            }
            Self::Untyped => Err(unknown()),
            Self::Resource(resource_type, other) => {
                let find = |resource_type| path::resolve(name, resource_type).map_err(ScimError::invalid_filter);
                let (resolved, absent) = match (find(resource_type)?, other) {
                    (None, Some(other)) => (find(other)?, true),
                    (resolved, _) => (resolved, false),
                };
                let (container, attribute, sub) = resolved.ok_or_else(unknown)?;
                let keys =
                    container.key().into_iter().chain([attribute.as_str()]).chain(sub.as_ref().map(Name::as_str));
                let keys: Vec<String> = keys.map(str::to_ascii_lowercase).collect();
                let (attribute, sub_attribute) = (attribute.known(), sub.as_ref().and_then(Name::known));
                if attribute.is_some_and(|attribute| attribute.returned == Returned::Never) {
                    return Err(refusal(name, "is never kept, so nothing can be filtered by it"));
                }
                if keys == ["meta", "version"] {
                    return Err(ScimError::invalid_filter(
                        "meta.version cannot be filtered by: send it in If-Match or If-None-Match",
                    ));
                }
                Ok(ResolvedName { keys, attribute, sub_attribute, absent })
            }
        }
    }
}

fn present(name: &ResolvedName) -> Condition {
    if name.absent {
        return Condition::Never;
    }
    let typed = |keys| Field { keys, untyped: false };
    match (name.attribute, name.sub_attribute) {
        (Some(attribute), Some(sub)) if attribute.multi_valued => {
            let inner = Condition::Present(typed(vec![sub.name.to_ascii_lowercase()]));
            Condition::AnyValue(typed(name.keys[..name.keys.len() - 1].to_vec()), Box::new(inner))
        }
        _ => Condition::Present(Field { keys: name.keys.clone(), untyped: name.attribute.is_none() }),
    }
}

fn compare(text: &str, name: &ResolvedName, operator: Operator, literal: &Literal) -> Result<Condition, ScimError> {
    if *literal == Literal::Null {
        return match operator {
            Operator::Eq => Ok(Condition::Not(Box::new(present(name)))),
            _ => Err(refusal(text, "can only be compared with null by eq and ne")),
        };
    }
    let Some(attribute) = name.attribute else {
        let comparand = comparand(text, None, operator, literal)?;
        let field = Field { keys: name.keys.clone(), untyped: true };
        // The attribute may also have several values.
        let one = Condition::compare(Field { keys: vec![], untyped: true }, operator, comparand.clone());
        let itself = Condition::compare(field.clone(), operator, comparand);
        return Ok(Condition::Any(vec![itself, Condition::AnyValue(field, Box::new(one))]));
    };
    // `emails eq "x"` and `manager eq "x"` compare the value.
    let leaf = match (name.sub_attribute, attribute.is_complex()) {
        (Some(sub), _) => sub,
        (None, true) => attribute
            .sub_attribute("value")
            .ok_or_else(|| refusal(text, "has no single value to compare: name one of its sub-attributes"))?,
        (None, false) => attribute,
    };
    let parent: Vec<String> = match name.sub_attribute {
        Some(_) => name.keys[..name.keys.len() - 1].to_vec(),
        None => name.keys.clone(),
    };
    let comparand = comparand(text, Some(leaf), operator, literal)?;
    if name.absent {
        return Ok(Condition::Never);
    }
    // A value without `primary` is not primary (RFC 7643 section 2.4).
    if leaf.name == "primary" && operator == Operator::Eq && comparand == super::Comparand::Boolean(false) {
        return Ok(match compare(text, name, Operator::Eq, &Literal::Boolean(true))? {
            Condition::AnyValue(field, inner) => Condition::AnyValue(field, Box::new(Condition::Not(inner))),
            condition => Condition::Not(Box::new(condition)),
        });
    }
    let leaf_keys = attribute.is_complex().then(|| leaf.name.to_ascii_lowercase());
    if attribute.multi_valued {
        let keys = leaf_keys.into_iter().collect();
        let inner = Condition::compare(Field { keys, untyped: false }, operator, comparand);
        return Ok(Condition::AnyValue(Field { keys: parent, untyped: false }, Box::new(inner)));
    }
    let keys = parent.into_iter().chain(leaf_keys).collect();
    Ok(Condition::compare(Field { keys, untyped: false }, operator, comparand))
}
