//! The grants, as they are asked for, and what stands below each.

use std::{str, sync::Arc, time::Duration};

use anyhow::Context;
use bench::{Codes, Floor, Obliging, PKCE, SECRET, Unsigned, World, ask};
use bytes::Bytes;
use clap::ValueEnum;
use grantry_axum::grantry::{
    Server,
    types::{Policy, SigningAlg},
};

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Case {
    ClientCredentials,
    /// The same without a signature; its floor is the signature alone
    Unsigned,
    /// A password that nobody hashes
    Password,
    /// Each one rotates
    RefreshToken,
    /// A code of the direct API, and its redemption
    AuthorizationCode,
    /// A code with PKCE for a user who is signed in, and its redemption
    CodePkce,
    /// The redemption alone, of such codes as were made before
    Redemption,
}

impl Case {
    pub const ALL: [Self; 7] = [
        Self::ClientCredentials,
        Self::Unsigned,
        Self::Password,
        Self::RefreshToken,
        Self::AuthorizationCode,
        Self::CodePkce,
        Self::Redemption,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Unsigned => "unsigned",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
            Self::AuthorizationCode => "authorization_code",
            Self::CodePkce => "code_pkce",
            Self::Redemption => "redemption",
        }
    }
}

const AUTHORIZE: &str = "response_type=code&username=alice&password=wonderland\
    &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb";
const ALICE: &str = "&username=alice&password=wonderland";
const REDEEM: &str =
    "grant_type=authorization_code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code=";

fn by_client(grant: &str, secret: &str) -> String {
    format!("grant_type={grant}&client_id=backend&client_secret={secret}&scope=read")
}

/// A member of a JSON answer that holds nothing to unescape.
fn member<'a>(answer: &'a [u8], name: &str) -> anyhow::Result<&'a str> {
    let text = str::from_utf8(answer)?;
    let found = text.split_once(name).and_then(|(_, rest)| rest.get(3..)?.split('"').next());
    found.with_context(|| format!("no {name} in {text}"))
}

/// The redemption of a code by the client `web`.
fn by_web(secret: &str, code: &str) -> String {
    format!("{REDEEM}{code}&client_id=web&client_secret={secret}&code_verifier={}", PKCE.0)
}

/// Grantry, whose users are all let in, and whose refresh tokens are replaced at each use.
pub struct Ours {
    world: World,
    /// One that signs nothing.
    unsigned: World,
    codes: Codes,
    ready: Vec<String>,
}

impl Ours {
    pub async fn new() -> anyhow::Result<Self> {
        let builder = || Server::builder("https://id.example.com/oauth/{tenant}");
        let rotating = |policy: &mut Policy| {
            policy.signing_alg = SigningAlg::EdDsa;
            policy.retry_window = Duration::ZERO;
        };
        let world = World::with(builder().users(Arc::new(Obliging)), rotating).await?;
        let unsigned = World::with(builder().keyring(Arc::new(Unsigned)), rotating).await?;
        let codes = Codes::begin(&world.server).await?;
        Ok(Self { world, unsigned, codes, ready: Vec::new() })
    }

    /// What so many calls need that is not theirs.
    pub async fn prepare(&mut self, case: Case, calls: usize) -> anyhow::Result<()> {
        if case == Case::Redemption {
            self.ready.clear();
            for _ in 0..calls {
                self.ready.push(self.codes.next(&self.world.server).await?);
            }
        }
        Ok(())
    }

