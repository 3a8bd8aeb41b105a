//! Tokens: 256 random bits each, of which only the hash is kept and compared in constant time.

use std::sync::Arc;

use fleet_scim::{
    Authenticator, AuthenticatorError, Principal, Role, ScimError,
    poem::{
        Endpoint, IntoResponse, Middleware, Request, Response, Result,
        error::ResponseError,
        http::{Method, StatusCode, header},
        web::Json,
    },
    sea_orm::{ActiveModelTrait, ActiveValue::Set, DbErr, EntityTrait, SqlErr},
};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{
    HostError, MOUNTS,
    app::is_own,
    store::{Store, token},
};

/// Bytes of a body that this server's own API reads.
const BODY: usize = 1 << 20;

/// A leaked token is recognisable by it.
const PREFIX: &str = "fleet-scim-";

/// The role whose token is kept.
const ADMIN: &str = "admin";

#[derive(Clone)]
pub struct Tokens {
    hashes: Arc<Vec<([u8; 32], Role)>>,
    made: Option<String>,
}

impl Tokens {
    /// Takes the tokens that are given; without one for the administrator, makes it at the first start.
    pub async fn load(store: &Store, admin: Option<&str>, observer: Option<&str>) -> Result<Self, HostError> {
        let (admin, made) = match admin {
            Some(token) => (hash(token), None),
            None => Self::stored_or_made(store).await?,
        };
        let mut hashes = vec![(admin, Role::Admin)];
        hashes.extend(observer.map(|token| (hash(token), Role::Observer)));
        Ok(Self { hashes: Arc::new(hashes), made })
    }

    async fn stored_or_made(store: &Store) -> Result<([u8; 32], Option<String>), HostError> {
        if let Some(hash) = Self::stored(store).await? {
            return Ok((hash, None));
        }
        let token = make()?;
        let row = token::ActiveModel { role: Set(ADMIN.to_owned()), hash: Set(hex(&hash(&token))) };
        match row.insert(&store.writer).await {
            Ok(_) => Ok((hash(&token), Some(token))),
            // Another process that started at the same moment made one, and shows it.
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                let hash = Self::stored(store).await?.ok_or(error)?;
                Ok((hash, None))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The token that was made just now.
    pub fn made(&self) -> Option<&str> {
        self.made.as_deref()
    }

    async fn stored(store: &Store) -> Result<Option<[u8; 32]>, DbErr> {
        let Some(row) = token::Entity::find_by_id(ADMIN).one(&store.reader).await? else { return Ok(None) };
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            let digits = row.hash.get(at * 2..at * 2 + 2).unwrap_or_default();
            *byte = u8::from_str_radix(digits, 16).map_err(|error| DbErr::Custom(error.to_string()))?;
        }
        Ok(Some(hash))
    }

    fn role(&self, token: &str) -> Option<Role> {
        let given = hash(token);
        let mut found = None;
        for (hash, role) in self.hashes.iter() {
            if bool::from(hash.ct_eq(&given)) {
                found = Some(*role);
            }
        }
        found
    }
}

impl Authenticator for Tokens {
    async fn authenticate(&self, token: &str) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(self.role(token).map(Principal::new))
    }
}

/// Says whether only an administrator may read a path: changes, reports and assignments name everybody, whichever connection they are of.
fn is_of_administrators(path: &str) -> bool {
    is_own(path) || ["/api/v1/fleet/webhook/dead_letters", "/api/v1/fleet/assignments"].contains(&path)
}

/// Lets a token read the host server's own API, and an administrator's write to it.
pub struct Guard(Tokens);

impl Guard {
    pub fn new(tokens: Tokens) -> Self {
        Self(tokens)
    }
}

impl<E: Endpoint> Middleware<E> for Guard {
    type Output = Guarded<E>;

    fn transform(&self, inner: E) -> Guarded<E> {
        Guarded { inner, tokens: self.0.clone() }
    }
}

pub struct Guarded<E> {
    inner: E,
    tokens: Tokens,
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|header| header.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let Some(role) = token.and_then(|(_, token)| self.tokens.role(token.trim())) else {
            return Ok(error(StatusCode::UNAUTHORIZED, "Authentication required"));
        };
        if role != Role::Admin && is_of_administrators(request.uri().path()) {
            return Ok(error(StatusCode::FORBIDDEN, "only an administrator may read this"));
        }
        if request.method() != Method::GET && role == Role::Observer {
            return Ok(error(StatusCode::FORBIDDEN, "an observer may only read"));
        }
        let body = request.take_body().into_bytes_limit(BODY).await?;
        request.set_body(body);
        self.inner.call(request).await.map(IntoResponse::into_response)
    }
}

/// Puts whatever the framework refuses into a shape that its client reads: SCIM's below a mount, this server's elsewhere.
pub struct Refusals;

impl<E: Endpoint> Middleware<E> for Refusals {
    type Output = Refusing<E>;

    fn transform(&self, inner: E) -> Refusing<E> {
        Refusing(inner)
    }
}

pub struct Refusing<E>(E);

impl<E: Endpoint> Endpoint for Refusing<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path();
        let below = |mount: &str| path.strip_prefix(mount).is_some_and(|rest| rest.starts_with('/'));
        let scim = MOUNTS.iter().any(|mount| below(mount)) && !is_own(path);
        Ok(match self.0.call(request).await {
            Ok(response) => response.into_response(),
            // The router refuses what is not UTF-8 before the module sees it.
            Err(refusal) if scim && refusal.status().is_client_error() => {
                ScimError::new(404, "there is no such resource").as_response()
            }
            // A filter over hosts is refused as one over users is.
            Err(refusal) => match refusal.downcast_ref::<ScimError>() {
                Some(refused) => refused.as_response(),
                None => refused(&refusal),
            },
        })
    }
}

/// In the shape of the host server's other errors.
fn refused(refusal: &fleet_scim::poem::Error) -> Response {
    if refusal.status().is_server_error() {
        tracing::error!(status = %refusal.status(), error = %refusal, "a request failed");
        return error(refusal.status(), "the server failed: its log says why");
    }
    error(refusal.status(), &refusal.to_string())
}

fn error(status: StatusCode, message: &str) -> Response {
    let mut response = Json(json!({ "message": message, "errors": [] })).into_response();
    response.set_status(status);
    response
}

fn make() -> Result<String, HostError> {
    Ok(format!("{PREFIX}{}", random()?))
}

/// Returns 256 random bits, as hexadecimal digits.
pub fn random() -> Result<String, HostError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| error.to_string())?;
    Ok(hex(&random))
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
