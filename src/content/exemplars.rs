//! Exemplars: what `[[exemplars]]` states, joined with the sections that hold the answers.

use std::collections::{BTreeMap, BTreeSet};

use super::notes::{At, Names, Notes, all};
use super::problem::RuleFault;
use super::sections::Section;
use super::table::Table;
use crate::domain::id::{IdError, MisconceptionId, PointId};
use crate::domain::question::Exemplar;
use crate::domain::words::{UnknownWord, Verdict};

/// How an exemplar may be written.
const STYLES: &[&str] = &["jargon", "plain", "partial", "wrong", "keywords"];

/// An `[[exemplars]]` entry, without its answer.
pub(crate) struct Expectation {
    pub(crate) name: At<String>,
    style: String,
    verdicts: BTreeMap<PointId, Verdict>,
    misconceptions: Vec<MisconceptionId>,
}

/// The names of the key points and misconceptions of a question.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) points: &'a Names,
    pub(crate) misconceptions: &'a Names,
}

/// Reads one entry. What it may name is not known yet where the file extends a question of another pack.
pub(crate) fn expectation(mut table: Table, known: Option<Known>, notes: &mut Notes) -> Option<Expectation> {
    let name = table.read("name", notes, exemplar_name);
    let style = table.read("style", notes, style);
    let lists =
        [("hit", Verdict::Hit), ("partial", Verdict::Partial), ("contradicted", Verdict::Contradicted)]
            .map(|(key, verdict)| Some((verdict, table.list(key, notes, PointId::parse)?)));
    let charges = table.list("misconceptions", notes, MisconceptionId::parse);
    table.close(notes);

    let mut verdicts = BTreeMap::new();
    for (verdict, ids) in lists.iter().flatten() {
        for id in ids {
            check_known("key point", id, known.map(|known| known.points), notes);
            if verdicts.insert(id.value.clone(), *verdict).is_some() {
                notes.add(id.at, RuleFault::StatedTwice { point: id.value.to_string() });
            }
        }
    }
    for id in charges.iter().flatten() {
        check_known("misconception", id, known.map(|known| known.misconceptions), notes);
    }
    all(lists.into())?;
    let misconceptions = charges?.into_iter().map(|id| id.value).collect();
    Some(Expectation { name: name?, style: style?.value, verdicts, misconceptions })
}

/// Returns the exemplar's name in a heading `Exemplar: NAME`.
pub(crate) fn name_in(heading: &str) -> Option<&str> {
    heading.strip_prefix("Exemplar:").map(str::trim)
}

/// Gives each expectation its answer, and notes those that have none and the answers that nothing is stated of.
pub(crate) fn join(
    expectations: Vec<Option<Expectation>>,
    sections: &[Section],
    notes: &mut Notes,
) -> Option<Vec<Exemplar>> {
    let mut answers: BTreeMap<&str, &Section> = BTreeMap::new();
    for section in sections {
        if let Some(name) = name_in(&section.heading.value) {
            answers.entry(name).or_insert(section);
        }
    }
    // An entry that could not be read may be the one that a section belongs to.
    if expectations.iter().all(Option::is_some) {
        check_stated(&answers, &expectations, notes);
    }
    all(expectations.into_iter().map(|stated| exemplar(stated?, &answers, notes)).collect())
}

fn exemplar(stated: Expectation, answers: &BTreeMap<&str, &Section>, notes: &mut Notes) -> Option<Exemplar> {
    let Expectation { name, style, verdicts, misconceptions } = stated;
    let Some(section) = answers.get(name.value.as_str()) else {
        notes.add(name.at, RuleFault::NoAnswer { exemplar: name.value });
        return None;
    };
    let answer = section.text(notes)?.value;
    Some(Exemplar { name: name.value, style, answer, verdicts, misconceptions })
}

fn check_stated(answers: &BTreeMap<&str, &Section>, stated: &[Option<Expectation>], notes: &mut Notes) {
    let stated: BTreeSet<&str> = stated.iter().flatten().map(|entry| entry.name.value.as_str()).collect();
    for (name, section) in answers.iter().filter(|(name, _)| !stated.contains(*name)) {
        let open = stated.iter().copied().filter(|stated| !answers.contains_key(stated));
        let nearest = notes.nearest(name, open);
        notes.add(section.heading.at, RuleFault::NoExpectation { exemplar: (*name).to_owned(), nearest });
    }
}

fn check_known(what: &'static str, id: &At<impl ToString>, known: Option<&Names>, notes: &mut Notes) {
    let name = id.value.to_string();
    if let Some(known) = known.filter(|known| !known.has(&name)) {
        let nearest = notes.nearest(&name, known.iter());
        notes.add(id.at, RuleFault::Unknown { what, name, nearest });
    }
}

/// An exemplar's name has the form of an id, though it names nothing outside of its file.
fn exemplar_name(text: &str) -> Result<String, IdError> {
    PointId::parse(text).map(String::from)
}

fn style(text: &str) -> Result<String, UnknownWord> {
    match STYLES.contains(&text) {
        true => Ok(text.to_owned()),
        false => Err(UnknownWord { word: text.to_owned(), vocabulary: "style", allowed: STYLES }),
    }
}
