//! Hosts that had no user, or the wrong one.
//! Each number is a public issue about another server.

use fleet_scim::{
    HostId, UserId,
    hosts::{Ownership, Source},
};
use serde_json::{Value, json};

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

async fn patch(world: &World, id: &str, value: Value) {
    let answer = world.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "value": value }])).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

on_each_database! {
    // fleet#34667, fleet#33145, fleet#41985, fleet#45137
    async fn the_order_of_host_and_user_does_not_matter(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        assert_eq!(world.owner(1).await, None);
        let ava = world.user("ava@x.example").await;
        assert_eq!(world.owner(1).await, Some(ava.clone()), "the host was first");
        world.host(2, &Source::MdmIdpAccounts, "AVA@x.example").await;
        assert_eq!(world.owner(2).await, Some(ava), "the user was first");
    }

    // fleet#34667
    async fn an_address_that_comes_later_finds_the_host(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        let ava = world.user("astone").await;
        assert_eq!(world.owner(1).await, None);
        patch(world, &ava, json!({ "emails": [{ "value": "Ava@x.example", "type": "work" }] })).await;
        assert_eq!(world.owner(1).await, Some(ava));
    }

    // fleet#48378, fleet#34607
    async fn each_of_several_hosts_shows_its_user(world: World) {
        let body = json!({
            "schemas": [USER, ENTERPRISE],
            "userName": "ava@x.example",
            "name": { "givenName": "Ava", "familyName": "Stone" },
            ENTERPRISE: { "department": "Ops" },
        });
        let ava = world.created("/Users", body).await;
        world.group("Crew", &[&ava]).await;
        for host in 1..=3 {
            world.host(host, &Source::MdmIdpAccounts, "ava@x.example").await;
        }
        for host in 1..=3 {
            let of_host = world.end_users(host).await;
            let end_user = &of_host.end_users[0];
            assert_eq!(end_user.idp_full_name.as_deref(), Some("Ava Stone"));
            assert_eq!(end_user.idp_department.as_deref(), Some("Ops"));
            assert_eq!(end_user.idp_groups, ["Crew"]);
        }
        let user = UserId(ava.parse().unwrap());
        let hosts = world.scim.hosts().of_user(user, None, 10).await.unwrap();
        assert_eq!(hosts, [HostId(1), HostId(2), HostId(3)]);
    }

    // fleet#52008
    async fn a_rename_keeps_the_laptop(world: World) {
        let ava = world.user("ava.stone@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava.stone@x.example").await;
        patch(world, &ava, json!({ "userName": "ava.hill@x.example" })).await;
        assert_eq!(world.owner(1).await.as_ref(), Some(&ava));
        let of_host = world.end_users(1).await;
        assert_eq!(of_host.end_users[0].idp_username.as_deref(), Some("ava.hill@x.example"));
        let page = world.scim.hosts().end_users(&[HostId(1)]).await.unwrap();
        assert_eq!(page, [of_host], "a page of hosts and one host agree");
        patch(world, &ava, json!({ "userName": "ava.moor@x.example" })).await;
        assert_eq!(world.owner(1).await, Some(ava), "twice renamed");
    }

    // fleet#52008: the address of a renamed user may go to somebody else.
    async fn a_former_name_yields_to_who_has_it_now(world: World) {
        let ava = world.user("ava@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        patch(world, &ava, json!({ "userName": "ava.hill@x.example" })).await;
        let other = world.user("ava@x.example").await;
        assert_eq!(world.owner(1).await, Some(other));
    }

    // fleet#53264
    async fn an_address_set_by_hand_that_nobody_has_is_kept_and_says_so(world: World) {
        world.user("ava@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        world.host(1, &Source::Idp, "nobody@x.example").await;
        let of_host = world.end_users(1).await;
        assert!(
            matches!(&of_host.ownership, Ownership::Unowned { reason } if reason.contains("by hand")),
            "{of_host:?}"
        );
        assert_eq!(of_host.addresses.len(), 2, "no address was forgotten");
        let nobody = world.user("nobody@x.example").await;
        assert_eq!(world.owner(1).await, Some(nobody), "the user came later");
    }

    // fleet#53264
    async fn forgetting_what_was_set_by_hand_gives_the_host_back(world: World) {
        let ava = world.user("ava@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        world.host(1, &Source::Idp, "nobody@x.example").await;
        assert_eq!(world.owner(1).await, None);
        world.scim.hosts().set_emails(HostId(1), &Source::Idp, &[]).await.unwrap();
        assert_eq!(world.owner(1).await, Some(ava));
    }

    // fleet#46624
    async fn a_host_is_mapped_again_by_hand(world: World) {
        let (ava, sam) = (world.user("ava@x.example").await, world.user("sam@x.example").await);
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        world.host(1, &Source::Idp, "sam@x.example").await;
        assert_eq!(world.owner(1).await, Some(sam));
        world.host(1, &Source::Idp, "ava@x.example").await;
        assert_eq!(world.owner(1).await, Some(ava));
    }

    // fleet#37168
    async fn the_source_of_an_address_stays_what_it_was(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        let ava = world.user("ava@x.example").await;
        patch(world, &ava, json!({ "userName": "ava.hill@x.example" })).await;
        let of_host = world.end_users(1).await;
        assert_eq!(of_host.addresses[0].source, "mdm_idp_accounts");
        assert!(matches!(&of_host.ownership, Ownership::Owned { source, .. } if source == "mdm_idp_accounts"));
    }

    // fleet#44275
    async fn a_second_user_of_a_host_is_no_error(world: World) {
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        world.host(1, &Source::Custom, "sam@x.example").await;
        let sam = world.user("sam@x.example").await;
        assert_eq!(world.owner(1).await, Some(sam.clone()));
        let ava = world.user("ava@x.example").await;
        assert_eq!(world.owner(1).await, Some(ava.clone()), "who enrolled it comes before a custom address");
        assert_eq!(world.delete(&format!("/Users/{ava}")).await.status, 204);
        assert_eq!(world.owner(1).await, Some(sam));
    }

    // fleet#45371, fleet#52591
    async fn a_deprovisioned_user_is_shown_on_the_host_as_inactive(world: World) {
        let ava = world.user("ava@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        patch(world, &ava, json!({ "active": false })).await;
        assert_eq!(world.owner(1).await.as_ref(), Some(&ava));
        let of_host = world.end_users(1).await;
        assert_eq!(of_host.end_users[0].idp_active, Some(false));
        assert_eq!(of_host.end_users[0].idp_full_name.as_deref(), Some("Test User"));
        patch(world, &ava, json!({ "active": true })).await;
        assert_eq!(world.end_users(1).await.end_users[0].idp_active, Some(true));
    }

    // fleet#41996, fleet#49099
    async fn the_department_is_shown_on_the_host(world: World) {
        let ava = world.user("ava@x.example").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        assert_eq!(world.end_users(1).await.end_users[0].idp_department, None);
        patch(world, &ava, json!({ format!("{ENTERPRISE}:department"): "Ops", "costCenter": "C-1" })).await;
        assert_eq!(world.end_users(1).await.end_users[0].idp_department.as_deref(), Some("Ops"));
    }

    // fleet#46869, fleet#51296
    async fn the_hosts_of_a_group_follow_its_members(world: World) {
        let (ava, sam) = (world.user("ava@x.example").await, world.user("sam@x.example").await);
        world.host(1, &Source::MdmIdpAccounts, "ava@x.example").await;
        world.host(2, &Source::MdmIdpAccounts, "sam@x.example").await;
        let created = world.group("Crew", &[&ava]).await;
        let group = fleet_scim::GroupId(created.trim_start_matches("group-").parse().unwrap());
        let hosts = async || world.scim.hosts().of_group(group, None, 10).await.unwrap();
        assert_eq!(hosts().await, [HostId(1)]);
        let swap = json!([{ "op": "replace", "path": "members", "value": [{ "value": sam }] }]);
        assert_eq!(world.patch(&format!("/Groups/{created}"), swap).await.status, 200);
        assert_eq!(hosts().await, [HostId(2)]);
        assert_eq!(world.end_users(1).await.end_users[0].idp_groups, [""; 0]);
        assert_eq!(world.end_users(2).await.end_users[0].idp_groups, ["Crew"]);
    }

    // The seed picks one of several users, so a laptop would show a stranger.
    async fn an_address_of_two_users_is_ambiguous_and_owned_by_neither(world: World) {
        for user_name in ["ava", "sam"] {
            let email = json!([{ "value": "desk@x.example", "type": "work" }]);
            world.created("/Users", json!({ "schemas": [USER], "userName": user_name, "emails": email })).await;
        }
        world.host(1, &Source::MdmIdpAccounts, "desk@x.example").await;
        assert_eq!(world.owner(1).await, None);
        assert!(matches!(&world.end_users(1).await.ownership, Ownership::Ambiguous { users, .. } if users.len() == 2));
    }
}
