//! The machine-readable form of a grade: what `grade --format json` and `grade --jsonl` write and read.

use serde::{Deserialize, Serialize};

use crate::domain::exchange::{Fallback, Tokens};
use crate::domain::grade::{Evidence, Flag, FoundMisconception, Grade, Outcome, PointVerdict, Provenance};
use crate::domain::words::Level;

/// One line of `grade --jsonl` as it comes in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    /// Given back as it is.
    #[serde(default)]
    pub(super) id: serde_json::Value,
    /// The question's id; or `ask` with a reference.
    #[serde(default)]
    pub(super) question: Option<String>,
    /// A question of one's own.
    #[serde(default)]
    pub(super) ask: Option<String>,
    /// Its reference answer.
    #[serde(default)]
    pub(super) reference: Option<String>,
    /// Several reference answers, any of which will do.
    #[serde(default)]
    pub(super) references: Option<Vec<String>>,
    /// The answer to grade.
    pub(super) answer: String,
    /// The bar; senior where nothing is said.
    #[serde(default)]
    pub(super) level: Option<String>,
}

/// One graded answer as it goes out.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    /// The id that came in; left out where there was none.
    #[serde(skip_serializing_if = "serde_json::Value::is_null")]
    id: serde_json::Value,
    /// `graded`, `ungraded` or `error`.
    outcome: &'static str,
    /// From 0 to 10 in tenths; null unless graded.
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdicts: Option<Vec<VerdictRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misconceptions: Option<Vec<MisconceptionRecord>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grader: Option<GraderRecord>,
    /// Who was to judge, and why it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<Fallback>,
    /// What a model took to judge.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
    /// The offline grader's grade, where the two are far apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<SecondRecord>,
}

#[derive(Debug, Serialize)]
struct SecondRecord {
    score: Option<f64>,
    verdicts: Vec<VerdictRecord>,
    misconceptions: Vec<MisconceptionRecord>,
    grader: GraderRecord,
}

#[derive(Debug, Serialize)]
struct VerdictRecord {
    point: String,
    verdict: &'static str,
    evidence: Vec<Evidence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct MisconceptionRecord {
    id: String,
    evidence: Vec<Evidence>,
}

#[derive(Debug, Serialize)]
struct GraderRecord {
    name: String,
    version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
}

impl Record {
    /// Records what a grader said, with its reasons where they are wanted.
    pub(super) fn of(id: serde_json::Value, outcome: Outcome, level: Level, reasons: bool) -> Self {
        match outcome {
            Outcome::Graded(grade) => Self::graded(id, grade, level, reasons),
            Outcome::Ungraded { reason } => {
                Self { level: Some(level.as_str()), ..Self::failed(id, "ungraded", reason) }
            }
        }
    }

    /// Records that a line could not be read or understood.
    pub(super) fn error(id: serde_json::Value, reason: String) -> Self {
        Self::failed(id, "error", reason)
    }

    fn failed(id: serde_json::Value, outcome: &'static str, reason: String) -> Self {
        Self {
            id,
            outcome,
            score: None,
            level: None,
            reason: Some(reason),
            verdicts: None,
            misconceptions: None,
            flags: None,
            grader: None,
            fallback: None,
            tokens: None,
            second: None,
        }
    }

    fn graded(id: serde_json::Value, grade: Grade, level: Level, reasons: bool) -> Self {
        let score = grade.score(level).map(|score| score.as_f64());
        let Grade { verdicts, misconceptions, flags, provenance, second } = grade;
        let asked = provenance.exchange.as_ref().map(|exchange| exchange.tokens);
        Self {
            id,
            outcome: "graded",
            score,
            level: Some(level.as_str()),
            reason: None,
            verdicts: Some(verdicts.into_iter().map(|verdict| VerdictRecord::of(verdict, reasons)).collect()),
            misconceptions: Some(misconceptions.into_iter().map(MisconceptionRecord::of).collect()),
            flags: Some(flags.iter().map(|flag| flag.as_str()).collect()),
            grader: Some(GraderRecord::of(&provenance)),
            fallback: provenance.fallback,
            tokens: asked.filter(|tokens| *tokens != Tokens::default()),
            second: second.map(|second| SecondRecord::of(*second, level, reasons)),
        }
    }

    /// Whether this is an `error` record.
    pub(super) fn is_error(&self) -> bool {
        self.outcome == "error"
    }
    /// Whether the chosen grader failed, so that another one judged.
    pub(super) fn is_fallback(&self) -> bool {
        let fallback = Flag::OfflineFallback.as_str();
        self.flags.iter().flatten().any(|flag| *flag == fallback)
    }
}

impl VerdictRecord {
    fn of(verdict: PointVerdict, reasons: bool) -> Self {
        Self {
            point: verdict.point.id.to_string(),
            verdict: verdict.verdict.as_str(),
            evidence: verdict.evidence,
            reason: reasons.then_some(verdict.reason),
        }
    }
}

impl MisconceptionRecord {
    fn of(found: FoundMisconception) -> Self {
        Self { id: found.id.to_string(), evidence: found.evidence }
    }
}

impl GraderRecord {
    fn of(made: &Provenance) -> Self {
        Self { name: made.grader.clone(), version: made.version.clone(), model: made.model.clone() }
    }
}

impl SecondRecord {
    fn of(grade: Grade, level: Level, reasons: bool) -> Self {
        Self {
            score: grade.score(level).map(|score| score.as_f64()),
            grader: GraderRecord::of(&grade.provenance),
            verdicts: grade.verdicts.into_iter().map(|verdict| VerdictRecord::of(verdict, reasons)).collect(),
            misconceptions: grade.misconceptions.into_iter().map(MisconceptionRecord::of).collect(),
        }
    }
}
