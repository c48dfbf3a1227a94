//! What to do about it, derived by rule. The sentences are the renderers'.

use super::{Counts, Part, QuestionReport, QuestionResult};
use crate::domain::id::QuestionId;
use crate::domain::words::{Facet, Level, Verdict};

/// A facet is judged from this many graded key points on; below, it says more of the questions than of the candidate.
pub const MIN_FACET_POINTS: usize = 3;

/// A facet is weak when it earned less than this many hundredths: less than naming every idea would have earned.
pub const WEAK_FACET: u16 = 50;

/// Naming without explaining is a habit from this many key points on.
pub const MIN_NAMED: usize = 3;

/// One piece of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Advice {
    /// Unlearn what is wrong first.
    Misconceptions {
        /// How many were found.
        count: usize,
    },
    /// Say something, even if unsure: these were skipped or left empty.
    Skipped {
        /// The questions, in the order of asking.
        questions: Vec<QuestionId>,
    },
    /// One kind of idea is lacking more than any other.
    WeakFacet {
        /// The kind.
        facet: Facet,
        /// The questions in which it was graded.
        questions: usize,
        /// What it earned, in hundredths of what was possible.
        percent: u16,
    },
    /// Ideas are named and not explained.
    NamedOnly {
        /// The key points that are `partial`; at least as many as are `hit`.
        points: usize,
    },
}

/// Derives the advice, the most urgent first.
pub(super) fn derive(
    questions: &[QuestionReport],
    by_facet: &[Part<Facet>],
    counts: &Counts,
    level: Level,
) -> Vec<Advice> {
    let misconceptions =
        (counts.misconceptions > 0).then_some(Advice::Misconceptions { count: counts.misconceptions });
    [misconceptions, skipped(questions), weakest_facet(by_facet), named_only(questions, level)]
        .into_iter()
        .flatten()
        .collect()
}

fn skipped(questions: &[QuestionReport]) -> Option<Advice> {
    let questions: Vec<QuestionId> = questions
        .iter()
        .filter(|question| matches!(question.result, QuestionResult::Skipped | QuestionResult::Empty))
        .map(|question| question.id.clone())
        .collect();
    (!questions.is_empty()).then_some(Advice::Skipped { questions })
}

fn weakest_facet(by_facet: &[Part<Facet>]) -> Option<Advice> {
    by_facet
        .iter()
        .filter(|part| part.share.points >= MIN_FACET_POINTS)
        .filter_map(|part| Some((part.share.percent()?, part)))
        .filter(|(percent, _)| *percent < WEAK_FACET)
        .min_by_key(|(percent, _)| *percent)
        .map(|(percent, part)| Advice::WeakFacet { facet: part.of, questions: part.questions, percent })
}

fn named_only(questions: &[QuestionReport], level: Level) -> Option<Advice> {
    let count = |verdict: Verdict| {
        questions
            .iter()
            .flat_map(|question| &question.standing.points)
            .filter(|standing| standing.point.level <= level && standing.verdict == verdict)
            .count()
    };
    let points = count(Verdict::Partial);
    (points >= MIN_NAMED && points >= count(Verdict::Hit)).then_some(Advice::NamedOnly { points })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::grade::Outcome;
    use crate::report::Report;
    use crate::report::fixture::{id, round};

    #[test]
    fn puts_misconceptions_first() {
        assert_eq!(
            Report::of(&round()).advice,
            [
                Advice::Misconceptions { count: 1 },
                Advice::Skipped { questions: vec![id("scale/hot-key")] },
                Advice::WeakFacet { facet: Facet::Detection, questions: 3, percent: 6 },
            ]
        );
    }

    #[test]
    fn a_round_that_only_names_things_hears_of_it() {
        let mut round = round();
        for turn in &mut round.turns {
            turn.hints.clear();
            let Some(Outcome::Graded(grade)) = &mut turn.outcome else { continue };
            grade.misconceptions.clear();
            grade.verdicts.iter_mut().for_each(|verdict| verdict.verdict = Verdict::Partial);
        }
        round.turns.retain(|turn| turn.grade().is_some());
        assert_eq!(Report::of(&round).advice, [Advice::NamedOnly { points: 8 }]);
    }
}
