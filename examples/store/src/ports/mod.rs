//! The store ports. Each call takes the mutex once and holds it until it is done.

mod accounts;
mod clients;
mod consents;
mod interactions;
mod jwt_ids;
mod keys;
mod sessions;
mod tenants;
mod tickets;
