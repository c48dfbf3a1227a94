//! A mock interviewer for the follow-up questions of a system-design interview, in the terminal.
//!
//! # Layout
//!
//! - [`domain`]: the words of the project as types; no I/O.
//! - [`content`]: from the text of a pack to a catalog.
//! - [`session`]: the engine: plan, events in, effects out.
//! - [`grader`]: from an answer to verdicts with evidence.
//! - [`report`]: from a transcript to scores, gaps and advice.
//! - [`export`]: from a report to files for others.
//! - [`history`]: sessions on disk.
//! - [`ui`]: what people see in the terminal.
//! - [`cli`], [`error`], `app`: what can be typed, what is told when it fails, and the commands.

pub mod domain;

pub mod content;
pub mod export;
pub mod grader;
pub mod report;
pub mod session;
pub mod ui;

pub mod history;

pub mod cli;
pub mod error;

mod app;

pub use app::{Stdio, Terminal, run};
