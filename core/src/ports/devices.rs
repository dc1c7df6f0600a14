//! Devices that ask whether their users have decided, and people who type codes: how often.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lru::LruCache;

use super::Pushes;
use crate::types::{ClientId, TenantId, TicketId, Timestamp, limits};

/// Counts in this process alone, so that a device that waits costs no write: nodes count apart, and a device that
/// asks several at once is answered by each.
#[derive(Debug)]
pub struct Devices {
    /// How many devices each client asked for.
    pub asked: Pushes,
    paces: Mutex<LruCache<Who, Pace>>,
    wrong: Mutex<LruCache<TenantId, Wrong>>,
}

/// By its client as well: who shows the code of another's device slows it down by nothing.
type Who = (TenantId, ClientId, TicketId);

/// The most devices whose pace is remembered; beyond it the one goes that asked nothing for the longest time, and
/// may ask at once. About 10 MiB.
const PACES: NonZeroUsize = NonZeroUsize::new(65_536).expect("65536 is not zero");
/// The most tenants at which wrong codes are counted.
const TENANTS: NonZeroUsize = NonZeroUsize::new(16_384).expect("16384 is not zero");
/// Within so long wrong codes are counted together.
const MINUTE: Duration = Duration::from_secs(60);

/// How often a device asks.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// When it last asked.
    asked_at: Timestamp,
    /// When it last asked and was answered.
    answered_at: Timestamp,
    /// How long it has to wait between two answers.
    interval: Duration,
}

#[derive(Clone, Copy, Debug)]
struct Wrong {
    since: Timestamp,
    tried: u32,
}

