//! People who come back, and people who come under the name of somebody who left.

use fleet_scim::{hosts::Source, poem::http::Method};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, World},
};

const GUID: &str = "2a69c9a6-1708-45b7-acbe-a7b4c8fb102a";

/// Creates Sam, who had a department and a group, and left.
async fn leaver(world: &World) -> String {
    let body = json!({ "userName": "sam@x.y", "externalId": "old", ENTERPRISE: { "department": "Finance" } });
    let sam = world.created("/Users", body).await;
    world.group("Finance", &[&sam]).await;
    assert_eq!(
        world.patch(&format!("/Users/{sam}"), json!([{ "op": "replace", "value": { "active": false } }])).await.status,
        200
    );
    sam
}

async fn remove(world: &World, user: &str) {
    assert_eq!(world.delete(&format!("/Users/{user}")).await.status, 204);
    for group in world.get("/Groups").await.body["Resources"].as_array().unwrap() {
        world.delete(&format!("/Groups/{}", group["id"].as_str().unwrap())).await;
    }
}

fn bulk(method: &str, path: &str, data: Value) -> Value {
    json!({ "Operations": [{ "method": method, "path": path, "bulkId": "b", "data": data }] })
}

on_each_database! {
    async fn a_put_drops_nothing_unless_it_brings_another_person_back(world: World) {
        for (said, groups, department) in [
            (json!({ "active": true }), 1, json!("Finance")),
            (json!({ "externalId": "new" }), 1, json!("Finance")),
            (json!({ "externalId": "new", "active": false }), 1, json!("Finance")),
            (json!({ "externalId": "old", "active": true }), 1, json!("Finance")),
            (json!({ "externalId": null, "active": true }), 1, json!("Finance")),
            (json!({ "externalId": "new", "active": true }), 0, Value::Null),
            (json!({ "externalId": "new", "active": true, ENTERPRISE: { "department": "Law" } }), 0, json!("Law")),
            (json!({ "externalId": "new", "active": true, ENTERPRISE: { "costCenter": "9" } }), 0, Value::Null),
        ] {
            for by_bulk in [false, true] {
                let sam = leaver(world).await;
                let path = format!("/Users/{sam}");
                let mut body = json!({ "userName": "sam@x.y" });
                body.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
                if by_bulk {
                    assert_eq!(world.post("/Bulk", bulk("PUT", &path, body)).await.body["Operations"][0]["status"], "200");
                } else {
                    assert_eq!(world.put(&path, body).await.status, 200);
                }
                let user = world.get(&path).await.body;
                assert_eq!(user["groups"].as_array().unwrap().len(), groups, "{said} {by_bulk}");
                assert_eq!(user[ENTERPRISE]["department"], department, "{said} {by_bulk}");
                remove(world, &sam).await;
            }
        }
    }

    async fn a_post_of_another_person_has_what_the_body_says_alone_or_by_bulk(world: World) {
        for by_bulk in [false, true] {
            let sam = leaver(world).await;
            let body = json!({ "userName": "sam@x.y", "externalId": "new", "active": true, ENTERPRISE: { "costCenter": "9" } });
            if by_bulk {
                assert_eq!(world.post("/Bulk", bulk("POST", "/Users", body)).await.body["Operations"][0]["status"], "201");
            } else {
                assert_eq!(world.post("/Users", body).await.status, 201);
            }
            let user = world.get(&format!("/Users/{sam}")).await.body;
            assert_eq!((&user["groups"], &user[ENTERPRISE]), (&json!([]), &json!({ "costCenter": "9" })), "{by_bulk}");
            remove(world, &sam).await;
        }
    }

    async fn a_patch_of_another_person_by_bulk_drops_what_was_the_first_ones(world: World) {
        let sam = leaver(world).await;
        let operations = json!({ "Operations": [{ "op": "replace", "value": { "active": true, "externalId": "new" } }] });
        let path = format!("/Users/{sam}");
        assert_eq!(world.post("/Bulk", bulk("PATCH", &path, operations)).await.body["Operations"][0]["status"], "200");
        let user = world.get(&path).await.body;
        assert_eq!((&user["groups"], user.get(ENTERPRISE)), (&json!([]), None));
    }

    async fn an_active_user_who_gets_another_id_keeps_everything(world: World) {
        let sam = leaver(world).await;
        let path = format!("/Users/{sam}");
        assert_eq!(world.put(&path, json!({ "userName": "sam@x.y", "active": true })).await.status, 200);
        assert_eq!(world.put(&path, json!({ "userName": "sam@x.y", "active": true, "externalId": "new" })).await.status, 200);
        let user = world.get(&path).await.body;
        assert_eq!((user["groups"].as_array().unwrap().len(), &user[ENTERPRISE]["department"]), (1, &json!("Finance")));
    }

    async fn an_okta_id_has_twenty_characters(world: World) {
        for (at, (id, lasts)) in [
            ("00ub0oNGTSWTBKOLGLNR", true), ("00u", false), ("00ursula", false), ("00ub0oNGTSWTBKOLGLNRx", false),
            ("00ub0oNGTSWT-KOLGLNR", false), ("2a69c9a6170845b7acbea7b4c8fb102a", false),
        ].into_iter().enumerate() {
            let left = world.created("/Users", json!({ "userName": format!("a{at}@x.y"), "externalId": id, "active": false })).await;
            let back = world.created("/Users", json!({ "userName": format!("b{at}@x.y"), "externalId": id })).await;
            assert_eq!(left == back, lasts, "{id}");
        }
    }

    async fn an_id_that_two_leavers_have_restores_neither(world: World) {
        let leaver = async |name: &str| {
            world.created("/Users", json!({ "userName": name, "externalId": GUID, "active": false })).await
        };
        let (a, b) = (leaver("a@x.y").await, leaver("b@x.y").await);
        let new = world.created("/Users", json!({ "userName": "c@x.y", "externalId": GUID, "active": true })).await;
        assert!(new != a && new != b);
        assert_eq!(world.get(&format!("/Users/{a}")).await.body["active"], false);
    }

    async fn who_comes_inactive_restores_nobody(world: World) {
        let left = world.created("/Users", json!({ "userName": "a@x.y", "externalId": GUID, "active": false })).await;
        let new = world.created("/Users", json!({ "userName": "b@x.y", "externalId": GUID, "active": false })).await;
        assert_ne!(left, new);
        assert_eq!(world.get(&format!("/Users/{left}")).await.body["userName"], "a@x.y");
    }

    async fn a_name_that_somebody_has_is_no_way_back_by_an_id(world: World) {
        let left = world.created("/Users", json!({ "userName": "a@x.y", "externalId": GUID, "active": false })).await;
        let before = world.get(&format!("/Users/{left}")).await.body;
        world.user("busy@x.y").await;
        let refused = world.post("/Users", json!({ "userName": "busy@x.y", "externalId": GUID })).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (409, &json!("uniqueness")));
        let gone = world.created("/Users", json!({ "userName": "gone@x.y", "active": false })).await;
        assert_eq!(world.created("/Users", json!({ "userName": "gone@x.y", "externalId": GUID })).await, gone, "the name decides");
        assert_eq!(world.get(&format!("/Users/{left}")).await.body, before);
    }

    async fn a_create_that_asks_for_none_restores_nobody(world: World) {
        let left = world.created("/Users", json!({ "userName": "a@x.y", "externalId": GUID, "active": false })).await;
        let request = world.request(Method::POST, "/Users", "admin").header("if-none-match", "*").content_type("application/scim+json");
        let refused = world.send(request.body(json!({ "userName": "b@x.y", "externalId": GUID }).to_string())).await;
        assert_eq!(refused.status, 412, "{}", refused.text);
        assert!(refused.detail().contains("externalId"), "{}", refused.detail());
        assert_eq!(world.get(&format!("/Users/{left}")).await.body["active"], false);
    }

    async fn who_returns_under_another_name_has_the_host_again_alone_or_by_bulk(world: World) {
        for (host, by_bulk) in [(1, false), (2, true)] {
            let (old, new, mail) = (format!("old{host}@x.y"), format!("new{host}@x.y"), format!("mail{host}@x.y"));
            let id = format!("2a69c9a6-1708-45b7-acbe-a7b4c8fb102{host}");
            let emails = json!([{ "value": mail }]);
            let left = world.created("/Users", json!({ "userName": old, "externalId": id, "emails": emails, "active": false })).await;
            world.host(host, &Source::MdmIdpAccounts, &mail).await;
            let body = json!({ "userName": new, "externalId": id, "emails": emails });
            if by_bulk {
                let answer = world.post("/Bulk", bulk("POST", "/Users", body)).await;
                assert_eq!(answer.body["Operations"][0]["status"], "201", "{}", answer.text);
            } else {
                assert_eq!(world.created("/Users", body).await, left);
            }
            let user = world.get(&format!("/Users/{left}")).await.body;
            assert_eq!((&user["userName"], &user["active"]), (&json!(new), &json!(true)), "{by_bulk}");
            let shown = world.end_users(host).await;
            assert_eq!((world.owner(host).await, shown.end_users[0].idp_active), (Some(left), Some(true)), "{by_bulk}");
        }
    }
}
