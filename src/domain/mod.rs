//! The words of `followup` as types: packs' content, plans, sessions, grades.
//!
//! Everything here is a value. There is no file, socket, clock, terminal or async runtime in this module,
//! and it imports no other module of the crate.

pub mod chance;
pub mod character;
pub mod exchange;
pub mod figure;
pub mod formula;
pub mod grade;
pub mod grammar;
pub mod hash;
pub mod id;
pub mod lexicon;
pub mod pattern;
pub mod plan;
pub mod quantity;
pub mod question;
pub mod said;
pub mod scenario;
pub mod score;
pub mod standing;
pub mod suggest;
pub mod transcript;
pub mod words;
