//! What an OAuth client sends to the token endpoint (RFC 6749 section 4.4).

use super::oauth_error::OAuthError;

/// The longest value of a parameter, in bytes.
const VALUE: usize = 16 * 1024;
/// RFC 7523 section 2.2.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A request for an access token.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenRequest {
    pub client_id: String,
    pub proof: Proof,
    pub asks_for_scope: bool,
}

/// What a client proves itself by.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    Secret(String),
    /// A JWT that its identity provider signed (RFC 7523 section 2.2).
    Assertion(String),
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest").finish_non_exhaustive()
    }
}

impl TokenRequest {
    /// Reads the parameters of the body, with the client's id and secret from the Authorization header if it sent them there.
    ///
    /// # Errors
    /// Says which parameter does not fit.
    pub fn parse(
        parameters: impl IntoIterator<Item = (String, String)>,
        header: Option<(String, String)>,
    ) -> Result<Self, OAuthError> {
        let (mut grant, mut id, mut secret, mut scope) = (None, None, None, None);
        let (mut assertion, mut assertion_type) = (None, None);
        for (name, value) in parameters {
            let parameter = match name.as_str() {
                "grant_type" => &mut grant,
                "client_id" => &mut id,
                "client_secret" => &mut secret,
                "scope" => &mut scope,
                "client_assertion" => &mut assertion,
                "client_assertion_type" => &mut assertion_type,
                // RFC 6749 section 3.2: others are ignored.
                _ => continue,
            };
            if value.len() > VALUE {
                return Err(OAuthError::invalid_request(format!("a parameter is longer than {VALUE} bytes")));
            }
            if parameter.replace(value).is_some() {
                return Err(OAuthError::invalid_request("a parameter is there twice"));
            }
        }
        // Section 3.2: a parameter without a value is as if it were not there.
        let [grant, id, secret, scope, assertion, assertion_type] =
            [grant, id, secret, scope, assertion, assertion_type].map(|value| value.filter(|text| !text.is_empty()));
        match grant.as_deref() {
            Some("client_credentials") => {}
            None => return Err(OAuthError::invalid_request("grant_type is missing: send client_credentials")),
            Some(_) => {
                return Err(OAuthError {
                    status: 400,
                    code: "unsupported_grant_type",
                    description: "the only grant_type here is client_credentials".to_owned(),
                });
            }
        }
        if let Some(assertion) = assertion {
            if header.is_some() || secret.is_some() {
                return Err(OAuthError::invalid_request("send client_assertion or a secret, not both"));
            }
            if assertion_type.as_deref() != Some(JWT_BEARER) {
                return Err(OAuthError::invalid_request(format!("client_assertion_type is {JWT_BEARER}")));
            }
            let client_id = id.ok_or_else(|| OAuthError::invalid_client("send client_id beside client_assertion"))?;
            return Ok(Self { client_id, proof: Proof::Assertion(assertion), asks_for_scope: scope.is_some() });
        }
        let (client_id, client_secret) = match (header, id, secret) {
            (Some(_), _, Some(_)) => {
                return Err(OAuthError::invalid_request("send the secret in the header or in the body, not in both"));
            }
            (Some((named, _)), Some(id), _) if named != id => {
                return Err(OAuthError::invalid_request("the header and the body name different clients"));
            }
            (Some(client), _, None) => client,
            (None, Some(id), Some(secret)) => (id, secret),
            _ => return Err(OAuthError::invalid_client("send client_id and client_secret")),
        };
        Ok(Self { client_id, proof: Proof::Secret(client_secret), asks_for_scope: scope.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl std::fmt::Debug for Proof {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Proof")
        }
    }

    fn parse(parameters: &[(&str, &str)], header: Option<(&str, &str)>) -> Result<TokenRequest, OAuthError> {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        TokenRequest::parse(parameters.iter().copied().map(own), header.map(own))
    }

    type Pair = (&'static str, &'static str);

    const GRANT: Pair = ("grant_type", "client_credentials");

    #[test]
    fn a_client_names_itself_in_the_header_or_in_the_body() {
        let by_body = parse(&[GRANT, ("client_id", "a"), ("client_secret", "b"), ("resource", "x")], None).unwrap();
        let by_header = parse(&[GRANT, ("client_secret", ""), ("client_id", "a")], Some(("a", "b"))).unwrap();
        for request in [&by_body, &by_header] {
            assert_eq!((request.client_id.as_str(), &request.proof), ("a", &Proof::Secret("b".to_owned())));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_code_of_the_standard() {
        let long: &'static str = "x".repeat(VALUE + 1).leak();
        let (jwt, jwt_type) = (("client_assertion", "a.b.c"), ("client_assertion_type", JWT_BEARER));
        let cases: [(&[Pair], Option<Pair>, &str); 12] = [
            (&[GRANT, jwt, jwt_type], None, "invalid_client"),
            (&[GRANT, ("client_id", "a"), jwt], None, "invalid_request"),
            (&[GRANT, ("client_id", "a"), jwt, jwt_type], Some(("a", "b")), "invalid_request"),
            (&[GRANT, ("client_id", "a"), ("client_secret", "b"), jwt, jwt_type], None, "invalid_request"),
            (&[], None, "invalid_request"),
            (&[("grant_type", "")], None, "invalid_request"),
            (&[("grant_type", "password")], None, "unsupported_grant_type"),
            (&[GRANT], None, "invalid_client"),
            (&[GRANT, GRANT], None, "invalid_request"),
            (&[GRANT, ("client_id", "a"), ("client_secret", "b")], Some(("a", "b")), "invalid_request"),
            (&[GRANT, ("client_id", "c")], Some(("a", "b")), "invalid_request"),
            (&[GRANT, ("client_id", "a"), ("client_secret", long)], None, "invalid_request"),
        ];
        for (parameters, header, code) in cases {
            assert_eq!(parse(parameters, header).unwrap_err().code, code);
        }
    }
}
