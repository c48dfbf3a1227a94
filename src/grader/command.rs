//! A grader of one's own: a program that is asked about one answer a line, in JSON, and answers in one line.
//!
//! Its claims are held to the same evidence as a model's. The program itself is run elsewhere; here is what is said to
//! it, and what is made of what it says.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::claims::{Case, Chosen, kept, read_object};
use super::rubric::RubricGrader;
use super::{GradeFuture, GradeRequest, Grader};
use crate::domain::exchange::{Exchange, Try};
use crate::domain::grade::{Grade, Outcome};

/// The grader's name, as grades record it.
pub const NAME: &str = "command";
/// The version of the protocol and of the checks, as grades record it.
pub const VERSION: &str = "1";
/// The most characters that are shown of what a program says has gone wrong.
const MAX_MESSAGE: usize = 300;

/// Why a program gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// It cannot be started.
    #[error("cannot start the grader `{program}`: {reason}")]
    NotStarted {
        /// What was to be started.
        program: String,
        /// What the system says.
        reason: String,
    },
    /// It ended instead of answering.
    #[error("the grader `{program}` ended without an answer{}", told(.said))]
    Ended {
        /// The program.
        program: String,
        /// The last line that it wrote to its error stream, cleaned; empty where there was none.
        said: String,
    },
    /// It was too slow, and was ended.
    #[error("the grader `{program}` gave no answer within {} s", .limit.as_secs_f32())]
    TimedOut {
        /// The program.
        program: String,
        /// How long it was given.
        limit: Duration,
    },
    /// Its answer has no end.
    #[error("the grader `{program}` answered with more than {limit} bytes in a line")]
    TooLong {
        /// The program.
        program: String,
        /// The most that is read.
        limit: usize,
    },
    /// Nothing can be written to it, or read from it.
    #[error("cannot speak with the grader `{program}`: {reason}")]
    Broken {
        /// The program.
        program: String,
        /// What the system says.
        reason: String,
    },
}

fn told(said: &str) -> String {
    if said.is_empty() { String::new() } else { format!(": {said}") }
}

/// What a program is doing when it has not answered yet.
pub type ProgramFuture<'a> = Pin<Box<dyn Future<Output = Result<String, ProgramError>> + 'a>>;

/// A program that answers lines with lines.
pub trait Program {
    /// Returns its name, as people know it.
    fn name(&self) -> &str;

    /// Hands it a line, and returns the line that it answers with, both without their ends. After an error the next
    /// call speaks with a program that was started anew.
    fn ask(&self, line: String) -> ProgramFuture<'_>;

    /// Ends the program, since what it said makes no sense; the next call starts it anew.
    fn end(&self);
}

/// Asks a program.
pub struct OwnGrader<'p> {
    program: Rc<dyn Program + 'p>,
    offline: Rc<RubricGrader>,
    asked: Cell<u64>,
}

/// What a program is told.
#[derive(Serialize)]
struct Line<'a> {
    protocol: u32,
    id: u64,
    question: &'a str,
    wording: &'a str,
    asked: &'a str,
    reference: &'a str,
    points: Vec<PointLine<'a>>,
    misconceptions: Vec<MisconceptionLine<'a>>,
    answer: &'a str,
}

#[derive(Serialize)]
struct PointLine<'a> {
    id: &'a str,
    text: &'a str,
    weight: u8,
    level: &'a str,
    facet: &'a str,
}

#[derive(Serialize)]
struct MisconceptionLine<'a> {
    id: &'a str,
    text: &'a str,
    correction: &'a str,
}

impl<'a> Line<'a> {
    fn new(id: u64, case: &'a Case<'_>) -> Self {
        let GradeRequest { question, prompt, .. } = case.request;
        let points = question.rubric.points.iter().map(|point| PointLine {
            id: point.id.as_str(),
            text: &point.text,
            weight: point.weight,
            level: point.level.as_str(),
            facet: point.facet.as_str(),
        });
        let misconceptions = question.rubric.misconceptions.iter().map(|wrong| MisconceptionLine {
            id: wrong.id.as_str(),
            text: &wrong.text,
            correction: &wrong.correction,
        });
        Self {
            protocol: 1,
            id,
            question: question.id.as_str(),
            wording: &question.wording,
            asked: prompt,
            reference: &question.reference,
            points: points.collect(),
            misconceptions: misconceptions.collect(),
            answer: case.seen,
        }
    }
}

