//! Our own pages.

use std::sync::Arc;

use crate::ports::Pages;
use crate::types::{AccountPage, ConsentPage, FormPostPage, LoginPage, MessagePage, SignOutPage};

/// Our pages, in place of those that the host does not lend.
#[derive(Debug, Default)]
pub struct OwnPages {
    host: Option<Arc<dyn Pages>>,
}

impl OwnPages {
    /// Pages of the host, and ours where it has none.
    pub fn behind(host: Option<Arc<dyn Pages>>) -> Self {
        Self { host }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn form(action: &str, fields: &[(&str, &str)], rest: &str) -> String {
    let fields: String = fields
        .iter()
        .map(|(name, value)| {
            format!(r#"<input type="hidden" name="{}" value="{}">"#, escape(name), escape(value))
        })
        .collect();
    let action = escape(action);
    format!(
        r#"<!doctype html><html lang="en"><form method="post" action="{action}">{fields}{rest}</form></html>"#
    )
}

fn button(action: &str) -> String {
    format!(r#"<button name="action" value="{action}">{action}</button>"#)
}

impl Pages for OwnPages {
    fn login(&self, page: &LoginPage<'_>) -> Option<String> {
        if let Some(own) = self.host.as_ref().and_then(|host| host.login(page)) {
            return Some(own);
        }
        let name = escape(page.username);
        let inputs = format!(
            r#"<p>{:?}</p><input name="username" value="{name}"><input type="password" name="password">"#,
            page.notice
        );
        let rest = [inputs, button("sign-in"), button("cancel")].concat();
        Some(form(page.context.action, &[("interaction", page.context.handle)], &rest))
    }

    fn consent(&self, page: &ConsentPage<'_>) -> Option<String> {
        let rest = [button("allow"), button("deny")].concat();
        Some(form(page.context.action, &[("interaction", page.context.handle)], &rest))
    }

    fn account(&self, page: &AccountPage<'_>) -> Option<String> {
        let rest = [button("continue"), button("other"), button("cancel")].concat();
        Some(form(page.context.action, &[("interaction", page.context.handle)], &rest))
    }

    fn form_post(&self, page: &FormPostPage<'_>) -> Option<String> {
        let script = FormPostPage::SCRIPT;
        let rest = format!("<button>Continue</button><script>{script}</script>");
        Some(form(page.redirect_uri, page.fields, &rest))
    }

    fn sign_out(&self, page: &SignOutPage<'_>) -> Option<String> {
        let fields = [&[("confirm", page.confirm)][..], page.fields].concat();
        Some(form(page.action, &fields, &[button("sign-out"), button("stay")].concat()))
    }

    fn message(&self, page: &MessagePage<'_>) -> Option<String> {
        Some(format!("<!doctype html><html lang=\"en\"><p>{:?}</p></html>", page.message))
    }
}
