//! Random event sequences: the engine never panics, never repeats a question, always ends, and replays to itself.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::plan::{PlanRequest, ScenarioChoice, make};
use super::{Effect, Refusal, Session, Stage, step};
use crate::content::{Catalog, Topic};
use crate::domain::grade::{Evidence, Grade, GradedPoint, Outcome, PointVerdict, Provenance};
use crate::domain::id::{PointId, QuestionId, ScenarioId, SessionId, TopicId, TwistId};
use crate::domain::lexicon::Lexicon;
use crate::domain::pattern::Pattern;
use crate::domain::plan::{Plan, PlannedTwist};
use crate::domain::question::{KeyPoint, Question, Rubric};
use crate::domain::said::{Occasion, Said};
use crate::domain::scenario::{Component, Parameter, Scenario, ScenarioTemplate, Twist};
use crate::domain::transcript::{End, Event, Response, TurnKind};
use crate::domain::words::{ComponentKind, Facet, Feedback, Level, Purpose, Verdict};
use crate::report::fixture::said;

/// Three topics with two questions each, and two scenarios, one of them with a queue, a tie and a twist.
pub(crate) fn catalog() -> Catalog {
    let topics = ["cache", "messaging", "scale"];
    let mut catalog = Catalog { lexicon: Lexicon::default(), ..Catalog::default() };
    for topic in topics {
        catalog.topics.push(Topic { id: TopicId::parse(topic).unwrap(), title: topic.to_owned() });
        for name in ["one", "two"] {
            catalog.questions.push(question(topic, name));
        }
    }
    catalog.scenarios = vec![template("plain", false), template("with-queue", true)];
    catalog
}

fn question(topic: &str, name: &str) -> Question {
    let points =
        [("a", 3, Level::Mid), ("b", 2, Level::Senior), ("c", 2, Level::Senior), ("d", 1, Level::Staff)];
    Question {
        id: QuestionId::parse(&format!("{topic}/{name}")).unwrap(),
        wording: "What if [component] fails?".to_owned(),
        purposes: vec![Purpose::Depth],
        needs: if topic == "messaging" { vec![ComponentKind::Queue] } else { vec![] },
        placeholders: BTreeMap::from([("component".to_owned(), "it".to_owned())]),
        reference: "All of it.".to_owned(),
        rubric: Rubric {
            points: points
                .iter()
                .map(|(id, weight, level)| KeyPoint {
                    id: PointId::parse(id).unwrap(),
                    text: format!("Point {id}."),
                    weight: *weight,
                    level: *level,
                    facet: Facet::Mechanism,
                    evidence: vec![Pattern::parse(id).unwrap()],
                    mention: vec![],
                    contradiction: vec![],
                    probe: format!("And {id}?"),
                    derived: false,
                })
                .collect(),
            misconceptions: vec![],
            figure: None,
        },
        sources: vec![],
    }
}

fn template(id: &str, queue: bool) -> ScenarioTemplate {
    let part = |kind, name: &str| Component {
        id: name.to_owned(),
        kind,
        name: name.to_owned(),
        text: String::new(),
    };
    let mut components = vec![part(ComponentKind::Database, "store")];
    let mut ties = BTreeMap::new();
    let mut twists = vec![];
    if queue {
        components.push(part(ComponentKind::Queue, "event bus"));
        ties.insert(
            QuestionId::parse("messaging/one").unwrap(),
            "Your bus carries {events} events.".to_owned(),
        );
        twists.push(Twist {
            id: TwistId::parse("more").unwrap(),
            text: "Ten times as many.".to_owned(),
            asks: Some(QuestionId::parse("scale/one").unwrap()),
        });
    }
    ScenarioTemplate {
        scenario: Scenario {
            id: ScenarioId::parse(id).unwrap(),
            title: id.to_owned(),
            summary: String::new(),
            functional: String::new(),
            non_functional: String::new(),
            components,
            diagram: String::new(),
            decisions: vec![],
            twists,
            ties,
            bind: BTreeMap::new(),
            figures: BTreeMap::new(),
            numbers: vec![],
        },
        parameters: vec![Parameter {
            id: "events".to_owned(),
            text: "events".to_owned(),
            unit: String::new(),
            values: vec![5e6],
        }],
        derived: vec![],
        figures: BTreeMap::new(),
    }
}

