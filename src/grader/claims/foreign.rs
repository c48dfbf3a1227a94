//! Other people's words: a quote of them is no evidence, however exactly it stands in the answer.

use crate::grader::{GradeRequest, telling};

/// The texts whose words are nobody's answer: the question's, the reference's, the rubric's, the prompt's.
pub(super) struct Foreign {
    /// Each text's words in small letters, each between spaces, on a line of its own.
    lines: String,
}

impl Foreign {
    /// Reads what a grader is told. `more` is what it is told besides what belongs to the question.
    pub(super) fn of(request: &GradeRequest<'_>, more: &[&str]) -> Self {
        let GradeRequest { question, prompt, .. } = *request;
        let rubric = &question.rubric;
        let points = rubric.points.iter().flat_map(|point| [point.text.as_str(), point.probe.as_str()]);
        let wrongs =
            rubric.misconceptions.iter().flat_map(|wrong| [wrong.text.as_str(), wrong.correction.as_str()]);
        let lines = rubric.points.iter().flat_map(|point| point.lines());
        let lines = lines.chain(rubric.misconceptions.iter().flat_map(|wrong| &wrong.evidence));
        let texts = [prompt, &question.wording, &question.reference].into_iter().chain(points).chain(wrongs);
        let texts = texts.chain(lines.map(|line| line.as_str())).chain(more.iter().copied());
        let mut lines = String::new();
        for text in texts {
            add(&mut lines, text);
            lines.push('\n');
        }
        Self { lines }
    }

    /// Whether one of the texts has these words one after the other; they are as [`spaced`] makes them.
    pub(super) fn contains(&self, words: &str) -> bool {
        self.lines.contains(words)
    }
}

/// Returns a text's words in small letters, each between spaces.
pub(super) fn spaced(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    add(&mut words, text);
    words
}

fn add(line: &mut String, text: &str) {
    line.push(' ');
    for word in telling::parts(text) {
        match word.is_ascii() {
            true => line.extend(word.bytes().map(|byte| char::from(byte.to_ascii_lowercase()))),
            false => line.push_str(&word.to_lowercase()),
        }
        line.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_between_spaces_whatever_divides_them() {
        for (text, expected) in [
            ("", " "),
            (" -- ", " "),
            ("The 'Cache' isn't\nDOWN.", " the cache isn't down "),
            ("\u{c9}t\u{e9}: 5%", " \u{e9}t\u{e9} 5 "),
        ] {
            assert_eq!(spaced(text), expected, "{text:?}");
        }
    }

    #[test]
    fn words_are_those_of_one_text() {
        let mut lines = String::new();
        for text in ["Serve stale data", "from the cache"] {
            add(&mut lines, text);
            lines.push('\n');
        }
        let foreign = Foreign { lines };
        for (words, expected) in [
            ("stale data", true),
            ("the CACHE", true),
            ("stale dat", false),
            ("data from", false),
            ("stale from", false),
        ] {
            assert_eq!(foreign.contains(&spaced(words)), expected, "{words:?}");
        }
    }
}
