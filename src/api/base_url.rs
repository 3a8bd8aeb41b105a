//! The URL of the mount as a client sees it, which locations begin with.

use std::sync::atomic::{AtomicBool, Ordering};

use poem::Request;

use crate::provider::Urls;

/// Finds the URLs of each request.
#[derive(Debug)]
pub struct BaseUrls {
    public_url: Option<String>,
    hosts_url: Option<String>,
    mount_path: Option<String>,
    warned: AtomicBool,
}

impl BaseUrls {
    pub fn new(public_url: Option<String>, hosts_url: Option<String>, mount_path: Option<String>) -> Self {
        let trimmed = |url: String| url.trim_end_matches('/').to_owned();
        let (public_url, hosts_url) = (public_url.map(trimmed), hosts_url.map(trimmed));
        Self { public_url, hosts_url, mount_path, warned: AtomicBool::new(false) }
    }

    /// Builds the URLs from the public URL given by the host, or else from the request itself, followed by the path up to
    /// the mount.
    pub fn of(&self, request: &Request) -> Urls {
        let whole = request.original_uri().path();
        let below = request.uri().path();
        // poem's `TestClient` leaves out the URL that a request came with (poem 3.1, 2026-11).
        let mount = whole.strip_suffix(below).or(self.mount_path.as_deref()).unwrap_or_default();
        let origin = match &self.public_url {
            Some(url) => url.clone(),
            None => {
                if !self.warned.swap(true, Ordering::Relaxed) {
                    tracing::warn!("no public URL is set: locations follow the Host header of each request");
                }
                // HTTP/2 has no Host header; the authority is part of the URI.
                let authority = || request.original_uri().authority().map(|authority| authority.as_str());
                let host =
                    request.header("host").or_else(authority).filter(|host| is_host(host)).unwrap_or("localhost");
                format!("{}://{host}", request.scheme())
            }
        };
        Urls::of_mount(&origin, mount, self.hosts_url.as_deref())
    }
}

/// Says whether a text is a host and port, with nothing that could end the URL early.
fn is_host(host: &str) -> bool {
    !host.is_empty() && host.len() <= 255 && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c))
}
