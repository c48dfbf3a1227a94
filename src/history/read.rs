//! What can be read. A damaged row is a value here, not an error: the others have to stay readable.

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};

use super::damage::{Damage, Fault, Place};
use super::record::{self, Progress, Record, SessionSummary, Table};
use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::transcript::Event;

/// Reads a session's plan; `None` where there is no such session.
pub(super) fn plan(conn: &Connection, id: &SessionId) -> rusqlite::Result<Option<Result<Plan, Damage>>> {
    let found = conn
        .query_row(
            "SELECT checksum, id, started, level, title, questions, version, plan FROM session WHERE id = ?1",
            [id.as_str()],
            |row| Record::read(Table::Session, row),
        )
        .optional()?;
    Ok(found.map(|Record { fields: [id, _, _, _, _, version, plan], whole }| {
        let decoded = if whole { record::plan(&version, &plan) } else { Err(Fault::Checksum) };
        decoded.map_err(|fault| Damage { place: Place::Session { session: id }, fault })
    }))
}

/// Reads a session's events, up to the first damaged one.
pub(super) fn events(
    conn: &Connection,
    session: &SessionId,
) -> rusqlite::Result<(Vec<Event>, Option<Damage>)> {
    let mut events = Vec::new();
    match read_events(conn, session, &mut events) {
        Ok(damage) => Ok((events, damage)),
        Err(error) if is_corrupt(&error) => Ok((events, Some(broken(&error)))),
        Err(error) => Err(error),
    }
}

fn read_events(
    conn: &Connection,
    session: &SessionId,
    events: &mut Vec<Event>,
) -> rusqlite::Result<Option<Damage>> {
    let mut statement =
        conn.prepare("SELECT checksum, session, seq, payload FROM event WHERE session = ?1 ORDER BY seq")?;
    let mut rows = statement.query([session.as_str()])?;
    while let Some(row) = rows.next()? {
        let next = events.len().to_string();
        let Record { fields: [_, seq, payload], whole } = Record::read(Table::Event, row)?;
        let decoded = match whole {
            false => Err(Fault::Checksum),
            true if seq != next => Err(Fault::Missing),
            true => record::event(&payload),
        };
        match decoded {
            Ok(event) => events.push(event),
            Err(fault) => {
                let place = Place::Event { session: session.to_string(), seq: next };
                return Ok(Some(Damage { place, fault }));
            }
        }
    }
    Ok(None)
}

/// Reads a session's half-typed answer, where there is one.
pub(super) fn draft(
    conn: &Connection,
    session: &SessionId,
) -> rusqlite::Result<Option<Result<String, Damage>>> {
    let found = conn
        .query_row(
            "SELECT checksum, session, text FROM draft WHERE session = ?1",
            [session.as_str()],
            |row| Record::read(Table::Draft, row),
        )
        .optional()?;
    Ok(found.map(|Record { fields: [session, text], whole }| match whole {
        true => Ok(text),
        false => Err(Damage { place: Place::Draft { session }, fault: Fault::Checksum }),
    }))
}

/// Reads every session's line, the newest first. The plans are long and not needed: they are not read.
pub(super) fn summaries(conn: &Connection) -> rusqlite::Result<Vec<SessionSummary>> {
    let mut statement = conn.prepare(
        "SELECT progress.checksum, session.id, answered, score, state, started, level, title, questions
         FROM session LEFT JOIN progress ON progress.session = session.id
         ORDER BY number DESC",
    )?;
    let rows = statement.query_map([], summary)?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Option<SessionSummary>> {
    let Record { fields: [session, answered, score, state], whole } = Record::read(Table::Progress, row)?;
    let progress = if whole { Progress::parse(&answered, &score, &state) } else { None };
    let [started, level, title, questions] = record::texts(row, 5)?;
    Ok(line(&session, &started, &level, title, &questions, progress))
}

fn line(
    session: &str,
    started: &str,
    level: &str,
    title: String,
    questions: &str,
    progress: Option<Progress>,
) -> Option<SessionSummary> {
    Some(SessionSummary {
        id: session.parse().ok()?,
        started: started.parse().ok()?,
        level: level.parse().ok()?,
        title,
        questions: questions.parse().ok()?,
        progress,
    })
}

/// Reads the latest answers that are neither blank nor damaged, the latest last.
pub(super) fn recent_answers(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<String>> {
    // Grades are long: only the answers among the events are worth decoding.
    let mut statement = conn.prepare(
        r#"SELECT event.checksum, event.session, seq, payload
           FROM session JOIN event ON event.session = session.id
           WHERE payload GLOB '{"event":"answered",*'
           ORDER BY number DESC, seq DESC"#,
    )?;
    let mut rows = statement.query([])?;
    let mut answers = Vec::new();
    while let Some(row) = rows.next()? {
        if answers.len() >= limit {
            break;
        }
        let Record { fields: [_, _, payload], whole } = Record::read(Table::Event, row)?;
        match record::event(&payload) {
            Ok(Event::Answered { text, .. }) if whole && !text.trim().is_empty() => answers.push(text),
            _ => {}
        }
    }
    answers.reverse();
    Ok(answers)
}

/// Whether there is a session of this name.
pub(super) fn exists(conn: &Connection, id: &SessionId) -> rusqlite::Result<bool> {
    conn.query_row("SELECT EXISTS (SELECT 1 FROM session WHERE id = ?1)", [id.as_str()], |row| row.get(0))
}

/// Whether SQLite has met a broken page, and not a failing disk.
pub(super) fn is_corrupt(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Returns SQLite's finding as damage.
pub(super) fn broken(error: &rusqlite::Error) -> Damage {
    Damage { place: Place::File, fault: Fault::Structure(error.to_string()) }
}
