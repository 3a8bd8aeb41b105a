//! Connections with a limit: how many there are, and how long one may be silent or take its time. poem sets no timer for a
//! request's header, so one that drips it, a byte a minute, would keep its connection for ever.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, Sleep, sleep},
};

/// Connections at the same time; another waits until one ends.
const CONNECTIONS: usize = 1024;
/// How long a connection may be idle between requests.
const IDLE: Duration = Duration::from_secs(75);
/// How long a request's header may take.
const HEADER: Duration = Duration::from_secs(10);
/// How long the rest of a request may take, and its answer to begin.
const REQUEST: Duration = Duration::from_secs(120);

/// An acceptor whose connections are limited.
pub struct Limited<A> {
    inner: A,
    places: Arc<Semaphore>,
}

impl<A> Limited<A> {
    pub fn new(inner: A) -> Self {
        Self { inner, places: Arc::new(Semaphore::new(CONNECTIONS)) }
    }
}

impl<A: Acceptor> Acceptor for Limited<A> {
    type Io = Connection<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let place = self.places.clone().acquire_owned().await.map_err(io::Error::other)?;
        let (inner, local, remote, scheme) = self.inner.accept().await?;
        Ok((Connection::new(inner, place), local, remote, scheme))
    }
}

/// What a connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    /// How many characters of the blank line at its end have come.
    Header(usize),
    Request,
    /// Several requests at once: only silence has a limit.
    Http2,
}

pub struct Connection<Io> {
    inner: Io,
    phase: Phase,
    deadline: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

impl<Io> Connection<Io> {
    fn new(inner: Io, place: OwnedSemaphorePermit) -> Self {
        // The first request is waited for as long as its header.
        Self { inner, phase: Phase::Idle, deadline: Box::pin(sleep(HEADER)), _place: place }
    }

    fn enter(&mut self, phase: Phase, limit: Duration) {
        self.phase = phase;
        self.deadline.as_mut().reset(Instant::now() + limit);
    }

    fn read(&mut self, bytes: &[u8]) {
        if self.phase == Phase::Http2 || bytes.starts_with(b"PRI * HTTP/2") {
            return self.enter(Phase::Http2, IDLE);
        }
        if self.phase == Phase::Idle && !bytes.is_empty() {
            self.enter(Phase::Header(0), HEADER);
        }
        let Phase::Header(mut seen) = self.phase else { return };
        const END: &[u8] = b"\r\n\r\n";
        for byte in bytes {
            seen = match *byte {
                byte if byte == END[seen] => seen + 1,
                b'\r' => 1,
                _ => 0,
            };
            if seen == END.len() {
                return self.enter(Phase::Request, REQUEST);
            }
        }
        self.phase = Phase::Header(seen);
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Connection<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(outcome) => {
                self.read(&buffer.filled()[before..]);
                // One that drips is never silent.
                if self.deadline.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => {
                ready!(self.deadline.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Connection<Io> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        match self.phase {
            Phase::Http2 => self.enter(Phase::Http2, IDLE),
            // "100 Continue": the body comes now.
            _ if bytes.starts_with(b"HTTP/1.1 1") => self.enter(Phase::Request, REQUEST),
            _ => self.enter(Phase::Idle, IDLE),
        }
        Poll::Ready(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
