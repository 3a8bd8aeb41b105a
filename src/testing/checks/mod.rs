//! The checks of a mount.

mod authentik;
mod between;
mod entra;
mod okta;

use super::{
    client::Client,
    report::{Failed, Report},
    scratch::Scratch,
};

/// Makes every check, or only the first if nothing reaches the mount.
pub async fn all(client: &Client) -> Report {
    let mut report = Report::default();
    if !report.add("the token arrives and is valid", between::token(client)).await {
        return report;
    }
    report.add("locations are the URLs that clients use", between::locations(client)).await;
    add(&mut report, client, "a body of 16 MiB arrives whole", between::bodies).await;
    add(&mut report, client, "a filter arrives as it was encoded", between::encoding).await;
    add(&mut report, client, "If-Match, If-None-Match, ETag and Location arrive", between::headers).await;
    add(&mut report, client, "Okta: the life cycle of a user and a group, by PATCH", okta::by_patch).await;
    add(&mut report, client, "Okta: the life cycle of a user and a group, by PUT", okta::by_put).await;
    add(&mut report, client, "Entra ID: the life cycle of a user and a group", entra::as_usual).await;
    add(&mut report, client, "Entra ID: the same with aadOptscim062020", entra::with_flag).await;
    add(&mut report, client, "authentik: the life cycle of a user and a group", authentik::life_cycle).await;
    report
}

async fn add(
    report: &mut Report,
    client: &Client,
    name: &'static str,
    check: impl AsyncFn(&Scratch<'_>) -> Result<(), Failed>,
) {
    let scratch = Scratch::new(client);
    report.add(name, check(&scratch)).await;
    scratch.clean().await;
}

/// Percent-encodes everything but letters and digits.
fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Builds a PatchOp.
fn patch_op(operations: serde_json::Value) -> serde_json::Value {
    serde_json::json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations })
}