fn plan(seed: u64, count: usize, probes: u8, minutes: Option<u32>) -> Plan {
    let request = PlanRequest {
        session: SessionId::parse("s").unwrap(),
        started: 0,
        seed,
        level: Level::Senior,
        feedback: Feedback::Each,
        probes,
        minutes,
        count,
        topics: vec![],
        questions: vec![],
        scenario: ScenarioChoice::Drawn,
        asked_before: BTreeMap::new(),
    };
    make(&catalog(), request).unwrap()
}

/// An outcome whose verdicts are as given, the first point's first.
pub(crate) fn outcome(verdicts: &[Verdict]) -> Outcome {
    Outcome::Graded(grade(verdicts))
}

fn grade(verdicts: &[Verdict]) -> Grade {
    let question = question("cache", "one");
    let verdicts = question
        .rubric
        .points
        .iter()
        .zip(verdicts)
        .map(|(point, verdict)| PointVerdict {
            point: GradedPoint::from(point),
            verdict: *verdict,
            evidence: vec![Evidence { start: 0, end: 1, quote: "x".to_owned() }],
            reason: String::new(),
        })
        .collect();
    let provenance = Box::new(Provenance {
        grader: "test".to_owned(),
        version: "1".to_owned(),
        model: None,
        prompt: None,
        rubric: question.rubric.hash(),
        lexicon: None,
        exchange: None,
        fallback: None,
    });
    Grade { verdicts, misconceptions: vec![], flags: vec![], provenance, second: None }
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(Verdict::ALL)
}

const OCCASIONS: [Occasion; 4] = [Occasion::Asking, Occasion::Clarifying, Occasion::Twist, Occasion::Closing];

fn any_event() -> impl Strategy<Value = Event> {
    let at = 0..200_000_u64;
    prop_oneof![
        1 => Just(Event::Began),
        6 => (prop_oneof!["[a-z ]{0,12}", Just("\n ".to_owned())], at.clone()).prop_map(|(text, at)| Event::Answered { text, at }),
        2 => at.clone().prop_map(|at| Event::Skipped { at }),
        2 => at.clone().prop_map(|at| Event::Hinted { at }),
        6 => (prop::collection::vec(any_verdict(), 4), at.clone())
            .prop_map(|(verdicts, at)| Event::Graded { outcome: outcome(&verdicts), at }),
        1 => at.clone().prop_map(|at| Event::Graded { outcome: Outcome::Ungraded { reason: "no".to_owned() }, at }),
        2 => at.clone().prop_map(|at| Event::Retried { at }),
        1 => (0..6_usize, prop::sample::select(vec!["a", "b", "z"]), any_verdict())
            .prop_map(|(turn, point, label)| Event::Disputed { turn, point: PointId::parse(point).unwrap(), label }),
        1 => (0..6_usize, prop::collection::vec(any_verdict(), 4))
            .prop_map(|(turn, verdicts)| Event::Regraded { turn, grade: grade(&verdicts), when: 5 }),
        1 => at.clone().prop_map(|at| Event::Paused { at }),
        1 => Just(Event::Resumed),
        3 => (prop::sample::select(OCCASIONS.to_vec()), at.clone())
            .prop_map(|(occasion, at)| Event::Said { said: said(occasion, "words"), at }),
        2 => at.clone().prop_map(|at| Event::Inquired { text: "How many?".to_owned(), at }),
        1 => at.prop_map(|at| Event::Stopped { at }),
    ]
}

/// Runs the events and returns the session with what was recorded.
fn run(plan: Plan, events: Vec<Event>) -> (Session, Vec<Event>) {
    let mut session = Session::new(plan);
    let mut journal = Vec::new();
    for event in events {
        let before = session.clone();
        let effects = step(&mut session, event);
        match effects.as_slice() {
            [Effect::Refuse(_)] => assert_eq!(session, before, "a refused event changes nothing"),
            [Effect::Record(event), rest @ ..] => {
                assert!(rest.iter().all(|effect| !matches!(effect, Effect::Record(_) | Effect::Refuse(_))));
                journal.push(event.clone());
            }
            other => panic!("an accepted event is recorded before anything else: {other:?}"),
        }
    }
    (session, journal)
}

