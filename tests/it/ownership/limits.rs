//! A host that is limited to connections never shows a user of another, whatever that one provisions.

use fleet_scim::{
    ConnectionId, HostId,
    entity::{scim_change, scim_host, scim_host_email},
    hosts::{Ownership, Source, limit_host_in, set_emails_in, unlimit_host_in},
    poem::http::Method,
    sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter},
};
use serde_json::{Value, json};

use crate::{
    connections::{call, connect},
    on_each_database,
    world::{Answer, World},
};

async fn id(world: &World, name: &str) -> ConnectionId {
    world.scim.connections().get(name).await.unwrap().unwrap().id
}

async fn add(world: &World, token: &str, body: Value) -> String {
    let created = call(world, token, Method::POST, "/Users", Some(body)).await;
    assert_eq!(created.status, 201, "{}", created.text);
    created.body["id"].as_str().unwrap().to_owned()
}

async fn limit(world: &World, host: i64, connections: &[ConnectionId]) {
    world.scim.hosts().limit_to(HostId(host), connections).await.unwrap();
}

fn reason(ownership: &Ownership) -> &str {
    match ownership {
        Ownership::Unowned { reason } | Ownership::Ambiguous { reason, .. } => reason,
        _ => "owned",
    }
}

fn total(answer: &Answer) -> &Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    &answer.body["totalResults"]
}

