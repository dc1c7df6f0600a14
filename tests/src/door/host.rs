//! The host's own routes, state and 404 beside the mounted server.

use crate::Stage;

/// What the host serves is untouched by the mount.
pub async fn the_hosts_own_routes_still_answer(s: &Stage) {
    for (path, body) in [
        ("/hello", "hello"),
        ("/state", "kept"),
        ("/.well-known/security.txt", "Contact: mailto:security@example.com"),
        ("/oauth/about", "about us"),
    ] {
        let answer = s.get(path, &[]).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()), "{path}");
    }
}
