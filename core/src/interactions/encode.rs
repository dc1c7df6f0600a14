//! The bytes that a store keeps of a request that waits.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Interaction, Progress, Pushed};
use crate::error::Error;
use crate::types::{
    AuthorizationRequest, Device, Login, Parked, Proof, ReplyTo, TicketId, Timestamp,
};

type Text = Box<str>;

/// How a request is written. What a later version adds must be optional.
#[derive(Serialize, Deserialize)]
struct Written {
    browser: [u8; 16],
    began_at: u64,
    #[serde(flatten)]
    request: WrittenRequest,
    #[serde(default)]
    pushed: Option<[u8; 16]>,
    #[serde(default)]
    device: Option<WrittenDevice>,
    session: Option<[u8; 16]>,
    sid: Option<[u8; 16]>,
    fresh: bool,
    chosen: bool,
    switching: bool,
    login: Option<WrittenLogin>,
    refused: bool,
    done: bool,
}

/// How a request that was pushed is written.
#[derive(Serialize, Deserialize)]
struct WrittenPushed {
    until: u64,
    opened: bool,
    used: bool,
    #[serde(flatten)]
    request: WrittenRequest,
}

/// A device that waits.
#[derive(Serialize, Deserialize)]
struct WrittenDevice {
    grant: [u8; 16],
    key: u8,
    source: Option<Text>,
    expires_at: u64,
}

#[derive(Serialize, Deserialize)]
struct WrittenRequest {
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
    #[serde(default)]
    dpop_jkt: Option<Text>,
    prompt: Vec<Text>,
    max_age: Option<u64>,
    login_hint: Option<Text>,
    hinted: Option<Text>,
    acr_values: Box<[Text]>,
    claims: Option<Text>,
    ui_locales: Box<[Text]>,
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
        let progress = &self.progress;
        let written = Written {
            browser: *self.browser.as_bytes(),
            began_at: self.began_at.as_millis(),
            request: WrittenRequest::of(&self.request),
            pushed: self.pushed.map(|id| *id.as_bytes()),
            device: self.device.as_ref().map(WrittenDevice::of),
            session: progress.session.map(|id| *id.as_bytes()),
            sid: progress.sid.map(|id| *id.as_bytes()),
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
        Some(Self {
            id: parked.id,
            version: parked.version,
            expires_at: parked.expires_at,
            browser: TicketId::from_bytes(written.browser),
            began_at: Timestamp::from_millis(written.began_at),
            request: written.request.read()?,
            pushed: written.pushed.map(TicketId::from_bytes),
            device: written.device.map(WrittenDevice::read),
            progress: Progress {
                session: written.session.map(TicketId::from_bytes),
                sid: written.sid.map(TicketId::from_bytes),
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

impl Pushed {
    /// The row as a store keeps it.
    pub(super) fn encode(&self) -> Result<Parked, Error> {
        let written = WrittenPushed {
            until: self.until.as_millis(),
            opened: self.opened,
            used: self.used,
            request: WrittenRequest::of(&self.request),
        };
        let body = serde_json::to_vec(&written).map_err(|_| Error::Internal)?.into();
        Ok(Parked { id: self.id, version: self.version, expires_at: self.expires_at(), body })
    }

    /// The request of a row; nothing for one of another kind.
    pub(super) fn decode(parked: &Parked) -> Option<Self> {
        let written: WrittenPushed = serde_json::from_slice(&parked.body).ok()?;
        Some(Self {
            id: parked.id,
            version: parked.version,
            until: Timestamp::from_millis(written.until),
            opened: written.opened,
            used: written.used,
            request: written.request.read()?,
        })
    }
}

impl WrittenDevice {
    fn of(device: &Device) -> Self {
        Self {
            grant: *device.grant.as_bytes(),
            key: device.key,
            source: device.source.clone(),
            expires_at: device.expires_at.as_millis(),
        }
    }

    fn read(self) -> Device {
        Device {
            grant: TicketId::from_bytes(self.grant),
            key: self.key,
            source: self.source,
            expires_at: Timestamp::from_millis(self.expires_at),
        }
    }
}

impl WrittenRequest {
    fn of(request: &AuthorizationRequest) -> Self {
        Self {
            client: request.client.as_str().into(),
            redirect_uri: request.reply.redirect_uri.as_str().into(),
            mode: request.reply.mode.as_str().into(),
            state: request.reply.state.clone(),
            named: request.named_redirect_uri,
            scope: request.scope.as_str().into(),
            resource: request.resource.as_ref().map(|all| all.as_str().into()),
            nonce: request.nonce.clone(),
            challenge: request.challenge.map(|challenge| challenge.print().into()),
            dpop_jkt: request.sender_key.map(|key| key.print().into()),
            prompt: request.prompt.iter().map(|prompt| prompt.as_str().into()).collect(),
            max_age: request.max_age.map(|age| age.as_secs()),
            login_hint: request.login_hint.clone(),
            hinted: request.hinted.as_ref().map(|subject| subject.as_str().into()),
            acr_values: request.acr_values.clone(),
            claims: request.claims.as_ref().map(|claims| claims.text.clone()),
            ui_locales: request.ui_locales.clone(),
        }
    }

    fn read(self) -> Option<AuthorizationRequest> {
        let prompt: Result<_, _> = self.prompt.iter().map(|text| text.parse()).collect();
        let claims = self.claims.map(|text| text.parse()).transpose().ok()?;
        Some(AuthorizationRequest {
            client: self.client.parse().ok()?,
            reply: ReplyTo {
                redirect_uri: self.redirect_uri.parse().ok()?,
                mode: self.mode.parse().ok()?,
                state: self.state,
            },
            named_redirect_uri: self.named,
            scope: self.scope.parse().ok()?,
            resource: self.resource.map(|text| text.parse()).transpose().ok()?,
            nonce: self.nonce,
            challenge: self.challenge.map(|text| text.parse()).transpose().ok()?,
            sender_key: self.dpop_jkt.map(|text| text.parse()).transpose().ok()?,
            prompt: prompt.ok()?,
            max_age: self.max_age.map(Duration::from_secs),
            login_hint: self.login_hint,
            hinted: self.hinted.map(|text| text.parse()).transpose().ok()?,
            acr_values: self.acr_values,
            claims: claims.map(std::sync::Arc::new),
            ui_locales: self.ui_locales,
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
