//! The grants of the floor.

use aws_lc_rs::{constant_time::verify_slices_are_equal, digest, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Code, Floor, Form, Reply, Row, Tenant, jwt};

/// Seed and generation, and the MAC over both.
const SEALED: usize = 20 + 32;

impl Floor {
    /// Looks up the client, compares the hash of its secret, signs.
    pub fn client_credentials(&self, tenant: &str, body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let tenant = self.tenants.get(tenant)?;
        let id = client(&tenant, &form)?;
        let scope = form.scope.as_deref().unwrap_or("read");
        let token = jwt::mint(&tenant, id, id, scope, None)?;
        reply(&token, None, scope)
    }

    /// The password itself is not looked at: a hash of it would hide everything else.
    pub fn password(&self, tenant: &str, body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let tenant = self.tenants.get(tenant)?;
        let id = client(&tenant, &form)?;
        let subject = form.username.as_deref().filter(|_| form.password.is_some())?;
        let mut seed = [0; 16];
        rand::fill(&mut seed).ok()?;
        let row = row_id(&seed);
        let scope = form.scope.as_deref().unwrap_or("read");
        let token = jwt::mint(&tenant, subject, id, scope, Some(&row))?;
        self.rows.insert(row, new(1, subject, id, scope, ""));
        reply(&token, Some(&self.seal(&seed, 1)), scope)
    }

    /// A code: a row and what opens it.
    pub fn authorize(&self, body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let subject = form.username.as_deref().filter(|_| form.password.is_some())?;
        let mut seed = [0; 16];
        rand::fill(&mut seed).ok()?;
        let bound_to = bound_to(&form, form.code_challenge.as_deref())?;
        let row = new(0, subject, "direct", "read", &bound_to);
        self.rows.insert(row_id(&seed), row);
        let code = self.seal(&seed, 0);
        serde_json::to_vec(&Code { code: &code }).ok()
    }

    /// Opens the code, compares what it is bound to, moves the row on, signs.
    pub fn redeem(&self, tenant: &str, body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let tenant = self.tenants.get(tenant)?;
        let answered = form.code_verifier.as_ref().map(|text| URL_SAFE_NO_PAD.encode(hash(text)));
        // Whoever has a verifier is a client of its own and says so.
        let id = if answered.is_some() { known(&tenant, &form)? } else { "direct" };
        let bound_to = bound_to(&form, answered.as_deref())?;
        let (seed, generation) = self.open(form.code.as_deref()?)?;
        let at = row_id(&seed);
        let mut row = self.rows.get_mut(&at)?;
        if generation != 0 || row.generation != 0 || row.binding != hash(&bound_to) {
            return None;
        }
        row.generation = 1;
        let (subject, scope) = (row.subject.clone(), row.scope.clone());
        drop(row);
        let token = jwt::mint(&tenant, &subject, id, &scope, Some(&at))?;
        reply(&token, Some(&self.seal(&seed, 1)), &scope)
    }

    /// Opens the token, moves the row on, signs, seals the next token.
    pub fn refresh(&self, tenant: &str, body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let tenant = self.tenants.get(tenant)?;
        let id = client(&tenant, &form)?;
        let (seed, generation) = self.open(form.refresh_token.as_deref()?)?;
        let at = row_id(&seed);
        let mut row = self.rows.get_mut(&at)?;
        if row.generation != generation || row.client != id {
            return None;
        }
        row.generation += 1;
        let (subject, scope) = (row.subject.clone(), row.scope.clone());
        drop(row);
        let token = jwt::mint(&tenant, &subject, id, &scope, Some(&at))?;
        reply(&token, Some(&self.seal(&seed, generation + 1)), &scope)
    }

    fn seal(&self, seed: &[u8; 16], generation: u32) -> String {
        let mut bytes = [0; SEALED];
        bytes[..16].copy_from_slice(seed);
        bytes[16..20].copy_from_slice(&generation.to_be_bytes());
        let mac = hmac::sign(&self.seal, &bytes[..20]);
        bytes[20..].copy_from_slice(mac.as_ref());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn open(&self, text: &str) -> Option<([u8; 16], u32)> {
        let mut bytes = [0; SEALED];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        hmac::verify(&self.seal, &bytes[..20], &bytes[20..length]).ok()?;
        let generation = u32::from_be_bytes(bytes[16..20].try_into().ok()?);
        Some((bytes[..16].try_into().ok()?, generation))
    }
}

fn bound_to(form: &Form, challenge: Option<&str>) -> Option<String> {
    Some([form.redirect_uri.as_deref()?, challenge.unwrap_or_default()].concat())
}

/// The client whose secret this is.
fn known<'f>(tenant: &Tenant, form: &'f Form) -> Option<&'f str> {
    let id = form.client_id.as_deref()?;
    let hash = digest::digest(&digest::SHA256, form.client_secret.as_deref()?.as_bytes());
    verify_slices_are_equal(hash.as_ref(), tenant.clients.get(id)?).ok()?;
    Some(id)
}

fn client<'f>(tenant: &Tenant, form: &'f Form) -> Option<&'f str> {
    let grants = ["client_credentials", "password", "refresh_token"];
    grants.contains(&&*form.grant_type).then(|| known(tenant, form)).flatten()
}

fn new(generation: u32, subject: &str, client: &str, scope: &str, bound_to: &str) -> Row {
    Row {
        generation,
        subject: subject.to_owned(),
        client: client.to_owned(),
        scope: scope.to_owned(),
        binding: hash(bound_to),
    }
}

fn hash(text: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
}

fn row_id(seed: &[u8; 16]) -> [u8; 16] {
    let mut id = [0; 16];
    id.copy_from_slice(&digest::digest(&digest::SHA256, seed).as_ref()[..16]);
    id
}

fn reply(access_token: &str, refresh_token: Option<&str>, scope: &str) -> Option<Vec<u8>> {
    let reply =
        Reply { access_token, token_type: "Bearer", expires_in: 3600, refresh_token, scope };
    serde_json::to_vec(&reply).ok()
}
