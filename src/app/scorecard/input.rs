//! Labelled answers as they come in: one JSON object a line.
//!
//! What is not known of a line is passed over; a line that cannot be used is told, and the others are unharmed.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::id::{MisconceptionId, PointId, QuestionId};
use crate::domain::question::Question;
use crate::domain::suggest::nearest;
use crate::domain::words::Verdict;

/// The value of `split` of lines that are there to choose a threshold by.
const TRAIN: &str = "train";
/// The style of an answer that names none.
const NO_STYLE: &str = "unnamed";

/// Questions of the packs by id, bound in their own wording.
pub(super) type Questions = BTreeMap<QuestionId, Question>;

/// What was asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    /// A question of the packs, with its rubric.
    Question(QuestionId),
    /// Any question, with reference answers of which each will do.
    Reference {
        ask: String,
        /// None of them is empty, and there is at least one.
        references: Vec<String>,
    },
}

/// A labelled answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    pub(super) task: Task,
    pub(super) answer: String,
    pub(super) label: Label,
}

/// What a person says of an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Label {
    Verdicts(Verdicts),
    /// On whatever scale the labels have.
    Score(f64),
    Class {
        correct: bool,
        train: bool,
    },
}

/// Verdicts on the key points of a question of the packs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Verdicts {
    /// How the answer is written.
    pub(super) style: String,
    /// Points that are not in here are missed.
    pub(super) points: BTreeMap<PointId, Verdict>,
    /// `None` where misconceptions are not labelled.
    pub(super) misconceptions: Option<Vec<MisconceptionId>>,
}

/// Answers from one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Set {
    pub(super) name: String,
    pub(super) items: Vec<Item>,
}

/// A line as it is written.
#[derive(Deserialize)]
struct Line {
    question: Option<String>,
    ask: Option<String>,
    reference: Option<String>,
    references: Option<Vec<String>>,
    answer: String,
    style: Option<String>,
    hit: Option<Vec<String>>,
    partial: Option<Vec<String>>,
    contradicted: Option<Vec<String>>,
    misconceptions: Option<Vec<String>>,
    score: Option<f64>,
    correct: Option<bool>,
    split: Option<String>,
}

/// Reads all lines; what is wrong with one is told with the source's name and the line's number.
pub(super) fn read(name: &str, bytes: &[u8], questions: &Questions) -> (Set, Vec<String>) {
    let mut set = Set { name: name.to_owned(), items: Vec::new() };
    let mut problems = Vec::new();
    for (place, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match item(line, questions) {
            Ok(item) => set.items.push(item),
            Err(reason) => problems.push(format!("{name}:{}: {reason}", place + 1)),
        }
    }
    (set, problems)
}

fn item(line: &[u8], questions: &Questions) -> Result<Item, String> {
    let line: Line =
        serde_json::from_slice(line).map_err(|error| format!("not a labelled answer: {error}"))?;
    let task = task(&line, questions)?;
    let label = label(&line, &task, questions)?;
    Ok(Item { task, answer: line.answer, label })
}

fn task(line: &Line, questions: &Questions) -> Result<Task, String> {
    if let Some(typed) = &line.question {
        let known = QuestionId::parse(typed).ok().filter(|id| questions.contains_key(id));
        return known.map(Task::Question).ok_or_else(|| {
            let names = questions.keys().map(QuestionId::as_str);
            format!("there is no question `{typed}`{}", meant(typed, names))
        });
    }
    let Some(ask) = &line.ask else {
        return Err("a line needs either `question`, or `ask` with `reference`".to_owned());
    };
    let all = line.reference.iter().chain(line.references.iter().flatten());
    let references: Vec<String> = all.filter(|reference| !reference.trim().is_empty()).cloned().collect();
    if references.is_empty() {
        return Err("`ask` needs a `reference` that is not empty".to_owned());
    }
    Ok(Task::Reference { ask: ask.clone(), references })
}

