//! What pages say.

use std::time::Duration;

use super::{
    html::Document,
    samples::{NOTICES, PLAIN},
};
use crate::pages::OwnPages;
use crate::ports::Pages;
use crate::types::{ClientFacts, LoginNotice, MessagePage, ScopeText};

fn read(page: Option<String>) -> Document {
    Document::read(&page.unwrap())
}

fn notice(notice: LoginNotice) -> Document {
    read(OwnPages::default().login(&PLAIN.login(Some(notice))))
}

#[test]
fn a_notice_is_heard_and_belongs_to_both_inputs() {
    for given in NOTICES.into_iter().flatten() {
        let page = notice(given);
        let news = matches!(given, LoginNotice::Expired | LoginNotice::Again);
        let role = if news { "status" } else { "alert" };
        assert_eq!(page.by_id("notice").unwrap().get("role"), Some(role), "{given:?}");
        assert_eq!(page.one("title").text.starts_with("Error: "), !news, "{given:?}");
        let mistaken = matches!(given, LoginNotice::Wrong | LoginNotice::Incomplete);
        for input in ["username", "password"].map(|id| page.by_id(id).unwrap()) {
            assert_eq!(input.get("aria-describedby"), Some("notice"), "{given:?}");
            assert_eq!(input.get("aria-invalid").is_some(), mistaken, "{given:?}");
        }
    }
    let quiet = read(OwnPages::default().login(&PLAIN.login(None)));
    assert!(quiet.by_id("notice").is_none() && quiet.having("aria-describedby").count() == 0);
}

#[test]
fn a_wrong_name_and_a_wrong_password_read_the_same() {
    let text = &notice(LoginNotice::Wrong).by_id("notice").unwrap().text.clone();
    assert_eq!(text, "The user name or the password is wrong. Check both and try again.");
}

#[test]
fn a_wait_is_told_in_whole_seconds_and_minutes() {
    for (millis, want) in [
        (1_000, "Wait 1 second, then"),
        (1_001, "Wait 2 seconds, then"),
        (59_001, "Wait 1 minute, then"),
        (60_001, "Wait 2 minutes, then"),
    ] {
        let time = Duration::from_millis(millis);
        for given in [LoginNotice::Wait(time), LoginNotice::Busy(time)] {
            let page = notice(given);
            let text = &page.by_id("notice").unwrap().text;
            assert!(text.contains(want), "{text}");
        }
    }
}

#[test]
fn every_scope_has_words() {
    let page = |token, text| {
        let scopes = [ScopeText { token, text }];
        let page = read(OwnPages::default().consent(&PLAIN.consent(&scopes)));
        (page.one("li").text.clone(), page.all("code").count())
    };
    for (token, want) in [
        ("openid", "Know who you are, by an identifier of your account"),
        ("profile", "See your profile, such as your name and picture"),
        ("email", "See your email address"),
        ("address", "See your postal address"),
        ("phone", "See your phone number"),
        ("offline_access", "Stay connected when you are away"),
    ] {
        assert_eq!(page(token, None), (want.into(), 0));
    }
    assert_eq!(page("orders:read", None), ("orders:read".into(), 1));
    assert_eq!(page("email", Some("Write to you")), ("Write to you".into(), 0));
}

#[test]
fn who_asks_is_told_and_whether_that_is_known() {
    for (is_proven, is_local) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut page = PLAIN.consent(&[]);
        page.context.client = ClientFacts { is_proven, is_local, ..PLAIN.client() };
        let page = read(OwnPages::default().consent(&page));
        let text = &page.one("main").text;
        assert_eq!(text.contains("Anybody could call themselves Billing."), !is_proven, "{text}");
        assert_eq!(text.contains("Billing (a program on this device)"), is_local, "{text}");
        assert_eq!(text.contains("Billing (billing.example.com)"), !is_local, "{text}");
        assert!(text.contains("You are signed in as alice@example.com."), "{text}");
    }
}

#[test]
fn who_wants_a_device_is_told_and_whether_that_is_known() {
    for is_proven in [true, false] {
        let mut page = PLAIN.device_consent(&[]);
        page.context.client.is_proven = is_proven;
        let page = read(OwnPages::default().device_consent(&page));
        let text = &page.one("main").text;
        assert_eq!(text.contains("Anybody could call themselves Billing."), !is_proven, "{text}");
        assert!(text.contains("Is the device before you?"), "{text}");
    }
}

#[test]
fn a_client_without_a_host_is_told_by_its_name() {
    let mut page = PLAIN.account();
    page.context.client.host = "";
    let page = read(OwnPages::default().account(&page));
    assert!(page.one("main").text.contains("To continue to Billing."));
}

#[test]
fn a_message_says_what_happened_and_what_to_do_next() {
    let mut headings = Vec::new();
    for message in PLAIN.messages() {
        let page = MessagePage { tenant: None, languages: &[], message };
        let page = read(OwnPages::default().message(&page));
        let next = ["Go back to the application", "go back to the application", "Wait", "close"];
        let text = &page.one("main").text;
        assert!(next.iter().any(|step| text.contains(step)), "{message:?}: {text}");
        assert_eq!(text.contains(PLAIN.fault), page.all("code").count() > 0, "{message:?}");
        assert_eq!(page.one("h1").text, page.one("title").text);
        headings.push(page.one("h1").text.clone());
    }
    assert_eq!(headings.len(), 11);
    headings.sort_unstable();
    headings.dedup();
    assert_eq!(headings.len(), 11, "two messages have one heading");
}
