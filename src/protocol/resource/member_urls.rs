//! The URLs of a group's members.

use std::{collections::HashMap, sync::Arc};

use crate::protocol::{id::UserId, patch::members::MemberId};

/// Where members are: in the group's connection, or, as users in a native group may be, in another.
#[derive(Debug, Clone, Default)]
pub struct MemberUrls {
    base_url: String,
    /// The base URLs of users of other connections.
    elsewhere: HashMap<UserId, Arc<str>>,
}

impl MemberUrls {
    /// Builds the URLs below one base URL.
    pub fn below(base_url: &str) -> Self {
        Self { base_url: base_url.to_owned(), elsewhere: HashMap::new() }
    }

    /// Adds users who are below another base URL.
    pub fn with(self, elsewhere: HashMap<UserId, Arc<str>>) -> Self {
        Self { elsewhere, ..self }
    }

    /// Returns the URL of a member.
    pub fn of(&self, member: MemberId) -> String {
        let elsewhere = match member {
            MemberId::User(user) => self.elsewhere.get(&user).map(|url| &**url),
            MemberId::Group(_) => None,
        };
        let (id, endpoint, _) = member.parts();
        format!("{}/{endpoint}/{id}", elsewhere.unwrap_or(&self.base_url))
    }
}
