//! The report of the document.

use serde::Serialize;

use super::turn::MisconceptionShape;
use crate::domain::id::QuestionId;
use crate::domain::score::Score;
use crate::domain::words::{Facet, Level};
use crate::report::{Advice, Counts, Gap, Held, LevelDecision, Part, QuestionResult, Report, Ruling};

#[derive(Serialize)]
pub(super) struct ReportShape<'a> {
    level: &'static str,
    /// At the session's level.
    score: Option<f64>,
    decisions: Vec<DecisionShape>,
    by_topic: Vec<PartShape<'a>>,
    by_purpose: Vec<PartShape<'a>>,
    by_facet: Vec<PartShape<'a>>,
    counts: CountsShape,
    gaps: Vec<GapShape<'a>>,
    misconceptions: Vec<HeldShape<'a>>,
    advice: Vec<AdviceShape<'a>>,
}

/// A score for each level, from 0 to 10; null where nothing counts.
#[derive(Serialize)]
pub(super) struct Scores {
    mid: Option<f64>,
    senior: Option<f64>,
    staff: Option<f64>,
}

#[derive(Serialize)]
struct DecisionShape {
    level: &'static str,
    score: Option<f64>,
    /// Null where there are too few answers to decide.
    decision: Option<&'static str>,
}

#[derive(Serialize)]
struct PartShape<'a> {
    name: &'a str,
    percent: Option<u16>,
    /// In weights.
    earned: f64,
    possible: f64,
    /// Key points that are counted, and those left out.
    points: usize,
    ungraded: usize,
    questions: usize,
}

#[derive(Serialize)]
struct CountsShape {
    hints: usize,
    probes: usize,
    contradictions: usize,
    misconceptions: usize,
    disputes: usize,
}

#[derive(Serialize)]
struct GapShape<'a> {
    question: &'a str,
    point: &'a str,
    text: &'a str,
    verdict: &'static str,
    assisted: bool,
    quote: Option<&'a str>,
    /// In hundredths of the question's possible weight.
    cost: u16,
}

#[derive(Serialize)]
struct HeldShape<'a> {
    question: &'a str,
    #[serde(flatten)]
    found: MisconceptionShape<'a>,
}

#[derive(Serialize)]
#[serde(tag = "advice", rename_all = "kebab-case")]
enum AdviceShape<'a> {
    Misconceptions { count: usize },
    Skipped { questions: Vec<&'a str> },
    WeakFacet { facet: &'static str, questions: usize, percent: u16 },
    NamedOnly { points: usize },
}

/// The word for what came of a question.
pub(super) fn word(result: QuestionResult) -> &'static str {
    match result {
        QuestionResult::Scored(_) => "scored",
        QuestionResult::Skipped => "skipped",
        QuestionResult::Empty => "empty",
        QuestionResult::Ungraded => "ungraded",
        QuestionResult::NotReached => "not-reached",
    }
}

impl<'a> ReportShape<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        Self {
            level: report.level.as_str(),
            score: report.score.map(Score::as_f64),
            decisions: report.levels.iter().map(DecisionShape::of).collect(),
            by_topic: report.by_topic.iter().map(|part| PartShape::of(part, part.of.as_str())).collect(),
            by_purpose: report.by_purpose.iter().map(|part| PartShape::of(part, part.of.as_str())).collect(),
            by_facet: report.by_facet.iter().map(|part| PartShape::of(part, part.of.as_str())).collect(),
            counts: CountsShape::of(report.counts),
            gaps: report.gaps.iter().map(GapShape::of).collect(),
            misconceptions: report.misconceptions.iter().map(HeldShape::of).collect(),
            advice: report.advice.iter().map(AdviceShape::of).collect(),
        }
    }
}

impl Scores {
    pub(super) fn of(score: impl Fn(Level) -> Option<Score>) -> Self {
        let score = |level| score(level).map(Score::as_f64);
        Self { mid: score(Level::Mid), senior: score(Level::Senior), staff: score(Level::Staff) }
    }
}

impl DecisionShape {
    fn of(at: &LevelDecision) -> Self {
        let decision = match at.ruling {
            Ruling::Decided(decision) => Some(decision.as_str()),
            Ruling::TooFew { .. } => None,
        };
        Self { level: at.level.as_str(), score: at.score.map(Score::as_f64), decision }
    }
}

impl<'a> PartShape<'a> {
    fn of<T>(part: &Part<T>, name: &'a str) -> Self {
        Self {
            name,
            percent: part.share.percent(),
            earned: part.share.earned(),
            possible: part.share.possible(),
            points: part.share.points,
            ungraded: part.share.ungraded,
            questions: part.questions,
        }
    }
}

impl CountsShape {
    fn of(counts: Counts) -> Self {
        let Counts { hints, probes, contradictions, misconceptions, disputes } = counts;
        Self { hints, probes, contradictions, misconceptions, disputes }
    }
}

impl<'a> GapShape<'a> {
    fn of(gap: &'a Gap) -> Self {
        Self {
            question: gap.question.as_str(),
            point: gap.point.as_str(),
            text: &gap.text,
            verdict: gap.verdict.as_str(),
            assisted: gap.assisted,
            quote: gap.quote.as_deref(),
            cost: gap.cost,
        }
    }
}

impl<'a> HeldShape<'a> {
    fn of(held: &'a Held) -> Self {
        Self { question: held.question.as_str(), found: MisconceptionShape::of(&held.found) }
    }
}

impl<'a> AdviceShape<'a> {
    fn of(advice: &'a Advice) -> Self {
        match advice {
            Advice::Misconceptions { count } => Self::Misconceptions { count: *count },
            Advice::Skipped { questions } => {
                Self::Skipped { questions: questions.iter().map(QuestionId::as_str).collect() }
            }
            Advice::WeakFacet { facet, questions, percent } => {
                Self::WeakFacet { facet: Facet::as_str(*facet), questions: *questions, percent: *percent }
            }
            Advice::NamedOnly { points } => Self::NamedOnly { points: *points },
        }
    }
}
