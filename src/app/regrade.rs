//! `followup regrade`: answers of past sessions are graded anew. The old grades are kept, and count no more.

use serde_json::{Value, json};

use super::config::{Config, GraderChoice};
use super::context::{Context, existing, session_id};
use super::journal::progress;
use super::judging::{Judging, block_on};
use super::list::write_json;
use super::{clock, judging};
use crate::cli::{Output, Regrade};
use crate::domain::grade::{Grade, Outcome};
use crate::domain::id::SessionId;
use crate::domain::score::Score;
use crate::domain::transcript::{Event, Transcript, Turn, TurnKind};
use crate::error::{DONE, Failure, PROBLEMS};
use crate::grader::GradeRequest;
use crate::history::{Store, StoredSession};
use crate::session::{Effect, Session, Stage, step};
use crate::ui::table::{Align, Table};

/// A grader that fails for so many answers in a row is not asked about any more.
const GIVEN_UP_AFTER: usize = 3;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Regrade) -> Result<u8, Failure> {
    let config = Config::read(context, &args.choice)?;
    if args.fallbacks && !args.dry_run && config.grader()? == GraderChoice::Rubric {
        return Err(Failure::new("the offline grader has judged these already")
            .hint("choose another one, as with `--grader llm`"));
    }
    let past = existing(context.past()?)?;
    let rounds = chosen(context, &past, args)?;
    let count: usize = rounds.iter().map(|round| round.turns.len()).sum();
    if count == 0 {
        context.notice("There is no answer to grade anew.")?;
        return Ok(DONE);
    }
    if args.dry_run {
        return show(context, args.listing.format, &listed(&rounds));
    }
    drop(past);
    let catalog = context.catalog()?;
    let judging = judging::make(context, &catalog, &config)?;
    let when = clock::now(context.fixed_time());
    let mut desk = Desk { store: context.store()?, judging: &judging, when, failed: 0, lines: Vec::new() };
    let graded = block_on(desk.grade_all(rounds))?;
    let Desk { lines, .. } = desk;
    judging.tell_taken(context)?;
    // What was graded is on disk, whatever came then.
    match sum_up(&lines) {
        Sum::AllFailed(reason) => {
            graded?;
            Err(Failure::new(format!("nothing is changed: {reason}"))
                .hint("`followup doctor` shows what is set up, and whether it works"))
        }
        Sum::Graded { failed } => {
            let code = show(context, args.listing.format, &lines)?;
            graded?;
            if failed > 0 {
                context.notice(&format!(
                    "{failed} of {count} answers keep their grade; the same command tries again"
                ))?;
                return Ok(PROBLEMS);
            }
            Ok(code)
        }
    }
}

/// A session with the turns that are to be graded.
struct Round {
    session: Session,
    /// The number of its next event.
    next: u32,
    turns: Vec<usize>,
}

/// Returns what is to be graded, the newest session first.
fn chosen(context: &mut Context<'_>, store: &Store, args: &Regrade) -> Result<Vec<Round>, Failure> {
    let ids: Vec<SessionId> = match &args.session {
        Some(typed) => vec![session_id(store, Some(typed))?],
        None => store.sessions()?.into_iter().map(|summary| summary.id).collect(),
    };
    let mut rounds = Vec::new();
    for id in ids {
        let StoredSession { plan, events, damaged } = store.load(&id)?;
        if let Some(damage) = damaged.first() {
            let refusal = format!("session `{id}` takes no new grades: {damage}");
            if args.session.is_some() {
                return Err(Failure::new(refusal));
            }
            context.notice(&format!("warning: {refusal}"))?;
            continue;
        }
        let next = u32::try_from(events.len()).unwrap_or(u32::MAX);
        let session = Session::replay(plan, events);
        let turns = turns(&session, args)?;
        rounds.push(Round { session, next, turns });
    }
    Ok(rounds)
}

