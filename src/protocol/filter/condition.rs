//! A filter whose names were found in the attribute table: what SQL and the evaluator both read.

use super::{Filter, Literal, Operator};
use crate::protocol::{
    attribute::{Attribute, Kind, Returned},
    date,
    error::ScimError,
    fold::{fold, fold_part},
    path::{self, Name},
    schema::ResourceType,
    twin,
};

/// A condition over the folded twin of a resource, or of one value of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Matches nothing: a string with U+0000, which no value has.
    Never,
    Test(Field, Test),
    /// Some value of a multi-valued attribute meets the condition.
    Some(Field, Box<Condition>),
}

/// A place in the folded twin.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The keys down to it, lower-case; empty for the value of a simple multi-valued attribute.
    pub keys: Vec<String>,
    /// An attribute of an unregistered extension: any JSON type may stand there.
    pub open: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    Present,
    Eq(Comparand),
    Co(String),
    Sw(String),
    Ew(String),
    Gt(Comparand),
    Ge(Comparand),
    Lt(Comparand),
    Le(Comparand),
}

/// A literal as its attribute compares it.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparand {
    Text(String),
    Boolean(bool),
    Number(f64),
    Instant(i64),
}

impl Comparand {
    /// The text that stands for it in the folded twin.
    pub fn encoded(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Boolean(value) => twin::boolean(*value).to_owned(),
            Self::Number(number) => twin::number(*number),
            Self::Instant(milliseconds) => twin::instant(*milliseconds),
        }
    }
}

/// What a name means where it stands.
struct Place {
    keys: Vec<String>,
    attribute: Option<&'static Attribute>,
    sub_attribute: Option<&'static Attribute>,
    /// The resource type does not have it, and it is no error.
    absent: bool,
}

enum Scope<'a> {
    /// Resources of the first type; an attribute that only the second has is absent from them.
    Resource(&'a ResourceType, Option<&'a ResourceType>),
    Element(&'static Attribute),
    /// A value in an unregistered extension.
    Open,
}

impl Condition {
    /// Resolves a filter over resources of one type.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an unknown attribute or a comparison its type does not allow.
    pub fn of_resource(filter: &Filter, resource_type: &ResourceType) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Resource(resource_type, None))
    }

    /// As [`Condition::of_resource`], in a search over both types: what only the other has matches nothing.
    ///
    /// # Errors
    /// 400 `invalidFilter` for an attribute that neither has.
    pub fn of_either(filter: &Filter, resource_type: &ResourceType, other: &ResourceType) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Resource(resource_type, Some(other)))
    }

    /// Resolves a filter over the values of one multi-valued attribute.
    ///
    /// # Errors
    /// As [`Condition::of_resource`].
    pub fn of_element(filter: &Filter, attribute: &'static Attribute) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Element(attribute))
    }

    /// Resolves a filter over the values of an attribute whose schema nobody registered.
    ///
    /// # Errors
    /// 400 `invalidFilter` for a name outside the grammar.
    pub fn of_open_element(filter: &Filter) -> Result<Self, ScimError> {
        resolve(filter, &Scope::Open)
    }
}

fn refusal(name: &str, why: &str) -> ScimError {
    ScimError::invalid_filter(format!("{} {why}", path::shorten(name)))
}

fn resolve(filter: &Filter, scope: &Scope<'_>) -> Result<Condition, ScimError> {
    let all = |filters: &[Filter]| filters.iter().map(|filter| resolve(filter, scope)).collect::<Result<Vec<_>, _>>();
    Ok(match filter {
        Filter::And(filters) => Condition::All(all(filters)?),
        Filter::Or(filters) => Condition::Any(all(filters)?),
        Filter::Not(inner) => Condition::Not(Box::new(resolve(inner, scope)?)),
        Filter::Present(name) => present(&scope.place(name)?),
        Filter::Compare(name, operator, literal) => compare(name, &scope.place(name)?, *operator, literal)?,
        Filter::Values(name, inner) => {
            let place = scope.place(name)?;
            let attribute =
                place.attribute.filter(|a| a.multi_valued && a.is_complex() && place.sub_attribute.is_none());
            let Some(attribute) = attribute else {
                return Err(refusal(name, "has no values to choose from in brackets"));
            };
            let inner = Condition::of_element(inner, attribute)?;
            if place.absent {
                return Ok(Condition::Never);
            }
            Condition::Some(Field { keys: place.keys, open: false }, Box::new(inner))
        }
    })
}

