//! Clients that register themselves (RFC 7591, RFC 7592): who may, how many there are, and their rows.

mod access;
mod change;
mod count;
mod create;
mod elsewhere;
mod remove;
mod used;

pub use access::{Admitted, admit, mint, recognise};
pub use change::change;
pub use count::forget_unused;
pub use create::create;
pub use remove::remove;
pub use used::note_use;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::client_metadata::Document;
use crate::context::Context;
use crate::error::{Error, MetadataFault};
use crate::ports::{Entropy, EntropyError, Registering, RegistrarVerdict, judge};
use crate::types::{Client, ClientSecret, RegistrationToken};

/// What the ids of such clients begin with, so that they stand together in the order of ids and are
/// counted without looking at the others.
pub const PREFIX: &str = "dyn-";

/// A client as it was written, and what is shown of it this once.
#[derive(Debug)]
pub struct Written {
    /// The client.
    pub client: Client,
    /// Its secret, if it was made now.
    pub secret: Option<ClientSecret>,
    /// What it changes itself by.
    pub token: RegistrationToken,
}

/// The host's own rules, after all others.
///
/// # Errors
/// When it refuses the client, or does not say.
async fn demand_leave(ctx: &Context, client: &Client, document: &Document) -> Result<(), Error> {
    let Some(registrar) = ctx.ports.registrar.as_deref() else { return Ok(()) };
    let (tenant, metadata) = (ctx.tenant_id(), document.said());
    match judge(registrar, &Registering { tenant, client, metadata }).await? {
        RegistrarVerdict::Welcome => Ok(()),
        RegistrarVerdict::Refused { field, rule } => Err(MetadataFault { field, rule }.into()),
    }
}

/// 256 bits, in letters that read the same raw and form-decoded.
fn new_secret(entropy: &dyn Entropy) -> Result<ClientSecret, EntropyError> {
    Ok(ClientSecret::new(format!("grt_cs_{}", chance(entropy)?)))
}

fn chance(entropy: &dyn Entropy) -> Result<String, EntropyError> {
    Ok(URL_SAFE_NO_PAD.encode(entropy.bytes::<32>()?))
}
