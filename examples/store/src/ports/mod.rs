//! The store ports. Each call takes the mutex once and holds it until it is done.

mod accounts;
mod clients;
mod keys;
mod tenants;
mod tickets;
