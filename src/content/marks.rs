//! `[placeholder]` and `{number}` in the texts of a pack.

use std::collections::{BTreeMap, BTreeSet};

use super::notes::{At, Notes};
use super::problem::RuleFault;
use super::table::Table;

/// The longest text in brackets that is taken for a placeholder's name, in bytes.
const MAX_NAME: usize = 60;

/// The placeholders of a question, and which of them its texts have used so far.
#[derive(Default)]
pub(crate) struct Placeholders {
    declared: BTreeMap<String, usize>,
    used: BTreeSet<String>,
}

impl Placeholders {
    /// Takes in the names of the `[placeholders]` table.
    pub(crate) fn declare(&mut self, table: &Table) {
        self.declared.extend(table.keys().map(|key| (key.value.to_owned(), key.at)));
    }

    /// Takes in a name that another table makes.
    pub(crate) fn declare_one(&mut self, name: &str, at: usize) {
        self.declared.insert(name.to_owned(), at);
    }

    /// Looks for `[name]` in a text, and notes a problem where it is not declared.
    pub(crate) fn scan(&mut self, text: At<&str>, notes: &mut Notes) {
        for name in bracketed(text) {
            if self.declared.contains_key(name.value) {
                self.used.insert(name.value.to_owned());
            } else {
                let nearest = notes.nearest(name.value, self.declared.keys().map(String::as_str));
                let fault = RuleFault::UndeclaredPlaceholder { name: name.value.to_owned(), nearest };
                notes.add(name.at, fault);
            }
        }
    }

    /// Notes every placeholder that no text has used.
    pub(crate) fn close(&self, notes: &mut Notes) {
        for (name, at) in self.declared.iter().filter(|(name, _)| !self.used.contains(*name)) {
            notes.add(*at, RuleFault::UnusedPlaceholder { name: name.clone() });
        }
    }
}

/// Returns every `[name]` of a text that reads like a name: it begins with a letter, and is neither
/// the text of a Markdown link nor inside backticks.
pub(crate) fn bracketed(text: At<&str>) -> impl Iterator<Item = At<&str>> {
    let mut code = false;
    memchr::memchr2_iter(b'`', b'[', text.value.as_bytes()).filter_map(move |open| {
        let (mark, inside) = text.value.get(open..)?.split_at(1);
        code ^= mark == "`";
        if mark != "[" || code {
            return None;
        }
        let end = inside.bytes().take(MAX_NAME).position(|byte| matches!(byte, b'[' | b']' | b'\n'))?;
        let (name, rest) = (inside.get(..end)?, inside.get(end..)?);
        let link = rest.starts_with("](") || rest.starts_with("][") || rest.starts_with("]:");
        let is_name = rest.starts_with(']') && !link && name.starts_with(char::is_alphabetic);
        is_name.then_some(At { at: text.at + open, value: name })
    })
}

/// Returns every `{id}` of a text whose inside has the form of a number's id.
pub(crate) fn braced(text: At<&str>) -> impl Iterator<Item = At<&str>> {
    text.value.match_indices('{').filter_map(move |(open, _)| {
        let inside = text.value.get(open + 1..)?;
        let end = inside.bytes().take(MAX_NAME).position(|byte| byte == b'}')?;
        let name = inside.get(..end).filter(|name| is_number_name(name))?;
        Some(At { at: text.at + open, value: name })
    })
}

/// Whether formulas can read the name.
pub(crate) fn is_number_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_in_brackets() {
        for (text, expected) in [
            ("the [component] and [access pattern]", vec![(4, "component"), (20, "access pattern")]),
            ("[SQL/NoSQL]", vec![(0, "SQL/NoSQL")]),
            ("[a link](https://example.org) and [x][y]", vec![(34 + 3, "y")]),
            ("`row[key]` and [0, 1] and [open", vec![]),
            ("[line\nbreak] [[nested]]", vec![(14, "nested")]),
            ("[é]", vec![(0, "é")]),
        ] {
            let found: Vec<_> = bracketed(At { at: 0, value: text }).map(|n| (n.at, n.value)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn finds_numbers_in_braces() {
        let text = At { at: 10, value: "{dau} of {peak_reads}, {\"a\": 1}, {}, {open" };
        let found: Vec<_> = braced(text).map(|n| (n.at, n.value)).collect();
        assert_eq!(found, [(10, "dau"), (19, "peak_reads")]);
    }
}
