//! A tenant whose tokens are for an MCP server.

use super::{Audience, Policy, RegistrationAccess, RegistrationPolicy, Resource, Scope};

impl Policy {
    /// A tenant whose tokens are for an MCP server, by the authorization chapter of the Model Context Protocol
    /// (revisions 2025-11-25 and 2026-07-28). Its clients come unknown: by a document at the URL that is their id
    /// where they have one, and by registering themselves where they have not, both for codes and refresh tokens
    /// alone. All of them may ask for `scope`, and for `offline_access`. Everything else that the chapter demands is
    /// so for every tenant: PKCE by S256 and `iss`, with the metadata that says so; `resource`; redirects to any port
    /// of loopback; refresh tokens of public clients that are replaced when they are used.
    ///
    /// The server needs a way to fetch documents ([`crate::ServerBuilder::fetch`]), and should say where tokens
    /// come from ([`crate::ServerBuilder::protected_resource`]). Who asks for no scope gets
    /// [`Policy::default_scope`], which stays empty here.
    ///
    /// ```
    /// use grantry::types::Policy;
    ///
    /// let url = "https://notes.example.com/mcp";
    /// let mut policy = Policy::mcp(url.parse()?, "notes:read notes:write".parse()?);
    /// policy.default_scope = "notes:read".parse()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn mcp(server: Audience, scope: Scope) -> Self {
        let registration = RegistrationPolicy {
            access: RegistrationAccess::Open,
            documents: true,
            // They name what they need for their first call, and their server tells them of more.
            step_up: true,
            scope: scope.or(&Scope::offline_access()),
            ..RegistrationPolicy::default()
        };
        Self {
            resources: [Resource::new(server.clone(), scope)].into(),
            registration: Some(registration.into()),
            ..Self::new(server)
        }
    }
}
