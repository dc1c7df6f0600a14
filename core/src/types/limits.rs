//! Every bound on what a request may hold, in one place.

use std::{ops::RangeInclusive, time::Duration};

/// The largest request body, in bytes, that an adapter reads before it gives up.
pub const BODY: usize = 64 * 1024;
/// The largest form that is parsed, in bytes.
pub const FORM: usize = 16 * 1024;
/// The longest query string, in bytes; beyond it the answer is 414.
pub const QUERY: usize = 8 * 1024;
/// The most parameters in one query string or form.
pub const PARAMETERS: usize = 64;
/// The longest user name, in bytes after decoding.
pub const USERNAME: usize = 256;
/// The longest password, in bytes after decoding.
pub const PASSWORD: usize = 1024;
/// The longest redirect URI, in bytes.
pub const REDIRECT_URI: usize = 2048;
/// The longest `state`, in bytes.
pub const STATE: usize = 2048;
/// The longest scope, in bytes.
pub const SCOPE: usize = 4096;
/// The most tokens in one scope.
pub const SCOPE_TOKENS: usize = 64;
/// The longest code, refresh token or client secret that is looked at, in bytes.
pub const CREDENTIAL: usize = 512;
/// The longest JWT that a guard looks at, in bytes.
pub const JWT: usize = 16 * 1024;
/// The longest assertion by which a client proves itself, in bytes.
pub const ASSERTION: usize = 8 * 1024;
/// How far ahead the end of an assertion may lie: so long its id is remembered.
pub const ASSERTION_LIFETIME: Duration = Duration::from_secs(300);
/// The longest id of a JWT that is remembered (`jti`), in bytes.
pub const JWT_ID: usize = 128;
/// The longest proof that somebody has a key (RFC 9449 §4), in bytes.
pub const PROOF: usize = 8 * 1024;
/// How far the moment at which a proof was made may lie from now, exclusively, in the past and in the future:
/// two clocks may differ, and a proof takes its time. So long, and as long again, its id is remembered.
pub const PROOF_WINDOW: Duration = Duration::from_secs(60);
/// How long this server gives out one nonce for proofs (RFC 9449 §8); it counts for as long again.
pub const PROOF_NONCE: Duration = Duration::from_secs(60);
/// The longest JWK Set of a client, in bytes.
pub const JWKS: usize = 16 * 1024;
/// The longest name of a client's key (`kid`), in bytes.
pub const KEY_ID: usize = 128;
/// The longest `resource`, in bytes: as long as an audience.
pub const RESOURCE: usize = 512;
/// The most redirect URIs or origins that a policy lists.
pub const LISTED: usize = 20;
/// How long an authorization code may live at most (RFC 6749 §4.1.2 recommends ten minutes).
pub const CODE_LIFETIME: Duration = Duration::from_secs(600);
/// How long an access token may live at most.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How long a retry of a refresh may be answered at most.
pub const RETRY_WINDOW: Duration = Duration::from_secs(300);
/// How long a grant may live at most: ten years.
pub const GRANT_LIFETIME: Duration = Duration::from_secs(10 * 365 * 24 * 3600);
/// How far the clocks of the issuer and of a resource server may be apart.
pub const LEEWAY: Duration = Duration::from_secs(60);
/// How long others may keep metadata and the JWKS, in seconds.
pub const JWKS_MAX_AGE: u64 = 300;
/// How long a new key is published before it signs, at least: twice as long as others may keep the
/// JWKS.
pub const KEY_ANNOUNCEMENT: Duration = Duration::from_secs(2 * JWKS_MAX_AGE);
/// How long a key signs before another takes its place, at least.
pub const KEY_LIFETIME: Duration = Duration::from_secs(24 * 3600);
/// How many secrets a client has at most: the one in use, and the one that replaces it.
pub const CLIENT_SECRETS: usize = 2;
/// The longest `nonce`, in bytes.
pub const NONCE: usize = 1024;
/// The longest `claims` parameter, in bytes, and the deepest it may be nested.
pub const CLAIMS_PARAMETER: usize = 4096;
/// The most bytes that claims of a user or a token take as JSON.
pub const CLAIMS: usize = 8 * 1024;
/// The longest text that is shown to people: the name of a client, a user or a tenant, a scope in
/// words, in bytes.
pub const SHOWN: usize = 256;
/// The longest text that only hints at something (`login_hint`, `acr_values`, `ui_locales`), in bytes.
pub const HINT: usize = 1024;
/// How long a request for authorization waits for its user.
pub const INTERACTION_LIFETIME: Duration = Duration::from_secs(30 * 60);
/// How long a browser may bring the reference to a request that was pushed.
pub const PUSHED_REQUEST_LIFETIME: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(90);
/// How many requests a client may push within that time; one that proves nothing, from one place.
pub const PUSHED_REQUESTS: usize = 1000;
/// How long the codes of a device are good for (RFC 8628 §3.2).
pub const DEVICE_CODE_LIFETIME: RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(30 * 60);
/// How long a device waits between two questions (RFC 8628 §3.2), at least and at most.
pub const DEVICE_POLL_INTERVAL: RangeInclusive<Duration> =
    Duration::from_secs(1)..=Duration::from_secs(60);
/// How much longer a device waits that asked too soon (RFC 8628 §3.5).
pub const DEVICE_SLOW_DOWN: Duration = Duration::from_secs(5);
/// The longest text that is looked at as a user code, in bytes.
pub const TYPED_USER_CODE: usize = 64;
/// How many user codes may be tried at a tenant within a minute that are none.
pub const WRONG_USER_CODES: u32 = 100;
/// How long a user may stay signed in at most.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);
/// How often a session that is used is written, at most.
pub const SESSION_TOUCH: Duration = Duration::from_secs(60);
/// The most clients of a tenant that registered themselves.
pub const REGISTERED_CLIENTS: u32 = 100_000;
/// How long a client that nobody uses is kept, at least and at most.
pub const UNUSED_CLIENT: (Duration, Duration) =
    (Duration::from_secs(60), Duration::from_secs(365 * 24 * 3600));
/// How long an initial access token is good for, at most.
pub const INITIAL_ACCESS: Duration = Duration::from_secs(365 * 24 * 3600);
/// The largest metadata of a client that is parsed, in bytes.
pub const CLIENT_METADATA: usize = 32 * 1024;
/// How many wrong verifiers end a code (RFC 7636 leaves it open).
pub const WRONG_VERIFIERS: u8 = 5;
