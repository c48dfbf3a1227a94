//! Plans and journals for the tests: a recorded one of each version of the stored shape.

use serde::Deserialize;

use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::transcript::Event;

/// By version, from 1.
pub(super) const JOURNALS: [&str; 3] = [
    include_str!("../../tests/data/journal-v1.json"),
    include_str!("../../tests/data/journal-v2.json"),
    include_str!("../../tests/data/journal-v3.json"),
];

#[derive(Deserialize)]
pub(super) struct Journal {
    pub(super) version: u32,
    pub(super) plan: Plan,
    pub(super) events: Vec<Event>,
}

/// The journal of the current version.
pub(super) fn journal() -> Journal {
    serde_json::from_str(JOURNALS.last().unwrap()).unwrap()
}

pub(super) fn id(name: &str) -> SessionId {
    SessionId::parse(name).unwrap()
}

pub(super) fn plan(session: &str) -> Plan {
    Plan { session: id(session), ..journal().plan }
}

pub(super) fn answer(text: &str) -> Event {
    Event::Answered { text: text.to_owned(), at: 0 }
}
