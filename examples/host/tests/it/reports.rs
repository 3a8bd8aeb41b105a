//! Reports, as JSON and as CSV.

use crate::{
    databases::Backend,
    host::{body, command, get, send, url_of},
};

#[tokio::test]
async fn a_report_is_read_as_json_and_as_csv_by_an_administrator() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let mut host = command(&url_of(backend, &place));
        host.env("SCIM_TOKEN", "secret").env("OBSERVER_TOKEN", "watch").env("DEMO_HOSTS", "0");
        let mut host = host.stderr(std::process::Stdio::null()).spawn().unwrap();
        let address = crate::host::address_of(&mut host);
        for number in 0..3 {
            let body = format!(
                r#"{{"hostname":"=laptop-{number}","emails":[{{"email":"n{number}@x.y","source":"custom"}}]}}"#
            );
            assert!(send(&address, "POST", "/api/v1/fleet/hosts", "secret", &body).starts_with("HTTP/1.1 201"));
        }
        let path = "/api/v1/fleet/scim/reports/unprovisioned";
        let json = get(&address, &format!("{path}?limit=2"), "secret");
        let json = body(&json);
        assert_eq!(
            (&json["count"], json["rows"].as_array().unwrap().len(), &json["next"]),
            (&3.into(), 2, &2.into()),
            "{json}"
        );
        assert_eq!(json["rows"][0]["addresses"][0]["email"], "n0@x.y");
        let counts = get(&address, "/api/v1/fleet/scim/reports", "secret");
        assert!(counts.contains(r#""unprovisioned":3"#), "{counts}");
        let csv = ureq::get(format!("http://{address}{path}"))
            .header("Authorization", "Bearer secret")
            .header("Accept", "text/csv")
            .call()
            .unwrap();
        assert_eq!(csv.headers()["content-type"], "text/csv; charset=utf-8");
        let csv = csv.into_body().read_to_string().unwrap();
        assert_eq!(csv.matches("\r\n").count(), 4, "{csv}");
        assert!(csv.starts_with("host,hostname,") && csv.contains("\"'=laptop-0\""), "{csv}");
        for path in [path, "/api/v1/fleet/scim/reports", "/api/v1/fleet/assignments"] {
            assert!(get(&address, path, "watch").starts_with("HTTP/1.1 403"), "{path}");
        }
        let document = get(&address, "/openapi.json", "secret");
        let document = body(&document);
        let content = &document["paths"]["/api/v1/fleet/scim/reports/{name}"]["get"]["responses"]["200"]["content"];
        assert_eq!(content.as_object().unwrap().len(), 2, "{content}");
        assert!(get(&address, "/api/v1/fleet/scim/reports/nothing", "secret").starts_with("HTTP/1.1 404"));
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}
