//! The bytes that a store keeps of a request that waits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Interaction, Progress};
use crate::error::Error;
use crate::types::{AuthorizationRequest, Login, Parked, Proof, ReplyTo, TicketId, Timestamp};

type Text = Box<str>;

/// How a request is written. What a later version adds must be optional.
#[derive(Serialize, Deserialize)]
struct Written {
    browser: [u8; 16],
    began_at: u64,
    client: Text,
    redirect_uri: Text,
    mode: Text,
    state: Option<Text>,
    named: bool,
    scope: Text,
    #[serde(default)]
    resource: Option<Text>,
    nonce: Option<Text>,
    challenge: Option<Text>,
    prompt: Vec<Text>,
    max_age: Option<u64>,
    login_hint: Option<Text>,
    hinted: Option<Text>,
    acr_values: Box<[Text]>,
    claims: Option<Text>,
    ui_locales: Box<[Text]>,
    session: Option<[u8; 16]>,
    fresh: bool,
    chosen: bool,
    switching: bool,
    login: Option<WrittenLogin>,
    refused: bool,
    done: bool,
}

#[derive(Serialize, Deserialize)]
struct WrittenLogin {
    subject: Text,
    name: Option<Text>,
    at: u64,
    methods: Box<[Text]>,
    class: Option<Text>,
}

impl Interaction {
    /// The row as a store keeps it.
    pub(super) fn encode(&self) -> Result<Parked, Error> {
        let (request, progress) = (&self.request, &self.progress);
        let written = Written {
            browser: *self.browser.as_bytes(),
            began_at: self.began_at.as_millis(),
            client: request.client.as_str().into(),
            redirect_uri: request.reply.redirect_uri.as_str().into(),
            mode: request.reply.mode.as_str().into(),
            state: request.reply.state.clone(),
            named: request.named_redirect_uri,
            scope: request.scope.as_str().into(),
            resource: request.resource.as_ref().map(|all| all.as_str().into()),
            nonce: request.nonce.clone(),
            challenge: request.challenge.map(|challenge| challenge.print().into()),
            prompt: request.prompt.iter().map(|prompt| prompt.as_str().into()).collect(),
            max_age: request.max_age.map(|age| age.as_secs()),
            login_hint: request.login_hint.clone(),
            hinted: request.hinted.as_ref().map(|subject| subject.as_str().into()),
            acr_values: request.acr_values.clone(),
            claims: request.claims.as_ref().map(|claims| claims.text.clone()),
            ui_locales: request.ui_locales.clone(),
            session: progress.session.map(|id| *id.as_bytes()),
            fresh: progress.fresh,
            chosen: progress.chosen,
            switching: progress.switching,
            login: progress.login.as_ref().map(WrittenLogin::of),
            refused: progress.refused,
            done: progress.done,
        };
        let body = serde_json::to_vec(&written).map_err(|_| Error::Internal)?.into();
        Ok(Parked { id: self.id, version: self.version, expires_at: self.expires_at, body })
    }

    /// The request of a row; nothing for a row that this version of the library cannot read.
    pub(super) fn decode(parked: &Parked) -> Option<Self> {
        let written: Written = serde_json::from_slice(&parked.body).ok()?;
        let claims = written.claims.map(|text| text.parse()).transpose().ok()?;
        Some(Self {
            id: parked.id,
            version: parked.version,
            expires_at: parked.expires_at,
            browser: TicketId::from_bytes(written.browser),
            began_at: Timestamp::from_millis(written.began_at),
            request: AuthorizationRequest {
                client: written.client.parse().ok()?,
                reply: ReplyTo {
                    redirect_uri: written.redirect_uri.parse().ok()?,
                    mode: written.mode.parse().ok()?,
                    state: written.state,
                },
                named_redirect_uri: written.named,
                scope: written.scope.parse().ok()?,
                resource: written.resource.map(|text| text.parse()).transpose().ok()?,
                nonce: written.nonce,
                challenge: written.challenge.map(|text| text.parse()).transpose().ok()?,
                prompt: written
                    .prompt
                    .iter()
                    .map(|text| text.parse())
                    .collect::<Result<_, _>>()
                    .ok()?,
                max_age: written.max_age.map(Duration::from_secs),
                login_hint: written.login_hint,
                hinted: written.hinted.map(|text| text.parse()).transpose().ok()?,
                acr_values: written.acr_values,
                claims: claims.map(std::sync::Arc::new),
                ui_locales: written.ui_locales,
            },
            progress: Progress {
                session: written.session.map(TicketId::from_bytes),
                fresh: written.fresh,
                chosen: written.chosen,
                switching: written.switching,
                login: written.login.map(WrittenLogin::read).transpose().ok()?,
                refused: written.refused,
                done: written.done,
            },
        })
    }
}

impl WrittenLogin {
    fn of(login: &Login) -> Self {
        Self {
            subject: login.subject.as_str().into(),
            name: login.name.clone(),
            at: login.proof.at.as_millis(),
            methods: login.proof.methods.clone(),
            class: login.proof.class.clone(),
        }
    }

    fn read(self) -> Result<Login, ()> {
        let subject = self.subject.parse().map_err(drop)?;
        let at = Timestamp::from_millis(self.at);
        let proof = Proof { at, methods: self.methods, class: self.class };
        Ok(Login { subject, name: self.name, proof })
    }
}
