//! Hosts are listed by a SCIM filter over their owners.

use serde_json::Value;

use crate::{
    databases::Backend,
    host::{body, get, send, start, url_of},
};

#[tokio::test]
async fn hosts_are_listed_by_who_owns_them() {
    for backend in Backend::ALL {
        let Some(place) = backend.empty_place(false).await else { continue };
        let (mut host, address) = start(&url_of(backend, &place));
        for (name, department) in [("ava@x.y", "Sales"), ("sam@x.y", "Sales"), ("kim@x.y", "Legal")] {
            let user = format!(
                r#"{{"userName":"{name}","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{{"department":"{department}"}}}}"#
            );
            let created = send(&address, "POST", "/api/v1/fleet/scim/Users", "secret", &user);
            assert!(created.starts_with("HTTP/1.1 201"), "{created}");
            let host = format!(r#"{{"hostname":"laptop-{name}","emails":[{{"email":"{name}","source":"custom"}}]}}"#);
            let enrolled = send(&address, "POST", "/api/v1/fleet/hosts", "secret", &host);
            assert!(enrolled.starts_with("HTTP/1.1 201"), "{enrolled}");
        }
        let of_sales = "/api/v1/fleet/hosts?per_page=1&filter=department%20eq%20%22Sales%22";
        let pages: Vec<Value> =
            (0..3).map(|page| body(&get(&address, &format!("{of_sales}&page={page}"), "secret"))).collect();
        let names: Vec<&str> = pages
            .iter()
            .flat_map(|page| page["hosts"].as_array().unwrap())
            .map(|host| host["hostname"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["laptop-ava@x.y", "laptop-sam@x.y"]);
        assert!(pages.iter().all(|page| page["count"] == 2), "{pages:?}");
        let refused = get(&address, "/api/v1/fleet/hosts?filter=colour%20eq%20%22red%22", "secret");
        assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
        assert_eq!(body(&refused)["scimType"], "invalidFilter");
        host.kill().unwrap();
        host.wait().unwrap();
        place.remove().await;
    }
}
