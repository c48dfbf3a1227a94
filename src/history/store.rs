//! The store: what can be written. Every write is one transaction, durable when the call returns.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::damage::Damage;
use super::error::HistoryError;
use super::record::{Progress, SHAPE, SessionSummary, StoredSession, Table, state, title};
use super::schema::Schema;
use super::{open, read, verify};
use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::transcript::Event;

/// The sessions on disk. Several programs may have the same store open.
#[derive(Debug)]
pub struct Store {
    // Dropped in this order: the connection has to be gone before the copy that it reads.
    pub(super) conn: Connection,
    pub(super) file: PathBuf,
    _scratch: Option<TempDir>,
}

impl From<open::Opened> for Store {
    fn from(open::Opened { conn, file, scratch }: open::Opened) -> Self {
        Self { conn, file, _scratch: scratch }
    }
}

impl Store {
    /// Opens the store in a folder for writing, and makes both where they are missing, readable to nobody else.
    /// An older store is brought up to date, and kept as it was as `history.db.bak-vN`.
    ///
    /// # Errors
    /// When it cannot be written, is damaged, or was written by a newer program; then it is left untouched.
    pub fn open(dir: &Path) -> Result<Self, HistoryError> {
        open::writable(dir, Schema::CURRENT).map(Self::from)
    }

    /// Opens the store in a folder for reading, even where nothing can be written; `None` where there is none.
    /// Makes nothing, but brings an older store up to date, as [`Store::open`] does.
    ///
    /// # Errors
    /// When it cannot be read, is damaged, or was written by a newer program.
    pub fn open_read_only(dir: &Path) -> Result<Option<Self>, HistoryError> {
        Ok(open::readable(dir, Schema::CURRENT)?.map(Self::from))
    }

    /// Returns the store's file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Stores a new session under its plan's name.
    ///
    /// # Errors
    /// [`HistoryError::Taken`] when there is one of that name.
    pub fn create(&mut self, plan: &Plan) -> Result<(), HistoryError> {
        let json = serde_json::to_string(plan)?;
        let title = title(plan);
        let (id, level) = (plan.session.as_str(), plan.level.as_str());
        let checksum = Table::Session.checksum(&[
            id,
            &plan.started.to_string(),
            level,
            &title,
            &plan.questions.len().to_string(),
            &SHAPE.to_string(),
            &json,
        ]);
        let row = params![checksum, id, plan.started, level, title, plan.questions.len() as i64, SHAPE, json];
        let write = |conn: &mut Connection| {
            let transaction = conn.transaction()?;
            transaction.execute(
                "INSERT INTO session (checksum, id, started, level, title, questions, version, plan)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                row,
            )?;
            put_progress(&transaction, &plan.session, &Progress::default())?;
            transaction.commit()
        };
        write(&mut self.conn).map_err(|error| HistoryError::about(&plan.session, &self.file, error))
    }

    /// Stores the event that is number `seq` (from 0) of its session. An answer or a skip also clears the draft.
    ///
    /// # Errors
    /// [`HistoryError::Conflict`] when another number is next: another program goes on with the same session.
    pub fn append(&mut self, session: &SessionId, seq: u32, event: &Event) -> Result<(), HistoryError> {
        let payload = serde_json::to_string(event)?;
        let ends_draft = match event {
            Event::Answered { .. } | Event::Skipped { .. } => true,
            Event::Began
            | Event::Said { .. }
            | Event::Inquired { .. }
            | Event::Hinted { .. }
            | Event::Graded { .. }
            | Event::Retried { .. }
            | Event::Disputed { .. }
            | Event::Regraded { .. }
            | Event::Paused { .. }
            | Event::Resumed
            | Event::Stopped { .. } => false,
        };
        let next = append_next(&mut self.conn, session, seq, &payload, ends_draft)
            .map_err(|error| HistoryError::about(session, &self.file, error))?;
        if next != seq {
            return Err(HistoryError::Conflict { session: session.clone(), seq, next });
        }
        Ok(())
    }

    /// Stores how far a session has come, for the listing.
    ///
    /// # Errors
    /// [`HistoryError::NotFound`] when there is no such session.
    pub fn set_progress(&mut self, session: &SessionId, progress: &Progress) -> Result<(), HistoryError> {
        put_progress(&self.conn, session, progress)
            .map_err(|error| HistoryError::about(session, &self.file, error))
    }

    /// Stores a half-typed answer in the place of the session's former one.
    ///
    /// # Errors
    /// [`HistoryError::NotFound`] when there is no such session.
    pub fn save_draft(&mut self, session: &SessionId, text: &str) -> Result<(), HistoryError> {
        let checksum = Table::Draft.checksum(&[session.as_str(), text]);
        self.conn
            .execute(
                "INSERT OR REPLACE INTO draft (checksum, session, text) VALUES (?1, ?2, ?3)",
                params![checksum, session.as_str(), text],
            )
            .map(drop)
            .map_err(|error| HistoryError::about(session, &self.file, error))
    }

