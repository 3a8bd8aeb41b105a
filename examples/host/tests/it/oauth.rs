//! A kept OAuth library gets access tokens and provisions, while its secret is replaced.

use fleet_scim_dev::databases::Backend;
use oauth2::{
    ClientId, ClientSecret, HttpRequest, HttpResponse, RequestTokenError, Scope, TokenResponse, TokenUrl,
    basic::{BasicClient, BasicErrorResponseType},
    http,
};
use serde_json::Value;

use crate::host::{send, start, url_of};

const MOUNT: &str = "/api/v1/fleet/scim";

fn body(answer: &str) -> Value {
    serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
}

/// Sends a request of the library.
fn over_http(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let response = agent.run(request)?;
    let (parts, mut body) = response.into_parts();
    Ok(http::Response::from_parts(parts, body.read_to_vec()?))
}

type Refusal = RequestTokenError<ureq::Error, oauth2::StandardErrorResponse<BasicErrorResponseType>>;

/// Exchanges a secret for an access token.
fn exchange(address: &str, id: &str, secret: &str) -> Result<String, Refusal> {
    let url = TokenUrl::new(format!("http://{address}{MOUNT}/oauth/token")).unwrap();
    let client = BasicClient::new(ClientId::new(id.to_owned()))
        .set_client_secret(ClientSecret::new(secret.to_owned()))
        .set_token_uri(url);
    let scoped = client.exchange_client_credentials().add_scope(Scope::new("scim".to_owned()));
    let answer = scoped.request(&over_http)?;
    assert_eq!(answer.expires_in().unwrap().as_secs(), 3600);
    Ok(answer.access_token().secret().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_library_gets_access_tokens_and_provisions_while_its_secret_is_replaced() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (mut host, address) = start(&url_of(backend, &place));
        let admin =
            |method: &str, path: &str, text: &str| send(&address, method, &format!("{MOUNT}{path}"), "secret", text);
        assert!(admin("POST", "/connections", r#"{"name":"entra"}"#).starts_with("HTTP/1.1 201"));
        let made = body(&admin("POST", "/connections/entra/clients", "{}"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (id, first, client) = (text(&made["clientId"]), text(&made["clientSecret"]), text(&made["id"]));
        let provision = |token: &str, name: &str| {
            send(&address, "POST", &format!("{MOUNT}/Users"), token, &format!(r#"{{"userName":"{name}"}}"#))
        };
        let of_first = exchange(&address, &id, &first).unwrap();
        assert!(provision(&of_first, "ava@x.y").starts_with("HTTP/1.1 201"));
        let second = body(&admin("POST", &format!("/connections/entra/clients/{client}/secrets"), "{}"));
        let of_second = exchange(&address, &id, &text(&second["clientSecret"])).unwrap();
        assert!(exchange(&address, &id, &first).is_ok(), "both live while the second is entered");
        let old = text(&made["secrets"][0]["id"]);
        assert!(admin("DELETE", &format!("/connections/entra/secrets/{old}"), "").starts_with("HTTP/1.1 204"));
        match exchange(&address, &id, &first) {
            Err(RequestTokenError::ServerResponse(error)) => {
                assert_eq!(error.error(), &BasicErrorResponseType::InvalidClient);
            }
            other => panic!("{other:?}"),
        }
        assert!(provision(&of_first, "sam@x.y").starts_with("HTTP/1.1 401"), "its secret is gone");
        assert!(provision(&of_second, "sam@x.y").starts_with("HTTP/1.1 201"));
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}
