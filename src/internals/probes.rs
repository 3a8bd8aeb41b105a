//! What must hold of any input at all: asked by the fuzz targets and by property tests.

use serde_json::{Map, Value, json};

use crate::protocol::{
    filter::{Condition, Filter, evaluate},
    messages::error::ScimError,
    patch,
    query::{
        cursor::{AssociatedData, Cursor, CursorCipher, KEY_LENGTH, NONCE_LENGTH},
        sort::Sort,
    },
    resource::{self, projection::Projection, search_document},
    schema::{ResourceType, ResourceTypes, path},
    warnings::Warnings,
};

/// What does not hold, in words.
type Probed = Result<(), String>;

/// A filter is a condition over each type or a precise refusal; a condition and its negation are never both met.
pub fn filter(text: &str) -> Probed {
    let types = ResourceTypes::default();
    let filter = match Filter::parse(text) {
        Ok(filter) => filter,
        Err(refusal) => return refused(&refusal),
    };
    for resource_type in types.all() {
        match Condition::from_filter(&filter, resource_type) {
            Err(refusal) => refused(&refusal)?,
            Ok(condition) => {
                let search_document = Value::Object(search_document::from_resource(&sample(), resource_type));
                let met = evaluate(&condition, &search_document);
                if met == evaluate(&Condition::Not(Box::new(condition)), &search_document) {
                    return Err("a condition and its negation agree".to_owned());
                }
            }
        }
    }
    Ok(())
}

/// A path names something or is refused; so is what is sorted and projected by.
pub fn path(text: &str) -> Probed {
    for resource_type in ResourceTypes::default().all() {
        if let Err(refusal) = path::parse(text, resource_type) {
            refused(&refusal)?;
        }
        if let Err(refusal) = Sort::parse(Some(text), None, resource_type) {
            refused(&refusal)?;
        }
        let projection = match Projection::parse(Some(text), Some(text), resource_type) {
            Ok(projection) => projection,
            Err(refusal) => return refused(&refusal),
        };
        let whole = sample();
        let part = projection.apply(whole.clone(), resource_type);
        if part.keys().any(|key| !whole.contains_key(key)) || !part.contains_key("id") {
            return Err("a projection lost the id or made something up".to_owned());
        }
    }
    Ok(())
}

/// A PATCH leaves a document that a POST would leave as it is, or is refused.
pub fn patch(text: &str) -> Probed {
    let Ok(Value::Object(body)) = serde_json::from_str(text) else { return Ok(()) };
    let types = ResourceTypes::default();
    let operations = match patch::parse(body, &types.user) {
        Ok(operations) => operations,
        Err(refusal) => return refused(&refusal),
    };
    let before = read(sample(), &types.user);
    let document = match patch::apply_all(&before, &types.user, &operations, &mut Warnings::default()) {
        Ok(document) => document,
        Err(refusal) => return refused(&refusal),
    };
    let again = read(document.clone(), &types.user);
    if again != document {
        return Err(format!("{} is not what a POST of it leaves", Value::Object(document)));
    }
    Ok(())
}

/// What was not sealed does not open; what was opens as it was.
pub fn cursor(text: &str) -> Probed {
    let cipher = CursorCipher::new(&[7; KEY_LENGTH]);
    let associated_data = AssociatedData::new(1, &[Some(text)]);
    match cipher.decrypt(text, &associated_data, 0) {
        Ok(_) => return Err("a cursor opened that nobody sealed".to_owned()),
        Err(refusal) => refused(&refusal)?,
    }
    let Ok(cursor) = serde_json::from_str::<Cursor>(text) else { return Ok(()) };
    let sealed = cipher.encrypt(&cursor, &associated_data, &[3; NONCE_LENGTH]).ok_or("a cursor was not sealed")?;
    match cipher.decrypt(&sealed, &associated_data, i64::MIN) {
        Ok(opened) if opened == cursor => Ok(()),
        // The longest strings there are do not make the longest cursors that are read.
        Err(_) if text.len() > 32 * 1024 => Ok(()),
        _ => Err("a cursor did not open as it was sealed".to_owned()),
    }
}

fn read(body: Map<String, Value>, resource_type: &ResourceType) -> Map<String, Value> {
    resource::read_body(body, resource_type, &mut Warnings::default()).map(|body| body.document).unwrap_or_default()
}

/// A refusal is a 400 with a name and words for the administrator.
fn refused(refusal: &ScimError) -> Probed {
    if refusal.status == 400 && refusal.scim_type.is_some() && !refusal.detail.is_empty() {
        return Ok(());
    }
    Err(format!("refused without a reason: {refusal:?}"))
}

fn sample() -> Map<String, Value> {
    let sample = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": "7", "userName": "ava@x.y", "externalId": "e7", "active": true, "title": "Dr",
        "name": { "givenName": "Ava", "familyName": "Nguyen" },
        "emails": [{ "value": "a@x.y", "type": "work", "primary": true }, { "value": "h@x.y", "type": "home" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales", "manager": { "value": "7" } },
        "urn:x:y:z": { "attr": "kept", "list": [1, "a", true] },
    });
    match sample {
        Value::Object(sample) => sample,
        _ => Map::new(),
    }
}
