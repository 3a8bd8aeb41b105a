//! A user who is created while a group is changed that names them: they are a member, or they are named as unknown.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fleet_scim::{ScimModule, poem::http::Method};
use serde_json::json;

use crate::{
    databases::{Backend, connect},
    on_each_database,
    world::{Roles, World},
};

/// Creates a user by a process of its own, while the caller waits.
fn create_meanwhile(url: &str) {
    let url = url.to_owned();
    let create = async move {
        let pool = connect(&url, 2).await;
        let module = ScimModule::builder(pool.clone(), Roles).build().await.unwrap();
        let body = json!({ "userName": "meanwhile@x.y" });
        let app = fleet_scim::poem::Route::new().nest("/scim", module.endpoint());
        let request = fleet_scim::poem::Request::builder().method(Method::POST).uri_str("/scim/Users");
        let request = request.header("authorization", "Bearer admin").content_type("application/json");
        let answer = fleet_scim::poem::Endpoint::call(&app, request.body(body.to_string())).await.unwrap();
        assert_eq!(fleet_scim::poem::IntoResponse::into_response(answer).status().as_u16(), 201);
        pool.close().await.unwrap();
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    std::thread::spawn(move || runtime().block_on(create)).join().unwrap();
}

on_each_database! {
    async fn a_user_who_is_created_between_two_statements_is_a_member(like: World) {
        if like.backend == Backend::Sqlite {
            // A writer of SQLite has the database for itself.
            return;
        }
        let place = like.backend.place().await.unwrap();
        let (url, ready) = (place.url.clone(), Arc::new(AtomicBool::new(false)));
        let is_ready = ready.clone();
        let world = World::at(like.backend, place, |builder| {
            builder.observe_statements(move |text| {
                if text.starts_with("SELECT m.id FROM scim_users m") && is_ready.swap(false, Ordering::SeqCst) {
                    create_meanwhile(&url);
                }
            })
        })
        .await;
        let ava = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[]).await;
        let next = (ava.parse::<i64>().unwrap() + 1).to_string();
        ready.store(true, Ordering::SeqCst);
        let members = json!([{ "value": ava }, { "value": next }]);
        let added = world.patch(&format!("/Groups/{group}"), json!([{ "op": "add", "path": "members", "value": members }])).await;
        assert!(!ready.load(Ordering::SeqCst), "nobody was created meanwhile");
        assert_eq!((added.status, world.last_request().await["details"].as_str()), (200, Some("")), "{}", added.text);
        assert_eq!(world.members(&group).await, [ava, next]);
        world.close().await;
    }
}
