//! `lexicon.toml`: from its text to the pack's vocabulary.

use super::front_matter;
use super::limits::MAX_MEMBERS;
use super::notes::{At, Notes, all};
use super::problem::{FormFault, Origin, Problem};
use super::table::Table;
use crate::domain::id::TopicId;
use crate::domain::lexicon::{Group, Lexicon};

/// The path of the file in its pack.
pub const PATH: &str = "lexicon.toml";

/// Reads `lexicon.toml`. Groups come sorted by their keys, members in their order and in lower case.
#[must_use]
pub fn parse(text: &str) -> (Option<Lexicon>, Vec<Problem>) {
    let origin = Origin::file(PATH);
    let mut notes = Notes::new(text, &origin);
    let document = front_matter::document(At { at: 0, value: text }, &mut notes);
    let lexicon = document.and_then(|document| read(document.root("`lexicon.toml`"), &mut notes));
    (lexicon, notes.finish())
}

fn read(mut root: Table, notes: &mut Notes) -> Option<Lexicon> {
    let synonyms = groups(&mut root, "synonyms", "`[synonyms]`", notes);
    let kinds = groups(&mut root, "kinds", "`[kinds]`", notes);
    root.close(notes);
    Some(Lexicon { synonyms: synonyms?, kinds: kinds? })
}

fn groups(root: &mut Table, key: &'static str, name: &'static str, notes: &mut Notes) -> Option<Vec<Group>> {
    let Some(table) = root.table(key, name, notes)? else { return Some(Vec::new()) };
    all(table.lists(notes)?.into_iter().map(|(id, members)| group(id, &members, notes)).collect())
}

fn group(id: At<&str>, members: &[&str], notes: &mut Notes) -> Option<Group> {
    // A group's key is also a word of the language in `[kinds]`, with its hyphens read as spaces.
    if let Err(error) = TopicId::parse(id.value) {
        notes.add(id.at, FormFault::Id(error));
        return None;
    }
    if members.is_empty() {
        notes.add(id.at, FormFault::Empty { what: format!("`{}`", id.value) });
        return None;
    }
    if members.len() > MAX_MEMBERS {
        notes.add(id.at, FormFault::LargeGroup { key: id.value.to_owned(), count: members.len() });
        return None;
    }
    let members = members.iter().map(|member| member.trim().to_lowercase()).collect();
    Some(Group { id: id.value.to_owned(), members })
}

#[cfg(test)]
mod tests {
    use crate::content::sample::check_change;

    #[test]
    fn says_what_is_wrong() {
        let check = |from, to, expected| check_change("lexicon.toml", from, to, expected);
        check(
            "[kinds]",
            "[kind]",
            &["lexicon.toml:4: unknown key `kind` in `lexicon.toml`; did you mean `kinds`?"],
        );
        check("[\"redis\"]", "[]", &["lexicon.toml:5: `cache` is empty; fill it in"]);
        let many = format!("[{}]", "\"redis\",".repeat(101));
        check(
            "[\"redis\"]",
            &many,
            &[
                "lexicon.toml:5: `cache` has 101 words, and at most 100 stand for one another; split it into groups \
                 that are nearer in meaning",
            ],
        );
        check("[\"redis\"]", "[\"\"]", &["lexicon.toml:5: `cache` is empty; fill it in"]);
        check(
            "[\"redis\"]",
            "\"redis\"",
            &["lexicon.toml:5: `cache` is a text; write a list of texts in quotes"],
        );
        check(
            "cache =",
            "Cache =",
            &[
                "lexicon.toml:5: `Cache` is not an id; use small letters, digits and single hyphens, at most 64 of them",
            ],
        );
    }
}
