//! `pack.toml`: from its text to the pack's name and topics.

use super::assemble::Refusal;
use super::catalog::{Pack, Topic};
use super::front_matter;
use super::notes::{At, Names, Notes, all};
use super::problem::{FormFault, Origin, Problem};
use super::table::Table;
use crate::domain::id::{IdError, TopicId};

/// The path of the file in its pack.
pub const PATH: &str = "pack.toml";

/// The version of the pack format that this program reads.
pub const FORMAT_VERSION: i64 = 1;

/// What `pack.toml` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// The pack's name.
    pub pack: Pack,
    /// Its topics, in the order in which they are shown.
    pub topics: Vec<Topic>,
}

/// Reads `pack.toml`.
///
/// # Errors
/// When the format is newer than [`FORMAT_VERSION`]; then nothing else of the pack can be judged.
pub fn parse(text: &str) -> Result<(Option<PackFile>, Vec<Problem>), Refusal> {
    let origin = Origin::file(PATH);
    let mut notes = Notes::new(text, &origin);
    let file = match front_matter::document(At { at: 0, value: text }, &mut notes) {
        Some(document) => read(document.root("`pack.toml`"), &mut notes)?,
        None => None,
    };
    Ok((file, notes.finish()))
}

fn read(mut root: Table, notes: &mut Notes) -> Result<Option<PackFile>, Refusal> {
    match root.integer("format_version", notes) {
        Some(At { value, .. }) if value > FORMAT_VERSION => {
            return Err(Refusal::NewerFormat { found: value });
        }
        Some(At { at, value }) if value < FORMAT_VERSION => {
            notes.add(at, FormFault::NoSuchVersion { found: value });
        }
        Some(_) | None => {}
    }
    let id = root.read("id", notes, pack_id);
    let title = root.text("title", notes);
    let mut names = Names::new("topic");
    let tables = root.tables("topics", "`[[topics]]`", notes);
    let topics = all(tables.into_iter().map(|table| topic(table, &mut names, notes)).collect());
    root.close(notes);
    Ok((|| {
        let pack = Pack { id: id?.value, title: title?.value.to_owned() };
        Some(PackFile { pack, topics: topics? })
    })())
}

fn topic(mut table: Table, names: &mut Names, notes: &mut Notes) -> Option<Topic> {
    let id = table.read("id", notes, TopicId::parse);
    let title = table.text("title", notes);
    table.close(notes);
    if let Some(id) = &id {
        names.give(id, notes);
    }
    Some(Topic { id: id?.value, title: title?.value.to_owned() })
}

/// A pack's name has the form of a topic's.
fn pack_id(text: &str) -> Result<String, IdError> {
    TopicId::parse(text).map(String::from)
}

#[cfg(test)]
mod tests {
    use crate::content::sample::check_change;

    #[test]
    fn says_what_is_wrong() {
        let check = |from, to, expected| check_change("pack.toml", from, to, expected);
        check(
            "format_version = 1",
            "format_version = 0",
            &["pack.toml:1: there is no format_version 0; write `format_version = 1`"],
        );
        check(
            "format_version = 1",
            "format_version = \"1\"",
            &["pack.toml:1: `format_version` is a text; write a whole number"],
        );
        check(
            "title = \"A sample\"",
            "titel = \"A sample\"",
            &[
                "pack.toml:1: `title` is missing in `pack.toml`; add `title`",
                "pack.toml:3: unknown key `titel` in `pack.toml`; did you mean `title`?",
            ],
        );
        check(
            "id = \"cache\"\ntitle = \"Cache\"",
            "id = \"cache\"\ntitle = \"Cache\"\n\n[[topics]]\nid = \"cache\"\ntitle = \" \"",
            &[
                "pack.toml:10: the topic `cache` is already in line 6; rename or remove one of the two",
                "pack.toml:11: `title` is empty; fill it in",
            ],
        );
        check(
            "[[topics]]",
            "topics = 5\n[other]",
            &[
                "pack.toml:5: `topics` is a whole number; write a list of tables, each under `[[...]]`",
                "pack.toml:6: unknown key `other` in `pack.toml`; known are `format_version`, `id`, `title`, `topics`",
            ],
        );
    }

    #[test]
    fn shows_each_line_of_broken_toml() {
        check_change(
            "pack.toml",
            "id = \"sample\"\ntitle = \"A sample\"",
            "id = sample\ntitle = \"A sample",
            &[
                "pack.toml:2: the TOML cannot be read here (string values must be quoted, expected literal \
                 string); correct this line",
                "pack.toml:3: the TOML cannot be read here (invalid basic string, expected `\"`); correct this line",
            ],
        );
    }
}
