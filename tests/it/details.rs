//! `/details`: how the last request of the identity provider ended.

use fleet_scim::{
    ScimModule,
    poem::{Body, Endpoint, Request, Route, http::Method},
};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{MOUNT, USER, World},
};

/// Returns what another process on the same database says of the last request.
async fn last_request_of(module: &ScimModule) -> Value {
    let app = Route::new().nest(MOUNT, module.endpoint());
    let request =
        Request::builder().uri_str(format!("{MOUNT}/details")).header("authorization", "Bearer admin").finish();
    let body = app.call(request).await.unwrap().into_body().into_bytes().await.unwrap();
    serde_json::from_slice::<Value>(&body).unwrap()["last_request"].clone()
}

on_each_database! {
    async fn before_the_first_request_there_is_none(world: World) {
        let answer = world.get("/details").await;
        assert_eq!((answer.status, &answer.body), (200, &json!({ "last_request": null })));
        assert_eq!(world.get("/details").await.body, json!({ "last_request": null }));
    }

    async fn a_request_that_succeeds_is_a_success_with_its_time(world: World) {
        world.user("ava@x.y").await;
        let last = world.last_request().await;
        assert_eq!((&last["status"], &last["details"]), (&json!("success"), &json!("")));
        let requested_at = last["requested_at"].as_str().unwrap();
        assert!(requested_at.starts_with("20") && requested_at.ends_with('Z'), "{requested_at}");
        assert_eq!(last.as_object().unwrap().len(), 3);
    }

    async fn a_request_that_fails_is_an_error_with_its_reason(world: World) {
        for (path, body, word) in [
            ("/Users", json!({ "title": "X" }), "userName"),
            ("/Groups", json!({ "displayName": "" }), "displayName"),
            ("/Cars", json!({}), "endpoint"),
        ] {
            let answer = world.post(path, body).await;
            let last = world.last_request().await;
            assert_eq!((&last["status"], &last["details"]), (&json!("error"), &json!(answer.detail())), "{path}");
            assert!(answer.detail().contains(word), "{}", answer.detail());
        }
        world.get("/Users/999999").await;
        assert_eq!(world.last_request().await["status"], "error");
        world.get("/Users").await;
        assert_eq!(world.last_request().await["status"], "success");
    }

    async fn skipped_members_are_named(world: World) {
        let ava = world.user("ava@x.y").await;
        let members = json!([{ "value": ava }, { "value": "999999" }, { "value": "group-999999" }, { "value": "who" }]);
        let group = world.created("/Groups", json!({ "displayName": "Engineering", "members": members })).await;
        let named = async || {
            let last = world.last_request().await;
            assert_eq!(last["status"], "success");
            let details = last["details"].as_str().unwrap().to_owned();
            ["999999", "group-999999", "who"].iter().all(|id| details.contains(id))
        };
        assert!(named().await, "POST");
        let add = json!([{ "op": "add", "path": "members", "value": members }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), add).await.status, 200);
        assert!(named().await, "PATCH");
        let body = json!({ "displayName": "Engineering", "members": members });
        assert_eq!(world.put(&format!("/Groups/{group}"), body).await.status, 200);
        assert!(named().await, "PUT");
    }

    async fn many_skipped_members_are_counted(world: World) {
        let ava = world.user("ava@x.y").await;
        let unknown = (0..500).map(|number| json!({ "value": (900_000 + number).to_string() }));
        let members: Vec<Value> = std::iter::once(json!({ "value": ava })).chain(unknown).collect();
        world.created("/Groups", json!({ "displayName": "Engineering", "members": members })).await;
        let details = world.last_request().await["details"].as_str().unwrap().to_owned();
        assert!(details.contains("480 more") && details.len() < 1024, "{details}");
    }

    async fn ignored_attributes_are_named(world: World) {
        let id = world.created("/Users", json!({
            "userName": "ava@x.y", "name": { "givenName": "Ava", "nick": "A" }, "companyName": "Acme",
        })).await;
        let details = world.last_request().await["details"].as_str().unwrap().to_owned();
        assert!(details.contains("companyName") && details.contains("name.nick"), "{details}");
        assert!(!details.contains("Acme"), "{details}");
        let operations = json!([
            { "op": "add", "path": "favouriteColour", "value": "red" },
            { "op": "add", "value": { "shoeSize": 42 } },
        ]);
        assert_eq!(world.patch(&format!("/Users/{id}"), operations).await.status, 200);
        let details = world.last_request().await["details"].as_str().unwrap().to_owned();
        assert!(details.contains("favouriteColour") && details.contains("shoeSize"), "{details}");
        assert_eq!(world.put(&format!("/Users/{id}"), json!({ "userName": "ava@x.y", "badge": 1 })).await.status, 200);
        assert!(world.last_request().await["details"].as_str().unwrap().contains("badge"));
    }

    async fn missing_names_are_advised_to_be_mapped(world: World) {
        let advised = async || {
            let details = world.last_request().await["details"].as_str().unwrap().to_owned();
            details.contains("name.givenName") && details.contains("name.familyName")
        };
        let id = world.created("/Users", json!({ "schemas": [USER], "userName": "ava@x.y" })).await;
        assert!(advised().await);
        let name = json!([{ "op": "add", "path": "name.givenName", "value": "Ava" }]);
        assert_eq!(world.patch(&format!("/Users/{id}"), name).await.status, 200);
        assert!(!advised().await);
        assert_eq!(world.put(&format!("/Users/{id}"), json!({ "userName": "ava@x.y" })).await.status, 200);
        assert!(advised().await);
    }

    async fn details_hold_no_values_of_a_person(world: World) {
        world.user("ava@x.y").await;
        world.post("/Users", json!({ "userName": "ava@x.y" })).await;
        let last = world.last_request().await;
        assert_eq!(last["status"], "error");
        assert!(!last.to_string().contains("ava@x.y"), "{last}");
    }

    async fn who_may_not_call_does_not_overwrite_it(world: World) {
        world.user("ava@x.y").await;
        let before = world.last_request().await;
        for token in ["wrong", "observer", "broken"] {
            world.send(world.request(Method::GET, "/Users/999999", token).finish()).await;
            assert_eq!(world.last_request().await, before, "{token}");
        }
    }

    async fn asking_for_the_methods_of_a_path_does_not_overwrite_it(world: World) {
        world.user("ava@x.y").await;
        let before = world.last_request().await;
        for path in ["/Users", "/Cars"] {
            world.call(Method::OPTIONS, path, None).await;
            assert_eq!(world.last_request().await, before, "{path}");
        }
    }

    async fn an_observer_reads_it(world: World) {
        world.user("ava@x.y").await;
        let answer = world.send(world.request(Method::GET, "/details", "observer").finish()).await;
        assert_eq!((answer.status, &answer.body["last_request"]["status"]), (200, &json!("success")));
    }

    async fn each_connection_has_its_own(world: World) {
        world.scim.ensure_connection("other").await.unwrap();
        world.user("ava@x.y").await;
        let details = async || world.send(world.request(Method::GET, "/details", "other").finish()).await.body;
        assert_eq!(details().await, json!({ "last_request": null }));
        world.send(world.request(Method::GET, "/Users/999999", "other").finish()).await;
        assert_eq!(details().await["last_request"]["status"], "error");
        assert_eq!(world.last_request().await["status"], "success");
    }

    async fn another_process_sees_it_once_the_worker_wrote_it(world: World) {
        let sibling = world.sibling().await;
        assert_eq!(last_request_of(&sibling).await, Value::Null);
        world.post("/Users", json!({ "title": "X" })).await;
        world.created("/Users", json!({ "userName": "ava@x.y", "companyName": "Acme" })).await;
        let here = world.last_request().await;
        world.scim.worker(async {}).await;
        assert_eq!(last_request_of(&sibling).await, here);
        assert_eq!(world.last_request().await, here);
    }

    async fn the_last_request_is_the_one_that_ended_last(world: World) {
        let (go_on, waits) = tokio::sync::oneshot::channel::<()>();
        let rest = futures_util::stream::once(async move {
            waits.await.unwrap();
            Ok::<_, std::io::Error>(r#"{"title":"x"}"#)
        });
        let slow = world.request(Method::POST, "/Users", "admin").body(Body::from_bytes_stream(rest));
        let quick = async {
            world.get("/Users?count=1").await;
            world.scim.worker(async {}).await;
            go_on.send(()).unwrap();
        };
        let (answer, ()) = futures_util::future::join(world.send(slow), quick).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(world.last_request().await["status"], "error");
        world.scim.worker(async {}).await;
        assert_eq!(last_request_of(&world.sibling().await).await["status"], "error");
    }

    async fn a_connection_that_is_not_there_keeps_no_other_from_being_written(world: World) {
        // `other` is a principal of a connection that does not exist.
        let unknown = world.request(Method::POST, "/Users", "other").body(r#"{"userName":"ava@x.y"}"#);
        assert_eq!(world.send(unknown).await.status, 500);
        world.user("ava@x.y").await;
        world.scim.worker(async {}).await;
        assert_eq!(last_request_of(&world.sibling().await).await["status"], "success");
        assert!(world.scim.set_additive_replace(fleet_scim::ConnectionId(999), true).await.is_err());
        assert!(world.scim.set_keeps_members(fleet_scim::ConnectionId(999), true).await.is_err());
    }

    async fn the_worker_writes_every_request_that_waits(world: World) {
        use fleet_scim::{entity::scim_request, sea_orm::{EntityTrait, PaginatorTrait}};
        for _ in 0..300 {
            world.get("/Users/999999").await;
        }
        world.scim.worker(async {}).await;
        assert_eq!(scim_request::Entity::find().count(&world.writer).await.unwrap(), 300);
        world.scim.worker(async {}).await;
        assert_eq!(scim_request::Entity::find().count(&world.writer).await.unwrap(), 300);
    }

    async fn a_value_in_a_filter_or_path_is_not_repeated(world: World) {
        let id = world.user("ava@x.y").await;
        let encoded = |filter: &str| filter.replace(' ', "%20").replace('"', "%22");
        for filter in [
            "userName co ava@x.y", "userName ava@x.y eq", "userName eq \"ava@x.y", "\"ava@x.y\" eq userName", "ava@x.y pr",
            "userName eq \"a\" ava@x.y",
        ] {
            let answer = world.get(&format!("/Users?filter={}", encoded(filter))).await;
            assert_eq!(answer.status, 400, "{filter}");
            let last = world.last_request().await.to_string();
            assert!(!last.contains("ava"), "{filter}: {last}");
        }
        for path in ["emails[value eq \"ava@x.y\"].nope", "emails[value eq \"ava@x.y\"]nope", "emails[value eq \"ava@x.y"] {
            world.patch(&format!("/Users/{id}"), json!([{ "op": "add", "path": path, "value": "x" }])).await;
            let last = world.last_request().await.to_string();
            assert!(!last.contains("ava") && last.contains("emails"), "{path}: {last}");
        }
        let group = world.group("Engineering", &[&id]).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": "ava@x.y" }] }]);
        world.patch(&format!("/Groups/{group}"), add).await;
        let last = world.last_request().await.to_string();
        assert!(last.contains("skipped") && !last.contains("ava"), "{last}");
    }

    async fn the_worker_forgets_what_is_old_and_keeps_the_last_of_each_connection(world: World) {
        use fleet_scim::{
            entity::{scim_change, scim_request},
            sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder},
        };
        let request = |id: i64, connection: i64| scim_request::ActiveModel {
            id: Set(id), connection_id: Set(connection), requested_at: Set(id), ended_at: Set(id),
            method: Set("GET".into()), route: Set("/Users".into()), status: Set(200), details: Set(String::new()),
        };
        let rows = [request(1, 5), request(2, 5), request(3, 1), request(90_000, 1), request(100_000, 1)];
        scim_request::Entity::insert_many(rows).exec_without_returning(&world.writer).await.unwrap();
        let change = |changed_at: i64| scim_change::ActiveModel {
            changed_at: Set(changed_at), request_id: Set(String::new()), kind: Set("user.created".into()), ..Default::default()
        };
        let old: Vec<_> = (0..2001).map(change).collect();
        for part in old.chunks(1000) {
            scim_change::Entity::insert_many(part.to_vec()).exec_without_returning(&world.writer).await.unwrap();
        }
        let now = chrono::Utc::now().timestamp_millis();
        let new: Vec<_> = (0..1000).map(|_| change(now)).collect();
        scim_change::Entity::insert_many(new).exec_without_returning(&world.writer).await.unwrap();
        fleet_scim::internals::catch_up(&world.scim).await.unwrap();
        world.scim.worker(tokio::time::sleep(std::time::Duration::from_millis(100))).await;
        let requests = scim_request::Entity::find().order_by_asc(scim_request::Column::Id).all(&world.writer).await.unwrap();
        assert_eq!(requests.iter().map(|request| request.id).collect::<Vec<_>>(), [2, 90_000, 100_000]);
        let changes = scim_change::Entity::find().order_by_asc(scim_change::Column::Id).all(&world.writer).await.unwrap();
        // Changes are deleted a thousand at a time, so that no single clock decides.
        assert_eq!(changes.len(), 1001);
        assert_eq!((changes[0].changed_at, changes[1].changed_at), (2000, now));
    }
}