proptest! {
    #[test]
    fn replays_to_itself(
        seed in 0..50_u64, count in 1..6_usize, probes in 0..5_u8, minutes in prop::option::of(1..4_u32),
        events in prop::collection::vec(any_event(), 0..60),
    ) {
        let plan = plan(seed, count, probes, minutes);
        let (session, journal) = run(plan.clone(), events);
        prop_assert_eq!(&Session::replay(plan.clone(), journal.clone()), &session);
        let (again, journal_again) = run(plan, journal.clone());
        prop_assert_eq!(again, session);
        prop_assert_eq!(journal_again, journal);
    }

    #[test]
    fn never_asks_a_question_twice_and_probes_within_bounds(
        seed in 0..50_u64, count in 1..6_usize, probes in 0..5_u8,
        events in prop::collection::vec(any_event(), 0..80),
    ) {
        let (session, _) = run(plan(seed, count, probes, None), events);
        let transcript = session.transcript();
        let mut asked = BTreeSet::new();
        for turn in &transcript.turns {
            if turn.kind == TurnKind::Question {
                prop_assert!(asked.insert(turn.question), "question {} asked twice", turn.question);
            }
        }
        for question in asked {
            let follow_ups = transcript.turns_of(question).filter(|(_, turn)| turn.kind != TurnKind::Question).count();
            prop_assert!(follow_ups <= 3);
            let mut probed = BTreeSet::new();
            for (_, turn) in transcript.turns_of(question) {
                if let TurnKind::Probe { point } = &turn.kind {
                    prop_assert!(probed.insert(point.clone()), "point {point} probed twice");
                }
            }
        }
    }

    #[test]
    fn always_ends_when_answers_keep_coming(
        seed in 0..50_u64, count in 1..6_usize, probes in 0..5_u8,
        verdicts in prop::collection::vec(prop::collection::vec(any_verdict(), 4), 1..8),
    ) {
        let mut session = Session::new(plan(seed, count, probes, None));
        let _ = step(&mut session, Event::Began);
        let mut steps = 0;
        while session.stage() != Stage::Over {
            let event = match session.stage() {
                Stage::Asking => Event::Answered { text: "text".to_owned(), at: steps },
                _ => Event::Graded { outcome: outcome(&verdicts[steps as usize % verdicts.len()]), at: steps },
            };
            let _ = step(&mut session, event);
            steps += 1;
            prop_assert!(steps <= 2 * (count as u64) * 4, "no end in sight");
        }
        prop_assert_eq!(session.transcript().end, Some(End::Completed));
        prop_assert_eq!(session.transcript().turns_of(count - 1).count() > 0, true);
    }
}

const LOW: [Verdict; 4] = [Verdict::Hit, Verdict::Missed, Verdict::Partial, Verdict::Missed];

fn answered(session: &mut Session, verdicts: &[Verdict], at: u64) -> Vec<Effect> {
    let _ = step(session, Event::Answered { text: "text".to_owned(), at });
    step(session, Event::Graded { outcome: outcome(verdicts), at })
}

fn begun(count: usize, probes: u8, minutes: Option<u32>) -> Session {
    let mut session = Session::new(plan(1, count, probes, minutes));
    let effects = step(&mut session, Event::Began);
    assert_eq!(effects, [Effect::Record(Event::Began), Effect::Brief, Effect::Ask(0)]);
    session
}

#[test]
fn probes_the_heaviest_gap_at_the_level_first() {
    let mut session = begun(2, 2, None);
    let effects = answered(&mut session, &LOW, 1);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 0, closed: false }, Effect::Ask(1)]);
    let probed = |session: &Session| match &session.transcript().turns.last().unwrap().kind {
        TurnKind::Probe { point } => point.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(probed(&session), "b", "b and c lack more than a; d is beyond the level");
    let effects = answered(&mut session, &LOW, 2);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 1, closed: false }, Effect::Ask(2)]);
    assert_eq!(probed(&session), "c");
    let effects = answered(&mut session, &LOW, 3);
    assert_eq!(
        effects[1..],
        [Effect::Feedback { turn: 2, closed: true }, Effect::Ask(3)],
        "two probes are allowed"
    );
}

#[test]
fn a_full_answer_is_not_probed() {
    let mut session = begun(2, 3, None);
    let effects = answered(&mut session, &[Verdict::Hit, Verdict::Hit, Verdict::Hit, Verdict::Missed], 1);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 0, closed: true }, Effect::Ask(1)]);
}

#[test]
fn the_last_question_finishes_the_round() {
    let mut session = begun(1, 0, None);
    let effects = answered(&mut session, &LOW, 1);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 0, closed: true }, Effect::Finish(End::Completed)]);
    assert_eq!(session.stage(), Stage::Over);
}

#[test]
fn time_up_ends_after_the_answer_in_hand() {
    let mut session = begun(3, 2, Some(1));
    let effects = answered(&mut session, &LOW, 61_000);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 0, closed: true }, Effect::Finish(End::TimeUp)]);
    assert_eq!(session.time_left(61_000), Some(0));
}

