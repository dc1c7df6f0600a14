//! Texts of strangers are text, whatever is in them.

use super::{
    html::{Document, Element},
    samples::{PLAIN, Texts},
};
use crate::pages::words::is_hidden;

/// Ends what it stands in, in every way that HTML has, and then begins something of its own.
const MARKUP: &str =
    "</title></style>'\"><script>alert(1)</script><img src=x onerror=alert(1)>&lt;<!--";
/// Ends its isolation, and turns around what follows.
const BIDI: &str = "a\u{2069}\u{202e}\u{2028}\u{0}b";

/// Which elements with which attributes there are.
fn skeleton(page: &str) -> Vec<(String, Vec<String>)> {
    let names = |element: Element| element.attributes.into_iter().map(|(name, _)| name).collect();
    let page = Document::read(page).0.into_iter();
    page.map(|element| (element.name.clone(), names(element))).collect()
}

#[test]
fn markup_in_any_text_changes_no_element() {
    let pages = PLAIN.pages().into_iter().zip(Texts::all(MARKUP).pages());
    for ((name, plain), (_, hostile)) in pages {
        assert_eq!(skeleton(&hostile), skeleton(&plain), "{name}");
    }
}

#[test]
fn what_is_sent_back_is_byte_for_byte_what_was_given() {
    for text in [MARKUP, BIDI] {
        for (name, page) in Texts::all(text).pages() {
            let page = Document::read(&page);
            let mut given = page.having("name").filter(|(one, own)| {
                one.name == "input" && !matches!(*own, "password" | "code") && *own != "username"
            });
            assert!(given.all(|(one, _)| one.get("value") == Some(text)), "{name}");
            assert!(page.all("form").all(|form| form.get("action") == Some(text)), "{name}");
            if name.starts_with("login") && name != "login nameless" {
                assert_eq!(page.by_id("username").unwrap().get("value"), Some(text), "{name}");
            }
        }
    }
}

#[test]
fn a_text_keeps_its_direction_to_itself() {
    for (name, page) in Texts::all("STRANGER").pages() {
        for element in Document::read(&page).0 {
            let own = element.own.contains("STRANGER");
            assert!(!own || matches!(&*element.name, "bdi" | "title"), "{name}: {element:?}");
        }
    }
}

#[test]
fn what_would_act_unseen_is_seen() {
    for (name, page) in Texts::all(BIDI).pages() {
        let page = Document::read(&page);
        let text = &page.one("html").text;
        let hidden = text.chars().any(|c| is_hidden(c) && c != '\n');
        assert!(!hidden, "{name}: {text:?}");
        let shown = page.all("bdi").all(|one| one.own == "a\u{fffd}\u{fffd}\u{fffd}\u{fffd}b");
        assert!(shown, "{name}");
    }
}
