//! PATCH inside an unregistered extension works as for any other attribute (RFC 7644 section 3.5.2).

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{Answer, World},
};

const URN: &str = "urn:example:acme:User";

async fn user(world: &World) -> String {
    let body = json!({ "userName": "ava@x.y", URN: {
        "tags": ["a", "b"], "badge": { "id": "7", "color": "red" },
        "mails": [{ "value": "m@x.y", "type": "work", "primary": true }, { "value": "n@x.y", "type": "home" }],
    } });
    format!("/Users/{}", world.created("/Users", body).await)
}

async fn patched(world: &World, path: &str, operations: Value) -> Value {
    let answer = world.patch(path, operations).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(world.get(path).await.body, answer.body);
    answer.body[URN].clone()
}

fn operation(op: &str, path: &str, value: Value) -> Value {
    json!([{ "op": op, "path": format!("{URN}:{path}"), "value": value }])
}

on_each_database! {
    async fn values_are_added_to_a_list_and_each_is_there_once(world: World) {
        let path = user(world).await;
        assert_eq!(patched(world, &path, operation("add", "tags", json!(["c", "a"]))).await["tags"], json!(["a", "b", "c"]));
        assert_eq!(patched(world, &path, operation("add", "tags", json!("d"))).await["tags"], json!(["a", "b", "c", "d"]));
        for nothing in [json!([]), Value::Null] {
            assert_eq!(patched(world, &path, operation("add", "tags", nothing)).await["tags"], json!(["a", "b", "c", "d"]));
        }
        let pathless = json!([{ "op": "add", "value": { URN: { "TAGS": ["e"] } } }]);
        assert_eq!(patched(world, &path, pathless).await["tags"], json!(["a", "b", "c", "d", "e"]));
        assert_eq!(patched(world, &path, operation("replace", "tags", json!(["z"]))).await["tags"], json!(["z"]));
    }

    async fn values_are_removed_by_a_list_and_all_of_them_without_one(world: World) {
        let path = user(world).await;
        assert_eq!(patched(world, &path, operation("remove", "tags", json!([]))).await["tags"], json!(["a", "b"]));
        assert_eq!(patched(world, &path, operation("remove", "tags", json!(["A", "x"]))).await["tags"], json!(["b"]));
        let named = json!([{ "value": "n@x.y", "primary": false }]);
        let left = patched(world, &path, operation("remove", "mails", named)).await;
        assert_eq!(left["mails"], json!([{ "value": "m@x.y", "type": "work", "primary": true }]));
        assert!(patched(world, &path, operation("remove", "mails", json!(""))).await.get("mails").is_none());
        assert!(patched(world, &path, json!([{ "op": "remove", "path": format!("{URN}:tags") }])).await.get("tags").is_none());
    }

    async fn a_part_of_an_object_is_merged(world: World) {
        let path = user(world).await;
        let merged = patched(world, &path, operation("add", "badge", json!({ "Color": "blue", "size": 3 }))).await;
        assert_eq!(merged["badge"], json!({ "id": "7", "color": "blue", "size": 3 }));
        let merged = patched(world, &path, operation("replace", "badge", json!({ "size": null, "id": "8" }))).await;
        assert_eq!(merged["badge"], json!({ "id": "8", "color": "blue" }));
        assert_eq!(patched(world, &path, operation("replace", "badge.color", json!("green"))).await["badge"]["color"], "green");
        assert_eq!(patched(world, &path, operation("remove", "badge.color", Value::Null)).await["badge"], json!({ "id": "8" }));
    }

    async fn a_filter_chooses_among_values(world: World) {
        let path = user(world).await;
        let changed = patched(world, &path, operation("replace", "mails[type eq \"HOME\"].value", json!("o@x.y"))).await;
        assert_eq!(changed["mails"][1], json!({ "value": "o@x.y", "type": "home" }));
        let added = patched(world, &path, operation("add", "mails[type eq \"other\"].value", json!("p@x.y"))).await;
        assert_eq!(added["mails"][2], json!({ "type": "other", "value": "p@x.y" }));
        let replaced = patched(world, &path, operation("replace", "mails[type eq \"other\"]", json!({ "display": "P" }))).await;
        assert_eq!(replaced["mails"][2], json!({ "type": "other", "display": "P" }));
        let fewer = patched(world, &path, json!([{ "op": "remove", "path": format!("{URN}:mails[type ne \"work\"]") }])).await;
        assert_eq!(fewer["mails"].as_array().unwrap().len(), 1);
        assert_eq!(patched(world, &path, operation("remove", "tags[value eq \"x\"]", Value::Null)).await["tags"], json!(["a", "b"]));
        let refused: Answer = world.patch(&path, operation("replace", "mails[value eq \"nobody\"].type", json!("x"))).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("noTarget")), "{}", refused.text);
        let refused = world.patch(&path, operation("replace", "mails[type zz \"x\"].type", json!("x"))).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{}", refused.text);
    }

    async fn one_urn_is_one_extension_however_it_is_spelled(world: World) {
        let path = user(world).await;
        // scimple#704: a dot after the URN.
        let changed = patched(world, &path, json!([{ "op": "replace", "path": format!("{URN}.tags"), "value": ["x"] }])).await;
        assert_eq!(changed["tags"], json!(["x"]));
        assert_eq!(patched(world, &path, json!([{ "op": "replace", "path": format!("{URN}:badge:color"), "value": "x" }])).await["badge"]["color"], "x");
        let extensions = |answer: &Answer| answer.body.as_object().unwrap().keys().filter(|key| key.contains(':')).cloned().collect::<Vec<_>>();
        assert_eq!(extensions(&world.get(&path).await), [URN]);
        // An object comes before a text of the same URN: in two operations, and in one body in either order.
        let patch = json!([
            { "op": "add", "path": "urn:x:y:badge", "value": { "id": "1" } }, { "op": "add", "path": "urn:x:y:tag", "value": "t" },
        ]);
        let patched = world.patch(&path, patch).await;
        assert_eq!((extensions(&patched).len(), &patched.body["urn:x:y"]), (2, &json!({ "badge": { "id": "1" }, "tag": "t" })), "{}", patched.text);
        for (name, body) in [
            ("b@x.y", json!({ "userName": "b@x.y", "urn:x:y:badge": { "id": "1" }, "urn:x:y:tag": "t" })),
            ("c@x.y", json!({ "userName": "c@x.y", "urn:x:y:tag": "t", "urn:x:y:badge": { "id": "1" } })),
        ] {
            let posted = world.post("/Users", body).await;
            assert_eq!((posted.status, extensions(&posted)), (201, vec!["urn:x:y".to_owned()]), "{name}: {}", posted.text);
            assert_eq!(posted.body["urn:x:y"], json!({ "badge": { "id": "1" }, "tag": "t" }));
        }
    }

    async fn a_value_that_is_alone_stays_alone_unless_a_list_is_added(world: World) {
        let path = user(world).await;
        for (op, at, value, is) in [
            ("replace", "one", json!("z"), json!("z")),
            // Old jobs of Entra ID wrap simple values (azure-docs#42220).
            ("replace", "one", json!([{ "$ref": null, "value": "q" }]), json!("q")),
            ("add", "one", json!([{ "$ref": null, "value": "r" }]), json!("r")),
            ("add", "one", json!(["s"]), json!(["r", "s"])),
            ("replace", "part", json!({ "k": "1", "l": "2" }), json!({ "k": "1", "l": "2" })),
            ("replace", "part[k eq \"1\"].l", json!("z"), json!({ "k": "1", "l": "z" })),
        ] {
            let changed = patched(world, &path, operation(op, at, value)).await;
            assert_eq!(changed[at.split('[').next().unwrap()], is, "{op} {at}");
        }
    }

    async fn a_simple_value_is_removed_by_an_object_that_has_it(world: World) {
        let path = user(world).await;
        patched(world, &path, operation("replace", "tags", json!(["a", "b", "c"]))).await;
        assert_eq!(patched(world, &path, operation("remove", "tags", json!([{ "value": "a" }]))).await["tags"], json!(["b", "c"]));
        assert_eq!(patched(world, &path, operation("remove", "tags", json!(["b"]))).await["tags"], json!(["c"]));
    }
}
