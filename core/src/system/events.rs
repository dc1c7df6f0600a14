//! Where audit events go when nobody says otherwise.

use crate::ports::{Event, Events};

/// Takes no note of anything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silence;

impl Events for Silence {
    fn record(&self, _: Event) {}
}

#[cfg(feature = "tracing")]
pub use traced::TracingEvents;

#[cfg(feature = "tracing")]
mod traced {
    use tracing::{error, info, warn};

    use crate::ports::{Event, EventKind, Events};

    /// Writes audit events as `tracing` events of the target `grantry::audit`: at level `ERROR`
    /// what keeps a tenant from working, at `WARN` what somebody should look at, the rest at `INFO`. Fields are `event`, `detail`, `tenant`,
    /// `client`, `subject`, `grant` and `source`.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct TracingEvents;

    impl Events for TracingEvents {
        fn record(&self, event: Event) {
            macro_rules! write_at {
                ($level:ident) => {
                    $level!(
                        target: "grantry::audit",
                        event = event.kind.as_str(),
                        detail = detail(&event.kind),
                        tenant = event.tenant.as_str(),
                        client = event.client.as_ref().map(|client| client.as_str()),
                        subject = event.subject.as_ref().map(|subject| subject.as_str()),
                        grant = event.grant.map(|grant| tracing::field::debug(grant)),
                        source = event.source.map(tracing::field::display),
                    )
                };
            }
            match event.kind {
                EventKind::KeysUnreadable(_) => write_at!(error),
                EventKind::Reused | EventKind::RolledBack | EventKind::Throttled(_) => {
                    write_at!(warn);
                }
                _ => write_at!(info),
            }
        }
    }

    fn detail(kind: &EventKind) -> Option<String> {
        match kind {
            EventKind::Issued(grant) => Some(grant.as_str().to_owned()),
            EventKind::Refused(reason) | EventKind::KeysUnreadable(reason) => {
                Some((*reason).to_owned())
            }
            EventKind::Ended(grants) => Some(grants.to_string()),
            EventKind::Throttled(wait) => Some(format!("{} ms", wait.as_millis())),
            EventKind::Administered(deed) => Some(deed.as_str().to_owned()),
            _ => None,
        }
    }
}
