//! The row of a device that waits: bytes of our own, beside those of requests that wait for their users.

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::types::{Device, DeviceRequest, Parked, TicketId, Version};

/// How it is written. What a later version adds must be optional.
#[derive(Serialize, Deserialize)]
struct Written {
    grant: [u8; 16],
    key: u8,
    client: Box<str>,
    scope: Box<str>,
    #[serde(default)]
    resource: Option<Box<str>>,
    #[serde(default)]
    source: Option<Box<str>>,
}

/// The row as a store keeps it. It is written once.
pub(super) fn encode(id: TicketId, asked: &DeviceRequest) -> Result<Parked, Error> {
    let written = Written {
        grant: *asked.device.grant.as_bytes(),
        key: asked.device.key,
        client: asked.client.as_str().into(),
        scope: asked.scope.as_str().into(),
        resource: asked.resource.as_ref().map(|all| all.as_str().into()),
        source: asked.device.source.clone(),
    };
    let body = serde_json::to_vec(&written).map_err(|_| Error::Internal)?.into();
    Ok(Parked { id, version: Version::default(), expires_at: asked.device.expires_at, body })
}

/// What a device asked for; nothing for a row of another kind.
pub(super) fn decode(parked: &Parked) -> Option<DeviceRequest> {
    let written: Written = serde_json::from_slice(&parked.body).ok()?;
    Some(DeviceRequest {
        device: Device {
            grant: TicketId::from_bytes(written.grant),
            key: written.key,
            source: written.source,
            expires_at: parked.expires_at,
        },
        client: written.client.parse().ok()?,
        scope: written.scope.parse().ok()?,
        resource: written.resource.map(|text| text.parse()).transpose().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Timestamp;

    #[test]
    fn a_row_is_read_as_it_was_written() {
        let asked = DeviceRequest {
            device: Device {
                grant: TicketId::from_bytes([7; 16]),
                key: 3,
                source: Some("192.0.2.1".into()),
                expires_at: Timestamp::from_secs(600),
            },
            client: "tv".parse().unwrap(),
            scope: "openid read".parse().unwrap(),
            resource: Some("https://a.example https://b.example".parse().unwrap()),
        };
        let row = encode(TicketId::from_bytes([1; 16]), &asked).unwrap();
        assert_eq!(decode(&row), Some(asked));
        assert_eq!(decode(&Parked { body: (*b"{}").into(), ..row }), None);
    }
}
