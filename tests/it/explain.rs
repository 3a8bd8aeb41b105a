//! Why a host is owned by whom it is owned by, in words and as data.

use fleet_scim::{
    HostId,
    hosts::{CandidateLost, Explanation, Source},
    internals::catch_up,
    poem::http::Method,
};
use serde_json::json;

use crate::{
    connections::{call, connect},
    on_each_database,
    world::World,
};

async fn explain(world: &World) -> Explanation {
    catch_up(&world.scim).await.unwrap();
    world.scim.hosts().explain(HostId(1)).await.unwrap()
}

fn lost(explained: &Explanation) -> Vec<Option<CandidateLost>> {
    explained.candidates.iter().map(|candidate| candidate.lost).collect()
}

on_each_database! {
    async fn the_winner_and_everybody_who_lost_are_named_with_the_rule(world: World) {
        let okta = connect(world, "okta").await;
        let ava = world.user("ava@x.y").await;
        let kim = world.created("/Users", json!({ "userName": "kim", "emails": [{ "value": "ava@x.y" }] })).await;
        let sam = world.user("sam@x.y").await;
        let other = call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        let other = other.body["id"].as_str().unwrap();
        world.host(1, &Source::MdmIdpAccounts, "ava@x.y").await;
        world.host(1, &Source::Custom, "sam@x.y").await;
        let explained = explain(world).await;
        assert_eq!(explained.user.unwrap().to_string(), ava);
        let users: Vec<String> = explained.candidates.iter().map(|candidate| candidate.user.to_string()).collect();
        assert_eq!(users, [ava.as_str(), other, &kim, &sam]);
        assert_eq!(lost(&explained), [
            None, Some(CandidateLost::Connection), Some(CandidateLost::Match), Some(CandidateLost::Source),
        ]);
        assert!(explained.candidates[1..].iter().all(|candidate| candidate.lost_to == explained.user));
        let because = explained.candidates[3].because.as_deref().unwrap();
        assert_eq!(because, format!("ava@x.y (user {ava}) has an address of source mdm_idp_accounts, which comes before custom"));
        let begins = format!("ava@x.y (user {ava}) owns the host: its address ava@x.y of source mdm_idp_accounts is the userName of an active user. So since ");
        assert!(explained.explanation.starts_with(&begins), "{}", explained.explanation);
        let json = explained.to_json();
        assert_eq!((json["status"].as_str(), json["matchedBy"].as_str()), (Some("owned"), Some("userName")));
        assert_eq!((&json["candidates"][1]["connection"], &json["candidates"][1]["wins"]), (&json!("okta"), &json!(false)));
    }

    async fn what_bars_a_user_is_said(world: World) {
        let okta = connect(world, "okta").await;
        world.user("ava@x.y").await;
        call(world, &okta, Method::POST, "/Users", Some(json!({ "userName": "kim@x.y" }))).await;
        world.host(1, &Source::Custom, "ava@x.y").await;
        world.host(1, &Source::GoogleChromeProfiles, "kim@x.y").await;
        world.scim.hosts().limit_to(HostId(1), &[fleet_scim::ConnectionId::DEFAULT]).await.unwrap();
        assert_eq!(lost(&explain(world).await), [None, Some(CandidateLost::Limit)]);
        // An address set by hand ends the search, even if it is nobody's.
        world.host(1, &Source::Idp, "nobody@x.y").await;
        let explained = explain(world).await;
        assert_eq!(lost(&explained), [Some(CandidateLost::ByHand), Some(CandidateLost::Limit)]);
        assert!(explained.explanation.starts_with("Nobody owns the host: "), "{}", explained.explanation);
        assert_eq!((explained.user, explained.since), (None, None));
    }

    async fn two_who_fit_equally_well_are_told_of_each_other(world: World) {
        let same = json!([{ "value": "team@x.y" }]);
        let ava = world.created("/Users", json!({ "userName": "ava", "emails": same })).await;
        let kim = world.created("/Users", json!({ "userName": "kim", "emails": same })).await;
        world.host(1, &Source::Custom, "team@x.y").await;
        let explained = explain(world).await;
        assert_eq!(lost(&explained), [Some(CandidateLost::Tie); 2]);
        let to: Vec<String> = explained.candidates.iter().map(|candidate| candidate.lost_to.unwrap().to_string()).collect();
        assert_eq!(to, [kim, ava]);
        assert_eq!(explained.to_json()["status"], "ambiguous");
    }

    async fn since_when_a_user_owns_the_host_outlasts_other_changes(world: World) {
        let ava = world.user("ava@x.y").await;
        world.host(1, &Source::Custom, "ava@x.y").await;
        let first = explain(world).await;
        assert!(first.since.is_some() && first.request_id.is_some(), "{first:?}");
        world.group("Sales", &[&ava]).await;
        let leaves = json!([{ "op": "replace", "value": { "active": false, "name": { "givenName": "Ava" } } }]);
        assert_eq!(world.patch(&format!("/Users/{ava}"), leaves).await.status, 200);
        let later = explain(world).await;
        assert_eq!((later.since, &later.request_id), (first.since, &first.request_id));
        assert!(later.explanation.contains("who has left, owns the host"), "{}", later.explanation);
        // Somebody else is the owner from another time on, by another request.
        let kim = world.user("kim@x.y").await;
        world.host(1, &Source::MdmIdpAccounts, "kim@x.y").await;
        let other = explain(world).await;
        assert_eq!(other.user.unwrap().to_string(), kim);
        assert_ne!(other.request_id, first.request_id);
    }
}
