//! Mistakes of clients that do no harm.

use fleet_scim::poem::http::Method;
use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, GROUP, USER, World},
};

on_each_database! {
    async fn names_are_known_in_any_case(world: World) {
        let id = world.created("/Users", json!({
            "SCHEMAS": [USER],
            "USERNAME": "ava@x.y",
            "Name": { "GIVENNAME": "Ava", "familyname": "Stone" },
            "Emails": [{ "Value": "ava@home.y", "TYPE": "home", "Primary": true }],
            ENTERPRISE.to_uppercase(): { "Department": "R&D" },
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user["userName"], "ava@x.y");
        assert_eq!(user["name"], json!({ "givenName": "Ava", "familyName": "Stone" }));
        assert_eq!(user["emails"], json!([{ "value": "ava@home.y", "type": "home", "primary": true }]));
        assert_eq!(user[ENTERPRISE], json!({ "department": "R&D" }));
    }

    async fn null_and_nothing_are_the_same(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "externalId": null,
            "title": null,
            "nickName": "",
            "name": { "givenName": "Ava", "familyName": null, "middleName": "" },
            "emails": [],
            "phoneNumbers": null,
            "addresses": [null, { "type": "work", "locality": null }],
            ENTERPRISE: { "department": null, "manager": null },
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        let mut names: Vec<&str> = user.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["active", "groups", "id", "meta", "name", "schemas", "userName"]);
        assert_eq!(user["name"], json!({ "givenName": "Ava" }));
        assert_eq!(user["schemas"], json!([USER]));
    }

    async fn an_address_without_a_value_is_left_out(world: World) {
        // Okta sends such an element when it provisions a user again (fleet#53446).
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "emails": [{ "primary": true, "type": "work", "value": null }, { "value": "ava@x.y", "type": "home" }],
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user["emails"], json!([{ "value": "ava@x.y", "type": "home" }]));
    }

    async fn booleans_may_be_texts(world: World) {
        let spellings = [("True", true), ("False", false), ("true", true), ("false", false), ("FALSE", false)];
        for (at, (text, active)) in spellings.into_iter().enumerate() {
            let body = json!({
                "userName": format!("u{at}@x.y"),
                "active": text,
                "roles": [{ "value": "admin", "primary": text }],
            });
            let answer = world.post("/Users", body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.body["active"], active, "{text}");
            assert_eq!(answer.body["roles"][0]["primary"], active, "{text}");
        }
    }

    async fn the_manager_may_be_written_in_three_ways(world: World) {
        for (at, manager) in [json!("7"), json!({ "value": "7" }), json!([{ "value": "7" }])].into_iter().enumerate() {
            let body = json!({ "userName": format!("u{at}@x.y"), ENTERPRISE: { "manager": manager } });
            let answer = world.post("/Users", body).await;
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.body[ENTERPRISE]["manager"], json!({ "value": "7" }));
        }
    }

    async fn enterprise_attributes_are_read_at_the_top_level_and_as_paths(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "manager": "7",
            "department": "R&D",
            format!("{ENTERPRISE}:costCenter"): "4711",
            format!("{ENTERPRISE}.division"): "North",
        })).await;
        let user = world.get(&format!("/Users/{id}")).await.body;
        assert_eq!(user[ENTERPRISE], json!({
            "manager": { "value": "7" }, "department": "R&D", "costCenter": "4711", "division": "North",
        }));
        assert_eq!(user["schemas"], json!([USER, ENTERPRISE]));
        assert!(user.get("department").is_none() && user.get("manager").is_none());
    }

    async fn what_no_schema_has_never_fails_a_request(world: World) {
        let answer = world.post("/Users", json!({
            "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0User", "http://example.com/x"],
            "userName": "ava@x.y",
            "companyName": "Acme",
            "name": { "givenName": "Ava", "nick": "A" },
            "emails": [{ "value": "ava@x.y", "verified": true }],
            ENTERPRISE: { "costCentre": "misspelt" },
        })).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert!(answer.body.get("companyName").is_none());
        assert_eq!(answer.body["emails"], json!([{ "value": "ava@x.y" }]));
        assert_eq!(answer.body["schemas"], json!([USER]));
    }

    async fn one_value_needs_no_brackets(world: World) {
        let id = world.created("/Users", json!({ "userName": "ava@x.y", "emails": { "value": "a@x.y" } })).await;
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["emails"], json!([{ "value": "a@x.y" }]));
    }

    async fn one_value_is_primary_and_equal_values_are_one(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y",
            "emails": [
                { "value": "a@x.y", "type": "work", "primary": true },
                { "value": "b@x.y", "type": "home", "primary": true },
                { "value": "A@X.Y", "type": "work" },
            ],
        })).await;
        // The later primary value clears the earlier one.
        assert_eq!(world.get(&format!("/Users/{id}")).await.body["emails"], json!([
            { "value": "a@x.y", "type": "work", "primary": false },
            { "value": "b@x.y", "type": "home", "primary": true },
        ]));
    }

    async fn urns_of_other_resources_and_of_messages_are_no_extensions(world: World) {
        for body in [
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group": { "displayName": "x" } }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group:displayName": "x" }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:schemas:core:2.0:Group:": { "displayName": "x" } }),
            json!({ "userName": "ava@x.y", "urn:ietf:params:scim:api:messages:2.0:Error": { "detail": "x" } }),
        ] {
            let answer = world.post("/Users", body.clone()).await;
            assert_eq!((answer.status, &answer.body["schemas"]), (201, &json!([USER])), "{body}: {}", answer.text);
            assert!(world.last_request().await["details"].as_str().unwrap().contains("ignored attributes"), "{body}");
            assert_eq!(world.delete(&format!("/Users/{}", answer.body["id"].as_str().unwrap())).await.status, 204);
        }
        let group = json!({ "displayName": "G", USER: { "userName": "q" }, ENTERPRISE: { "department": "R&D" } });
        let answer = world.post("/Groups", group).await;
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:Group"]));
        let found = world.post("/.search", json!({ "filter": format!("{USER}:userName eq \"q\"") })).await;
        assert_eq!(found.body["totalResults"], 0, "{}", found.text);
    }

    async fn an_empty_list_is_no_value(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y", "externalId": "1", "name": [], ENTERPRISE: [], "emails": [],
        })).await;
        let path = format!("/Users/{id}");
        for nothing in [json!({ "externalId": [] }), json!({ "externalId": null }), json!({ format!("{USER}:externalId"): null })] {
            let mut body = json!({ "userName": "ava@x.y", "externalId": "1" });
            assert_eq!(world.put(&path, body.clone()).await.body["externalId"], "1");
            body.as_object_mut().unwrap().remove("externalId");
            assert_eq!(world.put(&path, body.clone()).await.body["externalId"], "1", "silence keeps it");
            body.as_object_mut().unwrap().extend(nothing.as_object().unwrap().clone());
            assert_eq!(world.put(&path, body).await.body.get("externalId"), None, "{nothing}");
        }
    }

    async fn digits_past_64_bits_are_kept_as_text(world: World) {
        let post = world.request(Method::POST, "/Users", "admin").content_type("application/scim+json");
        let body = r#"{"userName":"ava@x.y","externalId":110248495921238986420,"title":-9223372036854775809,"roles":[{"value":18446744073709551615}]}"#;
        let user = world.send(post.body(body)).await;
        assert_eq!((user.status, &user.body["externalId"]), (201, &json!("110248495921238986420")), "{}", user.text);
        assert_eq!((&user.body["title"], &user.body["roles"][0]["value"]), (&json!("-9223372036854775809"), &json!("18446744073709551615")));
        let path = format!("/Users/{}", user.body["id"].as_str().unwrap());
        let patch = world.request(Method::PATCH, &path, "admin").content_type("application/scim+json");
        let body = r#"{"Operations":[{"op":"replace","path":"externalId","value":310248495921238986420}]}"#;
        assert_eq!(world.send(patch.body(body)).await.body["externalId"], "310248495921238986420");
        assert_eq!(world.ids("/Users", "externalId eq 310248495921238986420").await.len(), 1);
    }

    async fn the_schemas_own_urn_is_read_as_what_it_holds(world: World) {
        let body = json!({ "userName": "ava@x.y", USER: { "title": "Dr", "emails": [{ "value": "a@x.y" }] } });
        let id = world.created("/Users", body).await;
        let path = format!("/Users/{id}");
        let user = world.get(&path).await.body;
        assert_eq!((&user["title"], &user["emails"][0]["value"], user.get(USER)), (&json!("Dr"), &json!("a@x.y"), None));
        let put = world.put(&path, json!({ USER: { "userName": "ava@x.y", "title": "Prof" } })).await;
        assert_eq!((put.status, &put.body["title"]), (200, &json!("Prof")), "{}", put.text);
        let patch = world.patch(&path, json!([{ "op": "replace", "value": { USER: { "title": "Ms" } } }])).await;
        assert_eq!((patch.status, &patch.body["title"]), (200, &json!("Ms")), "{}", patch.text);
        let group = world.created("/Groups", json!({ GROUP: { "displayName": "g", "members": [{ "value": id }] } })).await;
        assert_eq!(world.members(&group).await, [id.as_str()]);
        let rename = json!([{ "op": "add", "value": { GROUP: { "displayName": "h", "members": [] } } }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), rename).await.body["displayName"], "h");
    }

    async fn counts_are_read_from_texts_and_cut_past_64_bits(world: World) {
        world.user("ava@x.y").await;
        for (name, value) in [("count", json!("10")), ("startIndex", json!("1")), ("count", json!(u64::MAX)), ("count", json!("99999999999999999999"))] {
            let page = world.post("/Users/.search", json!({ name: value })).await;
            assert_eq!((page.status, &page.body["itemsPerPage"]), (200, &json!(1)), "{name} {value}: {}", page.text);
        }
        for query in ["count=99999999999999999999", "startIndex=-99999999999999999999", "count=%2010"] {
            let page = world.get(&format!("/Users?{query}")).await;
            assert_eq!((page.status, &page.body["itemsPerPage"]), (200, &json!(1)), "{query}: {}", page.text);
        }
        let past = world.get("/Users?startIndex=99999999999999999999").await;
        assert_eq!((past.status, &past.body["itemsPerPage"]), (200, &json!(0)));
        for query in ["count=ten", "count=1.5"] {
            assert_eq!(world.get(&format!("/Users?{query}")).await.status, 400, "{query}");
        }
        assert_eq!(world.post("/Users/.search", json!({ "count": "ten" })).await.status, 400);
    }

    async fn a_byte_order_mark_and_two_slashes_are_borne(world: World) {
        let post = world.request(Method::POST, "//Users", "admin").content_type("application/scim+json");
        let user = world.send(post.body("\u{feff}{\"userName\":\"ava@x.y\"}")).await;
        assert_eq!(user.status, 201, "{}", user.text);
        let id = user.body["id"].as_str().unwrap();
        assert_eq!(world.get(&format!("//Users//{id}")).await.body, user.body);
    }

    async fn an_oversized_photo_is_left_out_and_said(world: World) {
        let long = format!("data:image/png;base64,{}", "A".repeat(5000));
        let photos = json!([{ "value": long, "type": "photo" }, { "value": "https://x.y/p.png", "type": "thumbnail" }]);
        let body = json!({ "userName": "ava@x.y", "photos": photos, "x509Certificates": [{ "value": "A".repeat(5000) }] });
        let user = world.post("/Users", body.clone()).await;
        assert_eq!((user.status, user.body["photos"].as_array().map(Vec::len)), (201, Some(1)), "{}", user.text);
        assert_eq!(user.body.get("x509Certificates"), None);
        let details = world.last_request().await["details"].to_string();
        assert!(details.contains("photos, x509Certificates") && details.contains("4096"), "{details}");
        let path = format!("/Users/{}", user.body["id"].as_str().unwrap());
        assert_eq!(world.put(&path, body).await.status, 200);
        for operation in [
            json!({ "op": "add", "path": "photos", "value": [{ "value": long }] }),
            json!({ "op": "replace", "path": "photos[type eq \"thumbnail\"].value", "value": long }),
            json!({ "op": "add", "value": { "photos": { "value": long } } }),
        ] {
            let patched = world.patch(&path, json!([operation, { "op": "replace", "path": "active", "value": false }])).await;
            assert_eq!((patched.status, &patched.body["active"]), (200, &json!(false)), "{}", patched.text);
            assert_eq!(patched.body["photos"], json!([{ "value": "https://x.y/p.png", "type": "thumbnail" }]));
        }
        let email = json!({ "userName": "sam@x.y", "emails": [{ "value": format!("{}@x.y", "a".repeat(5000)) }] });
        assert_eq!(world.post("/Users", email).await.status, 400, "an address that is missing leaves a host unowned");
    }

    async fn a_get_holds_to_if_match(world: World) {
        let user = world.user("ava@x.y").await;
        let group = world.group("g", &[&user]).await;
        for path in [format!("/Users/{user}"), format!("/Groups/{group}"), format!("/Groups/{group}?excludedAttributes=members")] {
            let etag = world.get(&path).await.header("etag").unwrap().to_owned();
            let get = |tag: &str| world.request(Method::GET, &path, "admin").header("if-match", tag).finish();
            for (tag, status) in [(etag.as_str(), 200), ("*", 200), ("W/\"99\"", 412), ("W/\"99-0\"", 412)] {
                assert_eq!(world.send(get(tag)).await.status, status, "{path} {tag}");
            }
            let both = world.request(Method::GET, &path, "admin").header("if-match", &etag).header("if-none-match", &etag);
            assert_eq!(world.send(both.finish()).await.status, 304);
        }
    }
}
