//! The key that cursors are encrypted with: created once for each database, and read by every process on it.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use crate::{
    protocol::{
        id::RequestId,
        query::cursor::{CursorCipher, KEY_LENGTH},
    },
    store::{database::Database, operation_error::OperationError, properties, retry::Retry},
};

const CURSORS: &str = "cursors";

/// Builds the cipher from the key in the database, or creates the key.
///
/// # Errors
/// A private error if the key can be neither read nor created.
pub async fn cursor_cipher(database: &Database) -> Result<CursorCipher, OperationError> {
    if let Some(text) = properties::find(&database.read().await?, CURSORS).await? {
        return cipher(&text);
    }
    let mut key = [0; KEY_LENGTH];
    getrandom::fill(&mut key).map_err(|_| OperationError::NoRandomness)?;
    let text = STANDARD_NO_PAD.encode(key);
    match insert(database, &text).await {
        // Another process created it first.
        Err(error) if error.is_unique_violation() => {
            let first = properties::find(&database.read_latest().await?, CURSORS).await?;
            cipher(&first.ok_or_else(|| OperationError::Corrupt("the key of cursors vanished".to_owned()))?)
        }
        outcome => outcome.and_then(|()| cipher(&text)),
    }
}

async fn insert(database: &Database, text: &str) -> Result<(), OperationError> {
    let mut retry = Retry::new(database, RequestId::NONE);
    while let Some(session) = retry.begin().await {
        let outcome = properties::insert(&session, CURSORS, text, session.now()).await;
        retry.end(session, outcome).await;
    }
    retry.outcome()
}

fn cipher(text: &str) -> Result<CursorCipher, OperationError> {
    let bytes = STANDARD_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    let key: [u8; KEY_LENGTH] =
        bytes.ok_or_else(|| OperationError::Corrupt("the key of cursors is damaged".to_owned()))?;
    Ok(CursorCipher::new(&key))
}
