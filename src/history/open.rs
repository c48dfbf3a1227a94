//! Finding, making and opening the store's file, also where nothing can be written.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, TransactionBehavior};
use tempfile::TempDir;

use super::error::HistoryError;
use super::schema::{Look, Schema, State};

/// The store's file in its folder.
pub(super) const FILE: &str = "history.db";

/// What SQLite keeps beside the file, and needs again after a crash.
const LOGS: [&str; 2] = ["history.db-wal", "history.db-journal"];

/// How long to wait for another program's lock.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open store.
pub(super) struct Opened {
    pub(super) conn: Connection,
    pub(super) file: PathBuf,
    /// The copy that is read in the place of a store that cannot be read where it is.
    pub(super) scratch: Option<TempDir>,
}

/// Opens the store for writing; makes it where there is none.
pub(super) fn writable(dir: &Path, schema: Schema) -> Result<Opened, HistoryError> {
    refuse_other_than_folder(dir)?;
    make_folder(dir).map_err(|source| HistoryError::io(dir, source))?;
    let file = match find(dir)? {
        Some(file) => file,
        None => make(dir)?,
    };
    schema.make_ready(&file)?;
    let failed = |source| HistoryError::sqlite(&file, source);
    let mut conn = connect(&file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    // SQLite is content with less than it was asked for.
    if conn.is_readonly(MAIN_DB).map_err(failed)? {
        return Err(HistoryError::io(&file, io::ErrorKind::PermissionDenied.into()));
    }
    settle(&conn).map_err(failed)?;
    conn.set_transaction_behavior(TransactionBehavior::Immediate);
    Ok(Opened { conn, file, scratch: None })
}

/// Opens the store for reading; `None` where there is none yet. Makes nothing.
pub(super) fn readable(dir: &Path, schema: Schema) -> Result<Option<Opened>, HistoryError> {
    refuse_other_than_folder(dir)?;
    let Some(file) = find(dir)? else { return Ok(None) };
    let (opened, look) = in_place(&file).or_else(|error| match error.sqlite_error_code() {
        // A folder that cannot be written, a change half made, a full disk.
        Some(
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::DiskFull | ErrorCode::SystemIoFailure,
        ) => frozen(&file),
        _ => Err(HistoryError::reading(&file, error)),
    })?;
    match schema.check(&look, &file)? {
        State::Empty => Ok(None),
        State::Current => Ok(Some(opened)),
        State::Older => {
            drop(opened);
            writable(dir, schema).map(Some)
        }
    }
}

fn refuse_other_than_folder(dir: &Path) -> Result<(), HistoryError> {
    match fs::metadata(dir) {
        Ok(metadata) if !metadata.is_dir() => Err(HistoryError::NotAFolder { path: dir.to_owned() }),
        // What is not there will be made, and what else is wrong will be told when it is used.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn make_folder(dir: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Returns the store's file, where there is one. Its folder is resolved, so that a link to it is allowed.
fn find(dir: &Path) -> Result<Option<PathBuf>, HistoryError> {
    let file = match dir.canonicalize() {
        Ok(dir) => dir.join(FILE),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(HistoryError::reading_io(dir, error)),
    };
    match fs::symlink_metadata(&file) {
        Ok(metadata) if metadata.is_file() => Ok(Some(file)),
        Ok(_) => Err(HistoryError::NotAFile { path: file }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(HistoryError::reading_io(&file, error)),
    }
}

/// Makes an empty file that only its owner can read. SQLite gives the files beside it the same permissions.
fn make(dir: &Path) -> Result<PathBuf, HistoryError> {
    let file = dir.canonicalize().map_err(|source| HistoryError::io(dir, source))?.join(FILE);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&file).and_then(|_| sync_folder(&file)) {
        Ok(()) => Ok(file),
        // Another program was first; what it made is what we would have made.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(file),
        Err(error) => Err(HistoryError::io(&file, error)),
    }
}

/// Makes the names in a file's folder durable.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(dir) if cfg!(unix) => File::open(dir)?.sync_all(),
        _ => Ok(()),
    }
}

/// Connects to a file that is there. SQLite first touches it when something is asked of it.
pub(super) fn connect(file: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = access
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NOFOLLOW
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(PATIENCE)?;
    Ok(conn)
}

/// Puts the settings in force that durability rests on.
pub(super) fn settle(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    // FULL, and not NORMAL: what was acknowledged has to outlive a loss of power.
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "fullfsync", true)
}

fn in_place(file: &Path) -> rusqlite::Result<(Opened, Look)> {
    let conn = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let look = Look::at(&conn)?;
    Ok((Opened { conn, file: file.to_owned(), scratch: None }, look))
}

/// Opens a store that cannot be read in place: to read it, SQLite would have to write beside it or in it.
pub(super) fn frozen(file: &Path) -> Result<(Opened, Look), HistoryError> {
    let has_content = |log: &&str| fs::metadata(file.with_file_name(log)).is_ok_and(|log| log.len() > 0);
    let logs: Vec<&str> = LOGS.into_iter().filter(has_content).collect();
    let (conn, scratch) = match logs.as_slice() {
        [] => (connect(Path::new(&uri(file, "?immutable=1")), OpenFlags::SQLITE_OPEN_READ_ONLY), None),
        logs => {
            let scratch = copy(file, logs).map_err(|source| HistoryError::reading_io(file, source))?;
            (connect_to_copy(scratch.path()), Some(scratch))
        }
    };
    let failed = |source| HistoryError::reading(file, source);
    let conn = conn.map_err(failed)?;
    let look = Look::at(&conn).map_err(failed)?;
    Ok((Opened { conn, file: file.to_owned(), scratch }, look))
}

/// Copies a store with what a crash has left in its logs: `immutable` would not read them,
/// and so lose the last answers.
fn copy(file: &Path, logs: &[&str]) -> io::Result<TempDir> {
    let scratch = TempDir::with_prefix("followup-")?;
    for name in logs.iter().chain(&[FILE]) {
        fs::copy(file.with_file_name(name), scratch.path().join(name))?;
    }
    Ok(scratch)
}

fn connect_to_copy(scratch: &Path) -> rusqlite::Result<Connection> {
    // The folder for temporary files may be behind a link, which is nothing to refuse.
    let dir = scratch.canonicalize().unwrap_or_else(|_| scratch.to_owned());
    let conn = connect(&dir.join(FILE), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

/// Writes a path as SQLite's URI, whatever characters are in it.
pub(super) fn uri(path: &Path, query: &str) -> String {
    let mut uri = "file:".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri + query
}
