//! Hosts of people who left, hosts of nobody, people without a host, addresses nobody has.

use fleet_scim::{
    HostId,
    hosts::{Assignee, Report, ReportRow, Source},
    internals::catch_up,
};
use serde_json::{Value, json};

use crate::{on_each_database, world::World};

const MDM: Source = Source::MdmIdpAccounts;

async fn report(world: &World, report: Report) -> Vec<ReportRow> {
    catch_up(&world.scim).await.unwrap();
    let rows = world.scim.hosts().report(report, None, 100).await.unwrap();
    let counts = world.scim.hosts().report_counts().await.unwrap();
    assert_eq!(counts.of(report), i64::try_from(rows.len()).unwrap(), "{report:?}: {rows:?}");
    rows
}

fn hosts(rows: &[ReportRow]) -> Vec<i64> {
    rows.iter().map(|row| row.host.unwrap().0).collect()
}

async fn set_active(world: &World, user: &str, active: bool) {
    let operations = json!([{ "op": "replace", "path": "active", "value": active }]);
    assert_eq!(world.patch(&format!("/Users/{user}"), operations).await.status, 200);
}

on_each_database! {
    async fn a_leaver_is_reported_with_the_time_and_the_request_until_the_host_is_somebodys(world: World) {
        let (ava, sam) = (world.user("ava@x.y").await, world.user("sam@x.y").await);
        world.host(1, &MDM, "ava@x.y").await;
        world.host(2, &MDM, "sam@x.y").await;
        world.scim.hosts().set_names([(HostId(1), "laptop-001".to_owned())]).await.unwrap();
        assert_eq!(report(world, Report::Offboarding).await, []);
        set_active(world, &ava, false).await;
        let rows = report(world, Report::Offboarding).await;
        let row = &rows[0];
        assert_eq!((hosts(&rows), row.host_name.as_deref()), (vec![1], Some("laptop-001")));
        assert_eq!((row.users[0].user_name.as_deref(), row.users[0].active), (Some("ava@x.y"), Some(false)));
        let changes = world.scim.changes().after(0, 100).await.unwrap();
        let left = changes.iter().find(|change| change.kind == fleet_scim::ChangeKind::UserDeactivated).unwrap();
        assert_eq!((row.since, &row.request_id), (Some(left.at), &left.request_id));
        // What else changes of somebody who has left is not when they left.
        world.group("Alumni", &[&ava]).await;
        assert_eq!(report(world, Report::Offboarding).await[0].since, row.since);
        // A deleted user leaves the host to nobody.
        assert_eq!(world.delete(&format!("/Users/{sam}")).await.status, 204);
        let rows = report(world, Report::Offboarding).await;
        assert_eq!(hosts(&rows), [1, 2]);
        assert_eq!((rows[1].users[0].user_name.as_deref(), rows[1].users[0].active), (Some("sam@x.y"), None));
        assert!(rows[1].request_id.is_some() && rows[1].reason.contains("deleted"), "{rows:?}");
        set_active(world, &ava, true).await;
        world.host(2, &MDM, "ava@x.y").await;
        assert_eq!(report(world, Report::Offboarding).await, []);
    }

    async fn a_host_that_is_forgotten_or_shared_is_no_leavers(world: World) {
        for (host, name) in [(1, "ava@x.y"), (2, "sam@x.y"), (3, "kim@x.y")] {
            let user = world.user(name).await;
            world.host(host, &MDM, name).await;
            catch_up(&world.scim).await.unwrap();
            assert_eq!(world.delete(&format!("/Users/{user}")).await.status, 204);
        }
        assert_eq!(hosts(&report(world, Report::Offboarding).await), [1, 2, 3]);
        world.scim.hosts().forget(HostId(1)).await.unwrap();
        world.scim.hosts().assign(HostId(2), &Assignee::Shared, "kim").await.unwrap();
        assert_eq!(hosts(&report(world, Report::Offboarding).await), [3]);
        assert_eq!(hosts(&report(world, Report::Unowned).await), [3]);
        let shared = report(world, Report::Shared).await;
        assert_eq!(hosts(&shared), [2]);
        assert!(shared[0].reason.ends_with("by kim") && shared[0].since.is_some(), "{shared:?}");
    }

    async fn what_comes_before_a_leaver_is_told_counts_too(world: World) {
        let mut users = Vec::new();
        for (host, name) in [(1, "ava@x.y"), (2, "sam@x.y"), (3, "kim@x.y")] {
            users.push(world.user(name).await);
            world.host(host, &MDM, name).await;
        }
        catch_up(&world.scim).await.unwrap();
        for user in &users {
            assert_eq!(world.delete(&format!("/Users/{user}")).await.status, 204);
        }
        world.scim.hosts().forget(HostId(1)).await.unwrap();
        world.scim.hosts().assign(HostId(2), &Assignee::Shared, "kim").await.unwrap();
        // Something else of the same host, by another request.
        world.host(3, &Source::Custom, "nobody@x.y").await;
        let rows = report(world, Report::Offboarding).await;
        assert_eq!(hosts(&rows), [3]);
        let changes = world.scim.changes().after(0, 100).await.unwrap();
        let left = changes.iter().rfind(|change| change.kind == fleet_scim::ChangeKind::UserDeleted).unwrap();
        assert_eq!((rows[0].since, &rows[0].request_id), (Some(left.at), &left.request_id));
        // Somebody has the host again, and nobody was told yet.
        world.user("kim@x.y").await;
        assert_eq!(world.scim.hosts().report(Report::Offboarding, None, 10).await.unwrap(), []);
        assert_eq!(world.scim.hosts().report_counts().await.unwrap().offboarding, 0);
        assert!(!world.scim.hosts().take_back(HostId(1), "kim").await.unwrap());
        assert_eq!(world.scim.hosts().report_counts().await.unwrap().unowned, 0);
    }

    async fn hosts_of_nobody_say_why_and_who_might(world: World) {
        let same = json!([{ "value": "team@x.y" }]);
        for name in ["ava", "kim"] {
            world.created("/Users", json!({ "userName": name, "emails": same })).await;
        }
        world.host(1, &MDM, "nobody@x.y").await;
        world.host(1, &Source::Custom, "no-one@x.y").await;
        world.host(2, &MDM, "team@x.y").await;
        world.scim.hosts().set_names([(HostId(3), "new".to_owned())]).await.unwrap();
        let unowned = report(world, Report::Unowned).await;
        assert_eq!(hosts(&unowned), [1, 3]);
        assert!(unowned[0].reason.contains("no address of the host belongs to a user"), "{unowned:?}");
        assert_eq!(unowned[1].reason, "the host has no address");
        let ambiguous = report(world, Report::Ambiguous).await;
        let names: Vec<&str> = ambiguous[0].users.iter().filter_map(|user| user.user_name.as_deref()).collect();
        assert_eq!((hosts(&ambiguous), names), (vec![2], vec!["ava", "kim"]));
        let unprovisioned = report(world, Report::Unprovisioned).await;
        let addresses: Vec<&str> = unprovisioned[0].addresses.iter().map(|address| address.email.as_str()).collect();
        assert_eq!((hosts(&unprovisioned), addresses), (vec![1], vec!["nobody@x.y", "no-one@x.y"]));
        let people = report(world, Report::PeopleWithoutHost).await;
        assert_eq!(people.len(), 2);
        assert!(people.iter().all(|row| row.host.is_none()));
    }

    async fn pages_of_a_report_follow_each_other(world: World) {
        for host in 1..=7 {
            world.host(host, &MDM, &format!("nobody{host}@x.y")).await;
            let user = world.user(&format!("u{host}@x.y")).await;
            world.host(100 + host, &MDM, &format!("u{host}@x.y")).await;
            if host % 2 == 0 { set_active(world, &user, false).await }
        }
        catch_up(&world.scim).await.unwrap();
        assert_eq!(world.delete(&format!("/Users/{}", world.ids("/Users", "userName eq \"u3@x.y\"").await[0])).await.status, 204);
        for of in Report::ALL {
            let whole = report(world, of).await;
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = world.scim.hosts().report(of, after, 2).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some(last.position);
                paged.extend(page);
            }
            assert_eq!(paged, whole, "{of:?}");
        }
        assert_eq!(hosts(&report(world, Report::Offboarding).await), [102, 103, 104, 106]);
    }

    async fn a_report_is_safe_to_open_in_a_spreadsheet(world: World) {
        let user = world.created("/Users", json!({ "userName": "=HYPERLINK(\"http://x\")", "externalId": "+1,\n2" })).await;
        world.host(1, &MDM, "=hyperlink(\"http://x\")").await;
        catch_up(&world.scim).await.unwrap();
        set_active(world, &user, false).await;
        let rows = report(world, Report::Offboarding).await;
        let line = rows[0].to_csv();
        assert!(line.starts_with(&format!("\"1\",\"\",\"{user}\",\"'=HYPERLINK(\"\"http://x\"\")\",\"'+1,\n2\",\"false\",")), "{line}");
        assert!(line.ends_with("\"\r\n"), "{line}");
        assert_eq!(ReportRow::CSV_HEADER.matches(',').count(), 9);
        let json = rows[0].to_json();
        assert_eq!((&json["host"]["id"], &json["user"]["id"]), (&json!(1), &json!(user)));
        assert!(json["since"].is_string() && json["requestId"].is_string() && json["reason"].is_string(), "{json}");
        assert_ne!(json["user"], Value::Null);
    }
}
