//! From claims to verdicts: what has no evidence earns nothing, and what nothing confirms earns half.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::foreign::spaced;
use super::{Case, Claim, Claims, Unusable};
use crate::domain::grade::{
    Evidence, Flag, FoundMisconception, Grade, GradedPoint, PointVerdict, Provenance,
};
use crate::domain::question::{KeyPoint, Misconception};
use crate::domain::score::quarters;
use crate::domain::words::{Level, Verdict};
use crate::grader::rubric::Ground;

/// A quote of fewer different words with subject matter is no evidence.
const QUOTE_FROM: usize = 3;
/// One word fewer will do for half of a point that the quote names, where the sentence has no more: "Counters in Redis."
const MENTION_FROM: usize = 2;
/// A grader whose quotes have hardly a word of the points that it credits is wrong about the answer, or misled by it:
/// from so many such credits on ...
const BASELESS_FROM: usize = 3;
/// ... that are more than one in so many of all credits. Of honest ones, one in a hundred is.
const BASELESS_SHARE: usize = 3;
/// Nor is one of more words: it would stand for the whole answer. Two long sentences have as many.
const QUOTE_TO: usize = 80;
/// A passage is evidence for at most so many points.
const POINTS_PER_QUOTE: usize = 2;
/// Further quotes of one claim are not looked at.
const QUOTES: usize = 4;
/// A reply that leaves out more than one in so many points, by weight, is not used at all.
const LEFT_OUT: u32 = 4;
/// The scores of two grades that differ by more than this, in tenths of a point, are far apart.
const FAR_APART: u16 = 40;

/// Why a quote is no evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    None,
    NotThere,
    TooShort,
    TooLong,
    NotTheirs,
    Injected,
    Reused,
}

impl Refusal {
    /// Returns the reason, for the candidate.
    fn reason(self) -> &'static str {
        match self {
            Self::None => "the grader credits this and quotes nothing for it",
            Self::NotThere => "the grader credits this with words that are not in the answer",
            Self::TooShort => "the grader credits this with a quote of too few words",
            Self::TooLong => "the grader credits this with a quote that is too long to be evidence of it",
            Self::NotTheirs => {
                "the grader credits this with words of the question or of its reference answer"
            }
            Self::Injected => "the grader credits this with words that speak to the grader",
            Self::Reused => {
                "the grader credits this with words that are evidence of two other points already"
            }
        }
    }
}

impl Case<'_> {
    /// Judges by a reply: its claims, as far as the answer bears them out.
    pub(in crate::grader) fn judge_by(
        &self,
        reply: &str,
        decoy: Option<&str>,
        provenance: Provenance,
    ) -> Result<Grade, Unusable> {
        let claims = Claims::read(reply, &self.request.question.rubric, decoy)?;
        let ground = self.ground.as_ref().ok_or(Unusable::Missing)?;
        self.check_left_out(&claims)?;
        let misled = "the grader credits much that its quotes do not bear out, so that the offline grader's verdict counts here";
        let spoken_to = "the answer speaks to the grader, so that the offline grader's verdict counts here";
        let mut bench = Bench::new(self, ground, (!self.injected.is_empty()).then_some(spoken_to));
        let grade = bench.grade(&claims, &provenance);
        if bench.strict.is_none() && bench.is_misled() {
            return Ok(Bench::new(self, ground, Some(misled)).grade(&claims, &provenance));
        }
        Ok(grade)
    }

    /// What was left out would count for nothing, and so raise the score: little of it, and never where the answer
    /// asks for favours.
    fn check_left_out(&self, claims: &Claims) -> Result<(), Unusable> {
        let weight = |points: &mut dyn Iterator<Item = &KeyPoint>| -> u32 {
            points.map(|point| u32::from(point.weight)).sum()
        };
        let points = &self.request.question.rubric.points;
        let is_left_out = |point: &&KeyPoint| claims.points.iter().all(|claim| claim.id != point.id.as_str());
        let left_out = weight(&mut points.iter().filter(is_left_out));
        if left_out * LEFT_OUT > weight(&mut points.iter()) || (left_out > 0 && !self.injected.is_empty()) {
            return Err(Unusable::Missing);
        }
        Ok(())
    }
}

