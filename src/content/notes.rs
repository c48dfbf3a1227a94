//! The problems of one file as they are found while it is read.

use std::collections::BTreeMap;

use super::limits::MAX_PROBLEMS;
use super::problem::{Fault, FormFault, Origin, Problem, sort};
use crate::domain::suggest::nearest;

/// A value and where it stands, as a byte offset into its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At<T> {
    pub(crate) at: usize,
    pub(crate) value: T,
}

/// Turns offsets into lines and gathers problems, at most [`MAX_PROBLEMS`] of them.
pub(crate) struct Notes<'a> {
    origin: &'a Origin,
    line_starts: Vec<usize>,
    problems: Vec<Problem>,
    unlisted: usize,
}

impl<'a> Notes<'a> {
    pub(crate) fn new(text: &str, origin: &'a Origin) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self { origin, line_starts, problems: Vec::new(), unlisted: 0 }
    }

    /// Returns the line of an offset, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at).max(1)
    }

    /// Notes a problem at an offset.
    pub(crate) fn add(&mut self, at: usize, fault: impl Into<Fault>) {
        self.add_in_line(self.line(at), fault);
    }

    /// Notes a problem in a line.
    pub(crate) fn add_in_line(&mut self, line: usize, fault: impl Into<Fault>) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem::new(self.origin.line(line), fault));
        } else {
            self.unlisted += 1;
        }
    }

    /// Returns the known name that was meant; none where the problem would not be listed any more,
    /// so that a hostile file cannot make the search costly.
    pub(crate) fn nearest<'k>(
        &self,
        typed: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> Option<String> {
        if self.problems.len() >= MAX_PROBLEMS {
            return None;
        }
        nearest(typed, known).map(str::to_owned)
    }

    /// Returns the problems in the order of their lines.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        sort(&mut self.problems);
        if self.unlisted > 0 {
            let last = self.problems.last().map_or(1, |problem| problem.place.line);
            let more = FormFault::More { count: self.unlisted };
            self.problems.push(Problem::new(self.origin.line(last), more));
        }
        self.problems
    }
}

/// The names of one kind that a file has given so far, each with its line.
pub(crate) struct Names {
    what: &'static str,
    lines: BTreeMap<String, usize>,
}

impl Names {
    pub(crate) fn new(what: &'static str) -> Self {
        Self { what, lines: BTreeMap::new() }
    }

    /// Takes a name in, and notes a problem when it was given before.
    pub(crate) fn give(&mut self, name: &At<impl ToString>, notes: &mut Notes) {
        let (name, at) = (name.value.to_string(), name.at);
        match self.lines.get(&name) {
            Some(first) => notes.add(at, FormFault::Duplicate { what: self.what, name, first: *first }),
            None => {
                self.lines.insert(name, notes.line(at));
            }
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.lines.contains_key(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.lines.keys().map(String::as_str)
    }
}

/// Returns every value, or nothing where one is missing; unlike a plain `collect` it lets every value be read
/// first, so that each notes its own problems.
pub(crate) fn all<T>(values: Vec<Option<T>>) -> Option<Vec<T>> {
    values.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_become_lines() {
        let origin = Origin::file("pack.toml");
        let notes = Notes::new("ab\n\ncd\n", &origin);
        let lines: Vec<usize> = [0, 2, 3, 4, 6, 7, 99].iter().map(|at| notes.line(*at)).collect();
        assert_eq!(lines, [1, 1, 2, 3, 3, 4, 4]);
    }

    #[test]
    fn a_file_full_of_problems_lists_some_and_counts_the_rest() {
        let origin = Origin::file("pack.toml");
        let mut notes = Notes::new("", &origin);
        for _ in 0..MAX_PROBLEMS + 7 {
            notes.add(0, FormFault::NoFrontMatter);
        }
        let problems = notes.finish();
        assert_eq!(problems.len(), MAX_PROBLEMS + 1);
        assert_eq!(
            problems.last().unwrap().to_string(),
            "pack.toml:1: 7 more problems of this file are not listed; correct those that are, then check again"
        );
    }
}
