//! What is told, in which order, and from where a reader goes on.

use std::time::Duration;

use fleet_scim::{ChangeKind, ConnectionId, Error, HostId, hosts::Source, poem::http::Method};
use serde_json::{Value, json};

use super::{drained, last};
use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

async fn operate(world: &World, path: &str, operations: Value) {
    let answer = world.patch(path, operations).await;
    assert!(matches!(answer.status, 200 | 204), "{}", answer.text);
}

on_each_database! {
    async fn every_change_is_told_once_in_the_order_of_the_requests(world: World) {
        let ava = world.created("/Users", json!({
            "schemas": [USER], "userName": "ava@x.y", "externalId": "e1", "active": true,
            "name": { "givenName": "Ava", "familyName": "Q" }, ENTERPRISE: { "department": "Sales" },
        })).await;
        let inner = world.group("Inner", &[&ava]).await;
        let outer = world.group("Outer", &[&inner]).await;
        operate(world, &format!("/Users/{ava}"), json!([{ "op": "replace", "path": "title", "value": "CEO" }])).await;
        operate(world, &format!("/Users/{ava}"), json!([{ "op": "replace", "value": { "active": false, "title": "none" } }])).await;
        operate(world, &format!("/Users/{ava}"), json!([{ "op": "replace", "path": "active", "value": true }])).await;
        operate(world, &format!("/Groups/{inner}"), json!([{ "op": "replace", "path": "displayName", "value": "Core" }])).await;
        operate(world, &format!("/Groups/{inner}"), json!([{ "op": "remove", "path": "members" }])).await;
        // This changes nothing.
        operate(world, &format!("/Groups/{inner}"), json!([{ "op": "remove", "path": "members" }])).await;
        world.delete(&format!("/Groups/{inner}")).await;
        world.delete(&format!("/Users/{ava}")).await;
        let told: Vec<Value> = drained(world, 0).await.iter().map(|change| {
            let mut json = change.to_json();
            let fields = json.as_object_mut().unwrap();
            assert!(fields.remove("at").is_some());
            assert_eq!(fields.remove("requestId").unwrap().as_str().unwrap().len(), 32);
            assert_eq!(fields.remove("connection"), Some(json!(1)));
            json
        }).collect();
        let event = |name: &str| format!("urn:ietf:params:scim:event:prov:{name}");
        let user = json!({ "id": ava, "userName": "ava@x.y", "externalId": "e1" });
        let group = |id: &str, name: &str| json!({ "id": id, "displayName": name });
        assert_eq!(told, [
            json!({ "number": 1, "kind": "user.created", "event": event("create:notice"), "user": user, "after": { "active": true } }),
            json!({ "number": 2, "kind": "group.created", "event": event("create:notice"), "group": group(&inner, "Inner"),
                "after": { "displayName": "Inner" } }),
            json!({ "number": 3, "kind": "membership.added", "event": event("patch:notice"), "group": { "id": inner }, "users": [ava] }),
            json!({ "number": 4, "kind": "group.created", "event": event("create:notice"), "group": group(&outer, "Outer"),
                "after": { "displayName": "Outer" } }),
            json!({ "number": 5, "kind": "membership.added", "event": event("patch:notice"), "group": { "id": outer }, "groups": [inner] }),
            json!({ "number": 6, "kind": "user.changed", "event": event("patch:notice"), "user": user, "attributes": ["title"],
                "before": { "active": true }, "after": { "active": true } }),
            json!({ "number": 7, "kind": "user.deactivated", "event": event("deactivate"), "user": user,
                "attributes": ["active", "title"], "before": { "active": true }, "after": { "active": false } }),
            json!({ "number": 8, "kind": "user.reactivated", "event": event("activate"), "user": user, "attributes": ["active"],
                "before": { "active": false }, "after": { "active": true } }),
            json!({ "number": 9, "kind": "group.renamed", "event": event("patch:notice"), "group": group(&inner, "Core"),
                "attributes": ["displayName"], "before": { "displayName": "Inner" }, "after": { "displayName": "Core" } }),
            json!({ "number": 10, "kind": "membership.removed", "event": event("patch:notice"), "group": { "id": inner }, "users": [ava] }),
            json!({ "number": 11, "kind": "membership.removed", "event": event("patch:notice"), "group": { "id": outer }, "groups": [inner] }),
            json!({ "number": 12, "kind": "group.deleted", "event": event("delete"), "group": group(&inner, "Core"),
                "before": { "displayName": "Core" } }),
            json!({ "number": 13, "kind": "user.deleted", "event": event("delete"), "user": user, "before": { "active": true } }),
        ]);
    }

    async fn members_are_named_only_if_they_came_or_went(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let group = world.group("Core", &[&ava]).await;
        let from = last(world).await;
        let add = json!([{ "op": "add", "path": "members", "value": [{ "value": ava }, { "value": sam }, { "value": "99999" }] }]);
        operate(world, &format!("/Groups/{group}"), add.clone()).await;
        operate(world, &format!("/Groups/{group}"), add).await;
        let remove = json!([
            { "op": "remove", "path": "members", "value": [{ "value": sam }, { "value": "99999" }] },
        ]);
        operate(world, &format!("/Groups/{group}"), remove.clone()).await;
        operate(world, &format!("/Groups/{group}"), remove).await;
        let told = drained(world, from).await;
        let named: Vec<_> = told.iter().map(|change| (change.kind, change.users.iter().map(ToString::to_string).collect())).collect();
        assert_eq!(named, [
            (ChangeKind::MembershipAdded, vec![sam.clone()]),
            (ChangeKind::MembershipRemoved, vec![sam]),
        ]);
    }

    async fn what_an_administrator_did_is_told(world: World) {
        let connections = world.scim.connections();
        let new = fleet_scim::NewConnection { display_name: "Okta".to_owned(), name: Some("okta".to_owned()), ..Default::default() };
        let okta = connections.create(&new).await.unwrap();
        let token = connections.issue_token("okta", &Default::default()).await.unwrap();
        connections.revoke_token("okta", token.stored.id).await.unwrap();
        let change = fleet_scim::ConnectionChange { order: Some(3), ..Default::default() };
        connections.change("okta", &change).await.unwrap();
        connections.delete("okta").await.unwrap();
        while fleet_scim::internals::continue_deletion(&world.scim).await.unwrap() {}
        let told = drained(world, 0).await;
        let said: Vec<_> = told.iter().map(|change| (change.kind, change.connection, change.attributes.join(","))).collect();
        let of = Some(okta.id);
        assert_eq!(said, [
            (ChangeKind::ConnectionCreated, of, String::new()),
            (ChangeKind::CredentialCreated, of, String::new()),
            (ChangeKind::CredentialDeleted, of, String::new()),
            (ChangeKind::ConnectionChanged, of, "order".to_owned()),
            (ChangeKind::ConnectionChanged, of, "state".to_owned()),
            (ChangeKind::ConnectionDeleted, of, String::new()),
        ]);
        assert_eq!(told[5].connection_name.as_deref(), Some("okta"));
        let credential = told[1].credential.as_ref().unwrap();
        assert_eq!((credential.kind.as_str(), &credential.id), ("token", &token.stored.id.0.to_string()));
        assert!(told.iter().all(|change| change.request_id.is_none()), "no request did it");
    }

    async fn what_an_administrator_did_names_the_request(world: World) {
        let okta = json!({ "name": "okta", "displayName": "Okta" });
        assert_eq!(world.post("/connections", okta).await.status, 201);
        let token = world.created("/connections/okta/tokens", json!({})).await;
        assert_eq!(world.post(&format!("/connections/okta/tokens/{token}/rotate"), json!({})).await.status, 201);
        assert_eq!(world.delete(&format!("/connections/okta/tokens/{token}")).await.status, 204);
        let client = world.created("/connections/okta/clients", json!({})).await;
        let secret = world.post(&format!("/connections/okta/clients/{client}/secrets"), json!({})).await;
        let secret = secret.body["id"].as_str().unwrap().to_owned();
        assert_eq!(world.delete(&format!("/connections/okta/secrets/{secret}")).await.status, 204);
        assert_eq!(world.delete(&format!("/connections/okta/clients/{client}")).await.status, 204);
        let change = json!({ "order": 3 });
        assert_eq!(world.call(Method::PATCH, "/connections/okta", Some(change)).await.status, 200);
        assert_eq!(world.delete("/connections/okta?confirm=okta").await.status, 202);
        let told = drained(world, 0).await;
        let of: Vec<&str> = told.iter().map(|change| change.request_id.as_deref().unwrap()).collect();
        // A client is made with its first secret, by one request.
        let requests: std::collections::BTreeSet<&str> = of.iter().copied().collect();
        assert_eq!((told.len(), requests.len()), (11, 10), "{of:?}");
    }

    async fn a_reader_whose_changes_are_not_kept_is_told_so(world: World) {
        for name in 0..4 {
            world.user(&format!("u{name}@x.y")).await;
        }
        assert_eq!(drained(world, 0).await.len(), 4);
        let forget = "DELETE FROM scim_changes WHERE number <= 2";
        fleet_scim::sea_orm::ConnectionTrait::execute_unprepared(&world.writer, forget).await.unwrap();
        let changes = world.scim.changes();
        for number in [0, 1] {
            let oldest = match changes.after(number, 10).await {
                Err(Error::ChangesForgotten { oldest }) => oldest,
                other => panic!("{other:?}"),
            };
            assert_eq!(oldest, 3);
        }
        assert_eq!(changes.after(2, 1).await.unwrap()[0].number, 3);
        assert_eq!(changes.after(4, 10).await.unwrap(), []);
        // A number that was never given: the database was restored from a backup.
        assert!(matches!(changes.after(5, 10).await, Err(Error::ChangesForgotten { oldest: 3 })));
        assert!(matches!(changes.after(-1, 10).await, Err(Error::ChangesForgotten { .. })));
        // Nobody waits for a number to be reached that was never given.
        tokio::time::timeout(Duration::from_secs(5), changes.changed(5)).await.unwrap().unwrap();
        for limit in [0, 1001] {
            assert!(matches!(changes.after(4, limit).await, Err(Error::Invalid(_))));
        }
    }

    async fn a_reader_is_woken_when_a_change_is_numbered(world: World) {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let worker = tokio::spawn(world.scim.worker(async { drop(stopped.await) }));
        let changes = world.scim.changes();
        let from = changes.last().await.unwrap();
        let (woken, _) = tokio::join!(
            tokio::time::timeout(Duration::from_secs(10), changes.changed(from)),
            world.user("ava@x.y"),
        );
        woken.unwrap().unwrap();
        assert_eq!(world.scim.changes().after(from, 10).await.unwrap()[0].kind, ChangeKind::UserCreated);
        // What is there already is not waited for.
        world.scim.changes().changed(from).await.unwrap();
        drop(stop);
        worker.await.unwrap();
    }

    async fn what_the_version_before_wrote_is_told_too(world: World) {
        use fleet_scim::sea_orm::ConnectionTrait;
        let ava = world.user("ava@x.y").await;
        let group = world.group("Core", &[]).await;
        world.host(1, &Source::Idp, "ava@x.y").await;
        let from = last(world).await;
        let row = group.trim_start_matches("group-");
        for (kind, group, host, detail) in [
            ("group.members", row, "NULL", format!("'{{\"added\":[{ava}]}}'")),
            ("group.members", row, "NULL", "'{\"removedGroups\":[7]}'".to_owned()),
            ("host.emails", "NULL", "1", "NULL".to_owned()),
        ] {
            let sql = format!(
                "INSERT INTO scim_changes (changed_at, request_id, kind, connection_id, group_id, host_id, detail)
                 VALUES (7, 'r', '{kind}', NULL, {group}, {host}, {detail})"
            );
            world.writer.execute_unprepared(&sql).await.unwrap();
        }
        let told = drained(world, from).await;
        let kinds: Vec<_> = told.iter().map(|change| change.kind).collect();
        assert_eq!(kinds, [ChangeKind::MembershipAdded, ChangeKind::MembershipRemoved, ChangeKind::HostAddresses]);
        assert_eq!((told[0].users[0].to_string(), told[1].groups[0].0, told[2].host), (ava, 7, Some(HostId(1))));
        assert_eq!(told[0].connection, None::<ConnectionId>);
    }
}
