//! What a connection is called, whose it is, and in which state it is.

/// The longest name of a connection, in characters: it is a part of the base URL.
pub const NAME: usize = 63;
/// The name of the connection that the host server fills itself.
pub const NATIVE: &str = "native";

/// The product that an identity provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Vendor {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// authentik.
    Authentik,
    /// Keycloak.
    Keycloak,
    /// `OneLogin`.
    OneLogin,
    /// Ping Identity.
    Ping,
    /// Google Workspace.
    Google,
    /// Any other, or not said.
    #[default]
    Other,
}

/// Who fills a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConnectionKind {
    /// An identity provider.
    #[default]
    Idp,
    /// The host server itself.
    Native,
}

/// Whether a connection serves its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ConnectionState {
    /// It is provisioned.
    #[default]
    Live,
    /// Its data is kept and shown. Its clients get 503 with `Retry-After`.
    Paused,
    /// Its data is kept, shown and never changes. Its clients get 403.
    Detached,
    /// Its data is being deleted. Its clients get 403.
    Deleting,
}

impl Vendor {
    /// Every vendor.
    pub const ALL: [Self; 8] = [
        Self::Okta,
        Self::Entra,
        Self::Authentik,
        Self::Keycloak,
        Self::OneLogin,
        Self::Ping,
        Self::Google,
        Self::Other,
    ];

    /// Returns the name that is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Authentik => "authentik",
            Self::Keycloak => "keycloak",
            Self::OneLogin => "onelogin",
            Self::Ping => "ping",
            Self::Google => "google",
            Self::Other => "other",
        }
    }

    /// Finds the vendor with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.as_str() == name)
    }
}

impl ConnectionKind {
    /// Returns the name that is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idp => "idp",
            Self::Native => "native",
        }
    }

    /// Finds the kind with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Idp, Self::Native].into_iter().find(|kind| kind.as_str() == name)
    }
}

impl ConnectionState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Live, Self::Paused, Self::Detached, Self::Deleting];

    /// Returns the name that is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Detached => "detached",
            Self::Deleting => "deleting",
        }
    }

    /// Finds the state with a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Says whether a text can be the name of a connection: 1 to 63 of `a` to `z`, `0` to `9` and `-`. Okta's base URL may have
/// no `_` (2026-11).
pub fn is_connection_name(text: &str) -> bool {
    (1..=NAME).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// Makes a connection's name of any text; `is_taken` says which names others have.
pub fn connection_name(text: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = String::new();
    for c in text.trim().to_lowercase().chars() {
        let kept = c.is_ascii_lowercase() || c.is_ascii_digit();
        if kept || !name.is_empty() && !name.ends_with('-') {
            name.push(if kept { c } else { '-' });
        }
    }
    // What follows a hyphen at the end was cut.
    name.truncate(NAME);
    let name = match name.trim_end_matches('-') {
        "" => "connection",
        name => name,
    };
    let numbered = |number: u32| match number {
        1 => name.to_owned(),
        number => {
            let suffix = format!("-{number}");
            format!("{}{suffix}", &name[..name.len().min(NAME - suffix.len())])
        }
    };
    (1..).map(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_of_any_text_and_is_nobody_elses() {
        let names = [
            ("default", "default"),
            ("Okta (EMEA)", "okta-emea"),
            ("acme_corp", "acme-corp"),
            ("Ångström & Co.", "ngstr-m-co"),
            ("___", "connection"),
            ("株式会社", "connection"),
        ];
        for (text, expected) in names {
            assert_eq!(connection_name(text, |_| false), expected, "{text}");
        }
        assert_eq!(connection_name("Acme", |name| ["acme", "acme-2"].contains(&name)), "acme-3");
        let long = "a".repeat(100);
        let second = connection_name(&long, |name| name.len() == NAME && !name.ends_with('2'));
        assert!(is_connection_name(&second) && second.ends_with("-2"), "{second}");
    }

    #[test]
    fn a_name_fits_into_the_base_url_of_every_vendor() {
        assert!(["a", "0", "acme-2", &"a".repeat(63)].iter().all(|name| is_connection_name(name)));
        assert!(["", "A", "a_b", "a b", "é", &"a".repeat(64)].iter().all(|name| !is_connection_name(name)));
    }
}