/// Where the claims on one answer are heard, in the rubric's order.
struct Bench<'a> {
    case: &'a Case<'a>,
    ground: &'a Ground,
    /// Why nothing is credited that the offline grader does not credit, too; where that is so.
    strict: Option<&'static str>,
    /// How many points were credited, and with how many of them the quotes have nothing to do.
    credited: usize,
    baseless: usize,
    /// The words of the passages that are evidence already, one entry for each point.
    taken: Vec<Vec<BTreeSet<usize>>>,
    flags: BTreeSet<Flag>,
}

impl<'a> Bench<'a> {
    fn new(case: &'a Case<'a>, ground: &'a Ground, strict: Option<&'static str>) -> Self {
        let flags = case.flags().into_iter().collect();
        Self { case, ground, strict, credited: 0, baseless: 0, taken: Vec::new(), flags }
    }

    fn is_misled(&self) -> bool {
        self.baseless >= BASELESS_FROM && self.baseless * BASELESS_SHARE > self.credited
    }

    fn grade(&mut self, claims: &Claims, provenance: &Provenance) -> Grade {
        let rubric = &self.case.request.question.rubric;
        let by_id: HashMap<&str, &Claim> =
            claims.points.iter().map(|claim| (claim.id.as_str(), claim)).collect();
        let points = rubric.points.iter().enumerate();
        let verdicts =
            points.map(|(at, point)| self.point(at, point, by_id.get(point.id.as_str()).copied())).collect();
        let misconceptions =
            rubric.misconceptions.iter().filter_map(|wrong| self.misconception(wrong, claims)).collect();
        let mut grade = Grade {
            verdicts,
            misconceptions,
            flags: Vec::new(),
            provenance: Box::new(provenance.clone()),
            second: None,
        };
        if far_apart(&grade, &self.case.offline) {
            self.flags.insert(Flag::GradersDisagree);
            grade.second = Some(Box::new(self.case.offline.clone()));
        }
        grade.flags = self.flags.iter().copied().collect();
        grade
    }

    fn point(&mut self, at: usize, point: &KeyPoint, claim: Option<&Claim>) -> PointVerdict {
        let graded = GradedPoint::from(point);
        let judged = |verdict, evidence, reason| PointVerdict { point: graded, verdict, evidence, reason };
        let Some(claim) = claim else {
            return judged(Verdict::Ungraded, Vec::new(), "the grader says nothing of this".to_owned());
        };
        if matches!(claim.verdict, Verdict::Missed | Verdict::Ungraded) {
            return judged(claim.verdict, Vec::new(), claim.reason.clone());
        }
        let offline = self.case.offline.verdicts.get(at);
        if let Some((strict, offline)) = self.strict.zip(offline)
            && earns(claim.verdict) >= earns(offline.verdict)
        {
            return judged(offline.verdict, offline.evidence.clone(), strict.to_owned());
        }
        let (evidence, refusal) = self.evidence(Some(at), &claim.quotes);
        if evidence.is_empty() {
            self.flags.insert(Flag::UnverifiedQuote);
            // What the offline grader finds by itself does not hang on the quote.
            let found = offline
                .filter(|found| refusal == Refusal::Reused && earns(found.verdict) <= earns(claim.verdict));
            return match found.filter(|found| !found.evidence.is_empty()) {
                Some(found) => judged(found.verdict, found.evidence.clone(), found.reason.clone()),
                None => judged(Verdict::Missed, Vec::new(), refusal.reason().to_owned()),
            };
        }
        let quotes: Vec<Range<usize>> = evidence.iter().map(bytes).collect();
        let is_about = quotes.iter().any(|quote| self.is_about(at, quote));
        if earns(claim.verdict) > 0 {
            self.credited += 1;
            let names = quotes.iter().any(|quote| self.ground.names(at, quote));
            self.baseless += usize::from(!(is_about || claim.verdict == Verdict::Partial && names));
        }
        self.taken.push(quotes.iter().map(|quote| self.ground.words(quote)).collect());
        if claim.verdict == Verdict::Hit && !is_about {
            self.flags.insert(Flag::Unconfirmed);
            let reason = format!(
                "{} (half, since the quote has hardly a word that this point asks for)",
                claim.reason
            );
            return judged(Verdict::Partial, evidence, reason.trim_start().to_owned());
        }
        judged(claim.verdict, evidence, claim.reason.clone())
    }

