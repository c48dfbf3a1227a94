//! A mock interviewer for the follow-up questions of a system-design interview, in the terminal.
//!
//! # Layout
//!
//! - [`domain`]: the words of the project as types; no I/O.
//! - [`content`]: from the text of a pack to a catalog.
//! - [`session`]: the engine: plan, events in, effects out.
//! - [`llm`]: language models, reached by one path.
//! - [`interviewer`]: from what there is to say to words.
//! - [`grader`]: from an answer to verdicts with evidence.
//! - [`report`]: from a transcript to scores, gaps and advice.
//! - [`history`]: what was asked and answered, kept on disk.
//! - [`export`]: from a report to files for others.
//! - [`ui`]: what people see in the terminal, and how a line is typed.
//! - [`cores`]: work on many items at once.
//! - [`cli`], [`error`], `app`: what can be typed, what is told when it fails, and the commands.

pub mod domain;

pub mod content;
pub mod session;

pub mod interviewer;
pub mod llm;

pub mod grader;

pub mod report;

pub mod history;

pub mod export;

pub mod ui;

pub mod cores;

pub mod cli;
pub mod error;

mod app;

pub use app::{Stdio, Terminal, run};
