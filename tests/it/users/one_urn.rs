//! One unregistered URN is one extension, however its attributes are spelled: as `URN.attr` (scimple#704), as
//! `URN:attr`, or as an object that could be an extension of its own.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, USER, World},
};

fn extensions(answer: &Answer) -> Value {
    assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
    let members = answer.body.as_object().unwrap().iter();
    members.filter(|(key, _)| key.contains(':')).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns a body with a `userName` and these attributes.
fn body(extension: &Value) -> Value {
    let mut body = json!({ "userName": "ava@x.y" });
    body.as_object_mut().unwrap().extend(extension.as_object().unwrap().clone());
    body
}

/// Returns what is stored, what a PUT or a returning POST sends, and what is stored afterwards.
fn replacements() -> Vec<[Value; 3]> {
    vec![
        [
            json!({ "urn:a:Lucky": { "n": "7" } }),
            json!({ "urn:a:Lucky.n": "9" }),
            json!({ "urn:a:Lucky": { "n": "9" } }),
        ],
        [json!({ "urn:x:y:tag": "t" }), json!({ "urn:x:y.tag": "u" }), json!({ "urn:x:y": { "tag": "u" } })],
        [json!({ "urn:x:y:tag": "t" }), json!({ "URN:X:Y.tag": "u" }), json!({ "urn:x:y": { "tag": "u" } })],
        [
            json!({ "urn:x:y:tag": "t" }),
            json!({ "urn:x:y:badge": { "id": "1" } }),
            json!({ "urn:x:y": { "badge": { "id": "1" } } }),
        ],
        // A stored object turns out to be part of the extension that the body replaces.
        [
            json!({ "urn:x:y:badge": { "id": "1" } }),
            json!({ "urn:x:y:tag": "t" }),
            json!({ "urn:x:y": { "tag": "t" } }),
        ],
        [
            json!({ "urn:x:y:badge": { "id": "1" } }),
            json!({ "urn:x:y.tag": "t" }),
            json!({ "urn:x:y": { "tag": "t" } }),
        ],
        [
            json!({ "urn:x:y:badge": { "id": "1" } }),
            json!({ "urn:x:y:badge": "B" }),
            json!({ "urn:x:y": { "badge": "B" } }),
        ],
        // A body that names another extension leaves this one alone.
        [
            json!({ "urn:x:y:tag": "t" }),
            json!({ "urn:x:z:tag": "u" }),
            json!({ "urn:x:y": { "tag": "t" }, "urn:x:z": { "tag": "u" } }),
        ],
    ]
}

on_each_database! {
    async fn a_put_never_makes_a_second_extension_of_a_stored_urn(world: World) {
        for [stored, said, expected] in replacements() {
            let user = world.created("/Users", body(&stored)).await;
            let path = format!("/Users/{user}");
            assert_eq!(extensions(&world.put(&path, body(&said)).await), expected, "{stored} {said}");
            assert_eq!(extensions(&world.get(&path).await), expected);
            assert_eq!(extensions(&world.put(&path, body(&said)).await), expected, "the same PUT again changes nothing");
            assert_eq!(world.delete(&path).await.status, 204);
        }
    }

    async fn a_post_that_reactivates_never_makes_a_second_extension_of_a_stored_urn(world: World) {
        for [stored, said, expected] in replacements() {
            let mut leaver = body(&stored);
            leaver["active"] = json!(false);
            let user = world.created("/Users", leaver).await;
            assert_eq!(extensions(&world.post("/Users", body(&said)).await), expected, "{stored} {said}");
            assert_eq!(world.delete(&format!("/Users/{user}")).await.status, 204);
        }
    }

    async fn a_put_of_a_group_never_makes_a_second_extension_of_a_stored_urn(world: World) {
        let named = |extension: &Value| {
            let mut group = extension.clone();
            group["displayName"] = json!("A");
            group
        };
        for [stored, said, expected] in replacements() {
            let group = world.created("/Groups", named(&stored)).await;
            assert_eq!(extensions(&world.put(&format!("/Groups/{group}"), named(&said)).await), expected, "{said}");
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
    }

    async fn a_body_means_the_same_in_whatever_order_its_keys_come(world: World) {
        for (one, two, expected) in [
            (("urn:x:y.num", json!(1)), ("urn:x:y:tag", json!("t")), json!({ "urn:x:y": { "tag": "t", "num": 1 } })),
            (
                ("urn:x:y.num", json!(1)),
                ("urn:x:y:badge", json!({ "id": "1" })),
                json!({ "urn:x:y": { "num": 1, "badge": { "id": "1" } } }),
            ),
            (("urn:x:y.num", json!(1)), ("urn:x:y", json!({ "tag": "t" })), json!({ "urn:x:y": { "tag": "t", "num": 1 } })),
            (("urn:x:y.num", json!(1)), ("schemas", json!([USER, "urn:x:y"])), json!({ "urn:x:y": { "num": 1 } })),
            // An object stays an extension of its own, even if its URN begins with another extension's URN.
            (
                ("urn:x:y", json!({ "tag": "t" })),
                ("urn:x:y:badge", json!({ "id": "1" })),
                json!({ "urn:x:y": { "tag": "t" }, "urn:x:y:badge": { "id": "1" } }),
            ),
        ] {
            for [first, second] in [[&one, &two], [&two, &one]] {
                let pairs = [first, second].map(|(key, value)| ((*key).to_owned(), value.clone()));
                let said = body(&Value::Object(pairs.into_iter().collect()));
                let posted = world.post("/Users", said.clone()).await;
                assert_eq!(extensions(&posted), expected, "{said}");
                let path = format!("/Users/{}", posted.body["id"].as_str().unwrap());
                assert_eq!(extensions(&world.put(&path, said.clone()).await), expected, "{said}");
                assert_eq!(world.delete(&path).await.status, 204);
            }
        }
    }

    async fn an_object_after_a_dot_is_part_of_the_urn_before_it_in_any_order(world: World) {
        let one = json!({ "urn:x:y": { "a": "1", "tag": { "k": "2" } } });
        for (first, second) in [
            (("urn:x:y", json!({ "a": "1" })), ("urn:x:y.tag", json!({ "k": "2" }))),
            (("urn:x:y:a", json!("1")), ("urn:x:y.tag", json!({ "k": "2" }))),
        ] {
            for [first, second] in [[&first, &second], [&second, &first]] {
                let pairs = [first, second].map(|(key, value)| ((*key).to_owned(), value.clone()));
                let said = body(&Value::Object(pairs.into_iter().collect()));
                let posted = world.post("/Users", said.clone()).await;
                assert_eq!(extensions(&posted), one, "POST {said}");
                let path = format!("/Users/{}", posted.body["id"].as_str().unwrap());
                assert_eq!(extensions(&world.put(&path, said.clone()).await), one, "PUT {said}");
                assert_eq!(world.delete(&path).await.status, 204);
                let path = format!("/Users/{}", world.user("ava@x.y").await);
                let add = |(key, value): &(&str, Value)| json!({ "op": "add", "path": key, "value": value });
                let patched = world.patch(&path, json!([add(first), add(second)])).await;
                assert_eq!(extensions(&patched), one, "PATCH {said}");
                assert_eq!(world.delete(&path).await.status, 204);
            }
        }
    }

    async fn of_two_keys_with_dots_no_value_is_lost(world: World) {
        for keys in [["urn:x:y.tag", "urn:x:y:badge.no"], ["urn:x:y:badge.no", "urn:x:y.tag"]] {
            let pairs = keys.map(|key| (key.to_owned(), json!("v")));
            let posted = world.post("/Users", body(&Value::Object(pairs.into_iter().collect()))).await;
            assert_eq!(extensions(&posted), json!({ "urn:x:y": { "tag": "v", "badge": { "no": "v" } } }), "{keys:?}");
            assert_eq!(world.delete(&format!("/Users/{}", posted.body["id"].as_str().unwrap())).await.status, 204);
        }
        let path = format!("/Users/{}", world.user("ava@x.y").await);
        let add = |key: &str| json!({ "op": "add", "path": key, "value": "v" });
        let patched = world.patch(&path, json!([add("urn:x:y.tag"), add("urn:x:y:badge.no")])).await;
        assert_eq!(patched.text.matches("\"v\"").count(), 2, "{}", patched.text);
    }

    async fn the_same_put_gives_the_same_whatever_its_nulls(world: World) {
        for said in [
            json!({ "urn:x:y:badge": "t", "urn:x:y.badge": null }),
            json!({ "urn:x:y:badge": null, "urn:x:y.badge": { "k": "1" } }),
            json!({ "urn:x:y:badge:no": "n", "urn:x:y:badge.no": null }),
            json!({ "urn:x:y:badge": { "a": "1" }, "urn:x:y:tag": "t", "schemas": [USER, "urn:x:y:badge"] }),
            json!({ "urn:x:y:badge.no": "n", "urn:x:y.badge": { "a": "1" }, "schemas": [USER, "urn:x:y:badge"] }),
            json!({ "urn:x:y": { "tag": null }, "urn:x:y:tag": "t" }),
        ] {
            let posted = world.post("/Users", body(&said)).await;
            let first = extensions(&posted);
            let path = format!("/Users/{}", posted.body["id"].as_str().unwrap());
            for time in 1..=3 {
                assert_eq!(extensions(&world.put(&path, body(&said)).await), first, "{time}: {said}");
            }
            // The body that sets both `urn:x:y:badge.no` and `urn:x:y.badge` names two extensions. Every other body
            // names one.
            let says_both = said["urn:x:y:badge.no"] == "n";
            assert_eq!(first.as_object().unwrap().len(), 1 + usize::from(says_both), "{said}: {first}");
            assert_eq!(world.delete(&path).await.status, 204);
        }
        let stored = json!({ "urn:x:y": { "tag": "t" }, "urn:x:z": { "k": "1" } });
        let path = format!("/Users/{}", world.created("/Users", body(&stored)).await);
        let cleared = extensions(&world.put(&path, body(&json!({ "urn:x:y:tag": null }))).await);
        assert_eq!(cleared, json!({ "urn:x:z": { "k": "1" } }), "null names the extension");
    }

    async fn a_patch_after_an_object_takes_it_into_the_urn_that_a_dot_names(world: World) {
        let user = world.created("/Users", body(&json!({ "urn:x:y:badge": { "id": "1" } }))).await;
        let path = format!("/Users/{user}");
        let patched = world.patch(&path, json!([{ "op": "add", "path": "urn:x:y.tag", "value": "t" }])).await;
        assert_eq!(extensions(&patched), json!({ "urn:x:y": { "badge": { "id": "1" }, "tag": "t" } }));
    }
}
