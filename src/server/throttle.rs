//! Sign-in throttling per account and per address (`security.md` M1, A06). Nobody is locked out by outsiders: a device
//! from which the account signed in before is never throttled by others' failures.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures on one account before its sign-in rests (spec §2.2).
const PER_ACCOUNT: usize = 5;
/// Failures from one address before it rests; an office shares one address.
const PER_ADDRESS: usize = 20;
/// For how long failures count.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Keys kept at the most; the oldest go first.
const MOST_KEYS: usize = 50_000;

/// Counts failures in memory, and what may be done so often only.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<String, Vec<Instant>>>,
    done: Mutex<HashMap<String, Vec<Instant>>>,
}

/// So often within an hour.
const HOUR: Duration = Duration::from_secs(3_600);

impl Throttle {
    /// Seconds to wait before this account may be tried again from this address, if any.
    pub fn wait(&self, account: &str, address: &str, known_device: bool) -> Option<u64> {
        let by_account = if known_device {
            None
        } else {
            self.rest(&format!("account {account}"), PER_ACCOUNT)
        };
        by_account.or_else(|| {
            if known_device {
                None
            } else {
                self.rest(&format!("address {address}"), PER_ADDRESS)
            }
        })
    }

    /// Notes a failure.
    pub fn failed(&self, account: &str, address: &str) {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() > MOST_KEYS {
            failures.retain(|_, times| times.iter().any(|time| now.duration_since(*time) < WINDOW));
        }
        for key in [format!("account {account}"), format!("address {address}")] {
            failures.entry(key).or_default().push(now);
        }
    }

    /// Forgets an account's failures after it signed in.
    pub fn succeeded(&self, account: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&format!("account {account}"));
    }

    /// Takes one of so many turns an hour; seconds to wait when they are used up.
    pub fn take(&self, key: &str, most: usize) -> Result<(), u64> {
        let now = Instant::now();
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        if done.len() > MOST_KEYS {
            done.retain(|_, times| times.iter().any(|time| now.duration_since(*time) < HOUR));
        }
        let times = done.entry(key.to_owned()).or_default();
        times.retain(|time| now.duration_since(*time) < HOUR);
        match times.first() {
            Some(oldest) if times.len() >= most => Err((HOUR - now.duration_since(*oldest)).as_secs().max(1)),
            _ => {
                times.push(now);
                Ok(())
            }
        }
    }

    fn rest(&self, key: &str, most: usize) -> Option<u64> {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let times = failures.get_mut(key)?;
        times.retain(|time| now.duration_since(*time) < WINDOW);
        let oldest = times.len().checked_sub(most).map(|position| times[position])?;
        Some((WINDOW - now.duration_since(oldest)).as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_rests_after_five_failures_but_its_own_device_does_not() {
        let throttle = Throttle::default();
        for address in 0..5 {
            assert_eq!(throttle.wait("530102-zr", "10.0.0.9", false), None);
            throttle.failed("530102-zr", &format!("10.0.0.{address}"));
        }
        assert!(throttle.wait("530102-zr", "10.0.0.9", false).is_some());
        assert_eq!(throttle.wait("530102-zr", "10.0.0.9", true), None);
        assert_eq!(throttle.wait("530103-zr", "10.0.0.9", false), None);
        throttle.succeeded("530102-zr");
        assert_eq!(throttle.wait("530102-zr", "10.0.0.9", false), None);
    }

    #[test]
    fn turns_are_used_up() {
        let throttle = Throttle::default();
        assert_eq!([throttle.take("one", 2), throttle.take("one", 2)], [Ok(()), Ok(())]);
        assert!(throttle.take("one", 2).is_err());
        assert_eq!(throttle.take("other", 2), Ok(()));
    }

    #[test]
    fn an_address_rests_after_twenty_failures_on_many_accounts() {
        let throttle = Throttle::default();
        for account in 0..20 {
            throttle.failed(&account.to_string(), "10.0.0.1");
        }
        assert!(throttle.wait("fresh", "10.0.0.1", false).is_some());
        assert_eq!(throttle.wait("fresh", "10.0.0.2", false), None);
    }
}
