//! Lists and lookups that made identity providers create people twice, or stop.
//! Each number is a public issue about another server.

use serde_json::json;

use crate::{
    on_each_database,
    world::{ENTERPRISE, USER, World},
};

on_each_database! {
    // From Fleet's source: it decodes the literal a second time, so that a plus becomes a blank.
    async fn a_plus_addressed_user_is_found_by_the_name_it_is_a_conflict_by(world: World) {
        let id = world.user("sam+test@acme.example").await;
        let again = world.post("/Users", json!({ "schemas": [USER], "userName": "sam+test@acme.example" })).await;
        assert_eq!(again.status, 409);
        let found = world.get("/Users?filter=userName%20eq%20%22sam%2Btest%40acme.example%22").await;
        assert_eq!((&found.body["totalResults"], &found.body["Resources"][0]["id"]), (&json!(1), &json!(id)));
        let other = world.get("/Users?filter=userName%20eq%20%22sam%40acme.example%22").await;
        assert_eq!(other.body["totalResults"], 0, "the tag belongs to the address");
    }

    // From Fleet's source: it answers 400 tooMany to a count of more than 100.
    async fn a_page_larger_than_the_largest_is_cut(world: World) {
        for at in 0..3 {
            world.user(&format!("user{at}")).await;
        }
        for count in [101, 1000, 1_000_000_000] {
            let page = world.get(&format!("/Users?startIndex=1&count={count}")).await;
            assert_eq!((page.status, &page.body["totalResults"]), (200, &json!(3)), "{count}");
        }
    }

    async fn odd_pages_are_pages(world: World) {
        world.user("ava").await;
        for (query, start, length) in
            [("startIndex=-5&count=-1", 1, 0), ("startIndex=0&count=1", 1, 1), ("startIndex=1&count=0", 1, 0)]
        {
            let page = world.get(&format!("/Users?{query}")).await;
            assert_eq!(page.status, 200, "{query}: {}", page.text);
            assert_eq!(page.body["startIndex"], start, "{query}");
            assert_eq!(page.body["itemsPerPage"], length, "{query}");
            assert_eq!(page.body["totalResults"], 1, "{query}");
        }
    }

    // From Fleet's source: it answers an unsupported filter with an empty page, and the client creates the user
    // again.
    async fn a_filter_is_evaluated_or_refused_and_never_an_empty_page(world: World) {
        let body = json!({
            "schemas": [USER, ENTERPRISE],
            "userName": "ava",
            "title": "Lead",
            "emails": [{ "value": "ava@x.example", "type": "work" }],
            ENTERPRISE: { "department": "Ops" },
        });
        let id = world.created("/Users", body).await;
        world.user("ben").await;
        for filter in [
            r#"title eq "lead""#,
            r#"emails.value eq "ava@x.example""#,
            r#"emails[type eq "work"].value eq "ava@x.example""#,
            r#"department eq "ops""#,
            r#"userName sw "a""#,
            r#"userName eq "ava" and active eq true"#,
        ] {
            assert_eq!(world.ids("/Users", filter).await, [id.as_str()], "{filter}");
        }
        let group = world.group("Crew", &[&id]).await;
        world.group("Staff", &[]).await;
        assert_eq!(world.ids("/Groups", &format!(r#"members eq "{id}""#)).await, [group]);
        for endpoint in ["/Users", "/Groups"] {
            let refused = world.find(endpoint, r#"shoeSize eq "42""#).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")));
        }
    }

    // snipe-it#14708: one 404 in the middle of a cycle quarantines the whole job.
    async fn a_lookup_without_a_match_is_an_empty_list_and_never_404(world: World) {
        for path in [
            "/Users?filter=userName+eq+%22nobody%22",
            "/Users?filter=externalId+eq+%22nobody%22",
            "/Users?filter=id+eq+%22nobody%22",
            "/Groups?filter=displayName+eq+%22nobody%22",
            "/Groups?filter=id+eq+%22group-99%22+and+members+eq+%2299%22",
            "/Users?startIndex=1000",
        ] {
            let list = world.get(path).await;
            assert_eq!((list.status, &list.body["totalResults"]), (200, &json!(0)), "{path}");
            assert_eq!(list.body["Resources"], json!([]), "{path}");
        }
    }

    // Okta's import reads page after page, and treats a user that is missing as deleted.
    async fn pages_have_one_order_and_no_gaps(world: World) {
        let mut ids = Vec::new();
        for at in 0..7 {
            ids.push(world.user(&format!("user{}", 9 - at)).await);
        }
        let mut read = Vec::new();
        for start in [1, 4, 7] {
            let page = world.get(&format!("/Users?startIndex={start}&count=3")).await;
            assert_eq!(page.body["totalResults"], 7);
            read.extend(page.body["Resources"].as_array().unwrap().iter().map(|user| user["id"].clone()));
        }
        assert_eq!(read, ids);
    }
}
