//! How a sealed key is told from a plain one, and what it is bound to.

use crate::ports::{KeyPurpose, KeyRecord};
use crate::types::{SigningAlg, TenantId};

/// What an envelope begins with, and its version. A plain key is of 32 bytes, or DER, which begins with
/// 0x30.
const MARK: &[u8; 4] = b"gsk\x01";

/// An envelope around what a sealer made.
pub(super) fn wrap(sealed: &[u8]) -> Vec<u8> {
    [MARK, sealed].concat()
}

/// What a sealer made, if the bytes are an envelope; a plain key is none.
pub(super) fn unwrap(material: &[u8]) -> Option<&[u8]> {
    // So short is no envelope, but may be a key that chance let begin like one.
    if material.len() <= 32 { None } else { material.strip_prefix(MARK) }
}

/// What a key is bound to: the tenant, what it is for, by which algorithm, its number, and since when,
/// which tells keys of one kind apart and never changes. Every part has its length before it, so that no
/// two keys have one context.
pub(super) fn context(tenant: &TenantId, key: &KeyRecord) -> Vec<u8> {
    let (purpose, alg, number) = match key.purpose {
        KeyPurpose::Signing(alg) => ("signing", SigningAlg::as_str(alg), 0),
        KeyPurpose::Ticket(number) => ("ticket", "HS256", number),
        KeyPurpose::Subjects => ("subjects", "HS256", 0),
    };
    let active_from = key.span.active_from.as_millis().to_be_bytes();
    let parts: [&[u8]; 6] = [
        b"grantry/1/sealed-key",
        tenant.as_str().as_bytes(),
        purpose.as_bytes(),
        alg.as_bytes(),
        &[number],
        &active_from,
    ];
    let mut context = Vec::new();
    for part in parts {
        let length = u16::try_from(part.len()).expect("every part is a short word");
        context.extend(length.to_be_bytes());
        context.extend(part);
    }
    context
}
