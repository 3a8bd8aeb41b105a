//! SQL sorts as the sort keys do in memory, and the order is stable over pages, on each database.

use fleet_scim::internals::sort_key;
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World, encode},
};

const SLACK: &str = "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User";

async fn people(world: &World) {
    let words = ["b", "Ä", "a", "Z", "å", "", "10", "9", "B", "日", "z", "É", "a b", "😀", "_", "A", "~"];
    for (at, word) in words.iter().enumerate() {
        let mut person = json!({ "schemas": [USER], "userName": format!("{word}{at}"), "active": at % 3 == 0 });
        if !word.is_empty() {
            person["title"] = json!(word);
            person["externalId"] = json!(word);
        }
        if at % 2 == 0 {
            person["name"] = json!({ "familyName": words[(at + 5) % words.len()], "givenName": "Same" });
            person[ENTERPRISE] = json!({ "department": words[(at + 3) % words.len()], "manager": { "value": word } });
        }
        if at % 3 == 0 {
            person["emails"] = json!([
                { "value": format!("{}@x.y", words[(at + 7) % words.len()]), "type": "home" },
                { "value": format!("{}@x.y", words[(at + 9) % words.len()]), "type": "work", "primary": at % 2 == 0 },
            ]);
            person[SLACK] = json!({ "level": at * 3 % 7 });
        }
        world.created("/Users", person).await;
    }
}

async fn sorted(world: &World, parameters: &str) -> Vec<Value> {
    let mut resources = Vec::new();
    loop {
        let path = format!("/Users?count=5&startIndex={}&{parameters}", resources.len() + 1);
        let page = world.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let page = page.body["Resources"].as_array().unwrap().clone();
        if page.is_empty() {
            return resources;
        }
        resources.extend(page);
    }
}

fn id(resource: &Value) -> u64 {
    resource["id"].as_str().unwrap().parse().unwrap()
}

on_each_database! {
    async fn any_attribute_sorts_as_its_folded_texts_do(world: World) {
        people(world).await;
        let all = sorted(world, "").await;
        for attribute in [
            "userName", "USERNAME", "title", "externalId", "displayName", "name.familyName", "name.givenName", "emails",
            "emails.value", "emails.type", "department", "manager", "active", "meta.created", "meta.lastModified", "id",
            "urn:ietf:params:scim:schemas:extension:slack:profile:2.0:User:level", "schemas", "roles",
        ] {
            let mut expected = all.clone();
            // Ids sort as numbers, which the last part of the key does already.
            let key = |resource: &Value| if attribute == "id" { None } else { sort_key(attribute, resource).unwrap() };
            expected.sort_by_key(|resource| {
                let key = key(resource);
                (key.is_none(), key, id(resource))
            });
            let expected: Vec<u64> = expected.iter().map(id).collect();
            let name = encode(attribute);
            let ascending = sorted(world, &format!("sortBy={name}")).await;
            assert_eq!(ascending.iter().map(id).collect::<Vec<_>>(), expected, "{attribute}");
            let descending = sorted(world, &format!("sortBy={name}&sortOrder=Descending")).await;
            let reversed: Vec<u64> = expected.into_iter().rev().collect();
            assert_eq!(descending.iter().map(id).collect::<Vec<_>>(), reversed, "{attribute} descending");
        }
    }

    async fn a_search_sorts_too_and_a_filter_stays_one(world: World) {
        people(world).await;
        let search = json!({ "filter": "title pr", "sortBy": "title", "sortOrder": "descending", "count": 3 });
        let found = world.post("/Users/.search", search.clone()).await.body;
        let titles: Vec<&str> = found["Resources"].as_array().unwrap().iter().map(|user| user["title"].as_str().unwrap()).collect();
        assert_eq!((&found["totalResults"], titles), (&json!(16), vec!["😀", "日", "É"]));
        world.group("b", &[]).await;
        world.group("A", &[]).await;
        let both = world.post("/.search", json!({ "filter": "displayName pr", "sortBy": "displayName" })).await.body;
        let names: Vec<&str> = both["Resources"].as_array().unwrap().iter().map(|group| group["displayName"].as_str().unwrap()).collect();
        assert_eq!(names, ["A", "b"]);
    }

    async fn what_cannot_be_sorted_by_is_refused(world: World) {
        for parameters in ["sortBy=nonsense", "sortBy=name", "sortBy=groups", "sortBy=password", "sortBy=meta.version", "sortBy=a%20b",
            "sortBy=title&sortOrder=upwards"]
        {
            let refused = world.get(&format!("/Users?{parameters}")).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")), "{parameters}");
        }
        assert_eq!(world.get("/Groups?sortBy=userName").await.status, 400);
    }
}
