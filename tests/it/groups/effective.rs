//! Nested groups count: who is in a group that is in another is in both.

use fleet_scim::{GroupId, HostId, hosts::Source, sea_orm::ConnectionTrait};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{GROUP, World},
};

const MDM: Source = Source::MdmIdpAccounts;

/// Returns the groups of a user as names, each with its type.
async fn groups(world: &World, user: &str) -> Vec<String> {
    let answer = world.get(&format!("/Users/{user}")).await;
    names(&answer.body["groups"])
}

fn names(groups: &Value) -> Vec<String> {
    let text = |group: &Value, key: &str| group[key].as_str().unwrap().to_owned();
    let groups = groups.as_array().unwrap().iter();
    groups.map(|group| format!("{} {}", text(group, "display"), text(group, "type"))).collect()
}

async fn nest(world: &World, group: &str, child: &str) -> crate::world::Answer {
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": child }] }]);
    world.patch(&format!("/Groups/{group}"), add).await
}

const RESOURCE: &str = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"g"}"#;

/// Inserts groups without members in bulk.
async fn empty_groups(world: &World, count: i64) -> Vec<i64> {
    let ids: Vec<i64> = (0..count).map(|number| 100_000 + number).collect();
    for chunk in ids.chunks(5000) {
        let rows = chunk.iter().map(|id| format!("({id}, 1, 'g{id}', 'g{id}', '{RESOURCE}', 1, 0, 0)"));
        let columns = "id, connection_id, display_name, display_name_key, resource, version, created_at, updated_at";
        let sql = format!("INSERT INTO scim_groups ({columns}) VALUES {}", rows.collect::<Vec<_>>().join(","));
        world.writer.execute_unprepared(&sql).await.unwrap();
    }
    ids
}