    pub async fn call(&mut self, case: Case, calls: usize) -> anyhow::Result<()> {
        let (server, secret) = (&self.world.server, self.world.secret.expose());
        match case {
            Case::ClientCredentials | Case::Unsigned => {
                let mine = case == Case::ClientCredentials;
                let world = if mine { &self.world } else { &self.unsigned };
                let body = by_client("client_credentials", world.secret.expose());
                repeat(&world.server, body, calls).await
            }
            Case::Password => {
                let body = by_client("password", secret) + ALICE;
                repeat(server, body, calls).await
            }
            Case::RefreshToken => {
                let first = ask(server, TOKEN, by_client("password", secret) + ALICE).await?;
                let mut token = member(&first, "refresh_token")?.to_owned();
                for _ in 0..calls {
                    let body = by_client("refresh_token", secret);
                    let next = ask(server, TOKEN, body + "&refresh_token=" + &token).await?;
                    token.replace_range(.., member(&next, "refresh_token")?);
                }
                Ok(())
            }
            Case::AuthorizationCode => {
                for _ in 0..calls {
                    let code = ask(server, "/oauth/bench/authorize/direct", AUTHORIZE).await?;
                    let body = REDEEM.to_owned() + member(&code, "code")?;
                    ask(server, "/oauth/bench/token/direct", body).await?;
                }
                Ok(())
            }
            Case::CodePkce => {
                for _ in 0..calls {
                    let code = self.codes.next(server).await?;
                    ask(server, TOKEN, by_web(secret, &code)).await?;
                }
                Ok(())
            }
            Case::Redemption => {
                for code in self.ready.iter().take(calls) {
                    ask(server, TOKEN, by_web(secret, code)).await?;
                }
                Ok(())
            }
        }
    }
}

async fn repeat(server: &Server, body: String, calls: usize) -> anyhow::Result<()> {
    let body = Bytes::from(body);
    for _ in 0..calls {
        ask(server, TOKEN, body.clone()).await?;
    }
    Ok(())
}

const TOKEN: &str = "/oauth/bench/token";

/// A code with PKCE of the floor.
fn code(floor: &Floor) -> anyhow::Result<String> {
    let asked = format!("{AUTHORIZE}&code_challenge={}", PKCE.1);
    let code = floor.authorize(asked.as_bytes()).context("a code")?;
    Ok(member(&code, "code")?.to_owned())
}

/// What [`Ours::prepare`] does, of the floor.
pub fn ready(floor: &Floor, case: Case, calls: usize) -> anyhow::Result<Vec<String>> {
    let calls = if case == Case::Redemption { calls } else { 0 };
    (0..calls).map(|_| code(floor)).collect()
}

/// The same calls of the floor.
pub fn floor(floor: &Floor, case: Case, calls: usize, ready: &[String]) -> anyhow::Result<()> {
    let by = |grant| by_client(grant, SECRET);
    let (own, password) = (by("client_credentials"), by("password") + ALICE);
    let mut token = String::new();
    if let Case::RefreshToken = case {
        let first = floor.password("bench", password.as_bytes()).context("a first token")?;
        token.push_str(member(&first, "refresh_token")?);
    }
    for call in 0..calls {
        let answer = match case {
            Case::ClientCredentials => floor.client_credentials("bench", own.as_bytes()),
            Case::Unsigned => Some(vec![0; floor.signature()]),
            Case::Password => floor.password("bench", password.as_bytes()),
            Case::RefreshToken => {
                let body = by("refresh_token") + "&refresh_token=" + &token;
                let next = floor.refresh("bench", body.as_bytes()).context("the next token")?;
                token.replace_range(.., member(&next, "refresh_token")?);
                Some(next)
            }
            Case::AuthorizationCode => {
                let code = floor.authorize(AUTHORIZE.as_bytes()).context("a code")?;
                floor.redeem("bench", (REDEEM.to_owned() + member(&code, "code")?).as_bytes())
            }
            Case::CodePkce => floor.redeem("bench", by_web(SECRET, &code(floor)?).as_bytes()),
            Case::Redemption => {
                let code = ready.get(call).context("a code for each call")?;
                floor.redeem("bench", by_web(SECRET, code).as_bytes())
            }
        };
        answer.with_context(|| format!("the floor refuses {}", case.name()))?;
    }
    Ok(())
}
