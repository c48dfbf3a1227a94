//! What is derived from a transcript: scores, shares, the decision at each level, gaps, advice; and from labelled
//! answers: a [`scorecard`].
//!
//! Everything is computed here, once, by the arithmetic of [`crate::domain::score`]. The exporters and the
//! terminal only write it out, and the wording is theirs.

pub mod advice;
pub mod decision;
#[cfg(test)]
pub(crate) mod fixture;
pub mod gap;
pub mod scorecard;
pub mod share;
pub mod time;

pub use advice::Advice;
pub use decision::{LevelDecision, Ruling};
pub use gap::Gap;
pub use share::{Part, Share};

use crate::domain::grade::FoundMisconception;
use crate::domain::id::{QuestionId, SessionId, TopicId};
use crate::domain::plan::PlannedQuestion;
use crate::domain::score::Score;
use crate::domain::standing::{Standing, State};
use crate::domain::transcript::{Elapsed, Response, Transcript, Turn, TurnKind};
use crate::domain::words::{Facet, Level, Purpose, Verdict};

/// What one round shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The session's name.
    pub session: SessionId,
    /// The scenario's title, where there was a scenario.
    pub scenario: Option<String>,
    /// The session's level: the bar of every score and share that names no other.
    pub level: Level,
    /// The mean over the questions asked; a skipped or empty one counts 0, and one that could not be graded
    /// is left out. `None` where nothing is left.
    pub score: Option<Score>,
    /// The decision at every level, from the same answers.
    pub levels: Vec<LevelDecision>,
    /// Every question of the plan, in its order.
    pub questions: Vec<QuestionReport>,
    /// By topic, in the order of asking. A skipped or empty question earns nothing of what was possible.
    pub by_topic: Vec<Part<TopicId>>,
    /// By purpose; a question counts for each of its purposes.
    pub by_purpose: Vec<Part<Purpose>>,
    /// By facet, over graded answers alone: a skip does not tell what kind of idea is lacking.
    /// Penalties belong to no facet and are not in here.
    pub by_facet: Vec<Part<Facet>>,
    /// What else can be counted.
    pub counts: Counts,
    /// The key points that cost the most, at most [`gap::MAX_GAPS`].
    pub gaps: Vec<Gap>,
    /// The misconceptions found, in the order of the questions.
    pub misconceptions: Vec<Held>,
    /// What to do about it, the most urgent first.
    pub advice: Vec<Advice>,
    /// Active time of the round.
    pub elapsed: Elapsed,
}

/// What came of a question at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionResult {
    /// It was graded.
    Scored(Score),
    /// The candidate passed; counts as 0.
    Skipped,
    /// Nothing was in the answer; counts as 0.
    Empty,
    /// There is an answer without a verdict; left out.
    Ungraded,
    /// It was not asked, or the round ended before anything came back; left out.
    NotReached,
}

/// One question of the round.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionReport {
    /// The question's id.
    pub id: QuestionId,
    /// The question as it was asked, without its tie to the scenario.
    pub wording: String,
    /// What came of it at the session's level.
    pub result: QuestionResult,
    /// What was earned of what was possible at the session's level.
    pub share: Share,
    /// The best that was said of each point.
    pub standing: Standing,
    /// Active time from each asking to what came back, over all turns.
    pub time: Elapsed,
}

/// What can be counted in a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Hints shown.
    pub hints: usize,
    /// Probes asked.
    pub probes: usize,
    /// Key points of any level of which the opposite stands.
    pub contradictions: usize,
    /// Misconceptions found.
    pub misconceptions: usize,
    /// Verdicts that the candidate disagrees with.
    pub disputes: usize,
}

/// A misconception that the candidate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Where it came out.
    pub question: QuestionId,
    /// The claim, its correction and the words that betray it.
    pub found: FoundMisconception,
}

impl Report {
    /// Derives the report of a round, finished or not.
    #[must_use]
    pub fn of(transcript: &Transcript) -> Self {
        let plan = &transcript.plan;
        let asked: Vec<Asked<'_>> = plan
            .questions
            .iter()
            .enumerate()
            .map(|(index, planned)| Asked::of(transcript, index, planned))
            .collect();
        let questions: Vec<QuestionReport> = asked.iter().map(|asked| asked.report(plan.level)).collect();
        let levels = Level::ALL.iter().map(|level| decision::at(*level, &asked)).collect();
        let by_facet = by_facet(&asked, plan.level);
        let counts = count(transcript, &asked);
        Self {
            session: plan.session.clone(),
            scenario: plan.scenario.as_ref().map(|scenario| scenario.title.clone()),
            level: plan.level,
            score: decision::mean(plan.level, &asked),
            levels,
            by_topic: share::parts(questions.iter().map(|question| (question.id.topic(), question.share))),
            by_purpose: by_purpose(&asked, plan.level),
            gaps: gap::widest(&asked, plan.level),
            misconceptions: held(&asked),
            advice: advice::derive(&questions, &by_facet, &counts, plan.level),
            questions,
            by_facet,
            counts,
            elapsed: transcript.elapsed,
        }
    }
}

/// A question of the plan with all that came of it.
struct Asked<'a> {
    planned: &'a PlannedQuestion,
    standing: Standing,
    state: State,
    time: Elapsed,
}

impl<'a> Asked<'a> {
    fn of(transcript: &Transcript, index: usize, planned: &'a PlannedQuestion) -> Self {
        let standing = Standing::of(transcript, index);
        // An answer that still waits for its grade is not a question that was never reached.
        let waits = transcript.turns_of(index).any(|(_, turn)| turn.answer().is_some());
        let state = if standing.state == State::Open && waits { State::Ungraded } else { standing.state };
        let time = transcript.turns_of(index).fold(0, |sum: Elapsed, (_, turn)| {
            sum.saturating_add(ended(turn, transcript.elapsed).saturating_sub(turn.asked))
        });
        Self { planned, standing, state, time }
    }