impl<'p> OwnGrader<'p> {
    /// Makes a grader. `offline` is what the program is checked with, and who judges where it fails.
    #[must_use]
    pub fn new(program: Rc<dyn Program + 'p>, offline: Rc<RubricGrader>) -> Self {
        Self { program, offline, asked: Cell::new(0) }
    }

    /// Works a grade out again from what was said then, without asking the program.
    #[must_use]
    pub fn recompute(&self, request: GradeRequest<'_>, exchange: Option<&Exchange>) -> Outcome {
        let case = Case::new(request, &self.offline, &[]);
        Outcome::Graded(match exchange {
            Some(exchange) if case.is_worth_asking() => case.settle(&self.chosen(), None, exchange.clone()),
            _ => case.not_asked(&self.chosen()),
        })
    }

    async fn judge(&self, request: GradeRequest<'_>) -> Grade {
        let case = Case::new(request, &self.offline, &[]);
        if !case.is_worth_asking() {
            return case.not_asked(&self.chosen());
        }
        let said = self.hear(&case).await;
        if let Try::Reply(reply) = &said
            && case.read(&self.chosen(), None, reply).is_err()
        {
            // What else it may still write would be taken for the next answer.
            self.program.end();
        }
        case.settle(&self.chosen(), None, Exchange { tries: vec![said], ..Exchange::default() })
    }

    async fn hear(&self, case: &Case<'_>) -> Try {
        let id = self.asked.get() + 1;
        self.asked.set(id);
        let line = match serde_json::to_string(&Line::new(id, case)) {
            Ok(line) => line,
            Err(error) => return Try::Failed(error.to_string()),
        };
        let reply = match self.program.ask(line).await {
            Ok(reply) => kept(reply),
            Err(error) => return Try::Failed(error.to_string()),
        };
        match read_object(&reply).as_ref().and_then(|reply| refusal(reply, id)) {
            Some(why) => {
                self.program.end();
                Try::Failed(format!("the grader `{}` {why}", self.program.name()))
            }
            None => Try::Reply(reply),
        }
    }

    fn chosen(&self) -> Chosen {
        Chosen { grader: NAME, version: VERSION, model: self.program.name().to_owned(), prompt: None }
    }
}

impl Grader for OwnGrader<'_> {
    fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a> {
        Box::pin(async move { Outcome::Graded(self.judge(request).await) })
    }
}

/// Returns what is wrong with a reply, where it is no answer to this request.
fn refusal(reply: &Value, id: u64) -> Option<String> {
    if reply.get("id").and_then(Value::as_u64) != Some(id) {
        return Some(format!("answered another request than {id}"));
    }
    let error = reply.get("error")?;
    let error = error.as_str().map_or_else(|| error.to_string(), str::to_owned);
    Some(format!("says: {}", message(&error)))
}

