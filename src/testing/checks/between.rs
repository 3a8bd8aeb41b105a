//! What goes wrong on the way between an identity provider and a mount.

use poem::http::Method;
use serde_json::{Value, json};

use super::{
    super::{client::Client, report::Failed, scratch::Scratch},
    encoded,
};

pub async fn token(client: &Client) -> Result<(), Failed> {
    let answer = client.send(Method::GET, "/ServiceProviderConfig", None).await?;
    if answer.status == 200 && answer.body["patch"]["supported"] == true {
        return Ok(());
    }
    let detail = answer.body["detail"].as_str().unwrap_or_default();
    let (found, advice) = match (answer.status, answer.is_scim_error()) {
        (401, true) if detail.contains("Authorization: Bearer") => (
            "no Authorization header reached fleet-scim",
            "let what stands between pass it on (in Apache: CGIPassAuth On; a gateway with a login of its own: leave out this path)",
        ),
        (401, true) if detail.contains("has no blanks") => (
            "the Authorization header that arrived is not Bearer and one token",
            "give a token without blanks, or let what stands between not change the header",
        ),
        (401, true) => ("the token was refused", "give a token that the host server knows"),
        (403, true) => ("the token is an observer's", "give a token of a maintainer or an administrator"),
        (301 | 302 | 303 | 307 | 308, _) => {
            ("the request was sent elsewhere", "give the URL it leads to, or let what stands between not redirect")
        }
        _ => ("", ""),
    };
    if !found.is_empty() {
        return Err(Failed::new(found, advice));
    }
    Err(Failed::new(
        format!("/ServiceProviderConfig was answered {}", answer.told()),
        "check that the base URL ends where the module is mounted, and that what stands between passes the whole path",
    ))
}

pub async fn locations(client: &Client) -> Result<(), Failed> {
    let answer = client.send(Method::GET, "/ServiceProviderConfig", None).await?;
    let location = answer.body["meta"]["location"].as_str().unwrap_or_default();
    let expected = format!("{}/ServiceProviderConfig", client.base_url());
    if location == expected {
        return Ok(());
    }
    Err(Failed::new(
        format!("a location is {location}, and clients use {expected}"),
        "set public_url of the module to the URL that clients use, and let what stands between keep the path and the Host header",
    ))
}

/// Builds a body of this many bytes, most of them blanks before the last brace: one that was cut is not JSON.
fn padded(body: &Value, bytes: usize) -> Vec<u8> {
    let mut text = body.to_string().into_bytes();
    text.pop();
    text.resize(bytes - 1, b' ');
    text.push(b'}');
    text
}

pub async fn bodies(scratch: &Scratch<'_>) -> Result<(), Failed> {
    let group = json!({ "displayName": format!("selftest {}", scratch.tag), "members": [] });
    let path = scratch.create("/Groups", group.clone()).await?;
    for mib in [1, 2, 16] {
        let body = padded(&group, mib * 1024 * 1024);
        let answer = scratch.client.send_with(Method::PUT, &path, Some(body), &[]).await;
        let found = match answer {
            Ok(answer) if answer.status == 200 => continue,
            Ok(answer) => format!("a body of {mib} MiB on /Groups was answered {}", answer.told()),
            Err(failed) => format!("a body of {mib} MiB on /Groups is cut: {}", failed.found),
        };
        return Err(Failed::new(
            found,
            "let what stands between pass bodies of 16 MiB (in nginx: client_max_body_size 16m): Okta's custom app sends a group with all its members",
        ));
    }
    Ok(())
}

/// A `+` in a query means a blank to some, so it is sent as `%2B`; what decodes that on the way finds somebody else.
pub async fn encoding(scratch: &Scratch<'_>) -> Result<(), Failed> {
    let user = |name: String| json!({ "userName": name, "emails": [{ "value": name, "type": "work" }] });
    let (plus, blank) = (scratch.address("ava+x"), scratch.address("ava x"));
    let lookup =
        |attribute: &str, value: &str| format!("/Users?filter={}", encoded(&format!("{attribute} eq \"{value}\"")));
    let advice = "let what stands between pass the query as it came: a + that was encoded as %2B must stay so";
    scratch.create("/Users", json!({ "userName": blank })).await?;
    let none = scratch.get(&lookup("userName", &plus)).await?;
    if none.body["totalResults"] != 0 {
        return Err(Failed::new("a lookup of a name with a + found one with a blank in its place", advice));
    }
    scratch.create("/Users", user(plus.clone())).await?;
    for attribute in ["userName", "emails[type eq \"work\"].value"] {
        let found = scratch.get(&lookup(attribute, &plus)).await?;
        if found.body["totalResults"] != 1 || found.body["Resources"][0]["userName"] != plus.as_str() {
            return Err(Failed::new(format!("a lookup of a name with a + by {attribute} did not find it"), advice));
        }
    }
    Ok(())
}

pub async fn headers(scratch: &Scratch<'_>) -> Result<(), Failed> {
    let name = scratch.address("tags");
    let created = scratch.client.send(Method::POST, "/Users", Some(&json!({ "userName": name }))).await?;
    let path = scratch.adopt("/Users", &created)?;
    let expected = format!("{}{path}", scratch.client.base_url());
    let drops = |header: &str, why: &str| {
        Err(Failed::new(format!("{header} is missing or changed: {why}"), "let what stands between pass all headers"))
    };
    if created.header("location") != Some(expected.as_str()) {
        return drops("Location", "a client finds what it created by it");
    }
    let Some(etag) = created.header("etag").map(str::to_owned) else {
        return drops("ETag", "a client that compares versions needs it");
    };
    let unchanged = scratch.client.send_with(Method::GET, &path, None, &[("If-None-Match", &etag)]).await?;
    if unchanged.status != 304 {
        return drops("If-None-Match", &format!("a known version was answered {}", unchanged.told()));
    }
    let title = json!({ "userName": name, "title": "Tester" }).to_string().into_bytes();
    let stale = scratch.client.send_with(Method::PUT, &path, Some(title), &[("If-Match", "W/\"999\"")]).await?;
    if stale.status != 412 {
        return drops("If-Match", &format!("a change of a version that is not there was answered {}", stale.told()));
    }
    Ok(())
}
