//! Text in, text out: nothing above this floor sees an unchecked parameter or a status code.

mod basic;
mod cookies;
mod cors;
mod dialect;
mod form;
mod forwarded;
mod headers;
mod json;
mod page;
mod read_authorization;
mod read_client;
mod read_direct;
mod read_pages;
mod read_pushed;
mod read_token;
mod reply;
mod rfc;
mod rpc;

#[cfg(test)]
mod props;

pub use cookies::{cookie, set_cookie};
pub use cors::{allow_all, allow_origin, is_preflight, preflight};
pub use dialect::{Dialect, oversized};
pub use form::Form;
pub use forwarded::client_address;
pub use headers::{browser_facts, demand_form, has_parameter, is_direct};
pub use json::{
    cacheable, code_answer, private_json, pushed_answer, token_answer, token_answer_direct,
};
pub use page::{Form as PageForm, html, message_page};
pub use read_authorization::{authorization_query, read_authorization, read_identity, read_reply};
pub use read_direct::{read_code_request, read_direct_token_request};
pub use read_pages::{
    PageAnswer, SignOutRequest, is_own_form, read_handle, read_page_answer, read_sign_out,
};
pub use read_pushed::{REQUEST_URI, read_pushed, read_reference};
pub use read_token::read_token_request;
pub use reply::{code_reply, error_reply, see_other, with_query};
