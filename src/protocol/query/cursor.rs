//! Cursors (RFC 9865): where a page begins, encrypted so that a client can neither read nor forge one.
//!
//! A cursor holds the sort key of a resource, which may be a person's name, and it appears in URLs that others log. That is
//! why it is encrypted rather than only signed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::protocol::messages::error::ScimError;

/// The sort key of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Key {
    Text(String),
    Number(i64),
    Boolean(bool),
}

/// The resource that a page ends before or starts after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// `None` if the resource has no value to sort by, or the list is not sorted.
    pub key: Option<Key>,
    /// The position of its resource type in a search over several types.
    pub kind: u8,
    pub id: i64,
}

/// Where a page starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    First,
    After(Position),
    Before(Position),
    Last,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    pub start: Start,
    /// Resources on each page.
    pub count: u64,
    /// Resources on all pages when the first page was read.
    pub total: u64,
    /// Which interpretation of the filter found something on the first page.
    pub interpretation: usize,
    /// When the cursor expires, in milliseconds since 1970.
    pub expires_at: i64,
}

/// Encrypts and decrypts cursors with one key.
#[derive(Clone)]
pub struct CursorCipher(XChaCha20Poly1305);

impl std::fmt::Debug for CursorCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorCipher")
    }
}

pub const KEY_LENGTH: usize = 32;
pub const NONCE_LENGTH: usize = 24;

/// Maximum length of a cursor in bytes: enough for the longest sortable string in its longest encoding.
const LENGTH: usize = 64 * 1024;

/// What a cursor is bound to: it only decrypts for the same query of the same connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssociatedData([u8; 32]);

impl AssociatedData {
    /// Hashes each part with its length, so that no two queries look the same.
    pub fn new(connection: i64, parts: &[Option<&str>]) -> Self {
        let mut hash = Sha256::new();
        hash.update(connection.to_be_bytes());
        for part in parts {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        Self(hash.finalize().into())
    }
}

impl CursorCipher {
    pub fn new(key: &[u8; KEY_LENGTH]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// Encrypts a cursor as text that fits in a URL; the nonce must never be used twice.
    pub fn encrypt(
        &self,
        cursor: &Cursor,
        associated_data: &AssociatedData,
        nonce: &[u8; NONCE_LENGTH],
    ) -> Option<String> {
        let text = serde_json::to_vec(cursor).ok()?;
        let payload = Payload { msg: &text, aad: &associated_data.0 };
        let sealed = self.0.encrypt(nonce.into(), payload).ok()?;
        Some(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts a cursor and checks that it has not expired.
    ///
    /// # Errors
    /// 400 `invalidCursor` if it was not encrypted here for this query, `expiredCursor` if it has expired.
    pub fn decrypt(&self, text: &str, associated_data: &AssociatedData, now: i64) -> Result<Cursor, ScimError> {
        let cursor = self.read(text, associated_data).ok_or_else(|| {
            ScimError::invalid_cursor("the cursor is not one of this query: send an empty cursor for the first page, and then the same query with each nextCursor")
        })?;
        if now >= cursor.expires_at {
            return Err(ScimError::expired_cursor("the cursor has expired: begin again with an empty cursor"));
        }
        Ok(cursor)
    }

    fn read(&self, text: &str, associated_data: &AssociatedData) -> Option<Cursor> {
        if text.len() > LENGTH {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>()?;
        let payload = Payload { msg: sealed, aad: &associated_data.0 };
        let opened = self.0.decrypt(nonce.into(), payload).ok()?;
        serde_json::from_slice(&opened).ok()
    }
}

impl Position {
    /// Compares a resource type's rank with the rank of this one: before, equal or after.
    pub fn tie(&self, kind: u8) -> std::cmp::Ordering {
        kind.cmp(&self.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::messages::error::ScimType;

    fn cursor() -> Cursor {
        let position = Position { key: Some(Key::Text("ava@example.com".to_owned())), kind: 0, id: 7 };
        Cursor { start: Start::After(position), count: 10, total: 100, interpretation: 0, expires_at: 1000 }
    }

    #[test]
    fn a_cursor_opens_for_its_query_and_time_alone() {
        let (cipher, nonce) = (CursorCipher::new(&[7; KEY_LENGTH]), [1; NONCE_LENGTH]);
        let associated_data = AssociatedData::new(1, &[Some("Users"), None]);
        let text = cipher.encrypt(&cursor(), &associated_data, &nonce).unwrap();
        assert_eq!(cipher.decrypt(&text, &associated_data, 999).unwrap(), cursor());
        assert_eq!(cipher.decrypt(&text, &associated_data, 1000).unwrap_err().scim_type, Some(ScimType::ExpiredCursor));
        let other =
            [AssociatedData::new(2, &[Some("Users"), None]), AssociatedData::new(1, &[Some("Users"), Some("")])];
        for other in other {
            assert_eq!(cipher.decrypt(&text, &other, 0).unwrap_err().scim_type, Some(ScimType::InvalidCursor));
        }
        assert!(CursorCipher::new(&[8; KEY_LENGTH]).decrypt(&text, &associated_data, 0).is_err(), "another key");
    }

    #[test]
    fn a_cursor_with_any_bit_changed_does_not_open() {
        let (cipher, nonce) = (CursorCipher::new(&[7; KEY_LENGTH]), [1; NONCE_LENGTH]);
        let associated_data = AssociatedData::new(1, &[]);
        let bytes = URL_SAFE_NO_PAD.decode(cipher.encrypt(&cursor(), &associated_data, &nonce).unwrap()).unwrap();
        for at in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[at / 8] ^= 1 << (at % 8);
            assert!(cipher.decrypt(&URL_SAFE_NO_PAD.encode(changed), &associated_data, 0).is_err(), "bit {at}");
        }
    }

    #[test]
    fn a_cursor_does_not_show_what_it_holds() {
        let cipher = CursorCipher::new(&[7; KEY_LENGTH]);
        let text = cipher.encrypt(&cursor(), &AssociatedData::new(1, &[]), &[1; NONCE_LENGTH]).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("ava"));
    }
}
