//! Who uses a host, in whatever order the events came.

use fleet_scim::{
    GroupId, HostId, UserId,
    entity::{host_scim_user, scim_user},
    hosts::{MatchedAttribute, Ownership, Source, set_emails_in},
    sea_orm::{ColumnTrait, EntityTrait, QueryFilter, TransactionTrait},
};
use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

const MDM: Source = Source::MdmIdpAccounts;

on_each_database! {
    async fn a_host_shows_its_users_name_department_groups_and_activity(world: World) {
        world.host(1, &MDM, "AVA@x.y").await;
        world.host(1, &Source::GoogleChromeProfiles, "private@z.w").await;
        let ava = world.created("/Users", json!({
            "schemas": [USER, ENTERPRISE], "externalId": "00u1", "userName": "ava@x.y",
            "name": { "givenName": "Ava", "familyName": "Nguyen" }, ENTERPRISE: { "department": "Sales" },
        })).await;
        world.group("Engineering", &[&ava]).await;
        let of_host = world.end_users(1).await;
        let end_user = &of_host.end_users[0];
        assert_eq!(end_user.scim_user_id.as_deref(), Some(&*ava));
        assert_eq!(end_user.idp_id.as_deref(), Some("00u1"));
        assert_eq!(end_user.idp_username.as_deref(), Some("ava@x.y"));
        assert_eq!(end_user.idp_full_name.as_deref(), Some("Ava Nguyen"));
        assert_eq!(end_user.idp_department.as_deref(), Some("Sales"));
        assert_eq!(end_user.idp_groups, ["Engineering"]);
        assert_eq!(end_user.idp_active, Some(true));
        let updated = world.get(&format!("/Users/{ava}")).await.body["meta"]["lastModified"].as_str().map(str::to_owned);
        assert_eq!(end_user.idp_info_updated_at, updated);
        let others: Vec<_> = end_user.other_emails.iter().map(|other| (&*other.email, &*other.source)).collect();
        assert_eq!(others, [("private@z.w", "google_chrome_profiles")]);
        assert_eq!(of_host.ownership, Ownership::Owned {
            email: "AVA@x.y".into(), source: "mdm_idp_accounts".into(), matched_by: MatchedAttribute::UserName, advice: None,
        });
    }

    async fn a_missing_name_is_shown_as_well_as_can_be_and_the_mapping_is_named(world: World) {
        for (host, body, shown) in [
            (1, json!({ "name": { "givenName": "Suharto" } }), Some("Suharto")),
            (2, json!({ "name": { "familyName": "Nguyen" } }), Some("Nguyen")),
            (3, json!({ "name": { "formatted": "Ava N." }, "displayName": "Ava" }), Some("Ava N.")),
            (4, json!({ "displayName": "Ava" }), Some("Ava")),
            (5, json!({}), None),
        ] {
            let mut user = json!({ "schemas": [USER], "userName": format!("u{host}@x.y") });
            user.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
            world.created("/Users", user).await;
            world.host(host, &MDM, &format!("u{host}@x.y")).await;
            let of_host = world.end_users(host).await;
            assert_eq!(of_host.end_users[0].idp_full_name.as_deref(), shown);
            let Ownership::Owned { advice, .. } = of_host.ownership else { panic!("owned") };
            assert_eq!(advice.is_some(), host >= 3);
        }
    }

    async fn order_of_arrival_does_not_matter(world: World) {
        world.host(1, &MDM, "ava@x.y").await;
        assert_eq!(world.owner(1).await, None);
        let ava = world.user("ava@x.y").await;
        world.host(2, &MDM, "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        assert_eq!(world.owner(2).await, Some(ava), "one user may have several hosts");
    }

    async fn a_renamed_user_keeps_the_laptop(world: World) {
        let ava = world.user("ava.nguyen@x.y").await;
        world.host(1, &MDM, "ava.nguyen@x.y").await;
        let path = format!("/Users/{ava}");
        world.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "ava.rossi@x.y" }])).await;
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        let Ownership::Owned { matched_by, .. } = world.end_users(1).await.ownership else { panic!("owned") };
        assert_eq!(matched_by, MatchedAttribute::FormerUserName);
        let successor = world.user("ava.nguyen@x.y").await;
        assert_eq!(world.owner(1).await, Some(successor), "who has the name now comes before who had it");
        world.host(2, &MDM, "ava.rossi@x.y").await;
        assert_eq!(world.owner(2).await, Some(ava));
    }

    async fn a_former_name_is_remembered_while_it_is_an_email_too(world: World) {
        let ava = world.created("/Users", json!({
            "schemas": [USER], "userName": "old@x.y", "emails": [{ "value": "old@x.y" }],
        })).await;
        let path = format!("/Users/{ava}");
        world.host(1, &MDM, "old@x.y").await;
        world.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "new@x.y" }])).await;
        world.patch(&path, json!([{ "op": "replace", "path": "emails", "value": [{ "value": "new@x.y" }] }])).await;
        assert_eq!(world.owner(1).await, Some(ava));
    }

    async fn an_email_that_changes_on_either_side_moves_the_host(world: World) {
        let ava = world.user("ava").await;
        let path = format!("/Users/{ava}");
        world.host(1, &MDM, "a@x.y").await;
        world.patch(&path, json!([{ "op": "add", "path": "emails[type eq \"work\"].value", "value": "a@x.y" }])).await;
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        world.patch(&path, json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "b@x.y" }])).await;
        assert_eq!(world.owner(1).await, None);
        world.host(1, &MDM, "B@X.Y").await;
        assert_eq!(world.owner(1).await, Some(ava));
        world.scim.hosts().set_emails(HostId(1), &MDM, &[]).await.unwrap();
        assert_eq!(world.owner(1).await, None);
    }

    async fn a_leaver_still_owns_the_laptop_and_is_shown_as_inactive(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        let path = format!("/Users/{ava}");
        world.patch(&path, json!([{ "op": "replace", "path": "active", "value": "False" }])).await;
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        assert_eq!(world.end_users(1).await.end_users[0].idp_active, Some(false));
        let back = world.created("/Users", json!({ "schemas": [USER], "userName": "AVA@x.y" })).await;
        assert_eq!(back, ava, "rehired under the same id");
        assert_eq!(world.end_users(1).await.end_users[0].idp_active, Some(true));
        world.delete(&path).await;
        assert_eq!(world.owner(1).await, None);
        let again = world.user("ava@x.y").await;
        assert_ne!(again, ava, "ids are never given away again");
        assert_eq!(world.owner(1).await, Some(again));
    }

    async fn an_active_user_comes_before_an_inactive_one(world: World) {
        let gone = world.created("/Users", json!({ "schemas": [USER], "userName": "shared@x.y", "active": false })).await;
        world.host(1, &MDM, "shared@x.y").await;
        assert_eq!(world.owner(1).await, Some(gone));
        let here = world.created("/Users", json!({
            "schemas": [USER], "userName": "here@x.y", "emails": [{ "value": "shared@x.y" }],
        })).await;
        assert_eq!(world.owner(1).await, Some(here));
    }

    async fn two_users_with_one_address_own_nothing_until_one_gives_it_up(world: World) {
        let body = |name: &str| json!({ "schemas": [USER], "userName": name, "emails": [{ "value": "team@x.y" }] });
        let one = world.created("/Users", body("one@x.y")).await;
        let two = world.created("/Users", body("two@x.y")).await;
        world.host(1, &MDM, "team@x.y").await;
        world.host(1, &Source::Custom, "one@x.y").await;
        let of_host = world.end_users(1).await;
        let Ownership::Ambiguous { users, reason } = of_host.ownership else { panic!("ambiguous") };
        assert_eq!(users, [one.clone(), two.clone()], "and sources that rank lower are not asked");
        assert!(reason.contains("mdm_idp_accounts"), "{reason}");
        assert_eq!(of_host.end_users[0].other_emails.len(), 2, "the addresses are still shown");
        world.patch(&format!("/Users/{two}"), json!([{ "op": "remove", "path": "emails" }])).await;
        assert_eq!(world.owner(1).await, Some(one));
    }

    async fn an_address_set_by_hand_that_matches_nobody_ends_the_search(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        world.host(1, &Source::Idp, "typo@x.y").await;
        let of_host = world.end_users(1).await;
        let Ownership::Unowned { reason } = of_host.ownership else { panic!("unowned") };
        assert!(reason.contains("set by hand"), "{reason}");
        assert_eq!(of_host.end_users[0].idp_username.as_deref(), Some("typo@x.y"));
        world.scim.hosts().set_emails(HostId(1), &Source::Idp, &[]).await.unwrap();
        assert_eq!(world.owner(1).await, Some(ava), "the other addresses were kept");
    }

    async fn the_first_source_where_any_address_matches_decides(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        world.host(1, &Source::Custom, "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(ava.clone()));
        world.host(1, &Source::GoogleChromeProfiles, "nobody@x.y").await;
        assert_eq!(world.owner(1).await, Some(ava));
        world.scim.hosts().set_emails(HostId(1), &Source::GoogleChromeProfiles, &["nobody@x.y", "sam@x.y"]).await.unwrap();
        assert_eq!(world.owner(1).await, Some(sam.clone()));
        world.host(1, &Source::Other("survey".into()), "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(sam));
    }

    async fn one_address_from_two_sources_of_one_rank_is_one_owner(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &Source::Other("survey".into()), "ava@x.y").await;
        world.host(1, &Source::Other("asset tags".into()), "AVA@x.y").await;
        assert_eq!(world.owner(1).await, Some(ava));
        let rows = host_scim_user::Entity::find().all(&world.reader).await.unwrap();
        assert_eq!(rows.len(), 1);
    }

    async fn the_older_connection_comes_first(world: World) {
        let other = world.scim.ensure_connection("other").await.unwrap();
        assert_eq!(other.0, 2);
        let body = json!({ "schemas": [USER], "userName": "ava@x.y" }).to_string();
        let request = world.request(fleet_scim::poem::http::Method::POST, "/Users", "other").body(body);
        let theirs = world.send(request).await.body["id"].as_str().unwrap().to_owned();
        world.host(1, &MDM, "ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(theirs));
        let ours = world.user("ava@x.y").await;
        assert_eq!(world.owner(1).await, Some(ours));
    }

    async fn the_hosts_of_users_and_groups_come_in_pages(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let group = world.group("g", &[&ava, &sam]).await;
        for host in 1..=5 {
            world.host(host, &MDM, if host == 3 { "sam@x.y" } else { "ava@x.y" }).await;
        }
        let hosts = world.scim.hosts();
        let user = UserId::parse(&ava).unwrap();
        assert_eq!(hosts.of_user(user, None, 3).await.unwrap(), [HostId(1), HostId(2), HostId(4)]);
        assert_eq!(hosts.of_user(user, Some(HostId(4)), 3).await.unwrap(), [HostId(5)]);
        let group = GroupId::parse(&group).unwrap();
        assert_eq!(hosts.of_group(group, Some(HostId(2)), 10).await.unwrap(), [HostId(3), HostId(4), HostId(5)]);
    }

    async fn an_import_tells_everything_at_once_and_again_without_harm(world: World) {
        let ava = world.user("u7@x.y").await;
        let everything = || (1..=700).map(|host| (HostId(host), MDM, format!("u{host}@x.y")));
        world.host(7, &MDM, "wrong@x.y").await;
        world.scim.hosts().import(everything()).await.unwrap();
        world.scim.hosts().import(everything()).await.unwrap();
        assert_eq!(world.owner(7).await, Some(ava));
        assert_eq!(world.end_users(700).await.addresses.len(), 1);
        world.scim.hosts().forget(HostId(7)).await.unwrap();
        assert_eq!(world.end_users(7).await.end_users, []);
    }

    async fn addresses_join_the_hosts_own_transaction(world: World) {
        let ava = world.user("ava@x.y").await;
        let transaction = world.writer.begin().await.unwrap();
        set_emails_in(&transaction, HostId(1), &MDM, &["ava@x.y"]).await.unwrap();
        transaction.rollback().await.unwrap();
        assert_eq!(world.owner(1).await, None);
        let transaction = world.writer.begin().await.unwrap();
        set_emails_in(&transaction, HostId(1), &MDM, &["ava@x.y"]).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(world.owner(1).await, Some(ava));
    }

    async fn writers_of_one_source_at_the_same_moment_leave_one_address(world: World) {
        for round in 0..20 {
            let emails: Vec<String> = (0..6).map(|writer| format!("w{writer}-{round}@x.y")).collect();
            let hosts = world.scim.hosts();
            let sets = emails.iter().map(|email| {
                let email = email.as_str();
                async move { hosts.set_emails(HostId(1), &Source::Idp, &[email]).await }
            });
            for set in futures_util::future::join_all(sets).await {
                set.unwrap();
            }
            assert_eq!(world.end_users(1).await.addresses.len(), 1);
        }
    }

    async fn a_host_server_joins_the_view_as_an_entity(world: World) {
        world.user("ava@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        let found = host_scim_user::Entity::find()
            .find_also_related(scim_user::Entity)
            .filter(scim_user::Column::Active.eq(true))
            .all(&world.reader)
            .await
            .unwrap();
        assert_eq!(found.len(), 1);
        let (owner, user) = &found[0];
        assert_eq!((owner.host_id, &*user.as_ref().unwrap().user_name), (1, "ava@x.y"));
    }

    async fn what_does_not_fit_is_refused_before_anything_is_written(world: World) {
        let hosts = world.scim.hosts();
        let long = "x".repeat(513);
        for emails in [&["ok@x.y", &*long][..], &["ok@x.y", " "], &["ok@x.y", "a\0b"]] {
            assert!(hosts.set_emails(HostId(1), &MDM, emails).await.is_err());
        }
        assert!(hosts.set_emails(HostId(1), &Source::Other(long), &["ok@x.y"]).await.is_err());
        assert_eq!(world.end_users(1).await.addresses, []);
    }

    async fn a_page_of_hosts_says_of_each_what_it_says_of_it_alone(world: World) {
        let people: Vec<_> = (0..110).map(|number| json!({
            "method": "POST", "path": "/Users", "bulkId": format!("u{number}"),
            "data": { "userName": format!("u{number}@x.y"), "emails": [{ "value": "kiosk@x.y" }] },
        })).collect();
        for people in people.chunks(100) {
            assert_eq!(world.post("/Bulk", json!({ "Operations": people })).await.status, 200);
        }
        let hosts: Vec<HostId> = (1..=1000).map(HostId).collect();
        let imported = hosts.iter().map(|host| (*host, MDM, "kiosk@x.y".to_owned()));
        world.scim.hosts().import(imported).await.unwrap();
        for of_host in world.scim.hosts().end_users(&hosts).await.unwrap() {
            let Ownership::Ambiguous { users, reason } = &of_host.ownership else { panic!("{:?}", of_host.ownership) };
            assert_eq!(users.len(), 100);
            assert!(reason.starts_with("100 or more users"), "{reason}");
        }
        let page = world.scim.hosts().end_users(&hosts).await.unwrap();
        assert_eq!(page[999].ownership, world.end_users(1000).await.ownership);
    }

    async fn a_group_that_is_renamed_is_shown_by_its_new_name(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        let group = world.group("Engineering", &[&ava]).await;
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "Platform" }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), rename).await.status, 200);
        assert_eq!(world.end_users(1).await.end_users[0].idp_groups, ["Platform"]);
    }

    async fn the_name_of_a_source_says_its_rank(world: World) {
        world.user("ava@x.y").await;
        // An address from a source named `idp` was set by hand, even if the source is a `Source::Other`.
        world.host(1, &Source::Other("idp".to_owned()), "nobody@x.y").await;
        world.host(1, &MDM, "ava@x.y").await;
        assert_eq!(world.owner(1).await, None);
        world.host(1, &Source::Idp, "ava@x.y").await;
        assert!(world.owner(1).await.is_some());
    }

    async fn what_changed_is_written_down_in_its_order(world: World) {
        use fleet_scim::{entity::scim_change, sea_orm::QueryOrder};
        let ava = world.user("ava@x.y").await;
        let inner = world.group("Inner", &[]).await;
        let group = world.group("Engineering", &[&ava, &inner]).await;
        world.host(1, &MDM, "ava@x.y").await;
        let operations = json!([{ "op": "remove", "path": "members" }]);
        assert_eq!(world.patch(&format!("/Groups/{group}"), operations).await.status, 200);
        // This changes nothing, so nothing is written.
        assert_eq!(world.patch(&format!("/Users/{ava}"), json!([{ "op": "replace", "path": "active", "value": true }])).await.status, 200);
        world.delete(&format!("/Users/{ava}")).await;
        let changes = scim_change::Entity::find().order_by_asc(scim_change::Column::Id).all(&world.writer).await.unwrap();
        let said: Vec<String> = changes.iter().map(|change| {
            format!("{} {}", change.kind, change.detail.as_deref().unwrap_or_default())
        }).collect();
        let nested = inner.trim_start_matches("group-");
        let of_ava = |kind: &str, active: &str| {
            format!("user.{kind} {{\"userName\":\"ava@x.y\",\"externalId\":null,\"attributes\":[],\"keys\":[\"ava@x.y\"],\"active\":{active}}}")
        };
        let created = |name: &str| format!("group.created {{\"displayName\":[null,\"{name}\"],\"attributes\":[]}}");
        assert_eq!(said, [
            of_ava("created", "[null,true]"),
            created("Inner"),
            created("Engineering"),
            format!("membership.added {{\"users\":[{ava}]}}"),
            format!("membership.added {{\"groups\":[{nested}]}}"),
            "host.addresses ".to_owned(),
            format!("membership.removed {{\"users\":[{ava}]}}"),
            format!("membership.removed {{\"groups\":[{nested}]}}"),
            of_ava("deleted", "[true,null]"),
        ]);
    }

    async fn a_host_server_joins_users_to_their_groups(world: World) {
        use fleet_scim::{entity::scim_group, sea_orm::QueryOrder};
        let ava = world.user("ava@x.y").await;
        world.user("sam@x.y").await;
        world.group("Engineering", &[&ava]).await;
        world.group("Sales", &[&ava]).await;
        let joined = scim_user::Entity::find().find_with_related(scim_group::Entity);
        let joined = joined.order_by_asc(scim_user::Column::Id).order_by_asc(scim_group::Column::Id);
        let names: Vec<(String, Vec<String>)> = joined.all(&world.reader).await.unwrap().into_iter()
            .map(|(user, groups)| (user.user_name, groups.into_iter().map(|group| group.display_name).collect()))
            .collect();
        let expected = [("ava@x.y", vec!["Engineering", "Sales"]), ("sam@x.y", vec![])];
        assert_eq!(names, expected.map(|(user, groups)| (user.to_owned(), groups.into_iter().map(str::to_owned).collect())));
    }

    async fn what_is_known_of_a_host_goes_in_the_hosts_own_transaction(world: World) {
        use fleet_scim::hosts::{forget_host_in, set_name_in};
        let ava = world.user("ava@x.y").await;
        let hosts_of = async || {
            let urn = "urn:fleet:params:scim:schemas:extension:host:2.0:User";
            world.get(&format!("/Users/{ava}?attributes={urn}")).await.body[urn]["hosts"].clone()
        };
        for (commit, shown) in [(false, None), (true, Some("laptop"))] {
            let transaction = world.writer.begin().await.unwrap();
            set_emails_in(&transaction, HostId(1), &MDM, &["ava@x.y"]).await.unwrap();
            set_name_in(&transaction, HostId(1), "laptop").await.unwrap();
            if commit { transaction.commit().await.unwrap() } else { transaction.rollback().await.unwrap() }
            assert_eq!(hosts_of().await[0]["display"].as_str(), shown);
        }
        for (commit, owned) in [(false, true), (true, false)] {
            let transaction = world.writer.begin().await.unwrap();
            forget_host_in(&transaction, HostId(1)).await.unwrap();
            if commit { transaction.commit().await.unwrap() } else { transaction.rollback().await.unwrap() }
            assert_eq!(world.owner(1).await.is_some(), owned);
        }
        assert!(hosts_of().await.is_null());
    }
}
