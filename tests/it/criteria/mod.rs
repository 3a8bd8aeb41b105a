//! The hosts whose owner meets a filter.

mod agree;

use fleet_scim::{Error, HostId, hosts::Source};
use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

const MDM: Source = Source::MdmIdpAccounts;

async fn matching(world: &World, filter: &str) -> Vec<i64> {
    let hosts = world.scim.hosts();
    let found: Vec<i64> = hosts.matching(filter, None, 100).await.unwrap().into_iter().map(|host| host.0).collect();
    assert_eq!(hosts.count_matching(filter).await.unwrap(), found.len() as u64, "{filter}");
    found
}

/// Makes an employee, a contractor, and three hosts: of each, and of nobody.
async fn company(world: &World) -> (String, String) {
    let ava = json!({ "schemas": [USER], "userName": "ava@x.y", "userType": "Employee", ENTERPRISE: { "department": "Sales" } });
    let ava = world.created("/Users", ava).await;
    let sam = json!({ "schemas": [USER], "userName": "sam@x.y", "userType": "Contractor", ENTERPRISE: { "department": "Sales" } });
    let sam = world.created("/Users", sam).await;
    for (host, address) in [(1, "ava@x.y"), (2, "sam@x.y"), (3, "nobody@x.y")] {
        world.host(host, &MDM, address).await;
    }
    (ava, sam)
}

on_each_database! {
    async fn a_label_of_a_department_but_contractors_finds_its_hosts(world: World) {
        company(world).await;
        assert_eq!(matching(world, "department eq \"sales\"").await, [1, 2]);
        assert_eq!(matching(world, "department eq \"Sales\" and not (userType eq \"Contractor\")").await, [1]);
        assert_eq!(matching(world, "userType ne \"Contractor\"").await, [1]);
        assert_eq!(matching(world, "title eq null").await, [1, 2]);
    }

    async fn a_negation_finds_hosts_without_an_owner_only_beside_the_status(world: World) {
        company(world).await;
        assert_eq!(matching(world, "not (userType eq \"Contractor\")").await, [1]);
        assert_eq!(matching(world, "status eq \"unowned\" or not (userType eq \"Contractor\")").await, [1, 3]);
        assert_eq!(matching(world, "status eq \"unowned\" and not (userType eq \"Contractor\")").await, [3]);
        assert_eq!(matching(world, "not (status eq \"owned\")").await, [3]);
        assert_eq!(matching(world, "status pr").await, [1, 2, 3]);
        assert_eq!(matching(world, "status eq \"owned\" and source eq \"mdm_idp_accounts\"").await, [1, 2]);
    }

    async fn a_rename_breaks_no_label_by_external_id(world: World) {
        let (ava, _) = company(world).await;
        let group = json!({ "displayName": "Engineering", "externalId": "g-7", "members": [{ "value": ava }] });
        let group = world.created("/Groups", group).await;
        world.group("Everybody", &[&group]).await;
        assert_eq!(matching(world, "groups.display eq \"everybody\"").await, [1]);
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "R&D" }]);
        assert!(world.patch(&format!("/Groups/{group}"), rename).await.status < 300);
        assert_eq!(matching(world, "groups.display eq \"Engineering\"").await, [0_i64; 0]);
        assert_eq!(matching(world, "groups.externalId eq \"g-7\"").await, [1]);
        assert_eq!(matching(world, &format!("groups.value eq \"{group}\"")).await, [1]);
    }

    async fn pages_of_hosts_follow_each_other(world: World) {
        company(world).await;
        for host in 10..30 {
            world.host(host, &MDM, "ava@x.y").await;
        }
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = world.scim.hosts().matching("userType eq \"employee\"", after, 6).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(*last);
            found.extend(page);
        }
        assert_eq!(found.len(), 21);
        assert!(found.is_sorted() && found.first() == Some(&HostId(1)));
    }

    async fn a_filter_that_cannot_be_understood_says_why(world: World) {
        company(world).await;
        let refused = async |filter: &str| match world.scim.hosts().matching(filter, None, 10).await {
            Err(Error::Filter(refusal)) => (refusal.scim_type.unwrap().as_str(), refusal.detail.into_owned()),
            other => panic!("{other:?}"),
        };
        assert!(refused("colour eq \"red\"").await.1.contains("no attribute 'colour'"));
        assert_eq!(refused("department eq").await.0, "invalidFilter");
        assert!(refused("meta.location eq \"x\"").await.1.contains("ask by id"));
        let dear = vec!["groups.display co \"a\""; 200].join(" or ");
        assert_eq!(refused(&dear).await.0, "tooMany");
        assert!(matches!(world.scim.hosts().matching("active eq true", None, 1001).await, Err(Error::Invalid(_))));
    }
}