on_each_database! {
    async fn a_user_is_in_the_groups_above_its_own(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        world.host(1, &MDM, "ava@x.y").await;
        world.host(2, &MDM, "sam@x.y").await;
        let core = world.group("Core", &[&ava]).await;
        let engineering = world.group("Engineering", &[&core, &sam]).await;
        let all = world.group("All", &[&engineering]).await;
        assert_eq!(groups(world, &ava).await, ["Core direct", "Engineering indirect", "All indirect"]);
        assert_eq!(groups(world, &sam).await, ["Engineering direct", "All indirect"]);
        assert_eq!(world.end_users(1).await.end_users[0].idp_groups, ["Core", "Engineering", "All"]);
        // Wherever a user is answered.
        let listed = world.find("/Users", "userName eq \"ava@x.y\"").await;
        assert_eq!(names(&listed.body["Resources"][0]["groups"]).len(), 3);
        let page = world.get("/Users?count=10").await;
        assert_eq!(names(&page.body["Resources"][0]["groups"]).len(), 3);
        let both = world.post("/.search", json!({ "filter": "userName eq \"ava@x.y\"" })).await;
        assert_eq!(names(&both.body["Resources"][0]["groups"]).len(), 3);
        let patched = world.patch(&format!("/Users/{ava}"), json!([{ "op": "replace", "path": "title", "value": "x" }])).await;
        assert_eq!(names(&patched.body["groups"]).len(), 3);
        // Filters are over all of them, those of groups over the members themselves.
        for (filter, found) in [
            (format!("groups.value eq \"{all}\""), vec![&ava, &sam]),
            (format!("groups eq \"{core}\""), vec![&ava]),
            ("groups.display eq \"all\"".to_owned(), vec![&ava, &sam]),
            ("groups.display sw \"Eng\" and active eq true".to_owned(), vec![&ava, &sam]),
            ("groups[display eq \"Engineering\" and type eq \"direct\"]".to_owned(), vec![&sam]),
            ("groups[display eq \"Engineering\" and type eq \"indirect\"]".to_owned(), vec![&ava]),
            ("groups.type eq \"indirect\"".to_owned(), vec![&ava, &sam]),
            ("not (groups.display eq \"Core\")".to_owned(), vec![&sam]),
            ("groups.display eq \"None\"".to_owned(), vec![]),
            (format!("groups.$ref ew \"{all}\""), vec![&ava, &sam]),
        ] {
            assert_eq!(world.ids("/Users", &filter).await.iter().collect::<Vec<_>>(), found, "{filter}");
        }
        assert_eq!(world.ids("/Groups", &format!("members.value eq \"{ava}\"")).await, std::slice::from_ref(&core));
        let id = GroupId::parse(&all).unwrap();
        let hosts = world.scim.hosts();
        assert_eq!(hosts.of_group(id, None, 10).await.unwrap(), [HostId(1), HostId(2)]);
        assert_eq!(hosts.of_group(id, Some(HostId(1)), 10).await.unwrap(), [HostId(2)]);
    }

    async fn a_group_is_direct_if_the_user_is_a_member_whatever_is_nested(world: World) {
        let ava = world.user("ava@x.y").await;
        let inner = world.group("Inner", &[&ava]).await;
        let outer = world.group("Outer", &[&ava, &inner]).await;
        assert_eq!(groups(world, &ava).await, ["Inner direct", "Outer direct"]);
        let filter = format!("groups[value eq \"{outer}\" and type eq \"indirect\"]");
        assert_eq!(world.ids("/Users", &filter).await, [""; 0]);
        let filter = format!("groups[value eq \"{outer}\" and type eq \"direct\"]");
        assert_eq!(world.ids("/Users", &filter).await, [ava]);
    }

    async fn a_cycle_ends_where_it_began(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        let first = world.group("First", &[&ava]).await;
        let second = world.group("Second", &[&first]).await;
        let third = world.group("Third", &[&second]).await;
        assert!(nest(world, &first, &third).await.status < 300);
        assert_eq!(groups(world, &ava).await, ["First direct", "Second indirect", "Third indirect"]);
        assert_eq!(world.ids("/Users", "groups.display eq \"third\"").await, [ava]);
        assert_eq!(world.end_users(1).await.end_users[0].idp_groups.len(), 3);
        let of = GroupId::parse(&second).unwrap();
        assert_eq!(world.scim.hosts().of_group(of, None, 10).await.unwrap(), [HostId(1)]);
    }

    async fn the_tag_of_a_user_follows_the_groups_above_and_its_time_does_not(world: World) {
        let ava = world.user("ava@x.y").await;
        let inner = world.group("Inner", &[&ava]).await;
        let outer = world.group("Outer", &[]).await;
        let before = world.get(&format!("/Users/{ava}")).await;
        assert!(nest(world, &outer, &inner).await.status < 300);
        let after = world.get(&format!("/Users/{ava}")).await;
        assert_ne!(before.header("etag"), after.header("etag"));
        assert_eq!(before.body["meta"]["lastModified"], after.body["meta"]["lastModified"]);
    }

    async fn groups_are_nested_sixteen_levels_deep(world: World) {
        let mut chain = vec![world.group("g0", &[]).await];
        for level in 1..=16 {
            let child = chain.last().unwrap().clone();
            chain.push(world.group(&format!("g{level}"), &[&child]).await);
        }
        let (top, bottom) = (chain.last().unwrap().clone(), chain[0].clone());
        let lowest = world.group("lowest", &[]).await;
        let refused = nest(world, &bottom, &lowest).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")), "{}", refused.text);
        assert!(refused.text.contains("17 levels deep"), "{}", refused.text);
        assert_eq!(world.members(&bottom).await, [""; 0], "nothing is half applied");
        let body = json!({ "schemas": [GROUP], "displayName": "higher", "members": [{ "value": top }] });
        assert_eq!(world.post("/Groups", body).await.status, 400);
        // A ring of the chain is no deeper.
        assert!(nest(world, &bottom, &top).await.status < 300);
    }

    async fn one_group_reaches_ten_thousand_others(world: World) {
        let top = world.group("top", &[]).await;
        let ids = empty_groups(world, 10_001).await;
        let named = |ids: &[i64]| ids.iter().map(|id| json!({ "value": format!("group-{id}") })).collect::<Vec<_>>();
        let add = |ids: &[i64]| json!([{ "op": "add", "path": "members", "value": named(ids) }]);
        let path = format!("/Groups/{top}?excludedAttributes=members");
        let (most, rest) = ids.split_at(10_000);
        let added = world.patch(&path, add(most)).await;
        assert!(added.status < 300, "{}", added.text);
        let refused = world.patch(&path, add(rest)).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.text.contains("10001 others"), "{}", refused.text);
        // Nor by a group in between, whose own members are few.
        let (left, right) = (world.group("left", &[]).await, world.group("right", &[]).await);
        world.group("over", &[&left, &right]).await;
        assert!(world.patch(&format!("/Groups/{left}?excludedAttributes=members"), add(&ids[..6000])).await.status < 300);
        let refused = world.patch(&format!("/Groups/{right}?excludedAttributes=members"), add(&ids[4000..])).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }

    async fn a_user_is_read_with_groups_of_one_state(world: World) {
        let ava = world.user("ava@x.y").await;
        let inner = world.group("Inner", &[&ava]).await;
        let outer = world.group("Outer", &[&inner]).await;
        let path = format!("/Groups/{outer}");
        // Each of the two makes Ava a member of the outer group in another way, in one transaction.
        let change = async |goes: &str, comes: &str| {
            let operations = json!([
                { "op": "remove", "path": format!("members[value eq \"{goes}\"]") },
                { "op": "add", "path": "members", "value": [{ "value": comes }] },
            ]);
            assert!(world.patch(&path, operations).await.status < 300);
        };
        let write = async {
            for _ in 0..40 {
                change(&inner, &ava).await;
                change(&ava, &inner).await;
            }
        };
        let read = async {
            for _ in 0..120 {
                let groups = groups(world, &ava).await;
                assert_eq!(groups.len(), 2, "{groups:?}");
            }
        };
        futures_util::future::join(write, read).await;
    }
}
