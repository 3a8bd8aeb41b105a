//! Hosts are assigned by hand, before they enrol too.

use crate::{
    databases::Backend,
    host::{body, get, send, start, url_of},
};

#[tokio::test]
async fn a_host_is_assigned_by_serial_and_by_hand_and_says_why() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (mut host, address) = start(&url_of(backend, &place));
        let call = |method: &str, path: &str, text: &str| send(&address, method, path, "secret", text);
        let created = call("POST", "/api/v1/fleet/scim/Users", r#"{"userName":"ava@x.y"}"#);
        let ava = body(&created)["id"].as_str().unwrap().to_owned();
        let awaited = body(&call("PUT", "/api/v1/fleet/assignments/C02XK1", &format!(r#"{{"user":"{ava}"}}"#)));
        assert_eq!(awaited["matches"][0], ava.as_str(), "{awaited}");
        let enrolled = body(&call("POST", "/api/v1/fleet/hosts", r#"{"hostname":"laptop","serial":"c02xk1"}"#));
        assert_eq!(enrolled["host"]["end_users"][0]["scim_user_id"], ava.as_str(), "{enrolled}");
        let path = format!("/api/v1/fleet/hosts/{}", enrolled["host"]["id"]);
        let explained = body(&get(&address, &format!("{path}/owner"), "secret"));
        assert_eq!((&explained["status"], &explained["matchedBy"]), (&"owned".into(), &"assigned".into()));
        let shared = body(&call("PUT", &format!("{path}/assignment"), r#"{"shared":true,"by":"kim"}"#));
        assert_eq!(shared["ownership"]["status"], "shared", "{shared}");
        let both = call("PUT", &format!("{path}/assignment"), r#"{"shared":true,"email":"a@x.y"}"#);
        assert!(both.starts_with("HTTP/1.1 422"), "{both}");
        let listed = body(&get(&address, "/api/v1/fleet/assignments", "secret"));
        assert_eq!(listed["assignments"][0]["by"], "kim", "{listed}");
        assert!(call("DELETE", &format!("{path}/assignment"), "").starts_with("HTTP/1.1 200"));
        assert!(call("DELETE", &format!("{path}/assignment"), "").starts_with("HTTP/1.1 404"));
        let nobody = call("PUT", &format!("{path}/device_mapping"), r#"{"email":"no@x.y","source":"idp"}"#);
        assert_eq!(body(&nobody)["ownership"]["status"], "unowned", "{nobody}");
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}
