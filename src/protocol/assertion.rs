//! A client proves itself by an assertion that its identity provider signed (RFC 7523 section 3), and has no secret.

use crate::protocol::federation::Federation;

/// The longest time that an assertion may still be valid, in milliseconds: section 3 lets us refuse an end that is unreasonably far.
const LONGEST: i64 = 24 * 3600 * 1000;
/// How far the clock of an identity provider may be off, in milliseconds.
const LEEWAY: i64 = 60 * 1000;

const LACKS: &str = "the client_assertion lacks exp, iss, sub or aud";

/// An assertion whose header can be checked, and what it is signed with.
#[derive(Debug)]
pub struct Assertion<'a> {
    text: &'a str,
    algorithm: jsonwebtoken::Algorithm,
    kid: Option<String>,
}

/// The public keys of an issuer.
#[derive(Debug)]
pub struct IssuerKeys(jsonwebtoken::jwk::JwkSet);

impl IssuerKeys {
    /// Reads a JSON Web Key Set (RFC 7517); `None` if it is none.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }
}

impl<'a> Assertion<'a> {
    /// Reads the header of an assertion.
    ///
    /// # Errors
    /// What is wrong with it, for the administrator.
    pub fn parse(text: &'a str) -> Result<Self, &'static str> {
        use jsonwebtoken::Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};

        let header = jsonwebtoken::decode_header(text).map_err(|_| "the client_assertion is no signed JWT")?;
        // Only keys that can be public: with HS256 anybody could sign, since the key of the check is no secret.
        if ![RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA].contains(&header.alg) {
            return Err("the client_assertion is not signed with RS256 or another algorithm of public keys");
        }
        if header.crit.is_some() {
            // RFC 7515 section 4.1.11.
            return Err("the client_assertion has a crit that is not understood here");
        }
        Ok(Self { text, algorithm: header.alg, kid: header.kid })
    }

    /// Checks the signature by the keys of the issuer, the claims, and their times at a time in milliseconds.
    ///
    /// # Errors
    /// As [`Assertion::parse`].
    pub fn check(&self, keys: &IssuerKeys, federation: &Federation, now: i64) -> Result<(), &'static str> {
        use jsonwebtoken::{DecodingKey, Validation, decode, jwk::PublicKeyUse};

        #[derive(serde::Deserialize)]
        struct Times {
            exp: Option<f64>,
            #[serde(default)]
            nbf: f64,
        }

        let signs = |key: &&jsonwebtoken::jwk::Jwk| {
            key.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature)
        };
        let mut keys = keys.0.keys.iter().filter(signs);
        let key = match &self.kid {
            Some(kid) => keys.find(|key| key.common.key_id.as_ref() == Some(kid)),
            None => keys.next().filter(|_| keys.next().is_none()),
        };
        let key = key.ok_or("the issuer has no key of the client_assertion's kid")?;
        let key = DecodingKey::from_jwk(key).map_err(|_| "the issuer's key cannot be used")?;
        let mut validation = Validation::new(self.algorithm);
        // Times are checked below, by the host server's clock.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        validation.set_required_spec_claims(&["exp", "iss", "sub", "aud"]);
        validation.set_issuer(&[&federation.issuer]);
        validation.set_audience(&[&federation.audience]);
        validation.sub = Some(federation.subject.clone());
        let claims = decode::<Times>(self.text, &key, &validation);
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
}

fn reason(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;

    match error.kind() {
        ErrorKind::InvalidSignature => "the client_assertion is not signed by its issuer",
        ErrorKind::InvalidIssuer => "the client_assertion has another issuer than this client",
        ErrorKind::InvalidSubject => "the client_assertion has another subject than this client",
        ErrorKind::InvalidAudience => "the client_assertion has another audience than this client",
        ErrorKind::MissingRequiredClaim(_) => LACKS,
        ErrorKind::Json(_) | ErrorKind::InvalidClaimFormat(_) => "a claim of the client_assertion has the wrong type",
        _ => "the client_assertion is damaged, or does not fit the key of its kid",
    }
}
