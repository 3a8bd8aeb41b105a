//! Identifiers of groups: derived from the name as Harness does, given once, and never to another group.

use fleet_scim::{
    entity::scim_group_identifier,
    sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait},
};
use serde_json::{Value, json};

use crate::{
    connections::{call, change, connect},
    on_each_database,
    world::{GROUP, World, encode},
};

const IDENTIFIER: &str = "urn:fleet:params:scim:schemas:extension:identifier:2.0:Group";

async fn identifier(world: &World, group: &str) -> Option<String> {
    let found = world.get(&format!("/Groups/{group}?attributes={}", encode(&format!("{IDENTIFIER}:identifier")))).await;
    assert_eq!(found.status, 200, "{}", found.text);
    found.body[IDENTIFIER]["identifier"].as_str().map(str::to_owned)
}

async fn rename(world: &World, group: &str, name: &str) {
    let renamed = world
        .patch(&format!("/Groups/{group}"), json!([{ "op": "replace", "path": "displayName", "value": name }]))
        .await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
}

async fn found(world: &World, filter: &str) -> Vec<String> {
    world.ids("/Groups", &filter.replace("identifier", &format!("{IDENTIFIER}:identifier"))).await
}

on_each_database! {
    async fn groups_of_similar_names_get_numbers_in_their_order(world: World) {
        let mut groups = Vec::new();
        for (name, expected) in [("R.D team", "R_D_team"), ("r-d TEAM", "r_d_TEAM_2"), ("R D.Team", "R_D_Team_3"), ("R_D_team_4", "R_D_team_4"), ("R_D.team", "R_D_team_5"), ("Ops", "Ops")] {
            let group = world.group(name, &[]).await;
            assert_eq!(identifier(world, &group).await.as_deref(), Some(expected), "{name}");
            groups.push(group);
        }
        // Another connection has identifiers of its own.
        let token = connect(world, "okta").await;
        let path = format!("/Groups?attributes={}", encode(IDENTIFIER));
        let posted = call(world, &token, fleet_scim::poem::http::Method::POST, &path, Some(json!({ "displayName": "R.D team" }))).await;
        assert_eq!((posted.status, &posted.body[IDENTIFIER]["identifier"]), (201, &json!("R_D_team")), "{}", posted.text);
    }

    async fn an_identifier_is_shown_where_it_is_asked_for(world: World) {
        let ava = world.user("ava@x.y").await;
        let group = world.group("R&D", &[&ava]).await;
        let plain = world.get(&format!("/Groups/{group}")).await;
        assert!(plain.body.get(IDENTIFIER).is_none() && plain.body["schemas"] == json!([GROUP]), "{}", plain.text);
        let asked = encode(&format!("displayName,members,{IDENTIFIER}"));
        let whole = json!({ "identifier": "R&D" });
        let of = |body: &Value| {
            assert_eq!((&body[IDENTIFIER], body["members"].as_array().unwrap().len()), (&whole, 1), "{body}");
            assert_eq!(body["schemas"], json!([GROUP, IDENTIFIER]));
        };
        of(&world.get(&format!("/Groups/{group}?attributes={asked}")).await.body);
        of(&world.get(&format!("/Groups?attributes={asked}")).await.body["Resources"][0]);
        let search = json!({ "attributes": ["members", IDENTIFIER], "filter": "displayName pr" });
        of(&world.post("/Groups/.search", search.clone()).await.body["Resources"][0]);
        of(&world.post("/.search", json!({ "attributes": ["members", IDENTIFIER], "filter": "members pr" })).await.body["Resources"][0]);
        let path = format!("/Groups/{group}?attributes={asked}");
        of(&world.patch(&path, json!([{ "op": "add", "path": "externalId", "value": "1" }])).await.body);
        // It is read-only: what a client sends of it is not taken.
        let sent = json!({ "schemas": [GROUP, IDENTIFIER], "displayName": "R&D", "members": [{ "value": ava }], IDENTIFIER: { "identifier": "mine" } });
        of(&world.put(&path, sent).await.body);
        assert_eq!(identifier(world, &group).await.as_deref(), Some("R&D"));
        assert_eq!(world.get(&format!("/Schemas/{IDENTIFIER}")).await.body["attributes"][0]["returned"], "request");
    }

    async fn groups_are_found_and_sorted_by_their_identifiers(world: World) {
        let (first, second) = (world.group("A B", &[]).await, world.group("a.b", &[]).await);
        let other = world.group("C", &[]).await;
        assert_eq!(found(world, "identifier eq \"A_b\"").await, [first.as_str()]);
        assert_eq!(found(world, "identifier eq \"a_b_2\"").await, [second.as_str()]);
        let short = world.get(&format!("/Groups?attributes=displayName,identifier&filter={}", encode("identifier eq \"a_b\""))).await;
        assert_eq!((&short.body["totalResults"], &short.body["Resources"][0][IDENTIFIER]["identifier"]), (&json!(1), &json!("A_B")), "{}", short.text);
        assert!(found(world, "identifier eq \"A B\"").await.is_empty());
        assert_eq!(found(world, "identifier sw \"a_\"").await, [first.clone(), second.clone()]);
        assert_eq!(found(world, "not (identifier eq \"a_b\")").await, [second.clone(), other.clone()]);
        assert_eq!(found(world, "identifier ne \"a_b\" and displayName pr").await, [second.clone(), other.clone()]);
        assert_eq!(found(world, "identifier pr").await.len(), 3);
        assert_eq!(found(world, "identifier gt \"a_b\" or identifier eq \"a_b\"").await.len(), 3);
        let sorted = world.get(&format!("/Groups?sortBy={}&sortOrder=descending", encode(&format!("{IDENTIFIER}:identifier")))).await;
        let ids: Vec<&Value> = sorted.body["Resources"].as_array().unwrap().iter().map(|group| &group["id"]).collect();
        assert_eq!(ids, [&json!(other), &json!(second), &json!(first)], "{}", sorted.text);
        let by_mail = world.find("/Users", &format!("{IDENTIFIER}:identifier eq \"a\"")).await;
        assert_eq!((by_mail.status, by_mail.body["scimType"].as_str()), (400, Some("invalidFilter")), "{}", by_mail.text);
    }

    async fn an_identifier_is_never_given_to_another_group(world: World) {
        let first = world.group("A B", &[]).await;
        rename(world, &first, "Engineering").await;
        assert_eq!(identifier(world, &first).await.as_deref(), Some("Engineering"));
        let second = world.group("a b", &[]).await;
        assert_eq!(identifier(world, &second).await.as_deref(), Some("a_b_2"), "the first had it once");
        assert!(found(world, "identifier eq \"a_b\"").await.is_empty());
        rename(world, &first, "A-B").await;
        assert_eq!(identifier(world, &first).await.as_deref(), Some("A_B"), "it may have it again");
        rename(world, &first, "a.B").await;
        assert_eq!(identifier(world, &first).await.as_deref(), Some("A_B"), "the name gives the same");
        for group in [&first, &second] {
            assert_eq!(world.delete(&format!("/Groups/{group}")).await.status, 204);
        }
        let third = world.group("A B", &[]).await;
        assert_eq!(identifier(world, &third).await.as_deref(), Some("A_B_3"), "nor after its group is deleted");
        assert_eq!(found(world, "identifier eq \"A_B\"").await, Vec::<String>::new());
        assert_eq!(found(world, "identifier eq \"A_B_3\"").await, [third]);
    }

    async fn no_way_of_renaming_takes_an_identifier_from_another_group(world: World) {
        let (first, second) = (world.group("A B", &[]).await, world.group("C", &[]).await);
        rename(world, &first, "Former").await;
        world.group("Now", &[]).await;
        let path = format!("/Groups/{second}");
        // The name is free and its identifier is not: it was once another's, or is another's.
        rename(world, &second, "a-b").await;
        assert_eq!(identifier(world, &second).await.as_deref(), Some("a_b_2"));
        assert_eq!(world.put(&path, json!({ "schemas": [GROUP], "displayName": "For-mer" })).await.status, 200);
        assert_eq!(identifier(world, &second).await.as_deref(), Some("For_mer"));
        let rename_by_bulk = |name: &str| json!({ "Operations": [{ "method": "PATCH", "path": path, "data": { "Operations": [
            { "op": "replace", "path": "displayName", "value": name }] } }] });
        for (name, expected) in [("n.o.w", "n_o_w"), ("A.B", "a_b_2"), ("now.", "now_")] {
            let answer = world.post("/Bulk", rename_by_bulk(name)).await;
            assert_eq!(answer.body["Operations"][0]["status"], "200", "{}", answer.text);
            assert_eq!(identifier(world, &second).await.as_deref(), Some(expected), "{name}");
        }
        // By the name that its own identifier is, or was, a group loses neither.
        rename(world, &second, "a.b").await;
        for name in ["A_B_2", "Else", "a-b_2"] {
            rename(world, &second, name).await;
        }
        assert_eq!(identifier(world, &second).await.as_deref(), Some("a_b_2"));
        assert_eq!(identifier(world, &first).await.as_deref(), Some("Former"));
    }

    async fn an_identifier_stays_when_its_connection_is_set_so(world: World) {
        let set = change(world, "default", json!({ "settings": { "keepsIdentifiers": true } })).await;
        assert_eq!((set.status, &set.body["settings"]["keepsIdentifiers"]), (200, &json!(true)), "{}", set.text);
        let group = world.group("A B", &[]).await;
        rename(world, &group, "Engineering").await;
        assert_eq!(identifier(world, &group).await.as_deref(), Some("A_B"));
        let put = world.put(&format!("/Groups/{group}"), json!({ "schemas": [GROUP], "displayName": "Science" })).await;
        assert_eq!((put.status, identifier(world, &group).await.as_deref()), (200, Some("A_B")));
        assert_eq!(change(world, "default", json!({ "settings": { "keepsIdentifiers": null } })).await.status, 200);
        rename(world, &group, "Research").await;
        assert_eq!(identifier(world, &group).await.as_deref(), Some("Research"));
    }

    async fn groups_of_an_older_version_get_theirs_from_the_worker_the_oldest_first(world: World) {
        let mut groups = Vec::new();
        for name in ["A B", "a.b", "C", "D E", "d-e"] {
            groups.push(world.group(name, &[]).await);
        }
        world.writer.execute_unprepared("DELETE FROM scim_group_identifiers").await.unwrap();
        assert_eq!(identifier(world, &groups[0]).await, None);
        assert!(found(world, "identifier pr").await.is_empty());
        rename(world, &groups[1], "a-b").await;
        assert_eq!(identifier(world, &groups[1]).await.as_deref(), Some("a_b"), "one that is renamed need not wait");
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), world.scim.worker(std::future::pending())).await;
        assert_eq!(identifier(world, &groups[0]).await.as_deref(), Some("A_B_2"));
        for (at, expected) in [(2, "C"), (3, "D_E"), (4, "d_e_2")] {
            assert_eq!(identifier(world, &groups[at]).await.as_deref(), Some(expected));
        }
    }

    async fn groups_that_are_made_at_once_share_no_identifier(world: World) {
        let other = world.sibling().await;
        let names = ["a b c", "a.b.c", "a-b-c", "a b.c", "a.b c", "a-b c", "a b-c", "a.b-c"];
        let posts = names.iter().enumerate().map(|(at, name)| {
            let body = json!({ "schemas": [GROUP], "displayName": name }).to_string();
            let request = world.request(fleet_scim::poem::http::Method::POST, "/Groups", "admin").content_type("application/scim+json").body(body);
            let other = &other;
            async move { if at % 2 == 0 { world.send(request).await } else { world.send_to(other, request).await } }
        });
        for answer in futures_util::future::join_all(posts).await {
            assert_eq!(answer.status, 201, "{}", answer.text);
        }
        let path = format!("/Groups?attributes={}", encode(IDENTIFIER));
        let listed = world.get(&path).await;
        let mut identifiers: Vec<String> = listed.body["Resources"].as_array().unwrap().iter().map(|group| group[IDENTIFIER]["identifier"].as_str().unwrap().to_owned()).collect();
        identifiers.sort_unstable();
        assert_eq!(identifiers, ["a_b_c", "a_b_c_2", "a_b_c_3", "a_b_c_4", "a_b_c_5", "a_b_c_6", "a_b_c_7", "a_b_c_8"]);
    }

    async fn whoever_takes_every_number_hurts_nobody_else(world: World) {
        for number in 2..14 {
            world.group(&format!("a_b_{number}"), &[]).await;
        }
        let first = world.group("a b", &[]).await;
        assert_eq!(identifier(world, &first).await.as_deref(), Some("a_b"));
        let second = world.group("a.b", &[]).await;
        let number = second.strip_prefix("group-").unwrap();
        assert_eq!(identifier(world, &second).await, Some(format!("a_b_{number}")));
        // Somebody knows the ids that come, or has very many groups.
        let next = number.parse::<i64>().unwrap() + 1;
        for taken in (0..40).map(|ahead| next + ahead) {
            world.writer.execute_unprepared(&format!("INSERT INTO scim_group_identifiers (connection_id, identifier_key, identifier, stem_key, number, group_id, is_current) VALUES (1, 'a_b_{taken}', 'a_b_{taken}', 'x', {taken}, 0, FALSE)")).await.unwrap();
        }
        let refused = world.post("/Groups", json!({ "schemas": [GROUP], "displayName": "a-b" })).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (409, Some("uniqueness")), "{}", refused.text);
        assert!(refused.detail().contains("choose another displayName"), "{}", refused.text);
        assert_eq!(world.get("/Groups").await.body["totalResults"], 14, "nothing of it is there");
        let other = world.group("Other", &[]).await;
        assert_eq!(identifier(world, &other).await.as_deref(), Some("Other"));
        // Nor does a group of an older version that gets none hold up the others.
        world.writer.execute_unprepared(&format!("UPDATE scim_group_identifiers SET is_current = FALSE WHERE group_id >= {number}")).await.unwrap();
        world.writer.execute_unprepared("DELETE FROM scim_group_identifiers WHERE identifier_key = 'other'").await.unwrap();
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), world.scim.worker(std::future::pending())).await;
        assert_eq!((identifier(world, &second).await, identifier(world, &other).await.as_deref()), (None, Some("Other")));
    }

    async fn the_identifiers_of_a_connection_are_deleted_with_it(world: World) {
        let token = connect(world, "okta").await;
        for name in ["Staff", "Guests"] {
            call(world, &token, fleet_scim::poem::http::Method::POST, "/Groups", Some(json!({ "displayName": name }))).await;
        }
        world.group("Staff", &[]).await;
        assert_eq!(world.delete("/connections/okta?confirm=okta").await.status, 202);
        while world.get("/connections/okta").await.status == 200 {
            let _ = tokio::time::timeout(std::time::Duration::from_millis(100), world.scim.worker(std::future::pending())).await;
        }
        assert_eq!(scim_group_identifier::Entity::find().count(&world.reader).await.unwrap(), 1);
    }
}
