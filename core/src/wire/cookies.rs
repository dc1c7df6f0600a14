//! Cookies: handles that a browser keeps, and nothing else.

use http::{HeaderMap, HeaderValue, header};

use crate::types::{Issuer, TenantId, TokenKind};

/// What a cookie of this kind is called. By https no other host can set it (RFC 6265bis §4.1.3.2), and
/// each tenant has its own (LG-22).
fn name(kind: TokenKind, issuer: &Issuer, tenant: &TenantId) -> String {
    let prefix = if is_secure(issuer) { "__Host-" } else { "" };
    format!("{prefix}grantry-{}-{tenant}", kind.label())
}

fn is_secure(issuer: &Issuer) -> bool {
    issuer.as_str().starts_with("https://")
}

/// The value of a cookie. One that stands twice was set by somebody else as well, and is none.
pub fn cookie<'h>(
    headers: &'h HeaderMap,
    kind: TokenKind,
    issuer: &Issuer,
    tenant: &TenantId,
) -> Option<&'h str> {
    let name = name(kind, issuer, tenant);
    let texts = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.split_once('='));
    let mut mine = pairs.filter(|(own, _)| own.trim() == name).map(|(_, value)| value.trim());
    match (mine.next(), mine.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// Has the browser keep a cookie until it is closed, or forget it where there is no value. It comes
/// along when another site sends the user here, and not with what that site posts (`SameSite=Lax`).
pub fn set_cookie(
    headers: &mut HeaderMap,
    kind: TokenKind,
    issuer: &Issuer,
    tenant: &TenantId,
    value: Option<&str>,
) {
    let (name, secure) = (name(kind, issuer, tenant), is_secure(issuer));
    let secure = if secure { "; Secure" } else { "" };
    let (value, age) = value.map_or(("", "; Max-Age=0"), |value| (value, ""));
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
    headers.extend(HeaderValue::try_from(text).map(|value| (header::SET_COOKIE, value)));
}
