use crate::types::{BrowserFacts, Origin};

/// Whether the direct API answers (LE-04): not to images, frames, navigations that a page began
/// and prefetches, which run a grant that nobody asked for, nor to pages of unlisted origins.
pub fn may_pass(facts: BrowserFacts<'_>, listed: &[Origin]) -> bool {
    let fetch = facts.destination.is_none_or(|destination| destination == "empty");
    let typed = facts.site == Some("none");
    let known = facts.origin.is_some_and(|origin| listed.iter().any(|own| own.as_str() == origin));
    let foreign = facts.site == Some("cross-site") && !known;
    (fetch || typed) && !facts.speculative && !foreign
}
