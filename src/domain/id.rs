//! Stable names. An id that exists is well formed, so it is safe as a file name and as a map key.

use serde::{Deserialize, Serialize};

/// The longest part of an id, in bytes.
pub const MAX_PART: usize = 64;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A part is empty, too long, or holds a character that ids do not have.
    #[error("`{0}` is not an id: use small letters, digits and single hyphens, at most {MAX_PART} of them")]
    Part(String),
    /// A question's id needs exactly one slash.
    #[error("`{0}` is not a question's id: it has the form `topic/name`")]
    Shape(String),
}

fn check_part(part: &str) -> Result<(), IdError> {
    let ok = !part.is_empty()
        && part.len() <= MAX_PART
        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !part.starts_with('-')
        && !part.ends_with('-')
        && !part.contains("--");
    if ok { Ok(()) } else { Err(IdError::Part(part.chars().take(80).collect())) }
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $check:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the text and makes an id of it.
            ///
            /// # Errors
            /// When the text is not of the id's form.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let check: fn(&str) -> Result<(), IdError> = $check;
                check(text)?;
                Ok(Self(text.to_owned()))
            }

            /// Returns the id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id! {
    /// A topic's id, as in `cache`.
    TopicId, check_part
}
id! {
    /// A scenario's id, as in `news-feed`.
    ScenarioId, check_part
}
id! {
    /// A key point's id, unique within its question.
    PointId, check_part
}
id! {
    /// A misconception's id, unique within its question.
    MisconceptionId, check_part
}
id! {
    /// A twist's id, unique within its scenario.
    TwistId, check_part
}
id! {
    /// A session's id, as in `20260314-193000`.
    SessionId, check_part
}
id! {
    /// A question's id, as in `cache/cache-down`.
    QuestionId, |text| {
        let (topic, name) = text.split_once('/').ok_or_else(|| IdError::Shape(text.chars().take(80).collect()))?;
        check_part(topic)?;
        check_part(name)
    }
}

impl QuestionId {
    /// Returns the topic that the question belongs to: the part before the slash.
    #[must_use]
    pub fn topic(&self) -> TopicId {
        TopicId(self.0.split('/').next().unwrap_or_default().to_owned())
    }
}

/// The longest id that is made of a text; a number behind a hyphen still fits into [`MAX_PART`].
const MAX_SLUG: usize = 48;

/// Makes a part of an id of any text: `how-do-you-shard` of "How do you shard?".
///
/// Returns nothing where the text has no letter or digit that ids have.
#[must_use]
pub fn slug(text: &str) -> Option<String> {
    let mut slug = String::new();
    let kept = text.chars().filter(|c| !['\'', '\u{2019}'].contains(c)).flat_map(char::to_lowercase);
    for c in kept {
        if slug.len() >= MAX_PART {
            break;
        }
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    if slug.len() > MAX_SLUG {
        // Whole words, unless the first alone is too long.
        let cut = slug.get(..=MAX_SLUG).and_then(|start| start.rfind('-')).unwrap_or(MAX_SLUG);
        slug.truncate(cut);
    }
    let slug = slug.trim_end_matches('-');
    (!slug.is_empty()).then(|| slug.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_cannot_leave_their_folder() {
        for bad in [
            "", "..", "../x", "a/b/c", "/a/b", "a//b", "a/..", "A/b", "a/b ", "a\0/b", "a/-b", "a/b--c",
            "ä/b",
        ] {
            assert!(QuestionId::parse(bad).is_err(), "{bad:?} was taken");
        }
        assert!(QuestionId::parse(&format!("a/{}", "x".repeat(65))).is_err());
    }

    #[test]
    fn a_slug_is_an_id_whatever_it_is_made_of() {
        let long = "x".repeat(100);
        for (text, expected) in [
            ("How do you shard?", Some("how-do-you-shard")),
            ("  C++ -- isn't it?  ", Some("c-isnt-it")),
            ("../../etc/passwd\0.md", Some("etc-passwd-md")),
            ("Caf\u{e9} 42", Some("caf-42")),
            ("\u{4f60}\u{597d}", None),
            ("", None),
            ("---", None),
            (&long, Some(&long[..48])),
            (
                "what happens to the writes that were on their way when the primary failed",
                Some("what-happens-to-the-writes-that-were-on-their"),
            ),
        ] {
            assert_eq!(slug(text).as_deref(), expected, "{text:?}");
            assert!(slug(text).is_none_or(|slug| TopicId::parse(&slug).is_ok()), "{text:?}");
        }
    }

    #[test]
    fn a_question_knows_its_topic() {
        let id = QuestionId::parse("cache/cache-down").unwrap();
        assert_eq!(id.topic().as_str(), "cache");
    }
}
