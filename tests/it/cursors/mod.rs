//! Paging by cursor (RFC 9865).

mod order;
mod refusals;
mod walks;

use serde_json::{Value, json};

use crate::world::{Answer, USER, World};

/// Creates people whose titles are missing, equal, or in other scripts.
async fn people(world: &World, count: usize) -> Vec<String> {
    let titles = [None, Some("b"), Some("A"), Some("å"), Some("b"), None, Some("日本")];
    let mut ids = Vec::with_capacity(count);
    for at in 0..count {
        let mut person =
            json!({ "schemas": [USER], "userName": format!("p{:03}@x.y", (at * 7) % count), "active": at % 3 != 0 });
        if let Some(title) = titles[at % titles.len()] {
            person["title"] = title.into();
        }
        if at % 2 == 0 {
            person["externalId"] = json!(format!("e{}", at % 4));
        }
        ids.push(world.created("/Users", person).await);
    }
    ids
}

async fn page(world: &World, parameters: &str, cursor: &str) -> Answer {
    let answer = world.get(&format!("/Users?{parameters}&cursor={cursor}")).await;
    assert_eq!(answer.status, 200, "{parameters}: {}", answer.text);
    assert!(answer.body.get("startIndex").is_none());
    assert_eq!(answer.body["itemsPerPage"], answer.body["Resources"].as_array().unwrap().len());
    answer
}

fn ids(answer: &Answer) -> Vec<String> {
    let id = |resource: &Value| resource["id"].as_str().unwrap().to_owned();
    answer.body["Resources"].as_array().unwrap().iter().map(id).collect()
}

fn cursor<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.body.get(name).map(|cursor| cursor.as_str().unwrap())
}

/// Walks forward from the first page, and returns all ids and the last page.
async fn walk(world: &World, parameters: &str) -> (Vec<String>, Answer) {
    let mut answer = page(world, parameters, "").await;
    let mut found = ids(&answer);
    while let Some(next) = cursor(&answer, "nextCursor") {
        answer = page(world, parameters, next).await;
        found.extend(ids(&answer));
    }
    (found, answer)
}

/// Walks backward from the last page, and returns all ids in their forward order.
async fn walk_back(world: &World, parameters: &str, last: Answer) -> Vec<String> {
    let mut pages = vec![ids(&last)];
    let mut answer = last;
    while let Some(previous) = cursor(&answer, "previousCursor") {
        answer = page(world, parameters, previous).await;
        pages.push(ids(&answer));
    }
    pages.into_iter().rev().flatten().collect()
}
