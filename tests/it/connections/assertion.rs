//! A client proves itself by an assertion that its identity provider signed, and has no secret (RFC 7523).
//!
//! The keys in `tests/fixtures/assertion` are of these tests alone: `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`, and
//! a P-256 key.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use fleet_scim::{AuthenticatorError, KeySource, poem::http::Method};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

use super::{call, change, connect};
use crate::{
    on_each_database,
    world::{Answer, World, encode as percent_encode},
};

const ISSUER: &str = "https://login.microsoftonline.com/tenant/v2.0";
const RSA: &[u8] = include_bytes!("../../fixtures/assertion/issuer.pem");
const OTHER: &[u8] = include_bytes!("../../fixtures/assertion/other.pem");
const P256: &[u8] = include_bytes!("../../fixtures/assertion/issuer-p256.pem");
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A host that knows the keys of one issuer.
struct Issuer;

impl KeySource for Issuer {
    async fn keys(&self, issuer: &str) -> Result<Option<String>, AuthenticatorError> {
        match issuer {
            ISSUER => {
                let keys = [public(&rsa(RSA), Algorithm::RS256, "rsa"), public(&p256(), Algorithm::ES256, "p256")];
                Ok(Some(json!({ "keys": keys }).to_string()))
            }
            "https://away.example" => Err(AuthenticatorError::new("the issuer is away")),
            _ => Ok(None),
        }
    }
}

fn rsa(pem: &[u8]) -> EncodingKey {
    EncodingKey::from_rsa_pem(pem).unwrap()
}

fn p256() -> EncodingKey {
    EncodingKey::from_ec_pem(P256).unwrap()
}

fn public(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Jwk {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some(kid.to_owned());
    jwk
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

fn claims() -> Value {
    json!({ "iss": ISSUER, "sub": "principal", "aud": "api://fleet", "iat": now(), "nbf": now(), "exp": now() + 600, "jti": "1" })
}

fn header(algorithm: Algorithm, kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) }
}

fn signed(claims: &Value) -> String {
    encode(&header(Algorithm::RS256, "rsa"), claims, &rsa(RSA)).unwrap()
}

/// The claims with another value of one, or without it.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    match value {
        Value::Null => _ = claims.as_object_mut().unwrap().remove(name),
        value => claims[name] = value,
    }
    claims
}

async fn exchange(world: &World, client: &str, assertion: &str) -> Answer {
    let form = format!(
        "grant_type=client_credentials&client_id={client}&client_assertion_type={}&client_assertion={}",
        percent_encode(JWT_BEARER),
        percent_encode(assertion)
    );
    let request = fleet_scim::poem::Request::builder()
        .method(Method::POST)
        .uri_str(format!("{}/oauth/token", crate::world::MOUNT))
        .header("host", "fleet.example.com")
        .content_type("application/x-www-form-urlencoded");
    world.send(request.body(form)).await
}

async fn federated(like: &World) -> (World, String) {
    let world = World::with(like.backend, |builder| builder.key_source(Issuer)).await.unwrap();
    connect(&world, "entra").await;
    let client = client(&world, ISSUER).await;
    (world, client)
}

async fn client(world: &World, issuer: &str) -> String {
    let federation = json!({ "issuer": issuer, "subject": "principal", "audience": "api://fleet" });
    let made = world.post("/connections/entra/clients", json!({ "note": "Entra", "federation": federation })).await;
    assert_eq!((made.status, &made.body["federation"]), (201, &federation), "{}", made.text);
    assert!(made.body["clientSecret"].is_null() && made.body["secrets"] == json!([]), "{}", made.text);
    made.body["clientId"].as_str().unwrap().to_owned()
}

