//! The texts of the files that an import makes.

use super::card::Card;
use crate::content::catalog::Topic;
use crate::content::marks;
use crate::content::notes::At;
use crate::content::pack_file::FORMAT_VERSION;
use crate::content::sections;
use crate::domain::question::KeyPoint;

/// Returns the text of a new pack's `pack.toml`.
#[must_use]
pub fn pack_file(id: &str, title: &str, topics: &[Topic]) -> String {
    let head = format!("format_version = {FORMAT_VERSION}\nid = {}\ntitle = {}\n", quoted(id), quoted(title));
    let none = if topics.is_empty() { "topics = []\n" } else { "" };
    with_topics(&format!("{head}{none}"), topics)
}

/// Adds topics to the text of a `pack.toml`, at its end.
#[must_use]
pub fn with_topics(pack_file: &str, topics: &[Topic]) -> String {
    let mut text = pack_file.to_owned();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    for Topic { id, title } in topics {
        text.push_str(&format!("\n[[topics]]\nid = {}\ntitle = {}\n", quoted(id.as_str()), quoted(title)));
    }
    text
}

/// Returns the text of a question's file. `source` says where the card comes from.
pub(super) fn question_file(card: &Card, points: &[KeyPoint], source: &str) -> String {
    let mut text = format!(
        "+++\n# Imported from line {} of {source}.\nquestion = {}\npurposes = [\"depth\"]\n",
        card.line,
        quoted(&literal(&card.question)),
    );
    for point in points {
        text.push_str(&key_point(point));
    }
    let title = quoted(&format!("imported from {source}"));
    text.push_str(&format!("\n[[sources]]\ntitle = {title}\n+++\n\n# Reference answer\n\n{}\n", card.answer));
    text
}

fn key_point(point: &KeyPoint) -> String {
    let lines: String = point.evidence.iter().map(|line| format!("  {},\n", quoted(line.as_str()))).collect();
    format!(
        "\n[[points]]\nid = {}\ntext = {}\nweight = {}\nlevel = {}\nfacet = {}\n\
         derived = true                         # from a sentence of the answer; remove this once you have judged it\n\
         evidence = [\n{lines}]\nprobe = {}\n",
        quoted(point.id.as_str()),
        quoted(&literal(&point.text)),
        point.weight,
        quoted(point.level.as_str()),
        quoted(point.facet.as_str()),
        quoted(&point.probe),
    )
}

/// Returns an answer in which nothing has a meaning in a pack: no heading of a section, and no placeholder.
pub(super) fn reference(answer: &str) -> String {
    without_sections(&literal(answer))
}

/// Puts backslashes where headings of the first level are, so that the text stays one section.
fn without_sections(text: &str) -> String {
    if sections::starts(text).is_empty() {
        return text.to_owned();
    }
    // A line of `=` makes a heading of the lines above it.
    let lines = text.split_inclusive('\n').map(|line| {
        let underlines = !line.trim().is_empty() && line.trim().chars().all(|c| c == '=');
        if underlines { format!("\\{}", line.trim_start()) } else { line.to_owned() }
    });
    let mut text: String = lines.collect();
    // From the last one, so that the places of the others stay.
    for heading in sections::starts(&text).iter().rev() {
        text.insert(*heading, '\\');
    }
    text
}

/// Puts `[name]`, which would be a placeholder, in backticks.
fn literal(text: &str) -> String {
    let mut literal = text.to_owned();
    let names: Vec<_> = marks::bracketed(At { at: 0, value: text }).collect();
    for name in names.iter().rev() {
        literal.insert(name.at + name.value.len() + "[]".len(), '`');
        literal.insert(name.at, '`');
    }
    literal
}

/// Returns a text as TOML writes it, in one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_read_back() {
        for text in ["", "a \"b\" \\ c", "\u{7f}\0\n\t\u{1b}[2J", "'''", "\u{1f980} \u{202e}"] {
            let table: toml::Table = format!("x = {}", quoted(text)).parse().unwrap();
            assert_eq!(table["x"].as_str(), Some(text));
        }
    }

    #[test]
    fn an_answer_means_nothing_in_a_pack() {
        for (answer, expected) in [
            ("a [name] and [link](x)", "a `[name]` and [link](x)"),
            ("`x[name]` [a] [b]", "`x[name]` `[a]` `[b]`"),
            ("# A\n\n## B\n\n```\n# c\n```\n#D", "\\# A\n\n## B\n\n```\n# c\n```\n#D"),
            ("A\n===\n\nB\nC\n=\n", "A\n\\===\n\nB\nC\n\\=\n"),
            ("#\n", "\\#\n"),
        ] {
            assert_eq!(reference(answer), expected, "{answer:?}");
            assert!(sections::starts(&reference(answer)).is_empty(), "{answer:?}");
        }
    }
}