#[test]
fn empty_skipped_and_ungraded_are_told_apart() {
    let mut session = begun(4, 2, None);
    let effects = step(&mut session, Event::Answered { text: " \n".to_owned(), at: 1 });
    assert_eq!(
        effects[1..],
        [Effect::Feedback { turn: 0, closed: true }, Effect::Ask(1)],
        "nothing to grade"
    );
    let _ = step(&mut session, Event::Skipped { at: 2 });
    let _ = step(&mut session, Event::Answered { text: "text".to_owned(), at: 3 });
    let outcome = Outcome::Ungraded { reason: "timeout".to_owned() };
    let effects = step(&mut session, Event::Graded { outcome: outcome.clone(), at: 4 });
    assert_eq!(effects[1], Effect::Feedback { turn: 2, closed: true }, "no probe on what was not graded");
    let turns = &session.transcript().turns;
    assert_eq!(turns[0].response, Response::Empty { at: 1 });
    assert_eq!(turns[1].response, Response::Skipped { at: 2 });
    assert_eq!(turns[2].outcome, Some(outcome));
}

#[test]
fn hints_come_heaviest_first_and_run_out() {
    let mut session = begun(1, 1, None);
    let hints: Vec<Effect> =
        (0..4).map(|at| step(&mut session, Event::Hinted { at }).pop().unwrap()).collect();
    let hint = |id: &str| Effect::Hint(PointId::parse(id).unwrap());
    assert_eq!(hints, [hint("a"), hint("b"), hint("c"), Effect::Refuse(Refusal::NoHintLeft)]);
}

#[test]
fn a_retry_takes_the_new_question_back() {
    let mut session = begun(2, 0, None);
    let _ = answered(&mut session, &LOW, 1);
    let effects = step(&mut session, Event::Retried { at: 2 });
    assert_eq!(effects[1..], [Effect::Ask(1)]);
    let turns = &session.transcript().turns;
    assert_eq!((turns.len(), &turns[1].kind, turns[1].question), (2, &TurnKind::Retry, 0));
    let effects = answered(&mut session, &LOW, 3);
    assert_eq!(effects[1..], [Effect::Feedback { turn: 1, closed: true }, Effect::Ask(2)]);
    assert_eq!(session.transcript().turns[2].question, 1);
}

#[test]
fn leaving_and_coming_back_asks_or_grades_again() {
    let mut session = begun(1, 0, None);
    assert_eq!(step(&mut session, Event::Paused { at: 5 })[1..], [Effect::Leave]);
    assert_eq!(
        step(&mut session, Event::Skipped { at: 6 }),
        [Effect::Refuse(Refusal::NotNow(Stage::Paused))]
    );
    assert_eq!(step(&mut session, Event::Resumed)[1..], [Effect::Brief, Effect::Ask(0)]);
    let _ = step(&mut session, Event::Answered { text: "text".to_owned(), at: 7 });
    let _ = step(&mut session, Event::Paused { at: 8 });
    assert_eq!(step(&mut session, Event::Resumed)[1..], [Effect::Brief, Effect::Grade(0)]);
}

fn speak(session: &mut Session, occasion: Occasion, at: u64) -> Vec<Effect> {
    step(session, Event::Said { said: said(occasion, "In your words?"), at })
}

const NOT_NOW: Effect = Effect::Refuse(Refusal::NotNow(Stage::Asking));

#[test]
fn what_was_said_lands_in_its_turn_once() {
    let mut session = begun(1, 0, None);
    assert_eq!(session.transcript().turns[0].asked_as(), "What if the store fails?");
    assert!(matches!(speak(&mut session, Occasion::Asking, 900)[..], [Effect::Record(_)]));
    assert_eq!(speak(&mut session, Occasion::Asking, 901), [NOT_NOW], "it is asked once");
    assert_eq!(speak(&mut session, Occasion::Clarifying, 901), [NOT_NOW], "nothing was asked back");
    assert_eq!(speak(&mut session, Occasion::Twist, 901), [NOT_NOW], "there is none");
    assert_eq!(speak(&mut session, Occasion::Closing, 901), [NOT_NOW], "it is not over");
    let turn = &session.transcript().turns[0];
    assert_eq!((turn.asked_as().as_ref(), turn.asked), ("In your words?", 900));

    let _ = answered(&mut session, &LOW, 2000);
    assert_eq!(speak(&mut session, Occasion::Asking, 2001), [Effect::Refuse(Refusal::NotNow(Stage::Over))]);
    assert!(matches!(speak(&mut session, Occasion::Closing, 2002)[..], [Effect::Record(_)]));
    assert_eq!(session.transcript().turns[0].said.len(), 2);
    assert_eq!(session.transcript().tokens().total(), 1880);
}