    /// Removes the session's half-typed answer, where there is one.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn clear_draft(&mut self, session: &SessionId) -> Result<(), HistoryError> {
        drop_draft(&self.conn, session).map_err(|error| HistoryError::sqlite(&self.file, error))
    }

    /// Returns the session's half-typed answer, where there is one.
    ///
    /// # Errors
    /// [`HistoryError::Damaged`] when it is not as it was written.
    pub fn draft(&self, session: &SessionId) -> Result<Option<String>, HistoryError> {
        match read::draft(&self.conn, session).map_err(|error| self.unread(error))? {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text)),
            Some(Err(damage)) => Err(HistoryError::Damaged(damage)),
        }
    }

    /// Returns a session's plan and its events, up to the first damaged one.
    ///
    /// # Errors
    /// [`HistoryError::NotFound`] when there is no such session, [`HistoryError::Damaged`] when its plan is damaged.
    pub fn load(&self, session: &SessionId) -> Result<StoredSession, HistoryError> {
        let plan = read::plan(&self.conn, session)
            .map_err(|error| self.unread(error))?
            .ok_or_else(|| HistoryError::NotFound { session: session.clone() })?
            .map_err(HistoryError::Damaged)?;
        let (events, damage) = read::events(&self.conn, session).map_err(|error| self.unread(error))?;
        Ok(StoredSession { plan, events, damaged: damage.into_iter().collect() })
    }

    /// Returns every session's line for the listing, the newest first, by order of creation.
    /// Lines too damaged to be shown are left out; [`Store::verify`] names them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn sessions(&self) -> Result<Vec<SessionSummary>, HistoryError> {
        read::summaries(&self.conn).map_err(|error| self.unread(error))
    }

    /// Returns the newest session that can go on, where there is one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn latest_open(&self) -> Result<Option<SessionSummary>, HistoryError> {
        let is_open =
            |summary: &SessionSummary| summary.progress.is_some_and(|progress| progress.end.is_none());
        Ok(self.sessions()?.into_iter().find(is_open))
    }

    /// Returns the latest answers of all sessions that are not blank, at most `limit`, the latest last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn recent_answers(&self, limit: usize) -> Result<Vec<String>, HistoryError> {
        read::recent_answers(&self.conn, limit).map_err(|error| self.unread(error))
    }

    /// Returns the name itself, or with `-2`, `-3` and so on where there is a session of that name.
    /// Another program may take it meanwhile: then [`Store::create`] says so.
    ///
    /// # Errors
    /// When the store cannot be read, or the name has no room for a number.
    pub fn unique_id(&self, base: &SessionId) -> Result<SessionId, HistoryError> {
        let mut id = base.clone();
        let mut number = 1_u32;
        while read::exists(&self.conn, &id).map_err(|error| self.unread(error))? {
            number += 1;
            id = SessionId::parse(&format!("{base}-{number}"))?;
        }
        Ok(id)
    }

    /// Checks the file's structure and every row. Returns all damage found; nothing where all is well.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub fn verify(&self) -> Result<Vec<Damage>, HistoryError> {
        let blank = Schema::CURRENT.blank().map_err(|error| HistoryError::migration(&self.file, error))?;
        verify::verify(&self.conn, &blank).map_err(|error| self.unread(error))
    }

    pub(super) fn unread(&self, error: rusqlite::Error) -> HistoryError {
        HistoryError::reading(&self.file, error)
    }
}

/// Inserts the event where it is the next one of its session. Returns which one is next.
fn append_next(
    conn: &mut Connection,
    session: &SessionId,
    seq: u32,
    payload: &str,
    ends_draft: bool,
) -> rusqlite::Result<u32> {
    let transaction = conn.transaction()?;
    let next = transaction
        .prepare_cached("SELECT coalesce(max(seq) + 1, 0) FROM event WHERE session = ?1")?
        .query_row([session.as_str()], |row| row.get(0))?;
    if next != seq {
        return Ok(next);
    }
    let checksum = Table::Event.checksum(&[session.as_str(), &seq.to_string(), payload]);
    transaction
        .prepare_cached("INSERT INTO event (checksum, session, seq, payload) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![checksum, session.as_str(), seq, payload])?;
    if ends_draft {
        drop_draft(&transaction, session)?;
    }
    transaction.commit()?;
    Ok(next)
}

fn put_progress(conn: &Connection, session: &SessionId, progress: &Progress) -> rusqlite::Result<()> {
    let score = progress.score.map(|score| score.tenths());
    let state = state(progress.end);
    let checksum = Table::Progress.checksum(&[
        session.as_str(),
        &progress.answered.to_string(),
        &score.map(|tenths| tenths.to_string()).unwrap_or_default(),
        state,
    ]);
    conn.execute(
        "INSERT OR REPLACE INTO progress (checksum, session, answered, score, state) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![checksum, session.as_str(), progress.answered, score, state],
    )
    .map(drop)
}

fn drop_draft(conn: &Connection, session: &SessionId) -> rusqlite::Result<()> {
    conn.execute("DELETE FROM draft WHERE session = ?1", [session.as_str()]).map(drop)
}
