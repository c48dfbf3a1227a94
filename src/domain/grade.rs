//! What a grader says of an answer: verdicts with evidence, never a score.

use serde::{Deserialize, Serialize};

use super::exchange::{Exchange, Fallback};
use super::hash::ContentHash;
use super::id::{MisconceptionId, PointId};
use super::question::{KeyPoint, Misconception};
use super::words::{Facet, Level, Verdict};

/// A span of the candidate's own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Evidence {
    /// Byte offset into the answer as given, of the first byte.
    pub start: usize,
    /// Byte offset behind the last byte.
    pub end: usize,
    /// The words between the two.
    pub quote: String,
}

impl Evidence {
    /// Cuts the span out of the answer; `None` when it is empty, out of range, or splits a character.
    #[must_use]
    pub fn cut(answer: &str, start: usize, end: usize) -> Option<Self> {
        let quote = answer.get(start..end).filter(|quote| !quote.is_empty())?;
        Some(Self { start, end, quote: quote.to_owned() })
    }

    /// Whether the answer has exactly these words at exactly this place.
    #[must_use]
    pub fn holds_in(&self, answer: &str) -> bool {
        !self.quote.is_empty() && answer.get(self.start..self.end) == Some(self.quote.as_str())
    }
}

/// The part of a key point that a grade keeps, so that it can be read without the pack that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradedPoint {
    /// The key point's id.
    pub id: PointId,
    /// What it teaches.
    pub text: String,
    /// What it counts: 1 to 3.
    pub weight: u8,
    /// The bar at which it is expected.
    pub level: Level,
    /// What kind of idea it is.
    pub facet: Facet,
}

impl From<&KeyPoint> for GradedPoint {
    fn from(point: &KeyPoint) -> Self {
        Self {
            id: point.id.clone(),
            text: point.text.clone(),
            weight: point.weight,
            level: point.level,
            facet: point.facet,
        }
    }
}

/// A verdict on one key point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointVerdict {
    /// What was judged.
    pub point: GradedPoint,
    /// The judgement.
    pub verdict: Verdict,
    /// The words that earned it; never empty for `hit`, `partial` and `contradicted`.
    pub evidence: Vec<Evidence>,
    /// Why, in one or two sentences for the candidate.
    pub reason: String,
}

/// A misconception found in the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMisconception {
    /// The misconception's id.
    pub id: MisconceptionId,
    /// The wrong claim.
    pub text: String,
    /// What is right instead.
    pub correction: String,
    /// What it costs, in the units of the weights.
    pub penalty: u8,
    /// The words that betray it; never empty.
    pub evidence: Vec<Evidence>,
}

impl FoundMisconception {
    /// Records that the misconception was found at the given places.
    #[must_use]
    pub fn new(misconception: &Misconception, evidence: Vec<Evidence>) -> Self {
        let Misconception { id, text, correction, penalty, .. } = misconception.clone();
        Self { id, text, correction, penalty, evidence }
    }
}

/// Something about an answer as a whole that the candidate should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// There was nothing to grade.
    Empty,
    /// It says the question back.
    QuestionEcho,
    /// It lists words without saying anything of them.
    KeywordList,
    /// Its words are in an order that says nothing.
    Jumbled,
    /// It was longer than the grader reads; the rest was left out.
    CutOff,
    /// A quote that the grader gave did not count and lost its credit.
    UnverifiedQuote,
    /// The grader credits something that nothing else in the answer's words confirms: it earns half.
    Unconfirmed,
    /// It speaks to the grader: such words earn nothing.
    AddressesGrader,
    /// The grader and the offline grader are far apart; both grades are kept.
    GradersDisagree,
    /// The chosen grader failed, and the offline grader judged instead.
    OfflineFallback,
}

impl Flag {
    /// Returns the flag as it is written in machine-readable output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::QuestionEcho => "question-echo",
            Self::KeywordList => "keyword-list",
            Self::Jumbled => "jumbled",
            Self::CutOff => "cut-off",
            Self::UnverifiedQuote => "unverified-quote",
            Self::Unconfirmed => "unconfirmed",
            Self::AddressesGrader => "addresses-grader",
            Self::GradersDisagree => "graders-disagree",
            Self::OfflineFallback => "offline-fallback",
        }
    }

    /// Returns what to tell the candidate.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Empty => "there was nothing to grade",
            Self::QuestionEcho => "this says the question back; that earns nothing",
            Self::KeywordList => "this lists words without saying anything of them; a list earns nothing",
            Self::Jumbled => "the words stand in an order that says nothing; that earns nothing",
            Self::CutOff => "the answer was longer than the grader reads; the rest was left out",
            Self::UnverifiedQuote => "words that do not count were given as evidence, and lost their credit",
            Self::Unconfirmed => "some of this is credited on the grader's word alone, and earns half",
            Self::AddressesGrader => {
                "this speaks to the grader; only what the offline grader finds, too, was credited"
            }
            Self::GradersDisagree => {
                "the offline grader judges this quite differently; its grade is kept beside this one"
            }
            Self::OfflineFallback => "the chosen grader failed, so the offline grader judged this",
        }
    }
}

/// What a grade was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The grader's name, as in `rubric`.
    pub grader: String,
    /// The grader's version.
    pub version: String,
    /// The model, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Fingerprint of the prompt, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<ContentHash>,
    /// Fingerprint of the rubric.
    pub rubric: ContentHash,
    /// Fingerprint of the lexicon, where one was used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon: Option<ContentHash>,
    /// What a model or a program said, where one was asked: enough to work the grade out again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// Why it is not the chosen grader's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
}

/// The verdicts of one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grade {
    /// One verdict for every key point of the rubric, of all levels, in the rubric's order.
    pub verdicts: Vec<PointVerdict>,
    /// The misconceptions found, in the rubric's order.
    pub misconceptions: Vec<FoundMisconception>,
    /// What else there is to say of the answer; sorted, each once.
    pub flags: Vec<Flag>,
    /// What the grade was made with.
    pub provenance: Box<Provenance>,
    /// The offline grader's grade, where the two are far apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<Box<Grade>>,
}

/// What comes of an attempt to grade. Not graded is not wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// The grader judged the answer.
    Graded(Grade),
    /// The grader failed; the answer counts neither for nor against.
    Ungraded {
        /// Why, for the candidate.
        reason: String,
    },
}

impl Outcome {
    /// Returns the grade, where there is one.
    #[must_use]
    pub fn grade(&self) -> Option<&Grade> {
        match self {
            Self::Graded(grade) => Some(grade),
            Self::Ungraded { .. } => None,
        }
    }

    /// Whether the grader that was chosen failed, so that another one judged or nobody did.
    #[must_use]
    pub fn is_makeshift(&self) -> bool {
        self.grade().is_none_or(|grade| grade.flags.contains(&Flag::OfflineFallback))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_cut_at_character_borders_only() {
        let answer = "naïve cache";
        assert_eq!(Evidence::cut(answer, 0, 6).map(|e| e.quote), Some("naïve".to_owned()));
        assert_eq!(Evidence::cut(answer, 0, 3), None);
        assert_eq!(Evidence::cut(answer, 4, 4), None);
        assert_eq!(Evidence::cut(answer, 4, 400), None);
    }

    #[test]
    fn moved_evidence_does_not_hold() {
        let evidence = Evidence::cut("one two", 4, 7).unwrap();
        assert!(evidence.holds_in("one two"));
        assert!(!evidence.holds_in("two one"));
    }
}
