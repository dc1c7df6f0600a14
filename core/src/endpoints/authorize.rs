//! `…/authorize` for browsers. There is no sign-in in the browser yet, so whoever comes here reads
//! that, and is sent nowhere.

use bytes::Bytes;
use http::{Method, Request, Response};

use super::demand_size;
use crate::error::Error;
use crate::wire;

pub(super) fn serve(request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    let direct = wire::is_direct(request.uri().query().unwrap_or_default());
    let get = request.method() == Method::GET;
    Err(if get && direct { Error::DirectApiOff } else { Error::NoBrowserSignIn })
}
