//! `…/authorize` for browsers. There is no sign-in in the browser yet, so whoever comes here reads
//! that, and is sent nowhere.

use bytes::Bytes;
use http::{Request, Response};

use super::demand_size;
use crate::error::Error;

pub(super) fn serve(request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    Err(Error::NoBrowserSignIn)
}
