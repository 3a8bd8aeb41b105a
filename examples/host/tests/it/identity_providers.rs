//! An administrator gets a token for an identity provider from the host server, as with Fleet.

use crate::{
    databases::Backend,
    host::{body, get, send, start, url_of},
};

#[tokio::test]
async fn a_token_provisions_at_its_url_and_lives_on_when_it_is_rotated() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (mut host, address) = start(&url_of(backend, &place));
        let make = |name: &str| {
            send(&address, "POST", &format!("/api/v1/fleet/identity_providers/{name}/scim_token"), "secret", "")
        };
        let first = body(&make("okta"));
        let url = first["scim_url"].as_str().unwrap();
        assert_eq!(url, format!("http://{address}/api/v1/fleet/scim/connections/okta/v2"));
        let path = format!("{}/Users", url.split_once(&address).unwrap().1);
        let (second, third) = (body(&make("okta")), body(&make("entra")));
        for token in [&first["token"], &second["token"]] {
            let created = send(&address, "POST", &path, token.as_str().unwrap(), r#"{"userName":"ava@x.y"}"#);
            assert!(created.starts_with("HTTP/1.1 201") || created.starts_with("HTTP/1.1 409"), "{created}");
        }
        assert!(get(&address, &path, third["token"].as_str().unwrap()).starts_with("HTTP/1.1 403"));
        assert!(make("Okta_1").starts_with("HTTP/1.1 422"));
        let observer = send(&address, "POST", "/api/v1/fleet/identity_providers/x/scim_token", "wrong", "");
        assert!(observer.starts_with("HTTP/1.1 401"), "{observer}");
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}
