//! The extension with a user's hosts, as the host server reports them.

use super::{Attribute, Schema};
use crate::protocol::schema::urn;

pub static HOSTS_EXTENSION: Schema = Schema {
    urn: urn::HOSTS,
    name: "Hosts",
    description: "The hosts a user has",
    attributes: &[Attribute::complex("hosts", OF_USER, "The hosts the user is found by; told by the host server.")
        .multi_valued()
        .read_only()
        .returned_on_request()],
};

const OF_USER: &[Attribute] = &[
    Attribute::string("value", "The host's id in the host server.").case_exact().read_only(),
    Attribute::string("display", "The host's name, where the host server told one.").read_only(),
    Attribute::reference("$ref", &["external"], "The host's URL in the host server.").read_only(),
    Attribute::string("source", "Where the host server has the address from that the user is found by.")
        .case_exact()
        .read_only()
        .suggesting(&["idp", "mdm_idp_accounts", "google_chrome_profiles", "custom"]),
];
