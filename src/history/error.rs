//! Why the store could not do something, with what to do about it.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{ErrorCode, ffi};

use super::damage::Damage;
use crate::domain::id::{IdError, SessionId};

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The store cannot be written: no permission, a read-only file system, a failing disk.
    #[error("cannot write to `{path}`: {source}; use `--no-save` to practise without a record", path = .path.display())]
    Unwritable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The store cannot be read.
    #[error("cannot read `{path}`: {source}; check who owns it and its permissions", path = .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// There is no space left for the store.
    #[error("no space is left for `{path}`; free some, or `followup export` to another disk", path = .path.display())]
    Full {
        /// The store's file.
        path: PathBuf,
    },
    /// The place where the store is to be kept is a file or a device.
    #[error("`{path}` is not a folder; name one to keep practice history in", path = .path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// In the store's place there is a symbolic link, a folder or a device.
    #[error("`{path}` is not a plain file; move it away, or link the folder that it is in instead", path = .path.display())]
    NotAFile {
        /// The store's file.
        path: PathBuf,
    },
    /// The file is a database, but says that it is not a store of ours.
    #[error("`{path}` is not a history of `followup`, or its header is damaged; move it away to begin a new one", path = .path.display())]
    NotOurs {
        /// The store's file.
        path: PathBuf,
    },
    /// The store was written by a newer version of the program. It was not touched.
    #[error("`{path}` has version {found}, but this program knows only {known}; install a newer one", path = .path.display())]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The version it has.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// An older store could not be brought up to date. It is as it was.
    #[error("cannot bring `{path}` up to date: {source}; it was left as it was", path = .path.display())]
    Migration {
        /// The store's file.
        path: PathBuf,
        /// What went wrong.
        source: rusqlite_migration::Error,
    },
    /// Another program holds the store's lock for longer than we wait.
    #[error("another program keeps `{path}` locked; try again when it is done", path = .path.display())]
    Busy {
        /// The store's file.
        path: PathBuf,
    },
    /// The file is not a database any more.
    #[error("`{path}` is damaged: {source}; `followup doctor` says what is left of it", path = .path.display())]
    Corrupt {
        /// The store's file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// What was asked for is damaged; the rest is not.
    #[error("{0}; `followup doctor` lists all damage")]
    Damaged(Damage),
    /// There is no such session.
    #[error("there is no session `{session}`; `followup history` lists them")]
    NotFound {
        /// What was asked for.
        session: SessionId,
    },
    /// A session of this name exists.
    #[error("there is a session `{session}` already; `followup resume {session}` goes on with it")]
    Taken {
        /// The name.
        session: SessionId,
    },
    /// The event is not the next one of its session: another program is writing to it.
    #[error(
        "session `{session}` is at event {next}, not {seq}: another program goes on with it; \
         leave that one, then `followup resume {session}`"
    )]
    Conflict {
        /// The session.
        session: SessionId,
        /// The place that the event was meant for.
        seq: u32,
        /// The place that is next.
        next: u32,
    },
    /// No name of a session can be made from this one.
    #[error("cannot name a session: {0}")]
    Name(#[from] IdError),
    /// A plan or an event has no JSON form.
    #[error("cannot write this down as JSON: {0}")]
    Encode(#[from] serde_json::Error),
    /// Anything else that SQLite says.
    #[error("cannot use `{path}`: {source}; `followup doctor` checks it", path = .path.display())]
    Sqlite {
        /// The store's file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl HistoryError {
    /// Sorts an error of SQLite by what the user can do about it.
    pub(super) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt { path, source },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::Unwritable { path, source: source.into() }
            }
            Some(ErrorCode::SystemIoFailure) => match extended(&source) {
                Some(ffi::SQLITE_IOERR_SHMSIZE) => Self::Full { path },
                Some(
                    ffi::SQLITE_IOERR_WRITE
                    | ffi::SQLITE_IOERR_FSYNC
                    | ffi::SQLITE_IOERR_DIR_FSYNC
                    | ffi::SQLITE_IOERR_TRUNCATE,
                ) => Self::Unwritable { path, source: source.into() },
                _ => Self::Sqlite { path, source },
            },
            _ => Self::Sqlite { path, source },
        }
    }

    /// The same for a statement about one session, where a broken constraint says something of that session.
    pub(super) fn about(session: &SessionId, path: &Path, source: rusqlite::Error) -> Self {
        match extended(&source) {
            Some(ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::NotFound { session: session.clone() },
            Some(ffi::SQLITE_CONSTRAINT_UNIQUE) => Self::Taken { session: session.clone() },
            _ => Self::sqlite(path, source),
        }
    }

    /// The same for a store that is only to be read.
    pub(super) fn reading(path: &Path, source: rusqlite::Error) -> Self {
        match Self::sqlite(path, source) {
            Self::Unwritable { path, source } => Self::Unreadable { path, source },
            other => other,
        }
    }

    /// Sorts an error of the file system that came up while writing.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Unwritable { path, source: source.into() },
        }
    }

    /// Sorts an error of the file system that came up while reading.
    pub(super) fn reading_io(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source: source.into() }
    }

    /// Sorts an error of a migration.
    pub(super) fn migration(path: &Path, source: rusqlite_migration::Error) -> Self {
        match source {
            rusqlite_migration::Error::RusqliteError { err, .. } => Self::sqlite(path, err),
            source => Self::Migration { path: path.to_owned(), source },
        }
    }
}

fn extended(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}