impl Default for Devices {
    fn default() -> Self {
        Self {
            asked: Pushes::default(),
            paces: Mutex::new(LruCache::new(PACES)),
            wrong: Mutex::new(LruCache::new(TENANTS)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Devices {
    /// Whether a device is answered that asks now (RFC 8628 §3.5). Asking sooner than `interval` after it last
    /// asked makes it wait five seconds more between two answers from then on, a minute at most. DV-03: that counts
    /// from the last answer and not from the last question, so whoever asks at the pace that was announced is
    /// answered now and then, whatever it did before. A fifth of the interval is forgiven: clocks and networks are not even.
    pub fn may_ask(
        &self,
        tenant: &TenantId,
        client: &ClientId,
        device: TicketId,
        interval: Duration,
        now: Timestamp,
    ) -> bool {
        let mut paces = locked(&self.paces);
        let who = (tenant.clone(), client.clone(), device);
        let Some(pace) = paces.get_mut(&who) else {
            paces.put(who, Pace { asked_at: now, answered_at: now, interval });
            return true;
        };
        // Also after a clock stepped back: nobody waits for a moment that is far ahead.
        let is_time = |since: Timestamp, span: Duration| {
            now < since || now.since(since) >= span.saturating_sub(interval / 5)
        };
        let answered = is_time(pace.answered_at, pace.interval);
        if !answered && !is_time(pace.asked_at, interval) {
            let most = *limits::DEVICE_POLL_INTERVAL.end();
            pace.interval = (pace.interval + limits::DEVICE_SLOW_DOWN).min(most.max(interval));
        }
        pace.asked_at = now;
        if answered {
            pace.answered_at = now;
        }
        answered
    }

    /// It is not this client's: nothing is remembered of it.
    pub fn forget(&self, tenant: &TenantId, client: &ClientId, device: TicketId) {
        locked(&self.paces).pop(&(tenant.clone(), client.clone(), device));
    }

    /// DV-01: counts a code that somebody types, as one that is wrong until it is known to be right. This is for
    /// a tenant as a whole: whoever has very many addresses has no more tries.
    ///
    /// # Errors
    /// How long to wait, where there were [`limits::WRONG_USER_CODES`] within a minute.
    pub fn try_code(&self, tenant: &TenantId, now: Timestamp) -> Result<(), Duration> {
        let mut wrong = locked(&self.wrong);
        let count = wrong.get_or_insert_mut(tenant.clone(), || Wrong { since: now, tried: 0 });
        if now < count.since || now.since(count.since) >= MINUTE {
            *count = Wrong { since: now, tried: 0 };
        }
        if count.tried >= limits::WRONG_USER_CODES {
            return Err(MINUTE - now.since(count.since));
        }
        count.tried += 1;
        Ok(())
    }

    /// It was right, or was not looked at.
    pub fn was_no_guess(&self, tenant: &TenantId) {
        if let Some(count) = locked(&self.wrong).get_mut(tenant) {
            count.tried = count.tried.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGIN: Timestamp = Timestamp::from_secs(1000);
    const FIVE: Duration = Duration::from_secs(5);

    fn at(secs: f64) -> Timestamp {
        BEGIN.plus(Duration::from_secs_f64(secs))
    }

    /// What a device is answered that asks at these moments.
    fn asks(devices: &Devices, client: &str, moments: &[f64]) -> Vec<bool> {
        let (tenant, client) = ("acme".parse().unwrap(), client.parse().unwrap());
        let device = TicketId::from_bytes([1; 16]);
        let ask = |secs: &f64| devices.may_ask(&tenant, &client, device, FIVE, at(*secs));
        moments.iter().map(ask).collect()
    }

    #[test]
    fn dv_03_who_asks_too_soon_waits_longer_and_is_answered_then() {
        let devices = Devices::default();
        // After each answer it may wait what it was told, five seconds more each time.
        assert_eq!(asks(&devices, "tv", &[0.0, 5.0, 9.1]), [true, true, true]);
        assert_eq!(asks(&devices, "tv", &[10.0, 20.0, 21.0, 22.0]), [false, true, false, false]);
        assert_eq!(asks(&devices, "tv", &[42.0, 61.9]), [true, true]);
    }

    #[test]
    fn dv_03_at_the_announced_pace_nobody_is_stuck() {
        let devices = Devices::default();
        // A flood, which makes the interval as long as it gets.
        let flood: Vec<_> = (0..100).map(|n| f64::from(n) / 10.0).collect();
        assert_eq!(asks(&devices, "tv", &flood).iter().filter(|answered| **answered).count(), 1);
        let pace: Vec<_> = (1..=36).map(|n| 10.0 + 5.0 * f64::from(n)).collect();
        let answered = asks(&devices, "tv", &pace);
        assert!(answered.iter().filter(|answered| **answered).count() >= 3, "{answered:?}");
        // Nobody's clock that was far ahead holds a device up.
        let (tenant, client) = ("acme".parse().unwrap(), "tv".parse().unwrap());
        let (device, past) = (TicketId::from_bytes([1; 16]), Timestamp::from_secs(1));
        assert!(devices.may_ask(&tenant, &client, device, FIVE, past));
    }

    #[test]
    fn dv_04_the_pace_of_a_device_is_its_clients_own() {
        let devices = Devices::default();
        assert_eq!(asks(&devices, "tv", &[0.0]), [true]);
        assert_eq!(asks(&devices, "other", &[0.1, 0.2]), [true, false]);
        assert_eq!(asks(&devices, "tv", &[5.0]), [true]);
        devices.forget(
            &"acme".parse().unwrap(),
            &"tv".parse().unwrap(),
            TicketId::from_bytes([1; 16]),
        );
        assert_eq!(asks(&devices, "tv", &[5.1]), [true]);
    }

    #[test]
    fn dv_01_a_tenant_has_so_many_wrong_codes_in_a_minute() {
        let devices = Devices::default();
        let (acme, globex) = ("acme".parse().unwrap(), "globex".parse().unwrap());
        for n in 0..limits::WRONG_USER_CODES {
            assert_eq!(devices.try_code(&acme, at(20.0)), Ok(()), "{n}");
            // One that was right costs nothing, and gives nothing back.
            if n % 2 == 0 {
                assert_eq!(devices.try_code(&acme, at(20.0)), Ok(()));
                devices.was_no_guess(&acme);
            }
        }
        assert_eq!(devices.try_code(&acme, at(30.0)), Err(Duration::from_secs(50)));
        assert_eq!(devices.try_code(&globex, at(30.0)), Ok(()));
        assert_eq!(devices.try_code(&acme, at(80.0)), Ok(()));
    }
}
