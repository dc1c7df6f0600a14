//! A tenant's keys, which are one row.

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::{
    ports::{KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan},
    types::{Timestamp, Version},
};
use serde::{Deserialize, Serialize};

use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct KeysRow {
    version: u64,
    keys: Vec<KeyRow>,
}

#[derive(Deserialize, Serialize)]
struct KeyRow {
    purpose: Purpose,
    /// In base64.
    material: String,
    active_from: u64,
    gone_at: Option<u64>,
}

#[derive(Deserialize, Serialize)]
enum Purpose {
    /// By this algorithm.
    Signing(String),
    Ticket(u8),
    Subjects,
}

impl Row for KeySet {
    type Json = KeysRow;

    fn keep(&self) -> KeysRow {
        KeysRow { version: self.version.0, keys: self.keys.iter().map(keep).collect() }
    }

    fn restore(row: KeysRow) -> Result<Self, Invalid> {
        let keys = row.keys.into_iter().map(restore).collect::<Result<_, _>>()?;
        Ok(Self { version: Version(row.version), keys })
    }
}

fn keep(key: &KeyRecord) -> KeyRow {
    KeyRow {
        purpose: match key.purpose {
            KeyPurpose::Signing(alg) => Purpose::Signing(alg.as_str().to_owned()),
            KeyPurpose::Ticket(number) => Purpose::Ticket(number),
            KeyPurpose::Subjects => Purpose::Subjects,
        },
        material: STANDARD.encode(key.material.expose()),
        active_from: key.span.active_from.as_millis(),
        gone_at: key.span.gone_at.map(Timestamp::as_millis),
    }
}

fn restore(row: KeyRow) -> Result<KeyRecord, Invalid> {
    Ok(KeyRecord {
        purpose: match row.purpose {
            Purpose::Signing(alg) => KeyPurpose::Signing(alg.parse()?),
            Purpose::Ticket(number) => KeyPurpose::Ticket(number),
            Purpose::Subjects => KeyPurpose::Subjects,
        },
        material: KeyMaterial::new(STANDARD.decode(row.material)?),
        span: KeySpan {
            active_from: Timestamp::from_millis(row.active_from),
            gone_at: row.gone_at.map(Timestamp::from_millis),
        },
    })
}
