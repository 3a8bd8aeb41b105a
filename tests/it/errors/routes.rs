//! Paths, methods and ids.

use fleet_scim::poem::http::Method;
use serde_json::json;

use crate::{on_each_database, world::World};

on_each_database! {
    async fn an_unknown_path_is_404_and_says_where_the_base_url_ends(world: World) {
        for path in [
            "/", "/Cars", "/Users/1/emails", "/v2/Users", "/scim/v2/Users", "/Mine", "/Users/1//emails", "//",
        ] {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.detail().contains("/Users"), "{path}: {}", answer.detail());
        }
        assert_eq!(world.call(Method::OPTIONS, "/Cars", None).await.status, 404);
    }

    async fn a_method_a_path_does_not_have_is_405_with_those_it_has(world: World) {
        let id = world.user("ava@x.y").await;
        let of_one = "DELETE, GET, HEAD, OPTIONS, PATCH, PUT";
        for (method, path, allow) in [
            (Method::PUT, "/Users".to_owned(), "GET, HEAD, OPTIONS, POST"),
            (Method::PATCH, "/Users".to_owned(), "GET, HEAD, OPTIONS, POST"),
            (Method::DELETE, "/Users".to_owned(), "GET, HEAD, OPTIONS, POST"),
            (Method::POST, format!("/Users/{id}"), of_one),
            (Method::DELETE, "/Groups".to_owned(), "GET, HEAD, OPTIONS, POST"),
            (Method::POST, "/Groups/group-1".to_owned(), of_one),
            (Method::POST, "/ServiceProviderConfig".to_owned(), "GET, HEAD, OPTIONS"),
            (Method::DELETE, "/Schemas".to_owned(), "GET, HEAD, OPTIONS"),
            (Method::PUT, "/ResourceTypes/User".to_owned(), "GET, HEAD, OPTIONS"),
            (Method::POST, "/details".to_owned(), "GET, HEAD, OPTIONS"),
            (Method::GET, "/.search".to_owned(), "OPTIONS, POST"),
            (Method::POST, "/Me".to_owned(), of_one),
        ] {
            let answer = world.call(method.clone(), &path, None).await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
            assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        }
    }

    async fn a_search_below_users_allows_what_it_has(world: World) {
        for path in ["/Users/.search", "/Groups/.search"] {
            let answer = world.get(path).await;
            match answer.status {
                405 => assert_eq!(answer.header("allow"), Some("OPTIONS, POST"), "{path}"),
                status => assert_eq!(status, 404, "{path}"),
            }
            let options = world.call(Method::OPTIONS, path, None).await;
            assert_eq!(options.header("allow"), Some("OPTIONS, POST"), "{path}");
        }
    }

    async fn options_tells_the_methods_of_a_path(world: World) {
        let answer = world.call(Method::OPTIONS, "/users/7/", None).await;
        assert_eq!((answer.status, answer.header("allow")), (204, Some("DELETE, GET, HEAD, OPTIONS, PATCH, PUT")));
        assert_eq!(world.send(world.request(Method::OPTIONS, "/Users", "guess").finish()).await.status, 401);
    }

    async fn head_is_get_without_the_body(world: World) {
        let id = world.user("ava@x.y").await;
        let answer = world.call(Method::HEAD, &format!("/Users/{id}"), None).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, ""));
        assert_eq!(answer.header("etag"), Some("W/\"1-0\""));
        assert_eq!(world.call(Method::HEAD, "/Users/999999", None).await.status, 404);
    }

    async fn only_the_canonical_spelling_of_an_id_is_served(world: World) {
        let id = world.user("ava@x.y").await;
        let group = world.group("Engineering", &[&id]).await;
        let number = group.trim_start_matches("group-");
        for path in [
            format!("/Users/0{id}"),
            format!("/Users/00{id}"),
            format!("/Users/+{id}"),
            format!("/Users/%2B{id}"),
            format!("/Users/-{id}"),
            format!("/Users/{id}.0"),
            format!("/Users/{id}%20"),
            format!("/Users/%20{id}"),
            format!("/Users/{id}%00"),
            "/Users/%00".to_owned(),
            "/Users/0".to_owned(),
            "/Users/9223372036854775807".to_owned(),
            "/Users/9223372036854775808".to_owned(),
            "/Users/99999999999999999999999999".to_owned(),
            "/Users/nobody".to_owned(),
            "/Users/'%20OR%20'1'='1".to_owned(),
            format!("/Users/{}", "9".repeat(2000)),
            format!("/Groups/{number}"),
            format!("/Groups/group-0{number}"),
            format!("/Groups/Group-{number}"),
            format!("/Groups/group-+{number}"),
            format!("/Groups/group-{number}%00"),
            "/Groups/group-".to_owned(),
            "/Groups/group-9223372036854775808".to_owned(),
        ] {
            assert_eq!(world.get(&path).await.status, 404, "{path}");
            assert_eq!(world.patch(&path, json!([])).await.status, 404, "{path}");
            assert_eq!(world.delete(&path).await.status, 404, "{path}");
        }
        assert_eq!(world.members(&group).await, [id]);
    }

    async fn a_slash_at_the_end_and_letter_case_do_not_matter(world: World) {
        let id = world.user("ava@x.y").await;
        for path in [
            "/Users/".to_owned(),
            "/users".to_owned(),
            "/USERS?startIndex=1&count=2".to_owned(),
            "/Users/?filter=userName+eq+%22ava@x.y%22".to_owned(),
            format!("/users/{id}"),
            format!("/Users/{id}/"),
            format!("/Users/{id}?aadOptscim062020"),
            format!("/Users/{id}?aadOptSCIM062020=true&nobody=knows"),
            "/groups/".to_owned(),
            "/schemas/".to_owned(),
            "/serviceproviderconfig".to_owned(),
            "/resourcetypes/".to_owned(),
            "/Details".to_owned(),
        ] {
            assert_eq!(world.get(&path).await.status, 200, "{path}");
        }
        assert_eq!(world.post("/users/", json!({ "userName": "sam@x.y" })).await.status, 201);
    }

    async fn a_broken_query_is_a_scim_error_or_ignored(world: World) {
        for path in [
            "/Users?filter=%FF", "/Users?%00=%00", "/Users?filter=%", "/Users?&&=&", "/Users?filter=a&filter=b",
        ] {
            let answer = world.get(path).await;
            assert!(answer.status == 200 || answer.status == 400, "{path}: {} {}", answer.status, answer.text);
        }
    }
}
