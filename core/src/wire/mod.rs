//! Text in, text out: nothing above this floor sees an unchecked parameter or a status code.

mod basic;
mod cors;
mod dialect;
mod form;
mod forwarded;
mod headers;
mod json;
mod page;
mod read_direct;
mod read_token;
mod rfc;
mod rpc;

#[cfg(test)]
mod props;

pub use cors::allow_origin;
pub use dialect::{Dialect, oversized};
pub use form::Form;
pub use forwarded::client_address;
pub use headers::{browser_facts, demand_form, has_parameter, is_direct};
pub use json::{cacheable, code_answer, token_answer, token_answer_direct};
pub use read_direct::{read_code_request, read_direct_token_request};
pub use read_token::read_token_request;
