//! Clients, and what they were told.

use std::sync::Arc;

use super::node::{Answer, Node};

const REDIRECT: (&str, &str) = ("redirect_uri", "https://app.example.com/cb");
const ALICE: [(&str, &str); 2] = [("username", "alice"), ("password", "wonderland")];

/// A grant that is refreshed again and again.
pub struct Chain {
    secret: String,
    /// The newest refresh token that was told.
    token: String,
    /// Whether it was shown, and nobody knows what became of it.
    pending: bool,
    /// How often it was refreshed.
    pub length: u64,
}

/// What was told of a code.
pub struct Code {
    code: String,
    /// Its refresh token, if the answer came.
    refresh: Option<String>,
}

impl Chain {
    pub async fn begin(node: &Node, secret: &str) -> Self {
        let grant = [&[("grant_type", "password")][..], &ALICE].concat();
        let told = node.post("token", secret, &grant).await.expect("a node that answers");
        let token = refresh_token(&told);
        Self { secret: secret.to_owned(), token, pending: false, length: 0 }
    }

    /// Refreshes once. Returns whether it was answered; if not, or by 503, the token is pending.
    pub async fn refresh(&mut self, node: &Node) -> bool {
        match self.show(node, &self.token).await {
            Some(told) if told.status == 200 => {
                self.token = refresh_token(&told);
                self.length += 1;
                true
            }
            Some(told) => {
                // F-07
                assert_eq!((told.status, told.retry_after), (503, true), "{told:?}");
                self.pending = true;
                false
            }
            None => {
                self.pending = true;
                false
            }
        }
    }

    /// Shows what is pending again, twice: the grant lives, and it has one successor.
    pub async fn settle(&mut self, node: &Node) {
        if !std::mem::take(&mut self.pending) {
            return;
        }
        let first = self.show(node, &self.token).await.expect("a node that answers");
        let again = self.show(node, &self.token).await.expect("a node that answers");
        assert_eq!(refresh_token(&first), refresh_token(&again), "F-03: two successors");
        self.token = refresh_token(&first);
        self.length += 1;
    }

    async fn show(&self, node: &Node, token: &str) -> Option<Answer> {
        let shown = [("grant_type", "refresh_token"), ("refresh_token", token)];
        node.post("token", &self.secret, &shown).await
    }
}

fn refresh_token(told: &Answer) -> String {
    assert_eq!(told.status, 200, "{told:?}");
    told.body["refresh_token"].as_str().expect("a refresh token").to_owned()
}

/// Asks for codes and redeems them until the node ends.
pub async fn redeem_codes(node: Arc<Node>) -> Vec<Code> {
    let mut codes = Vec::new();
    let asked = [&[("response_type", "code"), REDIRECT][..], &ALICE].concat();
    while let Some(told) = node.post("authorize/direct", "", &asked).await {
        if told.status != 200 {
            assert_eq!((told.status, told.retry_after), (503, true), "{told:?}");
            continue;
        }
        let code = told.body["code"].as_str().expect("a code").to_owned();
        let refresh = match redeem(&node, &code).await {
            Some(told) if told.status == 200 => Some(refresh_token(&told)),
            _ => None,
        };
        codes.push(Code { code, refresh });
    }
    codes
}

/// Each code either came to tokens, and they count and it does not; or it counts once more; or it is
/// lost, and nobody has tokens of it.
pub async fn check_codes(node: &Node, codes: Vec<Code>) {
    for code in codes {
        let again = async || redeem(node, &code.code).await.expect("a node that answers").status;
        match &code.refresh {
            Some(token) => {
                let shown = [("grant_type", "refresh_token"), ("refresh_token", token)];
                let told = node.post("token/direct", "", &shown).await;
                assert_eq!(told.expect("a node that answers").status, 200, "what was told is lost");
            }
            None => assert!([200, 400].contains(&again().await)),
        }
        assert_eq!(again().await, 400, "a code counted twice");
    }
}

async fn redeem(node: &Node, code: &str) -> Option<Answer> {
    let shown = [("grant_type", "authorize_code"), ("code", code), REDIRECT];
    node.post("token/direct", "", &shown).await
}
