//! Transcripts for tests: one made by hand, one of hostile text, and any at all.

mod any;

use std::collections::BTreeMap;

pub(crate) use any::any_transcript;

use crate::domain::exchange::{Exchange, Fallback, Tokens};
use crate::domain::grade::{Evidence, Flag, FoundMisconception, Grade, Outcome, PointVerdict, Provenance};
use crate::domain::hash::ContentHash;
use crate::domain::id::{MisconceptionId, PointId, QuestionId, ScenarioId, SessionId, TwistId};
use crate::domain::plan::{Plan, PlannedQuestion, PlannedTwist};
use crate::domain::question::{KeyPoint, Question, Rubric, Source};
use crate::domain::said::{Occasion, Said};
use crate::domain::scenario::{Number, Scenario};
use crate::domain::transcript::{Dispute, Elapsed, End, Response, Transcript, Turn, TurnKind};
use crate::domain::words::{Facet, Feedback, Level, Purpose, Verdict};

pub(crate) fn id(text: &str) -> QuestionId {
    QuestionId::parse(text).unwrap()
}

pub(crate) fn point_id(text: &str) -> PointId {
    PointId::parse(text).unwrap()
}

fn point(id: &str, text: &str, weight: u8, level: Level, facet: Facet) -> KeyPoint {
    KeyPoint {
        id: point_id(id),
        text: text.to_owned(),
        weight,
        level,
        facet,
        evidence: vec![],
        mention: vec![],
        contradiction: vec![],
        probe: format!("Say more of {id}?"),
        derived: false,
    }
}

fn planned(name: &str, wording: &str, purposes: &[Purpose], points: Vec<KeyPoint>) -> PlannedQuestion {
    let question = Question {
        id: id(name),
        wording: wording.to_owned(),
        purposes: purposes.to_vec(),
        needs: vec![],
        placeholders: BTreeMap::new(),
        reference: "One caller refills.\nThe others wait.\n\n- watch the hit ratio\n- `jitter`".to_owned(),
        rubric: Rubric { points, misconceptions: vec![], figure: None },
        sources: vec![Source {
            title: "The book".to_owned(),
            url: Some("https://example.org/book?a=1&b=2".to_owned()),
        }],
    };
    PlannedQuestion { question, tie: None }
}

/// A turn's verdicts as `(point, verdict, quote)`; a point that isn't named is missed.
/// A quote has to stand in the answer; an empty one is no evidence.
fn grade(question: &Question, answer: &str, said: &[(&str, Verdict, &str)]) -> Grade {
    let verdicts = question
        .rubric
        .points
        .iter()
        .map(|point| {
            let found = said.iter().find(|(id, ..)| *id == point.id.as_str());
            let (verdict, quote) = found.map_or((Verdict::Missed, ""), |said| (said.1, said.2));
            PointVerdict { point: point.into(), verdict, evidence: cut(answer, quote), reason: String::new() }
        })
        .collect();
    let provenance = Box::new(Provenance {
        grader: "rubric".to_owned(),
        version: "1".to_owned(),
        model: None,
        prompt: None,
        rubric: ContentHash::of(["rubric"]),
        lexicon: None,
        exchange: None,
        fallback: None,
    });
    Grade { verdicts, misconceptions: vec![], flags: vec![], provenance, second: None }
}

fn cut(answer: &str, quote: &str) -> Vec<Evidence> {
    let start = answer.find(quote).unwrap();
    Evidence::cut(answer, start, start + quote.len()).into_iter().collect()
}

/// A turn asked at `asked` and answered 2 minutes later.
fn answered(plan: &Plan, question: usize, asked: Elapsed, text: &str, outcome: Option<Outcome>) -> Turn {
    Turn {
        question,
        kind: TurnKind::Question,
        prompt: plan.questions[question].prompt(),
        said: vec![],
        inquiries: vec![],
        asked,
        hints: vec![],
        response: Response::Answered { text: text.to_owned(), at: asked + 120_000 },
        outcome,
        regraded: None,
        earlier: vec![],
        disputes: vec![],
    }
}

/// What a model said, all of it shown.
pub(crate) fn said(occasion: Occasion, text: &str) -> Said {
    Said {
        occasion,
        text: text.to_owned(),
        authored: false,
        leaks: 0,
        cut: false,
        tokens: Tokens { input: 900, output: 40 },
        model: "qwen3:8b".to_owned(),
        prompt: ContentHash::of(["prompt"]),
    }
}

