//! What is left of a body that an answer did not wait for.
//!
//! Closing a connection with unread data resets it, and the client sees that in place of the answer: Java's lost 8 of 20, Node's
//! 24 of 30 (2026-11-27). So the rest is read and forgotten, within bounds.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use poem::{Body, Request, http::header};
use tokio::{
    sync::{Mutex, Semaphore},
    time::timeout,
};

use crate::protocol::bounds;

/// How long a rest is read.
const PATIENCE: Duration = Duration::from_secs(5);
/// Rests that are read at once.
static DRAINS: Semaphore = Semaphore::const_new(64);

type Pieces = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The body of a request, which is read by whoever answers it, as far as they like.
pub struct Rest {
    pieces: Arc<Mutex<Option<Pieces>>>,
    begun: Arc<AtomicBool>,
    /// The client waits to be told to send it, and is not.
    expects: bool,
}

impl Rest {
    /// Puts a body in the place of the request's that leaves the rest here.
    pub fn of(request: &mut Request) -> Self {
        let expects = request.headers().contains_key(header::EXPECT);
        let body = request.take_body();
        let begun = Arc::new(AtomicBool::new(false));
        if body.is_empty() {
            return Self { pieces: Arc::default(), begun, expects };
        }
        let pieces: Pieces = Box::pin(body.into_bytes_stream());
        let rest = Self { pieces: Arc::new(Mutex::new(Some(pieces))), begun, expects };
        let (pieces, begun) = (rest.pieces.clone(), rest.begun.clone());
        let read = stream::unfold((), move |()| {
            let (pieces, begun) = (pieces.clone(), begun.clone());
            async move {
                begun.store(true, Ordering::Relaxed);
                let piece = next(&pieces).await?;
                Some((piece, ()))
            }
        });
        request.set_body(Body::from_bytes_stream(read));
        rest
    }

    /// Reads what nobody read: 16 MiB of it or five seconds, unless the client still waits to be asked for it.
    pub async fn drain(self) {
        if self.expects && !self.begun.load(Ordering::Relaxed) {
            return;
        }
        let Ok(_one) = DRAINS.try_acquire() else { return };
        let read = async {
            let mut bytes = 0;
            while let Some(Ok(piece)) = next(&self.pieces).await {
                bytes += piece.len();
                if bytes > bounds::GROUP_BODY {
                    break;
                }
            }
        };
        let _ = timeout(PATIENCE, read).await;
    }
}

async fn next(pieces: &Mutex<Option<Pieces>>) -> Option<io::Result<Bytes>> {
    let mut pieces = pieces.lock().await;
    let piece = pieces.as_mut()?.next().await;
    // After its end a stream is not asked again.
    if !matches!(piece, Some(Ok(_))) {
        *pieces = None;
    }
    piece
}
