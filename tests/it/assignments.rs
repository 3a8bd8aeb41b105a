//! Hosts are assigned by hand: to an address, to a user, or to nobody; before they enrol too.

use fleet_scim::{
    ChangeKind, Error, HostId, UserId,
    hosts::{Assigned, Assignee, MatchedAttribute, Ownership, Source},
    internals::catch_up,
};
use serde_json::json;

use crate::{on_each_database, world::World};

const BY: &str = "kim@it";
const HOST: HostId = HostId(1);

fn user(id: &str) -> Assignee {
    Assignee::User(UserId::parse(id).unwrap())
}

async fn ownership(world: &World) -> Ownership {
    world.end_users(1).await.ownership
}

fn reason(ownership: &Ownership) -> &str {
    match ownership {
        Ownership::Unowned { reason } | Ownership::Shared { reason } => reason,
        other => panic!("{other:?}"),
    }
}

on_each_database! {
    async fn a_user_keeps_an_assigned_host_through_renames_and_domains(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        world.host(1, &Source::Idp, "sam@x.y").await;
        assert_eq!(world.owner(1).await.as_deref(), Some(sam.as_str()));
        let answer = world.scim.hosts().assign(HOST, &user(&ava), BY).await.unwrap();
        assert_eq!(answer.end_users[0].scim_user_id.as_deref(), Some(ava.as_str()));
        assert!(matches!(&answer.ownership, Ownership::Owned { matched_by: MatchedAttribute::Assigned, source, .. } if source == "assigned"), "{answer:?}");
        // It is no address of the host.
        let addresses: Vec<&str> = answer.addresses.iter().map(|address| address.email.as_str()).collect();
        assert_eq!(addresses, ["sam@x.y"]);
        let rename = json!([{ "op": "replace", "value": { "userName": "ava.quinn@x.y", "active": false, "emails": [{ "value": "q@x.y" }] } }]);
        assert_eq!(world.patch(&format!("/Users/{ava}"), rename).await.status, 200);
        assert_eq!(world.owner(1).await.as_deref(), Some(ava.as_str()));
        let domains = json!({ "settings": { "domains": ["elsewhere.com"] } });
        let path = "/connections/default";
        assert_eq!(world.call(fleet_scim::poem::http::Method::PATCH, path, Some(domains)).await.status, 200);
        fleet_scim::internals::adapt_keys(&world.scim).await.unwrap();
        assert_eq!(world.owner(1).await.as_deref(), Some(ava.as_str()));
        let put = json!({ "userName": "ava@x.y", "emails": [] });
        assert_eq!(world.put(&format!("/Users/{ava}"), put).await.status, 200);
        assert_eq!(world.owner(1).await.as_deref(), Some(ava.as_str()));
    }

    async fn taken_back_the_addresses_decide_again(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let hosts = world.scim.hosts();
        world.host(1, &Source::Custom, "sam@x.y").await;
        assert!(!hosts.take_back(HOST, BY).await.unwrap());
        for assignee in [user(&ava), Assignee::Shared, Assignee::Address("ava@x.y".to_owned())] {
            hosts.assign(HOST, &assignee, BY).await.unwrap();
            assert_ne!(world.owner(1).await.as_deref(), Some(sam.as_str()), "{assignee:?}");
            assert!(hosts.take_back(HOST, BY).await.unwrap());
            assert_eq!(world.owner(1).await.as_deref(), Some(sam.as_str()), "{assignee:?}");
        }
        // Whoever sets an address by hand after it is not overruled by taking back.
        hosts.assign(HOST, &Assignee::Address("sam@x.y".to_owned()), BY).await.unwrap();
        world.host(1, &Source::Idp, "ava@x.y").await;
        assert!(!hosts.take_back(HOST, BY).await.unwrap());
        assert_eq!(world.owner(1).await.as_deref(), Some(ava.as_str()));
    }

    async fn a_shared_host_is_nobodys_and_says_so(world: World) {
        world.user("ava@x.y").await;
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        let hosts = world.scim.hosts();
        let answer = hosts.assign(HOST, &Assignee::Shared, BY).await.unwrap();
        assert!(reason(&answer.ownership).contains("shared"), "{answer:?}");
        assert_eq!(answer.end_users, []);
        assert_eq!(hosts.matching("status eq \"shared\"", None, 10).await.unwrap(), [HOST]);
        assert_eq!(hosts.matching("status eq \"unowned\"", None, 10).await.unwrap(), []);
        // Signing in does not change that.
        world.host(1, &Source::Idp, "ava@x.y").await;
        assert!(matches!(ownership(world).await, Ownership::Shared { .. }));
        let explained = hosts.explain(HOST).await.unwrap().explanation;
        assert!(explained.contains("kim@it assigned it to nobody on "), "{explained}");
    }

    async fn a_deleted_assignee_leaves_nobody_and_says_so(world: World) {
        let ava = world.user("ava@x.y").await;
        world.user("sam@x.y").await;
        world.host(1, &Source::Idp, "sam@x.y").await;
        let hosts = world.scim.hosts();
        hosts.assign(HOST, &user(&ava), BY).await.unwrap();
        assert_eq!(world.delete(&format!("/Users/{ava}")).await.status, 204);
        let left = ownership(world).await;
        assert!(reason(&left).contains("was deleted"), "{left:?}");
        let gone = hosts.assign(HOST, &user(&ava), BY).await;
        assert!(matches!(&gone, Err(Error::Invalid(reason)) if reason.contains("there is no user")), "{gone:?}");
    }

    async fn a_host_is_assigned_before_it_enrols(world: World) {
        let ava = world.user("ava@x.y").await;
        let hosts = world.scim.hosts();
        let awaited = hosts.assign_by_key("C02XK1", &user(&ava), BY).await.unwrap();
        assert_eq!(awaited, Assigned::Awaited(vec![UserId::parse(&ava).unwrap()]));
        assert_eq!(hosts.assign_by_key("other", &Assignee::Address("new@x.y".to_owned()), BY).await.unwrap(), Assigned::Awaited(vec![]));
        assert_eq!(hosts.claim(HostId(9), &["nothing"]).await.unwrap(), None);
        let made = hosts.assignments(None, 10).await.unwrap()[0].at;
        let claimed = hosts.claim(HOST, &["00:11:22", "c02xk1"]).await.unwrap().unwrap();
        assert_eq!(claimed.end_users[0].scim_user_id.as_deref(), Some(ava.as_str()));
        // The same computer, wiped and enrolled anew.
        hosts.forget(HOST).await.unwrap();
        assert!(hosts.claim(HostId(2), &["C02XK1"]).await.unwrap().is_some());
        assert_eq!(world.owner(2).await.as_deref(), Some(ava.as_str()));
        assert!(hosts.claim(HostId(3), &["C02XK1"]).await.unwrap().is_some());
        assert_eq!((world.owner(2).await, world.owner(3).await), (None, Some(ava.clone())));
        let listed = hosts.assignments(None, 10).await.unwrap();
        let first = &listed[0];
        assert_eq!((first.host, first.key.as_deref(), first.by.as_str(), first.at), (Some(HostId(3)), Some("C02XK1"), BY, made));
        assert_eq!(listed.len(), 2);
        // What is said of a key whose host has enrolled holds at once.
        let now = hosts.assign_by_key("c02xk1", &Assignee::Shared, BY).await.unwrap();
        assert!(matches!(&now, Assigned::Host(host) if host.host == HostId(3) && matches!(host.ownership, Ownership::Shared { .. })), "{now:?}");
        assert!(hosts.take_back_key("C02XK1", BY).await.unwrap());
        assert!(hosts.take_back_key("other", BY).await.unwrap());
        assert!(!hosts.take_back_key("other", BY).await.unwrap());
        assert_eq!(hosts.assignments(None, 10).await.unwrap(), []);
    }

    async fn who_assigned_a_host_is_in_the_feed(world: World) {
        let ava = world.user("ava@x.y").await;
        let hosts = world.scim.hosts();
        hosts.assign_by_key("C02", &user(&ava), BY).await.unwrap();
        hosts.claim(HOST, &["C02"]).await.unwrap();
        hosts.take_back(HOST, BY).await.unwrap();
        catch_up(&world.scim).await.unwrap();
        let changes = world.scim.changes().after(0, 100).await.unwrap();
        let told: Vec<_> = changes.iter().filter(|change| change.assignment.is_some()).map(|change| {
            let of = change.assignment.as_ref().unwrap();
            (change.kind, change.host, of.key.as_deref(), of.user.as_deref(), of.by.as_deref())
        }).collect();
        let id = Some(ava.as_str());
        assert_eq!(told, [
            (ChangeKind::HostAssigned, None, Some("C02"), id, Some(BY)),
            (ChangeKind::HostAssigned, Some(HOST), Some("C02"), id, Some(BY)),
            (ChangeKind::HostUnassigned, Some(HOST), Some("C02"), None, Some(BY)),
        ]);
        let owners: Vec<bool> =
            changes.iter().filter(|change| change.kind == ChangeKind::HostOwner).map(|change| change.after.is_some()).collect();
        assert!(matches!(owners.as_slice(), [] | [true, false]), "{owners:?}");
    }

    async fn several_who_assign_one_host_or_key_leave_one_assignment(world: World) {
        let ava = world.user("ava@x.y").await;
        let hosts = world.scim.hosts();
        let assignees = [user(&ava), Assignee::Shared, Assignee::Address("ava@x.y".to_owned())];
        let work = (0..12).map(|number| {
            let assignee = &assignees[number % 3];
            async move {
                if number % 2 == 0 {
                    hosts.assign(HOST, assignee, BY).await.map(drop)
                } else {
                    hosts.assign_by_key("key", assignee, BY).await.map(drop)
                }
            }
        });
        for outcome in futures_util::future::join_all(work).await {
            outcome.unwrap();
        }
        assert_eq!(hosts.assignments(None, 100).await.unwrap().len(), 2);
    }

    async fn an_assignment_and_its_record_end_together_whoever_is_first(world: World) {
        let ava = world.user("ava@x.y").await;
        let (hosts, to_ava) = (world.scim.hosts(), user(&ava));
        for round in 0..12 {
            hosts.assign_by_key("key", &to_ava, BY).await.unwrap();
            hosts.claim(HOST, &["key"]).await.unwrap();
            let (back, anew, moved) = tokio::join!(
                hosts.take_back(HOST, BY),
                hosts.assign(HOST, &to_ava, BY),
                hosts.claim(HostId(2), &["key"]),
            );
            back.unwrap();
            anew.unwrap();
            moved.unwrap();
            // Each host is owned if, and only if, it has an assignment.
            let listed = hosts.assignments(None, 10).await.unwrap();
            for host in [1, 2] {
                let assigned = listed.iter().any(|of| of.host == Some(HostId(host)));
                assert_eq!(world.owner(host).await.is_some(), assigned, "round {round}, host {host}: {listed:?}");
                hosts.take_back(HostId(host), BY).await.unwrap();
                assert_eq!(world.owner(host).await, None);
            }
            hosts.take_back_key("key", BY).await.unwrap();
        }
    }

    async fn one_who_is_deleted_meanwhile_is_no_user_or_owns_nothing(world: World) {
        for round in 0..8 {
            let ava = world.user(&format!("u{round}@x.y")).await;
            let assign = async { world.scim.hosts().assign(HOST, &user(&ava), BY).await };
            let delete = async { world.delete(&format!("/Users/{ava}")).await.status };
            let (assigned, deleted) = futures_util::future::join(assign, delete).await;
            assert_eq!(deleted, 204);
            assert!(matches!(&assigned, Ok(_) | Err(Error::Invalid(_))), "{assigned:?}");
            assert_eq!(world.owner(1).await, None);
        }
    }

    async fn what_a_host_is_known_by_outlasts_other_assignments(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let hosts = world.scim.hosts();
        hosts.assign_by_key("C02", &user(&ava), BY).await.unwrap();
        hosts.claim(HOST, &["C02"]).await.unwrap();
        hosts.assign(HOST, &user(&sam), BY).await.unwrap();
        hosts.forget(HOST).await.unwrap();
        assert!(hosts.claim(HostId(2), &["C02"]).await.unwrap().is_some());
        assert_eq!(world.owner(2).await.as_deref(), Some(sam.as_str()));
        // An older word about the key does not overrule a newer one about the host.
        hosts.assign_by_key("D03", &user(&ava), BY).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
        hosts.assign(HostId(3), &Assignee::Shared, BY).await.unwrap();
        hosts.claim(HostId(3), &["D03"]).await.unwrap();
        assert!(matches!(world.end_users(3).await.ownership, Ownership::Shared { .. }));
        assert!(hosts.claim(HostId(4), &["\0", &"x".repeat(10_000), ""]).await.unwrap().is_none());
    }

    async fn an_address_set_by_hand_ends_what_was_said_of_the_key(world: World) {
        world.user("ava@x.y").await;
        let sam = world.user("sam@x.y").await;
        let hosts = world.scim.hosts();
        hosts.assign_by_key("C02", &Assignee::Address("ava@x.y".to_owned()), BY).await.unwrap();
        hosts.claim(HOST, &["C02"]).await.unwrap();
        world.host(1, &Source::Idp, "sam@x.y").await;
        assert_eq!(hosts.claim(HOST, &["C02"]).await.unwrap(), None);
        assert_eq!(world.owner(1).await.as_deref(), Some(sam.as_str()));
    }

    async fn limits_and_imports_leave_an_assignment_what_it_is(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        let hosts = world.scim.hosts();
        world.host(1, &Source::Custom, "sam@x.y").await;
        hosts.assign(HOST, &user(&ava), BY).await.unwrap();
        hosts.import([(HOST, Source::Custom, "sam@x.y".to_owned())]).await.unwrap();
        assert_eq!(world.owner(1).await.as_deref(), Some(ava.as_str()));
        let okta = world.scim.ensure_connection("okta").await.unwrap();
        hosts.limit_to(HOST, &[okta]).await.unwrap();
        let limited = ownership(world).await;
        assert!(reason(&limited).contains("of a connection that it is not limited to"), "{limited:?}");
        assert_eq!(world.end_users(1).await.end_users[0].idp_username, None);
        hosts.unlimit(HOST).await.unwrap();
        hosts.forget(HOST).await.unwrap();
        world.host(1, &Source::Custom, "sam@x.y").await;
        assert_eq!(world.owner(1).await.as_deref(), Some(sam.as_str()));
        assert_eq!(hosts.assignments(None, 10).await.unwrap(), []);
        // Each end is told.
        hosts.assign(HOST, &Assignee::Address("ava@x.y".to_owned()), BY).await.unwrap();
        world.host(1, &Source::Other("idp".to_owned()), "sam@x.y").await;
        catch_up(&world.scim).await.unwrap();
        let changes = world.scim.changes().after(0, 100).await.unwrap();
        let told: Vec<ChangeKind> =
            changes.iter().filter(|change| change.assignment.is_some()).map(|change| change.kind).collect();
        let (made, ended) = (ChangeKind::HostAssigned, ChangeKind::HostUnassigned);
        assert_eq!(told, [made, ended, made, ended]);
    }

    async fn what_cannot_be_assigned_is_refused(world: World) {
        let hosts = world.scim.hosts();
        let invalid = |outcome: Result<_, Error>| matches!(outcome, Err(Error::Invalid(_)));
        assert!(invalid(hosts.assign(HOST, &Assignee::Shared, " ").await.map(drop)));
        assert!(invalid(hosts.assign(HOST, &Assignee::Address(String::new()), BY).await.map(drop)));
        assert!(invalid(hosts.assign(HOST, &Assignee::User(UserId(99)), BY).await.map(drop)));
        assert!(invalid(hosts.assign_by_key("  ", &Assignee::Shared, BY).await.map(drop)));
        assert!(invalid(hosts.assign_by_key("k", &Assignee::User(UserId(99)), BY).await.map(drop)));
        assert!(invalid(hosts.set_emails(HOST, &Source::Other("assigned".to_owned()), &["a@x.y"]).await));
        assert_eq!(hosts.assignments(None, 10).await.unwrap(), []);
    }
}
