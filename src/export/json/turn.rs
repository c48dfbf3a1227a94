//! One turn of the document: what was asked, what came back, what the grader said.

use serde::Serialize;

use crate::domain::exchange::{Fallback, Tokens};
use crate::domain::grade::{Evidence, FoundMisconception, Grade, Outcome, PointVerdict, Provenance};
use crate::domain::id::PointId;
use crate::domain::said::{Inquiry, Said};
use crate::domain::score::Score;
use crate::domain::transcript::{Dispute, Response, Turn, TurnKind};
use crate::domain::words::Level;
use crate::export::started::rfc3339;

#[derive(Serialize)]
pub(super) struct TurnShape<'a> {
    /// The turn's place in the round, from 1, as `dispute` counts.
    turn: usize,
    /// question, probe or retry.
    kind: &'static str,
    /// The key point that a probe presses on.
    point: Option<&'a str>,
    /// The pack's words for it.
    prompt: &'a str,
    /// What the interviewer said in words of its own; left out where there is nothing of the kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    said: Vec<SaidShape<'a>>,
    /// What the candidate asked back; left out where there is nothing of the kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    inquiries: Vec<InquiryShape<'a>>,
    asked_ms: u64,
    /// Key points whose probes were shown as hints.
    hints: Vec<&'a str>,
    /// answered, empty, skipped or pending.
    response: &'static str,
    responded_ms: Option<u64>,
    /// As typed.
    answer: Option<&'a str>,
    /// graded, ungraded, or null where nothing was to grade.
    outcome: Option<&'static str>,
    /// Why it is ungraded.
    reason: Option<&'a str>,
    /// Of this answer alone, at the session's level.
    score: Option<f64>,
    grade: Option<GradeShape<'a>>,
    /// What language models took; left out where there is nothing of the kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens: Option<TokensShape>,
    /// When it was graded anew, as RFC 3339 in UTC; left out where it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    regraded: Option<String>,
    /// What graders said before, in order; left out where nothing was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<OutcomeShape<'a>>,
}

/// Tokens, sent and received.
#[derive(Serialize)]
pub(super) struct TokensShape {
    input: u64,
    output: u64,
}

impl TokensShape {
    /// Returns `None` where there are none.
    pub(super) fn of(tokens: Tokens) -> Option<Self> {
        let Tokens { input, output } = tokens;
        (tokens.total() > 0).then_some(Self { input, output })
    }
}

/// What a grader said of the answer before.
#[derive(Serialize)]
struct OutcomeShape<'a> {
    /// graded or ungraded.
    outcome: &'static str,
    reason: Option<&'a str>,
    score: Option<f64>,
    grade: Option<GradeShape<'a>>,
}

#[derive(Serialize)]
struct SaidShape<'a> {
    /// asking, clarifying, twist or closing.
    occasion: &'static str,
    /// As it came.
    text: &'a str,
    /// Whether the pack's own words followed.
    authored: bool,
    /// How often it was stopped since it gave something away.
    leaks: u32,
    /// Whether it broke off.
    cut: bool,
    tokens_in: u64,
    tokens_out: u64,
    model: &'a str,
    prompt_hash: &'a str,
}

#[derive(Serialize)]
struct InquiryShape<'a> {
    text: &'a str,
    asked_ms: u64,
    reply: Option<SaidShape<'a>>,
}

#[derive(Serialize)]
struct GradeShape<'a> {
    verdicts: Vec<VerdictShape<'a>>,
    misconceptions: Vec<MisconceptionShape<'a>>,
    flags: Vec<&'static str>,
    grader: GraderShape<'a>,
    /// Who was to judge, and why it was another one; left out where that is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<FallbackShape<'a>>,
    /// The offline grader's grade; left out unless the two are far apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<Box<SecondShape<'a>>>,
}

#[derive(Serialize)]
struct FallbackShape<'a> {
    grader: &'a str,
    model: Option<&'a str>,
    reason: &'a str,
}

#[derive(Serialize)]
struct SecondShape<'a> {
    score: Option<f64>,
    #[serde(flatten)]
    grade: GradeShape<'a>,
}

#[derive(Serialize)]
struct VerdictShape<'a> {
    point: &'a str,
    text: &'a str,
    weight: u8,
    level: &'static str,
    facet: &'static str,
    verdict: &'static str,
    /// Whether help came before it, so that it earns half.
    assisted: bool,
    evidence: Vec<EvidenceShape<'a>>,
    reason: &'a str,
    /// The candidate's own label, where there is one.
    disputed: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct MisconceptionShape<'a> {
    id: &'a str,
    text: &'a str,
    correction: &'a str,
    penalty: u8,
    evidence: Vec<EvidenceShape<'a>>,
}

/// Byte offsets into the answer.
#[derive(Serialize)]
struct EvidenceShape<'a> {
    start: usize,
    end: usize,
    quote: &'a str,
}

#[derive(Serialize)]
struct GraderShape<'a> {
    name: &'a str,
    version: &'a str,
    model: Option<&'a str>,
    prompt_hash: Option<&'a str>,
    rubric_hash: &'a str,
    lexicon_hash: Option<&'a str>,
}

