//! The Markdown part of a file, split at its level-1 headings.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::notes::{At, Names, Notes};
use super::problem::FormFault;

/// What stands below one level-1 heading.
pub(crate) struct Section<'a> {
    /// The heading's text and place.
    pub(crate) heading: At<String>,
    /// The Markdown up to the next such heading, untrimmed.
    pub(crate) body: At<&'a str>,
}

impl Section<'_> {
    /// Returns the Markdown without the blank lines around it; nothing, with a problem, where that is empty.
    pub(crate) fn text(&self, notes: &mut Notes) -> Option<At<String>> {
        let text = self.body.value.trim();
        if text.is_empty() {
            notes.add(
                self.heading.at,
                FormFault::Empty { what: format!("the section `# {}`", self.heading.value) },
            );
            return None;
        }
        let at = self.body.at + (self.body.value.len() - self.body.value.trim_start().len());
        Some(At { at, value: text.to_owned() })
    }
}

/// Splits Markdown into its sections, and notes text above the first and headings that come twice.
pub(crate) fn split<'a>(markdown: At<&'a str>, notes: &mut Notes) -> Vec<Section<'a>> {
    let headings = headings(markdown.value);
    let above = headings.first().map_or(markdown.value.len(), |heading| heading.start);
    if markdown.value.get(..above).is_some_and(|text| !text.trim().is_empty()) {
        notes.add(markdown.at + skip_blank(markdown.value), FormFault::TextOutsideSections);
    }
    let ends = headings.iter().skip(1).map(|heading| heading.start).chain([markdown.value.len()]);
    let mut names = Names::new("section");
    let mut sections = Vec::new();
    for (heading, end) in headings.iter().zip(ends) {
        let name = At { at: markdown.at + heading.start, value: heading.text.clone() };
        names.give(&name, notes);
        let body = markdown.value.get(heading.end..end).unwrap_or_default();
        sections.push(Section { heading: name, body: At { at: markdown.at + heading.end, value: body } });
    }
    sections
}

/// Returns where sections of Markdown begin.
pub(crate) fn starts(markdown: &str) -> Vec<usize> {
    headings(markdown).into_iter().map(|heading| heading.start).collect()
}

struct Heading {
    start: usize,
    end: usize,
    text: String,
}

/// Finds the level-1 headings that stand in no list and no quotation; one in a code block is none.
fn headings(markdown: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let mut depth = 0_usize;
    let mut inside = false;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if depth == 0 => {
                inside = true;
                headings.push(Heading { start: range.start, end: range.end, text: String::new() });
                depth += 1;
            }
            Event::End(TagEnd::Heading(HeadingLevel::H1)) => {
                inside = false;
                depth = depth.saturating_sub(1);
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) | Event::Code(text) if inside => {
                if let Some(heading) = headings.last_mut() {
                    heading.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    headings
}

fn skip_blank(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::problem::Origin;

    fn check(markdown: &str, expected: &[(&str, &str)], problems: &[&str]) {
        let origin = Origin::file("f.md");
        let mut notes = Notes::new(markdown, &origin);
        let sections = split(At { at: 0, value: markdown }, &mut notes);
        let found: Vec<_> =
            sections.iter().map(|s| (s.heading.value.as_str(), s.body.value.trim())).collect();
        assert_eq!(found, expected, "{markdown:?}");
        let lines: Vec<String> = notes.finish().iter().map(ToString::to_string).collect();
        assert_eq!(lines, problems, "{markdown:?}");
    }

    #[test]
    fn splits_at_level_one_headings_only() {
        check("", &[], &[]);
        check("# A\n\none\n\n## B\n\n# C #\ntwo", &[("A", "one\n\n## B"), ("C", "two")], &[]);
        check("# A\n\n```sh\n# no heading\n```\n", &[("A", "```sh\n# no heading\n```")], &[]);
        check(
            "# A\n\n    # code\n\n- # in a list\n\n> # quoted",
            &[("A", "# code\n\n- # in a list\n\n> # quoted")],
            &[],
        );
        check("# `A` *b*\n", &[("A b", "")], &[]);
    }

    #[test]
    fn notes_what_is_lost_or_double() {
        check(
            "\nlost\n\n# A\n\n# A\n",
            &[("A", ""), ("A", "")],
            &[
                "f.md:2: there is text above the first section; move it below a heading that begins with `# `",
                "f.md:6: the section `A` is already in line 4; rename or remove one of the two",
            ],
        );
    }
}
