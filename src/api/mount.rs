//! What surrounds every endpoint: the token, the role, the base URL, the request log, and one format for all errors.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};
use tracing::Instrument;

use super::{
    answer::refusal,
    base_url::BaseUrls,
    compression::{accepts_gzip, compress},
    connection_url::{ConnectionUrl, check_state, too_many_requests},
    credentials,
    drain::Rest,
    error::{no_such_endpoint, scim_error},
    method_name::method_name,
    normalize::{join, set_uri, without_empty},
    observation::Observation,
    payload::may_be_large,
    routes::Routes,
    token_answer, token_endpoint,
};
use crate::{
    auth::{Authenticate, Principal, Role},
    protocol::{connection::ConnectionKind, messages::error::ScimError, warnings::Warnings},
    provider::Provider,
    store::{connections::Service, request_id::new_request_id, requests::RequestRecord},
};

pub struct Mount<E> {
    inner: E,
    provider: Arc<Provider>,
    authenticate: Authenticate,
    base_urls: BaseUrls,
    routes: Routes,
}

impl<E: Endpoint> Mount<E> {
    pub fn new(
        inner: impl IntoEndpoint<Endpoint = E>,
        provider: Arc<Provider>,
        authenticate: Authenticate,
        public_url: Option<String>,
        routes: Routes,
    ) -> Self {
        let base_urls = BaseUrls::new(public_url, provider.hosts_url.clone(), provider.mount_path.clone());
        Self { inner: inner.into_endpoint(), provider, authenticate, base_urls, routes }
    }

    async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response.into_response(),
            Ok(Err(error)) => self.refuse(&scim_error(&error), &path),
            Err(_) => {
                tracing::error!("a request panicked");
                self.refuse(&ScimError::internal(), &path)
            }
        }
    }

    /// Lists the methods of a path (RFC 9110 section 9.3.7).
    fn options(&self, path: &str) -> Response {
        let (true, Ok(allow)) = (self.routes.template(path).is_some(), HeaderValue::from_str(&self.routes.allow(path)))
        else {
            return self.refuse(&no_such_endpoint(), path);
        };
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert(header::ALLOW, allow);
        response
    }

    fn refuse(&self, error: &ScimError, path: &str) -> Response {
        let mut response = refusal(error);
        if error.status == 405
            && let Ok(allow) = HeaderValue::from_str(&self.routes.allow(path))
        {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        response.set_data(error.clone());
        response
    }

    fn record(&self, principal: &Principal, requested_at: i64, method: &Method, route: String, response: &Response) {
        let details = match (response.data::<ScimError>(), response.data::<Warnings>()) {
            (Some(error), _) => error.detail.clone().into_owned(),
            (None, Some(warnings)) => warnings.to_text(),
            (None, None) => String::new(),
        };
        self.provider.request_log.record(RequestRecord {
            connection: principal.connection,
            requested_at,
            ended_at: self.provider.database.now(),
            method: method_name(method).to_owned(),
            route,
            status: response.data::<ScimError>().map_or(response.status().as_u16(), |error| error.status),
            details,
        });
    }
}

/// The number of requests with large bodies that are served at once: each may take 64 MB.
static LARGE: Semaphore = Semaphore::const_new(4);
/// How long further large requests wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// The path that shows the state of provisioning and is not part of it.
const DETAILS: &str = "/details";

/// Says whether a path is about connections themselves.
fn is_management(path: &str) -> bool {
    path.strip_prefix("/connections").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Says whether a path is one of discovery (RFC 7644 section 4).
fn is_discovery(path: &str) -> bool {
    ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"].iter().any(|start| path.starts_with(start))
}

/// Says whether a path is that of the token endpoint, however its slashes stand. Whoever asks there has no token yet.
fn is_token_endpoint(path: &str) -> bool {
    path.split('/').filter(|segment| !segment.is_empty()).eq(token_endpoint::PATH.split('/').skip(1))
}

impl<E: Endpoint> Endpoint for Mount<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path().to_owned();
        let mut observation = Observation::begin(method_name(request.method()));
        let response = match AssertUnwindSafe(self.serve(request, &mut observation)).catch_unwind().await {
            Ok(response) => response,
            // Only the host's authenticator can panic here: `answer` catches everything else.
            Err(_) => {
                tracing::error!("a token was being checked, and that panicked");
                refusal(&ScimError::internal())
            }
        };
        observation.tell(response.status(), || self.route(&path));
        Ok(response)
    }
}

impl<E: Endpoint> Mount<E> {
    async fn serve(&self, mut request: Request, observation: &mut Observation) -> Response {
        let rest = Rest::take_from(&mut request);
        let response = self.serve_authenticated(request, observation).await;
        rest.drain().await;
        response
    }