fn plan(questions: Vec<PlannedQuestion>) -> Plan {
    Plan {
        session: SessionId::parse("20260314-193000").unwrap(),
        started: 1_773_516_600,
        seed: 7,
        level: Level::Senior,
        feedback: Feedback::Each,
        probes: 2,
        minutes: Some(30),
        design: None,
        scenario: Some(Scenario {
            id: ScenarioId::parse("news-feed").unwrap(),
            title: "News feed".to_owned(),
            summary: "Posts of the people one follows.".to_owned(),
            functional: String::new(),
            non_functional: String::new(),
            components: vec![],
            diagram: String::new(),
            decisions: vec![],
            twists: vec![],
            ties: BTreeMap::new(),
            bind: BTreeMap::new(),
            figures: BTreeMap::new(),
            numbers: [
                ("dau", "daily active users", "users", 50e6, false),
                ("hot", "size of the hot posts", "B", 8e9, true),
            ]
            .map(|(id, text, unit, value, derived)| Number {
                id: id.to_owned(),
                text: text.to_owned(),
                unit: unit.to_owned(),
                value,
                derived,
            })
            .into(),
        }),
        twist: None,
        questions,
    }
}

fn cache_down() -> PlannedQuestion {
    planned(
        "cache/cache-down",
        "What if the cache goes down?",
        &[Purpose::Depth, Purpose::EdgeCases],
        vec![
            point(
                "coalescing",
                "Request coalescing: one caller refills a missing key while the others wait.",
                3,
                Level::Senior,
                Facet::Prevention,
            ),
            point("hit-ratio", "An alert on the hit ratio.", 1, Level::Mid, Facet::Detection),
            point("jitter", "Random jitter on the time to live.", 2, Level::Mid, Facet::Prevention),
            point("warm-up", "Warming up before traffic.", 2, Level::Staff, Facet::Mitigation),
        ],
    )
}

fn never_fails(answer: &str, quote: &str) -> FoundMisconception {
    FoundMisconception {
        id: MisconceptionId::parse("cache-never-fails").unwrap(),
        text: "A clustered cache cannot go down.".to_owned(),
        correction: "A failover takes seconds; the database must survive them.".to_owned(),
        penalty: 1,
        evidence: cut(answer, quote),
    }
}

/// A round with a question in every state: graded (three times), skipped, not graded, not reached.
pub(crate) fn round() -> Transcript {
    use Verdict::{Hit, Partial};
    let plan = plan(vec![
        cache_down(),
        planned(
            "database/failover",
            "How does the database fail over?",
            &[Purpose::EdgeCases],
            vec![
                point("promotion", "A replica is promoted.", 3, Level::Mid, Facet::Mechanism),
                point("replica-lag", "Replica lag is watched.", 2, Level::Senior, Facet::Detection),
            ],
        ),
        planned(
            "messaging/duplicates",
            "What if a message comes twice?",
            &[Purpose::Depth],
            vec![
                point("inbox", "An inbox table of seen ids.", 2, Level::Senior, Facet::Mechanism),
                point("idempotency", "Idempotent consumers.", 2, Level::Mid, Facet::Prevention),
                point("redelivery", "Redeliveries are counted.", 1, Level::Senior, Facet::Detection),
            ],
        ),
        planned(
            "scale/hot-key",
            "What if one key is hot?",
            &[Purpose::EdgeCases],
            vec![
                point("split-key", "The key is split.", 3, Level::Mid, Facet::Mitigation),
                point("near-cache", "A near cache.", 2, Level::Mid, Facet::Mitigation),
            ],
        ),
        planned(
            "security/tokens",
            "How are tokens revoked?",
            &[Purpose::Depth],
            vec![
                point("short-lived", "Short lived tokens.", 2, Level::Mid, Facet::Mechanism),
                point("deny-list", "A deny list.", 1, Level::Mid, Facet::Prevention),
            ],
        ),
        planned("operations/rollout", "How is it rolled out?", &[Purpose::Adaptability], vec![]),
    ]);
    let question = |index: usize| &plan.questions[index].question;

    let first = "One caller refills and the others wait. Watch the hit ratio. Redis never fails.";
    let mut said = grade(
        question(0),
        first,
        &[("coalescing", Hit, "One caller refills and the others wait"), ("hit-ratio", Partial, "hit ratio")],
    );
    said.misconceptions.push(never_fails(first, "Redis never fails"));
    let mut cache = answered(&plan, 0, 0, first, Some(Outcome::Graded(said)));
    cache.hints.push(point_id("hit-ratio"));
    cache.disputes.push(Dispute { point: point_id("hit-ratio"), label: Hit });

    let second = "I would spread the expiry.";
    let said = grade(question(0), second, &[("jitter", Hit, "spread the expiry")]);
    let mut probe = answered(&plan, 0, 130_000, second, Some(Outcome::Graded(said)));
    probe.kind = TurnKind::Probe { point: point_id("jitter") };
    probe.prompt = "Say more of jitter?".to_owned();

    let third = "A replica is promoted.";
    let said = grade(question(1), third, &[("promotion", Hit, third)]);
    let failover = answered(&plan, 1, 260_000, third, Some(Outcome::Graded(said)));

    let fourth = "Consumers keep seen ids in a table, and doing it twice does no harm.";
    let said = grade(
        question(2),
        fourth,
        &[("inbox", Hit, "keep seen ids in a table"), ("idempotency", Hit, "doing it twice does no harm")],
    );
    let duplicates = answered(&plan, 2, 390_000, fourth, Some(Outcome::Graded(said)));

    let mut skipped = answered(&plan, 3, 520_000, "", None);
    skipped.response = Response::Skipped { at: 530_000 };

    let reason = "the model did not answer in time".to_owned();
    let ungraded = answered(&plan, 4, 540_000, "Short lives.", Some(Outcome::Ungraded { reason }));

    Transcript {
        plan,
        turns: vec![cache, probe, failover, duplicates, skipped, ungraded],
        elapsed: 662_000,
        end: Some(End::Stopped),
    }
}

