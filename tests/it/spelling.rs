//! Texts that are difficult for one database or another give the same answers on all of them.

use serde_json::json;

use crate::{
    on_each_database,
    world::{GROUP, USER, World, encode},
};

const TEXTS: [&str; 22] = [
    "Åsa Ström",
    "Σίσυφος",
    "İstanbul",
    "straße",
    "日本語",
    "😀 smile",
    "e\u{301}clair",
    "O'Neil",
    "say \"hi\"",
    "back\\slash",
    "100%",
    "a_b",
    "a%b_c",
    "semi;colon",
    "-- comment",
    "/* x */",
    "$ref",
    "{curly}",
    "[square]",
    "tab\there",
    "q?mark",
    "نص عربي",
];

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

on_each_database! {
    async fn a_user_name_is_kept_found_and_unique_whatever_it_is_spelled_with(world: World) {
        for text in TEXTS {
            let body = json!({ "schemas": [USER], "userName": text, "displayName": text, "title": text });
            let created = world.post("/Users", body.clone()).await;
            assert_eq!((created.status, &created.body["userName"]), (201, &json!(text)));
            let id = created.body["id"].as_str().unwrap();
            let upper: String = text.chars().flat_map(char::to_uppercase).collect();
            // Letter case is mapped one character at a time, so a final sigma does not come back.
            let lower = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
            let comes_back = lower(&upper) == lower(text);
            for spelled in [text, &format!(" {text} "), if comes_back { &upper } else { text }] {
                for attribute in ["userName", "displayName", "title"] {
                    let found = world.ids("/Users", &format!("{attribute} eq {}", quoted(spelled))).await;
                    assert_eq!(found, [id], "{attribute} {spelled:?}");
                }
            }
            for operator in ["co", "sw", "ew"] {
                for attribute in ["userName", "title"] {
                    assert_eq!(world.ids("/Users", &format!("{attribute} {operator} {}", quoted(text))).await, [id], "{text:?}");
                }
            }
            assert_eq!(world.post("/Users", body).await.status, 409, "{text:?}");
        }
        assert_eq!(world.ids("/Users", "userName sw \"%\"").await.len(), 0, "no wildcard");
        assert_eq!(world.ids("/Users", "userName eq \"a_b\"").await.len(), 1);
        assert_eq!(world.ids("/Users", "userName eq \"asa strom\"").await.len(), 0, "accents are significant");
    }

    async fn a_display_name_is_kept_found_and_unique_whatever_it_is_spelled_with(world: World) {
        let ava = world.user("ava@x.y").await;
        for text in TEXTS {
            let id = world.group(text, &[&ava]).await;
            for attribute in ["displayName eq", "displayName co", "displayName sw"] {
                assert_eq!(world.ids("/Groups", &format!("{attribute} {}", quoted(text))).await, [id.as_str()], "{text:?}");
            }
            let body = json!({ "schemas": [GROUP], "displayName": text });
            assert_eq!(world.post("/Groups", body).await.status, 409, "{text:?}");
        }
        let groups = world.get(&format!("/Users/{ava}")).await.body["groups"].clone();
        let shown: Vec<&str> = groups.as_array().unwrap().iter().map(|group| group["display"].as_str().unwrap()).collect();
        assert_eq!(shown, TEXTS);
    }

    async fn blanks_at_the_end_count_only_where_letter_case_does(world: World) {
        world.created("/Users", json!({ "schemas": [USER], "userName": "a", "externalId": "x" })).await;
        world.created("/Users", json!({ "schemas": [USER], "userName": "b", "externalId": "x " })).await;
        assert_eq!(world.ids("/Users", "externalId eq \"x\"").await.len(), 1);
        assert_eq!(world.ids("/Users", "externalId eq \"x \"").await.len(), 1);
        assert_eq!(world.ids("/Users", "externalId eq \"X\"").await.len(), 0);
        assert_eq!(world.ids("/Users", "userName eq \"a \"").await.len(), 1);
    }

    async fn what_cannot_be_stored_is_refused_and_what_cannot_be_found_matches_nothing(world: World) {
        let user = |name: &str| json!({ "schemas": [USER], "userName": name });
        let group = |name: &str| json!({ "schemas": [GROUP], "displayName": name });
        for text in ["", "   ", "nul\0", &"x".repeat(513), &"ä".repeat(513)] {
            for (endpoint, body) in [("/Users", user(text)), ("/Groups", group(text))] {
                let answer = world.post(endpoint, body).await;
                assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{text:?}");
            }
        }
        let longest = "ä".repeat(512);
        world.created("/Users", user(&longest)).await;
        world.created("/Groups", group(&longest)).await;
        assert_eq!(world.ids("/Users", &format!("userName eq {}", quoted(&longest))).await.len(), 1);
        for literal in ["\"nul\\u0000\"", "\"\"", &quoted(&"x".repeat(4000))] {
            assert_eq!(world.ids("/Users", &format!("userName eq {literal}")).await.len(), 0);
            assert_eq!(world.ids("/Groups", &format!("displayName eq {literal}")).await.len(), 0);
        }
        assert_eq!(world.ids("/Users", "not (userName eq \"nul\\u0000\")").await.len(), 1);
        assert_eq!(world.get(&format!("/Users/{}", encode("1\0"))).await.status, 404);
        assert_eq!(world.find("/Users", "userName eq \0").await.status, 400);
    }

    async fn names_that_differ_by_a_mark_alone_are_two(world: World) {
        for name in ["resume", "résumé", "RESUME\u{301}", "re\u{301}sume\u{301}"] {
            let answer = world.post("/Users", json!({ "schemas": [USER], "userName": name })).await;
            let expected = if name == "re\u{301}sume\u{301}" { 409 } else { 201 };
            assert_eq!(answer.status, expected, "{name}: composed and decomposed are the same");
        }
    }
}
