//! Lookups by an address that a client encoded wrongly.

use crate::{
    on_each_database,
    world::{USER, World},
};
use serde_json::json;

async fn found(world: &World, query: &str) -> Vec<String> {
    let answer = world.get(&format!("/Users?filter={query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    let users = answer.body["Resources"].as_array().unwrap();
    users.iter().map(|user| user["userName"].as_str().unwrap().to_owned()).collect()
}

on_each_database! {
    async fn a_plus_is_found_however_it_is_encoded(world: World) {
        world.user("sam+test@x.example").await;
        for query in [
            "userName%20eq%20%22sam%2Btest%40x.example%22",
            "userName+eq+%22sam%2Btest%40x.example%22",
            // A blank in an address stands for a plus that was not encoded (rauthy).
            "userName%20eq%20%22sam+test@x.example%22",
            "userName+eq+%22sam+test%40x.example%22",
            "userName+eq+%22SAM+Test%40x.example%22",
        ] {
            assert_eq!(found(world, query).await, ["sam+test@x.example"], "{query}");
        }
    }

    async fn an_address_that_was_encoded_twice_is_found(world: World) {
        world.user("dale@x.example").await;
        world.user("sam+test@x.example").await;
        assert_eq!(found(world, "userName+eq+%22dale%2540x.example%22").await, ["dale@x.example"]);
        assert_eq!(found(world, "userName+eq+%22sam%252Btest%2540x.example%22").await, ["sam+test@x.example"]);
    }

    async fn what_was_sent_is_looked_for_first(world: World) {
        for name in ["a%40b@x.example", "a@b@x.example", "c d@x.example", "c+d@x.example"] {
            world.user(name).await;
        }
        assert_eq!(found(world, "userName+eq+%22a%2540b%40x.example%22").await, ["a%40b@x.example"]);
        assert_eq!(found(world, "userName+eq+%22c%20d%40x.example%22").await, ["c d@x.example"]);
        assert_eq!(found(world, "userName+eq+%22c%2Bd%40x.example%22").await, ["c+d@x.example"]);
    }

    async fn emails_are_read_again_too(world: World) {
        let body = json!({ "schemas": [USER], "userName": "sam", "emails": [{ "value": "s+t@x.example", "type": "work" }] });
        world.created("/Users", body).await;
        assert_eq!(found(world, "emails+eq+%22s+t%40x.example%22").await, ["sam"]);
        assert_eq!(found(world, "emails%5Btype+eq+%22work%22%5D.value+eq+%22s+t%40x.example%22").await, ["sam"]);
    }

    async fn a_plus_is_never_read_as_a_blank(world: World) {
        world.user("a b@x.example").await;
        assert_eq!(found(world, "userName+eq+%22a%2Bb%40x.example%22").await, [""; 0]);
    }

    async fn a_negated_lookup_is_read_once(world: World) {
        world.user("sam+test@x.example").await;
        assert_eq!(found(world, "userName+ne+%22sam+test%40x.example%22").await, ["sam+test@x.example"]);
        assert_eq!(found(world, "not+(userName+eq+%22sam%252Btest%22)").await, ["sam+test@x.example"]);
    }

    async fn unknown_parameters_do_not_disturb_a_lookup(world: World) {
        world.user("ava@x.example").await;
        for query in [
            "userName+eq+%22ava%40x.example%22&aadOptscim062020",
            "userName+eq+%22ava%40x.example%22&aadOptSCIM062020=true&foo=bar",
            "userName+eq+%22ava%40x.example%22&startindex=1&sortBy=userName&sortOrder=ascending",
        ] {
            assert_eq!(found(world, query).await, ["ava@x.example"], "{query}");
        }
        let answer = world.get("/Users/?filter=userName+eq+%22ava%40x.example%22").await;
        assert_eq!(answer.body["totalResults"], 1, "a trailing slash is no other address");
    }

    async fn a_raw_plus_is_a_plus_where_a_blank_finds_nothing(world: World) {
        for name in ["svc+backup", "a+b c", "x y+z@x.example"] {
            world.user(name).await;
        }
        let group = world.group("C++ Developers", &[]).await;
        let groups = world.get("/Groups?filter=displayName%20eq%20%22C++%20Developers%22").await;
        assert_eq!(groups.body["Resources"][0]["id"], json!(group));
        assert_eq!(found(world, "userName+eq+%22svc+backup%22").await, ["svc+backup"]);
        // Every raw plus is read as a plus, or none is. A blank that was sent as `%20` stays a blank.
        assert_eq!(found(world, "userName+eq+%22a+b%20c%22").await, ["a+b c"]);
        assert_eq!(found(world, "userName+eq+%22a+b+c%22").await, [""; 0]);
        assert_eq!(found(world, "userName+eq+%22x%20y+z%40x.example%22").await, ["x y+z@x.example"]);
    }

    async fn a_blank_never_finds_another_person(world: World) {
        world.user("a+b@x.example").await;
        assert_eq!(found(world, "userName%20eq%20%22a%20b%40x.example%22").await, [""; 0]);
        assert_eq!(found(world, "userName+eq+%22a%20b%40x.example%22").await, [""; 0]);
        assert_eq!(found(world, "userName+eq+%22a+b%40x.example%22+or+userName+eq+%22q%22").await, [""; 0], "no single lookup");
        assert_eq!(found(world, "userName+sw+%22a+b%22").await, [""; 0], "no eq");
        for body in [json!({ "filter": "userName eq \"a b@x.example\"" }), json!({ "filter": "userName+eq+\"a+b@x.example\"" })] {
            let searched = world.post("/Users/.search", body).await;
            assert_ne!(searched.body["totalResults"], json!(1), "{}", searched.text);
        }
    }
}
