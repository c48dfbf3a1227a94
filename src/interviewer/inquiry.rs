//! Whether what was handed in asks something back instead of answering.

/// The most words that are asked back.
const MAX_WORDS: usize = 60;
/// The most sentences.
const MAX_SENTENCES: usize = 2;

/// What may stand behind the end of a sentence.
const CLOSING: [char; 4] = ['"', ')', '”', '»'];

/// Whether a text is nothing but one or two short questions.
#[must_use]
pub fn is_inquiry(text: &str) -> bool {
    let sentences = sentences(text);
    (1..=MAX_SENTENCES).contains(&sentences.len())
        && sentences.iter().all(|sentence| sentence.ends_with(['?', '？']))
        && text.split_whitespace().count() <= MAX_WORDS
}

/// Splits a text behind every `.`, `!` and `?` that ends a sentence.
fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.char_indices().find(|(at, c)| ends_sentence(rest, *at, *c));
        let end = end.map_or(rest.len(), |(at, c)| at + c.len_utf8());
        let (sentence, behind) = rest.split_at(end);
        sentences.push(sentence);
        rest = behind.trim_start_matches(CLOSING).trim_start();
    }
    sentences
}

fn ends_sentence(text: &str, at: usize, c: char) -> bool {
    let behind = text.get(at + c.len_utf8()..).and_then(|behind| behind.chars().next());
    match c {
        '？' | '。' => true,
        '?' | '!' => behind.is_none_or(|next| next.is_whitespace() || CLOSING.contains(&next)),
        '.' => behind.is_none_or(char::is_whitespace) && !is_abbreviated(text.get(..at).unwrap_or_default()),
        _ => false,
    }
}

/// Whether a full stop behind this belongs to an abbreviation, as in "e.g." or "vs.".
fn is_abbreviated(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '.').next().unwrap_or_default();
    word.chars().count() == 1 || matches!(word.to_lowercase().as_str(), "vs" | "etc" | "approx" | "incl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_questions_ask_back() {
        for text in [
            "How many reads a second?",
            "Is it one region? Or two?",
            "Do we need e.g. strong consistency, or is 99.9 % enough?",
            " \nMay I assume (say) Redis vs. Memcached?\n",
            "一秒钟有多少次读取？",
            "Is it \"at least once?\"",
        ] {
            assert!(is_inquiry(text), "{text:?}");
        }
    }

    #[test]
    fn whatever_states_something_is_an_answer() {
        for text in [
            "",
            "?x",
            "Use a lock.",
            "A queue? No, a log.",
            "What about retries? They are idempotent.",
            "One? Two? Three?",
            "I would ask how many reads there are",
            "Retry! How often?",
            "- a cache\n- a queue?\n- done",
        ] {
            assert!(!is_inquiry(text), "{text:?}");
        }
        assert!(!is_inquiry(&format!("{}what?", "so ".repeat(60))));
        assert!(is_inquiry(&format!("{}what?", "so ".repeat(59))));
    }
}
