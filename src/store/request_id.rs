//! The id of a request, by which its entries in `scim_changes` are known.

use crate::protocol::id::RequestId;

/// A new one, of 128 random bits.
pub fn new_request_id() -> RequestId {
    let mut bytes = [0; 16];
    // Without randomness requests cannot be told apart; what they wrote still can, by the ids of their entries.
    let _ = getrandom::fill(&mut bytes);
    RequestId(u128::from_be_bytes(bytes))
}
