//! The configuration file: TOML in the user's configuration folder.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

use crate::app::context::Context;
use crate::error::Failure;
use crate::export::file::write_atomically;

/// What the file may say. A name that is not here is a mistake, and is told with its line.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
    pub(super) grader: Option<String>,
    pub(super) interviewer: Option<String>,
    pub(super) persona: Option<String>,
    pub(super) llm: Llm,
}

/// How a language model is reached.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Llm {
    pub(super) provider: Option<String>,
    pub(super) model: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) key_env: Option<String>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) temperature: Option<f32>,
    pub(super) token_parameter: Option<TokenName>,
    pub(super) budget: Option<u64>,
    pub(super) cache: Option<bool>,
    pub(super) seconds: Seconds,
    pub(super) headers: BTreeMap<String, String>,
}

/// What the most tokens of a reply are called.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum TokenName {
    Auto,
    MaxTokens,
    MaxCompletionTokens,
}

/// How long to wait, in seconds.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Seconds {
    pub(super) connect: Option<f64>,
    pub(super) first_word: Option<f64>,
    pub(super) between_words: Option<f64>,
    pub(super) whole_reply: Option<f64>,
}

/// Returns where the configuration file is, or would be.
pub(super) fn path(context: &Context<'_>) -> Result<PathBuf, Failure> {
    if let Some(path) = context.config_file() {
        return Ok(path.clone());
    }
    etcetera::choose_base_strategy()
        .map(|strategy| strategy.config_dir().join("followup").join("config.toml"))
        .map_err(|_| Failure::new("there is no home folder").hint("say `--config FILE`"))
}

/// Reads a file with a key in it.
pub(super) fn read_key(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::file("read the key in", path, &error))
}

/// Reads the file; none is the same as an empty one, unless it was asked for by name.
pub(super) fn read(path: &Path, named: bool) -> Result<File, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text, path),
        Err(error) if error.kind() == ErrorKind::NotFound && !named => Ok(File::default()),
        Err(error) => Err(Failure::file("read", path, &error)),
    }
}

/// Writes the file where there is none, for nobody else to read: it may come to hold what is private.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
    if path.exists() {
        return Err(Failure::new(format!("`{}` is there already", path.display())));
    }
    write_atomically(path, |out| out.write_all(text.as_bytes()))
        .map_err(|error| Failure::file("write", path, &error))
}

fn parse(text: &str, path: &Path) -> Result<File, Failure> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        // Only the message: the line itself may hold a key that was put in the wrong place.
        Failure::new(format!("`{}`, line {line}: {}", path.display(), error.message().trim()))
            .hint("`followup config init` writes an example of each setting")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = super::super::TEMPLATE;

    fn check(text: &str, expected: &str) {
        let failure = parse(text, Path::new("config.toml")).unwrap_err().to_string();
        assert!(failure.starts_with(expected), "{failure}");
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        check(
            "grader = \"llm\"\ngrade = 1\n",
            "error: `config.toml`, line 2: unknown field `grade`, expected one of `grader`",
        );
        check(
            "[llm]\nmodel = 3\n",
            "error: `config.toml`, line 2: invalid type: integer `3`, expected a string",
        );
        check("[llm\n", "error: `config.toml`, line 1: ");
        check("[llm.seconds]\nconnect = \"soon\"\n", "error: `config.toml`, line 2: invalid type");
    }

    #[test]
    fn the_template_says_nothing_and_each_example_in_it_is_right() {
        assert_eq!(parse(TEMPLATE, Path::new("t")).unwrap(), File::default());
        let uncommented: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split(' ').nth(1) == Some("=") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let file = parse(&uncommented, Path::new("t")).unwrap();
        let Llm {
            provider,
            model,
            base_url,
            key_env,
            key_file,
            temperature,
            token_parameter,
            budget,
            cache,
            seconds,
            headers,
        } = file.llm;
        assert!(file.grader.is_some() && file.interviewer.is_some() && file.persona.is_some());
        assert!(provider.is_some() && model.is_some() && base_url.is_some());
        assert!(key_env.is_some() && key_file.is_some() && temperature.is_some());
        assert!(token_parameter.is_some() && budget.is_some() && cache.is_some());
        assert!(
            [seconds.connect, seconds.first_word, seconds.between_words, seconds.whole_reply]
                .iter()
                .all(Option::is_some)
        );
        assert_eq!(headers.len(), 1);
    }
}
