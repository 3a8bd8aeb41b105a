//! The schema of users (RFC 7643 section 4.1).

use super::{Attribute, Schema};
use crate::protocol::schema::{attribute::Unassigned, urn};

pub static USER: Schema = Schema {
    urn: urn::USER,
    name: "User",
    description: "User Account",
    attributes: &[
        Attribute::string("userName", "What identifies the user to the identity provider, usually an email address.")
            .required()
            .unique(),
        Attribute::complex("name", NAME, "The parts of the user's name."),
        Attribute::string("displayName", "The name to show for the user."),
        Attribute::string("nickName", "What the user is casually called."),
        Attribute::reference("profileUrl", &["external"], "The user's page."),
        Attribute::string("title", "The user's title, such as Vice President."),
        Attribute::string("userType", "The relation to the organization, such as Contractor."),
        Attribute::string("preferredLanguage", "The user's preferred languages, as in Accept-Language."),
        Attribute::string(
            "locale",
            "Where dates, numbers and currencies are written as the user is used to, such as en-US.",
        ),
        Attribute::string("timezone", "The user's time zone, such as America/Los_Angeles."),
        Attribute::boolean("active", "Whether the user still works here; true unless said otherwise.")
            // A user always has it; one that is sent without it is active.
            .required()
            .when_unassigned(Unassigned::Kept),
        Attribute::string("password", "Accepted and never kept.").write_only(),
        Attribute::complex("emails", EMAILS, "The user's addresses; a host is found by any of them.").multi_valued(),
        Attribute::complex("phoneNumbers", PHONE_NUMBERS, "Telephone numbers, kept as they were sent.").multi_valued(),
        Attribute::complex("ims", IMS, "Instant messaging addresses.").multi_valued(),
        Attribute::complex("photos", PHOTOS, "URLs of photos.").multi_valued(),
        Attribute::complex("addresses", ADDRESSES, "Mailing addresses.").multi_valued(),
        Attribute::complex("groups", GROUPS, "The groups the user is a member of; changed through the groups.")
            .multi_valued()
            .read_only(),
        Attribute::complex("entitlements", PLAIN, "What the user is entitled to.").multi_valued(),
        Attribute::complex("roles", PLAIN, "The user's roles.").multi_valued(),
        Attribute::complex("x509Certificates", CERTIFICATES, "Certificates issued to the user.").multi_valued(),
    ],
};

const NAME: &[Attribute] = &[
    Attribute::string("formatted", "The whole name, ready to show."),
    Attribute::string("familyName", "The family name, or last name."),
    Attribute::string("givenName", "The given name, or first name."),
    Attribute::string("middleName", "The middle names."),
    Attribute::string("honorificPrefix", "The title before the name, such as Ms."),
    Attribute::string("honorificSuffix", "What follows the name, such as III."),
];

const DISPLAY: Attribute = Attribute::string("display", "A name to show for the value.");
const TYPE: Attribute = Attribute::string("type", "What the value is for.");
const PRIMARY: Attribute = Attribute::boolean("primary", "Whether this is the preferred value; true at most once.");

const EMAILS: &[Attribute] =
    &[Attribute::string("value", "An address."), DISPLAY, TYPE.suggesting(&["work", "home", "other"]), PRIMARY];

const PHONE_NUMBERS: &[Attribute] = &[
    Attribute::string("value", "A telephone number."),
    DISPLAY,
    TYPE.suggesting(&["work", "home", "mobile", "fax", "pager", "other"]),
    PRIMARY,
];

const IMS: &[Attribute] = &[
    Attribute::string("value", "An instant messaging address."),
    DISPLAY,
    TYPE.suggesting(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo"]),
    PRIMARY,
];

const PHOTOS: &[Attribute] = &[
    Attribute::reference("value", &["external"], "The URL of a photo."),
    DISPLAY,
    TYPE.suggesting(&["photo", "thumbnail"]),
    PRIMARY,
];

const ADDRESSES: &[Attribute] = &[
    Attribute::string("formatted", "The whole address, ready to show."),
    Attribute::string("streetAddress", "Street, house number, and what belongs to them."),
    Attribute::string("locality", "The city."),
    Attribute::string("region", "The state or region."),
    Attribute::string("postalCode", "The zip or postal code."),
    Attribute::string("country", "The country, in ISO 3166-1 alpha-2."),
    TYPE.suggesting(&["work", "home", "other"]),
    PRIMARY,
];

const GROUPS: &[Attribute] = &[
    Attribute::string("value", "The group's id.").case_exact().read_only(),
    Attribute::reference("$ref", &["Group"], "The group's URL.").read_only(),
    Attribute::string("display", "The group's displayName.").read_only(),
    Attribute::string("type", "How the user is a member.").read_only().suggesting(&["direct"]),
];

const PLAIN: &[Attribute] = &[Attribute::string("value", "The value."), DISPLAY, TYPE, PRIMARY];

const CERTIFICATES: &[Attribute] =
    &[Attribute::binary("value", "An X.509 certificate, DER in base64."), DISPLAY, TYPE, PRIMARY];
