//! Who beats whom, by the rules of the view `host_scim_user`.

use std::collections::BTreeSet;

use crate::{
    protocol::id::UserId,
    store::hosts::{Barred, Found},
};

/// Why a user found by an address does not own the host, or not by this address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CandidateLost {
    /// The host is limited to other connections.
    Limit,
    /// The user's connection finds hosts by addresses of other domains only.
    Domain,
    /// An address set by hand is the only one that is asked.
    ByHand,
    /// An address of a source that comes first belongs to somebody.
    Source,
    /// The address of the same source is the `userName` of the other, or they are active.
    Match,
    /// The connection of the other is older.
    Connection,
    /// Somebody else fits equally well, so nobody owns the host.
    Tie,
    /// The same user is found by a better address.
    OtherAddress,
}

/// What became of one candidate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lost {
    pub because: CandidateLost,
    /// The candidate who is in the way, by place.
    pub to: Option<usize>,
}

/// Says of each candidate, best first, why they lost; `None` for the one who owns the host. `by_hand` is the best source by which
/// the host was assigned, whether its address belongs to anybody or not.
pub(super) fn contest(candidates: &[Found], by_hand: Option<i16>) -> Vec<Option<Lost>> {
    let bars = |candidate: &Found| match candidate.barred {
        Some(Barred::Limit) => Some(CandidateLost::Limit),
        Some(Barred::Domain) => Some(CandidateLost::Domain),
        None => by_hand.filter(|by_hand| candidate.source_rank > *by_hand).map(|_| CandidateLost::ByHand),
    };
    let Some(best) = candidates.iter().position(|candidate| bars(candidate).is_none()) else {
        return candidates.iter().map(|candidate| Some(Lost { because: bars(candidate)?, to: None })).collect();
    };
    let of = |candidate: &Found| (candidate.source_rank, candidate.match_rank, candidate.connection);
    let equal = |candidate: &Found| bars(candidate).is_none() && of(candidate) == of(&candidates[best]);
    let tied: BTreeSet<UserId> =
        candidates.iter().filter(|candidate| equal(candidate)).map(|candidate| candidate.user).collect();
    let other = |user: UserId| candidates.iter().position(|candidate| equal(candidate) && candidate.user != user);
    let lost = |(place, candidate): (usize, &Found)| {
        let to_best = |because| Some(Lost { because, to: Some(best) });
        let first = &candidates[best];
        match bars(candidate) {
            Some(because) => Some(Lost { because, to: None }),
            None if place == best && tied.len() == 1 => None,
            None if equal(candidate) && tied.len() > 1 => {
                Some(Lost { because: CandidateLost::Tie, to: other(candidate.user) })
            }
            None if candidate.user == first.user => to_best(CandidateLost::OtherAddress),
            None if candidate.source_rank != first.source_rank => to_best(CandidateLost::Source),
            None if candidate.match_rank != first.match_rank => to_best(CandidateLost::Match),
            None => to_best(CandidateLost::Connection),
        }
    };
    candidates.iter().enumerate().map(lost).collect()
}
