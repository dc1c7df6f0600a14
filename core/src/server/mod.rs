//! The door: finds the route, makes the context, and answers whatever happens.

mod builder;
mod forget;
mod handle;
mod remember;
mod remote;
mod rotate;
mod sealing;
mod span;
mod sweep;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{Request, Response};

pub use builder::ServerBuilder;

use crate::admin::Admin;
use crate::context::Context;
use crate::error::Error;
use crate::guard::GuardBuilder;
use crate::interactions::{self, InteractionInfo, ResumeError};
use crate::ports::{Ports, Tasks};
use crate::routes::{Route, Routes};
use crate::types::{Issuer, IssuerTemplate, Login, Proxies, TenantId};

/// An authorization server for many tenants. Clones share it.
#[derive(Clone, Debug)]
pub struct Server(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuers: IssuerTemplate,
    routes: Routes,
    proxies: Proxies,
    ports: Arc<Ports>,
    tasks: Tasks,
    admin: Admin,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

impl Server {
    /// Begins a server whose tenants have these issuers: a URL that ends with the segment
    /// `{tenant}`, such as `https://id.example.com/oauth/{tenant}`. It decides every path.
    pub fn builder(issuer: impl Into<String>) -> ServerBuilder {
        ServerBuilder::new(issuer.into())
    }

    /// Answers a request. Never fails: every refusal is rendered here, 404, 405 and 413 included,
    /// so that no two frameworks differ. A panic within is a 500.
    ///
    /// The adapter may put a [`crate::types::Peer`] into the request's extensions.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        handle::handle(&self.0, &request).await
    }

    /// The patterns of all paths, for frameworks that register them. A `{tenant}` stands for one
    /// segment; each pattern comes a second time with an empty one.
    pub fn routes(&self) -> impl Iterator<Item = Route> {
        self.0.routes.patterns()
    }

    /// Whether a path is this server's, for frameworks that ask. The path is taken as the client
    /// sent it, undecoded and without the query.
    pub fn owns(&self, path: &str) -> bool {
        self.0.routes.find(path).is_some()
    }

    /// Begins a guard for routes that take tokens of this audience. Where `{tenant}` is its last segment, each
    /// tenant has one of its own: `https://api.example.com/mcp/{tenant}`.
    pub fn guard(&self, audience: impl Into<String>) -> GuardBuilder {
        GuardBuilder::here((*self.0.ports).clone(), self.0.issuers.clone(), audience.into())
    }

    /// Tenants, clients, users, grants and keys at run time.
    pub fn admin(&self) -> &Admin {
        &self.0.admin
    }

    /// The issuer of a tenant, whether or not there is such a tenant.
    pub fn issuer(&self, tenant: &TenantId) -> Issuer {
        self.0.issuers.of(tenant)
    }

    /// What a request is about whose user the host signs in itself: `handle` is the parameter
    /// `interaction` that the browser brought to the place named by [`ServerBuilder::login`].
    ///
    /// # Errors
    /// See [`ResumeError`].
    pub async fn interaction(&self, handle: &str) -> Result<InteractionInfo, ResumeError> {
        let (ctx, handle) = self.context_of(handle).await?;
        Ok(interactions::info(&ctx, handle).await?)
    }

    /// Goes on with a request whose user the host signed in. Returns the URL to which the host sends the
    /// browser, by 303. Nobody can do anything with it in another browser than the one that began.
    ///
    /// # Errors
    /// See [`ResumeError`].
    pub async fn resume(&self, handle: &str, login: Login) -> Result<String, ResumeError> {
        let (ctx, handle) = self.context_of(handle).await?;
        let next = interactions::resume(&ctx, handle, login).await?;
        Ok(format!("{}/interaction?handle={next}", ctx.issuer))
    }

    /// Ends a request whose user does not want to sign in. Returns the URL to which the host sends the
    /// browser; the client hears `access_denied`.
    ///
    /// # Errors
    /// See [`ResumeError`].
    pub async fn refuse(&self, handle: &str) -> Result<String, ResumeError> {
        let (ctx, handle) = self.context_of(handle).await?;
        let next = interactions::refuse(&ctx, handle).await?;
        Ok(format!("{}/interaction?handle={next}", ctx.issuer))
    }

    async fn context_of<'h>(&self, handle: &'h str) -> Result<(Context, &'h str), ResumeError> {
        let (id, handle) = interactions::parse_host_handle(handle).ok_or(ResumeError::Gone)?;
        let ports = self.0.ports.clone();
        let now = ports.clock.now();
        let tenant = ports.tenant(&id).await.map_err(Error::from)?;
        let tenant = tenant.ok_or(ResumeError::Gone)?;
        let (issuer, asker) = (self.0.issuers.of(&tenant.id), OnceLock::new());
        Ok((Context { tenant, issuer, now, source: None, asker, ports }, handle))
    }

    /// Waits until every write that was begun is done, also those whose clients have left. Call it
    /// after the framework has stopped; what is asked of the server later may not be carried out.
    pub async fn close(&self) {
        self.0.tasks.close().await;
    }
}
