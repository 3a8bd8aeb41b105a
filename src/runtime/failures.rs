//! Failed attempts to get an access token, so that nobody can try secrets without end.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Failures of one client and address in a [`WINDOW`] after which it has to wait.
const FAILURES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// How many clients and addresses are remembered; the address counts alone when there are more.
const REMEMBERED: usize = 10_000;

/// A client that names itself, and the address it calls from.
pub type Attempt = (String, Option<IpAddr>);

#[derive(Debug, Default)]
pub struct Failures(Mutex<HashMap<Attempt, (Instant, u32)>>);

impl Failures {
    /// Says how long the caller has to wait, if it failed too often.
    pub fn wait(&self, attempt: &Attempt) -> Option<Duration> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from_there = anybody(attempt);
        let worst = [attempt, &from_there].into_iter().filter_map(|key| failures.get(key));
        let blocked = worst.filter(|(_, count)| *count >= FAILURES);
        blocked.map(|(since, _)| WINDOW.saturating_sub(since.elapsed())).max().filter(|wait| !wait.is_zero())
    }

    pub fn note(&self, attempt: Attempt) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, (since, _)| since.elapsed() < WINDOW);
        }
        let full = failures.len() >= REMEMBERED && !failures.contains_key(&attempt);
        let key = if full { anybody(&attempt) } else { attempt };
        let (since, count) = failures.entry(key).or_insert((Instant::now(), 0));
        if since.elapsed() >= WINDOW {
            (*since, *count) = (Instant::now(), 0);
        }
        *count += 1;
    }
}

/// Any client that calls from the same address.
fn anybody(attempt: &Attempt) -> Attempt {
    (String::new(), attempt.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(client: usize) -> Attempt {
        (client.to_string(), Some(IpAddr::from([10, 0, 0, 1])))
    }

    #[test]
    fn the_eleventh_attempt_waits_and_nobody_else_does() {
        let failures = Failures::default();
        for _ in 0..FAILURES {
            assert_eq!(failures.wait(&attempt(1)), None);
            failures.note(attempt(1));
        }
        assert!(failures.wait(&attempt(1)).is_some_and(|wait| wait <= WINDOW));
        assert_eq!(failures.wait(&attempt(2)), None);
        assert_eq!(failures.wait(&("1".to_owned(), None)), None);
    }

    #[test]
    fn names_without_end_take_no_memory_without_end() {
        let failures = Failures::default();
        for client in 0..REMEMBERED + 20 {
            failures.note(attempt(client));
        }
        assert!(failures.0.lock().unwrap().len() <= REMEMBERED + 1);
        assert!(failures.wait(&attempt(999_999)).is_some(), "the address counts alone");
    }
}
