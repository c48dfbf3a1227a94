//! A grader that asks a language model, once for all key points of an answer, and believes only what it can check.
//!
//! The model says what it sees and where; the score is ours. Where the model fails, the offline grader's grade takes
//! its place and says so. What was said is kept, so that each grade can be worked out again without the model.

mod ask;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::rc::Rc;

use self::ask::Ask;
use super::claims::{Case, Chosen, Unusable, kept};
use super::rubric::RubricGrader;
use super::{GradeFuture, GradeRequest, Grader};
use crate::domain::exchange::{Exchange, Try};
use crate::domain::grade::{Grade, Outcome};
use crate::llm::fence::Nonce;
use crate::llm::prompt::{Prompt, Prompts};
use crate::llm::{Incomplete, Model, ModelError, ModelRequest};

/// The grader's name, as grades record it.
pub const NAME: &str = "llm";
/// The version of the method, as grades record it; it changes whenever a verdict could.
pub const VERSION: &str = "1";
/// The most requests for one answer.
const TRIES: usize = 2;

/// Asks a model.
pub struct Judge<'m> {
    model: Rc<dyn Model + 'm>,
    offline: Rc<RubricGrader>,
    prompts: Rc<Prompts>,
    nonces: RefCell<Box<dyn FnMut() -> Nonce + 'm>>,
}

impl<'m> Judge<'m> {
    /// Makes a grader. `offline` is what it is checked with and falls back on; `nonces` has to give another code
    /// each time, which nobody can foresee who writes answers.
    #[must_use]
    pub fn new(
        model: Rc<dyn Model + 'm>,
        offline: Rc<RubricGrader>,
        prompts: Rc<Prompts>,
        nonces: impl FnMut() -> Nonce + 'm,
    ) -> Self {
        Self { model, offline, prompts, nonces: RefCell::new(Box::new(nonces)) }
    }

    /// Works a grade out again from what was said then, without asking the model.
    ///
    /// With the same question, answer, prompts and version it is the same grade to the last bit; the provenance of a
    /// grade says whether they are.
    #[must_use]
    pub fn recompute(&self, request: GradeRequest<'_>, exchange: Option<&Exchange>) -> Outcome {
        let case = self.case(request);
        match exchange {
            Some(exchange) if case.is_worth_asking() => Outcome::Graded(self.settle(&case, exchange.clone())),
            _ => Outcome::Graded(case.not_asked(&self.chosen())),
        }
    }

    async fn judge(&self, request: GradeRequest<'_>) -> Grade {
        let case = self.case(request);
        if !case.is_worth_asking() {
            return case.not_asked(&self.chosen());
        }
        let nonce = (self.nonces.borrow_mut())();
        let mut exchange = Exchange { nonce: nonce.as_str().to_owned(), ..Exchange::default() };
        let mut problem = None;
        while exchange.tries.len() < TRIES {
            let (said, again) = match self.ask(&case, &nonce).request(problem) {
                Ok(request) => self.hear(&request, &mut exchange).await,
                Err(error) => (Try::Failed(error.to_string()), None),
            };
            let again = match &said {
                Try::Reply(reply) => {
                    let read = case.read(&self.chosen(), Some(&self.decoy(&case, &exchange)), reply);
                    read.err().filter(|unusable| unusable.is_worth_another_try())
                }
                Try::Failed(_) => again,
            };
            exchange.tries.push(said);
            problem = again;
            if problem.is_none() {
                break;
            }
        }
        self.settle(&case, exchange)
    }

    /// Asks the model; says what came of it, and what is wrong where another try may help.
    async fn hear(&self, request: &ModelRequest, exchange: &mut Exchange) -> (Try, Option<Unusable>) {
        match self.model.complete(request).await {
            Ok(reply) => {
                exchange.tokens.input += reply.usage.input;
                exchange.tokens.output += reply.usage.output;
                (Try::Reply(kept(reply.text)), None)
            }
            Err(error) => (Try::Failed(error.to_string()), worth_another_try(&error)),
        }
    }

    fn settle(&self, case: &Case<'_>, exchange: Exchange) -> Grade {
        let decoy = self.decoy(case, &exchange);
        case.settle(&self.chosen(), Some(&decoy), exchange)
    }

    fn decoy(&self, case: &Case<'_>, exchange: &Exchange) -> String {
        self.ask(case, &Nonce::stored(&exchange.nonce)).decoy()
    }

    fn chosen(&self) -> Chosen {
        Chosen {
            grader: NAME,
            version: VERSION,
            model: self.model.name().to_owned(),
            prompt: Some(self.prompts.hash(&Prompt::JUDGE)),
        }
    }

    fn case<'a>(&self, request: GradeRequest<'a>) -> Case<'a> {
        let policy = self.prompts.text(Prompt::JudgePolicy);
        Case::new(request, &self.offline, &[policy, self.prompts.text(Prompt::JudgeAnswer)])
    }

    fn ask<'a>(&'a self, case: &'a Case<'a>, nonce: &'a Nonce) -> Ask<'a> {
        Ask { case, nonce, prompts: &self.prompts }
    }
}

impl Grader for Judge<'_> {
    fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a> {
        Box::pin(async move { Outcome::Graded(self.judge(request).await) })
    }
}

/// What to tell the model that stopped in the middle. Other failures would come again, or were tried again already.
fn worth_another_try(error: &ModelError) -> Option<Unusable> {
    match error {
        ModelError::Cut { .. } => Some(Unusable::NotJson),
        ModelError::Incomplete(Incomplete::Length) => Some(Unusable::TooLong),
        ModelError::Incomplete(Incomplete::Empty | Incomplete::ToolCall | Incomplete::Other(_)) => {
            Some(Unusable::NotJson)
        }
        _ => None,
    }
}
