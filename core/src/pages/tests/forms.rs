//! What forms send, which the endpoints behind them read.

use super::{
    html::{Document, Element},
    samples::{NOTICES, PLAIN, Texts},
};
use crate::pages::OwnPages;
use crate::ports::Pages;

const FIELDS: [(&str, &str); 2] = [("state", "one"), ("code", "two")];

fn read(page: Option<String>) -> Document {
    Document::read(&page.unwrap())
}

/// Names and values of a kind of control.
fn sent<'a>(page: &'a Document, kind: &'a str) -> Vec<(&'a str, &'a str)> {
    let hidden = |one: &&Element| one.name != "input" || one.get("type") == Some("hidden");
    let all = page.all(kind).filter(hidden);
    all.filter_map(|one| Some((one.get("name")?, one.get("value")?))).collect()
}

fn is_posted(page: &Document, action: &str) {
    let form = page.one("form");
    assert_eq!(form.get("method"), Some("post"));
    assert_eq!(form.get("action"), Some(action));
    assert!(page.having("name").all(|(_, name)| name != "submit"), "it would hide form.submit()");
}

#[test]
fn pages_of_an_interaction_send_the_handle_and_an_action() {
    let ours = OwnPages::default();
    let pages = [
        (ours.login(&PLAIN.login(None)), &["sign-in", "cancel"][..]),
        (ours.consent(&PLAIN.consent(&[])), &["allow", "deny"]),
        (ours.account(&PLAIN.account()), &["continue", "other", "cancel"]),
    ];
    for (page, actions) in pages {
        let page = read(page);
        is_posted(&page, "/oauth/acme/interact");
        assert_eq!(sent(&page, "input"), [("interaction", "k3Jt9wq")]);
        let buttons: Vec<_> = actions.iter().map(|action| ("action", *action)).collect();
        assert_eq!(sent(&page, "button"), buttons);
    }
}

#[test]
fn enter_signs_in_and_cancel_asks_for_nothing() {
    let page = read(OwnPages::default().login(&PLAIN.login(None)));
    // The first button of a form is the one that Enter presses.
    let buttons: Vec<_> = page.all("button").collect();
    assert_eq!(buttons[0].get("value"), Some("sign-in"));
    let unchecked: Vec<_> = buttons.iter().map(|b| b.get("formnovalidate").is_some()).collect();
    assert_eq!(unchecked, [false, true]);
    assert!(page.having("type").all(|(element, _)| element.name != "button"));
}

#[test]
fn name_and_password_are_what_password_managers_look_for() {
    for notice in NOTICES {
        let page = read(OwnPages::default().login(&PLAIN.login(notice)));
        let name = page.by_id("username").unwrap();
        let password = page.by_id("password").unwrap();
        for (input, attribute, value) in [
            (name, "name", "username"),
            (name, "type", "text"),
            (name, "value", "alice@example.com"),
            (name, "autocomplete", "username"),
            (name, "autocapitalize", "none"),
            (name, "spellcheck", "false"),
            (name, "required", ""),
            (password, "name", "password"),
            (password, "type", "password"),
            (password, "autocomplete", "current-password"),
            (password, "required", ""),
        ] {
            assert_eq!(input.get(attribute), Some(value), "{attribute}");
        }
        assert_eq!(password.get("value"), None);
    }
}

#[test]
fn what_is_empty_comes_first() {
    let focused = |user| {
        let page = read(OwnPages::default().login(&Texts { user, ..PLAIN }.login(None)));
        let found: Vec<_> = page.having("autofocus").map(|(one, _)| one.get("id")).collect();
        found.into_iter().map(|id| id.unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(focused(""), ["username"]);
    assert_eq!(focused("alice"), ["password"]);
}

#[test]
fn signing_out_sends_back_what_it_was_given() {
    let page = read(OwnPages::default().sign_out(&PLAIN.sign_out(&FIELDS)));
    is_posted(&page, "/oauth/acme/interact");
    assert_eq!(sent(&page, "input"), [&[("confirm", "k3Jt9wq")], &FIELDS[..]].concat());
    assert_eq!(sent(&page, "button"), [("action", "sign-out"), ("action", "stay")]);
}

#[test]
fn an_answer_is_posted_to_the_client_and_holds_nothing_else() {
    let page = read(OwnPages::default().form_post(&PLAIN.form_post(&FIELDS)));
    is_posted(&page, "https://billing.example.com/back");
    assert_eq!(sent(&page, "input"), FIELDS);
    assert_eq!(page.one("button").attributes, [("class".into(), "main".into())]);
    let places = ["form", "script"].map(|name| page.0.iter().position(|one| one.name == name));
    assert!(places[0] < places[1], "the script finds the form");
}
