//! `followup resume`: a round goes on where it stopped, however it stopped.

use super::config::Config;
use super::context::{Context, session_id};
use super::interview::{Round, Source, drive};
use super::journal::{Journal, progress};
use super::{asking, judging};
use crate::cli::Resume;
use crate::domain::id::SessionId;
use crate::error::Failure;
use crate::history::Store;
use crate::session::{Session, Stage};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Resume) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    let mut store = context.store()?;
    let id = match &args.session {
        Some(typed) => session_id(&store, Some(typed))?,
        None => latest(&mut store)?,
    };
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
    let config = Config::read(context, &args.choice)?.after(session.transcript().tokens());
    let judging = judging::make(context, &catalog, &config)?;
    let interviewer = asking::make(context, &config, &judging)?;
    let journal = Journal::go_on(store, id, events);
    drive(
        context,
        &catalog,
        Round { session, journal, answers: Source::of(args.answers.as_ref()), judging, interviewer },
    )
}

/// Finds the latest session that can go on. One that was killed after its last event, before it was noted that it is
/// over, gets that note now.
fn latest(store: &mut Store) -> Result<SessionId, Failure> {
    while let Some(summary) = store.latest_open()? {
        let stored = store.load(&summary.id)?;
        let session = Session::replay(stored.plan, stored.events);
        if session.stage() != Stage::Over {
            return Ok(summary.id);
        }
        store.set_progress(&summary.id, &progress(session.transcript()))?;
    }
    Err(Failure::new("there is no unfinished session").hint("`followup interview` starts one"))
}
