//! A connection that is limited to domains finds hosts by their addresses only.

use fleet_scim::{
    entity::scim_user_key,
    hosts::{Ownership, Source},
    internals::adapt_keys,
    poem::http::Method,
    sea_orm::EntityTrait,
};
use serde_json::{Value, json};

use crate::{
    connections::{call, change, connect},
    on_each_database,
    world::{HOSTS, World},
};

async fn domains(world: &World, name: &str, domains: Value) {
    let changed = change(world, name, json!({ "settings": { "domains": domains } })).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    adapt_keys(&world.scim).await.unwrap();
}

on_each_database! {
    async fn an_address_outside_the_domains_is_kept_and_finds_no_host(world: World) {
        let token = connect(world, "branch").await;
        domains(world, "branch", json!(["@Branch.example", "müller.example"])).await;
        assert_eq!(world.get("/connections/branch").await.body["settings"]["domains"], json!(["branch.example", "müller.example"]));
        let body = json!({ "userName": "CFO@corp.com", "emails": [{ "value": "cfo@Branch.example" }, { "value": "boss@corp.com" }] });
        let created = call(world, &token, Method::POST, "/Users", Some(body)).await;
        assert_eq!((created.status, created.body["emails"].as_array().map(Vec::len)), (201, Some(2)), "{}", created.text);
        for (host, address) in [(1, "cfo@corp.com"), (2, "boss@corp.com"), (3, "CFO@branch.example")] {
            world.host(host, &Source::MdmIdpAccounts, address).await;
        }
        let id = created.body["id"].as_str().map(str::to_owned);
        assert_eq!((world.owner(1).await, world.owner(2).await, world.owner(3).await), (None, None, id));
        let Ownership::Unowned { reason } = world.end_users(1).await.ownership else { panic!() };
        assert_eq!(reason, "a user has the address of the host, but the user's connection finds hosts by other domains only");
        let shown = call(world, &token, Method::GET, "/Users?filter=hosts%20pr&attributes=hosts", None).await;
        assert_eq!(shown.body["Resources"][0][HOSTS]["hosts"].as_array().map(Vec::len), Some(1), "{}", shown.text);
    }

    async fn users_who_are_there_are_adapted_to_a_change(world: World) {
        let token = connect(world, "branch").await;
        for number in 0..230 {
            let body = json!({ "userName": format!("u{number}@{}.example", ["a", "b"][number % 2]), "externalId": "x" });
            assert_eq!(call(world, &token, Method::POST, "/Users", Some(body)).await.status, 201);
            world.host(number as i64 + 1, &Source::Custom, &format!("u{number}@{}.example", ["a", "b"][number % 2])).await;
        }
        let owned = async || {
            let found = call(world, &token, Method::GET, "/Users?filter=hosts%20pr&count=0", None).await;
            found.body["totalResults"].as_u64().unwrap()
        };
        let ava = world.user("u1@b.example").await;
        assert_eq!((owned().await, world.owner(2).await == Some(ava.clone())), (229, true), "default is the older connection");
        domains(world, "default", json!(["elsewhere.example"])).await;
        assert_eq!(owned().await, 230);
        domains(world, "branch", json!(["b.example"])).await;
        assert_eq!(owned().await, 115);
        domains(world, "branch", json!(["a.example", "b.example"])).await;
        assert_eq!(owned().await, 230);
        domains(world, "default", json!(null)).await;
        assert_eq!((owned().await, world.owner(2).await), (229, Some(ava)));
        assert!(world.get("/connections/default").await.body["settings"].get("domains").is_none());
    }

    // The worker of any process does it, however often it is stopped in between.
    async fn the_worker_adapts_users_in_parts_and_goes_on_after_a_restart(world: World) {
        for number in 0..250 {
            world.user(&format!("u{number}@x.y")).await;
        }
        world.host(1, &Source::Idp, "u249@x.y").await;
        assert_eq!(change(world, "default", json!({ "settings": { "domains": ["z.y"] } })).await.status, 200);
        let other = world.sibling().await;
        for _ in 0..200 {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(60), other.worker(std::future::pending())).await;
            if world.owner(1).await.is_none() {
                return;
            }
        }
        panic!("the worker never came to the last user");
    }

    async fn a_user_written_while_the_domains_change_is_never_left_with_those_before(world: World) {
        let token = connect(world, "branch").await;
        for round in 0..6 {
            let to = ["a.example", "b.example"][round % 2];
            let writes = (0..8).map(|number| {
                let token = &token;
                async move {
                    let name = format!("r{round}n{number}@a.example");
                    let created = call(world, token, Method::POST, "/Users", Some(json!({ "userName": name }))).await;
                    assert_eq!(created.status, 201, "{}", created.text);
                    let path = format!("/Users/{}", created.body["id"].as_str().unwrap());
                    let emails = json!({ "Operations": [{ "op": "add", "path": "emails", "value": [{ "value": format!("e{name}") }] }] });
                    let changed = call(world, token, Method::PATCH, &path, Some(emails)).await;
                    assert_eq!(changed.status, 200, "{}", changed.text);
                }
            });
            let (_, changed) = tokio::join!(
                futures_util::future::join_all(writes),
                change(world, "branch", json!({ "settings": { "domains": [to] } }))
            );
            assert_eq!(changed.status, 200, "{}", changed.text);
            adapt_keys(&world.scim).await.unwrap();
            let keys = scim_user_key::Entity::find().all(&world.reader).await.unwrap();
            assert!(keys.iter().all(|key| key.finds_hosts == key.email_key.ends_with(to)), "{to}: {keys:?}");
        }
    }

    async fn what_is_no_domain_is_refused_with_what_would_be(world: World) {
        for bad in [json!([]), json!("corp.com"), json!([7]), json!(["a@corp.com"]), json!(["*.corp.com"]), json!(["%"]), json!([""])] {
            let refused = change(world, "default", json!({ "settings": { "domains": bad } })).await;
            assert!(refused.status == 400 && refused.detail().contains("corp.com"), "{bad}: {}", refused.text);
        }
        let many: Vec<String> = (0..51).map(|number| format!("d{number}.example")).collect();
        let refused = change(world, "default", json!({ "settings": { "domains": many } })).await;
        assert!(refused.status == 400 && refused.detail().contains("50"), "{}", refused.text);
    }
}