    fn is_about(&self, at: usize, quote: &Range<usize>) -> bool {
        self.ground.telling(quote) >= QUOTE_FROM && self.ground.is_about(at, quote)
    }

    fn misconception(&self, wrong: &Misconception, claims: &Claims) -> Option<FoundMisconception> {
        let claimed = claims.misconceptions.iter().find(|(id, _)| id == wrong.id.as_str());
        let evidence = claimed.map(|(_, quotes)| self.evidence(None, quotes).0).unwrap_or_default();
        if evidence.is_empty() && self.strict.is_some() {
            return self.case.offline.misconceptions.iter().find(|found| found.id == wrong.id).cloned();
        }
        (!evidence.is_empty()).then(|| FoundMisconception::new(wrong, evidence))
    }

    /// Returns the quotes that are evidence, and why the last of the others is not.
    fn evidence(&self, point: Option<usize>, quotes: &[String]) -> (Vec<Evidence>, Refusal) {
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut refusal = Refusal::None;
        for quote in quotes.iter().take(QUOTES) {
            match self.place(point, quote) {
                Ok(place) => evidence.extend(Evidence::cut(self.case.seen, place.start, place.end)),
                Err(refused) => refusal = refused,
            }
        }
        evidence.sort();
        evidence.dedup();
        (evidence, refusal)
    }

    /// Finds a quote in the answer, the first place where it is evidence.
    fn place(&self, point: Option<usize>, quote: &str) -> Result<Range<usize>, Refusal> {
        let mut refusal = Refusal::NotThere;
        for place in self.case.folded.find(quote) {
            match self.refusal(point, &place) {
                None => return Ok(place),
                Some(refused) => refusal = refused,
            }
        }
        Err(refusal)
    }

    fn refusal(&self, point: Option<usize>, place: &Range<usize>) -> Option<Refusal> {
        let text = self.case.seen.get(place.clone()).unwrap_or_default();
        let words = spaced(text);
        let overlaps = |span: &Range<usize>| span.start < place.end && place.start < span.end;
        let names = |point| self.ground.names(point, place) && self.ground.is_whole_sentence(place);
        if self.ground.telling(place) < if point.is_some_and(names) { MENTION_FROM } else { QUOTE_FROM } {
            Some(Refusal::TooShort)
        } else if words.split_whitespace().count() > QUOTE_TO {
            Some(Refusal::TooLong)
        } else if self.ground.echoes(place) || self.case.foreign.contains(&words) {
            Some(Refusal::NotTheirs)
        } else if self.case.injected.iter().any(overlaps) {
            Some(Refusal::Injected)
        } else {
            self.is_used_up(place).then_some(Refusal::Reused)
        }
    }

    /// Whether two points have most of the same words for evidence already. To move a quote by a word helps nobody.
    fn is_used_up(&self, place: &Range<usize>) -> bool {
        let words = self.ground.words(place);
        let same =
            |other: &BTreeSet<usize>| 2 * other.intersection(&words).count() > other.len().min(words.len());
        self.taken.iter().filter(|quotes| quotes.iter().any(same)).count() >= POINTS_PER_QUOTE
    }
}

fn earns(verdict: Verdict) -> u32 {
    quarters(verdict, false).unwrap_or(0)
}

fn bytes(evidence: &Evidence) -> Range<usize> {
    evidence.start..evidence.end
}

/// Whether the scores differ by more than two fifths of the scale, at any level.
fn far_apart(one: &Grade, other: &Grade) -> bool {
    Level::ALL.iter().any(|level| {
        let scores = one.score(*level).zip(other.score(*level));
        scores.is_some_and(|(one, other)| one.tenths().abs_diff(other.tenths()) > FAR_APART)
    })
}
