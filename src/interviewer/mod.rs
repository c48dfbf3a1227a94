//! Interviewers: what there is to say goes in, words come out as they are found.
//!
//! What is asked, pressed on and changed is decided by [`crate::session`]; an interviewer only finds the words.
//! The pack's own words are always there to fall back on.

mod guard;
mod inquiry;
pub mod llm;
pub mod scripted;
mod telling;

use std::future::Future;
use std::pin::Pin;

use crate::domain::said::{Occasion, Said};
use crate::domain::transcript::Transcript;
use crate::llm::ModelError;
use crate::llm::prompt::PromptError;

pub use inquiry::is_inquiry;

/// What there is to say, and all that may be known for it.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// What there is to say.
    pub occasion: Occasion,
    /// The session so far; its last turn is the one in hand.
    pub transcript: &'a Transcript,
    /// Whether words give away what is still asked for. It is asked at every word, before that is handed on.
    pub gives_away: &'a dyn Fn(&str) -> bool,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// The words that were handed on; `None` where the pack's own words are to be shown, and nothing else was.
    pub said: Option<Said>,
    /// Why it is not what it should be, where something failed.
    pub failure: Option<SpeechError>,
}

/// Why an interviewer found no words, or not all of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpeechError {
    /// The model failed.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A prompt of the user's own cannot be filled.
    #[error(transparent)]
    Prompt(#[from] PromptError),
}

/// Ends when the candidate has heard enough.
pub type Interrupt<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// What an interviewer is doing while it speaks.
pub type Speech<'a> = Pin<Box<dyn Future<Output = Spoken> + 'a>>;

/// Finds the words for what there is to say.
pub trait Interviewer {
    /// Whether it answers what the candidate asks back.
    fn converses(&self) -> bool;

    /// Speaks. Words are handed on as they come, each with the white space before it; what was handed on stands.
    fn speak<'a>(
        &'a self,
        moment: Moment<'a>,
        heard: &'a mut dyn FnMut(&str),
        interrupt: Interrupt<'a>,
    ) -> Speech<'a>;
}
