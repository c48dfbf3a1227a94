//! Asks the process's own terminal what it is. What follows from the answers is decided in [`super::style`].

use std::io::IsTerminal;

use super::style::{ColorChoice, Screen};

/// Returns the screen that standard output is, by the flag, the environment and the terminal.
#[must_use]
pub fn screen(choice: ColorChoice) -> Screen {
    Screen::choose(choice, lookup, columns())
}

/// Whether lines can be edited: input and output are a terminal that can move its cursor.
#[must_use]
pub fn can_edit_lines() -> bool {
    let capable = lookup("TERM").is_none_or(|term| !["dumb", "cons25", "emacs"].contains(&term.as_str()));
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal() && capable
}

/// Returns the columns of standard output; `None` where it is no terminal.
#[must_use]
pub fn columns() -> Option<usize> {
    // The line editor knows how to ask, on every system.
    let mut editor = rustyline::DefaultEditor::new().ok()?;
    editor.dimensions().map(|(columns, _)| usize::from(columns))
}

/// Returns a variable of the environment, where it is set and readable.
#[must_use]
pub fn lookup(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
