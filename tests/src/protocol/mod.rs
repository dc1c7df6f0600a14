//! Cases that hold for every driver: one for each requirement, named as a sentence, with its
//! section or the id of the threat it answers.

pub mod access_tokens;
mod admin;
pub mod admin_client_changes;
pub mod admin_clients;
pub mod admin_grants;
pub mod admin_policies;
pub mod admin_secrets;
pub mod admin_tenants;
pub mod admin_users;
mod broken;
pub mod browser_page;
pub mod client_authentication;
pub mod client_credentials;
pub mod differential;
mod direct;
pub mod direct_authorize;
pub mod direct_errors;
pub mod direct_faults;
pub mod direct_fence;
pub mod direct_order;
pub mod direct_refusals;
pub mod direct_surfaces;
pub mod direct_token;
mod grant;
pub mod lifetimes;
pub mod limits;
pub mod metadata;
pub mod password_grant;
pub mod presenting;
pub mod races;
pub mod refresh;
pub mod strangers;
pub mod tenants;
pub mod token_endpoint;
pub mod token_kinds;
pub mod windows;
