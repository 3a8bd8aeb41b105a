//! A client proves itself by an assertion that its identity provider signed (RFC 7523 section 3), and has no secret.

/// The longest time that an assertion may still be valid, in milliseconds: section 3 lets us refuse an end that is unreasonably far.
#[cfg(feature = "client-assertion")]
const LONGEST: i64 = 24 * 3600 * 1000;
/// How far the clock of an identity provider may be off, in milliseconds.
#[cfg(feature = "client-assertion")]
const LEEWAY: i64 = 60 * 1000;

#[cfg(feature = "client-assertion")]
const LACKS: &str = "the client_assertion lacks exp, iss, sub or aud";

/// Whose assertions prove a client: what Microsoft calls workload identity federation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Federation {
    /// The claim `iss`, such as `https://login.microsoftonline.com/{tenant}/v2.0`.
    pub issuer: String,
    /// The claim `sub`.
    pub subject: String,
    /// The claim `aud`, or one of several.
    pub audience: String,
}

/// Checks an assertion against a JSON Web Key Set (RFC 7517) of its issuer, at a time in milliseconds.
///
/// # Errors
/// What is wrong with it, for the administrator.
#[cfg(feature = "client-assertion")]
pub fn check(assertion: &str, keys: &str, federation: &Federation, now: i64) -> Result<(), &'static str> {
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};

    #[derive(serde::Deserialize)]
    struct Times {
        exp: Option<f64>,
        #[serde(default)]
        nbf: f64,
    }

    let header = decode_header(assertion).map_err(|_| "the client_assertion is no signed JWT")?;
    // Only keys that can be public: with HS256 anybody could sign, since the key of the check is no secret.
    let signs = [
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::PS256,
        Algorithm::PS384,
        Algorithm::PS512,
        Algorithm::ES256,
        Algorithm::ES384,
        Algorithm::EdDSA,
    ];
    if !signs.contains(&header.alg) {
        return Err("the client_assertion is not signed with RS256 or another algorithm of public keys");
    }
    let keys: JwkSet = serde_json::from_str(keys).map_err(|_| "the keys of the issuer cannot be read")?;
    let key = match &header.kid {
        Some(kid) => keys.find(kid),
        None => keys.keys.first().filter(|_| keys.keys.len() == 1),
    };
    let key = key.ok_or("the issuer has no key of the client_assertion's kid")?;
    let key = DecodingKey::from_jwk(key).map_err(|_| "the issuer's key cannot be used")?;
    let mut validation = Validation::new(header.alg);
    // Times are checked below, by the host server's clock.
    (validation.validate_exp, validation.validate_nbf) = (false, false);
    validation.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
    validation.set_issuer(&[&federation.issuer]);
    validation.set_audience(&[&federation.audience]);
    validation.sub = Some(federation.subject.clone());
    let claims = decode::<Times>(assertion, &key, &validation);
    let Times { exp, nbf } = claims.map_err(|error| reason(&error))?.claims;
    let exp = exp.ok_or(LACKS)?;
    let (end, begin) = ((exp * 1000.0) as i64, (nbf * 1000.0) as i64);
    if end.saturating_add(LEEWAY) <= now {
        return Err("the client_assertion has expired");
    }
    if begin.saturating_sub(LEEWAY) > now {
        return Err("the client_assertion is not valid yet: compare the clocks");
    }
    if end.saturating_sub(now) > LONGEST + LEEWAY {
        return Err("the client_assertion is valid for more than a day");
    }
    Ok(())
}

#[cfg(feature = "client-assertion")]
fn reason(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;

    match error.kind() {
        ErrorKind::InvalidSignature => "the client_assertion is not signed by its issuer",
        ErrorKind::InvalidIssuer => "the client_assertion has another issuer than this client",
        ErrorKind::InvalidSubject => "the client_assertion has another subject than this client",
        ErrorKind::InvalidAudience => "the client_assertion has another audience than this client",
        ErrorKind::MissingRequiredClaim(_) => LACKS,
        _ => "the client_assertion is no JWT that can be checked",
    }
}
