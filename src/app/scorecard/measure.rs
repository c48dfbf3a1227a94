//! From labelled answers to graded ones.

use std::collections::BTreeMap;

use super::graders::{Graders, Judged};
use super::input::{Item, Label, Set, Task, Verdicts};
use crate::cores;
use crate::domain::grade::Grade;
use crate::domain::id::QuestionId;
use crate::domain::question::Question;
use crate::domain::score::Tally;
use crate::domain::words::{Level, Verdict};
use crate::grader::fakes::keyword_list;
use crate::report::scorecard::order::{Ranked, Style};
use crate::report::scorecard::{ClassAnswer, GradedSet, ScoreAnswer, VerdictAnswer};

/// The full score of ours.
const FULL: f64 = 10.0;

/// Grades all answers of a set; labels that are scores have this full score, or the highest of them.
pub(super) fn measure(graders: &Graders<'_>, set: &Set, scale: Option<f64>) -> GradedSet {
    let judged = cores::map(&set.items, |item| graders.judge(&item.task, &item.answer));
    let numbers = numbers(&set.items);
    let scale = scale.unwrap_or_else(|| highest(&set.items));
    let mut graded = GradedSet { name: set.name.clone(), questions: numbers.len(), ..GradedSet::default() };
    for (item, judged) in set.items.iter().zip(judged) {
        let question = numbers.get(&item.task).copied().unwrap_or_default();
        match judged {
            None => graded.ungraded += 1,
            Some(judged) => add(&mut graded, graders, item, question, judged, scale),
        }
    }
    graded.ranked.extend(made(graders, set, &numbers));
    graded
}

fn add(
    graded: &mut GradedSet,
    graders: &Graders<'_>,
    item: &Item,
    question: usize,
    judged: Judged,
    scale: f64,
) {
    match (&item.label, &item.task) {
        (Label::Verdicts(verdicts), Task::Question(id)) => {
            let Some(of) = graders.questions.get(id) else { return };
            let answer = verdict_answer(of, verdicts, question, &judged, graders.level);
            if let Some(style) = Style::parse(&answer.style) {
                graded.ranked.push(Ranked {
                    question,
                    style,
                    expected: answer.expected,
                    scores: judged.scores,
                });
            }
            graded.verdicts.push(answer);
        }
        // Verdicts on what has no rubric are not read.
        (Label::Verdicts(_), Task::Reference { .. }) => {}
        (Label::Score(score), _) => {
            let expected = if scale > 0.0 { (FULL * score / scale).min(FULL) } else { 0.0 };
            graded.scores.push(ScoreAnswer { question, expected, scores: judged.scores });
        }
        (Label::Class { correct, train }, _) => {
            let (correct, train) = (*correct, *train);
            graded.classes.push(ClassAnswer { question, correct, train, scores: judged.scores });
        }
    }
}

/// Numbers the questions in their own order.
fn numbers(items: &[Item]) -> BTreeMap<&Task, usize> {
    let tasks: BTreeMap<&Task, ()> = items.iter().map(|item| (&item.task, ())).collect();
    tasks.into_keys().zip(0..).collect()
}

fn highest(items: &[Item]) -> f64 {
    let scores = items.iter().filter_map(|item| match item.label {
        Label::Score(score) => Some(score),
        Label::Verdicts(_) | Label::Class { .. } => None,
    });
    scores.fold(0.0, f64::max)
}

fn verdict_answer(
    question: &Question,
    labelled: &Verdicts,
    number: usize,
    judged: &Judged,
    level: Level,
) -> VerdictAnswer {
    let given = &judged.grade;
    let verdict_of = |id| {
        let verdict = given.verdicts.iter().find(|verdict| verdict.point.id == id);
        verdict.map_or(Verdict::Ungraded, |verdict| verdict.verdict)
    };
    let points = question.rubric.points.iter();
    let verdicts = points.map(|point| {
        let expected = labelled.points.get(&point.id).copied().unwrap_or(Verdict::Missed);
        (expected, verdict_of(point.id.clone()))
    });
    let mut scores = judged.scores.clone();
    // Where nobody said which wrong claims are in the answer, penalties would be compared with nothing.
    if let (None, Some(first)) = (&labelled.misconceptions, scores.first_mut()) {
        *first = without_penalties(given, level);
    }
    VerdictAnswer {
        question: number,
        style: labelled.style.clone(),
        points: verdicts.collect(),
        expected: expected_score(question, labelled, level),
        scores,
    }
}

/// Returns the score that the labels come to.
fn expected_score(question: &Question, labelled: &Verdicts, level: Level) -> f64 {
    let mut tally = Tally::default();
    for point in question.rubric.points.iter().filter(|point| point.level <= level) {
        let verdict = labelled.points.get(&point.id).copied().unwrap_or(Verdict::Missed);
        tally.point(point.weight, verdict, false);
    }
    for id in labelled.misconceptions.iter().flatten() {
        let found = question.rubric.misconceptions.iter().find(|misconception| misconception.id == *id);
        found.into_iter().for_each(|misconception| tally.misconception(misconception.penalty));
    }
    tally.score().map_or(0.0, |score| score.as_f64())
}

