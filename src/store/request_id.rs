//! The id of a request, which marks its entries in `scim_changes`.

use crate::protocol::id::RequestId;

/// Creates an id of 128 random bits.
pub fn new_request_id() -> RequestId {
    let mut bytes = [0; 16];
    // Without random bytes requests cannot be told apart; what they wrote still can, by the ids of their entries.
    let _ = getrandom::fill(&mut bytes);
    RequestId(u128::from_be_bytes(bytes))
}