    async fn serve_authenticated(&self, mut request: Request, observation: &mut Observation) -> Response {
        if is_token_endpoint(request.uri().path()) {
            self.normalize(&mut request);
            return token_answer::reshape(self.answer(request).await);
        }
        let requested_at = self.provider.database.now();
        let mut principal = match credentials::principal(&self.provider, &self.authenticate, &request).await {
            Ok(principal) => principal,
            Err(error) => return refusal(&error),
        };
        let mut urls = self.base_urls.of(&request);
        let url = ConnectionUrl::parse(request.uri().path());
        if let Some(url) = &url {
            principal.connection = match url.connection(&self.provider, &principal).await {
                Ok(connection) => connection,
                Err(error) => return refusal(&error),
            };
            urls = urls.of_connection(&url.name);
            let query = request.uri().query().map(str::to_owned);
            set_uri(&mut request, &url.below, query.as_deref());
        }
        self.normalize(&mut request);
        let path = request.uri().path().to_owned();
        let route = self.route(&path);
        let id = new_request_id();
        observation.is_of(route.clone(), principal.connection, id);
        if path != DETAILS && !principal.role.provisions() {
            let detail = "the token is an observer's: use one of a maintainer or an administrator";
            return refusal(&ScimError::new(403, detail));
        }
        let manages = is_management(&path);
        if manages && url.is_some() {
            return self.refuse(&no_such_endpoint(), &path);
        }
        if manages && principal.role != Role::Admin {
            return refusal(&ScimError::new(403, "only a token of an administrator manages connections"));
        }
        let is_provisioning = path != DETAILS && !manages;
        if is_provisioning {
            match self.check_service(&principal, is_discovery(&path)).await {
                Ok(service) => request.set_data(service),
                Err(error) => {
                    let response = self.refuse(&error, &path);
                    self.record(&principal, requested_at, request.method(), route, &response);
                    return response;
                }
            }
        }
        let accepts_gzip = self.provider.compresses && accepts_gzip(request.headers());
        request.set_data(id);
        request.set_data(urls);
        request.set_data(principal.clone());
        let method = request.method().clone();
        if method == Method::HEAD {
            request.set_method(Method::GET);
        }
        let status = tracing::field::Empty;
        let span = tracing::info_span!("scim", method = method_name(&method), route, connection = principal.connection.0, subject = principal.subject, request = %id, status);
        let Ok(_large) = Self::place_for(&request).await else {
            return refusal(&ScimError::new(503, "many large requests are under way: try again shortly"));
        };
        let answered =
            async { if method == Method::OPTIONS { self.options(&path) } else { self.answer(request).await } };
        let mut response = answered.instrument(span.clone()).await;
        span.record("status", response.status().as_u16());
        if method == Method::HEAD {
            response.set_body(());
        } else {
            response = compress(response, accepts_gzip);
        }
        if is_provisioning && method != Method::OPTIONS {
            self.record(&principal, requested_at, &method, route, &response);
        }
        if response.status() == StatusCode::NO_CONTENT || response.status() == StatusCode::NOT_MODIFIED {
            response.headers_mut().remove(header::CONTENT_TYPE);
        }
        response
    }

    /// Refuses a request of a connection that does not serve or had enough of them in this second, and one to the native
    /// connection by anybody but an administrator. Returns what the connection serves, which the request follows.
    async fn check_service(&self, principal: &Principal, is_discovery: bool) -> Result<Service, ScimError> {
        let connection = principal.connection;
        let admission = &self.provider.admission;
        let service = match admission.service(&self.provider.database, connection).await {
            Ok(service) => service,
            // Discovery needs no database, and follows nothing that could do harm.
            Err(_) if is_discovery => Service::default(),
            Err(failure) => return Err(failure.to_scim_error()),
        };
        if service.kind == ConnectionKind::Native && principal.role != Role::Admin {
            let detail = "the native connection is the host server's own: only a token of an administrator reaches it";
            return Err(ScimError::new(403, detail));
        }
        check_state(service.state)?;
        match service.requests_per_second {
            Some(rate) if admission.exceeds(connection, rate) => Err(too_many_requests()),
            _ => Ok(service),
        }
    }

    /// Takes a place among the large requests, if the request may be large.
    async fn place_for(request: &Request) -> Result<Option<SemaphorePermit<'static>>, ()> {
        if !may_be_large(request) {
            return Ok(None);
        }
        match timeout(PATIENCE, LARGE.acquire()).await {
            Ok(Ok(place)) => Ok(Some(place)),
            _ => Err(()),
        }
    }

    /// Returns the route of a path, such as `/Users/{id}`, or that it is unknown.
    fn route(&self, path: &str) -> String {
        self.routes.template(path).unwrap_or("unknown").to_owned()
    }

    fn normalize(&self, request: &mut Request) {
        for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
            join(request.headers_mut(), &name);
        }
        let path = request.uri().path();
        let query = request.uri().query();
        let (new_path, new_query) = (self.routes.normalized(path), query.and_then(without_empty));
        if new_path.is_some() || new_query.is_some() {
            let path = new_path.unwrap_or_else(|| path.to_owned());
            let query = new_query.or_else(|| query.map(str::to_owned));
            set_uri(request, &path, query.as_deref());
        }
    }
}
