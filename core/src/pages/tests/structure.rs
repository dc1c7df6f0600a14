//! What holds for every page.

use std::collections::BTreeSet;

use super::{
    html::Document,
    samples::{PLAIN, Texts},
};
use crate::pages::{OwnPages, STYLES};
use crate::ports::Pages;
use crate::types::{FormPostPage, Message, MessagePage};

fn documents() -> impl Iterator<Item = (String, Document)> {
    PLAIN.pages().into_iter().map(|(name, page)| (name, Document::read(&page)))
}

#[test]
fn every_page_is_a_whole_document_that_can_be_found_ones_way_in() {
    for (name, page) in documents() {
        assert_eq!(page.one("html").get("lang"), Some("en"), "{name}");
        for one in ["head", "body", "main", "h1", "title"] {
            assert_ne!(page.one(one).text.trim(), "", "{name}: {one}");
        }
        let metas: Vec<_> = page.all("meta").filter_map(|meta| meta.get("name")).collect();
        assert_eq!(metas, ["viewport", "color-scheme", "robots"], "{name}");
        let ids: Vec<_> = page.having("id").map(|(_, id)| id).collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name}: an id twice");
        for reference in ["aria-describedby", "aria-labelledby", "for"] {
            for (_, id) in page.having(reference) {
                assert!(page.by_id(id).is_some(), "{name}: {reference} {id}");
            }
        }
        for input in page.all("input").filter(|input| input.get("type") != Some("hidden")) {
            let id = input.get("id");
            assert!(page.all("label").any(|label| label.get("for") == id), "{name}: {id:?}");
        }
    }
}

#[test]
fn a_title_says_which_page_and_whose() {
    let ours = OwnPages::default();
    let title = |page: Option<String>| Document::read(&page.unwrap()).one("title").text.clone();
    assert_eq!(title(ours.login(&PLAIN.login(None))), "Sign in – Acme");
    assert_eq!(title(ours.consent(&PLAIN.consent(&[]))), "Allow access – Acme");
    assert_eq!(title(ours.device(&PLAIN.device(None))), "Connect a device – Acme");
    assert_eq!(title(ours.device_consent(&PLAIN.device_consent(&[]))), "Allow a device – Acme");
    assert_eq!(title(ours.account(&PLAIN.account())), "Choose an account – Acme");
    assert_eq!(title(ours.sign_out(&PLAIN.sign_out(&[]))), "Sign out – Acme");
    assert_eq!(title(ours.form_post(&PLAIN.form_post(&[]))), "Back to the application");
    let page = |tenant| MessagePage { tenant, languages: &[], message: Message::NotFound };
    assert_eq!(title(ours.message(&page(None))), "There is nothing here");
    assert_eq!(title(ours.message(&page(Some("Acme")))), "There is nothing here – Acme");
}

#[test]
fn the_styles_of_every_page_are_those_that_are_hashed() {
    let ours = OwnPages::default();
    for (name, page) in documents() {
        assert_eq!([&*page.one("style").text], *ours.styles(), "{name}");
    }
    assert!(!STYLES.contains('\r'), "a browser would read another text than we hash");
    assert!(!["url(", "@import", "</"].iter().any(|bad| STYLES.contains(bad)));
}

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    let fine = |name: &str| !matches!(name, "style" | "src" | "href" | "srcset" | "formaction");
    for (name, page) in documents() {
        for element in &page.0 {
            for (attribute, _) in &element.attributes {
                let quiet = fine(attribute) && !attribute.starts_with("on");
                assert!(quiet, "{name}: {attribute} of {}", element.name);
            }
            let known = ["link", "img", "svg", "iframe", "object", "embed", "base", "a"];
            assert!(!known.contains(&&*element.name), "{name}: {}", element.name);
        }
        let scripts: Vec<_> = page.all("script").map(|script| &*script.text).collect();
        let one: &[&str] = if name == "form_post" { &[FormPostPage::SCRIPT] } else { &[] };
        assert_eq!(scripts, one, "{name}");
    }
    for (name, page) in PLAIN.pages().into_iter().filter(|(name, _)| name != "form_post") {
        assert!(!page.contains("://"), "{name}");
    }
}

#[test]
fn a_page_is_small() {
    for (name, page) in PLAIN.pages() {
        assert!(page.len() < 8 * 1024, "{name}: {} bytes", page.len());
    }
}

/// Has a page of its own, and one that only some get.
#[derive(Debug)]
struct Host;

impl Pages for Host {
    fn message(&self, page: &MessagePage<'_>) -> Option<String> {
        (page.message == Message::SignedOut).then(|| "Goodbye".into())
    }

    fn styles(&self) -> Vec<&str> {
        vec!["p{}"]
    }
}

#[test]
fn a_page_of_the_host_stands_before_ours_and_leaves_the_others() {
    let (ours, both) = (OwnPages::default(), OwnPages::behind(Some(std::sync::Arc::new(Host))));
    let message = |message| MessagePage { tenant: None, languages: &[], message };
    assert_eq!(both.message(&message(Message::SignedOut)).unwrap(), "Goodbye");
    let other = message(Message::Internal);
    assert_eq!(both.message(&other), ours.message(&other));
    let texts = Texts { user: "bob", ..PLAIN };
    assert_eq!(both.login(&texts.login(None)), ours.login(&texts.login(None)));
    assert_eq!(both.styles(), [STYLES, "p{}"]);
}
