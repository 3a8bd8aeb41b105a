//! Whose assertions prove a client that has no secret.

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
