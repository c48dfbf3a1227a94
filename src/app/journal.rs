//! Keeps a session's events: on disk, or in memory only where the disk fails or the user wants it so.

use std::collections::VecDeque;
use std::io;

use crate::domain::id::SessionId;
use crate::domain::plan::Plan;
use crate::domain::standing::{Standing, State};
use crate::domain::transcript::{Event, Transcript};
use crate::history::{HistoryError, Progress, Store};
use crate::report::Report;
use crate::ui::prompt::InputError;

/// The record of the session that is running.
pub(super) struct Journal {
    store: Option<Store>,
    session: SessionId,
    /// The number of the next event.
    next: u32,
    /// Events that could not be stored yet, in order; they go first as soon as the disk takes them.
    waiting: VecDeque<Event>,
    /// Whether the plan itself is stored.
    created: bool,
    /// Whether the user has been told that the disk fails.
    warned: bool,
}

impl Journal {
    /// Begins the record of a new session; `None` as the store keeps nothing on disk.
    pub(super) fn begin(mut store: Option<Store>, plan: &Plan) -> Result<Self, HistoryError> {
        if let Some(store) = &mut store {
            store.create(plan)?;
        }
        let created = store.is_some();
        Ok(Self {
            store,
            session: plan.session.clone(),
            next: 0,
            waiting: VecDeque::new(),
            created,
            warned: false,
        })
    }

    /// Goes on with the record of a session that has so many events.
    pub(super) fn go_on(store: Store, session: SessionId, events: usize) -> Self {
        let next = u32::try_from(events).unwrap_or(u32::MAX);
        Self { store: Some(store), session, next, waiting: VecDeque::new(), created: true, warned: false }
    }

    /// Whether this session is kept on disk, as far as the disk plays along.
    pub(super) fn keeps(&self) -> bool {
        self.store.is_some() && self.created
    }

    /// Whether something is in memory only that should be on disk.
    pub(super) fn has_unsaved(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Stores an event. It is on disk when this returns; where the disk fails, the event waits in memory and the
    /// round goes on. Returns what to tell the user: once when the disk fails, once when it works again.
    pub(super) fn record(&mut self, event: Event) -> Result<Option<String>, HistoryError> {
        if self.store.is_none() {
            return Ok(None);
        }
        self.waiting.push_back(event);
        match self.store_waiting() {
            Ok(()) => {
                Ok(std::mem::take(&mut self.warned).then(|| "The disk works again; all is saved.".to_owned()))
            }
            Err(error @ HistoryError::Conflict { .. }) => Err(error),
            Err(error) => {
                let first = !std::mem::replace(&mut self.warned, true);
                Ok(first
                    .then(|| format!("warning: {error}\nThe round goes on; its end writes it to a file.")))
            }
        }
    }

    fn store_waiting(&mut self) -> Result<(), HistoryError> {
        let Some(store) = &mut self.store else { return Ok(()) };
        while let Some(event) = self.waiting.front() {
            store.append(&self.session, self.next, event)?;
            self.next += 1;
            self.waiting.pop_front();
        }
        Ok(())
    }

    /// Stores how far the session has come, for the listing; a failing disk has been told of already.
    pub(super) fn note_progress(&mut self, transcript: &Transcript) {
        if let Some(store) = self.store.as_mut().filter(|_| self.created) {
            let _told = store.set_progress(&self.session, &progress(transcript));
        }
    }

    /// Stores what is typed so far; a failing disk has been told of already.
    pub(super) fn save_draft(&mut self, text: &str) {
        if let Some(store) = &mut self.store {
            let _told = store.save_draft(&self.session, text);
        }
    }

    /// Returns what was typed when the session stopped, where something was.
    pub(super) fn draft(&self) -> String {
        self.store.as_ref().and_then(|store| store.draft(&self.session).ok().flatten()).unwrap_or_default()
    }

    /// Returns the latest answers of all sessions, the newest last, for the prompt's history.
    pub(super) fn recent_answers(&self, limit: usize) -> Vec<String> {
        self.store.as_ref().and_then(|store| store.recent_answers(limit).ok()).unwrap_or_default()
    }
}

/// Why a round cannot go on.
#[derive(Debug)]
pub(crate) enum Fatal {
    /// Another program goes on with the same session.
    History(HistoryError),
    /// The terminal is gone.
    Output(io::Error),
    /// Answers cannot be read any more.
    Input(InputError),
}

impl From<HistoryError> for Fatal {
    fn from(error: HistoryError) -> Self {
        Self::History(error)
    }
}

impl From<InputError> for Fatal {
    fn from(error: InputError) -> Self {
        Self::Input(error)
    }
}

impl From<io::Error> for Fatal {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Sums a transcript up for the listing.
pub(super) fn progress(transcript: &Transcript) -> Progress {
    let answered = (0..transcript.plan.questions.len())
        .filter(|question| Standing::of(transcript, *question).state != State::Open)
        .count();
    Progress {
        answered: u32::try_from(answered).unwrap_or(u32::MAX),
        score: Report::of(transcript).score,
        end: transcript.end,
    }
}