impl Scope<'_> {
    fn place(&self, name: &str) -> Result<Place, ScimError> {
        let unknown =
            || ScimError::invalid_filter(format!("there is no attribute '{}' to filter by", path::shorten(name)));
        match self {
            Self::Element(parent) => {
                let attribute = parent.sub_attribute(name).ok_or_else(unknown)?;
                Ok(Place {
                    keys: vec![attribute.name.to_ascii_lowercase()],
                    attribute: Some(attribute),
                    sub_attribute: None,
                    absent: false,
                })
            }
            Self::Open if name.split('.').all(path::is_name) => Ok(Place {
                keys: name.split('.').map(str::to_ascii_lowercase).collect(),
                attribute: None,
                sub_attribute: None,
                absent: false,
            }),
            Self::Open => Err(unknown()),
            Self::Resource(resource_type, other) => {
                let find = |resource_type| path::resolve(name, resource_type).map_err(ScimError::invalid_filter);
                let (resolved, absent) = match (find(resource_type)?, other) {
                    (None, Some(other)) => (find(other)?, true),
                    (resolved, _) => (resolved, false),
                };
                let (container, attribute, sub) = resolved.ok_or_else(unknown)?;
                let keys =
                    container.key().into_iter().chain([attribute.as_str()]).chain(sub.as_ref().map(Name::as_str));
                let keys = keys.map(str::to_ascii_lowercase).collect();
                let known = |name: &Name| match name {
                    Name::Known(attribute) => Some(*attribute),
                    Name::Open(_) => None,
                };
                let place =
                    Place { keys, attribute: known(&attribute), sub_attribute: sub.as_ref().and_then(known), absent };
                if place.attribute.is_some_and(|attribute| attribute.returned == Returned::Never) {
                    return Err(refusal(name, "is never kept, so nothing can be filtered by it"));
                }
                if place.keys == ["meta", "version"] {
                    return Err(ScimError::invalid_filter(
                        "meta.version cannot be filtered by: send it in If-Match or If-None-Match",
                    ));
                }
                Ok(place)
            }
        }
    }
}

fn present(place: &Place) -> Condition {
    if place.absent {
        return Condition::Never;
    }
    let open = place.attribute.is_none();
    match (place.attribute, place.sub_attribute) {
        (Some(attribute), Some(sub)) if attribute.multi_valued => {
            let inner =
                Condition::Test(Field { keys: vec![sub.name.to_ascii_lowercase()], open: false }, Test::Present);
            Condition::Some(Field { keys: place.keys[..place.keys.len() - 1].to_vec(), open: false }, Box::new(inner))
        }
        _ => Condition::Test(Field { keys: place.keys.clone(), open }, Test::Present),
    }
}

fn compare(name: &str, place: &Place, operator: Operator, literal: &Literal) -> Result<Condition, ScimError> {
    if *literal == Literal::Null {
        let present = present(place);
        return match operator {
            Operator::Eq => Ok(Condition::Not(Box::new(present))),
            Operator::Ne => Ok(present),
            _ => Err(refusal(name, "can only be compared with null by eq and ne")),
        };
    }
    if operator == Operator::Ne {
        return Ok(Condition::Not(Box::new(compare(name, place, Operator::Eq, literal)?)));
    }
    let Some(attribute) = place.attribute else {
        let test = test(name, None, operator, literal)?;
        let field = Field { keys: place.keys.clone(), open: true };
        // Several values may stand there too.
        let one = finish(Field { keys: vec![], open: true }, test.clone());
        return Ok(Condition::Any(vec![finish(field.clone(), test), Condition::Some(field, Box::new(one))]));
    };
    // `emails eq "x"` and `manager eq "x"` compare the value.
    let leaf = match (place.sub_attribute, attribute.is_complex()) {
        (Some(sub), _) => sub,
        (None, true) => attribute
            .sub_attribute("value")
            .ok_or_else(|| refusal(name, "has no single value to compare: name one of its sub-attributes"))?,
        (None, false) => attribute,
    };
    let parent: Vec<String> = match place.sub_attribute {
        Some(_) => place.keys[..place.keys.len() - 1].to_vec(),
        None => place.keys.clone(),
    };
    let test = test(name, Some(leaf), operator, literal)?;
    if place.absent {
        return Ok(Condition::Never);
    }
    // A value that does not say so is not primary (RFC 7643 section 2.4).
    if leaf.name == "primary" && test == Test::Eq(Comparand::Boolean(false)) {
        let primary = compare(name, place, Operator::Eq, &Literal::Boolean(true))?;
        return Ok(match primary {
            Condition::Some(field, inner) => Condition::Some(field, Box::new(Condition::Not(inner))),
            condition => Condition::Not(Box::new(condition)),
        });
    }
    let leaf_keys = attribute.is_complex().then(|| leaf.name.to_ascii_lowercase());
    if attribute.multi_valued {
        let inner = finish(Field { keys: leaf_keys.into_iter().collect(), open: false }, test);
        return Ok(Condition::Some(Field { keys: parent, open: false }, Box::new(inner)));
    }
    let keys = parent.into_iter().chain(leaf_keys).collect();
    Ok(finish(Field { keys, open: false }, test))
}

