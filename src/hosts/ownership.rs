//! Why a host is owned, unowned or ambiguous. The view decides who owns it; this only puts the reason into words.

use serde::Serialize;

use super::Source;
use crate::{
    protocol::{
        assignee::{ASSIGNED_RANK, SHARED_KEY},
        resource::record::MatchRank,
    },
    store::hosts::{Barred, CANDIDATES, Candidate, Owner},
};

/// The attribute of the user that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum MatchedAttribute {
    /// The `userName`.
    #[serde(rename = "userName")]
    UserName,
    /// One of the `emails`.
    #[serde(rename = "emails")]
    Emails,
    /// A `userName` the user had before.
    #[serde(rename = "former userName")]
    FormerUserName,
    /// None: the host was assigned to the user by hand.
    #[serde(rename = "assigned")]
    Assigned,
}

impl MatchedAttribute {
    pub(super) fn of(source_rank: i16, match_rank: i16) -> Self {
        match MatchRank::from_stored(match_rank) {
            _ if source_rank == ASSIGNED_RANK => Self::Assigned,
            MatchRank::UserName | MatchRank::InactiveUserName => Self::UserName,
            MatchRank::Email | MatchRank::InactiveEmail => Self::Emails,
            MatchRank::FormerUserName => Self::FormerUserName,
        }
    }
}

/// Whether a host has a user, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "status")]
pub enum Ownership {
    /// Exactly one user matches best.
    Owned {
        /// The address of the host that matched.
        email: String,
        /// The source of that address.
        source: String,
        /// The attribute of the user that matched.
        matched_by: MatchedAttribute,
        /// What to change in the identity provider, if something is missing.
        #[serde(skip_serializing_if = "Option::is_none")]
        advice: Option<&'static str>,
    },
    /// No user matches.
    Unowned {
        /// The reason, in words.
        reason: String,
    },
    /// Two or more users match equally well, so none of them owns it.
    Ambiguous {
        /// The reason, in words.
        reason: String,
        /// The SCIM ids of the users who match, at most 100.
        users: Vec<String>,
    },
    /// Nobody is to own it: a kiosk, or a computer of a lab.
    Shared {
        /// The same, in words.
        reason: String,
    },
}

impl Ownership {
    pub(super) fn from_owner(owner: &Owner, advice: Option<&'static str>) -> Self {
        let matched_by = MatchedAttribute::of(owner.source_rank, owner.match_rank);
        let email = if matched_by == MatchedAttribute::Assigned { &owner.user_name } else { &owner.email };
        Self::Owned { email: email.clone(), source: owner.source.clone(), matched_by, advice }
    }

    /// Says why a host has no owner, from the sources of its addresses and everybody found by them, best first. `assigned` is the key
    /// of its assignment to a user, or to nobody.
    pub(super) fn without_owner(sources: &[&str], candidates: &[Candidate], assigned: Option<&str>) -> Self {
        let unowned = |reason: &str| Self::Unowned { reason: reason.to_owned() };
        let barred = |by: Barred| candidates.iter().any(|of| of.source_rank == ASSIGNED_RANK && of.barred == Some(by));
        match assigned {
            Some(SHARED_KEY) => {
                return Self::Shared { reason: "the host is shared: it was said to be nobody's".to_owned() };
            }
            Some(_) if barred(Barred::Limit) => {
                return unowned("the host was assigned to a user of a connection that it is not limited to");
            }
            Some(_) if barred(Barred::Domain) => {
                return unowned(
                    "an older version of this server took the assignment of the host away: assign it again",
                );
            }
            Some(_) => {
                return unowned("the user that the host was assigned to was deleted, and no address is asked then");
            }
            None => {}
        }
        if sources.is_empty() {
            return unowned("the host has no address");
        }
        let by_hand = sources.contains(&Source::Idp.as_str());
        let considered = |candidate: &&Candidate| !by_hand || candidate.source_rank == Source::Idp.rank();
        let Some(best) = candidates.iter().filter(considered).find(|candidate| candidate.barred.is_none()) else {
            if let Some(barred) = candidates.iter().filter(considered).find_map(|candidate| candidate.barred) {
                return unowned(match barred {
                    Barred::Limit => {
                        "the host is limited to certain connections, and its address belongs to a user of another one"
                    }
                    Barred::Domain => {
                        "a user has the address of the host, but the user's connection finds hosts by other domains only"
                    }
                });
            }
            return if by_hand {
                unowned("the address set by hand belongs to no user, and no other address is asked then")
            } else {
                unowned(
                    "no address of the host belongs to a user: is the user assigned to the application in the identity provider?",
                )
            };
        };
        let rank = |candidate: &Candidate| (candidate.source_rank, candidate.match_rank, candidate.connection);
        let tied = candidates.iter().filter(|candidate| candidate.barred.is_none() && rank(candidate) == rank(best));
        let mut users: Vec<String> = tied.map(|candidate| candidate.user.to_string()).collect();
        users.sort_unstable();
        users.dedup();
        if users.len() < 2 {
            return unowned("the user appeared only just now: ask again");
        }
        let count = users.len();
        let more = if count as u64 >= CANDIDATES.unsigned_abs() { " or more" } else { "" };
        let reason = format!("{count}{more} users fit equally well by an address of source {}", best.source);
        Self::Ambiguous { reason, users }
    }
}