/// One question whose texts try to break out of every format, and a twist before it.
pub(crate) fn hostile() -> Transcript {
    let mut plan = plan(vec![cache_down()]);
    let scenario = plan.scenario.as_mut().unwrap();
    scenario.title = "News <b>feed</b> | [x](javascript:alert(1))".to_owned();
    scenario.summary = "# Not a heading\n<script>alert(1)</script>".to_owned();
    plan.twist = Some(PlannedTwist {
        id: TwistId::parse("ten-times").unwrap(),
        text: "1. Ten times\nthe users & more.".to_owned(),
        before: 0,
    });
    let planned = plan.questions.first_mut().unwrap();
    planned.question.rubric.points.retain(|point| matches!(point.id.as_str(), "coalescing" | "jitter"));
    planned.question.purposes.truncate(1);
    planned.tie = Some("*Redis* holds `all`.".to_owned());
    let trap = Source { title: "Trap".to_owned(), url: Some("javascript:alert(1)".to_owned()) };
    planned.question.sources.push(trap);

    let answer =
        "One caller refills.\n\n```\n# fence\n```\n<img src=x onerror=alert(1)>\n\u{1b}[31mred\u{202e}\n";
    let question = &planned.question;
    let mut said = grade(question, answer, &[("coalescing", Verdict::Hit, "<img src=x onerror=alert(1)>")]);
    if let Some(first) = said.verdicts.first_mut() {
        first.reason = "It says | that one caller refills.".to_owned();
    }
    said.misconceptions.push(never_fails(answer, "# fence"));
    said.flags.push(Flag::CutOff);
    let mut turn = answered(&plan, 0, 1_500, answer, Some(Outcome::Graded(said)));
    turn.hints.push(point_id("jitter"));
    turn.disputes.push(Dispute { point: point_id("jitter"), label: Verdict::Partial });
    Transcript { plan, turns: vec![turn], elapsed: 121_500, end: Some(End::Completed) }
}

/// A round with these answers, each to a question of its own, none graded.
pub(crate) fn with_answers(answers: &[String]) -> Transcript {
    let questions = (0..answers.len())
        .map(|index| planned(&format!("cache/question-{index}"), "And then?", &[Purpose::Depth], vec![]));
    let plan = plan(questions.collect());
    let turns =
        answers.iter().enumerate().map(|(index, text)| answered(&plan, index, 0, text, None)).collect();
    Transcript { plan, turns, elapsed: 0, end: None }
}

/// A transcript of one answer that nobody graded, then the offline grader instead of a model, then a model that the
/// offline grader does not agree with.
pub(crate) fn regraded() -> Transcript {
    let text = "One caller refills.";
    let mut transcript = with_answers(&[text.to_owned()]);
    let question = &mut transcript.plan.questions[0].question;
    question.rubric.points =
        ["one", "two"].map(|id| point(id, "A point.", 1, Level::Mid, Facet::Mechanism)).into();
    let missed = grade(question, text, &[]);
    let mut makeshift = missed.clone();
    makeshift.flags = vec![Flag::OfflineFallback];
    makeshift.provenance.fallback = Some(Fallback {
        grader: "llm".to_owned(),
        model: Some("m".to_owned()),
        reason: "it is <b>busy</b>".to_owned(),
    });
    let mut new = grade(question, text, &[("one", Verdict::Hit, "One caller refills")]);
    new.flags = vec![Flag::GradersDisagree];
    new.second = Some(Box::new(missed));
    new.provenance.grader = "llm".to_owned();
    new.provenance.model = Some("m".to_owned());
    let tokens = Tokens { input: 1000, output: 50 };
    new.provenance.exchange = Some(Exchange { tokens, ..Exchange::default() });
    let turn = &mut transcript.turns[0];
    turn.outcome = Some(Outcome::Graded(new));
    turn.regraded = Some(1_773_603_000);
    turn.earlier = vec![Outcome::Ungraded { reason: "no | time".to_owned() }, Outcome::Graded(makeshift)];
    transcript
}
