//! A small, complete host server that mounts fleet-scim, on its public face alone.
//!
//! `cargo run --example host` and follow what it prints.

mod access;
mod api;
mod arguments;
mod connections;
mod demo;
mod document;
mod equipment;
mod hosts;
mod metrics;
mod store;

use std::{sync::Arc, time::Duration};

use clap::Parser;
use fleet_scim::{ScimModule, poem};
use poem::{
    EndpointExt, Route, Server, get, handler,
    http::StatusCode,
    listener::{Acceptor, Listener, TcpListener},
    web::Data,
};
use tracing_subscriber::EnvFilter;

use crate::{access::Tokens, arguments::Arguments, connections::Limited, hosts::HostServer, store::Store};

/// Both mounts of the seed system: clients that follow `latest` and those that pin a version.
const MOUNTS: [&str; 2] = ["/api/v1/fleet/scim", "/api/latest/fleet/scim"];

type HostError = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), HostError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse().without_empty();

    // Before anything is written: a token made at a start that then fails would be lost.
    let acceptor = TcpListener::bind(&arguments.listen).into_acceptor().await.map_err(|error| {
        format!("cannot listen on {}: {error}; choose another address with --listen or LISTEN", arguments.listen)
    })?;
    let store = Store::open(&arguments.database_url).await?;
    ScimModule::migrate(&store.writer).await?;
    store.migrate().await?;
    let tokens = Tokens::load(&store, arguments.token.as_deref(), arguments.observer_token.as_deref()).await?;

    if let Some(token) = tokens.made() {
        // At once: whatever fails from here on, it is kept and would not be shown again.
        println!("The administrator's token, shown this once: {token}\n");
    }
    let mut builder = ScimModule::builder(store.pools(), tokens.clone());
    if let Some(url) = &arguments.public_url {
        builder = builder.public_url(url);
    }
    let scim = builder.hosts_url("/api/v1/fleet/hosts").extend_users(&equipment::EQUIPMENT).build().await?;
    let demo_host = demo::seed(&store, arguments.demo_hosts).await?;
    let server = Arc::new(HostServer { store, scim: scim.clone() });

    let (stop, stopped) = tokio::sync::watch::channel(());
    let worker = tokio::spawn(scim.worker(async move {
        let mut stopped = stopped;
        let _ = stopped.changed().await;
    }));

    let metrics = metrics::install()?;
    let service = api::service(server);
    let docs = document::page(&service, &scim, MOUNTS[0]);
    let mut app = Route::new()
        .at("/healthz", get(healthz))
        .at("/readyz", get(readyz.data(scim.clone())))
        .at("/docs", get(document::docs.data(docs.clone())))
        .at("/openapi.json", get(document::openapi.data(docs)).with(access::Guard::new(tokens.clone())))
        .at("/metrics", get(metrics::render.data(metrics)).with(access::Guard::new(tokens.clone())))
        .nest("/", service.with(access::Guard::new(tokens.clone())));
    for mount in MOUNTS {
        app = app.nest(mount, scim.endpoint().with(metrics::Count));
    }
    let app = app.with(access::Refusals);

    let listening = acceptor.local_addr().first().map_or_else(|| arguments.listen.clone(), ToString::to_string);
    greet(listening.trim_start_matches("socket://"), &tokens, demo_host.as_deref(), arguments.token.is_some());
    Server::new_with_acceptor(Limited::new(acceptor))
        .run_with_graceful_shutdown(app, shutdown(), Some(Duration::from_secs(10)))
        .await?;
    drop(stop);
    worker.await?;
    Ok(())
}

#[handler]
fn healthz() -> &'static str {
    "ok"
}

/// Whether requests can be served: 503 with the reason where the database cannot be reached or written, or has no tables.
#[handler]
async fn readyz(scim: Data<&ScimModule>) -> (StatusCode, String) {
    match scim.ready().await {
        Ok(()) => (StatusCode::OK, "ready".to_owned()),
        Err(error @ fleet_scim::Error::NotMigrated) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
        Err(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached, or not written, just now".to_owned())
        }
    }
}

/// What a person needs to see the first user on the first host.
fn greet(address: &str, tokens: &Tokens, demo_host: Option<&str>, token_given: bool) {
    let base = format!("http://{address}{}", MOUNTS[0]);
    println!("fleet-scim host server on http://{address}, SCIM on {base}, API at http://{address}/docs");
    let Some(token) = tokens.made() else {
        if !token_given {
            println!(
                "\nThe administrator's token was made and shown at the first start; to use another, give it with --token."
            );
        }
        return;
    };
    let address_of_demo = demo_host.unwrap_or("ava.nguyen@example.com");
    println!(
        "\nProvision a user:\n\ncurl -X POST {base}/Users -H 'Authorization: Bearer {token}' \\
  -H 'Content-Type: application/scim+json' \\
  -d '{{\"userName\":\"{address_of_demo}\",\"name\":{{\"givenName\":\"Ava\",\"familyName\":\"Nguyen\"}},\"active\":true}}'\n\n\
and see whose host it is now:\n\ncurl http://{address}/api/v1/fleet/hosts/1 -H 'Authorization: Bearer {token}'\n"
    );
}

async fn shutdown() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => {
                tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            }
            Err(_) => {
                let _ = interrupted.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
}
