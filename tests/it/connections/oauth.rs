//! OAuth clients get access tokens and provision with them (RFC 6749 section 4.4).

use std::time::{Duration, SystemTime};

use base64::{Engine, engine::general_purpose::STANDARD};
use fleet_scim::poem::http::Method;
use serde_json::{Value, json};

use super::{call, change, connect};
use crate::{
    on_each_database,
    world::{Answer, World, encode},
};

const FORM: &str = "application/x-www-form-urlencoded";
const GRANT: &str = "grant_type=client_credentials";

/// A client's id and secret.
struct Client {
    id: String,
    route: String,
    secret: String,
    secret_route: String,
}

async fn client(world: &World, connection: &str) -> Client {
    let made = world.post(&format!("/connections/{connection}/clients"), json!({ "note": "Entra gallery" })).await;
    assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")), "{}", made.text);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(made.body["tokenUrl"], "http://fleet.example.com/api/v1/fleet/scim/oauth/token");
    Client {
        id: text(&made.body["clientId"]),
        route: format!("/connections/{connection}/clients/{}", text(&made.body["id"])),
        secret: text(&made.body["clientSecret"]),
        secret_route: format!("/connections/{connection}/secrets/{}", text(&made.body["secrets"][0]["id"])),
    }
}

async fn exchange(world: &World, form: &str, basic: Option<&str>) -> Answer {
    let request = fleet_scim::poem::Request::builder()
        .method(Method::POST)
        .uri_str(format!("{}/oauth/token", crate::world::MOUNT))
        .header("host", "fleet.example.com")
        .content_type(FORM);
    let request = match basic {
        Some(pair) => request.header("authorization", format!("Basic {}", STANDARD.encode(pair))),
        None => request,
    };
    let answer = world.send(request.body(form.to_owned())).await;
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    answer
}

async fn by_body(world: &World, id: &str, secret: &str) -> Answer {
    exchange(world, &format!("{GRANT}&client_id={}&client_secret={}", encode(id), encode(secret)), None).await
}

fn token(answer: &Answer) -> String {
    assert_eq!(
        (answer.status, &answer.body["token_type"], &answer.body["expires_in"]),
        (200, &json!("Bearer"), &json!(3600)),
        "{}",
        answer.text
    );
    let token = answer.body["access_token"].as_str().unwrap();
    assert!(token.starts_with("fscim_at_"), "{token}");
    token.to_owned()
}

