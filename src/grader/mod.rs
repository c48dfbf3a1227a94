//! Graders: an answer in, an [`Outcome`] out.
//!
//! A grader gives verdicts with evidence. The score is arithmetic in [`crate::domain::score`], never a grader's.

mod claims;
pub mod command;
pub mod fakes;
pub mod llm;
pub mod plain;
pub mod rubric;
#[cfg(test)]
mod sample;
pub mod telling;

use std::future::Future;
use std::pin::Pin;

use crate::domain::grade::Outcome;
use crate::domain::question::Question;

/// An answer to be graded.
#[derive(Clone, Copy, Debug)]
pub struct GradeRequest<'a> {
    /// The question that was asked, with its rubric.
    pub question: &'a Question,
    /// The words in which it was asked: the question's, with its tie to the scenario, or a probe's.
    pub prompt: &'a str,
    /// The answer as typed.
    pub answer: &'a str,
}

/// What a grader is doing when it has not answered yet.
pub type GradeFuture<'a> = Pin<Box<dyn Future<Output = Outcome> + 'a>>;

/// Judges answers.
pub trait Grader {
    /// Judges one answer on every key point and misconception of its question.
    /// A failure is an [`Outcome::Ungraded`], never a zero.
    fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a>;
}