#[test]
fn where_its_own_words_were_not_enough_the_packs_belong_to_them() {
    let mut session = begun(1, 0, None);
    let said = Said { authored: true, leaks: 1, ..said(Occasion::Asking, "Why not use") };
    let _ = step(&mut session, Event::Said { said, at: 1 });
    assert_eq!(session.transcript().turns[0].asked_as(), "Why not use\n\nWhat if the store fails?");
}

#[test]
fn what_is_asked_back_is_on_record_first_and_no_answer() {
    let mut session = begun(1, 0, None);
    let ask = |session: &mut Session, at| step(session, Event::Inquired { text: "How many?".to_owned(), at });
    assert_eq!(ask(&mut session, 5)[1..], [Effect::Clarify(0)]);
    assert_eq!(session.stage(), Stage::Asking);
    let _ = step(&mut session, Event::Paused { at: 6 });
    assert_eq!(
        step(&mut session, Event::Resumed)[1..],
        [Effect::Brief, Effect::Ask(0), Effect::Clarify(0)],
        "it has not been answered yet"
    );
    let _ = speak(&mut session, Occasion::Clarifying, 7);
    let inquiry = &session.transcript().turns[0].inquiries[0];
    assert_eq!(inquiry.reply.as_ref().map(|said| said.text.as_str()), Some("In your words?"));
    assert_eq!(step(&mut session, Event::Resumed)[1..], [Effect::Brief, Effect::Ask(0)]);
    for at in 8..12 {
        assert_eq!(ask(&mut session, at)[1..], [Effect::Clarify(0)]);
    }
    assert_eq!(ask(&mut session, 12), [Effect::Refuse(Refusal::NoInquiryLeft)]);
}

#[test]
fn who_comes_back_hears_the_twist_again() {
    let twist = PlannedTwist { id: TwistId::parse("more").unwrap(), text: "More.".to_owned(), before: 1 };
    let mut session = Session::new(Plan { twist: Some(twist), ..plan(1, 3, 0, None) });
    let _ = step(&mut session, Event::Began);
    assert_eq!(answered(&mut session, &LOW, 1).last(), Some(&Effect::Ask(1)));
    assert_eq!(step(&mut session, Event::Resumed)[1..], [Effect::Brief, Effect::Twist, Effect::Ask(1)]);
    let _ = answered(&mut session, &LOW, 2);
    assert_eq!(step(&mut session, Event::Resumed)[1..], [Effect::Brief, Effect::Ask(2)]);
}

fn regraded(session: &mut Session, turn: usize, when: i64) -> Vec<Effect> {
    step(session, Event::Regraded { turn, grade: grade(&[Verdict::Hit; 4]), when })
}

const NOTHING_TO_REGRADE: Effect = Effect::Refuse(Refusal::NothingToRegrade);

#[test]
fn a_new_grade_counts_and_the_old_one_is_kept() {
    let mut session = begun(2, 0, None);
    let _ = answered(&mut session, &LOW, 7);
    assert!(matches!(regraded(&mut session, 0, 100)[..], [Effect::Record(_)]));
    assert!(matches!(regraded(&mut session, 0, 200)[..], [Effect::Record(_)]));
    let transcript = session.transcript();
    let turn = &transcript.turns[0];
    assert_eq!((&turn.outcome, turn.regraded), (&Some(outcome(&[Verdict::Hit; 4])), Some(200)));
    assert_eq!(turn.earlier, [outcome(&LOW), outcome(&[Verdict::Hit; 4])]);
    assert_eq!((transcript.turns.len(), transcript.elapsed), (2, 7), "the round itself is as it was");
}

#[test]
fn only_what_has_been_answered_and_is_not_being_graded_is_graded_anew() {
    let mut session = begun(2, 0, None);
    assert_eq!(regraded(&mut session, 0, 1), [NOTHING_TO_REGRADE], "there is no answer yet");
    let _ = step(&mut session, Event::Answered { text: "text".to_owned(), at: 1 });
    assert_eq!(regraded(&mut session, 0, 1), [NOTHING_TO_REGRADE], "it waits for its first grade");
    let _ = step(&mut session, Event::Stopped { at: 2 });
    assert!(matches!(regraded(&mut session, 0, 1)[..], [Effect::Record(_)]), "it waits no more");
    assert!(session.transcript().turns[0].earlier.is_empty());
    assert_eq!(regraded(&mut session, 1, 1), [NOTHING_TO_REGRADE], "there is no such turn");
}
