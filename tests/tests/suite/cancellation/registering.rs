//! Clients that register, read, change and delete themselves, dropped once.

use bytes::Bytes;
use grantry::{
    Endpoint::{self, Register, Registered},
    ports::EventKind,
    types::{Client, RegistrationAccess, RegistrationPolicy},
};
use grantry_conformance::{Answer, tenant_id};
use http::{Request, Response, header};
use serde_json::{Value, json};
use std::sync::Arc;

use super::{scene::Scene, trial::count};
use crate::drivers::polls::{Droppable, Polls};

/// Each endpoint by each method.
pub const REGISTRATIONS: [(Endpoint, &str); 4] =
    [(Register, "POST"), (Registered, "GET"), (Registered, "PUT"), (Registered, "DELETE")];

/// A handler in a world where nothing else happens.
pub struct Trial<'a> {
    scene: &'a Scene,
    way: &'a dyn Droppable,
    method: &'static str,
    /// What was answered to the client that the handler is about.
    own: Value,
}

impl<'a> Trial<'a> {
    pub async fn begin(
        scene: &'a Scene,
        way: &'a dyn Droppable,
        (_, method): (Endpoint, &'static str),
    ) -> Self {
        let acme = tenant_id("acme");
        let open = |policy: &mut grantry::types::Policy| {
            let mut registration = RegistrationPolicy::default();
            registration.access = RegistrationAccess::Open;
            policy.registration = Some(Arc::new(registration));
        };
        scene.stage.world.server.admin().change_tenant(&acme, open).await.unwrap();
        for client in registered(scene).await {
            scene.rows.clients.delete(&acme, &client.id).await.unwrap();
        }
        let mut trial = Self { scene, way, method, own: Value::Null };
        if method != "POST" {
            let answer = scene.stage.send(trial.request("POST")).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            trial.own = answer.json();
        }
        scene.events.take();
        trial
    }

    /// Asks, and demands that what the handler did is done or not begun however far it came. Returns
    /// whether it came to its answer.
    pub async fn goes(&self, polls: Polls) -> bool {
        let answer: Option<Answer> =
            self.way.send(self.request(self.method), polls).await.map(Response::into);
        self.scene.settle().await;
        assert_eq!(self.scene.stores.unfinished(), 0, "a write was interrupted");
        let (rows, told) = (registered(self.scene).await, self.scene.events.take());
        match self.method {
            "POST" => assert_eq!(rows.len(), count(&told, &EventKind::ClientRegistered)),
            "DELETE" => {
                // None, or one as it was; never one that was stopped and left.
                assert!(rows.iter().all(|row| !row.disabled));
                assert_eq!(1 - rows.len(), count(&told, &EventKind::RegistrationDeleted));
            }
            "PUT" => {
                let name = rows[0].browser.as_ref().and_then(|browser| browser.name.as_deref());
                let changed = usize::from(name == Some("changed"));
                assert_eq!(changed, count(&told, &EventKind::RegistrationChanged));
            }
            _ => assert_eq!((rows.len(), told.len()), (1, 0)),
        }
        let again = self.scene.stage.send(self.request(self.method)).await;
        match (&answer, self.method) {
            (Some(answer), "POST") => assert_eq!((answer.status.as_u16(), rows.len()), (201, 1)),
            (Some(answer), "DELETE") => {
                assert_eq!((answer.status.as_u16(), rows.len()), (204, 0));
                assert_eq!(again.status, 401);
            }
            (None, "DELETE") => {
                assert_eq!(again.status, if rows.is_empty() { 401 } else { 204 });
            }
            (_, "POST") => assert_eq!(again.status, 201, "{again:?}"),
            _ => assert_eq!(again.status, 200, "{again:?}"),
        }
        answer.is_some()
    }

    fn request(&self, method: &str) -> Request<Bytes> {
        let text = |name: &str| self.own[name].as_str().unwrap_or_default();
        let mut body = json!({ "redirect_uris": ["https://app.example.com/cb"] });
        let path = match method {
            "POST" => "/oauth/acme/register".to_owned(),
            _ => format!("/oauth/acme/register/{}", text("client_id")),
        };
        if method == "PUT" {
            body["client_id"] = text("client_id").into();
            body["client_name"] = "changed".into();
        }
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        if method != "POST" {
            let bearer = format!("Bearer {}", text("registration_access_token"));
            request = request.header(header::AUTHORIZATION, bearer);
        }
        request.body(body.to_string().into()).unwrap()
    }
}

async fn registered(scene: &Scene) -> Vec<Arc<Client>> {
    let all = scene.rows.clients.list(&tenant_id("acme"), None, 999).await.unwrap();
    all.into_iter().filter(|client| client.registered.is_some()).collect()
}
