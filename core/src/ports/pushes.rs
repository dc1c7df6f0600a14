//! How many requests for authorization each client pushed lately.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lru::LruCache;

use crate::types::{Client, ClientId, ClientKind, Source, TenantId, Timestamp, limits};

/// Counts what clients pushed, within as long as such a request can be opened. In this process alone: nodes
/// count apart.
#[derive(Debug)]
pub struct Pushes(Mutex<LruCache<Who, Count>>);

type Who = (TenantId, ClientId, Option<Source>);

#[derive(Clone, Copy, Debug)]
struct Count {
    since: Timestamp,
    pushed: usize,
}

/// How many are counted at once; beyond it the one goes that pushed nothing for the longest time.
const COUNTED: NonZeroUsize = NonZeroUsize::new(16_384).expect("16384 is not zero");

impl Default for Pushes {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(COUNTED)))
    }
}

impl Pushes {
    /// Counts one more of a client. One that proves nothing is counted by where it is as well, or a stranger could
    /// use up what others have by its name.
    ///
    /// # Errors
    /// How long to wait, where there were [`limits::PUSHED_REQUESTS`] within that time.
    pub fn count(
        &self,
        tenant: &TenantId,
        client: &Client,
        source: Option<Source>,
        now: Timestamp,
        within: Duration,
    ) -> Result<(), Duration> {
        let source = source.filter(|_| client.kind == ClientKind::Public);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let who = (tenant.clone(), client.id.clone(), source);
        let count = counts.get_or_insert_mut(who, || Count { since: now, pushed: 0 });
        // Also after a clock stepped back: nobody waits for a moment that is far ahead.
        if now < count.since || now.since(count.since) >= within {
            *count = Count { since: now, pushed: 0 };
        }
        if count.pushed >= limits::PUSHED_REQUESTS {
            return Err(within - now.since(count.since));
        }
        count.pushed += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn pr_07_a_client_pushes_so_many_within_a_lifetime_and_no_more() {
        let (pushes, begin) = (Pushes::default(), Timestamp::from_secs(1000));
        let push = |tenant: &str, client: &str, now: Timestamp| {
            let tenant = tenant.parse().unwrap();
            let client = Client::new(client.parse().unwrap(), ClientKind::Public);
            pushes.count(&tenant, &client, None, now, MINUTE)
        };
        for _ in 0..limits::PUSHED_REQUESTS {
            assert_eq!(push("acme", "app", begin), Ok(()));
        }
        let later = begin.plus(Duration::from_secs(20));
        assert_eq!(push("acme", "app", later), Err(Duration::from_secs(40)));
        assert_eq!((push("acme", "web", later), push("globex", "app", later)), (Ok(()), Ok(())));
        assert!(push("acme", "app", begin.plus(MINUTE - Duration::from_millis(1))).is_err());
        assert_eq!(push("acme", "app", begin.plus(MINUTE)), Ok(()));
        // A clock that was far ahead holds nobody up.
        assert_eq!(push("acme", "app", Timestamp::from_secs(1)), Ok(()));
    }

    #[test]
    fn pr_07_a_stranger_uses_up_what_is_theirs() {
        let (tenant, now) = ("acme".parse().unwrap(), Timestamp::from_secs(1000));
        // Who proves who they are is one, wherever they are.
        let known = ClientKind::Confidential { methods: [].into(), secrets: [].into() };
        for (kind, elsewhere) in [(ClientKind::Public, Ok(())), (known, Err(MINUTE))] {
            let (pushes, client) = (Pushes::default(), Client::new("spa".parse().unwrap(), kind));
            let push = |source: &str| {
                let source = Some(Source::of(source.parse().unwrap()));
                pushes.count(&tenant, &client, source, now, MINUTE)
            };
            while push("192.0.2.1").is_ok() {}
            assert_eq!(push("192.0.2.2"), elsewhere);
        }
    }
}
