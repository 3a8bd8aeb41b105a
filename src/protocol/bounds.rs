//! Limits on what one request may ask for; exceeding one gets an error that names it.

use std::time::Duration;

/// Bytes of a body on `/Groups`: Okta's custom app replaces a group by sending every member in one body.
pub const GROUP_BODY: usize = 16 * 1024 * 1024;
/// Bytes of a body anywhere else.
pub const BODY: usize = 1024 * 1024;
/// Operations of one PATCH: authentik sends one for each member.
pub const OPERATIONS: usize = 50_000;
/// Operations of one Bulk request: 200 took a quarter of a second of the processor (2026-11-27). authentik sends a PATCH in
/// parts of that many, however many it has.
pub const BULK_OPERATIONS: usize = 100;
/// Bytes of stored resources that the operations of one Bulk request may read in order to change them; past it the rest is
/// refused. A thousand changes to a 1 MiB user took a minute of the processor.
pub const BULK_STORED: usize = 4 * 1024 * 1024;
/// How long one Bulk request may run unless the host configures otherwise.
pub const BULK_TIME: Duration = Duration::from_secs(30);
/// Characters of a string.
pub const STRING: usize = 4096;
/// Characters of a value that is looked up by key: `userName`, `externalId`, a group's `displayName`, an address. Entra ID's
/// group names have up to 256.
pub const KEY: usize = 512;
/// The most levels that groups are nested.
pub const NESTED_LEVELS: usize = 16;
/// The most groups above one group, and the most below one; and those above the groups of a user that count.
pub const NESTED_GROUPS: usize = 10_000;
/// The most memberships of groups in groups above or below one group.
pub const NESTED_EDGES: usize = 50_000;
/// Characters of a name in an unregistered extension, and of its URN.
pub const NAME: usize = 255;

/// Says whether a text can be a key: neither too long nor containing U+0000.
pub fn fits_key(text: &str) -> bool {
    text.chars().count() <= KEY && !text.contains('\0')
}

/// Values of one multi-valued attribute other than `members`.
pub const VALUES: usize = 1000;
/// Levels of parentheses and `not` in a filter.
pub const FILTER_DEPTH: usize = 32;
/// What a filter may cost; `filter/cost.rs` defines the costs.
pub const FILTER_COST: usize = 500;
/// Bytes of a filter.
pub const FILTER_LENGTH: usize = 8192;
/// Levels of objects inside an attribute of an unregistered extension.
pub const EXTENSION_DEPTH: usize = 16;
/// Names in one object, in a body or in a stored resource.
pub const NAMES: usize = 1000;
/// Extensions of one resource.
pub const EXTENSIONS: usize = 100;
/// JSON values in one body, not counting members and operations, and in one stored resource: each takes 150 bytes, and
/// exists several times while a resource is being changed.
pub const JSON_VALUES: usize = 50_000;
/// Members that one request names.
pub const MEMBERS: usize = 100_000;
/// Comparisons that the operations of one PATCH may use to select members, not counting `value eq` an id.
pub const MEMBER_COMPARISONS: usize = 20;
/// Values of multi-valued attributes that the operations of one PATCH may look at, counting every look.
pub const VISITS: usize = 50_000;
/// Bytes of a stored resource, not counting its members.
pub const RESOURCE: usize = 1024 * 1024;
/// Former userNames that still find a user.
pub const FORMER_USER_NAMES: usize = 20;
/// Names in `attributes` and `excludedAttributes` together.
pub const PROJECTED: usize = 500;
/// Bytes of the resources on one page; a single larger resource gets a page of its own.
pub const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Members of the groups on one page; a group with more gets a page of its own.
pub const PAGE_MEMBERS: usize = 30_000;
/// Groups of the users on one page; a user with more gets a page of its own.
pub const PAGE_GROUPS: usize = 100_000;
/// List requests of one connection that may scan at the same time.
pub const SCANS: usize = 2;
/// Resources on one page, whatever the host configures.
pub const LARGEST_PAGE: u64 = 1000;
/// Resources on one page unless the host configures otherwise.
pub const PAGE: u64 = 200;
/// Largest number of members with which a PATCH response contains the whole group, unless the host configures otherwise.
pub const ANSWERED_MEMBERS: u64 = 1000;
