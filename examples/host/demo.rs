//! Something to look at on the first start.

use fleet_scim::hosts::Source;

use crate::{Failure, hosts::HostServer};

const PEOPLE: [&str; 6] = ["ava.nguyen", "sam.okafor", "mia.larsen", "leo.rossi", "zoe.martin", "kai.tanaka"];

/// Makes hosts on an empty database; answers the address of the first.
pub async fn seed(server: &HostServer, count: u32) -> Result<Option<String>, Failure> {
    let (_, hosts) = server.hosts(0, 1, "").await?;
    if hosts > 0 {
        return Ok(None);
    }
    let mut first = None;
    for number in 1..=count {
        let person = PEOPLE[(number as usize - 1) % PEOPLE.len()];
        let suffix = (number as usize - 1) / PEOPLE.len();
        let email = if suffix == 0 { format!("{person}@example.com") } else { format!("{person}{suffix}@example.com") };
        let emails = [(Source::MdmIdpAccounts, vec![email.clone()])];
        server.enrol(&format!("laptop-{number:03}"), &emails).await?;
        first.get_or_insert(email);
    }
    Ok(first)
}
