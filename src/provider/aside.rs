//! A large body is read on another thread, so that it does not block the async runtime.

use bytes::Bytes;

use crate::protocol::messages::error::ScimError;

/// The number of bytes that are read at once; more are read on another thread.
const AT_ONCE: usize = 64 * 1024;

/// Reads the bytes of a body, on another thread if they are many.
///
/// # Errors
/// Those of `read`.
pub async fn read_aside<T: Send + 'static>(
    bytes: Bytes,
    read: impl FnOnce(&[u8]) -> Result<T, ScimError> + Send + 'static,
) -> Result<T, ScimError> {
    if bytes.len() <= AT_ONCE {
        return read(&bytes);
    }
    tokio::task::spawn_blocking(move || read(&bytes)).await.map_err(|_| ScimError::internal())?
}
