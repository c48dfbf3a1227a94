//! A mock interviewer for the follow-up questions of a system-design interview, in the terminal.
//!
//! # Layout
//!
//! - [`domain`]: the words of the project as types; no I/O.
//! - [`content`]: from the text of a pack to a catalog.
//! - [`session`]: the engine: plan, events in, effects out.
//! - [`grader`]: from an answer to verdicts with evidence.
//! - [`history`]: what was asked and answered, kept on disk.

pub mod content;
pub mod export;
pub mod grader;
pub mod history;
