//! Points of Ed25519 that are no keys.

/// Points of small order, in every encoding but for the sign (RFC 8032 §5.1.3): whoever is registered with
/// one as their key can be anybody, since signatures by it can be made without a private key.
const WEAK: [[u8; 32]; 7] = [
    // 0 and p, of order 4.
    [0; 32],
    odd(0xed, 0xff, 0x7f),
    // 1 and p + 1, of order 1.
    odd(0x01, 0x00, 0x00),
    odd(0xee, 0xff, 0x7f),
    // p - 1, of order 2.
    odd(0xec, 0xff, 0x7f),
    // Of order 8.
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

/// Whether a point is of small order.
pub(super) fn is_weak(point: &[u8; 32]) -> bool {
    let mut point = *point;
    point[31] &= 0x7f;
    WEAK.contains(&point)
}

const fn odd(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut point = [between; 32];
    point[0] = first;
    point[31] = last;
    point
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    use super::*;

    /// A signature of nobody: R is the neutral point and S is 0, which holds wherever the hash is a multiple
    /// of the order.
    fn is_forged(point: &[u8; 32]) -> bool {
        let mut signature = [0; 64];
        signature[0] = 1;
        let key = UnparsedPublicKey::new(&ED25519, point);
        (0..=255_u8).any(|message| key.verify(&[message], &signature).is_ok())
    }

    #[test]
    fn what_is_called_weak_can_be_forged() {
        let mut forged = 0;
        for point in WEAK {
            forged += usize::from(is_forged(&point));
            assert!(is_weak(&point));
        }
        // Those that are encoded twice the library may refuse itself.
        assert!(forged >= 5, "{forged}");
    }

    #[test]
    fn a_key_of_somebodys_is_not_weak() {
        // RFC 8037 appendix A.2.
        let key = *b"\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\
                     \x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
        assert!(!is_weak(&key) && !is_forged(&key));
    }
}
