//! Text in, text out: nothing above this floor sees an unchecked parameter or a status code.

mod basic;
mod cookies;
mod cors;
mod dialect;
mod form;
mod forwarded;
mod headers;
mod json;
mod object;
mod page;
mod proof;
mod read_authorization;
mod read_client;
mod read_device;
mod read_direct;
mod read_issuer;
mod read_pages;
mod read_pushed;
mod read_resources;
mod read_shown;
mod read_token;
mod reply;
mod rfc;
mod rpc;

#[cfg(test)]
mod props;

pub use cookies::{cookie, set_cookie};
pub use cors::{allow_all, allow_origin, expose_challenges, is_preflight, preflight};
pub use dialect::{Dialect, oversized};
pub use form::Form;
pub use forwarded::client_address;
pub use headers::{browser_facts, demand_form, demand_json, has_parameter, is_direct};
pub use json::{
    cacheable, code_answer, device_answer, done, gone, private_document, private_json,
    pushed_answer, token_answer, token_answer_direct,
};
pub use page::{Form as PageForm, html, message_page};
pub use proof::{read_proof, with_nonce};
pub use read_authorization::{authorization_query, read_authorization, read_identity, read_reply};
pub use read_device::read_device_request;
pub use read_direct::{read_code_request, read_direct_token_request};
pub use read_issuer::{read_keys, read_metadata};
pub use read_pages::{
    PageAnswer, SignOutRequest, is_own_form, read_handle, read_page_answer, read_sign_out,
    read_typed_code,
};
pub use read_pushed::{REQUEST_URI, read_pushed, read_reference};
pub use read_shown::read_shown_token;
pub use read_token::read_token_request;
pub use reply::{code_reply, error_reply, see_other, with_query};
