//! Why a host is owned by whom it is owned by, or by nobody.

mod contest;
mod words;

use serde_json::{Value, json};

pub use self::contest::CandidateLost;
use self::contest::{Lost, contest};
use super::{
    Assignment, HostEndUsers, Hosts, MatchedAttribute, OtherEmail, Ownership, changes::Causes, end_users::end_user_of,
};
use crate::{
    error::Error,
    protocol::{
        date,
        id::{ConnectionId, HostId, RequestId, UserId},
    },
    store::{
        connections,
        hosts::{self, Depth, Found},
    },
};

/// How many candidates are looked at.
const CANDIDATES: u64 = 100;

/// Why a host is owned, or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The host.
    pub host: HostId,
    /// Who owns it, or why nobody does.
    pub ownership: Ownership,
    /// The owner.
    pub user: Option<UserId>,
    /// Since when they own it, in milliseconds since 1970; `None` if that was before this was kept.
    pub since: Option<i64>,
    /// The request that made them the owner, by our id of it; `None` if it is not known, and for the library's own work.
    pub request_id: Option<String>,
    /// All of it in words, for an administrator.
    pub explanation: String,
    /// The assignment by hand, if there is one.
    pub assignment: Option<Assignment>,
    /// Every address of the host, by source.
    pub addresses: Vec<OtherEmail>,
    /// Everybody found by an address of it, the best first and those who may not match last; at most 100.
    pub candidates: Vec<ExplainedCandidate>,
}

/// A user found by an address of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainedCandidate {
    /// The user.
    pub user: UserId,
    /// The `userName`.
    pub user_name: String,
    /// Whether the user still works there.
    pub active: bool,
    /// The user's connection.
    pub connection: ConnectionId,
    /// The name of the connection.
    pub connection_name: Option<String>,
    /// The address of the host; of a user it was assigned to, the `userName`.
    pub email: String,
    /// The source of the address.
    pub source: String,
    /// The attribute of the user that has the address.
    pub matched_by: MatchedAttribute,
    /// Why the user does not own the host by this address; `None` for the owner.
    pub lost: Option<CandidateLost>,
    /// The user who is in the way.
    pub lost_to: Option<UserId>,
    /// Why, in words.
    pub because: Option<String>,
    /// What the address is of the user, in words.
    matched: &'static str,
}

impl Hosts<'_> {
    /// Explains who owns a host: every address, everybody found by one, who beats whom and by which rule, since when, and by which
    /// request.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn explain(&self, host: HostId) -> Result<Explanation, Error> {
        let snapshot = self.database.snapshot().await?;
        let known = self.read_in(&snapshot, &[host], Depth::Shown).await?.pop();
        let known = known.ok_or_else(|| Error::Corrupt("a host was lost".to_owned()))?;
        let found = hosts::found(&snapshot, host, CANDIDATES).await?;
        let told = hosts::told(&snapshot, &[host]).await?;
        let names = if found.is_empty() { Default::default() } else { connections::names(&snapshot).await? };
        let by_hand = hosts::by_hand(&snapshot, host).await?;
        let assignment = hosts::assignments::of_host(&snapshot, host).await?.map(Assignment::from);
        snapshot.end_read().await;
        let user = end_user_of(&known);
        // Of very many addresses only the first are looked at: the view knows better then.
        let as_shown = |(of, lost): (&Found, Option<Lost>)| match lost {
            None if user != Some(of.user) => Some(Lost { because: CandidateLost::Tie, to: None }),
            lost => lost,
        };
        let lost: Vec<Option<Lost>> = found.iter().zip(contest(&found, by_hand)).map(as_shown).collect();
        let candidate = |(at, of): (usize, &Found)| {
            let lost = lost[at];
            let to = lost.and_then(|lost| lost.to).map(|to| &found[to]);
            ExplainedCandidate {
                user: of.user,
                user_name: of.user_name.clone(),
                active: of.active,
                connection: of.connection,
                connection_name: names.get(&of.connection).cloned(),
                // An assignment is no address.
                email: if of.source_rank < 0 { of.user_name.clone() } else { of.email.clone() },
                source: of.source.clone(),
                matched_by: MatchedAttribute::of(of.source_rank, of.match_rank),
                lost: lost.map(|lost| lost.because),
                lost_to: to.map(|to| to.user),
                because: lost.map(|lost| words::because(lost.because, of, to)),
                matched: words::matched(of),
            }
        };
        let candidates: Vec<ExplainedCandidate> = found.iter().enumerate().map(candidate).collect();
        let told = told.get(&host).filter(|told| user.is_some_and(|user| user.0 == told.user_id));
        let owned = Causes::read(told).owned;
        let request = owned.as_ref().map(|owned| owned.request.clone());
        let request_id = request.filter(|request| *request != RequestId::NONE.to_string());
        let since = owned.map(|owned| owned.at);
        let winner = candidates.iter().find(|candidate| candidate.lost.is_none());
        let owned = since.map(|since| (since, request_id.as_deref()));
        let explanation = words::summary(&known.ownership, winner, owned, assignment.as_ref());
        let HostEndUsers { ownership, addresses, .. } = known;
        Ok(Explanation { host, ownership, user, since, request_id, explanation, assignment, addresses, candidates })
    }
}

impl Explanation {
    /// Returns it as JSON: `status`, `user`, `matchedBy`, `email`, `source`, `since`, `requestId`, `explanation`, `addresses` and
    /// `candidates`, each of which has `user`, `userName`, `active`, `connection`, `email`, `source`, `matchedBy`, `wins`, `lostTo` and
    /// `because`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let (status, matched_by, email, source) = match &self.ownership {
            Ownership::Owned { matched_by, email, source, .. } => {
                ("owned", Some(*matched_by), Some(email), Some(source))
            }
            Ownership::Unowned { .. } => ("unowned", None, None, None),
            Ownership::Ambiguous { .. } => ("ambiguous", None, None, None),
            Ownership::Shared { .. } => ("shared", None, None, None),
        };
        json!({
            "status": status,
            "user": self.user.map(|user| user.to_string()),
            "matchedBy": matched_by,
            "email": email,
            "source": source,
            "since": self.since.map(date::format),
            "requestId": self.request_id,
            "explanation": self.explanation,
            "assignment": self.assignment.as_ref().map(Assignment::to_json),
            "addresses": self.addresses,
            "candidates": self.candidates.iter().map(ExplainedCandidate::to_json).collect::<Vec<_>>(),
        })
    }
}

impl ExplainedCandidate {
    fn to_json(&self) -> Value {
        json!({
            "user": self.user.to_string(),
            "userName": self.user_name,
            "active": self.active,
            "connection": self.connection_name.clone().unwrap_or_else(|| self.connection.0.to_string()),
            "email": self.email,
            "source": self.source,
            "matchedBy": self.matched_by,
            "wins": self.lost.is_none(),
            "lostTo": self.lost_to.map(|user| user.to_string()),
            "because": self.because,
        })
    }
}
