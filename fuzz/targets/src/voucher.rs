//! A grant of the host's own, which believes one word.

use async_trait::async_trait;
use grantry::{
    ports::{
        ExtensionAnswer, ExtensionGrant, ExtensionRefusal, ExtensionRequest, ExtensionVerdict,
        StoreError,
    },
    types::ResponseParameters,
};

/// What it is called.
pub(crate) const VOUCHER: &str = "urn:example:voucher";

/// Whoever says `alice` is she, whoever says `client` asks for itself.
#[derive(Debug)]
pub(crate) struct Vouchers;

#[async_trait]
impl ExtensionGrant for Vouchers {
    async fn judge(&self, asks: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError> {
        let answer = match asks.parameters.get("code") {
            Some("alice") => ExtensionAnswer::user("user-alice".parse().unwrap(), asks.now),
            Some("client") => ExtensionAnswer::client(),
            Some(_) => return Ok(ExtensionRefusal::Grant.into()),
            None => return Ok(ExtensionRefusal::Missing("code").into()),
        };
        // Whatever came goes back, with whatever is in it.
        let mut told = ResponseParameters::new();
        let all: Vec<_> = asks.parameters.all("audience").collect();
        told.insert("audiences", all).unwrap();
        Ok(answer.beside(told).into())
    }
}
