//! What was fetched from others, kept for a while.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::{Budget, FetchError, Flights, StoreError};

/// For how long something is kept at least, and where its server does not say.
const KEPT: Duration = Duration::from_secs(60);
/// For how long at most: what its server withdrew is believed no longer.
const KEPT_AT_MOST: Duration = Duration::from_secs(3600);
/// How long after one look the next one is, whatever anybody asks for.
const PAUSE: Duration = Duration::from_secs(10);
/// For how long something counts although its server does not answer any more.
const OVERDUE: Duration = Duration::from_secs(3600);
/// How much is remembered.
const MOST: usize = 1_000;

/// Documents of others by their URLs. Each is fetched by one at a time; a server that fails is not asked again at
/// once, and what it said before counts for a while.
pub(crate) struct FetchedDocuments<T> {
    known: Arc<Cache<Arc<str>, Arc<Known<T>>>>,
    looks: Flights<Arc<str>, Arc<Known<T>>>,
    /// How often what is not known is looked for: whoever makes up names makes up any number of them.
    pub(crate) unknown: Budget,
    /// How often what is known and not too old is looked for once more.
    pub(crate) again: Budget,
}

/// What came of a look: the document, for how long it may be kept, or why there is none.
pub(crate) type Look<T> = Result<(T, Option<Duration>), LookError>;

/// Why a look was in vain.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What came is not what is looked for.
    #[error("something else is there")]
    Strange,
}

struct Known<T> {
    /// The document; none where its server never answered.
    shown: Option<Shown<T>>,
    /// When it was looked for last, be it in vain.
    looked_at: Instant,
}

struct Shown<T> {
    /// None where there is no such document.
    document: Option<Arc<T>>,
    at: Instant,
    kept_for: Duration,
}

impl<T: Send + Sync + 'static> FetchedDocuments<T> {
    /// None yet.
    pub(crate) fn new() -> Self {
        let (known, looks) = (Arc::new(Cache::new(MOST)), Flights::patient());
        let (unknown, again) = (Budget::of_unknown_documents(), Budget::of_unknown_documents());
        Self { known, looks, unknown, again }
    }

    /// The document of this URL: as it is known, if it is not too old and `does`, or else as `look` finds it.
    /// Nothing where its server says that there is none.
    ///
    /// # Errors
    /// When its server does not answer, and never did or too long ago; when too much is asked for that is not
    /// known.
    pub(crate) async fn find<F>(
        &self,
        url: &str,
        does: impl Fn(&T) -> bool,
        look: impl FnOnce() -> F + Send,
    ) -> Result<Option<Arc<T>>, StoreError>
    where
        F: Future<Output = Look<T>> + Send + 'static,
    {
        let known = self.known.get(url);
        if let Some(known) = known.as_ref().filter(|known| known.does(does)) {
            return known.answer();
        }
        let url: Arc<str> = url.into();
        // Called for the one who looks, and not for those who wait for what is found.
        let look = || {
            let budget = match &known {
                None => Some(&self.unknown),
                Some(known) if known.is_fresh() => Some(&self.again),
                Some(_) => None,
            };
            let look = budget.is_none_or(Budget::take).then(look);
            let (kept, url) = (self.known.clone(), url.clone());
            async move {
                let look = match (look, known) {
                    (Some(look), before) => {
                        async move {
                            let landed = Arc::new(Known::after(look.await, before.as_deref()));
                            kept.insert(url, landed.clone());
                            landed
                        }
                    }
                    (None, Some(known)) => return Ok(known),
                    (None, None) => {
                        return Err(StoreError::new("too much is asked for that is not known"));
                    }
                };
                // Whoever asks may hang up: that it was looked for is known all the same.
                tokio::spawn(look).await.map_err(StoreError::new)
            }
        };
        self.looks.join(url.clone(), look).await?.value.answer()
    }
}

impl<T> Known<T> {
    /// Whether nobody has to be asked.
    fn does(&self, does: impl Fn(&T) -> bool) -> bool {
        let does = |shown: &Shown<T>| {
            shown.at.elapsed() < shown.kept_for && shown.document.as_deref().is_none_or(does)
        };
        self.looked_at.elapsed() < PAUSE || self.shown.as_ref().is_some_and(does)
    }

    /// Whether it is not too old.
    fn is_fresh(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| shown.at.elapsed() < shown.kept_for)
    }

    /// What is known after a look.
    fn after(look: Look<T>, before: Option<&Self>) -> Self {
        let looked_at = Instant::now();
        let show = |document, kept_for| Some(Shown { document, at: looked_at, kept_for });
        let shown = match look {
            Ok((document, max_age)) => {
                let kept_for = max_age.unwrap_or_default().clamp(KEPT, KEPT_AT_MOST);
                show(Some(Arc::new(document)), kept_for)
            }
            Err(LookError::Fetch(FetchError::Status(404 | 410))) => show(None, KEPT),
            Err(_) => before.and_then(|before| before.shown.clone()),
        };
        Self { shown, looked_at }
    }

    /// The document, unless its server has not answered for too long.
    fn answer(&self) -> Result<Option<Arc<T>>, StoreError> {
        let counts = |shown: &&Shown<T>| shown.at.elapsed() < shown.kept_for + OVERDUE;
        let shown = self.shown.as_ref().filter(counts);
        shown.map(|shown| shown.document.clone()).ok_or(StoreError::new("there is no answer"))
    }
}

impl<T> Clone for Shown<T> {
    fn clone(&self) -> Self {
        Self { document: self.document.clone(), ..*self }
    }
}

impl<T> fmt::Debug for FetchedDocuments<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchedDocuments").field("known", &self.known.len()).finish_non_exhaustive()
    }
}
