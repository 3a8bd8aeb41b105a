//! A small, complete host server that mounts fleet-scim, on its public face alone.
//!
//! `cargo run -p fleet-scim-host` and follow what it prints.

mod access;
mod api;
mod app;
mod arguments;
mod assignments;
mod changes;
mod connections;
mod demo;
mod document;
mod equipment;
mod greeting;
mod hosts;
mod identity_providers;
mod leavers;
mod log;
mod metrics;
mod reader;
mod reports;
mod self_test;
mod shutdown;
mod store;
mod webhook;

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use fleet_scim::{
    ScimModule,
    poem::{
        Server,
        listener::{Acceptor, Listener, TcpListener},
    },
};
use tokio::{sync::watch, task::JoinSet};

use crate::{
    access::Tokens,
    app::MOUNTS,
    arguments::{Arguments, Command, Serve},
    connections::Limited,
    hosts::HostServer,
    reader::Reader,
    store::Store,
    webhook::Receiver,
};

/// How long a stop waits for the requests that have begun.
const GRACE: Duration = Duration::from_secs(10);

type HostError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log::init(arguments.log_format);
    let outcome = match arguments.command {
        Some(Command::SelfTest(test)) => self_test::run(test).await,
        None => serve(arguments.serve.without_empty()).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fleet-scim-host: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Serve) -> Result<(), HostError> {
    // Before anything is written: a token made at a start that then fails would be lost.
    let acceptor = TcpListener::bind(&arguments.listen).into_acceptor().await.map_err(|error| {
        format!("cannot listen on {}: {error}; choose another address with --listen or LISTEN", arguments.listen)
    })?;
    let store = Store::open(&arguments.database_url).await?;
    ScimModule::migrate(&store.writer).await?;
    store.migrate().await?;
    let receiver = match (&arguments.webhook_url, &arguments.webhook_secret) {
        (Some(url), Some(secret)) => Some(Receiver::new(url, secret)?),
        _ => None,
    };
    let tokens = Tokens::load(&store, arguments.token.as_deref(), arguments.observer_token.as_deref()).await?;
    if let Some(token) = tokens.made() {
        // At once: it is kept, whatever fails from here on, and would not be shown again.
        println!("The administrator's token, shown this once: {token}\n");
    }
    let metrics = metrics::install()?;
    let mut builder = ScimModule::builder(store.pools(), tokens.clone());
    if let Some(url) = &arguments.public_url {
        builder = builder.public_url(url);
    }
    let scim = builder.hosts_url("/api/v1/fleet/hosts").extend_users(&equipment::EQUIPMENT).build().await?;
    let demo_host = demo::seed(&store, arguments.demo_hosts).await?;

    let (stop, mut stopped) = watch::channel(());
    let worker = tokio::spawn(scim.worker(async move {
        let _ = stopped.changed().await;
    }));
    let mut readers = JoinSet::new();
    let reader = Reader::open(&scim, &store, leavers::READER).await?;
    readers.spawn(leavers::watch(reader, store.clone()));
    if let Some(receiver) = receiver {
        let reader = Reader::open(&scim, &store, webhook::READER).await?;
        readers.spawn(receiver.post_changes(reader, store.clone()));
    }
    let app = app::app(HostServer { store: store.clone(), scim, public_url: arguments.public_url }, &tokens, metrics)?;
    let listening = acceptor.local_addr().first().map_or_else(|| arguments.listen.clone(), ToString::to_string);
    greeting::greet(&listening, &tokens, demo_host.as_deref(), arguments.token.is_some());
    Server::new_with_acceptor(Limited::new(acceptor))
        .run_with_graceful_shutdown(app, shutdown::requested(), Some(GRACE))
        .await?;
    drop(stop);
    worker.await?;
    // What they have not dealt with comes again at the next start.
    readers.shutdown().await;
    Ok(store.pools().close().await?)
}
