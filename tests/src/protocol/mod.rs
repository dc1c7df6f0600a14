//! Cases that hold for every driver: one for each requirement, named as a sentence, with its
//! section or the id of the threat it answers.

pub mod direct_authorize;
pub mod races;
