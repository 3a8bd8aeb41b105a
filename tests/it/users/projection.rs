//! `attributes` and `excludedAttributes`.

use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

async fn ava(world: &World) -> String {
    world.created("/Users", json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "ava@x.y",
        "name": { "givenName": "Ava", "familyName": "Stone" },
        "emails": [{ "value": "ava@x.y", "type": "work" }, { "value": "ava@home.y", "type": "home" }],
        ENTERPRISE: { "department": "R&D", "costCenter": "7", "manager": { "value": "1", "$ref": "../Users/1" } },
    })).await
}

fn names(resource: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = resource.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

on_each_database! {
    async fn only_what_is_asked_for_is_answered(world: World) {
        let id = ava(world).await;
        for (asked, answered) in [
            ("userName", vec!["id", "schemas", "userName"]),
            ("USERNAME, emails", vec!["emails", "id", "schemas", "userName"]),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName", vec!["id", "schemas", "userName"]),
            ("groups,meta", vec!["groups", "id", "meta", "schemas"]),
            ("nothingLikeThis", vec!["id", "schemas"]),
            (ENTERPRISE, vec!["id", "schemas", ENTERPRISE]),
        ] {
            let user = world.get(&format!("/Users/{id}?attributes={asked}").replace(' ', "%20")).await;
            assert_eq!(user.status, 200);
            assert_eq!(names(&user.body), answered, "{asked}");
        }
    }

    async fn sub_attributes_can_be_asked_for(world: World) {
        let id = ava(world).await;
        let asked = format!("name.familyName,emails.value,{ENTERPRISE}:department,manager.value");
        let user = world.get(&format!("/Users/{id}?attributes={asked}")).await.body;
        assert_eq!(user["name"], json!({ "familyName": "Stone" }));
        assert_eq!(user["emails"], json!([{ "value": "ava@x.y" }, { "value": "ava@home.y" }]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D", "manager": { "value": "1" } }));
        assert!(user.get("userName").is_none());
    }

    async fn what_is_excluded_is_not_answered(world: World) {
        let id = ava(world).await;
        let path = format!("/Users/{id}?excludedAttributes=emails,name.givenName,Groups,{ENTERPRISE}:manager");
        let user = world.get(&path).await.body;
        assert_eq!(names(&user), ["active", "id", "meta", "name", "schemas", ENTERPRISE, "userName"]);
        assert_eq!(user["name"], json!({ "familyName": "Stone" }));
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D", "costCenter": "7" }));
    }

    async fn the_id_is_always_answered(world: World) {
        let id = ava(world).await;
        let user = world.get(&format!("/Users/{id}?excludedAttributes=id,schemas,userName")).await.body;
        assert_eq!(user["id"], id);
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
        assert!(user.get("userName").is_none());
    }

    async fn every_answer_with_a_user_is_projected(world: World) {
        let posted = world.post("/Users?attributes=userName", json!({ "userName": "sam@x.y", "title": "Dr" })).await;
        let id = posted.body["id"].as_str().unwrap();
        let put = world.put(&format!("/Users/{id}?attributes=userName"), json!({ "userName": "sam@x.y" })).await;
        let title = json!([{ "op": "add", "path": "title", "value": "Prof" }]);
        let patched = world.patch(&format!("/Users/{id}?attributes=userName"), title).await;
        let listed = world.get("/Users?attributes=userName").await;
        for user in [&posted.body, &put.body, &patched.body, &listed.body["Resources"][0]] {
            assert_eq!(names(user), ["id", "schemas", "userName"]);
        }
        let bare = world.get("/Users?excludedAttributes=meta,groups").await.body;
        assert_eq!(names(&bare["Resources"][0]), ["active", "id", "schemas", "title", "userName"]);
    }

    async fn a_projection_does_not_change_the_version(world: World) {
        let id = ava(world).await;
        let whole = world.get(&format!("/Users/{id}")).await;
        let part = world.get(&format!("/Users/{id}?attributes=userName")).await;
        assert_eq!(part.header("etag"), whole.header("etag"));
    }

    async fn an_unregistered_extension_can_be_asked_for(world: World) {
        let urn = "urn:okta:acme:1.0:user:custom";
        let id = world.created("/Users", json!({ "userName": "ava@x.y", urn: { "badge": "B", "floor": 3 } })).await;
        let whole = world.get(&format!("/Users/{id}?attributes={urn}")).await.body;
        assert_eq!(names(&whole), ["id", "schemas", urn]);
        let part = world.get(&format!("/Users/{id}?attributes={urn}:badge")).await.body;
        assert_eq!(part[urn], json!({ "badge": "B" }));
    }

    async fn the_urn_of_the_resource_names_all_of_its_own_attributes(world: World) {
        let id = ava(world).await;
        let user = format!("/Users/{id}");
        let whole = world.get(&user).await.body;
        let core = world.get(&format!("{user}?attributes=urn:ietf:params:scim:schemas:core:2.0:User")).await.body;
        let own = |body: &serde_json::Value| names(body).into_iter().filter(|name| !name.contains(':') && *name != "meta").map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(own(&core), own(&whole));
        let rest = world.get(&format!("{user}?excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:User")).await.body;
        assert_eq!(own(&rest), ["id", "schemas"]);
    }
}
