//! A round as bytes for others: one format a file, each a function from a transcript and its report to a writer.
//!
//! Exporters compute nothing. Text that came from a candidate, a pack or a model is data: each format writes it
//! so that it stays data. Only [`mod@file`] touches the disk.

mod control;
pub mod file;
mod json;
mod markdown;
mod started;

use std::io;
use std::str::FromStr;

use crate::domain::id::SessionId;
use crate::domain::transcript::Transcript;
use crate::domain::words::UnknownWord;
use crate::report::Report;

/// What a round can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A transcript to read.
    Markdown,
    /// A transcript to script.
    Json,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Markdown, Self::Json];
    /// Every format's word, in the same order.
    pub const WORDS: &'static [&'static str] = &["md", "json"];

    /// Returns the word that names the format, which is its file extension too.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// Returns the file name for a session where the user gives none. It names no folder, whatever the session.
    #[must_use]
    pub fn file_name(self, session: &SessionId) -> String {
        format!("followup-{session}.{}", self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|format| format.as_str() == word).ok_or_else(|| UnknownWord {
            word: word.to_owned(),
            vocabulary: "format of exports",
            allowed: Self::WORDS,
        })
    }
}

/// Writes a round in a format.
///
/// # Errors
/// When the writer fails.
pub fn export(
    format: Format,
    transcript: &Transcript,
    report: &Report,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        Format::Markdown => markdown::export(transcript, report, out),
        Format::Json => json::export(transcript, report, out),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::fixture::{any_transcript, hostile};

    fn exported(format: Format, transcript: &Transcript) -> String {
        let mut out = Vec::new();
        export(format, transcript, &Report::of(transcript), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_format_reads_back_from_its_word() {
        let words: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
        assert_eq!(words, Format::WORDS);
        assert_eq!("json".parse(), Ok(Format::Json));
        let error = "pdf".parse::<Format>().unwrap_err();
        assert_eq!(error.to_string(), "`pdf` is not a format of exports; one of `md`, `json`");
    }

    #[test]
    fn a_default_name_says_whose_it_is() {
        let session = SessionId::parse("20260314-193000").unwrap();
        assert_eq!(Format::Markdown.file_name(&session), "followup-20260314-193000.md");
    }

    fn is_inert(transcript: &Transcript) {
        for format in Format::ALL {
            let text = exported(*format, transcript);
            assert!(!text.chars().any(control::is_hidden), "{text:?}");
            assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text:?}");
        }
    }

    #[test]
    fn a_hostile_transcript_is_written_without_a_hidden_character() {
        is_inert(&hostile());
    }

    proptest! {
        #[test]
        fn any_transcript_is_written_without_a_hidden_character(transcript in any_transcript()) {
            is_inert(&transcript);
        }
    }
}
