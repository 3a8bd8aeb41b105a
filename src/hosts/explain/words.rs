//! An explanation in words that an administrator understands.

use super::{CandidateLost, ExplainedCandidate};
use crate::{
    hosts::{Assignment, MatchedAttribute, Ownership},
    protocol::{assignee::Assignee, date},
    store::hosts::Found,
};

/// Says why a candidate lost, to whom.
pub(super) fn because(lost: CandidateLost, candidate: &Found, to: Option<&Found>) -> String {
    let name = |of: Option<&Found>| {
        of.map_or_else(|| "somebody else".to_owned(), |of| format!("{} (user {})", of.user_name, of.user))
    };
    match lost {
        CandidateLost::Limit => "the host is limited to other connections".to_owned(),
        CandidateLost::Domain => "the user's connection finds hosts by addresses of other domains only".to_owned(),
        CandidateLost::ByHand => "the host was assigned by hand, and no other address is asked then".to_owned(),
        CandidateLost::Source => format!(
            "{} has an address of source {}, which comes before {}",
            name(to),
            to.map_or("", |to| &to.source),
            candidate.source
        ),
        CandidateLost::Match => format!(
            "the address is {} of {}, which comes before {}",
            to.map_or("an address", |to| matched(to)),
            name(to),
            matched(candidate)
        ),
        CandidateLost::Connection => format!("the connection of {} is older", name(to)),
        CandidateLost::Tie => format!("{} fits equally well, so nobody owns the host", name(to)),
        CandidateLost::OtherAddress => "the same user is found by a better address".to_owned(),
    }
}

/// Says who owns the host and why, in a sentence or two.
pub(super) fn summary(
    ownership: &Ownership,
    winner: Option<&ExplainedCandidate>,
    owned: Option<(i64, Option<&str>)>,
    assignment: Option<&Assignment>,
) -> String {
    let mut text = who(ownership, winner);
    if let (Ownership::Owned { .. }, Some((at, request))) = (ownership, owned) {
        text.push_str(" So since ");
        text.push_str(&date::format(at));
        if let Some(request) = request {
            text.push_str(", by request ");
            text.push_str(request);
        }
        text.push('.');
    }
    if let Some(Assignment { assignee, by, at, .. }) = assignment {
        let to = match assignee {
            Assignee::Address(email) => email.clone(),
            Assignee::User(user) => format!("user {user}"),
            Assignee::Shared => "nobody".to_owned(),
        };
        text.push_str(&format!(" {by} assigned it to {to} on {}.", date::format(*at)));
    }
    text
}

fn who(ownership: &Ownership, winner: Option<&ExplainedCandidate>) -> String {
    let (source, email, winner) = match (ownership, winner) {
        (Ownership::Owned { source, email, .. }, Some(winner)) => (source, email, winner),
        (Ownership::Unowned { reason } | Ownership::Ambiguous { reason, .. } | Ownership::Shared { reason }, _) => {
            return format!("Nobody owns the host: {reason}.");
        }
        _ => return "The owner changed just now: ask again.".to_owned(),
    };
    let left = if winner.active { "" } else { ", who has left," };
    if winner.matched_by == MatchedAttribute::Assigned {
        return format!("{} (user {}){left} owns the host: it was assigned by hand.", winner.user_name, winner.user);
    }
    format!(
        "{} (user {}){left} owns the host: its address {email} of source {source} is {}.",
        winner.user_name, winner.user, winner.matched
    )
}

/// Says what the address is of the user.
pub(super) const fn matched(of: &Found) -> &'static str {
    match (of.match_rank, of.active) {
        (0, _) => "the userName of an active user",
        (1, _) => "one of the emails of an active user",
        (2, _) => "the userName of an inactive user",
        (3, _) => "one of the emails of an inactive user",
        _ => "a userName that a user had before",
    }
}
