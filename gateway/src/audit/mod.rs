//! The audit trail: who opened what, when, from where (DICOM PS3.15 A.5).
//!
//! One event for every opening, denial, set of frames looked at, download, search by the platform, and film
//! made or revoked. An event names the film by a hash, the studies by UID; it holds no key, token, passcode or
//! patient attribute. Entries are chained by hash and cannot be changed through SQL; a file that was changed
//! from outside no longer verifies.
//!
//! A failure to write is logged and does not keep a doctor from the pictures (IHE ITI TF-1 9.1: the audit
//! source goes on working).

pub mod event;
pub mod requests;
pub mod trail;

pub use event::{AuditEvent, AuditKind, Outcome, film_hash};
pub use trail::{AuditError, AuditTrail};
