//! `questions/<topic>/<name>.md` with `extends = true`: from its text to an extension of an earlier pack's question.
//!
//! Whether what it names is there shows only when the packs are put together.

use std::collections::BTreeMap;

use super::exemplars;
use super::extension::{Addition, Extension};
use super::notes::{At, all};
use super::places::Part;
use super::problem::FormFault;
use super::question_file::Reader;
use super::sections::{self, Section};
use super::table::Table;
use crate::domain::id::{PointId, QuestionId};
use crate::domain::pattern::Pattern;

/// Keys of a question that its extension cannot change.
const OF_THE_QUESTION: &[&str] = &["question", "purposes", "needs", "placeholders", "sources"];
/// Keys of a key point that an extension cannot change.
const OF_THE_POINT: &[&str] = &["text", "weight", "level", "facet", "probe", "derived"];
const SECTIONS: &[&str] = &["Exemplar: NAME"];

/// What one extension's file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionFile {
    /// The additions.
    pub extension: Extension,
    /// The lines of its parts.
    pub places: BTreeMap<Part, usize>,
    /// Where each line of evidence stands, in the order of its additions and misconceptions.
    pub lines: Vec<usize>,
}

/// Reads the tables of a front matter that says `extends = true`, and the sections below it.
pub(super) fn read(
    mut root: Table,
    markdown: At<&str>,
    id: &QuestionId,
    mut reader: Reader,
) -> Option<ExtensionFile> {
    let sections = sections::split(markdown, reader.notes);
    reader.places.insert(Part::Extends, reader.notes.line(root.at_key("extends")));
    let tables = root.tables("points", "`[[points]]`", reader.notes);
    let points = all(tables.into_iter().map(|table| addition(table, &mut reader)).collect());
    let misconceptions = reader.misconceptions(&mut root);
    let expectations = reader.expectations(&mut root, false);
    let nothing =
        [points.as_ref().map(Vec::len), misconceptions.as_ref().map(Vec::len)] == [Some(0), Some(0)];
    if nothing && expectations.is_empty() {
        let what = "the extension".to_owned();
        reader.notes.add(root.at_key("extends"), FormFault::Empty { what });
    }
    root.close_extension(OF_THE_QUESTION, reader.notes);
    let exemplars = exemplars::join(expectations, &sections, reader.notes);
    check_sections(&sections, &mut reader);
    let extension = Extension {
        question: id.clone(),
        points: points?,
        misconceptions: misconceptions?,
        exemplars: exemplars?,
    };
    Some(ExtensionFile { extension, places: reader.places, lines: reader.lines })
}

fn addition(mut table: Table, reader: &mut Reader) -> Option<Addition> {
    let id = table.read("id", reader.notes, PointId::parse);
    if let Some(id) = &id {
        reader.points.give(id, reader.notes);
        let line = reader.notes.line(id.at);
        reader.places.entry(Part::Extended(id.value.clone())).or_insert(line);
        let line = reader.notes.line(table.at_key("evidence"));
        reader.places.entry(Part::Point(id.value.clone())).or_insert(line);
    }
    let lists = ["evidence", "mention", "contradiction"]
        .map(|key| table.list(key, reader.notes, Pattern::parse).map(|lines| reader.lines(lines)));
    if lists.iter().all(|list| list.as_ref().is_some_and(Vec::is_empty)) {
        let fault = FormFault::MissingKey { key: "evidence", table: "`[[points]]`" };
        reader.notes.add(table.at(), fault);
    }
    table.close_extension(OF_THE_POINT, reader.notes);
    let [evidence, mention, contradiction] = lists;
    Some(Addition { point: id?.value, evidence: evidence?, mention: mention?, contradiction: contradiction? })
}

fn check_sections(sections: &[Section], reader: &mut Reader) {
    for At { at, value } in sections.iter().map(|section| &section.heading) {
        if exemplars::name_in(value).is_none() {
            let fault = FormFault::UnknownSection { heading: value.clone(), known: SECTIONS };
            reader.notes.add(*at, fault);
        }
    }
}
