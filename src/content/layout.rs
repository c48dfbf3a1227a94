//! Which path of a pack holds what.

use super::problem::FileFault;
use super::{lexicon_file, pack_file};
use crate::domain::id::{QuestionId, ScenarioId};
use crate::domain::suggest::nearest;

const QUESTIONS: &str = "questions";
const SCENARIOS: &str = "scenarios";

/// Names at the top of a pack that mean something.
const NAMES: &[&str] = &[pack_file::PATH, lexicon_file::PATH, QUESTIONS, SCENARIOS];

/// Names at the top of a pack that are for people and for version control, and are left alone.
const LEFT_ALONE: &[&str] = &["README.md", "LICENSE", ".git", ".gitignore"];

/// What a path holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Pack,
    Lexicon,
    LeftAlone,
    Question(QuestionId),
    Scenario(ScenarioId),
}

/// Returns what the path holds. Ids are checked here, so no path with `..` comes through.
pub(crate) fn role(path: &str) -> Result<Role, FileFault> {
    match *path.split('/').collect::<Vec<_>>().as_slice() {
        [pack_file::PATH] => Ok(Role::Pack),
        [lexicon_file::PATH] => Ok(Role::Lexicon),
        [name] if LEFT_ALONE.contains(&name) => Ok(Role::LeftAlone),
        [SCENARIOS, file] => {
            let name = file.strip_suffix(".md").ok_or(FileFault::Stray { nearest: None })?;
            ScenarioId::parse(name).map(Role::Scenario).map_err(FileFault::NotAnId)
        }
        [QUESTIONS, topic, file] => {
            let name = file.strip_suffix(".md").ok_or(FileFault::Stray { nearest: None })?;
            QuestionId::parse(&format!("{topic}/{name}")).map(Role::Question).map_err(FileFault::NotAnId)
        }
        [name] => Err(FileFault::Stray { nearest: nearest(name, NAMES.iter().copied()) }),
        _ => Err(FileFault::Stray { nearest: None }),
    }
}

/// Whether the path is a folder in which a pack has files.
pub(crate) fn is_folder(path: &str) -> bool {
    matches!(*path.split('/').collect::<Vec<_>>().as_slice(), [QUESTIONS | SCENARIOS] | [QUESTIONS, _])
}
