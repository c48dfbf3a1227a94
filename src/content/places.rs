//! Where the parts of a pack stand in its files, for problems that are found after its files were read.

use std::collections::BTreeMap;

use super::problem::{Origin, Place};
use crate::domain::id::{MisconceptionId, PointId, QuestionId, TwistId};

/// A part of a question or a scenario that a later check may find at fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The evidence of a key point.
    Point(PointId),
    /// The evidence of a misconception.
    Misconception(MisconceptionId),
    /// The expectation of an exemplar.
    Exemplar(String),
    /// The question that a twist asks.
    Asks(TwistId),
    /// The question that a sentence ties to a scenario.
    Tie(QuestionId),
    /// A scenario's number for a question's figure.
    Figure(QuestionId),
    /// A scenario's value for a placeholder.
    Bind(String),
}

/// The lines of parts, by file. A file is listed even where nothing of it could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, BTreeMap<Part, usize>>);

impl Places {
    /// Takes in a file with the lines of its parts.
    pub fn insert(&mut self, origin: &Origin, lines: BTreeMap<Part, usize>) {
        self.0.insert(origin.file.clone(), lines);
    }

    /// Whether the pack has that file.
    #[must_use]
    pub fn has(&self, origin: &Origin) -> bool {
        self.0.contains_key(&origin.file)
    }

    /// Adds the files of a later pack; those that are there already stay.
    pub fn merge(&mut self, later: Places) {
        for (file, lines) in later.0 {
            self.0.entry(file).or_insert(lines);
        }
    }

    /// Returns how many question files there are.
    #[must_use]
    pub fn questions(&self) -> usize {
        self.0.keys().filter(|file| file.starts_with("questions/")).count()
    }

    /// Returns the part's line; 1 where it is not known.
    #[must_use]
    pub fn line(&self, origin: &Origin, part: &Part) -> usize {
        self.0.get(&origin.file).and_then(|lines| lines.get(part)).copied().unwrap_or(1)
    }

    /// Returns the part's place.
    #[must_use]
    pub fn of(&self, origin: &Origin, part: &Part) -> Place {
        origin.line(self.line(origin, part))
    }
}
