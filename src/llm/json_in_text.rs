//! The JSON object in a model's reply, with whatever the model has put around it.
//!
//! Nothing is repaired or guessed: an object is found as it is written, or it is not found.

use serde_json::Value;
use serde_json::error::Category;

use super::thoughts::THOUGHTS;

const FENCE: &str = "```";

/// Returns the JSON object that a reply ends up with, as it is written there.
///
/// What the model thinks aloud is passed over, also where it does not come to an end.
/// Then the last object in a fenced block counts, and where there is none, the last object.
/// Where an object breaks off, there is none: what is inside of it, or before it, is not what was meant.
#[must_use]
pub fn extract(text: &str) -> Option<&str> {
    let mut found = Found::default();
    let mut rest = text;
    while let Some(next) = rest.find(['{', '<', '`', '[', '◁']) {
        rest = rest.get(next..)?;
        rest = match step(rest, &mut found) {
            Step::On(bytes) => rest.get(bytes..)?,
            Step::Skip => rest.get(rest.chars().next()?.len_utf8()..)?,
            Step::End => break,
        };
    }
    found.fenced.or(found.bare)
}

/// The last objects so far.
#[derive(Default)]
struct Found<'a> {
    fenced: Option<&'a str>,
    bare: Option<&'a str>,
    in_fence: bool,
}

/// How it goes on.
enum Step {
    /// After so many bytes.
    On(usize),
    /// After the character, which means nothing here.
    Skip,
    /// Not at all.
    End,
}

fn step<'a>(rest: &'a str, found: &mut Found<'a>) -> Step {
    if rest.starts_with('{') {
        return object(rest, found);
    }
    if rest.starts_with(FENCE) {
        found.in_fence = !found.in_fence;
        return Step::On(FENCE.len());
    }
    for (open, close) in THOUGHTS {
        if starts_with(rest, open) {
            return find(rest, close).map_or(Step::End, |at| Step::On(at + close.len()));
        }
        // Many templates write the opening mark themselves, so that the reply begins amid thoughts.
        if starts_with(rest, close) && *close != "<|end|>" {
            *found = Found::default();
            return Step::On(close.len());
        }
    }
    Step::Skip
}

fn object<'a>(rest: &'a str, found: &mut Found<'a>) -> Step {
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    match values.next() {
        Some(Ok(_)) => {
            let end = values.byte_offset();
            let object = rest.get(..end);
            match found.in_fence {
                true => found.fenced = object,
                false => found.bare = object,
            }
            Step::On(end)
        }
        Some(Err(error)) if error.classify() == Category::Eof && found.fenced.is_none() => {
            found.bare = None;
            Step::End
        }
        // What is inside of a broken object is not what was meant, either.
        Some(Err(error)) => Step::On(place(rest, &error).max(1)),
        None => Step::Skip,
    }
}

/// Returns where in the text an error is.
fn place(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    text.floor_char_boundary(before + error.column().saturating_sub(1))
}

fn starts_with(text: &str, mark: &str) -> bool {
    text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
}

fn find(text: &str, mark: &str) -> Option<usize> {
    let first = mark.chars().next()?;
    text.match_indices(first)
        .map(|(at, _)| at)
        .find(|at| text.get(*at..).is_some_and(|rest| starts_with(rest, mark)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const REPLIES: &str = include_str!("../../tests/data/replies.txt");

    #[test]
    fn the_object_that_is_meant_is_found() {
        let cases: Vec<&str> = REPLIES.split("\n=== ").skip(1).collect();
        let mut models = BTreeSet::new();
        for case in &cases {
            let (name, rest) = case.split_once('\n').unwrap();
            let (expected, reply) = rest.split_once('\n').unwrap();
            models.extend(name.split(':').next());
            let found =
                extract(reply).map(|object| serde_json::from_str::<Value>(object).unwrap().to_string());
            assert_eq!(found.as_deref().unwrap_or("none"), expected, "{name}: {reply}");
        }
        assert!(cases.len() >= 60 && models.len() >= 12, "{} replies of {}", cases.len(), models.len());
    }

    #[test]
    fn hostile_replies_cost_little() {
        for piece in
            ["{", "{\"a\":", "<think>", "```{", "[{\"a\":{}},", "{\"a\":1}", "◁", "{\"a\":\"", "</think>"]
        {
            let reply = piece.repeat(200_000 / piece.len());
            let _found = extract(&reply);
        }
        assert_eq!(extract(&"{".repeat(200_000)), None);
        assert_eq!(extract(&"{\"a\":".repeat(40_000)), None);
    }
}
