//! The source of a host's address.

use std::{convert::Infallible, fmt, str::FromStr};

/// A source of addresses; the first source with a matching address decides who owns a host.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// `idp`: set by hand. It ends the search even when it matches nobody.
    Idp,
    /// `mdm_idp_accounts`: who signed in when the host was enrolled.
    MdmIdpAccounts,
    /// `google_chrome_profiles`: who is signed in to Chrome.
    GoogleChromeProfiles,
    /// `custom`: set through an API.
    Custom,
    /// Any other name; all of these rank equally, last.
    Other(String),
}

impl Source {
    /// Returns the name used in the API and in the table.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Idp => "idp",
            Self::MdmIdpAccounts => "mdm_idp_accounts",
            Self::GoogleChromeProfiles => "google_chrome_profiles",
            Self::Custom => "custom",
            Self::Other(name) => name,
        }
    }

    /// Returns the rank in the order of sources, 0 first.
    #[must_use]
    pub fn rank(&self) -> i16 {
        // Ranked by name, so that `Other("idp")` ranks as what it says.
        match self.as_str() {
            "idp" => 0,
            "mdm_idp_accounts" => 1,
            "google_chrome_profiles" => 2,
            "custom" => 3,
            _ => 4,
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(match name {
            "idp" => Self::Idp,
            "mdm_idp_accounts" => Self::MdmIdpAccounts,
            "google_chrome_profiles" => Self::GoogleChromeProfiles,
            "custom" => Self::Custom,
            other => Self::Other(other.to_owned()),
        })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
