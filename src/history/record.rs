//! The rows as they are written and read: JSON in, checksums over everything, damage out.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::damage::{Damage, Fault};
use crate::domain::hash::ContentHash;
use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::score::Score;
use crate::domain::transcript::{End, Event};
use crate::domain::words::Level;

/// The version of the stored shape of plans and events. The second added what grades keep of a model's words, the third
/// grades that are made anew.
pub const SHAPE: u32 = 3;
/// The oldest version that reads as it is.
const OLDEST: u32 = 1;

/// A session as it is stored: replaying the events on the plan rebuilds it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredSession {
    /// What was to be asked.
    pub plan: Plan,
    /// What happened, in order; where something is damaged, only what came before it.
    pub events: Vec<Event>,
    /// What is damaged. A session with damage can be shown and exported, but takes no further events.
    pub damaged: Vec<Damage>,
}

/// How far a session has come, as the listing shows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Questions of the plan that are behind the candidate.
    pub answered: u32,
    /// The score so far; `None` where nothing was graded.
    pub score: Option<Score>,
    /// Why the session is over; `None` while it can go on.
    pub end: Option<End>,
}

/// A session's line in the listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSummary {
    /// The session's name.
    pub id: SessionId,
    /// When it was made, in seconds since 1970 (UTC).
    pub started: i64,
    /// The bar for scores.
    pub level: Level,
    /// The scenario's title, or the questions' topics.
    pub title: String,
    /// Questions of its plan.
    pub questions: u32,
    /// How far it has come; `None` where that row is damaged.
    pub progress: Option<Progress>,
}

/// The tables, with the columns that their checksums cover, in order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Table {
    Session,
    Event,
    Progress,
    Draft,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Event => "event",
            Self::Progress => "progress",
            Self::Draft => "draft",
        }
    }

    /// Returns the checksum of a row with these values.
    pub(super) fn checksum(self, fields: &[&str]) -> String {
        let fields = std::iter::once(self.name()).chain(fields.iter().copied());
        ContentHash::of(fields).as_str().to_owned()
    }
}

/// A row as it was found.
pub(super) struct Record<const N: usize> {
    /// The values as text, whatever their type; empty for NULL.
    pub(super) fields: [String; N],
    /// Whether they match the row's checksum.
    pub(super) whole: bool,
}

impl<const N: usize> Record<N> {
    /// Reads a row of the table: the checksum, then the columns that it covers.
    pub(super) fn read(table: Table, row: &Row<'_>) -> rusqlite::Result<Self> {
        let [checksum] = texts(row, 0)?;
        let fields = texts(row, 1)?;
        let whole = checksum == table.checksum(&fields.each_ref().map(String::as_str));
        Ok(Self { fields, whole })
    }
}

/// Reads columns as text, from the given one on.
pub(super) fn texts<const N: usize>(row: &Row<'_>, first: usize) -> rusqlite::Result<[String; N]> {
    let mut texts = [const { String::new() }; N];
    for (column, field) in (first..).zip(&mut texts) {
        *field = text(row.get_ref(column)?);
    }
    Ok(texts)
}

/// A damaged value may have any type and any bytes: that has to show in the checksum, not as an error.
fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Reads a plan that was stored with a version of the shape that this program knows.
pub(super) fn plan(version: &str, json: &str) -> Result<Plan, Fault> {
    if !(OLDEST..=SHAPE).any(|known| version == known.to_string()) {
        return Err(Fault::Shape(format!("it is of version {version}, and this program knows {SHAPE}")));
    }
    serde_json::from_str(json).map_err(|error| Fault::Shape(error.to_string()))
}

/// Reads an event.
pub(super) fn event(json: &str) -> Result<Event, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::Shape(error.to_string()))
}

/// Returns the line by which people know the session.
pub(super) fn title(plan: &Plan) -> String {
    if let Some(scenario) = &plan.scenario {
        return scenario.title.clone();
    }
    let mut topics: Vec<String> = Vec::new();
    for planned in &plan.questions {
        let topic = planned.question.id.topic().to_string();
        if !topics.contains(&topic) {
            topics.push(topic);
        }
    }
    topics.join(", ")
}

/// Writes the reason why a session is over.
pub(super) fn state(end: Option<End>) -> &'static str {
    match end {
        None => "open",
        Some(End::Completed) => "completed",
        Some(End::TimeUp) => "time-up",
        Some(End::Stopped) => "stopped",
    }
}

impl Progress {
    /// Reads the columns `answered`, `score` and `state`.
    pub(super) fn parse(answered: &str, score: &str, state: &str) -> Option<Self> {
        let score = match score {
            "" => None,
            tenths => Some(Score::of(tenths.parse().ok()?, u32::from(Score::FULL.tenths()))?),
        };
        let end = match state {
            "open" => None,
            "completed" => Some(End::Completed),
            "time-up" => Some(End::TimeUp),
            "stopped" => Some(End::Stopped),
            _ => return None,
        };
        Some(Self { answered: answered.parse().ok()?, score, end })
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_title_is_the_scenarios_or_the_topics() {
        let mut plan = sample::plan("one");
        assert_eq!(title(&plan), "News feed");
        plan.scenario = None;
        plan.questions.push(plan.questions[0].clone());
        assert_eq!(title(&plan), "cache");
    }

    #[test]
    fn progress_reads_back() {
        for end in [None, Some(End::Completed), Some(End::TimeUp), Some(End::Stopped)] {
            for (column, score) in [("", None), ("0", Some(Score::ZERO)), ("65", Score::of(65, 100))] {
                let progress = Progress { answered: 3, score, end };
                assert_eq!(Progress::parse("3", column, state(end)), Some(progress));
            }
        }
        assert_eq!(Progress::parse("3", "6.5", "open"), None);
        assert_eq!(Progress::parse("3", "", "over"), None);
    }

    #[test]
    fn the_place_of_a_row_counts() {
        let sum = |table: Table, fields: &[&str]| table.checksum(fields);
        assert_ne!(sum(Table::Event, &["one", "1", "x"]), sum(Table::Event, &["one", "2", "x"]));
        assert_ne!(sum(Table::Event, &["one", "1", "x"]), sum(Table::Event, &["two", "1", "x"]));
        assert_ne!(sum(Table::Draft, &["one", "x"]), sum(Table::Progress, &["one", "x"]));
    }
}
