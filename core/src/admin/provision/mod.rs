//! A file that says which tenants, clients and users there are.

mod agreement;
mod apply;
mod browser;
mod claims;
mod client_browser;
mod clients;
mod duration;
mod fields;
mod given;
mod keys;
mod mistakes;
mod policy;
mod reading;
mod registration;
mod resources;
mod secrets;
mod spelling;
mod table;
mod tenants;
mod users;
mod value;

use std::{ffi::OsString, fmt, fs, path::Path, sync::Arc};

use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

pub use apply::Provisioned;
pub use mistakes::{ProvisionError, ProvisionErrors};

#[cfg(doc)]
use crate::admin::Admin;
#[cfg(doc)]
use crate::types::{BrowserPolicy, ClientBrowser};
use crate::types::{ClaimSet, Client, Password, Policy, TenantId};
use reading::Reading;
use table::Table;
use value::Value;

/// A provisioning file that holds no mistake: tenants with their policies, APIs, clients and users,
/// as a TOML file describes them. [`Admin::provision`] makes a server hold them. With the cargo
/// feature `provision`.
///
/// ```
/// # use std::ffi::OsString;
/// use grantry::{Provision, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = r#"
///     [tenants.acme.policy]
///     default_audience = "https://api.example.com"
///     access_token_lifetime = "10m"
///
///     [tenants.acme.clients.billing]
///     type = "confidential"
///     grants = ["client_credentials"]
///     scope = "invoices:read"
///     secrets = [{ env = "BILLING_SECRET" }]
///
///     [tenants.acme.users."alice@example.com"]
///     password = { env = "ALICE_PASSWORD" }
/// "#;
/// # let environment = |name: &str| match name {
/// #     "BILLING_SECRET" => Some(OsString::from("0b1c2d3e4f5061728394a5b6c7d8e9f0")),
/// #     _ => Some(OsString::from("wonderland")),
/// # };
/// let server = Server::builder("https://id.example.com/oauth/{tenant}").build().await?;
/// // From a file: Provision::read("provision.toml")?
/// let provision = Provision::parse(text, "provision.toml", environment)?;
/// let done = server.admin().provision(&provision).await?;
/// assert_eq!(done.to_string(), "3 created, 0 changed, 0 unchanged");
///
/// // Everything that is wrong is said at once, with what to write instead.
/// let slip = text.replace("client_credentials", "client_credential");
/// let errors = Provision::parse(&slip, "provision.toml", environment).unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "provision.toml:8: tenants.acme.clients.billing.grants: \
///      \"client_credential\" is not a grant: write \"client_credentials\""
/// );
/// # Ok(())
/// # }
/// ```
///
/// # Fields
///
/// | where | fields |
/// | --- | --- |
/// | `[tenants.NAME]` | `disabled` |
/// | `[tenants.NAME.policy]` | those of [`Policy`]; `default_audience` must be there |
/// | `[[tenants.NAME.resources]]` | `audience`, `scope`: the APIs that tokens are for |
/// | `[tenants.NAME.policy.browser]` | those of [`BrowserPolicy`]; `scope_texts` is a table |
/// | `[tenants.NAME.clients.ID]` | `type`, `grants`; `secrets` where the type is `"confidential"`; `auth_methods`, `scope`, `default_scope`, `audience`, `disabled`; where users come in a browser those of [`ClientBrowser`] |
/// | `[tenants.NAME.users.USERNAME]` | `password`, `disabled`; `claims`, a table of what is known of the user |
///
/// Durations are a number and one of `s`, `m`, `h`, `d`, in quotes. A secret is `{ env = "NAME" }`,
/// `{ file = "path" }` as seen from the folder of the file, `{ value = "…" }`, or
/// `{ sha256 = "…" }` in hexadecimal digits; a password is one of the first three, or
/// `{ phc = "$argon2id$…" }`, which may be a hash from elsewhere as well (`$2b$…`, `$scrypt$…`,
/// `$pbkdf2-sha256$…`). A given secret has 32 to 512 visible ASCII characters without `+` and
/// `%`, which clients encode in different ways; one that is given by its hash may be any. Of a file
/// that holds a secret, one line end at its end is left out.
///
/// `disabled` is followed where it is written, and left as it is where it is not: whoever was
/// disabled at run time stays disabled when the file is applied again.
#[derive(Debug)]
pub struct Provision {
    /// Shared with the task that applies them, so that no secret is copied.
    tenants: Arc<[TenantPlan]>,
}

#[derive(Debug)]
struct TenantPlan {
    id: TenantId,
    /// None leaves it as it is.
    disabled: Option<bool>,
    policy: Policy,
    clients: Vec<ClientPlan>,
    users: Vec<UserPlan>,
}

#[derive(Debug)]
struct ClientPlan {
    /// As it shall be, but for what only the store knows.
    client: Client,
    /// None leaves it as it is.
    disabled: Option<bool>,
}

#[derive(Debug)]
struct UserPlan {
    /// The canonical form.
    username: Box<str>,
    password: FirstPassword,
    /// The first ones.
    claims: ClaimSet,
    /// None leaves it as it is.
    disabled: Option<bool>,
}

/// What a user is created with, and what is never looked at again.
enum FirstPassword {
    Plain(Password),
    /// A PHC string.
    Hashed(Box<str>),
}

impl fmt::Debug for FirstPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstPassword(…)")
    }
}

impl Provision {
    /// Reads a file, the environment variables that it names and the files that it names.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ProvisionErrors> {
        let path = path.as_ref();
        let text = fs::read_to_string(path).map(Zeroizing::new).map_err(|error| {
            let message =
                format!("cannot be read ({error}): write the path of a provisioning file");
            ProvisionErrors::whole(path, None, message)
        })?;
        Self::parse(&text, path, |name| std::env::var_os(name))
    }

    /// Reads a text as if it stood in this file, whose folder the paths in it are relative to, with
    /// an environment of your own.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(
        text: &str,
        file: impl AsRef<Path>,
        env: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ProvisionErrors> {
        let reading = Reading::new(file.as_ref(), text, &env);
        let root = DeTable::parse(text).map_err(|error| {
            let line = error.span().map(|span| reading.line(span.start));
            ProvisionErrors::whole(file.as_ref(), line, syntax(error.message()))
        })?;
        let root = DeValue::Table(root.into_inner());
        let tenants = read_root(&reading, &root);
        reading.finish(Self { tenants: tenants.into() })
    }

    /// The tenants that the file describes, in the order of their names.
    pub fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        self.tenants.iter().map(|tenant| &tenant.id)
    }
}

/// What to do about a text that is no TOML. The line itself is not shown: it may hold a secret.
fn syntax(why: &str) -> String {
    let hint = match why {
        "duplicate key" => "this name stands twice here: leave one of the two out".to_owned(),
        why => format!(
            "this is not TOML ({why}): text stands in double quotes, true and false do not, and a \
             name with other characters than letters, digits, _ and - does"
        ),
    };
    format!("{hint}; the rest of the file is looked at when this is right")
}

fn read_root<'a>(file: &'a Reading<'a>, root: &'a DeValue<'a>) -> Vec<TenantPlan> {
    let value = Value { file, names: Vec::new(), key: 0..0, at: 0..0, value: root };
    let table = Table::with(value, &["tenants"]);
    let tenants = table.and_then(|table| {
        table.demand(
            "tenants",
            "[tenants.acme], with a name of your own for acme, and its fields below",
        )
    });
    tenants.map(tenants::read).unwrap_or_default()
}
