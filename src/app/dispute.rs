//! `followup dispute`: the candidate's own label on a verdict, kept beside the grader's.

use super::context::{Context, session_id};
use super::journal::Journal;
use crate::cli::Dispute;
use crate::domain::id::PointId;
use crate::domain::transcript::Event;
use crate::domain::words::Verdict;
use crate::error::{DONE, Failure};
use crate::session::{Effect, Session, step};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Dispute) -> Result<u8, Failure> {
    let label: Verdict = args.verdict.parse()?;
    let point = PointId::parse(&args.point)?;
    let store = context.store()?;
    let id = session_id(&store, Some(&args.session))?;
    let stored = store.load(&id)?;
    let events = stored.events.len();
    let mut session = Session::replay(stored.plan, stored.events);
    let turn = args.turn.checked_sub(1).ok_or_else(|| Failure::new("turns are counted from 1"))?;
    let effects = step(&mut session, Event::Disputed { turn, point: point.clone(), label });
    let Some(Effect::Record(event)) = effects.into_iter().next() else {
        return Err(no_such_verdict(&session, args, turn));
    };
    if let Some(problem) = Journal::go_on(store, id, events).record(event)? {
        return Err(Failure::new(problem));
    }
    context.notice(&format!("Your label for {point}: {label}. The grader's verdict stays beside it."))?;
    Ok(DONE)
}

fn no_such_verdict(session: &Session, args: &Dispute, turn: usize) -> Failure {
    let turns = &session.transcript().turns;
    let failure =
        Failure::new(format!("turn {} of `{}` has no verdict on `{}`", args.turn, args.session, args.point));
    let points = turns.get(turn).and_then(|turn| turn.grade()).into_iter().flat_map(|grade| &grade.verdicts);
    let failure = failure.hint(format!("`followup show {}` numbers the turns", args.session));
    failure.did_you_mean(&args.point, points.map(|verdict| verdict.point.id.as_str()))
}
