//! Fakes given to the graders as answers, and references written anew.

use super::graders::Graders;
use super::input::{Set, Task};
use super::measure::elsewhere;
use crate::cores;
use crate::domain::id::QuestionId;
use crate::grader::fakes::{Fake, Rewrite, Subject};
use crate::report::scorecard::{FakeAnswer, Rewritten};

/// Fixes what is drawn by chance.
const SEED: u64 = 1;
/// The full score.
const FULL: f64 = 10.0;

/// Returns what was asked in the sets, each once, in order.
pub(super) fn tasks(sets: &[Set]) -> Vec<Task> {
    let mut tasks: Vec<Task> = sets.iter().flat_map(|set| &set.items).map(|item| item.task.clone()).collect();
    tasks.sort_unstable();
    tasks.dedup();
    tasks
}

/// Gives every kind of fake as an answer to every question.
pub(super) fn fakes(graders: &Graders<'_>, tasks: &[Task]) -> Vec<FakeAnswer> {
    let all: Vec<(Fake, &Task, String)> = Fake::ALL
        .iter()
        .flat_map(|fake| tasks.iter().enumerate().map(move |(place, task)| (*fake, place, task)))
        .flat_map(|(fake, place, task)| {
            let other = other(graders, tasks, place);
            let subject = Subject {
                name: name(graders, task),
                ask: graders.ask(task),
                reference: reference(graders, task),
                elsewhere: &other,
            };
            fake.answers(&subject, SEED).into_iter().map(move |answer| (fake, task, answer))
        })
        .collect();
    let judged = cores::map(&all, |(fake, task, answer)| {
        let judged = graders.judge(task, answer)?;
        Some(FakeAnswer {
            fake: fake.name(),
            question: name(graders, task).to_owned(),
            shares: judged.scores.iter().map(|score| score / FULL).collect(),
        })
    });
    judged.into_iter().flatten().collect()
}

/// Writes every reference answer anew, and compares what it earns with what it earned before.
pub(super) fn rewritten(graders: &Graders<'_>, tasks: &[Task]) -> Vec<Rewritten> {
    let all: Vec<(Rewrite, &Task)> =
        Rewrite::ALL.iter().flat_map(|rewrite| tasks.iter().map(move |task| (*rewrite, task))).collect();
    let compared = cores::map(&all, |(rewrite, task)| {
        let reference = reference(graders, task);
        let score = |answer: &str| graders.grade(task, answer)?.score(graders.level);
        let before = score(reference)?;
        Some(Rewritten { rewrite: rewrite.name(), changed: score(&rewrite.of(reference)) != Some(before) })
    });
    compared.into_iter().flatten().collect()
}

fn name<'t>(graders: &'t Graders<'_>, task: &'t Task) -> &'t str {
    match task {
        Task::Question(id) => id.as_str(),
        Task::Reference { .. } => graders.ask(task),
    }
}

fn reference<'t>(graders: &'t Graders<'_>, task: &'t Task) -> &'t str {
    graders.references(task).first().copied().unwrap_or_default()
}

/// Returns a reference answer to something else: to a question on another topic, where topics are known.
fn other(graders: &Graders<'_>, tasks: &[Task], place: usize) -> String {
    let of = |id: &QuestionId| graders.questions.get(id).map(|question| question.reference.clone());
    let other = match tasks.get(place) {
        Some(Task::Question(id)) => elsewhere(graders, id).and_then(of),
        _ => {
            let further = (place + tasks.len() / 2) % tasks.len().max(1);
            tasks.get(further).filter(|_| further != place).map(|task| reference(graders, task).to_owned())
        }
    };
    other.unwrap_or_default()
}
