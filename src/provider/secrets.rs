//! The key cursors are sealed with: made once for a database, and read by every process on it.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::now;
use crate::{
    protocol::{
        cursor::{KEY_LENGTH, Seal},
        id::RequestId,
    },
    store::{database::Database, failure::Failure, properties, retry::transaction},
};

const CURSORS: &str = "cursors";

/// # Errors
/// A private error when it can be neither read nor made.
pub async fn seal(database: &Database) -> Result<Seal, Failure> {
    if let Some(text) = properties::find(&database.read().await?, CURSORS).await? {
        return read(&text);
    }
    let mut key = [0; KEY_LENGTH];
    getrandom::fill(&mut key).map_err(|_| Failure::Unsealed)?;
    let text = STANDARD_NO_PAD.encode(key);
    match transaction!(database, RequestId::NONE, tx => properties::insert(tx, CURSORS, &text, now())) {
        // Another process was first.
        Err(failure) if failure.is_unique_violation() => {
            let first = properties::find(&database.read_latest().await?, CURSORS).await?;
            read(&first.ok_or_else(|| Failure::Corrupt("a key is there and is not".to_owned()))?)
        }
        outcome => outcome.and_then(|()| read(&text)),
    }
}

fn read(text: &str) -> Result<Seal, Failure> {
    let bytes = STANDARD_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    let key: [u8; KEY_LENGTH] = bytes.ok_or_else(|| Failure::Corrupt("the key of cursors is damaged".to_owned()))?;
    Ok(Seal::new(&key))
}
