//! A model that is counted, and stops at a budget.

use std::cell::Cell;
use std::rc::Rc;

use super::{Model, ModelError, ModelFuture, ModelRequest, Reply, Usage};

/// A model with a count of what it took; interviewer and grader of a session share one.
pub struct Metered<'m> {
    model: Rc<dyn Model + 'm>,
    budget: Option<u64>,
    spent: Cell<Usage>,
}

impl<'m> Metered<'m> {
    /// Counts a model. `budget` is the most tokens, sent and received; the call that reaches it is still answered.
    #[must_use]
    pub fn new(model: Rc<dyn Model + 'm>, budget: Option<u64>) -> Self {
        Self { model, budget, spent: Cell::new(Usage::default()) }
    }

    /// Counts what was taken before, in an earlier part of the same session.
    #[must_use]
    pub fn after(self, taken: Usage) -> Self {
        Self { spent: Cell::new(taken), ..self }
    }

    /// Returns what all calls took.
    #[must_use]
    pub fn spent(&self) -> Usage {
        self.spent.get()
    }

    fn check(&self) -> Result<(), ModelError> {
        let Usage { input, output } = self.spent.get();
        match self.budget {
            Some(budget) if input + output >= budget => Err(ModelError::OverBudget { budget }),
            _ => Ok(()),
        }
    }

    fn count(&self, reply: &Reply) {
        let Usage { input, output } = self.spent.get();
        self.spent.set(Usage { input: input + reply.usage.input, output: output + reply.usage.output });
    }

    async fn counted(&self, call: ModelFuture<'_>) -> Result<Reply, ModelError> {
        self.check()?;
        let reply = call.await?;
        self.count(&reply);
        Ok(reply)
    }
}

impl Model for Metered<'_> {
    fn name(&self) -> &str {
        self.model.name()
    }

    fn preview(&self, request: &ModelRequest) -> serde_json::Value {
        self.model.preview(request)
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> ModelFuture<'a> {
        Box::pin(self.counted(self.model.complete(request)))
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest, heard: &'a mut dyn FnMut(&str)) -> ModelFuture<'a> {
        Box::pin(async move {
            self.check()?;
            let reply = self.model.stream(request, heard).await?;
            self.count(&reply);
            Ok(reply)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{Message, Speaker};

    /// Takes ten tokens each time.
    struct Ten;

    impl Model for Ten {
        fn name(&self) -> &'static str {
            "ten"
        }

        fn complete<'a>(&'a self, _: &'a ModelRequest) -> ModelFuture<'a> {
            let usage = Usage { input: 7, output: 3 };
            Box::pin(std::future::ready(Ok(Reply { text: "yes".to_owned(), usage })))
        }

        fn stream<'a>(&'a self, request: &'a ModelRequest, _: &'a mut dyn FnMut(&str)) -> ModelFuture<'a> {
            self.complete(request)
        }
    }

    #[test]
    fn a_budget_ends_calls_before_they_are_made() {
        let metered = Metered::new(Rc::new(Ten), Some(15));
        let message = Message { speaker: Speaker::User, text: "?".to_owned() };
        let request = ModelRequest { messages: vec![message], shape: None, max_tokens: 10 };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let call = || runtime.block_on(metered.stream(&request, &mut |_| {}));
        assert!(call().is_ok());
        assert!(call().is_ok());
        assert_eq!(call(), Err(ModelError::OverBudget { budget: 15 }));
        assert_eq!(metered.spent(), Usage { input: 14, output: 6 });
        let resumed = Metered::new(Rc::new(Ten), Some(15)).after(metered.spent());
        assert_eq!(runtime.block_on(resumed.complete(&request)), Err(ModelError::OverBudget { budget: 15 }));
    }
}
