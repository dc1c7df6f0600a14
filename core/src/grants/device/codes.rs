//! The codes of a device: what its user types is derived from the row that its grant becomes, and what the request is
//! found by is derived from that. No store can tell one from another without the tenant's key.

use crate::error::Error;
use crate::ports::TicketKey;
use crate::types::{TicketId, TokenKind, UserCode};

/// What the MAC of no token begins with, which is the number of its version.
const USER_CODE: &[u8] = b"user-code\0";
const ROW: &[u8] = b"user-code-row\0";

/// What the user of a device types.
///
/// # Errors
/// None but by a defect: of 2048 bytes so many are fair.
pub(super) fn user_code(key: &TicketKey, grant: TicketId) -> Result<UserCode, Error> {
    let chance = (0..64_u8).flat_map(|round| {
        key.mac(TokenKind::DeviceCode, &[USER_CODE, &[round], grant.as_bytes()].concat())
    });
    UserCode::of(chance).ok_or(Error::Internal)
}

/// Under what its request is kept: what somebody types never becomes an id unkeyed.
pub(super) fn row_of(key: &TicketKey, code: &UserCode) -> TicketId {
    let mac = key.mac(TokenKind::DeviceCode, &[ROW, code.as_bytes()].concat());
    let mut id = [0; 16];
    id.copy_from_slice(&mac[..16]);
    TicketId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(tenant: &str, secret: u8) -> TicketKey {
        TicketKey::derive(1, &tenant.parse().unwrap(), &[secret; 32])
    }

    #[test]
    fn a_code_is_its_devices_tenants_and_keys() {
        let code =
            |key: &TicketKey, grant: u8| user_code(key, TicketId::from_bytes([grant; 16])).unwrap();
        let (acme, globex) = (key("acme", 1), key("globex", 1));
        assert_eq!(code(&acme, 1), code(&acme, 1));
        for other in [code(&acme, 2), code(&globex, 1), code(&key("acme", 2), 1)] {
            assert!(code(&acme, 1) != other);
        }
        let same = code(&acme, 1);
        assert_eq!(row_of(&acme, &same), row_of(&acme, &same));
        assert_ne!(row_of(&acme, &same), row_of(&globex, &same));
        assert_ne!(row_of(&acme, &same), row_of(&acme, &code(&acme, 2)));
    }
}