fn without_penalties(grade: &Grade, level: Level) -> f64 {
    let mut tally = Tally::default();
    for verdict in grade.verdicts.iter().filter(|verdict| verdict.point.level <= level) {
        tally.point(verdict.point.weight, verdict.verdict, false);
    }
    tally.score().map_or(0.0, |score| score.as_f64())
}

/// An answer that is made to be worse than the others to its question.
struct Made<'a> {
    task: &'a Task,
    number: usize,
    style: Style,
    answer: String,
}

/// Makes and grades an answer off the topic and a list of keywords for each question that has verdicts.
fn made(graders: &Graders<'_>, set: &Set, numbers: &BTreeMap<&Task, usize>) -> Vec<Ranked> {
    let mut made = Vec::new();
    for (task, number) in numbers {
        let Task::Question(id) = task else { continue };
        let is_labelled = |item: &Item| item.task == **task && matches!(item.label, Label::Verdicts(_));
        if !set.items.iter().any(is_labelled) {
            continue;
        }
        let mut add = |style, answer| made.push(Made { task, number: *number, style, answer });
        add(Style::Keywords, keyword_list(strong(graders, set, id)));
        if let Some(other) = elsewhere(graders, id) {
            add(Style::OffTopic, strong(graders, set, other).to_owned());
        }
    }
    let judged = cores::map(&made, |made| graders.judge(made.task, &made.answer));
    let ranked = made.iter().zip(judged).filter_map(|(made, judged)| {
        let scores = judged?.scores;
        Some(Ranked { question: made.number, style: made.style, expected: 0.0, scores })
    });
    ranked.collect()
}

/// Returns an answer in jargon to a question, or its reference where the set has none.
fn strong<'a>(graders: &'a Graders<'_>, set: &'a Set, id: &QuestionId) -> &'a str {
    let jargon = set.items.iter().find(|item| {
        let in_jargon = |verdicts: &Verdicts| Style::parse(&verdicts.style) == Some(Style::Jargon);
        let is_strong = matches!(&item.label, Label::Verdicts(verdicts) if in_jargon(verdicts));
        is_strong && matches!(&item.task, Task::Question(of) if of == id)
    });
    match jargon {
        Some(item) => &item.answer,
        None => graders.questions.get(id).map_or("", |question| &question.reference),
    }
}

/// Returns a question on another topic: the first that is half of all questions further on, or behind it.
pub(super) fn elsewhere<'a>(graders: &'a Graders<'_>, id: &QuestionId) -> Option<&'a QuestionId> {
    let questions = graders.questions;
    let place = questions.keys().position(|known| known == id)?;
    let from = place + questions.len() / 2;
    let onwards = questions.keys().cycle().skip(from).take(questions.len());
    onwards.into_iter().find(|other| other.topic() != id.topic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::scorecard::input::Questions;
    use crate::content::builtin;
    use crate::domain::id::{MisconceptionId, PointId};
    use crate::grader::rubric::RubricGrader;

    const WRONG: &str =
        "I would monitor the hit rate with an alarm on it. Whether it is 90 or 95 is almost the same.";

    fn measured(misconceptions: Option<&[&str]>) -> GradedSet {
        let catalog = builtin::load().unwrap().catalog;
        let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
        let questions: Questions = catalog.questions.iter().map(|q| (q.id.clone(), q.clone())).collect();
        let graders = Graders::new(&questions, Level::Senior, grader);
        let item = Item {
            task: Task::Question(QuestionId::parse("cache/sizing").unwrap()),
            answer: WRONG.to_owned(),
            label: Label::Verdicts(Verdicts {
                style: "wrong".to_owned(),
                points: BTreeMap::from([(PointId::parse("hit-rate").unwrap(), Verdict::Hit)]),
                misconceptions: misconceptions
                    .map(|ids| ids.iter().map(|id| MisconceptionId::parse(id).unwrap()).collect()),
            }),
        };
        measure(&graders, &Set { name: "set".to_owned(), items: vec![item] }, None)
    }

    #[test]
    fn penalties_count_where_misconceptions_are_labelled() {
        let unlabelled = &measured(None).verdicts[0];
        assert!(unlabelled.expected > 0.0);
        assert_eq!(unlabelled.scores[0], unlabelled.expected);
        let labelled = &measured(Some(&["small-drop-harmless"])).verdicts[0];
        assert_eq!((labelled.expected, labelled.scores[0]), (0.0, 0.0));
    }

    #[test]
    fn what_is_shown_to_the_candidate_is_what_is_ordered() {
        let set = measured(None);
        let ranked: Vec<(Style, f64)> =
            set.ranked.iter().map(|answer| (answer.style, answer.scores[0])).collect();
        assert_eq!(ranked[..2], [(Style::Wrong, 0.0), (Style::Keywords, 0.0)]);
        assert_eq!(ranked[2].0, Style::OffTopic);
    }
}