fn label(line: &Line, task: &Task, questions: &Questions) -> Result<Label, String> {
    let has_verdicts = line.hit.is_some() || line.partial.is_some() || line.contradicted.is_some();
    match (has_verdicts, line.score, line.correct) {
        (true, None, None) => match task {
            Task::Question(id) => {
                let question = questions.get(id).ok_or_else(|| format!("there is no question `{id}`"))?;
                verdicts(line, question).map(Label::Verdicts)
            }
            Task::Reference { .. } => {
                Err("verdicts need the `question` whose key points they are on".to_owned())
            }
        },
        (false, Some(score), None) if score >= 0.0 => Ok(Label::Score(score)),
        (false, Some(score), None) => Err(format!("the score `{score}` is below 0")),
        (false, None, Some(correct)) => {
            Ok(Label::Class { correct, train: line.split.as_deref() == Some(TRAIN) })
        }
        (false, None, None) => {
            Err("the answer has no label: give `hit`, `partial` and `contradicted`, or `score`, or `correct`"
                .to_owned())
        }
        _ => Err("the answer is labelled in two ways: give verdicts, or `score`, or `correct`".to_owned()),
    }
}

fn verdicts(line: &Line, question: &Question) -> Result<Verdicts, String> {
    let lists = [
        (Verdict::Hit, &line.hit),
        (Verdict::Partial, &line.partial),
        (Verdict::Contradicted, &line.contradicted),
    ];
    let mut points = BTreeMap::new();
    for (verdict, typed) in
        lists.iter().flat_map(|(verdict, list)| list.iter().flatten().map(|id| (*verdict, id)))
    {
        let known = question.rubric.points.iter().map(|point| &point.id);
        let id = known.clone().find(|id| id.as_str() == typed).ok_or_else(|| {
            let names = known.map(PointId::as_str);
            format!("`{}` has no key point `{typed}`{}", question.id, meant(typed, names))
        })?;
        if points.insert(id.clone(), verdict).is_some() {
            return Err(format!("the key point `{typed}` is stated twice"));
        }
    }
    let misconceptions = line
        .misconceptions
        .as_ref()
        .map(|list| list.iter().map(|typed| misconception(typed, question)).collect::<Result<Vec<_>, _>>());
    Ok(Verdicts {
        style: line.style.clone().unwrap_or_else(|| NO_STYLE.to_owned()),
        points,
        misconceptions: misconceptions.transpose()?,
    })
}

fn misconception(typed: &str, question: &Question) -> Result<MisconceptionId, String> {
    let known = question.rubric.misconceptions.iter().map(|misconception| &misconception.id);
    known.clone().find(|id| id.as_str() == typed).cloned().ok_or_else(|| {
        let names = known.map(MisconceptionId::as_str);
        format!("`{}` has no misconception `{typed}`{}", question.id, meant(typed, names))
    })
}

