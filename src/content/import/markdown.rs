//! Notes in Markdown: a heading is a question, and what stands below it the answer.

use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

use super::card::Card;

/// A heading of the file.
struct Heading {
    line: usize,
    level: HeadingLevel,
    start: usize,
    end: usize,
    text: String,
}

/// Reads the cards of a Markdown file.
///
/// Questions are the headings of the deepest level that all parts of the file have; a heading above them that has
/// some below it is their topic, and deeper ones belong to the answers.
pub(super) fn read(text: &str) -> Vec<Card> {
    let text = without_front_matter(text);
    let headings = headings(&text);
    let level = question_level(&headings, &text);
    let mut cards = Vec::new();
    let mut topics: Vec<&Heading> = Vec::new();
    for (at, heading) in headings.iter().enumerate() {
        topics.retain(|topic| topic.level < heading.level);
        let rest = headings.get(at + 1..).unwrap_or_default();
        let is_leaf = rest.first().is_none_or(|next| next.level <= heading.level);
        if heading.level > level {
            continue;
        }
        // A heading above the questions that has none is a question without an answer, or one out of place.
        if heading.level == level || is_leaf {
            let end =
                rest.iter().find(|next| next.level <= heading.level).map_or(text.len(), |next| next.start);
            cards.push(Card {
                line: heading.line,
                question: heading.text.clone(),
                answer: text.get(heading.end..end).unwrap_or_default().to_owned(),
                topic: topics.last().map(|topic| topic.text.clone()),
            });
        } else {
            topics.push(heading);
        }
    }
    cards
}

/// Returns the deepest level that every part has: the highest one among headings with no other below them.
/// One without text is no part, if any has text.
fn question_level(headings: &[Heading], text: &str) -> HeadingLevel {
    let leaves = headings.iter().enumerate().filter_map(|(at, heading)| {
        let next = headings.get(at + 1);
        let body = text.get(heading.end..next.map_or(text.len(), |next| next.start)).unwrap_or_default();
        let is_leaf = next.is_none_or(|next| next.level <= heading.level);
        is_leaf.then_some((body.trim().is_empty(), heading.level))
    });
    leaves.min().map_or(HeadingLevel::H1, |(_, level)| level)
}

/// Finds the headings that stand in no list and no quotation.
fn headings(text: &str) -> Vec<Heading> {
    let mut headings: Vec<Heading> = Vec::new();
    let (mut depth, mut inside) = (0_usize, false);
    let (mut line, mut counted) = (1, 0);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) if depth == 0 => {
                inside = true;
                depth += 1;
                line += text.get(counted..range.start).unwrap_or_default().matches('\n').count();
                counted = range.start;
                headings.push(Heading {
                    line,
                    level,
                    start: range.start,
                    end: range.end,
                    text: String::new(),
                });
            }
            Event::Start(_) => depth += 1,
            Event::End(end) => {
                inside &= !matches!(end, TagEnd::Heading(_));
                depth = depth.saturating_sub(1);
            }
            Event::Text(part) if inside => add(&mut headings, &part),
            Event::Code(part) if inside => add(&mut headings, &format!("`{part}`")),
            Event::SoftBreak | Event::HardBreak if inside => add(&mut headings, " "),
            _ => {}
        }
    }
    headings
}

fn add(headings: &mut [Heading], part: &str) {
    if let Some(heading) = headings.last_mut() {
        heading.text.push_str(part);
    }
}

/// Blanks out YAML between `---` at the top, which would be read as a heading.
fn without_front_matter(text: &str) -> String {
    let body = text.strip_prefix("---\n").and_then(|rest| Some((rest, rest.find("\n---\n")?)));
    match body {
        Some((rest, end)) => {
            let (yaml, below) = rest.split_at(end);
            let lines = yaml.matches('\n').count() + 3;
            format!("{}{}", "\n".repeat(lines), below.trim_start_matches("\n---\n"))
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the cards of a text as `line topic / question = answer`.
    fn check(text: &str, expected: &[&str]) {
        let shown = read(text).into_iter().map(|card| {
            let topic = card.topic.unwrap_or("-".to_owned());
            format!("{} {topic} / {} = {}", card.line, card.question, card.answer.trim().replace('\n', "|"))
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn headings_are_questions() {
        check("", &[]);
        check("just text", &[]);
        check("# A?\nOne.\n\nTwo.\n# B?\nThree.", &["1 - / A? = One.||Two.", "5 - / B? = Three."]);
        check("A?\n===\nOne.\n", &["1 - / A? = One."]);
        check("# A `x` *b*?\n", &["1 - / A `x` b? = "]);
    }

    #[test]
    fn headings_above_questions_are_topics() {
        check(
            "# Notes\n\nMine.\n\n## Caches\n\n### A?\nOne.\n\n### B?\nTwo.\n\n## Queues\n### C?\nThree.",
            &["7 Caches / A? = One.", "10 Caches / B? = Two.", "14 Queues / C? = Three."],
        );
        check("# Empty\n# Caches\n## A?\nOne.", &["1 - / Empty = ", "3 Caches / A? = One."]);
    }

    #[test]
    fn deeper_headings_belong_to_the_answer() {
        check(
            "# Caches\n## A?\nOne.\n### Pros\nFast.\n### Cons\nStale.\n## B?\nTwo.",
            &["2 Caches / A? = One.|### Pros|Fast.|### Cons|Stale.", "8 Caches / B? = Two."],
        );
        check("# About\nMine.\n# Caches\n## A?\nOne.", &["1 - / About = Mine.", "3 - / Caches = ## A?|One."]);
    }

    #[test]
    fn what_only_looks_like_a_heading_is_none() {
        check("# A?\n```sh\n# b\n```\n> # c\n\n- # d\n", &["1 - / A? = ```sh|# b|```|> # c||- # d"]);
        check("---\ntitle: x\ntags: y\n---\n# A?\nOne.\n\n---\n", &["5 - / A? = One.||---"]);
    }
}
