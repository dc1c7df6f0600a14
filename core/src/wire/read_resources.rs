//! The parameter `resource` (RFC 8707 §2), which may be given more than once.

use super::Form;
use crate::types::{Audiences, limits};

/// What a request names as resources, each once. `None` inside is a text that names nothing: whether it is a
/// URI does not matter, since a resource is known by its text alone.
pub(super) fn read_resources(form: &mut Form) -> Option<Option<Audiences>> {
    let mut named: Vec<String> = Vec::new();
    for one in form.all("resource", limits::RESOURCE) {
        if !named.contains(&one) {
            named.push((*one).clone());
        }
    }
    let whole = |named: &String| !named.contains(' ');
    match &named[..] {
        [] => None,
        all if all.iter().all(whole) => Some(all.join(" ").parse().ok()),
        _ => Some(None),
    }
}
