//! What models think aloud before they speak, kept apart from their words as they come.

/// The marks between which models think aloud before they reply.
pub(super) const THOUGHTS: &[(&str, &str)] = &[
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel|>analysis<|message|>", "<|end|>"),
    ("◁think▷", "◁/think▷"),
    ("[THINK]", "[/THINK]"),
];

/// Takes a reply in pieces and gives back its words without the thoughts before them, however the pieces are cut.
#[derive(Debug, Default)]
pub struct Aloud {
    /// What is not yet known to be words.
    held: String,
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Beginning,
    Thinking(&'static str),
    Speaking,
}

impl Aloud {
    /// Takes the next piece; returns what are words.
    pub fn hear(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        loop {
            match self.state {
                State::Speaking => return std::mem::take(&mut self.held),
                State::Thinking(end) => match self.held.split_once(end) {
                    Some((_, rest)) => {
                        self.held = rest.to_owned();
                        self.state = State::Beginning;
                    }
                    None => {
                        self.forget_all_but(end.len());
                        return String::new();
                    }
                },
                State::Beginning => {
                    let begun = self.held.trim_start();
                    match THOUGHTS.iter().find(|(start, _)| begun.starts_with(start)) {
                        Some((start, end)) => {
                            self.held = begun.get(start.len()..).unwrap_or_default().to_owned();
                            self.state = State::Thinking(end);
                        }
                        None if THOUGHTS.iter().any(|(start, _)| start.starts_with(begun)) => {
                            return String::new();
                        }
                        None => self.state = State::Speaking,
                    }
                }
            }
        }
    }

    /// Ends the reply; returns words that only looked as if thoughts began.
    #[must_use]
    pub fn end(self) -> String {
        match self.state {
            State::Beginning | State::Speaking => self.held,
            State::Thinking(_) => String::new(),
        }
    }

    /// The end may come in pieces, too.
    fn forget_all_but(&mut self, bytes: usize) {
        let start = self.held.ceil_char_boundary(self.held.len().saturating_sub(bytes));
        self.held.drain(..start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(pieces: &[&str]) -> String {
        let mut aloud = Aloud::default();
        let heard: String = pieces.iter().map(|piece| aloud.hear(piece)).collect();
        heard + &aloud.end()
    }

    #[test]
    fn thoughts_are_no_words() {
        for (reply, expected) in [
            ("Plain words.", "Plain words."),
            ("<think>hm</think>Words.", "Words."),
            ("\n<think>a</think>\n<thinking>b</thinking> Words <think>.", " Words <think>."),
            ("<think>never ends", ""),
            ("◁think▷x◁/think▷ja", "ja"),
            ("<", "<"),
            ("<b>", "<b>"),
        ] {
            assert_eq!(words(&[reply]), expected, "{reply:?}");
        }
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_it_is_cut(
            parts in prop::collection::vec(prop::sample::select(vec!["<think>", "</think>", "◁think▷", "a b", "<", " "]), 0..6),
            cuts in prop::collection::vec(1..5_usize, 0..40),
        ) {
            let reply = parts.concat();
            let mut rest = reply.as_str();
            let mut pieces = Vec::new();
            for cut in cuts {
                let at = rest.ceil_char_boundary(cut.min(rest.len()));
                pieces.push(&rest[..at]);
                rest = &rest[at..];
            }
            pieces.push(rest);
            prop_assert_eq!(words(&pieces), words(&[&reply]));
        }
    }
}
