//! What is wrong with a stored row, and where. One damaged row leaves the others readable.

/// Something in the store that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {fault}")]
pub struct Damage {
    /// Where it is.
    pub place: Place,
    /// What is wrong there.
    pub fault: Fault,
}

/// Where damage is. A session's name is text as it was found, for it may itself be damaged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Place {
    /// The file's own structure.
    #[error("the file")]
    File,
    /// A session's plan or its line in the listing.
    #[error("session `{session}`")]
    Session {
        /// The session.
        session: String,
    },
    /// How far a session has come, as the listing shows it.
    #[error("the progress of session `{session}`")]
    Progress {
        /// The session.
        session: String,
    },
    /// One event of a session's journal.
    #[error("event {seq} of session `{session}`")]
    Event {
        /// The session.
        session: String,
        /// The event's place in the journal, from 0, as it was found.
        seq: String,
    },
    /// A half-typed answer.
    #[error("the draft of session `{session}`")]
    Draft {
        /// The session.
        session: String,
    },
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The row does not match its checksum.
    #[error("does not match its checksum")]
    Checksum,
    /// The row is not there, though later ones are.
    #[error("is missing")]
    Missing,
    /// The row is as it was written, but this program cannot read it.
    #[error("cannot be read: {0}")]
    Shape(String),
    /// SQLite found the file's structure broken.
    #[error("is broken: {0}")]
    Structure(String),
}
