//! The grader that a scorecard is about, and the plain ones that it is compared with, side by side.

use super::input::{Questions, Task};
use crate::domain::grade::Grade;
use crate::domain::words::Level;
use crate::grader::plain::{Plain, PlainGrader};
use crate::grader::rubric::{NAME, RubricGrader};

/// The full score.
const FULL: f64 = 10.0;

/// All graders of a run.
pub(super) struct Graders<'a> {
    pub(super) questions: &'a Questions,
    pub(super) level: Level,
    rubric: RubricGrader,
    plain: PlainGrader,
}

/// What the graders made of one answer.
pub(super) struct Judged {
    /// Of the grader that the scorecard is about.
    pub(super) grade: Grade,
    /// From 0 to 10, in the order of [`Graders::names`].
    pub(super) scores: Vec<f64>,
}

impl<'a> Graders<'a> {
    pub(super) fn new(questions: &'a Questions, level: Level, rubric: RubricGrader) -> Self {
        Self { questions, level, rubric, plain: PlainGrader::default() }
    }

    /// Returns the names of the graders, the one that the scorecard is about first.
    pub(super) fn names() -> Vec<&'static str> {
        std::iter::once(NAME).chain(Plain::ALL.map(Plain::name)).collect()
    }

    /// Returns the question in words.
    pub(super) fn ask<'t>(&'t self, task: &'t Task) -> &'t str {
        match task {
            Task::Question(id) => self.questions.get(id).map_or("", |question| &question.wording),
            Task::Reference { ask, .. } => ask,
        }
    }

    /// Returns the reference answers, any of which will do.
    pub(super) fn references<'t>(&'t self, task: &'t Task) -> Vec<&'t str> {
        match task {
            Task::Question(id) => {
                self.questions.get(id).map(|question| question.reference.as_str()).into_iter().collect()
            }
            Task::Reference { references, .. } => references.iter().map(String::as_str).collect(),
        }
    }

    /// Lets all graders judge an answer; `None` where the first finds nothing to grade by.
    pub(super) fn judge(&self, task: &Task, answer: &str) -> Option<Judged> {
        let (ask, references) = (self.ask(task), self.references(task));
        let grade = self.grade(task, answer)?;
        let score = grade.score(self.level)?.as_f64();
        let plain = |plain| FULL * self.plain.share(plain, ask, &references, answer);
        let scores = std::iter::once(score).chain(Plain::ALL.map(plain)).collect();
        Some(Judged { grade, scores })
    }

    /// Lets the first grader alone judge an answer.
    pub(super) fn grade(&self, task: &Task, answer: &str) -> Option<Grade> {
        match task {
            Task::Question(id) => {
                let question = self.questions.get(id)?;
                Some(self.rubric.judge(question, &question.wording, answer))
            }
            Task::Reference { ask, .. } => {
                Some(self.rubric.judge_by_reference(ask, &self.references(task), answer))
            }
        }
    }
}
