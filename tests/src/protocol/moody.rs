//! A host's directory whose mood the case sets. It hashes nothing, so that many failures are quick.

use std::{
    future,
    pin::Pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::poll;
use grantry::{
    ports::{SignIn, SignInError, StoreError, Users},
    types::{Password, Standing, Subject, TenantId, Username},
};
use tokio::task::yield_now;

use crate::World;

/// How it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mood {
    /// The user `own` has the world's password, and nobody else has any.
    #[default]
    Fair,
    /// Too many wait.
    Busy,
    /// It cannot be reached.
    Down,
    /// It never answers.
    Silent,
    /// It panics.
    Broken,
}

/// The directory, and how often it was asked.
#[derive(Debug, Default)]
pub(super) struct Moody {
    mood: Mutex<Mood>,
    asked: AtomicUsize,
}

impl Moody {
    pub(super) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    /// Goes on with a sign-in until the directory, which is silent, is asked by it.
    pub(super) async fn is_asked_by<T>(&self, mut sign_in: Pin<&mut impl Future<Output = T>>) {
        let before = self.asked.load(Ordering::SeqCst);
        while self.asked.load(Ordering::SeqCst) == before {
            assert!(poll!(&mut sign_in).is_pending(), "it was answered by a silent directory");
            yield_now().await;
        }
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Users for Moody {
    async fn authenticate(
        &self,
        _: &TenantId,
        name: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        match self.mood() {
            Mood::Fair => {
                let right = *password == Password::from(World::PASSWORD);
                let own = name.canonical() == Some("own");
                let subject = "lent-own".parse().expect("a subject");
                Ok(if right & own { SignIn::Accepted(subject) } else { SignIn::Refused })
            }
            Mood::Busy => Err(SignInError::Busy { retry_after: Duration::from_secs(3) }),
            Mood::Down => Err(StoreError::new("a cause that nobody may read").into()),
            Mood::Silent => future::pending().await,
            Mood::Broken => unreachable!("a cause that nobody may read"),
        }
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        Ok(Standing::ACTIVE)
    }
}
