//! From the questions' scores to what an interviewer would write at the end of the round.
//!
//! The thresholds are reasoned, not measured. They were chosen on a usual rubric, whose weights are 3, 3, 2, 2, 1
//! (two ideas at the heart, two solid, one good to have), by what an interviewer would make of such an answer.

use super::Asked;
use crate::domain::score::Score;
use crate::domain::standing::State;
use crate::domain::words::{Decision, Level};

/// From here on "strong hire", in tenths. All but the good-to-have idea earns 9.1 and passes;
/// all but one solid idea earns 8.2 and does not.
pub const STRONG_HIRE: u16 = 85;

/// From here on "hire", in tenths. The heart and one solid idea earn 7.3.
pub const HIRE: u16 = 70;

/// From here on "lean hire", in tenths. The heart alone earns 5.5.
/// It lies above 5.0, which is what naming every idea and explaining none would earn.
pub const LEAN_HIRE: u16 = 55;

/// From here on "lean no hire", in tenths. One idea of the heart and one solid idea earn 4.5.
pub const LEAN_NO_HIRE: u16 = 40;

/// With fewer graded questions than this there is no decision: one lucky or unlucky question would make it.
pub const MIN_GRADED: usize = 3;

/// What the answers amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Enough was graded to say.
    Decided(Decision),
    /// Too few answers to decide.
    TooFew {
        /// The questions that were graded; below [`MIN_GRADED`].
        graded: usize,
    },
}

/// The decision at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelDecision {
    /// The bar.
    pub level: Level,
    /// The round's score at that bar; `None` where nothing counts.
    pub score: Option<Score>,
    /// What it amounts to.
    pub ruling: Ruling,
}

/// Returns the decision that a score amounts to.
#[must_use]
pub fn decide(score: Score) -> Decision {
    match score.tenths() {
        STRONG_HIRE.. => Decision::StrongHire,
        HIRE.. => Decision::Hire,
        LEAN_HIRE.. => Decision::LeanHire,
        LEAN_NO_HIRE.. => Decision::LeanNoHire,
        _ => Decision::NoHire,
    }
}

/// Decides at a level.
pub(super) fn at(level: Level, asked: &[Asked<'_>]) -> LevelDecision {
    let score = mean(level, asked);
    let graded = asked
        .iter()
        .filter(|asked| asked.state == State::Graded && asked.standing.score(level).is_some())
        .count();
    let ruling = match score {
        Some(score) if graded >= MIN_GRADED => Ruling::Decided(decide(score)),
        Some(_) | None => Ruling::TooFew { graded },
    };
    LevelDecision { level, score, ruling }
}

/// Returns the round's score at a level.
pub(super) fn mean(level: Level, asked: &[Asked<'_>]) -> Option<Score> {
    Score::mean(asked.iter().filter_map(|asked| asked.standing.score(level)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::report::fixture::round;

    #[test]
    fn a_usual_rubric_is_decided_as_an_interviewer_would() {
        for (earned, expected) in [
            (11.0, Decision::StrongHire),
            (10.0, Decision::StrongHire),
            (9.0, Decision::Hire),
            (8.0, Decision::Hire),
            (6.0, Decision::LeanHire),
            (5.5, Decision::LeanNoHire),
            (5.0, Decision::LeanNoHire),
            (4.0, Decision::NoHire),
            (0.0, Decision::NoHire),
        ] {
            let score = Score::of((earned * 4.0) as u32, 44).unwrap();
            assert_eq!(decide(score), expected, "{earned} of 11");
        }
    }

    #[test]
    fn the_same_answers_are_decided_at_each_level() {
        let levels: Vec<_> = Report::of(&round())
            .levels
            .iter()
            .map(|at| (at.level, at.score.map(Score::tenths), at.ruling))
            .collect();
        assert_eq!(
            levels,
            [
                (Level::Mid, Some(52), Ruling::Decided(Decision::LeanNoHire)),
                (Level::Senior, Some(49), Ruling::Decided(Decision::LeanNoHire)),
                (Level::Staff, Some(45), Ruling::Decided(Decision::LeanNoHire)),
            ]
        );
    }

    #[test]
    fn two_graded_questions_decide_nothing() {
        let mut round = round();
        round.turns.retain(|turn| turn.question != 2);
        for at in Report::of(&round).levels {
            assert_eq!(at.ruling, Ruling::TooFew { graded: 2 });
            assert!(at.score.is_some());
        }
    }
}
