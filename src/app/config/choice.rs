//! Who asks and who judges, as it is typed.

use std::path::PathBuf;
use std::str::FromStr;

use crate::error::Failure;

/// Who judges answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum GraderChoice {
    /// The offline grader.
    Rubric,
    /// A language model.
    Llm,
    /// A model that says what a file tells it to.
    Scripted(PathBuf),
    /// A program of the user's own.
    Command(String),
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) enum InterviewerChoice {
    /// The pack, word for word.
    Scripted,
    /// A language model.
    Llm,
    /// A model that says what a file tells it to.
    Model(PathBuf),
}

impl FromStr for GraderChoice {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text.split_once(':') {
            None if text == "rubric" => Ok(Self::Rubric),
            None if text == "llm" => Ok(Self::Llm),
            Some(("scripted", file)) if !file.is_empty() => Ok(Self::Scripted(file.into())),
            Some(("command", program)) if !program.trim().is_empty() => Ok(Self::Command(program.to_owned())),
            _ => Err(Failure::new(format!(
                "`{text}` is no grader; one of `rubric`, `llm`, `scripted:FILE`, `command:PROGRAM`"
            ))
            .did_you_mean(text, ["rubric", "llm"])),
        }
    }
}

impl FromStr for InterviewerChoice {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text.split_once(':') {
            None if text == "scripted" => Ok(Self::Scripted),
            None if text == "llm" => Ok(Self::Llm),
            Some(("scripted", file)) if !file.is_empty() => Ok(Self::Model(file.into())),
            _ => Err(Failure::new(format!(
                "`{text}` is no interviewer; one of `scripted`, `llm`, `scripted:FILE`"
            ))
            .did_you_mean(text, ["scripted", "llm"])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_or_named() {
        for (text, expected) in [
            ("rubric", Ok(GraderChoice::Rubric)),
            ("llm", Ok(GraderChoice::Llm)),
            ("scripted:a:b.jsonl", Ok(GraderChoice::Scripted("a:b.jsonl".into()))),
            ("command:python3 mine.py", Ok(GraderChoice::Command("python3 mine.py".to_owned()))),
        ] {
            assert_eq!(text.parse(), expected, "{text}");
        }
        for text in ["", "scripted", "scripted:", "command: ", "gpt", "rubric:x"] {
            assert!(text.parse::<GraderChoice>().is_err(), "{text}");
        }
        assert_eq!("scripted".parse(), Ok(InterviewerChoice::Scripted));
        assert_eq!("scripted:x".parse(), Ok(InterviewerChoice::Model("x".into())));
        let failure = "rubrik".parse::<GraderChoice>().unwrap_err().to_string();
        assert!(failure.ends_with("hint: did you mean `rubric`?"), "{failure}");
    }
}