fn code(answer: &Answer) -> (u16, &str) {
    assert!(answer.body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{}", answer.text);
    assert!(answer.body.get("schemas").is_none(), "an error of OAuth is none of SCIM: {}", answer.text);
    (answer.status, answer.body["error"].as_str().unwrap())
}

async fn status(world: &World, token: &str) -> u16 {
    call(world, token, Method::GET, "/Users", None).await.status
}

on_each_database! {
    async fn service_provider_config_names_oauth_where_a_connection_has_clients(world: World) {
        let okta = connect(world, "okta").await;
        connect(world, "entra").await;
        client(world, "entra").await;
        let schemes = async |path: &str| {
            let config = world.get(&format!("{path}/ServiceProviderConfig")).await;
            assert_eq!(config.status, 200, "{}", config.text);
            config.body["authenticationSchemes"].as_array().unwrap().iter().map(|scheme| scheme["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(schemes("/connections/entra/v2").await, ["oauthbearertoken", "oauth2"]);
        assert_eq!(schemes("/connections/okta/v2").await, ["oauthbearertoken"]);
        assert_eq!(schemes("").await, ["oauthbearertoken"]);
        assert_eq!(call(world, &okta, Method::GET, "/ServiceProviderConfig", None).await.status, 200);
    }

    async fn a_client_gets_tokens_by_either_way_and_provisions_its_connection_only(world: World) {
        let (okta, _) = (connect(world, "okta").await, connect(world, "entra").await);
        let entra = client(world, "entra").await;
        let of_body = token(&by_body(world, &entra.id, &entra.secret).await);
        let scoped = exchange(world, &format!("{GRANT}&scope=a%20b"), Some(&format!("{}:{}", entra.id, entra.secret))).await;
        assert_eq!(scoped.body["scope"], "scim");
        let of_header = token(&scoped);
        assert_ne!(of_body, of_header);
        let created = call(world, &of_body, Method::POST, "/Users", Some(json!({ "userName": "ava@x.y" }))).await;
        assert_eq!(created.status, 201, "{}", created.text);
        assert_eq!(call(world, &of_header, Method::GET, "/Users", None).await.body["totalResults"], 1);
        assert_eq!(call(world, &okta, Method::GET, "/Users", None).await.body["totalResults"], 0);
        assert_eq!(call(world, &of_header, Method::GET, "/connections", None).await.status, 403);
        assert_eq!(call(world, &of_header, Method::GET, "/connections/okta/v2/Users", None).await.status, 403);
        assert_eq!(call(world, &of_header, Method::GET, "/details", None).await.status, 200);
        let listed = world.get("/connections/entra/clients").await;
        let listed = &listed.body["clients"];
        assert_eq!((listed.as_array().map(Vec::len), &listed[0]["clientId"], listed[0]["secrets"].as_array().map(Vec::len)), (Some(1), &json!(entra.id), Some(1)));
        assert!(listed[0]["secrets"][0]["lastUsedAt"].is_string(), "{listed}");
        assert!(!listed.to_string().contains(&entra.secret) && entra.secret.ends_with(listed[0]["secrets"][0]["lastFour"].as_str().unwrap()));
    }

    async fn what_is_wrong_with_a_request_is_told_in_the_words_of_the_standard(world: World) {
        connect(world, "entra").await;
        let own = client(world, "entra").await;
        let pair = format!("{}:{}", own.id, own.secret);
        let other = client(world, "entra").await;
        for (form, basic, expected) in [
            (String::new(), None, (400, "invalid_request")),
            ("grant_type=password&username=a&password=b".to_owned(), None, (400, "unsupported_grant_type")),
            (format!("{GRANT}&{GRANT}"), Some(pair.as_str()), (400, "invalid_request")),
            (format!("{GRANT}&client_secret=x"), Some(&pair), (400, "invalid_request")),
            (format!("{GRANT}&client_id={}", other.id), Some(&pair), (400, "invalid_request")),
            (GRANT.to_owned(), None, (401, "invalid_client")),
            (GRANT.to_owned(), Some("no colon"), (401, "invalid_client")),
            (GRANT.to_owned(), Some(&format!("{}:{}", own.id, other.secret)), (401, "invalid_client")),
            (GRANT.to_owned(), Some(&format!("nobody:{}", own.secret)), (401, "invalid_client")),
            (GRANT.to_owned(), Some(&format!("{}:wrong", own.id)), (401, "invalid_client")),
        ] {
            let answer = exchange(world, &form, basic).await;
            assert_eq!(code(&answer), expected, "{form}: {}", answer.text);
            assert_eq!(answer.header("www-authenticate"), (answer.status == 401 && basic.is_some()).then_some("Basic realm=\"scim\""), "{form}");
        }
        let unknown = exchange(world, GRANT, Some(&format!("nobody:{}", own.secret))).await;
        let wrong = exchange(world, GRANT, Some(&format!("{}:{}", own.id, other.secret))).await;
        assert_eq!(unknown.text, wrong.text, "nobody learns which clients there are");
        let json = world.send(world.request(Method::POST, "/oauth/token", "admin").content_type("application/json").body("{}")).await;
        assert_eq!(code(&json), (400, "invalid_request"));
        let get = world.send(world.request(Method::GET, "//oauth/token/", "admin").finish()).await;
        assert_eq!((code(&get), get.header("allow")), ((405, "invalid_request"), Some("OPTIONS, POST")));
        let large = exchange(world, &format!("{GRANT}&x={}", "y".repeat(70_000)), Some(&pair)).await;
        assert_eq!(code(&large), (413, "invalid_request"));
    }

    async fn a_secret_is_replaced_while_the_old_one_still_works(world: World) {
        connect(world, "entra").await;
        let own = client(world, "entra").await;
        let early = token(&by_body(world, &own.id, &own.secret).await);
        let second = world.post(&format!("{}/secrets", own.route), json!({ "expiresAt": null })).await;
        assert_eq!(second.status, 201, "{}", second.text);
        let secret = second.body["clientSecret"].as_str().unwrap().to_owned();
        let late = token(&by_body(world, &own.id, &secret).await);
        assert_eq!(by_body(world, &own.id, &own.secret).await.status, 200, "both live at once");
        let third = world.post(&format!("{}/secrets", own.route), json!({})).await;
        assert_eq!((third.status, third.detail()), (409, "the client has 2 live secrets: delete the older one first"));
        assert_eq!(world.delete(&own.secret_route).await.status, 204);
        assert_eq!((status(world, &early).await, status(world, &late).await), (401, 200), "only the tokens of the old one end");
        assert_eq!(code(&by_body(world, &own.id, &own.secret).await), (401, "invalid_client"));
        assert_eq!(world.delete(&own.secret_route).await.status, 404);
        assert_eq!(world.delete(&own.route).await.status, 204);
        assert_eq!(status(world, &late).await, 401);
        assert_eq!(by_body(world, &own.id, &secret).await.status, 401);
        assert_eq!(world.post(&format!("{}/secrets", own.route), json!({})).await.status, 404);
    }

    async fn a_secret_lives_one_to_three_years(world: World) {
        connect(world, "entra").await;
        let day = 24 * 3600;
        let after = |days: u64| humantime(SystemTime::now() + Duration::from_secs(days * day));
        for (days, expected) in [(30, 400), (363, 400), (365, 201), (1095, 201), (1099, 400)] {
            let made = world.post("/connections/entra/clients", json!({ "expiresAt": after(days) })).await;
            assert_eq!(made.status, expected, "{days}: {}", made.text);
        }
        assert_eq!(world.post("/connections/entra/clients", json!({ "expiresAt": "soon" })).await.status, 400);
        for made in 2..20 {
            assert_eq!(world.post("/connections/entra/clients", json!({})).await.status, 201, "{made}");
        }
        assert_eq!(world.post("/connections/entra/clients", json!({})).await.status, 409);
    }

    async fn pausing_and_deleting_a_connection_ends_its_access_tokens(world: World) {
        connect(world, "entra").await;
        let own = client(world, "entra").await;
        let access = token(&by_body(world, &own.id, &own.secret).await);
        let sibling = world.sibling().await;
        let there = async || world.send_to(&sibling, world.request(Method::GET, "/Users", &access).finish()).await.status;
        assert_eq!(there().await, 200);
        change(world, "entra", json!({ "state": "paused" })).await;
        assert_eq!(status(world, &access).await, 401);
        let paused = by_body(world, &own.id, &own.secret).await;
        assert_eq!((code(&paused), paused.header("retry-after")), ((503, "temporarily_unavailable"), Some("5")));
        change(world, "entra", json!({ "state": "live" })).await;
        assert_eq!(status(world, &access).await, 401, "the client gets a new one");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(there().await, 401, "in the other process too");
        let access = token(&by_body(world, &own.id, &own.secret).await);
        change(world, "entra", json!({ "state": "detached" })).await;
        assert_eq!(code(&by_body(world, &own.id, &own.secret).await), (400, "unauthorized_client"));
        change(world, "entra", json!({ "state": "live" })).await;
        world.delete("/connections/entra?confirm=entra").await;
        assert_eq!(status(world, &access).await, 401);
        assert_eq!(code(&by_body(world, &own.id, &own.secret).await), (401, "invalid_client"));
    }

    async fn ten_failures_a_minute_are_enough_and_others_are_not_held_up(world: World) {
        connect(world, "entra").await;
        let (own, other) = (client(world, "entra").await, client(world, "entra").await);
        for _ in 0..10 {
            assert_eq!(by_body(world, &own.id, &other.secret).await.status, 401);
        }
        let held = by_body(world, &own.id, &own.secret).await;
        assert_eq!((held.status, held.header("retry-after")), (429, Some("60")), "{}", held.text);
        assert_eq!(by_body(world, &other.id, &other.secret).await.status, 200);
    }

    async fn the_wrong_kind_of_secret_says_what_it_is(world: World) {
        let connection_token = connect(world, "entra").await;
        let own = client(world, "entra").await;
        let refused = call(world, &own.secret, Method::GET, "/Users", None).await;
        assert!(refused.status == 401 && refused.detail().contains("secret of an OAuth client"), "{}", refused.text);
        assert_eq!(by_body(world, &own.id, &connection_token).await.status, 401);
        let access = token(&by_body(world, &own.id, &own.secret).await);
        assert_eq!(status(world, &access[..access.len() - 1]).await, 401);
    }
}

fn humantime(at: SystemTime) -> String {
    let at: chrono::DateTime<chrono::Utc> = at.into();
    at.to_rfc3339()
}
