//! Tokens of our own: how they are spelled, and what of them is stored.

use sha2::{Digest, Sha256};

use super::hex::hex;

/// How every token of ours begins; the host's own must not.
pub const PREFIX: &str = "fscim_";
/// Bytes of the random part.
pub const RANDOM: usize = 32;
/// Bytes of the checksum that follows it: a token that was copied in part is told apart from one that was revoked.
const CHECKSUM: usize = 4;

/// Why a text is no token of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damaged;

/// Spells a token.
pub fn token(random: [u8; RANDOM]) -> String {
    let body = hex(&random);
    format!("{PREFIX}{body}{}", checksum(&body))
}

/// Returns what is stored of a token: its hash.
///
/// # Errors
/// If the checksum does not fit.
pub fn token_hash(token: &str) -> Result<String, Damaged> {
    let body = token.strip_prefix(PREFIX).ok_or(Damaged)?;
    let (body, given) = body.split_at_checked(RANDOM * 2).ok_or(Damaged)?;
    if given != checksum(body) {
        return Err(Damaged);
    }
    Ok(hex(&Sha256::digest(token)))
}

fn checksum(body: &str) -> String {
    hex(&Sha256::digest(body)[..CHECKSUM])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_was_copied_in_part_or_mistyped_is_damaged() {
        let whole = token([7; RANDOM]);
        assert!(token_hash(&whole).is_ok());
        for at in 0..whole.len() {
            assert_eq!(token_hash(&whole[..at]), Err(Damaged));
            let mut other = whole.clone().into_bytes();
            other[at] = if other[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(token_hash(&String::from_utf8(other).unwrap()), Err(Damaged), "{at}");
        }
        assert_eq!(token_hash(&format!("{whole}0")), Err(Damaged));
        assert_eq!(token_hash("fscim_é"), Err(Damaged));
    }
}
