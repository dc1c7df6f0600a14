//! The MCP server: notes, and each user sees their own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::request::Parts;
use grantry_axum::{Access, grantry::types::Subject};
use rmcp::{
    ErrorData, ServerHandler,
    handler::server::{tool::Extension, wrapper::Parameters},
    model::{ServerCapabilities, ServerConfig},
    schemars, tool, tool_handler, tool_router,
};
use serde::Deserialize;

type Kept = HashMap<Subject, Vec<String>>;

/// The notes of all users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes(Arc<Mutex<Kept>>);

/// What `add_note` takes.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
struct NewNote {
    /// What to write down
    text: String,
}

#[tool_router]
impl Notes {
    #[tool(description = "Your notes, one on each line")]
    fn list_notes(&self, Extension(parts): Extension<Parts>) -> Result<String, ErrorData> {
        let access = access(&parts, "notes:read")?;
        Ok(self.kept().get(access.subject()).map(|notes| notes.join("\n")).unwrap_or_default())
    }

    #[tool(description = "Writes a note down")]
    fn add_note(
        &self,
        Parameters(note): Parameters<NewNote>,
        Extension(parts): Extension<Parts>,
    ) -> Result<String, ErrorData> {
        let access = access(&parts, "notes:write")?;
        self.kept().entry(access.subject().clone()).or_default().push(note.text);
        Ok("written".to_owned())
    }
}

#[tool_handler]
impl ServerHandler for Notes {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_instructions("Notes of whoever signed in")
    }
}

impl Notes {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves whole notes behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whose token the request came with.
fn access<'a>(parts: &'a Parts, scope: &str) -> Result<&'a Access, ErrorData> {
    let refused = |why: String| ErrorData::invalid_request(why, None);
    let access: &Access =
        parts.extensions.get().ok_or_else(|| refused("nobody signed in".to_owned()))?;
    access.require(scope).map_err(|denied| refused(denied.to_string()))?;
    Ok(access)
}
