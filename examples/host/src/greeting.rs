//! What a person needs to see the first user on the first host.

use crate::{MOUNTS, access::Tokens};

/// Prints where the server is, and at the first start two commands to begin with.
pub fn greet(listening: &str, tokens: &Tokens, demo_host: Option<&str>, token_given: bool) {
    let address = listening.trim_start_matches("socket://");
    let base = format!("http://{address}{}", MOUNTS[0]);
    println!("fleet-scim host server on http://{address}, SCIM on {base}, API at http://{address}/docs");
    let Some(token) = tokens.made() else {
        if !token_given {
            println!(
                "\nThe administrator's token was made and shown at the first start; to use another, give it with --token."
            );
        }
        return;
    };
    let address_of_demo = demo_host.unwrap_or("ava.nguyen@example.com");
    println!(
        "\nProvision a user:\n\ncurl -X POST {base}/Users -H 'Authorization: Bearer {token}' \\
  -H 'Content-Type: application/scim+json' \\
  -d '{{\"userName\":\"{address_of_demo}\",\"name\":{{\"givenName\":\"Ava\",\"familyName\":\"Nguyen\"}},\"active\":true}}'\n\n\
and see whose host it is now:\n\ncurl http://{address}/api/v1/fleet/hosts/1 -H 'Authorization: Bearer {token}'\n"
    );
}
