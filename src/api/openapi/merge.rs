//! Merges the document of this module into that of a host server.

use serde_json::{Map, Value};

/// The sections whose entries have names that both documents could use.
const SECTIONS: [&[&str]; 9] = [
    &["paths"],
    &["components", "schemas"],
    &["components", "responses"],
    &["components", "parameters"],
    &["components", "examples"],
    &["components", "requestBodies"],
    &["components", "headers"],
    &["components", "securitySchemes"],
    &["components", "links"],
];

/// Adds the paths, components and tags of `ours` to `host`. If a name has another meaning there, nothing is added.
///
/// # Errors
/// The name that both have, or why `host` is no OpenAPI document.
pub fn merge(host: &mut Value, ours: &Value) -> Result<(), String> {
    let mut merged = host.clone();
    if !merged.get("openapi").is_some_and(Value::is_string) {
        return Err("this is not an OpenAPI document: it has no \"openapi\"".to_owned());
    }
    for section in SECTIONS {
        let Some(entries) = section.iter().try_fold(ours, |value, key| value.get(key)).and_then(Value::as_object)
        else {
            continue;
        };
        let place =
            below(&mut merged, section).ok_or_else(|| format!("{} is not an object there", section.join(".")))?;
        for (name, entry) in entries {
            match place.get(name) {
                Some(there) if there != entry => {
                    return Err(format!("{} has {name} already, with another meaning", section.join(".")));
                }
                _ => place.insert(name.clone(), entry.clone()),
            };
        }
    }
    add_tags(&mut merged, ours)?;
    *host = merged;
    Ok(())
}

/// Returns the object at a path, creating what is missing.
fn below<'a>(document: &'a mut Value, path: &[&str]) -> Option<&'a mut Map<String, Value>> {
    let mut place = document.as_object_mut()?;
    for key in path {
        place = place.entry(*key).or_insert_with(|| Value::Object(Map::new())).as_object_mut()?;
    }
    Some(place)
}

fn add_tags(host: &mut Value, ours: &Value) -> Result<(), String> {
    let Some(ours) = ours.get("tags").and_then(Value::as_array) else { return Ok(()) };
    let tags = host.as_object_mut().map(|host| host.entry("tags").or_insert_with(|| Value::Array(vec![])));
    let tags = tags.and_then(Value::as_array_mut).ok_or("tags is not an array there")?;
    for tag in ours {
        match tags.iter().find(|there| there["name"] == tag["name"]) {
            Some(there) if there != tag => {
                return Err(format!("tags has {} already, with another meaning", tag["name"]));
            }
            Some(_) => {}
            None => tags.push(tag.clone()),
        }
    }
    Ok(())
}
