//! The federation of a store: whom it trusts, where it fetches from, how logs arrive, and what leaves.
//!
//! What a store knows besides its logs lies in the folder `federation` of the store; none of it is part of a state.

mod arrival;
mod bundles;
mod fetch;
mod files;
mod http;
mod keys;
mod pages;
mod published;
mod remotes;
mod serving;
mod sources;

pub use arrival::Arrived;
pub use bundles::{BundleRequest, BundleSummary, bundle_apply, bundle_create, bundle_inspect, bundle_verify};
pub use fetch::{Fetched, fetch, remote_names};
pub use keys::{TrustGiven, key_generate, key_revoke, key_rows, key_trust};
pub use remotes::{NewRemote, remote_add, remote_remove, remote_rows, remote_set_key};
pub use serving::{LogOffer, log_offer, log_page};
pub use sources::{SourceAge, source_ages};

pub(super) use arrival::{after, held_to_trust, keep_groups};
pub(super) use published::after_commit;