fn meant<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(typed, known).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::builtin;

    fn questions() -> Questions {
        let catalog = builtin::load().unwrap().catalog;
        catalog.questions.into_iter().map(|question| (question.id.clone(), question)).collect()
    }

    #[track_caller]
    fn check_problem(line: &str, expected: &str) {
        let (set, problems) = read("answers.jsonl", format!("\n{line}\n").as_bytes(), &questions());
        assert_eq!(set.items, []);
        assert_eq!(problems, [format!("answers.jsonl:2: {expected}")]);
    }

    fn one(line: &str) -> Item {
        let (mut set, problems) = read("answers.jsonl", line.as_bytes(), &questions());
        assert_eq!(problems, [""; 0]);
        set.items.remove(0)
    }

    #[test]
    fn verdicts_are_read_by_key_point() {
        let item = one(
            r#"{"id": "x", "question": "cache/sizing", "style": "thin", "answer": "a", "hit": ["hot-set"],
               "partial": ["estimate"], "contradicted": ["target"], "who": "cares"}"#
                .replace('\n', " ")
                .as_str(),
        );
        let Label::Verdicts(verdicts) = item.label else { panic!("{item:?}") };
        let points: Vec<(&str, Verdict)> =
            verdicts.points.iter().map(|(id, verdict)| (id.as_str(), *verdict)).collect();
        assert_eq!(
            points,
            [("estimate", Verdict::Partial), ("hot-set", Verdict::Hit), ("target", Verdict::Contradicted)]
        );
        assert_eq!((verdicts.style.as_str(), verdicts.misconceptions), ("thin", None));
    }

    #[test]
    fn scores_and_classes_are_read_with_their_references() {
        let item = one(
            r#"{"ask": "Why?", "reference": "So.", "references": ["Thus.", " "], "answer": "a", "score": 3.5}"#,
        );
        let references = vec!["So.".to_owned(), "Thus.".to_owned()];
        assert_eq!(item.task, Task::Reference { ask: "Why?".to_owned(), references });
        assert_eq!(item.label, Label::Score(3.5));
        let item = one(
            r#"{"ask": "Why?", "references": ["So."], "answer": "a", "label": "contradictory", "correct": false, "split": "train"}"#,
        );
        assert_eq!(item.label, Label::Class { correct: false, train: true });
        let item = one(r#"{"question": "cache/sizing", "answer": "a", "correct": true, "split": "test"}"#);
        assert_eq!(item.label, Label::Class { correct: true, train: false });
    }

    #[test]
    fn a_bad_line_is_named_and_the_others_are_read() {
        let lines =
            "{\"question\": \"cache/sizing\", \"answer\": \"a\", \"hit\": []}\n{\n\n{\"answer\": \"a\"}\n";
        let (set, problems) = read("-", lines.as_bytes(), &questions());
        assert_eq!(set.items.len(), 1);
        assert_eq!(
            problems,
            [
                "-:2: not a labelled answer: EOF while parsing an object at line 1 column 1",
                "-:4: a line needs either `question`, or `ask` with `reference`",
            ]
        );
    }

    #[test]
    fn names_that_are_nearly_known_are_suggested() {
        check_problem(
            r#"{"question": "cache/sizin", "answer": "a", "hit": []}"#,
            "there is no question `cache/sizin`; did you mean `cache/sizing`?",
        );
        check_problem(
            r#"{"question": "cache/sizing", "answer": "a", "hit": ["hot-sett"]}"#,
            "`cache/sizing` has no key point `hot-sett`; did you mean `hot-set`?",
        );
        check_problem(
            r#"{"question": "cache/sizing", "answer": "a", "hit": [], "misconceptions": ["cache-everythin"]}"#,
            "`cache/sizing` has no misconception `cache-everythin`; did you mean `cache-everything`?",
        );
    }

    #[test]
    fn a_label_is_of_one_kind() {
        check_problem(
            r#"{"question": "cache/sizing", "answer": "a", "hit": ["hot-set"], "partial": ["hot-set"]}"#,
            "the key point `hot-set` is stated twice",
        );
        check_problem(
            r#"{"question": "cache/sizing", "answer": "a", "hit": [], "score": 3}"#,
            "the answer is labelled in two ways: give verdicts, or `score`, or `correct`",
        );
        check_problem(
            r#"{"question": "cache/sizing", "answer": "a"}"#,
            "the answer has no label: give `hit`, `partial` and `contradicted`, or `score`, or `correct`",
        );
        check_problem(
            r#"{"ask": "Why?", "reference": "So.", "answer": "a", "hit": []}"#,
            "verdicts need the `question` whose key points they are on",
        );
        check_problem(
            r#"{"ask": "Why?", "reference": " ", "answer": "a", "score": 3}"#,
            "`ask` needs a `reference` that is not empty",
        );
        check_problem(
            r#"{"ask": "Why?", "reference": "So.", "answer": "a", "score": -1}"#,
            "the score `-1` is below 0",
        );
    }
}
