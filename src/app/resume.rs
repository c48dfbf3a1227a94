//! `followup resume`: a round goes on where it stopped, however it stopped.

use super::context::{Context, no_sessions, session_id};
use super::interview::{Round, Source, drive};
use super::journal::Journal;
use crate::cli::Resume;
use crate::error::Failure;
use crate::session::{Session, Stage};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Resume) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    let store = context.store()?;
    let id = match &args.session {
        Some(typed) => session_id(&store, Some(typed))?,
        None => store.latest_open()?.map(|summary| summary.id).ok_or_else(|| {
            Failure::new("there is no unfinished session").hint("`followup interview` starts one")
        })?,
    };
    if store.sessions()?.is_empty() {
        return Err(no_sessions());
    }
    let stored = store.load(&id)?;
    if let Some(damage) = stored.damaged.first() {
        return Err(Failure::new(format!("session `{id}` cannot go on: {damage}"))
            .hint(format!("`followup export {id}` writes what is left of it")));
    }
    let events = stored.events.len();
    let session = Session::replay(stored.plan, stored.events);
    if session.stage() == Stage::Over {
        return Err(
            Failure::new(format!("session `{id}` is over")).hint(format!("`followup show {id}` shows it"))
        );
    }
    let journal = Journal::go_on(store, id, events);
    drive(context, &catalog, Round { session, journal, answers: Source::of(args.answers.as_ref()) })
}
