//! Prompts of the user's own: files in a folder beside the configuration file, each instead of the program's of that
//! name.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::file::write_new;
use crate::error::Failure;
use crate::llm::prompt::{PromptError, files};

/// The folder's name.
const FOLDER: &str = "prompts";
/// What a prompt's file ends with.
const ENDING: &str = "md";
/// The paper on the prompts, which is none.
const PAPER: &str = "README";

/// Returns the folder, which may not be there.
pub(super) fn folder(config: &Path) -> PathBuf {
    config.with_file_name(FOLDER)
}

/// Reads the prompts in the folder, by name; none where there is no folder. What is no Markdown is passed over.
pub(super) fn read(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Failure::file("read", folder, &error)),
    };
    let mut prompts = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::file("read", folder, &error))?.path();
        let Some(name) = path.file_stem().and_then(OsStr::to_str).filter(|name| *name != PAPER) else {
            continue;
        };
        if path.extension() == Some(OsStr::new(ENDING)) {
            let text =
                std::fs::read_to_string(&path).map_err(|error| Failure::file("read", &path, &error))?;
            prompts.insert(name.to_owned(), text);
        }
    }
    Ok(prompts)
}

/// Returns what is wrong with a prompt, with its file and line.
pub(super) fn misfit(folder: &Path, error: &PromptError) -> Failure {
    let file = folder.join(format!("{}.{ENDING}", error.name()));
    let line = error.line().map(|line| format!(", line {line}")).unwrap_or_default();
    Failure::new(format!("`{}`{line}: {error}", file.display()))
        .hint("without this file the program's own prompt is used; `followup config init --prompts` writes that one")
}

/// Writes the program's own prompts, and the paper on them, where they are not there yet; returns what was written.
pub(super) fn write(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut paths: Vec<_> = files().map(|(name, text)| (folder.join(name), text)).collect();
    paths.retain(|(path, _)| !path.exists());
    if paths.is_empty() {
        return Err(Failure::new(format!("`{}` has all prompts already", folder.display())));
    }
    paths.sort();
    paths.into_iter().map(|(path, text)| write_new(&path, text).map(|()| path)).collect()
}