on_each_database! {
    // fleet#51016: a newer connection took the laptop of another one's CFO, who matches by one of the emails.
    async fn a_hostile_connection_takes_no_host_that_is_limited_to_another(world: World) {
        let (staff, evil) = (connect(world, "staff").await, connect(world, "evil").await);
        let cfo = add(world, &staff, json!({ "userName": "cfo", "emails": [{ "value": "cfo@corp.com" }] })).await;
        world.host(1, &Source::MdmIdpAccounts, "cfo@corp.com").await;
        world.host(2, &Source::Idp, "nobody@corp.com").await;
        for host in [1, 2] {
            limit(world, host, &[id(world, "staff").await]).await;
        }
        let taker = json!({ "userName": "CFO@corp.com", "active": true, "emails": [{ "value": "nobody@corp.com" }, { "value": "smtp:cfo@corp.com" }] });
        let taker = add(world, &evil, taker).await;
        assert_eq!((world.owner(1).await, world.owner(2).await), (Some(cfo.clone()), None));
        for filter in ["hosts pr", "hosts eq \"1\"", "hosts.value eq \"2\"", "hosts.source eq \"idp\""] {
            let path = format!("/Users?filter={}", crate::world::encode(filter));
            assert_eq!(total(&call(world, &evil, Method::GET, &path, None).await), 0, "{filter}");
        }
        let shown = call(world, &evil, Method::GET, &format!("/Users/{taker}?attributes=hosts,userName"), None).await;
        assert!(shown.status == 200 && !shown.text.contains("hosts\":["), "{}", shown.text);
        assert_eq!(total(&call(world, &staff, Method::GET, "/Users?filter=hosts%20pr", None).await), 1);
        let told = world.end_users(2).await;
        assert_eq!(reason(&told.ownership), "the host is limited to certain connections, and its address belongs to a user of another one");
        // Every way to become a better match is tried.
        for change in [
            json!({ "Operations": [{ "op": "replace", "path": "userName", "value": "cfo@corp.com" }] }),
            json!({ "Operations": [{ "op": "add", "path": "emails", "value": [{ "value": "CFO@CORP.COM", "primary": true }] }] }),
            json!({ "Operations": [{ "op": "replace", "path": "active", "value": false }] }),
        ] {
            let path = format!("/Users/{taker}");
            assert!(call(world, &evil, Method::PATCH, &path, Some(change)).await.status < 300);
            assert_eq!(world.owner(1).await, Some(cfo.clone()));
        }
        world.scim.hosts().unlimit(HostId(1)).await.unwrap();
        assert_eq!(world.owner(1).await, Some(cfo), "the taker is inactive");
        world.scim.hosts().unlimit(HostId(2)).await.unwrap();
        assert_eq!(world.owner(2).await, Some(taker), "without a limit it is matched as ever");
    }

    async fn a_limited_host_whose_connection_is_deleted_shows_nobody(world: World) {
        let (a, b) = (connect(world, "a").await, connect(world, "b").await);
        for token in [&a, &b] {
            add(world, token, json!({ "userName": "ava@x.y" })).await;
        }
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        world.host(2, &Source::MdmIdpAccounts, "ava@x.y").await;
        limit(world, 1, &[id(world, "a").await]).await;
        assert!(world.owner(1).await.is_some());
        assert_eq!(world.delete("/connections/a?confirm=a").await.status, 202);
        while world.get("/connections/a").await.status == 200 {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(100), world.scim.worker(std::future::pending())).await;
        }
        assert!(world.owner(1).await.is_none() && world.owner(2).await.is_some());
        let limits = world.scim.hosts().limits(&[HostId(1), HostId(2)]).await.unwrap();
        assert_eq!(limits.into_iter().collect::<Vec<_>>(), [(HostId(1), [].into())]);
    }

    async fn an_empty_list_matches_nobody_and_the_end_of_a_limit_everybody(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &Source::Custom, "ava@x.y").await;
        limit(world, 1, &[]).await;
        assert_eq!(world.owner(1).await, None);
        world.scim.hosts().unlimit(HostId(1)).await.unwrap();
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        limit(world, 1, &[]).await;
        world.scim.hosts().forget(HostId(1)).await.unwrap();
        world.host(1, &Source::Custom, "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(ava), "a host that was forgotten is a new one");
    }

    async fn addresses_that_come_after_the_limit_are_limited_too(world: World) {
        let token = connect(world, "evil").await;
        add(world, &token, json!({ "userName": "ava@x.y" })).await;
        limit(world, 1, &[ConnectionId::DEFAULT]).await;
        limit(world, 2, &[ConnectionId::DEFAULT]).await;
        world.host(1, &Source::Idp, "ava@x.y").await;
        world.scim.hosts().import([(HostId(2), Source::Custom, "ava@x.y".to_owned())]).await.unwrap();
        assert_eq!((world.owner(1).await, world.owner(2).await), (None, None));
        let ava = world.user("ava@x.y").await;
        assert_eq!((world.owner(1).await, world.owner(2).await), (Some(ava.clone()), Some(ava)));
    }

    async fn many_hosts_are_limited_at_once_and_each_change_is_told(world: World) {
        let (a, b) = (connect(world, "a").await, connect(world, "b").await);
        let owners = [add(world, &a, json!({ "userName": "ava@x.y" })).await, add(world, &b, json!({ "userName": "ava@x.y" })).await];
        let ids = [id(world, "a").await, id(world, "b").await];
        let hosts = (1..=1200).map(|host| (HostId(host), Source::Custom, "ava@x.y".to_owned()));
        world.scim.hosts().import(hosts).await.unwrap();
        let limits = || (1..=1200).map(|host: i64| (HostId(host), vec![ids[usize::from(host % 2 == 0)]]));
        world.scim.hosts().limit_hosts(limits()).await.unwrap();
        assert_eq!((world.owner(7).await, world.owner(1200).await), (Some(owners[0].clone()), Some(owners[1].clone())));
        let told = || scim_change::Entity::find().filter(scim_change::Column::Kind.eq("host.limits")).count(&world.reader);
        assert_eq!(told().await.unwrap(), 1200);
        world.scim.hosts().limit_hosts(limits()).await.unwrap();
        assert_eq!(told().await.unwrap(), 1200, "nothing changed");
    }

    async fn a_limit_to_a_connection_that_is_not_there_is_refused(world: World) {
        let refused = world.scim.hosts().limit_to(HostId(1), &[ConnectionId::DEFAULT, ConnectionId(99)]).await.unwrap_err();
        assert_eq!(refused.to_string(), "there is no connection with the id 99");
        let many: Vec<ConnectionId> = (1..=101).map(ConnectionId).collect();
        assert!(world.scim.hosts().limit_to(HostId(1), &many).await.unwrap_err().to_string().contains("at most 100"));
        assert_eq!(scim_host::Entity::find().count(&world.reader).await.unwrap(), 0, "nothing was written");
    }

    async fn a_limit_is_a_part_of_the_hosts_own_transaction(world: World) {
        let ava = world.user("ava@x.y").await;
        for committed in [false, true] {
            let transaction = fleet_scim::begin_write(&world.writer).await.unwrap();
            set_emails_in(&transaction, HostId(1), &Source::Idp, &["ava@x.y"]).await.unwrap();
            limit_host_in(&transaction, HostId(1), &[]).await.unwrap();
            if committed { transaction.commit().await.unwrap() } else { transaction.rollback().await.unwrap() }
            assert_eq!(world.scim.hosts().limits(&[HostId(1)]).await.unwrap().len(), usize::from(committed));
        }
        assert_eq!(world.owner(1).await, None);
        let transaction = fleet_scim::begin_write(&world.writer).await.unwrap();
        unlimit_host_in(&transaction, HostId(1)).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(world.owner(1).await, Some(ava));
    }

    // The flag of the host is copied to each address: neither writer may miss what the other does.
    async fn a_limit_and_an_address_that_come_at_once_never_miss_each_other(world: World) {
        let token = connect(world, "evil").await;
        for number in 0..60 {
            add(world, &token, json!({ "userName": format!("u{number}@x.y") })).await;
        }
        let hosts = world.scim.hosts();
        let pairs = (0..60).map(|number| async move {
            let (host, address) = (HostId(number + 1), format!("u{number}@x.y"));
            // One address is there already, so the writers meet in every order.
            if number % 2 == 0 {
                hosts.set_emails(host, &Source::Custom, &["early@x.y"]).await.unwrap();
            }
            let address = [address.as_str()];
            let (limited, told) = tokio::join!(hosts.limit_to(host, &[ConnectionId::DEFAULT]), hosts.set_emails(host, &Source::Idp, &address));
            limited.and(told).unwrap();
        });
        futures_util::future::join_all(pairs).await;
        let open = scim_host_email::Entity::find().filter(scim_host_email::Column::Limited.eq(false)).count(&world.reader).await.unwrap();
        assert_eq!(open, 0, "each copy of the flag is as the host's");
        for host in 1..=60 {
            assert_eq!(world.owner(host).await, None, "host {host}");
        }
    }
}
