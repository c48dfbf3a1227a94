//! The tables' version: refusing a newer one, and bringing an older one up to date without a moment
//! in which a crash or a second program could do harm.

use std::path::Path;
use std::time::Duration;

use include_dir::{Dir, include_dir};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use rusqlite_migration::Migrations;

use super::error::HistoryError;
use super::open::{FILE, connect, settle, sync_folder, uri};

/// How often to try to be alone with the file, and the pause between two tries: five seconds in all.
const TRIES: u32 = 200;
const PAUSE: Duration = Duration::from_millis(25);

static MIGRATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// The migrations that a program knows; their number is the version of its tables.
#[derive(Clone, Copy)]
pub(super) struct Schema(pub(super) &'static Dir<'static>);

/// What a first look at a file shows.
pub(super) struct Look {
    version: i64,
    has_tables: bool,
    in_wal_mode: bool,
}

/// What there is to do before a store can be used.
pub(super) enum State {
    /// There are no tables yet.
    Empty,
    /// The tables are those of an older program.
    Older,
    /// Nothing but to turn the log on, where it is off.
    Current,
}

impl Look {
    /// Reads what there is to see. Changes nothing.
    pub(super) fn at(conn: &Connection) -> rusqlite::Result<Self> {
        // One transaction, for another program may just be making the tables.
        let transaction = conn.unchecked_transaction()?;
        let version = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let has_tables =
            transaction.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
        let mode: String = transaction.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
        Ok(Self { version, has_tables, in_wal_mode: mode == "wal" })
    }
}

impl Schema {
    /// The tables of this program.
    pub(super) const CURRENT: Self = Self(&MIGRATIONS);

    fn version(self) -> i64 {
        self.0.dirs().count() as i64
    }

    pub(super) fn migrations(self) -> rusqlite_migration::Result<Migrations<'static>> {
        Migrations::from_directory(self.0)
    }

    /// Returns the tables as this program makes them, with nothing in them.
    pub(super) fn blank(self) -> rusqlite_migration::Result<Connection> {
        let mut conn = Connection::open_in_memory()?;
        self.migrations()?.to_latest(&mut conn)?;
        Ok(conn)
    }

    /// Says what there is to do about a file.
    pub(super) fn check(self, look: &Look, file: &Path) -> Result<State, HistoryError> {
        let known = self.version();
        match look.version {
            0 if look.has_tables => Err(HistoryError::NotOurs { path: file.to_owned() }),
            0 => Ok(State::Empty),
            version if version < known => Ok(State::Older),
            version if version == known => Ok(State::Current),
            found => Err(HistoryError::Newer { path: file.to_owned(), found, known }),
        }
    }

    /// Makes the tables, brings them up to date, or finds them ready.
    pub(super) fn make_ready(self, file: &Path) -> Result<(), HistoryError> {
        // Another program may be at it, and go on to use the store without ever leaving it to us alone.
        for _ in 0..TRIES {
            if self.is_ready(file)? {
                return Ok(());
            }
            match self.set_up(file) {
                Err(HistoryError::Busy { .. }) => std::thread::sleep(PAUSE),
                result => return result,
            }
        }
        Err(HistoryError::Busy { path: file.to_owned() })
    }

    /// Looks through a read-only connection, since the file of a newer program must stay as it is to the last byte.
    fn is_ready(self, file: &Path) -> Result<bool, HistoryError> {
        let look = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|conn| Look::at(&conn));
        match look {
            Ok(look) => Ok(matches!(self.check(&look, file)?, State::Current) && look.in_wal_mode),
            Err(error) if is_half_written(&error) => Ok(false),
            Err(error) => Err(HistoryError::sqlite(file, error)),
        }
    }

    /// Brings the tables up to date and turns the log on, alone with the file from the first step to the last.
    fn set_up(self, file: &Path) -> Result<(), HistoryError> {
        let failed = |source| HistoryError::sqlite(file, source);
        let mut conn = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
        // Whoever waits in the exclusive mode keeps a lock meanwhile, and so two would wait for each other.
        conn.busy_timeout(Duration::ZERO).map_err(failed)?;
        settle(&conn).map_err(failed)?;
        // In this mode the lock of the first transaction is kept until the connection is closed.
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE").map_err(failed)?;
        conn.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(failed)?;
        let look = Look::at(&conn).map_err(failed)?;
        match self.check(&look, file)? {
            State::Older => back_up(&conn, file, look.version)?,
            State::Empty | State::Current => {}
        }
        conn.set_transaction_behavior(TransactionBehavior::Exclusive);
        self.migrations()
            .and_then(|migrations| migrations.to_latest(&mut conn))
            .map_err(|error| HistoryError::migration(file, error))?;
        conn.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        conn.close().map_err(|(_, source)| failed(source))
    }
}

/// Whether a crash has left a change half made, which only a connection that may write can take back.
fn is_half_written(error: &rusqlite::Error) -> bool {
    error.sqlite_error().map(|error| error.extended_code) == Some(rusqlite::ffi::SQLITE_READONLY_ROLLBACK)
}

/// Copies an older store to `history.db.bak-vN`, which is there whole or not at all.
fn back_up(conn: &Connection, file: &Path, found: i64) -> Result<(), HistoryError> {
    let backup = file.with_file_name(format!("{FILE}.bak-v{found}"));
    let failed = |source| HistoryError::io(&backup, source);
    let dir = file.parent().unwrap_or(file);
    let copy = tempfile::Builder::new().prefix(".history-").tempfile_in(dir).map_err(failed)?;
    conn.execute("VACUUM INTO ?1", [uri(copy.path(), "")])
        .map_err(|source| HistoryError::sqlite(&backup, source))?;
    copy.as_file().sync_all().map_err(failed)?;
    copy.persist(&backup).map_err(|error| failed(error.error))?;
    sync_folder(file).map_err(failed)
}
