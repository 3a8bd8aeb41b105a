//! What is measured, for the recorder of the `metrics` crate that the host installs. Without the feature `metrics`, nothing is.

use std::time::Duration;

use crate::store::census::Census;

#[cfg(feature = "metrics")]
mod names {
    pub const DURATION: &str = "scim_request_duration_seconds";
    pub const USERS: &str = "scim_users";
    pub const GROUPS: &str = "scim_groups";
    pub const HOSTS: &str = "scim_hosts";
    pub const ENDING: &str = "scim_ending_credentials";
    /// The values of `within`, for each of [`DAYS_AHEAD`](crate::store::expiry::DAYS_AHEAD).
    pub const WITHIN: [&str; 3] = ["30d", "7d", "1d"];
}

/// Describes what is measured, to the recorder that is installed by then.
pub fn describe() {
    #[cfg(feature = "metrics")]
    {
        use ::metrics::{Unit, describe_gauge, describe_histogram};
        describe_histogram!(
            names::DURATION,
            Unit::Seconds,
            "How long SCIM requests took, by route, method and class of status."
        );
        describe_gauge!(names::USERS, "Users of a connection, as of the last count.");
        describe_gauge!(names::GROUPS, "Groups of a connection, as of the last count.");
        describe_gauge!(
            names::HOSTS,
            "Hosts with an address, by ownership (owned, unowned, ambiguous, shared), as of the last count."
        );
        describe_gauge!(
            names::ENDING,
            "Tokens and client secrets of a connection that end within 30d, 7d or 1d and were not replaced, as of the last count."
        );
    }
}

/// Records a request that has ended.
#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "nothing is measured"))]
pub fn request_ended(method: &'static str, route: &str, status: u16, took: Duration) {
    #[cfg(feature = "metrics")]
    {
        let class = match status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        ::metrics::histogram!(names::DURATION, "method" => method, "route" => route.to_owned(), "status" => class)
            .record(took.as_secs_f64());
    }
}

/// Records how much there is.
#[cfg_attr(not(feature = "metrics"), expect(unused_variables, reason = "nothing is measured"))]
pub fn counted(census: &Census) {
    #[cfg(feature = "metrics")]
    {
        for counted in &census.connections {
            let connection = || counted.name.clone();
            ::metrics::gauge!(names::USERS, "connection" => connection()).set(to_float(counted.users));
            ::metrics::gauge!(names::GROUPS, "connection" => connection()).set(to_float(counted.groups));
            for (within, count) in names::WITHIN.into_iter().zip(counted.ending) {
                ::metrics::gauge!(names::ENDING, "connection" => connection(), "within" => within).set(to_float(count));
            }
        }
        let hosts = [
            ("owned", census.owned),
            ("unowned", census.unowned),
            ("ambiguous", census.ambiguous),
            ("shared", census.shared),
        ];
        for (ownership, count) in hosts {
            ::metrics::gauge!(names::HOSTS, "ownership" => ownership).set(to_float(count));
        }
    }
}

#[cfg(feature = "metrics")]
fn to_float(count: i64) -> f64 {
    // Exact up to 2^53.
    count as f64
}
