//! What passes between stores, apart from any store: keys and whom they are trusted for, the bundles that cross networks
//! on a disk, what an arriving log may state, and what a catalog's policy keeps at home.
//!
//! Nothing here opens a store or a ledger: the bytes of commits are carried, hashed and signed, and read by others.

pub mod admission;
pub mod bundle;
pub mod duration;
pub mod key;
pub mod policy;
pub mod remote;
pub mod statement;
pub mod trust;

pub use bundle::{Bundle, BundleError, PackedCommit};
pub use key::{KeyError, PublicKey, SecretKey, Signature};
pub use policy::Policy;
pub use remote::{Remote, Remotes};
pub use statement::LogStatement;
pub use trust::{Refusal, Trust, Trusted};
