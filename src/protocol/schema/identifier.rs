//! The extension with a group's identifier.

use super::{Attribute, Schema};
use crate::protocol::schema::urn;

pub static IDENTIFIER_EXTENSION: Schema = Schema {
    urn: urn::IDENTIFIER,
    name: "Identifier",
    description: "A group's identifier in the host server",
    attributes: &[Attribute::string(
        "identifier",
        "A name without dots, hyphens and blanks. No other group of the connection ever gets it.",
    )
    .unique()
    .read_only()
    .returned_on_request()],
};
