//! Questions of one's own, made as those of a pack are for whoever judges key point by key point: the points are the
//! sentences of a reference answer.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::bench::Task;
use crate::content::Catalog;
use crate::content::check::GradeFn;
use crate::content::import::Deriver;
use crate::domain::grade::{Flag, Outcome};
use crate::domain::id::QuestionId;
use crate::domain::question::{Question, Rubric};
use crate::domain::words::{Level, Purpose};
use crate::grader::Grader;
use crate::grader::rubric::RubricGrader;

/// The id of all of them; nothing is kept under it.
const ID: &str = "own/question";

/// Makes questions, and has answers to them judged.
pub(super) struct OwnQuestions<'a> {
    catalog: &'a Catalog,
    offline: &'a RubricGrader,
    judge: &'a GradeFn<'a>,
    /// Made when it is first needed: it reads all that the packs say.
    deriver: OnceCell<Deriver<'a>>,
}

impl<'a> OwnQuestions<'a> {
    /// Makes none yet. `judge` is the offline grader, which says whether a key point can be found at all.
    pub(super) fn new(catalog: &'a Catalog, offline: &'a RubricGrader, judge: &'a GradeFn<'a>) -> Self {
        Self { catalog, offline, judge, deriver: OnceCell::new() }
    }

    /// Has an answer judged; offline by the reference itself where no key points can be made of that, or where the
    /// grader fails.
    pub(super) async fn grade(&self, grader: &dyn Grader, task: &Task<'_>) -> Outcome {
        match self.question(task) {
            Some(question) => self.settled(task, grader.grade(task.request(&question)).await),
            None => Outcome::Graded(task.offline(self.offline)),
        }
    }

    /// Returns what an answer is judged by; `None` where the reference has no sentence that states something.
    pub(super) fn question<'t>(&self, task: &'t Task<'_>) -> Option<Cow<'t, Question>> {
        match task {
            Task::Question(request) => Some(Cow::Borrowed(request.question)),
            Task::Reference { ask, references, answer } => {
                self.derived(ask, self.nearest(ask, references, answer)?).map(Cow::Owned)
            }
        }
    }

    /// Takes the offline grade by the reference where the grader itself did not judge: that tells more than the
    /// offline grade by the derived key points.
    pub(super) fn settled(&self, task: &Task<'_>, outcome: Outcome) -> Outcome {
        let made = outcome.grade().filter(|grade| grade.provenance.fallback.is_some());
        let (Task::Reference { .. }, Some(made)) = (task, made) else { return outcome };
        let mut grade = task.offline(self.offline);
        grade.provenance.fallback.clone_from(&made.provenance.fallback);
        grade.provenance.exchange.clone_from(&made.provenance.exchange);
        let failed = made.flags.iter().filter(|flag| **flag == Flag::OfflineFallback);
        let flags: BTreeSet<Flag> = grade.flags.iter().chain(failed).copied().collect();
        grade.flags = flags.into_iter().collect();
        Outcome::Graded(grade)
    }

    /// Returns the reference that the answer meets best, the first of equals: any of them will do, and one is enough
    /// to be asked about.
    fn nearest<'t>(&self, ask: &str, references: &[&'t str], answer: &str) -> Option<&'t str> {
        let met =
            |reference: &str| self.offline.judge_by_reference(ask, &[reference], answer).score(Level::Staff);
        let mut best: Option<(&str, _)> = None;
        for reference in references.iter().filter(|reference| !reference.trim().is_empty()) {
            let score = met(reference);
            if best.is_none_or(|(_, most)| score > most) {
                best = Some((reference, score));
            }
        }
        best.map(|(reference, _)| reference)
    }

    fn derived(&self, ask: &str, reference: &str) -> Option<Question> {
        let deriver = self.deriver.get_or_init(|| Deriver::new(self.catalog.prose(), self.judge));
        let points = deriver.points(ask, reference);
        let id = QuestionId::parse(ID).ok().filter(|_| !points.is_empty())?;
        Some(Question {
            id,
            wording: ask.to_owned(),
            purposes: vec![Purpose::Depth],
            needs: Vec::new(),
            placeholders: BTreeMap::new(),
            reference: reference.to_owned(),
            rubric: Rubric { points, misconceptions: Vec::new(), figure: None },
            sources: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::builtin;

    const ASK: &str = "Why put a queue between the two services?";
    const QUEUE: &str = "A queue absorbs bursts of traffic. Consumers retry failed messages after a pause.";
    const LOG: &str = "The log keeps every event for a week. New consumers replay old events from it.";

    fn points(references: &[&str], answer: &str) -> Option<Vec<String>> {
        let catalog = builtin::load().unwrap().catalog;
        let offline = RubricGrader::new(&catalog.lexicon, catalog.prose());
        let judge = |question: &Question, answer: &str| offline.judge(question, &question.wording, answer);
        let own = OwnQuestions::new(&catalog, &offline, &judge);
        let task = Task::Reference { ask: ASK, references: references.to_vec(), answer };
        let question = own.question(&task)?;
        assert_eq!((question.wording.as_str(), task.request(&question).prompt), (ASK, ASK));
        Some(question.rubric.points.iter().map(|point| point.text.clone()).collect())
    }

    #[test]
    fn each_sentence_of_the_reference_that_the_answer_is_nearest_to_is_a_point() {
        let log = "The log keeps every event for a week.";
        let replay = "New consumers replay old events from it.";
        let found = points(&[QUEUE, LOG], "Because new consumers can replay old events from the log.");
        assert_eq!(found, Some(vec![log.to_owned(), replay.to_owned()]));
        let found = points(&["", QUEUE, LOG], "Bursts of traffic are absorbed by the queue.").unwrap();
        assert_eq!(found.first().map(String::as_str), Some("A queue absorbs bursts of traffic."));
    }

    #[test]
    fn a_reference_that_states_nothing_has_no_points() {
        for reference in ["", "Why?", "...", "# A heading"] {
            assert_eq!(points(&[reference], "The log keeps events."), None, "{reference:?}");
        }
    }
}
