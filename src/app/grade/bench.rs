//! What is graded with: the questions in their own wording, and the offline grader, which every other one is checked by.

use std::collections::BTreeMap;

use super::own::OwnQuestions;
use super::record::{Asked, Record};
use crate::content::Catalog;
use crate::domain::grade::{Grade, Outcome};
use crate::domain::question::Question;
use crate::domain::suggest::nearest;
use crate::domain::words::Level;
use crate::grader::rubric::RubricGrader;
use crate::grader::{GradeRequest, Grader};

/// Questions, bound in their own wording, and the offline grader.
pub(super) struct Bench<'a> {
    questions: BTreeMap<&'a str, Question>,
    offline: &'a RubricGrader,
    level: Level,
}

/// Another grader than the offline one.
#[derive(Clone, Copy)]
pub(super) struct By<'a, 'o> {
    pub(super) grader: &'a dyn Grader,
    /// Makes questions for it where a line has only a reference.
    pub(super) own: &'a OwnQuestions<'o>,
}

/// What a line asks for.
pub(super) struct Job<'a> {
    /// What the answer is judged by.
    pub(super) task: Task<'a>,
    /// The bar.
    pub(super) level: Level,
}

/// What an answer is judged by.
pub(super) enum Task<'a> {
    /// A question of a pack.
    Question(GradeRequest<'a>),
    /// Reference answers to a question of one's own, any of which will do.
    Reference { ask: &'a str, references: Vec<&'a str>, answer: &'a str },
}

impl<'a> Task<'a> {
    /// Grades offline.
    pub(super) fn offline(&self, offline: &RubricGrader) -> Grade {
        match self {
            Self::Question(GradeRequest { question, prompt, answer }) => {
                offline.judge(question, prompt, answer)
            }
            Self::Reference { ask, references, answer } => {
                offline.judge_by_reference(ask, references, answer)
            }
        }
    }

    /// Returns what another grader is asked, by a question that is the task's or was made of it.
    pub(super) fn request<'q>(&self, question: &'q Question) -> GradeRequest<'q>
    where
        'a: 'q,
    {
        match *self {
            Self::Question(GradeRequest { prompt, answer, .. }) => GradeRequest { question, prompt, answer },
            Self::Reference { ask, answer, .. } => GradeRequest { question, prompt: ask, answer },
        }
    }
}

impl<'a> Bench<'a> {
    pub(super) fn new(catalog: &'a Catalog, offline: &'a RubricGrader, level: Level) -> Self {
        let bound = |question: &'a Question| (question.id.as_str(), question.bind(&BTreeMap::new()));
        Self { questions: catalog.questions.iter().map(bound).collect(), offline, level }
    }

    /// Grades what a line asks for, offline.
    pub(super) fn grade(&self, asked: Asked) -> Record {
        let graded = |job: Job<'_>| (Outcome::Graded(self.offline(&job.task)), job.level);
        let outcome = self.job(&asked).map(graded);
        recorded(asked.id, outcome)
    }

    /// Grades what a line asks for by another grader.
    pub(super) async fn grade_by(&self, by: By<'_, '_>, asked: Asked) -> Record {
        let outcome = match self.job(&asked) {
            Ok(Job { task, level }) => Ok((by.own.grade(by.grader, &task).await, level)),
            Err(reason) => Err(reason),
        };
        recorded(asked.id, outcome)
    }

    /// Reads what a line asks for; an error is a reason for people.
    pub(super) fn job<'j>(&'j self, asked: &'j Asked) -> Result<Job<'j>, String> {
        let level = match &asked.level {
            Some(level) => level.parse().map_err(|error| format!("{error}"))?,
            None => self.level,
        };
        let answer = asked.answer.as_str();
        let task = match (&asked.question, &asked.ask) {
            (Some(id), None) => {
                let question = self.questions.get(id.as_str()).ok_or_else(|| self.unknown(id))?;
                Task::Question(GradeRequest { question, prompt: &question.wording, answer })
            }
            (None, Some(ask)) => Task::Reference { ask, references: references(asked)?, answer },
            _ => return Err("a line needs either `question`, or `ask` with `reference`".to_owned()),
        };
        Ok(Job { task, level })
    }

    /// Grades offline.
    pub(super) fn offline(&self, task: &Task<'_>) -> Grade {
        task.offline(self.offline)
    }

    fn unknown(&self, id: &str) -> String {
        match nearest(id, self.questions.keys().copied()) {
            Some(name) => format!("there is no question `{id}`; did you mean `{name}`?"),
            None => format!("there is no question `{id}`"),
        }
    }
}

/// Returns the record of what came of a line.
pub(super) fn recorded(id: serde_json::Value, outcome: Result<(Outcome, Level), String>) -> Record {
    match outcome {
        Ok((outcome, level)) => Record::of(id, outcome, level, false),
        Err(reason) => Record::error(id, reason),
    }
}

fn references(asked: &Asked) -> Result<Vec<&str>, String> {
    let all: Vec<&str> =
        asked.reference.iter().chain(asked.references.iter().flatten()).map(String::as_str).collect();
    if all.iter().all(|reference| reference.trim().is_empty()) {
        return Err("`ask` needs a `reference` that is not empty".to_owned());
    }
    Ok(all)
}
