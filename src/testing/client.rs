//! A client of a mount: in this process, or over whatever the host brings.

use std::{fmt, pin::Pin, sync::Arc};

use poem::{
    Endpoint, EndpointExt, Request, RequestParts,
    http::{self, Method, Uri, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use serde_json::Value;

use super::{
    checks,
    reply::Reply,
    report::{Failed, Report},
};

type Sent = Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, String>> + Send>>;

/// A client of a mount.
#[derive(Clone)]
pub struct Client {
    base_url: String,
    token: String,
    send: Arc<dyn Fn(http::Request<Vec<u8>>) -> Sent + Send + Sync>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

impl Client {
    /// Calls an endpoint of this process, in which the module is nested at `mount`, with a token of a maintainer or an
    /// administrator.
    pub fn of_endpoint(app: impl Endpoint + 'static, mount: &str, token: &str) -> Self {
        let app = Arc::new(app.map_to_response());
        Self::sending(&format!("http://localhost{mount}"), token, move |request| {
            let app = app.clone();
            async move {
                let response = match app.call(from_http(request)).await {
                    Ok(response) => response,
                    Err(error) => error.into_response(),
                };
                let (parts, body) = response.into_parts();
                let mut built = http::Response::new(body.into_vec().await.map_err(|error| error.to_string())?);
                *built.status_mut() = parts.status;
                *built.headers_mut() = parts.headers;
                Ok(built)
            }
        })
    }

    /// Sends requests to a base URL such as `https://fleet.example.com/api/v1/fleet/scim` with a function of the host's, for
    /// example over an HTTP client. It gives the answer with its whole body, or why there is none.
    pub fn sending<F>(
        base_url: &str,
        token: &str,
        send: impl Fn(http::Request<Vec<u8>>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<http::Response<Vec<u8>>, String>> + Send + 'static,
    {
        let base_url = base_url.trim_end_matches('/').to_owned();
        Self { base_url, token: token.to_owned(), send: Arc::new(move |request| Box::pin(send(request))) }
    }

    /// Returns the URL that the paths of requests are below.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Makes every check of the mount.
    pub async fn check(&self) -> Report {
        checks::all(self).await
    }

    /// Sends a request to a path below the mount, such as `/Users?count=2`, with a body of SCIM.
    ///
    /// # Errors
    /// If there is no answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Reply, Failed> {
        self.send_with(method, path, body.map(|body| body.to_string().into_bytes()), &[]).await
    }

    pub(super) async fn send_with(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Result<Reply, Failed> {
        let url = format!("{}{path}", self.base_url);
        let no_request = |error: http::Error| {
            Failed::new(
                format!("{url} cannot be asked: {error}"),
                "give a base URL such as https://fleet.example.com/api/v1/fleet/scim",
            )
        };
        let mut request = http::Request::builder()
            .method(method.clone())
            .uri(&url)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::ACCEPT, "application/scim+json");
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/scim+json; charset=utf-8");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.unwrap_or_default()).map_err(no_request)?;
        let answered = (self.send)(request).await.map_err(|why| {
            Failed::new(
                format!("{method} {} had no answer: {why}", route(path)),
                "check the URL, and what stands between",
            )
        })?;
        let (parts, bytes) = answered.into_parts();
        Ok(Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        })
    }
}

/// Returns a path without its query.
pub(super) fn route(path: &str) -> &str {
    path.split('?').next().unwrap_or(path)
}

/// Builds a request as if it had come by a socket: poem's own builder leaves out the URL it came with.
fn from_http(request: http::Request<Vec<u8>>) -> Request {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().map(|authority| authority.as_str().to_owned());
    if let (Some(host), false) = (host, parts.headers.contains_key(header::HOST))
        && let Ok(host) = host.parse()
    {
        parts.headers.insert(header::HOST, host);
    }
    parts.uri = parts.uri.path_and_query().map_or_else(|| Uri::from_static("/"), |path| Uri::from(path.clone()));
    let parts = RequestParts::from((parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP));
    Request::from_parts(parts, body.into())
}
