//! What was asked and answered, kept on disk: each session's plan and the journal of its events, in SQLite.
//!
//! A write is durable when the call returns. Events are kept as they come and not interpreted: replaying
//! the journal through the session engine rebuilds the session.
//!
//! The stored shape of plans and events is that of the domain types' serde forms. `tests/data/journal-v3.json`
//! holds it still: a change of shape needs a new [`record::SHAPE`], a migration, and a fixture beside the old one.

mod asked;
pub mod damage;
pub mod error;
mod open;
mod read;
pub mod record;
mod schema;
mod store;
mod verify;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use damage::{Damage, Fault, Place};
pub use error::HistoryError;
pub use record::{Progress, SessionSummary, StoredSession};
pub use store::Store;
