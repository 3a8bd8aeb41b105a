//! What one request may ask for; past a bound it gets an error that names the bound.

use std::time::Duration;

/// Bytes of a body on `/Groups`: Okta's custom app replaces a group with every member in one body.
pub const GROUP_BODY: usize = 16 * 1024 * 1024;
/// Bytes of a body anywhere else.
pub const BODY: usize = 1024 * 1024;
/// Operations of one PATCH: authentik sends one for each member.
pub const OPERATIONS: usize = 50_000;
/// Operations of one Bulk request.
pub const BULK_OPERATIONS: usize = 1000;
/// How long one Bulk request works unless the host says otherwise: a thousand changes of a user of 1 MiB took a minute.
pub const BULK_TIME: Duration = Duration::from_secs(30);
/// Characters of a string.
pub const STRING: usize = 4096;
/// Characters of a value that is looked up by a key: `userName`, `externalId`, a group's `displayName`, an address. Entra ID's
/// groups have names of 256.
pub const KEY: usize = 512;
/// Characters of a name in an unregistered extension, and of its URN.
pub const NAME: usize = 255;

/// Whether a text can be a key or is too long for one.
pub fn fits_key(text: &str) -> bool {
    text.chars().count() <= KEY && !text.contains('\0')
}

/// Values of one multi-valued attribute other than `members`.
pub const VALUES: usize = 1000;
/// Levels of parentheses and `not` in a filter.
pub const FILTER_DEPTH: usize = 32;
/// What a filter may cost; `filter/cost.rs` says what costs what.
pub const FILTER_COST: usize = 500;
/// Bytes of a filter.
pub const FILTER_LENGTH: usize = 8192;
/// Levels of objects inside an attribute of an unregistered extension.
pub const EXTENSION_DEPTH: usize = 16;
/// Names in one object, of a body or of what is stored.
pub const NAMES: usize = 1000;
/// Extensions of one resource.
pub const EXTENSIONS: usize = 100;
/// JSON values of one body, beside members and operations, and of one stored resource: each takes 150 bytes, and is there
/// several times while a resource is changed.
pub const JSON_VALUES: usize = 50_000;
/// Members that one request names.
pub const MEMBERS: usize = 100_000;
/// Comparisons by which the operations of one PATCH choose among members, beside those of `value` with an id.
pub const MEMBER_COMPARISONS: usize = 20;
/// Values of multi-valued attributes that the operations of one PATCH look at, each time counted.
pub const VISITS: usize = 50_000;
/// Bytes of a stored resource, beside its members.
pub const RESOURCE: usize = 1024 * 1024;
/// Former userNames by which a user is found.
pub const FORMER_USER_NAMES: usize = 20;
/// Names in `attributes` and `excludedAttributes` together.
pub const PROJECTED: usize = 500;
/// Bytes of the resources on one page; one that is larger comes alone.
pub const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Members of the groups on one page; a group of more comes alone.
pub const PAGE_MEMBERS: usize = 50_000;
/// Groups of the users on one page; a user of more comes alone.
pub const PAGE_GROUPS: usize = 100_000;
/// Lists of one connection that scan at the same time.
pub const SCANS: usize = 2;
/// Resources on one page, whatever the host says.
pub const LARGEST_PAGE: u64 = 1000;
/// Resources on one page unless the host says otherwise.
pub const PAGE: u64 = 200;
/// Members up to which a PATCH answers with the whole group unless the host says otherwise.
pub const ANSWERED_MEMBERS: u64 = 1000;