/// Returns the turns of a session that are to be graded.
fn turns(session: &Session, args: &Regrade) -> Result<Vec<usize>, Failure> {
    let all = &session.transcript().turns;
    let is_graded =
        |turn: &Turn| turn.answer().is_some() && (turn.outcome.is_some() || session.stage() == Stage::Over);
    let gradable = |at: usize| all.get(at).is_some_and(is_graded);
    if let Some(typed) = args.turn.iter().find(|typed| !typed.checked_sub(1).is_some_and(gradable)) {
        let id = &session.transcript().plan.session;
        return Err(Failure::new(format!("turn {typed} of `{id}` has no answer that was graded"))
            .hint(format!("`followup show {id}` numbers the turns")));
    }
    let is_wanted = |at: usize, turn: &Turn| {
        let named = args.turn.is_empty() || args.turn.contains(&(at + 1));
        let failed = turn.outcome.as_ref().is_none_or(Outcome::is_makeshift);
        named && is_graded(turn) && (failed || !args.fallbacks)
    };
    Ok(all.iter().enumerate().filter(|(at, turn)| is_wanted(*at, turn)).map(|(at, _)| at).collect())
}

/// What came of one answer.
enum Done {
    /// Nothing yet: it was only listed.
    Listed { why: Option<String> },
    /// It has a new grade.
    Regraded { after: Option<Score> },
    /// The new grade would have been the old one.
    Same,
    /// The grader failed.
    Failed { reason: String },
}

/// One answer, as it is told.
struct Line {
    session: SessionId,
    /// From 1.
    turn: usize,
    question: String,
    before: Option<Score>,
    done: Done,
}

impl Line {
    fn of(transcript: &Transcript, at: usize, turn: &Turn, done: Done) -> Self {
        let question = transcript.question_of(turn);
        Self {
            session: transcript.plan.session.clone(),
            turn: at + 1,
            question: question.map(|planned| planned.question.id.to_string()).unwrap_or_default(),
            before: score(transcript, turn, turn.grade()),
            done,
        }
    }
}

/// Returns the score of an answer alone; a follow-up, which asks for one key point, has none.
fn score(transcript: &Transcript, turn: &Turn, grade: Option<&Grade>) -> Option<Score> {
    let narrow = matches!(turn.kind, TurnKind::Probe { .. });
    grade.filter(|_| !narrow).and_then(|grade| grade.score(transcript.plan.level))
}

fn listed(rounds: &[Round]) -> Vec<Line> {
    let lines = rounds.iter().flat_map(|round| {
        let transcript = round.session.transcript();
        let turns = round.turns.iter().filter_map(|at| Some((*at, transcript.turns.get(*at)?)));
        turns.map(|(at, turn)| Line::of(transcript, at, turn, Done::Listed { why: makeshift(turn) }))
    });
    lines.collect()
}

/// Returns why an answer was not judged by the grader that was chosen, where that is so.
fn makeshift(turn: &Turn) -> Option<String> {
    match turn.outcome.as_ref() {
        None => Some("the round was over before it was graded".to_owned()),
        Some(Outcome::Ungraded { reason }) => Some(reason.clone()),
        Some(Outcome::Graded(grade)) => {
            grade.provenance.fallback.as_ref().map(|fallback| fallback.reason.clone())
        }
    }
}

/// Where answers are graded.
struct Desk<'a> {
    store: Store,
    judging: &'a Judging,
    when: i64,
    /// How many answers in a row the grader has failed on.
    failed: usize,
    lines: Vec<Line>,
}