impl<'a> TurnShape<'a> {
    pub(super) fn of(index: usize, turn: &'a Turn, level: Level) -> Self {
        let (kind, point) = match &turn.kind {
            TurnKind::Question => ("question", None),
            TurnKind::Probe { point } => ("probe", Some(point.as_str())),
            TurnKind::Retry => ("retry", None),
        };
        let (response, responded_ms) = match turn.response {
            Response::Pending => ("pending", None),
            Response::Answered { at, .. } => ("answered", Some(at)),
            Response::Empty { at } => ("empty", Some(at)),
            Response::Skipped { at } => ("skipped", Some(at)),
        };
        // A follow-up asks for one key point: a score over all of them would say nothing of its answer.
        let level = point.is_none().then_some(level);
        let said = turn.outcome.as_ref().map(|outcome| OutcomeShape::of(outcome, turn, level));
        let (outcome, reason) = said.as_ref().map_or((None, None), |said| (Some(said.outcome), said.reason));
        Self {
            turn: index + 1,
            kind,
            point,
            prompt: &turn.prompt,
            said: turn.said.iter().map(SaidShape::of).collect(),
            inquiries: turn.inquiries.iter().map(InquiryShape::of).collect(),
            asked_ms: turn.asked,
            hints: turn.hints.iter().map(PointId::as_str).collect(),
            response,
            responded_ms,
            answer: turn.answer(),
            outcome,
            reason,
            score: said.as_ref().and_then(|said| said.score),
            grade: said.and_then(|said| said.grade),
            tokens: TokensShape::of(turn.tokens()),
            regraded: turn.regraded.and_then(rfc3339),
            earlier: turn.earlier.iter().map(|outcome| OutcomeShape::of(outcome, turn, level)).collect(),
        }
    }
}

impl<'a> OutcomeShape<'a> {
    /// Takes the level for scores; `None` where there are none.
    fn of(outcome: &'a Outcome, turn: &'a Turn, level: Option<Level>) -> Self {
        match outcome {
            Outcome::Graded(grade) => Self {
                outcome: "graded",
                reason: None,
                score: score(grade, level),
                grade: Some(GradeShape::of(grade, turn, level)),
            },
            Outcome::Ungraded { reason } => {
                Self { outcome: "ungraded", reason: Some(reason), score: None, grade: None }
            }
        }
    }
}

fn score(grade: &Grade, level: Option<Level>) -> Option<f64> {
    grade.score(level?).map(Score::as_f64)
}

impl<'a> SaidShape<'a> {
    fn of(said: &'a Said) -> Self {
        Self {
            occasion: said.occasion.as_str(),
            text: &said.text,
            authored: said.authored,
            leaks: said.leaks,
            cut: said.cut,
            tokens_in: said.tokens.input,
            tokens_out: said.tokens.output,
            model: &said.model,
            prompt_hash: said.prompt.as_str(),
        }
    }
}

impl<'a> InquiryShape<'a> {
    fn of(inquiry: &'a Inquiry) -> Self {
        Self { text: &inquiry.text, asked_ms: inquiry.at, reply: inquiry.reply.as_ref().map(SaidShape::of) }
    }
}

impl<'a> GradeShape<'a> {
    fn of(grade: &'a Grade, turn: &'a Turn, level: Option<Level>) -> Self {
        let second = |second: &'a Grade| SecondShape {
            score: score(second, level),
            grade: GradeShape::of(second, turn, level),
        };
        Self {
            verdicts: grade.verdicts.iter().map(|verdict| VerdictShape::of(verdict, turn)).collect(),
            misconceptions: grade.misconceptions.iter().map(MisconceptionShape::of).collect(),
            flags: grade.flags.iter().map(|flag| flag.as_str()).collect(),
            grader: GraderShape::of(&grade.provenance),
            fallback: grade.provenance.fallback.as_ref().map(FallbackShape::of),
            second: grade.second.as_deref().map(|other| Box::new(second(other))),
        }
    }
}

impl<'a> FallbackShape<'a> {
    fn of(fallback: &'a Fallback) -> Self {
        let Fallback { grader, model, reason } = fallback;
        Self { grader, model: model.as_deref(), reason }
    }
}

impl<'a> VerdictShape<'a> {
    fn of(judged: &'a PointVerdict, turn: &Turn) -> Self {
        let PointVerdict { point, verdict, evidence, reason } = judged;
        Self {
            point: point.id.as_str(),
            text: &point.text,
            weight: point.weight,
            level: point.level.as_str(),
            facet: point.facet.as_str(),
            verdict: verdict.as_str(),
            assisted: turn.assisted(&point.id),
            evidence: evidence.iter().map(EvidenceShape::of).collect(),
            reason,
            disputed: label(&turn.disputes, &point.id),
        }
    }
}

fn label(disputes: &[Dispute], point: &PointId) -> Option<&'static str> {
    disputes.iter().find(|dispute| dispute.point == *point).map(|dispute| dispute.label.as_str())
}

impl<'a> MisconceptionShape<'a> {
    pub(super) fn of(found: &'a FoundMisconception) -> Self {
        Self {
            id: found.id.as_str(),
            text: &found.text,
            correction: &found.correction,
            penalty: found.penalty,
            evidence: found.evidence.iter().map(EvidenceShape::of).collect(),
        }
    }
}

impl<'a> EvidenceShape<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self { start: evidence.start, end: evidence.end, quote: &evidence.quote }
    }
}

impl<'a> GraderShape<'a> {
    fn of(provenance: &'a Provenance) -> Self {
        Self {
            name: &provenance.grader,
            version: &provenance.version,
            model: provenance.model.as_deref(),
            prompt_hash: provenance.prompt.as_ref().map(|hash| hash.as_str()),
            rubric_hash: provenance.rubric.as_str(),
            lexicon_hash: provenance.lexicon.as_ref().map(|hash| hash.as_str()),
        }
    }
}