on_each_database! {
    async fn a_signed_assertion_gets_an_access_token_that_provisions_and_ends_with_its_client(world: World) {
        let (world, client) = federated(world).await;
        let several = with("aud", json!(["api://other", "api://fleet"]));
        let by_p256 = encode(&header(Algorithm::ES256, "p256"), &claims(), &p256()).unwrap();
        let mut token = String::new();
        for assertion in [signed(&claims()), signed(&several), by_p256, signed(&with("nbf", Value::Null))] {
            let given = exchange(&world, &client, &assertion).await;
            assert_eq!((given.status, &given.body["expires_in"]), (200, &json!(3600)), "{}", given.text);
            token = given.body["access_token"].as_str().unwrap().to_owned();
            let name = json!({ "userName": format!("{}@x.y", &token[token.len() - 8..]) });
            assert_eq!(call(&world, &token, Method::POST, "/Users", Some(name)).await.status, 201);
        }
        assert_eq!(world.get("/connections/entra").await.body["users"], 4);
        let listed = world.get("/connections/entra/clients").await;
        let route = format!("/connections/entra/clients/{}", listed.body["clients"][0]["id"].as_str().unwrap());
        assert_eq!(world.post(&format!("{route}/secrets"), json!({})).await.status, 409, "it has no secret");
        assert_eq!(world.delete(&route).await.status, 204);
        assert_eq!(call(&world, &token, Method::GET, "/Users", None).await.status, 401);
        assert_eq!(exchange(&world, &client, &signed(&claims())).await.status, 401);
        world.close().await;
    }

    async fn broken_assertions_get_no_access_token_and_the_error_says_why(world: World) {
        let (world, client) = federated(world).await;
        let unsigned = |algorithm: &str| {
            let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(json!({ "alg": algorithm, "typ": "JWT", "kid": "rsa" })), part(claims()))
        };
        let modulus = serde_json::to_value(public(&rsa(RSA), Algorithm::RS256, "rsa")).unwrap()["n"].as_str().unwrap().to_owned();
        // Whoever takes the algorithm from the assertion checks it with a key that everybody has.
        let symmetric = encode(&header(Algorithm::HS256, "rsa"), &claims(), &EncodingKey::from_secret(modulus.as_bytes())).unwrap();
        let mut changed = signed(&claims());
        let middle = changed.find('.').unwrap() + 5;
        changed.replace_range(middle..=middle, if changed[middle..].starts_with('A') { "B" } else { "A" });
        for (what, assertion, said) in [
            ("it has expired", signed(&with("exp", json!(now() - 120))), "expired"),
            ("it has no end", signed(&with("exp", Value::Null)), "lacks exp"),
            ("its end is a text", signed(&with("exp", json!("never"))), "wrong type"),
            ("its end is far away", signed(&with("exp", json!(now() + 90_000))), "more than a day"),
            ("it is not valid yet", signed(&with("nbf", json!(now() + 600))), "not valid yet"),
            ("another issuer", signed(&with("iss", json!("https://evil.example"))), "another issuer"),
            ("no issuer", signed(&with("iss", Value::Null)), "lacks"),
            ("another subject", signed(&with("sub", json!("somebody"))), "another subject"),
            ("another audience", signed(&with("aud", json!("api://other"))), "another audience"),
            ("no audience", signed(&with("aud", Value::Null)), "lacks"),
            ("another key", encode(&header(Algorithm::RS256, "rsa"), &claims(), &rsa(OTHER)).unwrap(), "not signed by its issuer"),
            ("the key of another kid", encode(&header(Algorithm::RS256, "p256"), &claims(), &rsa(RSA)).unwrap(), "does not fit the key"),
            ("an unknown kid", encode(&header(Algorithm::RS256, "gone"), &claims(), &rsa(RSA)).unwrap(), "kid"),
            ("no kid, of several keys", encode(&Header::new(Algorithm::RS256), &claims(), &rsa(RSA)).unwrap(), "kid"),
            ("no signature", unsigned("none"), "no signed JWT"),
            ("no signature of RS256", unsigned("RS256"), "not signed by its issuer"),
            ("signed with the public key", symmetric, "public keys"),
            ("changed afterwards", changed, "not signed by its issuer"),
            ("no JWT", "abc".to_owned(), "no signed JWT"),
        ] {
            let refused = exchange(&world, &client, &assertion).await;
            // Ten failures in a minute are followed by 429.
            let refused = if refused.status == 429 { fresh(&world, &assertion).await } else { refused };
            assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")), "{what}: {}", refused.text);
            let description = refused.body["error_description"].as_str().unwrap();
            assert!(description.contains(said), "{what}: {description}");
        }
        world.close().await;
    }

    async fn an_issuer_that_is_away_or_not_trusted_and_a_connection_that_is_paused_give_nothing(world: World) {
        let (world, trusted) = federated(world).await;
        let of = |issuer: &str| signed(&with("iss", json!(issuer)));
        let away = client(&world, "https://away.example").await;
        let answer = exchange(&world, &away, &of("https://away.example")).await;
        assert_eq!((answer.status, answer.header("retry-after").is_some()), (503, true), "{}", answer.text);
        let unknown = client(&world, "https://unknown.example").await;
        assert_eq!(exchange(&world, &unknown, &of("https://unknown.example")).await.status, 401);
        change(&world, "entra", json!({ "state": "paused" })).await;
        assert_eq!(exchange(&world, &trusted, &signed(&claims())).await.status, 503);
        for (body, said) in [
            (json!({ "federation": { "issuer": "a", "subject": "b" } }), "audience"),
            (json!({ "federation": { "issuer": "a", "subject": "b", "audience": 1 } }), "audience"),
            (json!({ "federation": "a" }), "federation"),
            (json!({ "federation": { "issuer": "a", "subject": "b", "audience": "c" }, "expiresAt": "2028-11-28T00:00:00Z" }), "expiresAt"),
        ] {
            let refused = world.post("/connections/entra/clients", body).await;
            assert!(refused.status == 400 && refused.detail().contains(said), "{}", refused.text);
        }
        world.close().await;
    }

    async fn a_host_that_hands_in_no_keys_takes_no_assertion(world: World) {
        connect(world, "entra").await;
        let federation = json!({ "issuer": ISSUER, "subject": "principal", "audience": "api://fleet" });
        let refused = world.post("/connections/entra/clients", json!({ "federation": federation })).await;
        assert_eq!((refused.status, refused.body["scimType"].as_str()), (400, Some("invalidValue")), "{}", refused.text);
        assert!(refused.detail().contains("cannot check assertions"), "{}", refused.text);
        // Another process of this host hands in keys, as this one did once.
        let other = world.sibling_with(|builder| builder.key_source(Issuer)).await;
        let body = json!({ "federation": federation }).to_string();
        let request = world.request(Method::POST, "/connections/entra/clients", "admin").content_type("application/json").body(body);
        let made = world.send_to(&other, request).await;
        let client = made.body["clientId"].as_str().unwrap().to_owned();
        let refused = exchange(world, &client, &signed(&claims())).await;
        assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")), "{}", refused.text);
        assert!(refused.body["error_description"].as_str().unwrap().contains("takes no client_assertion"), "{}", refused.text);
        let secret = fleet_scim::poem::Request::builder()
            .method(Method::POST)
            .uri_str(format!("{}/oauth/token", crate::world::MOUNT))
            .content_type("application/x-www-form-urlencoded")
            .body(format!("grant_type=client_credentials&client_id={client}&client_secret=fscim_cs_1"));
        assert_eq!(world.send(secret).await.status, 401);
    }
}

/// Sends an assertion as another client of the same federation, whose failures are counted by themselves.
async fn fresh(world: &World, assertion: &str) -> Answer {
    let client = client(world, ISSUER).await;
    exchange(world, &client, assertion).await
}