    fn report(&self, level: Level) -> QuestionReport {
        QuestionReport {
            id: self.planned.question.id.clone(),
            wording: self.planned.question.wording.clone(),
            result: self.result(level),
            share: Share::of_question(self, level),
            standing: self.standing.clone(),
            time: self.time,
        }
    }

    fn result(&self, level: Level) -> QuestionResult {
        match self.state {
            State::Open => QuestionResult::NotReached,
            State::Skipped => QuestionResult::Skipped,
            State::Empty => QuestionResult::Empty,
            State::Ungraded => QuestionResult::Ungraded,
            State::Graded => {
                self.standing.score(level).map_or(QuestionResult::Ungraded, QuestionResult::Scored)
            }
        }
    }
}

/// When the turn was over; a turn without a response lasts until the transcript's end.
fn ended(turn: &Turn, now: Elapsed) -> Elapsed {
    match turn.response {
        Response::Pending => now,
        Response::Answered { at, .. } | Response::Empty { at } | Response::Skipped { at } => at,
    }
}

fn by_purpose(asked: &[Asked<'_>], level: Level) -> Vec<Part<Purpose>> {
    let mut parts = share::parts(asked.iter().flat_map(|asked| {
        let share = Share::of_question(asked, level);
        asked.planned.question.purposes.iter().map(move |purpose| (*purpose, share))
    }));
    parts.sort_by_key(|part| part.of);
    parts
}

fn by_facet(asked: &[Asked<'_>], level: Level) -> Vec<Part<Facet>> {
    let mut parts = share::parts(asked.iter().flat_map(|asked| {
        Facet::ALL.iter().map(move |facet| (*facet, Share::of_facet(asked, *facet, level)))
    }));
    parts.sort_by_key(|part| part.of);
    parts
}

fn count(transcript: &Transcript, asked: &[Asked<'_>]) -> Counts {
    let points = || asked.iter().flat_map(|asked| &asked.standing.points);
    Counts {
        hints: transcript.turns.iter().map(|turn| turn.hints.len()).sum(),
        probes: transcript.turns.iter().filter(|turn| matches!(turn.kind, TurnKind::Probe { .. })).count(),
        contradictions: points().filter(|point| point.verdict == Verdict::Contradicted).count(),
        misconceptions: asked.iter().map(|asked| asked.standing.misconceptions.len()).sum(),
        disputes: transcript.turns.iter().map(|turn| turn.disputes.len()).sum(),
    }
}

fn held(asked: &[Asked<'_>]) -> Vec<Held> {
    asked
        .iter()
        .flat_map(|asked| {
            asked
                .standing
                .misconceptions
                .iter()
                .map(|found| Held { question: asked.planned.question.id.clone(), found: found.clone() })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fixture::{any_transcript, round};
    use super::*;

    #[test]
    fn every_question_has_its_own_kind_of_result() {
        let report = Report::of(&round());
        let results: Vec<(QuestionResult, Elapsed)> =
            report.questions.iter().map(|question| (question.result, question.time)).collect();
        let scored = |tenths: u32| QuestionResult::Scored(Score::of(tenths, 100).unwrap());
        assert_eq!(
            results,
            [
                (scored(54), 240_000),
                (scored(60), 120_000),
                (scored(80), 120_000),
                (QuestionResult::Skipped, 10_000),
                (QuestionResult::Ungraded, 120_000),
                (QuestionResult::NotReached, 0),
            ]
        );
        assert_eq!(report.score, Score::mean([54, 60, 80, 0].map(|tenths| Score::of(tenths, 100).unwrap())));
    }

    #[test]
    fn an_answer_without_its_grade_is_not_an_unreached_question() {
        let mut round = round();
        round.turns.iter_mut().for_each(|turn| turn.outcome = None);
        let report = Report::of(&round);
        assert_eq!(report.questions.first().unwrap().result, QuestionResult::Ungraded);
    }

    #[test]
    fn counts_help_and_faults() {
        let report = Report::of(&round());
        let counts = Counts { hints: 1, probes: 1, contradictions: 0, misconceptions: 1, disputes: 1 };
        assert_eq!(report.counts, counts);
        let held: Vec<_> = report
            .misconceptions
            .iter()
            .map(|held| (held.question.as_str(), held.found.id.as_str()))
            .collect();
        assert_eq!(held, [("cache/cache-down", "cache-never-fails")]);
    }

    fn in_range<T>(parts: &[Part<T>]) -> bool {
        parts.iter().all(|part| (0.0..=part.share.possible()).contains(&part.share.earned()))
    }

    proptest! {
        #[test]
        fn any_transcript_has_a_report(transcript in any_transcript()) {
            let report = Report::of(&transcript);
            prop_assert_eq!(report.questions.len(), transcript.plan.questions.len());
            prop_assert!(in_range(&report.by_topic) && in_range(&report.by_purpose) && in_range(&report.by_facet));
            prop_assert!(report.gaps.len() <= gap::MAX_GAPS);
            prop_assert!(report.gaps.iter().all(|gap| (1..=100).contains(&gap.cost)));
        }

        #[test]
        fn a_share_is_the_score_of_its_question(transcript in any_transcript()) {
            for question in Report::of(&transcript).questions {
                if let QuestionResult::Scored(score) = question.result {
                    prop_assert_eq!(question.share.percent(), Some(score.tenths()));
                }
            }
        }
    }
}
