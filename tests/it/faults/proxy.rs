//! A proxy in front of a database. It loses what it is told to lose.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What happens to the next statement of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    None,
    /// COMMIT arrives, and the TCP connection is cut before the answer.
    LoseAnswerToCommit,
    /// The TCP connection is cut before COMMIT arrives.
    LoseCommit,
    /// The TCP connection is cut in place of ROLLBACK.
    LoseRollback,
}

pub struct Proxy {
    pub url: String,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

struct State {
    target: String,
    fault: AtomicU8,
    /// TCP connections with this number or a lower one are silent: they stay open, and nothing is forwarded.
    silent: watch::Sender<usize>,
    accepted: AtomicUsize,
}

impl Proxy {
    /// Starts a proxy in front of the server that a database URL names.
    pub async fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (user, rest) = rest.split_once('@').unwrap();
        let (target, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{user}@{}/{name}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            target: target.to_owned(),
            fault: AtomicU8::new(Fault::None as u8),
            silent: watch::Sender::new(0),
            accepted: AtomicUsize::new(0),
        });
        let accepting = tokio::spawn(accept(listener, state.clone()));
        Self { url, state, accepting }
    }

    /// Makes the fault happen to the next statement of its kind, once.
    pub fn arm(&self, fault: Fault) {
        self.state.fault.store(fault as u8, Ordering::SeqCst);
    }

    /// Says whether the fault has happened.
    pub fn is_spent(&self) -> bool {
        self.state.fault.load(Ordering::SeqCst) == Fault::None as u8
    }

    /// Makes the node behind all open TCP connections vanish without closing them. New ones reach another node.
    pub fn silence(&self) {
        self.state.silent.send_replace(self.state.accepted.load(Ordering::SeqCst));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let number = state.accepted.fetch_add(1, Ordering::SeqCst) + 1;
        let Ok(server) = TcpStream::connect(&state.target).await else { continue };
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let state = state.clone();
        tokio::spawn(async move {
            let mute = AtomicBool::new(false);
            let link = Link { fault: &state.fault, mute: &mute };
            let mut silent = state.silent.subscribe();
            // When one direction ends, both are cut.
            tokio::select! {
                () = forward(&mut from_client, &mut to_server, link, true) => {}
                () = forward(&mut from_server, &mut to_client, link, false) => {}
                () = async { drop(silent.wait_for(|silent| number <= *silent).await) } => {
                    // The server's end is closed, so it rolls back. The client's end stays open for ever.
                    drop((from_server, to_server));
                    std::future::pending::<()>().await;
                }
            }
        });
    }
}

#[derive(Clone, Copy)]
struct Link<'a> {
    fault: &'a AtomicU8,
    /// Whether the server's answers are lost.
    mute: &'a AtomicBool,
}

async fn forward(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, link: Link<'_>, from_client: bool) {
    let Link { fault, mute } = link;
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if !from_client && mute.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        let armed = fault.load(Ordering::SeqCst);
        // PostgreSQL ends a statement with a zero byte.
        let statement = bytes[..read].strip_suffix(b"\0").unwrap_or(&bytes[..read]);
        let is = |kind: Fault, word: &[u8]| armed == kind as u8 && from_client && statement.ends_with(word);
        if is(Fault::LoseCommit, b"COMMIT") || is(Fault::LoseRollback, b"ROLLBACK") {
            fault.store(Fault::None as u8, Ordering::SeqCst);
            return;
        }
        if is(Fault::LoseAnswerToCommit, b"COMMIT") {
            mute.store(true, Ordering::SeqCst);
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
        if from_client && mute.load(Ordering::SeqCst) {
            // The server has time to commit; its answer is never read.
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            fault.store(Fault::None as u8, Ordering::SeqCst);
            return;
        }
    }
}
