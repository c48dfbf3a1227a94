//! Runs a round in memory, then once more from its journal.
//!
//! The engine says what to do, and this program does it: it asks nobody, keeps events in a list, and grades by
//! rubric. No disk, clock or terminal is in it, and replaying the journal gives the same transcript.

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;

use followup::content::{Catalog, builtin};
use followup::domain::grade::Outcome;
use followup::domain::id::{QuestionId, SessionId};
use followup::domain::plan::Plan;
use followup::domain::transcript::{Elapsed, Event, Transcript};
use followup::domain::words::{Feedback, Level};
use followup::grader::rubric::RubricGrader;
use followup::report::{QuestionResult, Report};
use followup::session::plan::{PlanRequest, ScenarioChoice, make};
use followup::session::{Effect, Session, Stage, step};

const MINUTE: Elapsed = 60_000;

fn main() -> Result<(), Box<dyn Error>> {
    let catalog = builtin::load()?.catalog;
    let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
    let plan = plan(&catalog)?;

    let mut session = Session::new(plan.clone());
    let mut journal = Vec::new();
    let mut events = VecDeque::from([Event::Began]);
    let mut typed = typed().into_iter();
    while session.stage() != Stage::Over {
        let Some(event) = events.pop_front().or_else(|| typed.next()) else { break };
        for effect in step(&mut session, event) {
            match effect {
                Effect::Record(event) => journal.push(event),
                Effect::Ask(turn) => println!("asked     {}", prompt(session.transcript(), turn)),
                Effect::Hint(point) => println!("hinted    {point}"),
                Effect::Grade(turn) => events.push_back(graded(&grader, session.transcript(), turn)),
                Effect::Refuse(refusal) => println!("refused   {refusal:?}"),
                Effect::Brief | Effect::Twist | Effect::Clarify(_) | Effect::Feedback { .. } => {}
                Effect::Leave | Effect::Finish(_) => {}
            }
        }
    }

    let report = Report::of(session.transcript());
    for question in &report.questions {
        println!(
            "result    {}: {} after {} min",
            question.id,
            shown(question.result),
            question.time / MINUTE
        );
    }
    for gap in &report.gaps {
        println!("gap       {}/{}, {}% of its question", gap.question, gap.point, gap.cost);
    }
    let again = Session::replay(plan, journal.iter().cloned());
    println!("replayed  {} events, same session: {}", journal.len(), again == session);
    Ok(())
}

fn shown(result: QuestionResult) -> String {
    match result {
        QuestionResult::Scored(score) => format!("{score} of 10"),
        QuestionResult::Skipped => "skipped".to_owned(),
        QuestionResult::Empty => "empty".to_owned(),
        QuestionResult::Ungraded => "not graded".to_owned(),
        QuestionResult::NotReached => "not reached".to_owned(),
    }
}

/// Two questions without a scenario. Time and chance are values: the same plan comes of them every time.
fn plan(catalog: &Catalog) -> Result<Plan, Box<dyn Error>> {
    Ok(make(
        catalog,
        PlanRequest {
            session: SessionId::parse("example")?,
            started: 0,
            seed: 7,
            level: Level::Senior,
            feedback: Feedback::Each,
            probes: 1,
            minutes: None,
            count: 2,
            topics: Vec::new(),
            questions: vec![QuestionId::parse("cache/cache-down")?, QuestionId::parse("cache/sizing")?],
            scenario: ScenarioChoice::Without,
            asked_before: BTreeMap::new(),
        },
    )?)
}

/// What the candidate does, and when.
fn typed() -> Vec<Event> {
    let answer = |text: &str, at| Event::Answered { text: text.to_owned(), at };
    vec![
        answer("Every read falls through to the database, which is overloaded at once.", MINUTE),
        answer("One caller refills the key while the others wait for its result.", 2 * MINUTE),
        Event::Hinted { at: 3 * MINUTE },
        Event::Skipped { at: 4 * MINUTE },
    ]
}

fn prompt(transcript: &Transcript, turn: usize) -> &str {
    transcript.turns.get(turn).map_or("", |turn| &turn.prompt)
}

fn graded(grader: &RubricGrader, transcript: &Transcript, turn: usize) -> Event {
    let turn = transcript.turns.get(turn);
    let asked = turn.and_then(|turn| Some((turn, transcript.question_of(turn)?, turn.answer()?)));
    let outcome = match asked {
        Some((turn, planned, answer)) => {
            Outcome::Graded(grader.judge(&planned.question, &turn.prompt, answer))
        }
        None => Outcome::Ungraded { reason: "there is no answer to grade".to_owned() },
    };
    Event::Graded { outcome, at: transcript.elapsed }
}
