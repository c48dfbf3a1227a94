//! `/edit`: an answer in the editor of the environment.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::Command;

use super::{MAX_ANSWER, cap};

/// The command that edits a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Editor {
    program: String,
    arguments: Vec<String>,
}

/// Why an answer could not be edited.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Neither variable is set.
    #[error("no editor is set; set `VISUAL` or `EDITOR`, as in `export EDITOR=nano`")]
    Unset,
    /// The variable's quotes do not close.
    #[error("cannot read the editor's command `{0}`: a quote does not close")]
    Quotes(String),
    /// The editor could not be started.
    #[error("cannot start the editor `{program}`: {error}; check `VISUAL` and `EDITOR`")]
    Start {
        /// The program's name.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// The file between us and the editor failed.
    #[error("cannot hand the answer to the editor: {0}")]
    File(#[from] io::Error),
}

impl Editor {
    /// Finds the editor: `VISUAL`, else `EDITOR`. The value may hold arguments and quotes, as in a shell.
    ///
    /// # Errors
    /// When neither is set, or its quotes do not close.
    pub fn choose(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, EditError> {
        let set = |name| lookup(name).filter(|value| !value.trim().is_empty());
        let value = set("VISUAL").or_else(|| set("EDITOR")).ok_or(EditError::Unset)?;
        let mut words = words(&value).ok_or_else(|| EditError::Quotes(value.clone()))?.into_iter();
        let program = words.next().ok_or(EditError::Unset)?;
        Ok(Self { program, arguments: words.collect() })
    }

    /// Opens the text in the editor and returns what it was left as; `None` when the editor reported a failure,
    /// which is how one leaves it without a change (`:cq`).
    ///
    /// The text stands in a private temporary file, which is removed again.
    ///
    /// # Errors
    /// When the editor cannot be started, or the file not be written or read.
    pub fn edit(&self, initial: &str) -> Result<Option<String>, EditError> {
        let mut file = tempfile::Builder::new().prefix("followup-").suffix(".md").tempfile()?;
        file.write_all(initial.as_bytes())?;
        // Editors that save by renaming put another file in its place, so it is read again by name.
        let path = file.into_temp_path();
        if !self.run(&path)? {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        File::open(&path)?.take(MAX_ANSWER as u64 + 1).read_to_end(&mut bytes)?;
        let mut text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        cap(&mut text);
        Ok(Some(text.trim_end().to_owned()))
    }

    fn run(&self, path: &Path) -> Result<bool, EditError> {
        let status = Command::new(&self.program)
            .args(&self.arguments)
            .arg(path)
            .status()
            .map_err(|error| EditError::Start { program: self.program.clone(), error })?;
        Ok(status.success())
    }
}

/// Splits as a shell does: at spaces, but for quotes and backslashes; `None` when a quote does not close.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(visual: Option<&str>, editor: Option<&str>) -> Result<Editor, EditError> {
        Editor::choose(|name| if name == "VISUAL" { visual } else { editor }.map(str::to_owned))
    }

    #[test]
    fn words_are_split_as_in_a_shell() {
        for (line, expected) in [
            ("nano", Some(vec!["nano"])),
            ("code --wait  -n", Some(vec!["code", "--wait", "-n"])),
            (r#""/opt/my editor/bin" -c 'set nowrap'"#, Some(vec!["/opt/my editor/bin", "-c", "set nowrap"])),
            (r"/opt/my\ editor ''", Some(vec!["/opt/my editor", ""])),
            ("nano 'x", None),
        ] {
            assert_eq!(words(line), expected.map(|words| words.into_iter().map(str::to_owned).collect()));
        }
    }

    #[test]
    fn visual_comes_before_editor() {
        assert_eq!(choose(Some("a"), Some("b")).unwrap().program, "a");
        assert_eq!(choose(Some(" "), Some("b")).unwrap().program, "b");
        let error = choose(None, None).unwrap_err().to_string();
        assert_eq!(error, "no editor is set; set `VISUAL` or `EDITOR`, as in `export EDITOR=nano`");
    }

    #[test]
    fn a_missing_editor_is_named() {
        let error = choose(None, Some("/nowhere/editor -x")).unwrap().edit("text").unwrap_err().to_string();
        assert!(error.starts_with("cannot start the editor `/nowhere/editor`: "), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn the_text_goes_out_and_comes_back() {
        let script = |body: &str| choose(None, Some(&format!("sh -c '{body}' sh"))).unwrap().edit("draft\n");
        assert_eq!(script(r#"printf "more\n\n" >> "$1""#).unwrap().as_deref(), Some("draft\nmore"));
        assert_eq!(script("exit 1").unwrap(), None);
        let mode = script(r#"ls -l "$1" | cut -c1-10 > "$1.new"; mv "$1.new" "$1""#).unwrap();
        assert_eq!(mode.as_deref(), Some("-rw-------"), "the file is private, and a renamed one is read");
    }
}
