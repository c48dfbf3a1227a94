//! A plan and a journal for the tests: the recorded ones of the stored shape's first version.

use serde::Deserialize;

use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::transcript::Event;

pub(super) const JOURNAL: &str = include_str!("../../tests/data/journal-v1.json");

#[derive(Deserialize)]
pub(super) struct Journal {
    pub(super) version: u32,
    pub(super) plan: Plan,
    pub(super) events: Vec<Event>,
}

pub(super) fn journal() -> Journal {
    serde_json::from_str(JOURNAL).unwrap()
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
