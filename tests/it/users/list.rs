//! GET of all users, page by page.

use serde_json::{Value, json};

use crate::{on_each_database, world::World};

async fn five(world: &World) -> Vec<String> {
    let mut ids = Vec::new();
    for name in ["e@x.y", "d@x.y", "c@x.y", "b@x.y", "a@x.y"] {
        ids.push(world.user(name).await);
    }
    ids
}

fn ids(list: &Value) -> Vec<&str> {
    list["Resources"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

on_each_database! {
    async fn an_empty_list_is_a_list(world: World) {
        for path in ["/Users", "/Users?filter=userName%20eq%20%22nobody%22", "/Groups", "/Users?count=0"] {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 200);
            assert_eq!(answer.body, json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [],
            }), "{path}");
        }
    }

    async fn pages_hold_every_user_once_in_the_order_of_ids(world: World) {
        let all = five(world).await;
        assert_eq!(ids(&world.get("/Users").await.body), all);
        let mut paged = Vec::new();
        for start in [1, 3, 5] {
            let page = world.get(&format!("/Users?startIndex={start}&count=2")).await.body;
            assert_eq!(page["totalResults"], 5);
            assert_eq!(page["startIndex"], start);
            assert_eq!(page["itemsPerPage"], if start == 5 { 1 } else { 2 });
            paged.extend(ids(&page).into_iter().map(str::to_owned));
        }
        assert_eq!(paged, all);
    }

    async fn a_page_past_the_end_is_empty_and_says_the_total(world: World) {
        five(world).await;
        for start in ["6", "100", "9223372036854775807"] {
            let page = world.get(&format!("/Users?startIndex={start}&count=2")).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert_eq!((&page.body["totalResults"], &page.body["itemsPerPage"]), (&json!(5), &json!(0)), "{start}");
            assert_eq!(page.body["Resources"], json!([]));
        }
    }

    async fn a_count_of_none_says_the_total_alone(world: World) {
        five(world).await;
        for count in ["0", "-1", "-100"] {
            let page = world.get(&format!("/Users?count={count}")).await;
            assert_eq!(page.status, 200);
            assert_eq!((&page.body["totalResults"], &page.body["itemsPerPage"]), (&json!(5), &json!(0)), "{count}");
            assert_eq!(page.body["Resources"], json!([]));
        }
    }

    async fn a_start_below_the_first_is_the_first(world: World) {
        let all = five(world).await;
        for start in ["0", "-1", "-9"] {
            let page = world.get(&format!("/Users?startIndex={start}&count=2")).await;
            assert_eq!(page.status, 200);
            assert_eq!(page.body["startIndex"], 1);
            assert_eq!(ids(&page.body), all[..2], "{start}");
        }
    }

    async fn a_count_past_the_bound_is_the_bound(world: World) {
        let small = World::with(world.backend, |builder| builder.max_page(2)).await.unwrap();
        let all = five(&small).await;
        for path in ["/Users", "/Users?count=3", "/Users?count=1000000", "/Users?filter=userName%20pr&count=5"] {
            let page = small.get(path).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert_eq!((&page.body["totalResults"], &page.body["itemsPerPage"]), (&json!(5), &json!(2)), "{path}");
            assert_eq!(ids(&page.body), all[..2], "{path}");
        }
        small.close().await;
    }

    async fn a_filtered_list_is_paged_as_well(world: World) {
        let all = five(world).await;
        let page = world.get("/Users?filter=userName%20ne%20%22e@x.y%22&startIndex=2&count=2").await.body;
        assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(4), &json!(2)));
        assert_eq!(ids(&page), all[2..4]);
    }

    async fn parameters_are_known_in_any_case(world: World) {
        let all = five(world).await;
        let page = world.get("/Users?startindex=2&COUNT=1&Filter=userName+pr&ATTRIBUTES=id").await.body;
        assert_eq!(ids(&page), all[1..2]);
        assert!(page["Resources"][0].get("userName").is_none());
    }

    async fn a_page_that_is_no_number_is_refused(world: World) {
        for path in ["/Users?startIndex=one", "/Users?count=many", "/Groups?count=1.5"] {
            let answer = world.get(path).await;
            assert_eq!((answer.status, &answer.body["scimType"]), (400, &json!("invalidValue")), "{path}");
        }
    }

    async fn groups_are_paged_by_the_same_rules(world: World) {
        let mut all = Vec::new();
        for name in ["C", "B", "A"] {
            all.push(world.group(name, &[]).await);
        }
        let page = world.get("/Groups?startIndex=2&count=1").await.body;
        assert_eq!(
            (&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]), (&json!(3), &json!(2), &json!(1)),
        );
        assert_eq!(ids(&page), all[1..2]);
        assert_eq!(ids(&world.get("/Groups?startIndex=-1&count=2").await.body), all[..2]);
    }
}