/// Returns a program's message as one short line.
#[must_use]
pub fn message(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(MAX_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::ready;

    use serde_json::json;

    use super::*;
    use crate::domain::grade::Flag;
    use crate::grader::sample::{self, Labelled, graded, tenths};

    /// A program that answers by a function.
    struct Told<F> {
        answer: F,
        lines: RefCell<Vec<Value>>,
        ended: Cell<usize>,
    }

    impl<F: Fn(&Value) -> Result<String, ProgramError>> Program for Told<F> {
        fn name(&self) -> &'static str {
            "told"
        }

        fn ask(&self, line: String) -> ProgramFuture<'_> {
            assert!(!line.contains('\n'), "a request is one line");
            let line: Value = serde_json::from_str(&line).unwrap();
            let answer = (self.answer)(&line);
            self.lines.borrow_mut().push(line);
            Box::pin(ready(answer))
        }

        fn end(&self) {
            self.ended.set(self.ended.get() + 1);
        }
    }

    fn told<F: Fn(&Value) -> Result<String, ProgramError>>(answer: F) -> Rc<Told<F>> {
        Rc::new(Told { answer, lines: RefCell::default(), ended: Cell::new(0) })
    }

    fn item() -> (Rc<RubricGrader>, Labelled) {
        let catalog = sample::catalog();
        let mut labelled = sample::labelled(&catalog).into_iter();
        let item = labelled.find(|item| item.question.id.as_str() == "cache/cache-down").unwrap();
        (sample::offline(&catalog), item)
    }

    #[test]
    fn a_program_is_told_all_and_believed_as_far_as_it_quotes() {
        let (offline, item) = item();
        let program = told(|line: &Value| {
            let mut reply = item.truth(&[]);
            reply["id"] = line["id"].clone();
            reply["points"][0]["quotes"] = json!(["this is nowhere to be found"]);
            Ok(reply.to_string())
        });
        let grader = OwnGrader::new(program.clone(), offline);
        let grade = graded(&grader, item.request());
        let lost = &grade.verdicts[0];
        assert_eq!((lost.verdict.as_str(), grade.flags.contains(&Flag::UnverifiedQuote)), ("missed", true));
        assert!(tenths(&grade) > 50, "the rest is believed");
        let made = &grade.provenance;
        assert_eq!(
            (made.grader.as_str(), made.model.as_deref(), &made.fallback),
            (NAME, Some("told"), &None)
        );
        let lines = program.lines.borrow();
        assert_eq!((&lines[0]["id"], &lines[0]["protocol"]), (&json!(1), &json!(1)));
        assert_eq!(lines[0]["answer"], item.answer);
        assert_eq!(lines[0]["points"].as_array().unwrap().len(), item.question.rubric.points.len());
        assert_eq!(program.ended.get(), 0);
        assert_eq!(grader.recompute(item.request(), made.exchange.as_ref()), Outcome::Graded(grade.clone()));
    }

    #[test]
    fn a_program_that_fails_costs_no_grade_and_says_why() {
        let (offline, item) = item();
        let expected = offline.judge(&item.question, &item.question.wording, &item.answer);
        let ended = ProgramError::Ended { program: "told".to_owned(), said: "KeyError: 'id'".to_owned() };
        for (answer, reason, ends) in [
            (Err(ended.clone()), ended.to_string(), 0),
            (Ok(String::new()), "the reply is not one JSON object".to_owned(), 1),
            (
                Ok("Traceback (most recent call last)".to_owned()),
                "the reply is not one JSON object".to_owned(),
                1,
            ),
            (
                Ok(json!({"id": 7, "points": []}).to_string()),
                "the grader `told` answered another request than 1".to_owned(),
                1,
            ),
            (
                Ok(json!({"points": []}).to_string()),
                "the grader `told` answered another request than 1".to_owned(),
                1,
            ),
            (
                Ok(json!({"id": 1, "error": "no\nmodel\u{7}"}).to_string()),
                "the grader `told` says: no model".to_owned(),
                1,
            ),
            (
                Ok(json!({"id": 1, "score": 10}).to_string()),
                "the reply is not of the shape that was asked for".to_owned(),
                1,
            ),
            (
                Ok(json!({"id": 1, "points": []}).to_string()),
                "the reply leaves out ids that were asked about".to_owned(),
                1,
            ),
            (Ok("x".repeat(100_000)), "the reply is too long".to_owned(), 1),
        ] {
            let program = told(|_: &Value| answer.clone());
            let grader = OwnGrader::new(program.clone(), Rc::clone(&offline));
            let grade = graded(&grader, item.request());
            let fallback = grade.provenance.fallback.as_ref().unwrap();
            assert_eq!((&fallback.reason, fallback.grader.as_str()), (&reason, NAME));
            assert_eq!((&grade.verdicts, program.ended.get()), (&expected.verdicts, ends), "{reason}");
            assert!(grade.flags.contains(&Flag::OfflineFallback));
            assert_eq!(
                grader.recompute(item.request(), grade.provenance.exchange.as_ref()),
                Outcome::Graded(grade)
            );
        }
    }

    #[test]
    fn a_program_is_not_asked_about_nothing() {
        let (offline, item) = item();
        let grader = OwnGrader::new(told(|_: &Value| panic!("it is asked")), offline);
        let grade = graded(&grader, GradeRequest { answer: "", ..item.request() });
        assert!(grade.provenance.fallback.unwrap().reason.ends_with("is not sent to the command grader"));
    }
}
