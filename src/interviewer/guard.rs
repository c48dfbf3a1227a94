//! Lets words through one by one, and none that gives away what is still asked for.

/// The longest that is said at once, in bytes: about two hundred words.
const MAX_BYTES: usize = 1400;

/// Why no more words are let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The next one would give something away.
    Leak,
    /// It goes on for too long.
    TooLong,
}

/// What stands between a model and the candidate.
pub(super) struct Guard<'a> {
    gives_away: &'a dyn Fn(&str) -> bool,
    heard: &'a mut dyn FnMut(&str),
    /// What was let through.
    shown: String,
    /// The word that has begun, with the white space before it.
    word: String,
    stop: Option<Stop>,
}

impl<'a> Guard<'a> {
    pub(super) fn new(gives_away: &'a dyn Fn(&str) -> bool, heard: &'a mut dyn FnMut(&str)) -> Self {
        Self { gives_away, heard, shown: String::new(), word: String::new(), stop: None }
    }

    /// Takes a piece of what is said, cut anywhere. A word is let through when the next one is about to begin.
    pub(super) fn hear(&mut self, piece: &str) {
        for c in piece.chars() {
            if c.is_whitespace() && !self.word.trim().is_empty() {
                self.pass();
            }
            if self.stop.is_some() {
                return;
            }
            // White space before the first word is none of it.
            if !(c.is_whitespace() && self.shown.is_empty() && self.word.is_empty()) {
                self.word.push(c);
            }
        }
    }

    /// Ends what is said: its last word is whole.
    pub(super) fn end(&mut self) {
        if self.stop.is_none() && !self.word.trim().is_empty() {
            self.pass();
        }
    }

    /// Why no more words are let through; `None` while they are.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.stop
    }

    /// Returns what was let through.
    pub(super) fn into_shown(self) -> String {
        self.shown
    }

    fn pass(&mut self) {
        let before = self.shown.len();
        self.shown.push_str(&self.word);
        self.stop = if self.shown.len() > MAX_BYTES {
            Some(Stop::TooLong)
        } else if (self.gives_away)(&self.shown) {
            Some(Stop::Leak)
        } else {
            None
        };
        match self.stop {
            Some(_) => self.shown.truncate(before),
            None => (self.heard)(&self.word),
        }
        self.word.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[&str], expected: &[&str], stop: Option<Stop>) {
        let gives_away = |text: &str| text.contains("single flight");
        let mut words = Vec::new();
        let mut heard = |word: &str| words.push(word.to_owned());
        let mut guard = Guard::new(&gives_away, &mut heard);
        pieces.iter().for_each(|piece| guard.hear(piece));
        guard.end();
        assert_eq!(guard.stopped(), stop, "{pieces:?}");
        assert_eq!(guard.into_shown(), expected.concat());
        assert_eq!(words, expected, "{pieces:?}");
    }

    #[test]
    fn words_come_whole_however_they_are_cut() {
        check(&[" Wh", "at", " if", "\n\nit", " fails? "], &["What", " if", "\n\nit", " fails?"], None);
        check(&["", " ", "\n"], &[], None);
        check(&["x"], &["x"], None);
    }

    #[test]
    fn a_word_that_gives_away_is_not_shown_nor_what_follows() {
        check(
            &["Have you heard of sing", "le flight", ", or of more?"],
            &["Have", " you", " heard", " of", " single"],
            Some(Stop::Leak),
        );
        check(&["a single flight"], &["a", " single"], Some(Stop::Leak));
    }

    #[test]
    fn a_speech_has_an_end() {
        let speech = "word ".repeat(1000);
        let expected: Vec<String> = std::iter::once("word".to_owned())
            .chain(std::iter::repeat_n(" word".to_owned(), MAX_BYTES / 5 - 1))
            .collect();
        check(&[&speech], &expected.iter().map(String::as_str).collect::<Vec<_>>(), Some(Stop::TooLong));
    }
}
