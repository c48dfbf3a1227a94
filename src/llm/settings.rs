//! How a server is reached, and how much is borne of it: plain data, whether or not it can be used in this build.
//!
//! What is secret shows neither in `Debug` nor in an error.

use std::fmt;
use std::time::Duration;

/// Why settings cannot be used. What was typed is not repeated, for it may be a key in the wrong place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The key is empty.
    #[error("the key is empty; leave it out for a server that needs none")]
    NoKey,
    /// The key has something in it that no key has.
    #[error("the key has a space or an unusual character at place {place}; copy it again")]
    NotAKey {
        /// The first such character, from 1.
        place: usize,
    },
    /// The base URL cannot be used.
    #[error("the base URL {reason}; write it like `http://localhost:11434/v1`")]
    BaseUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// No model is named.
    #[error("no model is named; `followup doctor` lists those that the server has")]
    NoModel,
    /// A header cannot be sent.
    #[error("the header `{name}` {reason}; leave it out or change it")]
    Header {
        /// Its name, or what can be shown of it.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The system offers no connections, as when it has no certificates at all.
    #[error("connections cannot be made here: {reason}; check that the system's certificates are installed")]
    Unready {
        /// What the library says.
        reason: String,
    },
}

/// A key of a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Takes a key as typed or read from a file: white space around it, as a newline at the end, is dropped.
    pub fn new(text: &str) -> Result<Self, SettingsError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SettingsError::NoKey);
        }
        match text.chars().position(|c| !c.is_ascii_graphic()) {
            Some(at) => Err(SettingsError::NotAKey { place: at + 1 }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the key itself, to be sent and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(hidden)")
    }
}

/// A header that is sent with each request. Its value may be secret, and is hidden like a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: String,
}

impl Header {
    /// Takes a header as typed. Whether it can be sent is found out when an endpoint is made.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into().trim().to_owned(), value: value.into().trim().to_owned() }
    }

    /// Returns its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its value, to be sent and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({}: hidden)", self.name)
    }
}

/// The parameter by which a server is told the most tokens of a reply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenParameter {
    /// `max_tokens`, and the other one where the server refuses that.
    #[default]
    Auto,
    /// `max_tokens`: what all servers had first.
    MaxTokens,
    /// `max_completion_tokens`: what models that reason at OpenAI want.
    MaxCompletionTokens,
}

/// How a server is reached, and how much is borne of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What stands before `/chat/completions`, as in `http://localhost:11434/v1`.
    pub base_url: String,
    /// The model's name, as the provider has it.
    pub model: String,
    /// The key, for a provider that wants one.
    pub key: Option<Key>,
    /// Sent with each request besides.
    pub headers: Vec<Header>,
    /// How freely the model chooses its words; `None` leaves it to the server. 0 by default: graders repeat themselves.
    pub temperature: Option<f32>,
    /// How the most tokens of a reply are told.
    pub token_parameter: TokenParameter,
    /// The most that a connection may take, with its encryption: 10 s, as in aichat.
    pub connect: Duration,
    /// The most until the first words of a stream: 60 s, which a local model may need to load.
    pub first_content: Duration,
    /// The most between words of a stream, or bytes of a reply in one piece: 30 s.
    /// Signs of life without words do not count (pi issue 5558: with them a hang is for ever).
    pub content_idle: Duration,
    /// The most that a call may take with all its tries and waits: 180 s.
    pub whole_call: Duration,
    /// The most requests for one reply: 3, as in openai-python. Changes of parameters are not counted.
    pub tries: u32,
    /// The wait before the second try, doubled for the next ones: 0.5 s, as in openai-python.
    pub first_wait: Duration,
    /// The longest single wait, also where the server asks for a longer one: 30 s.
    pub longest_wait: Duration,
    /// The longest that a call waits, all waits together: 60 s.
    pub total_wait: Duration,
    /// The most bytes of a reply in one piece: 2 MiB.
    /// A stream may have four times as many, as each of its words comes wrapped in some 200 bytes.
    pub body_bytes: usize,
    /// The most bytes of one line of a stream: 256 KiB.
    pub line_bytes: usize,
}

impl Settings {
    /// Returns the settings for a server and one of its models, without a key; all else as documented.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            key: None,
            headers: Vec::new(),
            temperature: Some(0.0),
            token_parameter: TokenParameter::Auto,
            connect: Duration::from_secs(10),
            first_content: Duration::from_secs(60),
            content_idle: Duration::from_secs(30),
            whole_call: Duration::from_secs(180),
            tries: 3,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            total_wait: Duration::from_secs(60),
            body_bytes: 2 * 1024 * 1024,
            line_bytes: 256 * 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_trimmed_and_looked_at() {
        for text in ["sk-1", "sk-1\n", "\t sk-1\r\n"] {
            assert_eq!(Key::new(text).map(|key| key.expose().to_owned()), Ok("sk-1".to_owned()));
        }
        for (text, expected) in [
            ("", SettingsError::NoKey),
            (" \n", SettingsError::NoKey),
            ("Bearer sk-1", SettingsError::NotAKey { place: 7 }),
            ("sk-\n1", SettingsError::NotAKey { place: 4 }),
            ("sk\u{200b}-1", SettingsError::NotAKey { place: 3 }),
            ("sk-\u{0}1", SettingsError::NotAKey { place: 4 }),
            ("schlüssel", SettingsError::NotAKey { place: 5 }),
        ] {
            assert_eq!(Key::new(text), Err(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_secret_does_not_show() {
        let mut settings = Settings::new("http://localhost/v1", "m");
        settings.key = Some(Key::new("sk-canary").unwrap());
        settings.headers = vec![Header::new("api-key", "canary-2")];
        let shown = format!("{settings:?} {settings:#?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("api-key"), "{shown}");
    }
}
