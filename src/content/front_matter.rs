//! The typed part of a file: TOML, alone or between two lines `+++` above Markdown.

use memchr::memmem;
use toml::de::DeTable;

use super::notes::{At, Notes};
use super::problem::FormFault;
use super::table::Table;

/// The most errors that are shown of one broken TOML text; a reader that lost its way finds ever more.
const MAX_TOML_ERRORS: usize = 5;

/// TOML that could be read as such.
pub(crate) struct Document<'a> {
    entries: DeTable<'a>,
    /// Where the TOML begins in its file.
    shift: usize,
}

impl Document<'_> {
    /// Starts to read its keys, under that name in messages.
    pub(crate) fn root(&self, name: &'static str) -> Table<'_> {
        Table::new(name, &self.entries, 0, self.shift)
    }
}

/// Splits a file into the TOML between its first two lines `+++` and the Markdown below.
pub(crate) fn split<'a>(text: &'a str, notes: &mut Notes) -> Option<(At<&'a str>, At<&'a str>)> {
    let line = |at: usize| text.get(at..)?.split_inclusive('\n').next();
    let first = line(0).unwrap_or_default();
    if !is_fence(&first) {
        notes.add(0, FormFault::NoFrontMatter);
        return None;
    }
    let start = first.len();
    let breaks = memmem::find_iter(text.as_bytes(), "\n+++").map(|at| at + 1);
    let mut ends = breaks.filter_map(|end| Some((end, end + line(end).filter(is_fence)?.len())));
    let Some((end, behind)) = ends.next() else {
        notes.add(0, FormFault::OpenFrontMatter);
        return None;
    };
    let (toml, body) = (text.get(start..end)?, text.get(behind..)?);
    Some((At { at: start, value: toml }, At { at: behind, value: body }))
}

fn is_fence(line: &&str) -> bool {
    line.trim_end() == "+++"
}

/// Reads TOML. Nesting is bounded by the reader itself (80 deep), so a hostile text cannot exhaust the stack.
pub(crate) fn document<'a>(toml: At<&'a str>, notes: &mut Notes) -> Option<Document<'a>> {
    let (entries, errors) = DeTable::parse_recoverable(toml.value);
    if errors.is_empty() {
        return Some(Document { entries: entries.into_inner(), shift: toml.at });
    }
    let mut lines = Vec::new();
    for error in errors {
        let at = toml.at + error.span().map_or(0, |span| span.start);
        let line = notes.line(at);
        // One mistake often makes several errors in its line.
        if lines.len() < MAX_TOML_ERRORS && !lines.contains(&line) {
            lines.push(line);
            notes.add(at, FormFault::Toml { message: error.message().to_owned() });
        }
    }
    None
}
