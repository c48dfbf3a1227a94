//! What was asked in past sessions, so that the next plan can bring something else.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::error::HistoryError;
use super::store::Store;
use crate::domain::id::QuestionId;

/// Only so many of the latest sessions count: what was asked long before is as good as new.
const SESSIONS: u32 = 30;

impl Store {
    /// Counts how often each question was planned in the latest sessions.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn asked(&self) -> Result<BTreeMap<QuestionId, u32>, HistoryError> {
        asked(&self.conn).map_err(|error| self.unread(error))
    }
}

fn asked(conn: &Connection) -> rusqlite::Result<BTreeMap<QuestionId, u32>> {
    let mut statement = conn.prepare(
        "SELECT planned.value ->> '$.question.id', count(*)
         FROM (SELECT plan FROM session WHERE json_valid(plan) ORDER BY started DESC LIMIT ?1) AS latest,
              json_each(latest.plan, '$.questions') AS planned
         GROUP BY 1",
    )?;
    let rows =
        statement.query_map([SESSIONS], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?)))?;
    let mut counts = BTreeMap::new();
    for row in rows {
        let (id, count) = row?;
        // A damaged row may hold anything; it only loses its vote.
        if let Ok(id) = QuestionId::parse(&id) {
            counts.insert(id, count);
        }
    }
    Ok(counts)
}
