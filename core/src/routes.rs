//! Which URL is which endpoint. The issuer decides the paths; `Host` is never asked.

use crate::types::IssuerTemplate;

/// An endpoint of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `…/authorize`: browsers, and the direct API by GET.
    Authorize,
    /// `…/authorize/direct`: the direct API by POST.
    AuthorizeDirect,
    /// `…/token`: clients by POST, and the direct API by GET.
    Token,
    /// `…/token/direct`: the direct API by POST.
    TokenDirect,
    /// `…/par`: where clients push their requests for authorization (RFC 9126).
    Par,
    /// Metadata (RFC 8414, OpenID Connect Discovery).
    Metadata,
    /// The public keys (RFC 7517 §5).
    Jwks,
    /// The page that a user answers while a client waits.
    Interaction,
    /// Who the user of an access token is (OpenID Connect Core §5.3).
    Userinfo,
    /// Where users sign out (OpenID Connect RP-Initiated Logout).
    Logout,
}

impl Endpoint {
    /// The methods it answers, as in the `Allow` header. What only reads answers HEAD as well;
    /// a grant never does (LE-05).
    pub fn allow(self) -> &'static str {
        match self {
            Self::Authorize | Self::Token | Self::Interaction | Self::Userinfo | Self::Logout => {
                "GET, POST"
            }
            Self::AuthorizeDirect | Self::TokenDirect | Self::Par => "POST",
            Self::Metadata | Self::Jwks => "GET, HEAD",
        }
    }

    /// Whether it answers this method.
    pub fn answers(self, method: &str) -> bool {
        self.allow().split(", ").any(|known| known == method)
    }
}

/// A pattern of paths, for frameworks that register them. `{tenant}` stands for one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// What it leads to.
    pub endpoint: Endpoint,
    /// The pattern.
    pub path: String,
}

/// All paths of a server.
#[derive(Clone, Debug)]
pub struct Routes {
    /// What stands before the tenant, and after it, for each endpoint.
    table: Vec<(Endpoint, String, &'static str)>,
}

impl Routes {
    /// The paths that follow from the issuer.
    pub fn new(issuer: &IssuerTemplate) -> Self {
        use Endpoint::{
            Authorize, AuthorizeDirect, Interaction, Jwks, Logout, Metadata, Par, Token,
            TokenDirect, Userinfo,
        };
        let base = issuer.base_path();
        let own = |endpoint, rest| (endpoint, base.to_owned(), rest);
        // RFC 8414 §3.1 puts the well-known part before the issuer's path; OpenID Connect
        // Discovery §4.1 puts it behind. Clients try both with either name.
        let before = |name: &str| (Metadata, format!("/.well-known/{name}{base}"), "");
        Self {
            table: vec![
                own(Token, "/token"),
                own(TokenDirect, "/token/direct"),
                own(Authorize, "/authorize"),
                own(AuthorizeDirect, "/authorize/direct"),
                own(Par, "/par"),
                own(Jwks, "/jwks.json"),
                own(Interaction, "/interaction"),
                own(Userinfo, "/userinfo"),
                own(Logout, "/logout"),
                own(Metadata, "/.well-known/openid-configuration"),
                own(Metadata, "/.well-known/oauth-authorization-server"),
                before("oauth-authorization-server"),
                before("openid-configuration"),
            ],
        }
    }

    /// The endpoint of a path, and the segment in the tenant's place, which may be anything, even
    /// empty: that it names no tenant is for the endpoint to say.
    pub fn find<'p>(&self, path: &'p str) -> Option<(Endpoint, &'p str)> {
        self.table.iter().find_map(|(endpoint, before, after)| {
            let tenant = path.strip_prefix(before.as_str())?.strip_suffix(after)?;
            (!tenant.contains('/')).then_some((*endpoint, tenant))
        })
    }

    /// The patterns, and the same with an empty segment, which some routers do not match.
    pub fn patterns(&self) -> impl Iterator<Item = Route> {
        self.table.iter().flat_map(|(endpoint, before, after)| {
            ["{tenant}", ""].map(|segment| Route {
                endpoint: *endpoint,
                path: format!("{before}{segment}{after}"),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(issuer: &str) -> Routes {
        Routes::new(&issuer.parse().unwrap())
    }

    #[test]
    fn every_spelling_of_metadata_is_found() {
        let all = routes("https://id.example.com/oauth/{tenant}");
        for path in [
            "/.well-known/oauth-authorization-server/oauth/acme",
            "/.well-known/openid-configuration/oauth/acme",
            "/oauth/acme/.well-known/openid-configuration",
            "/oauth/acme/.well-known/oauth-authorization-server",
        ] {
            assert_eq!(all.find(path), Some((Endpoint::Metadata, "acme")), "{path}");
        }
    }

    #[test]
    fn a_path_is_ours_or_it_is_not() {
        let all = routes("https://id.example.com/oauth/{tenant}");
        assert_eq!(all.find("/oauth/acme/token"), Some((Endpoint::Token, "acme")));
        assert_eq!(all.find("/oauth/acme/token/direct"), Some((Endpoint::TokenDirect, "acme")));
        assert_eq!(all.find("/oauth//token"), Some((Endpoint::Token, "")));
        assert_eq!(all.find("/oauth/%2e%2e/token"), Some((Endpoint::Token, "%2e%2e")));
        // PL-10
        for path in [
            "/",
            "/oauth",
            "/oauth/acme",
            "/oauth/acme/token/",
            "//oauth/acme/token",
            "/oauth/acme/%74oken",
            "/x/oauth/acme/token",
            "/oauth/a/b/token",
            "/OAUTH/acme/token",
        ] {
            assert_eq!(all.find(path), None, "{path}");
        }
    }

    #[test]
    fn an_issuer_at_the_root_has_routes_too() {
        let all = routes("https://id.example.com/{tenant}");
        assert_eq!(all.find("/acme/token"), Some((Endpoint::Token, "acme")));
        let known = "/.well-known/oauth-authorization-server/acme";
        assert_eq!(all.find(known), Some((Endpoint::Metadata, "acme")));
    }

    #[test]
    fn heads_of_grants_are_not_answered() {
        assert!(!Endpoint::Token.answers("HEAD") && !Endpoint::Authorize.answers("HEAD"));
        assert!(Endpoint::Jwks.answers("HEAD") && !Endpoint::Jwks.answers("GE"));
    }
}
