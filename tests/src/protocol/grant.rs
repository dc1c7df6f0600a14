//! A grant of Alice's as whoever holds its tokens sees it, for the cases about presenting them.

use bytes::Bytes;
use grantry::{
    ports::{Change, Clock},
    types::{Generation, Next, Ticket, TicketState, Timestamp},
};
use http::HeaderMap;
use serde_json::json;

use crate::{Answer, Stage, Tokens, claims, grant_of, rpc, tenant_id};

/// What is said of every code and refresh token that counts for nothing.
pub(super) const REFUSED: &str = "the code or refresh token is unknown, expired, used, or was \
                                  issued for another client or redirect URI";

/// Who holds a grant: what they prove of themselves, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// The tenant's own application, on the direct API.
    Direct,
    /// The public client `app`.
    App,
    /// The confidential client `backend`.
    Backend,
}

impl Holder {
    /// Everybody.
    pub(super) const ALL: [Self; 3] = [Self::Direct, Self::App, Self::Backend];
    /// Those that do not authenticate.
    pub(super) const PUBLIC: [Self; 2] = [Self::Direct, Self::App];

    async fn sign_in(self, s: &Stage, tenant: &str) -> Tokens {
        match self {
            Self::Direct => s.direct_tokens(tenant).await,
            Self::App => s.tokens(tenant, "app").await,
            Self::Backend => s.tokens(tenant, "backend").await,
        }
    }

    /// Presents a refresh token.
    pub(super) async fn presents(self, s: &Stage, tenant: &str, token: &str) -> Answer {
        match self {
            Self::Direct => s.direct_refresh(tenant, token).await,
            Self::App => s.refresh(tenant, "app", token).await,
            Self::Backend => s.refresh(tenant, "backend", token).await,
        }
    }

    /// Demands a whole answer that says no.
    #[track_caller]
    pub(super) fn assert_refused(self, answer: &Answer) {
        match self {
            Self::Direct => answer.assert_rpc(400, &rpc(3, "INVALID_GRANT", REFUSED, &[])),
            Self::App | Self::Backend => answer.assert_error(400, "invalid_grant", REFUSED),
        }
    }

    /// Demands a whole answer with tokens that are valid for so many seconds.
    #[track_caller]
    pub(super) fn assert_granted(self, answer: &Answer, seconds: u64) -> Tokens {
        let Tokens { access, refresh } = answer.tokens();
        let (prefix, whole) = match self {
            Self::Direct => (
                "grt_dr_",
                json!({
                    "access_token": access, "refresh_token": refresh,
                    "token_type": "Bearer", "expires_in": seconds.to_string(),
                }),
            ),
            Self::App | Self::Backend => (
                "grt_rt_",
                json!({
                    "access_token": access, "refresh_token": refresh,
                    "token_type": "Bearer", "expires_in": seconds, "scope": "read",
                }),
            ),
        };
        assert_eq!(answer.json(), whole);
        answer.assert_private_json();
        assert!(refresh.starts_with(prefix) && refresh.len() == 79, "{refresh}");
        Tokens { access, refresh }
    }
}

/// A grant, and who holds it.
pub(super) struct Grant<'a> {
    pub(super) s: &'a Stage,
    pub(super) tenant: &'static str,
    pub(super) holder: Holder,
    /// The tokens that it began with.
    pub(super) first: Tokens,
}

impl<'a> Grant<'a> {
    /// Alice signs in by her password.
    pub(super) async fn begin(s: &'a Stage, tenant: &'static str, holder: Holder) -> Self {
        Self { s, tenant, holder, first: holder.sign_in(s, tenant).await }
    }

    /// Presents a token, which is answered with new ones of this grant.
    pub(super) async fn gets(&self, token: &str) -> Tokens {
        self.gets_for(3600, token).await
    }

    /// As [`Grant::gets`], valid for so many seconds.
    pub(super) async fn gets_for(&self, seconds: u64, token: &str) -> Tokens {
        let answer = self.holder.presents(self.s, self.tenant, token).await;
        let tokens = self.holder.assert_granted(&answer, seconds);
        let said = claims(&tokens.access);
        let now = now(self.s).as_secs();
        assert_eq!((&said["iat"], &said["exp"]), (&json!(now), &json!(now + seconds)));
        assert_eq!(said["gid"], claims(&self.first.access)["gid"]);
        tokens
    }

    /// Presents a token, which is refused.
    pub(super) async fn is_refused(&self, token: &str) {
        let answer = self.holder.presents(self.s, self.tenant, token).await;
        self.holder.assert_refused(&answer);
    }

    /// Its row.
    pub(super) async fn row(&self) -> Ticket {
        self.s.ticket(self.tenant, &self.first.access).await
    }

    /// Demands what its row says.
    pub(super) async fn stands(
        &self,
        generation: u32,
        state: TicketState,
        rotated_at: Timestamp,
    ) -> Ticket {
        let row = self.row().await;
        let said = (row.generation, row.state, row.rotated_at);
        assert_eq!(said, (Generation(generation), state, rotated_at), "{:?}", self.holder);
        row
    }

    /// Sets its row back to a generation, as a store does that lost writes.
    pub(super) async fn is_set_back(&self, generation: u32) {
        let row = self.row().await;
        let next = Next {
            generation: Generation(generation),
            state: row.state,
            refreshable: row.refreshable,
            rotated_at: Timestamp::EPOCH,
            expires_at: row.expires_at,
            sender_key: row.sender_key.as_deref().copied(),
        };
        let (tickets, tenant) = (&self.s.world.stores.tickets, tenant_id(self.tenant));
        let id = grant_of(&self.first.access);
        let outcome = tickets.change(&tenant, id, row.version, &next, now(self.s)).await;
        assert_eq!(outcome.expect("the store answers"), Change::Written);
    }
}

/// What time it is.
pub(super) fn now(s: &Stage) -> Timestamp {
    s.world.clock.now()
}

/// A whole answer, to be compared with another: all but the date.
pub(super) fn whole(answer: &Answer) -> (u16, HeaderMap, Bytes) {
    answer.visible()
}