/// U+0000 is refused in every value, so a comparison with it matches nothing.
fn finish(field: Field, test: Test) -> Condition {
    let text = match &test {
        Test::Co(text) | Test::Sw(text) | Test::Ew(text) => text,
        Test::Eq(Comparand::Text(text))
        | Test::Gt(Comparand::Text(text))
        | Test::Ge(Comparand::Text(text))
        | Test::Lt(Comparand::Text(text))
        | Test::Le(Comparand::Text(text)) => text,
        _ => return Condition::Test(field, test),
    };
    if text.contains('\0') {
        return Condition::Never;
    }
    // Every value that is there contains the empty string.
    if text.is_empty() && matches!(test, Test::Co(_) | Test::Sw(_) | Test::Ew(_)) {
        return Condition::Test(field, Test::Present);
    }
    Condition::Test(field, test)
}

fn test(name: &str, leaf: Option<&Attribute>, operator: Operator, literal: &Literal) -> Result<Test, ScimError> {
    let refuse = |expected: &str| Err(refusal(name, &format!("can only be compared with {expected}")));
    let comparand = match (leaf.map(|leaf| leaf.kind), literal) {
        (Some(Kind::Boolean), Literal::Boolean(value)) => Comparand::Boolean(*value),
        // Entra ID writes `primary eq "True"` (documentation and validator, 2026-09).
        (Some(Kind::Boolean), Literal::String(text)) => match text.to_ascii_lowercase().as_str() {
            "true" => Comparand::Boolean(true),
            "false" => Comparand::Boolean(false),
            _ => return refuse("true or false"),
        },
        (Some(Kind::Boolean), _) => return refuse("true or false"),
        (Some(Kind::DateTime), Literal::String(text)) => match date::parse(text) {
            Some(instant) => Comparand::Instant(instant),
            None => return refuse("a date and time such as \"2026-11-21T10:00:00Z\""),
        },
        (Some(Kind::DateTime), _) => return refuse("a date and time in quotes"),
        (Some(Kind::Integer | Kind::Decimal) | None, Literal::Number(digits)) => match digits.parse() {
            Ok(number) => Comparand::Number(number),
            Err(_) => return refuse("a number"),
        },
        (Some(Kind::Integer | Kind::Decimal), _) => return refuse("a number"),
        (None, Literal::Boolean(value)) => Comparand::Boolean(*value),
        // RFC 7644 section 3.4.2.2: neither Booleans nor binaries have an order.
        (Some(Kind::Binary), Literal::String(_))
            if matches!(operator, Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le) =>
        {
            return refuse("eq, ne, co, sw, ew and pr: it has no order");
        }
        // A text that is all digits, as an id may be, comes without its quotes too.
        (Some(_), Literal::Number(text)) | (Some(_) | None, Literal::String(text) | Literal::Word(text)) => {
            return Ok(text_test(operator, leaf.is_some_and(|leaf| leaf.case_exact), text));
        }
        (_, _) => return refuse("a string in double quotes"),
    };
    let ordered = !matches!(comparand, Comparand::Boolean(_));
    match operator {
        Operator::Eq => Ok(Test::Eq(comparand)),
        Operator::Gt if ordered => Ok(Test::Gt(comparand)),
        Operator::Ge if ordered => Ok(Test::Ge(comparand)),
        Operator::Lt if ordered => Ok(Test::Lt(comparand)),
        Operator::Le if ordered => Ok(Test::Le(comparand)),
        _ => Err(refusal(name, "has no values that co, sw, ew or this order could be asked of")),
    }
}

fn text_test(operator: Operator, case_exact: bool, text: &str) -> Test {
    // Blanks at the ends belong to a part that is searched for, not to a whole value.
    let part = || if case_exact { twin::exact(text) } else { twin::exact(&fold_part(text)) };
    let whole = || Comparand::Text(if case_exact { twin::exact(text) } else { twin::exact(&fold(text)) });
    match operator {
        Operator::Co => Test::Co(part()),
        Operator::Sw => Test::Sw(part()),
        Operator::Ew => Test::Ew(part()),
        Operator::Gt => Test::Gt(whole()),
        Operator::Ge => Test::Ge(whole()),
        Operator::Lt => Test::Lt(whole()),
        Operator::Le => Test::Le(whole()),
        Operator::Eq | Operator::Ne => Test::Eq(whole()),
    }
}
