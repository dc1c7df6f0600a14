//! Which URL is which endpoint. The issuer decides the paths; `Host` is never asked.

use crate::types::{Described, IssuerTemplate, Resources, WELL_KNOWN};

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
    /// `…/device_authorization`: where devices ask on which nobody can sign in (RFC 8628 §3.1).
    DeviceAuthorization,
    /// `…/device`: the page where people type the code that such a device shows (RFC 8628 §3.3).
    Device,
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
    /// Where clients give up tokens (RFC 7009).
    Revoke,
    /// Where resource servers ask what a token is good for (RFC 7662).
    Introspect,
    /// Where clients register themselves (RFC 7591).
    Register,
    /// Where such a client reads, changes and deletes itself (RFC 7592): `…/register/{client}`.
    Registered,
    /// How an API of the application describes itself (RFC 9728 §3).
    ProtectedResource,
}

impl Endpoint {
    /// The methods it answers, as in the `Allow` header. What only reads answers HEAD as well;
    /// a grant never does (LE-05).
    pub fn allow(self) -> &'static str {
        match self {
            Self::Authorize | Self::Token | Self::Interaction | Self::Device => "GET, POST",
            Self::Userinfo | Self::Logout => "GET, POST",
            Self::AuthorizeDirect | Self::TokenDirect | Self::DeviceAuthorization => "POST",
            Self::Par | Self::Revoke | Self::Introspect | Self::Register => "POST",
            Self::Registered => "GET, PUT, DELETE",
            Self::Metadata | Self::Jwks | Self::ProtectedResource => "GET, HEAD",
        }
    }

    /// Whether it answers this method.
    pub fn answers(self, method: &str) -> bool {
        self.allow().split(", ").any(|known| known == method)
    }
}

/// A pattern of paths, for frameworks that register them. `{tenant}` stands for one segment, and so does
/// `{client}`.
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
    /// Where an API describes itself of which there is one for all tenants.
    whole: Vec<String>,
}

/// What stands behind the tenant where a client comes last.
const CLIENT: &str = "/register/{client}";

impl Routes {
    /// The paths that follow from the issuer, and from the APIs that describe themselves.
    pub fn new(issuer: &IssuerTemplate, resources: &Resources) -> Self {
        use Endpoint::{
            Authorize, AuthorizeDirect, Device, DeviceAuthorization, Interaction, Introspect, Jwks,
            Logout, Metadata, Par, Register, Registered, Revoke, Token, TokenDirect, Userinfo,
        };
        let base = issuer.base_path();
        let own = |endpoint, rest| (endpoint, base.to_owned(), rest);
        // RFC 8414 §3.1 puts the well-known part before the issuer's path; OpenID Connect
        // Discovery §4.1 puts it behind. Clients try both with either name.
        let before = |name: &str| (Metadata, format!("/.well-known/{name}{base}"), "");
        let mut all = Self {
            table: vec![
                own(Token, "/token"),
                own(TokenDirect, "/token/direct"),
                own(Authorize, "/authorize"),
                own(AuthorizeDirect, "/authorize/direct"),
                own(Par, "/par"),
                own(DeviceAuthorization, "/device_authorization"),
                own(Device, "/device"),
                own(Jwks, "/jwks.json"),
                own(Interaction, "/interaction"),
                own(Userinfo, "/userinfo"),
                own(Logout, "/logout"),
                own(Revoke, "/revoke"),
                own(Introspect, "/introspect"),
                own(Register, "/register"),
                own(Registered, CLIENT),
                own(Metadata, "/.well-known/openid-configuration"),
                own(Metadata, "/.well-known/oauth-authorization-server"),
                before("oauth-authorization-server"),
                before("openid-configuration"),
            ],
            whole: Vec::new(),
        };
        resources.all().iter().for_each(|resource| all.describe(resource));
        // Clients that find nothing at the path ask at the root.
        let root = resources.only().filter(|only| !only.place().is_empty());
        all.whole.extend(root.into_iter().flat_map(|_| spellings("")));
        all
    }

    fn describe(&mut self, resource: &Described) {
        if !resource.has_each_tenant() {
            self.whole.extend(spellings(resource.place()));
            return;
        }
        let path = format!("{WELL_KNOWN}{}", resource.place());
        // With a slash at the end as well: clients keep theirs, or cut it off.
        let rows = ["", "/"].map(|end| (Endpoint::ProtectedResource, path.clone(), end));
        self.table.extend(rows);
    }

    /// The endpoint of a path, and the segment in the tenant's place, which may be anything, even
    /// empty: that it names no tenant is for the endpoint to say.
    pub fn find<'p>(&self, path: &'p str) -> Option<(Endpoint, &'p str)> {
        if self.whole.iter().any(|whole| whole == path) {
            return Some((Endpoint::ProtectedResource, ""));
        }
        self.table.iter().find_map(|(endpoint, before, after)| {
            let rest = path.strip_prefix(before.as_str())?;
            let tenant = match *after == CLIENT {
                false => rest.strip_suffix(after)?,
                true => {
                    let (rest, client) = rest.rsplit_once('/')?;
                    rest.strip_suffix("/register").filter(|_| !client.is_empty())?
                }
            };
            (!tenant.contains('/')).then_some((*endpoint, tenant))
        })
    }

    /// The patterns, and the same with an empty segment, which some routers do not match.
    pub fn patterns(&self) -> impl Iterator<Item = Route> {
        let whole = self.whole.iter().cloned();
        let whole = whole.map(|path| Route { endpoint: Endpoint::ProtectedResource, path });
        let table = self.table.iter().flat_map(|(endpoint, before, after)| {
            ["{tenant}", ""].map(|segment| Route {
                endpoint: *endpoint,
                path: format!("{before}{segment}{after}"),
            })
        });
        // Routers take each path once.
        whole.chain(table.filter(|route| !self.whole.contains(&route.path)))
    }
}

/// Both spellings of where an API describes itself.
fn spellings(place: &str) -> [String; 2] {
    ["", "/"].map(|end| format!("{WELL_KNOWN}{place}{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(issuer: &str) -> Routes {
        Routes::new(&issuer.parse().unwrap(), &Resources::default())
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
        let client = Some((Endpoint::Registered, "acme"));
        assert_eq!(all.find("/oauth/acme/register/a%2Fb"), client);
        assert_eq!(all.find("/oauth/register/register/register").map(|at| at.1), Some("register"));
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
            "/oauth/acme/register/",
            "/oauth/acme/register/a/b",
            "/oauth/acme/x/register/a",
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
