//! Texts of servers, made fit for an error: short, on one line, inert, and free of what is secret.

use crate::domain::character::{Kind, kind};
use crate::llm::settings::Settings;

/// The most characters that an error repeats of a server's text, so that its line has room for what to do.
const SHOWN: usize = 160;

/// The fewest characters of something secret: shorter ones are placeholders, and words of other texts.
const SECRET: usize = 4;

/// What must not be shown.
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    /// Gathers what is secret in the settings, the longest first, for one may be part of another.
    pub(super) fn of(settings: &Settings) -> Self {
        let key = settings.key.iter().map(|key| key.expose());
        let headers = settings.headers.iter().map(|header| header.expose());
        let mut secrets: Vec<String> =
            key.chain(headers).filter(|secret| secret.len() >= SECRET).map(str::to_owned).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets)
    }

    /// Returns a text that can be shown.
    pub(super) fn clean(&self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut clean: String =
            words.join(" ").chars().filter(|c| matches!(kind(*c), Kind::Harmless)).collect();
        for secret in &self.0 {
            clean = clean.replace(secret, "***");
        }
        match clean.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{} ...", clean.get(..end).unwrap_or_default().trim_end()),
            None => clean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::settings::{Header, Key};

    #[test]
    fn a_text_is_short_and_inert_and_has_no_key() {
        let mut settings = Settings::new("http://localhost/v1", "m");
        settings.key = Some(Key::new("sk-canary").unwrap());
        settings.headers = vec![Header::new("api-key", "sk-canary-longer"), Header::new("x-title", "a")];
        let secrets = Secrets::of(&settings);
        for (text, expected) in [
            ("Incorrect API key provided: sk-canary.", "Incorrect API key provided: ***."),
            ("sk-canary-longer and sk-canary", "*** and ***"),
            ("sk-\u{200b}canary", "***"),
            ("two\nlines\t\tand\u{1b}[31m red\u{7}\u{202e}", "two lines and[31m red"),
            ("a header of one letter hides nothing", "a header of one letter hides nothing"),
            ("", ""),
        ] {
            assert_eq!(secrets.clean(text), expected);
        }
        let long = format!("{}sk-canary", "é".repeat(155));
        assert_eq!(secrets.clean(&long), format!("{}***", "é".repeat(155)));
        assert_eq!(secrets.clean(&"é ".repeat(1000)).chars().count(), 163);
    }
}
