//! What the tests of other graders share: the built-in pack, the labelled answers with a reader's quotes, replies.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::ready;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};

use super::llm::Judge;
use super::rubric::RubricGrader;
use super::{GradeRequest, Grader};
use crate::content::Catalog;
use crate::content::builtin;
use crate::domain::grade::{Grade, Outcome};
use crate::domain::id::QuestionId;
use crate::domain::question::Question;
use crate::domain::words::{Level, Verdict};
use crate::llm::fence::Nonce;
use crate::llm::prompt::Prompts;
use crate::llm::{Model, ModelError, ModelFuture, ModelRequest, Reply, Usage};

const LABELLED: &str = include_str!("../../tests/data/labelled.jsonl");
const QUOTES: &str = include_str!("../../tests/data/quotes.jsonl");

/// A labelled answer, with what a reader quotes for each verdict.
pub(super) struct Labelled {
    pub(super) question: Question,
    pub(super) answer: String,
    /// By point; the others are missed.
    pub(super) verdicts: BTreeMap<String, (Verdict, Vec<String>)>,
}

impl Labelled {
    pub(super) fn request(&self) -> GradeRequest<'_> {
        GradeRequest { question: &self.question, prompt: &self.question.wording, answer: &self.answer }
    }

    /// Returns the reply of a model that reads well and tells the truth, with more points than the rubric's.
    pub(super) fn truth(&self, missed: &[&str]) -> Value {
        let points = self.question.rubric.points.iter().map(|point| {
            let (verdict, quotes) = self.verdicts.get(point.id.as_str()).cloned().unwrap_or((Verdict::Missed, vec![]));
            json!({"id": point.id.as_str(), "reason": "because", "quotes": quotes, "verdict": verdict.as_str()})
        });
        let missed =
            missed.iter().map(|id| json!({"id": id, "reason": "no", "quotes": [], "verdict": "missed"}));
        json!({"points": points.chain(missed).collect::<Vec<_>>(), "misconceptions": []})
    }
}

pub(super) fn catalog() -> Catalog {
    builtin::load().unwrap().catalog
}

pub(super) fn offline(catalog: &Catalog) -> Rc<RubricGrader> {
    Rc::new(RubricGrader::new(&catalog.lexicon, catalog.prose()))
}

pub(super) fn question(catalog: &Catalog, id: &str) -> Question {
    catalog.question(&QuestionId::parse(id).unwrap()).unwrap().bind(&BTreeMap::new())
}

/// Reads all labelled answers.
pub(super) fn labelled(catalog: &Catalog) -> Vec<Labelled> {
    let lines = |text: &'static str| text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let quotes: BTreeMap<String, Value> =
        lines(QUOTES).map(|line| (line["id"].as_str().unwrap().to_owned(), line["quotes"].clone())).collect();
    let answers = lines(LABELLED).map(|line| {
        let quotes = &quotes[line["id"].as_str().unwrap()];
        let all =
            [("hit", Verdict::Hit), ("partial", Verdict::Partial), ("contradicted", Verdict::Contradicted)];
        let verdicts = all.iter().flat_map(|(name, verdict)| {
            line[name].as_array().unwrap().iter().map(|id| {
                let quotes = quotes[id.as_str().unwrap()].as_array().unwrap();
                let quotes = quotes.iter().map(|quote| quote.as_str().unwrap().to_owned()).collect();
                (id.as_str().unwrap().to_owned(), (*verdict, quotes))
            })
        });
        Labelled {
            question: question(catalog, line["question"].as_str().unwrap()),
            answer: line["answer"].as_str().unwrap().to_owned(),
            verdicts: verdicts.collect(),
        }
    });
    answers.collect()
}

/// Runs a grader whose model answers at once.
pub(super) fn graded(grader: &dyn Grader, request: GradeRequest<'_>) -> Grade {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(grader.grade(request)).poll(&mut context) {
        Poll::Ready(Outcome::Graded(grade)) => grade,
        other => panic!("{other:?}"),
    }
}

/// The score with all points, in tenths.
pub(super) fn tenths(grade: &Grade) -> u16 {
    grade.score(Level::Staff).unwrap().tenths()
}

/// A model that replies by a function, and keeps what it was asked.
pub(super) struct Replies<F> {
    reply: F,
    pub(super) asked: RefCell<Vec<ModelRequest>>,
}

impl<F: Fn(&str, usize) -> Result<String, ModelError>> Replies<F> {
    /// `reply` gets the words of the user's message and the number of the request, from 0.
    pub(super) fn new(reply: F) -> Rc<Self> {
        Rc::new(Self { reply, asked: RefCell::default() })
    }
}

impl<F: Fn(&str, usize) -> Result<String, ModelError>> Model for Replies<F> {
    fn name(&self) -> &'static str {
        "made-up"
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> ModelFuture<'a> {
        let number = self.asked.borrow().len();
        self.asked.borrow_mut().push(request.clone());
        let text = (self.reply)(&request.messages[1].text, number);
        Box::pin(ready(text.map(|text| Reply { text, usage: Usage { input: 1000, output: 100 } })))
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest, _: &'a mut dyn FnMut(&str)) -> ModelFuture<'a> {
        self.complete(request)
    }
}

/// Returns the ids of the points that a request asks about, the decoy last.
pub(super) fn ids(user: &str) -> Vec<String> {
    let data = user.split("# The answer").next().unwrap();
    let entries = data.lines().filter(|line| line.starts_with("- ") && line.contains("): "));
    entries.map(|line| line[2..].split(" (").next().unwrap().to_owned()).collect()
}

/// Returns a reply that credits all these points with all these quotes.
pub(super) fn all_hit(ids: &[String], quotes: &[String]) -> String {
    let points = ids.iter().enumerate().map(|(at, id)| {
        let quotes: Vec<&String> = quotes.iter().cycle().skip(at / 2).take(quotes.len().min(1)).collect();
        json!({"id": id, "reason": "It is all there.", "quotes": quotes, "verdict": "hit", "score": 10})
    });
    json!({"points": points.collect::<Vec<_>>(), "misconceptions": [], "score": 10}).to_string()
}

/// Makes a judge whose codes are counted up.
pub(super) fn judge<'m>(model: Rc<dyn Model + 'm>, offline: &Rc<RubricGrader>) -> Judge<'m> {
    let prompts = Rc::new(Prompts::new(&BTreeMap::new()).unwrap());
    let mut calls = 0_u128;
    Judge::new(model, Rc::clone(offline), prompts, move || {
        calls += 1;
        Nonce::new((calls.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)).to_be_bytes())
    })
}