impl Desk<'_> {
    /// Grades everything; each new grade is on disk before the next answer is looked at.
    async fn grade_all(&mut self, rounds: Vec<Round>) -> Result<(), Failure> {
        for mut round in rounds {
            let before = round.next;
            for at in std::mem::take(&mut round.turns) {
                let done = self.grade(&mut round, at).await?;
                self.lines.extend(done);
            }
            if round.next != before {
                let transcript = round.session.transcript();
                self.store.set_progress(&transcript.plan.session, &progress(transcript))?;
            }
        }
        Ok(())
    }

    async fn grade(&mut self, round: &mut Round, at: usize) -> Result<Option<Line>, Failure> {
        let transcript = round.session.transcript();
        let Some(turn) = transcript.turns.get(at) else { return Ok(None) };
        let Some((planned, answer)) = transcript.question_of(turn).zip(turn.answer()) else {
            return Ok(None);
        };
        let line = |done| Line::of(transcript, at, turn, done);
        let prompt = turn.asked_as();
        let request = GradeRequest { question: &planned.question, prompt: &prompt, answer };
        let outcome = match self.failed < GIVEN_UP_AFTER {
            true => self.judging.grader.grade(request).await,
            false => Outcome::Ungraded { reason: "the grader failed several times in a row".to_owned() },
        };
        let failed = outcome.is_makeshift();
        self.failed = if failed { self.failed + 1 } else { 0 };
        let grade = match outcome {
            Outcome::Ungraded { reason } => return Ok(Some(line(Done::Failed { reason }))),
            Outcome::Graded(grade) if failed => {
                let reason = grade.provenance.fallback.map(|fallback| fallback.reason).unwrap_or_default();
                return Ok(Some(line(Done::Failed { reason })));
            }
            Outcome::Graded(grade) => grade,
        };
        if turn.grade() == Some(&grade) {
            return Ok(Some(line(Done::Same)));
        }
        let line = line(Done::Regraded { after: score(transcript, turn, Some(&grade)) });
        let session = transcript.plan.session.clone();
        for effect in step(&mut round.session, Event::Regraded { turn: at, grade, when: self.when }) {
            if let Effect::Record(event) = effect {
                self.store.append(&session, round.next, &event)?;
                round.next += 1;
            }
        }
        Ok(Some(line))
    }
}

/// What came of all answers.
enum Sum {
    /// The grader never worked; why, the first time.
    AllFailed(String),
    Graded {
        failed: usize,
    },
}

fn sum_up(lines: &[Line]) -> Sum {
    let mut reasons = lines.iter().filter_map(|line| match &line.done {
        Done::Failed { reason } => Some(reason),
        Done::Listed { .. } | Done::Regraded { .. } | Done::Same => None,
    });
    let failed = reasons.clone().count();
    match reasons.next() {
        Some(reason) if failed == lines.len() => Sum::AllFailed(reason.clone()),
        _ => Sum::Graded { failed },
    }
}

fn show(context: &mut Context<'_>, format: Output, lines: &[Line]) -> Result<u8, Failure> {
    match format {
        Output::Json => write_json(context.out, &lines.iter().map(value).collect::<Value>())?,
        Output::Text => table(lines).write(context.out, &context.screen)?,
    }
    Ok(DONE)
}

fn table(lines: &[Line]) -> Table {
    let columns = [
        ("session", Align::Left),
        ("turn", Align::Right),
        ("question", Align::Left),
        ("before", Align::Right),
        ("after", Align::Right),
        ("why", Align::Left),
    ];
    let mut table = Table::new(&columns);
    let shown = |score: Option<Score>| score.map_or("-".to_owned(), |score| score.to_string());
    for Line { session, turn, question, before, done } in lines {
        let (after, why) = match done {
            Done::Listed { why } => (String::new(), why.as_deref().unwrap_or_default()),
            Done::Regraded { after } => (shown(*after), ""),
            Done::Same => (shown(*before), "the same grade"),
            Done::Failed { reason } => ("-".to_owned(), reason.as_str()),
        };
        let before = shown(*before);
        table.row([session.as_str(), &turn.to_string(), question, &before, &after, why]);
    }
    table
}

fn value(line: &Line) -> Value {
    let Line { session, turn, question, before, done } = line;
    let (outcome, after, why) = match done {
        Done::Listed { why } => ("listed", None, why.as_deref()),
        Done::Regraded { after } => ("regraded", *after, None),
        Done::Same => ("same", *before, None),
        Done::Failed { reason } => ("failed", None, Some(reason.as_str())),
    };
    json!({
        "session": session,
        "turn": turn,
        "question": question,
        "outcome": outcome,
        "before": before.map(Score::as_f64),
        "after": after.map(Score::as_f64),
        "reason": why,
    })
}
