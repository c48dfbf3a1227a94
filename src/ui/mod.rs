//! The terminal: what is shown, and how a line is typed.
//!
//! Renderers are functions from a value to a writer for a given [`style::Screen`]; they compute nothing, touch no
//! terminal, and every text that came from outside passes through [`sanitize`] on its way into a [`wrap::Text`].
//! The keyboard is read in [`prompt`] and the terminal is asked about itself in [`terminal`], nowhere else.

pub mod ask;
pub mod brief;
pub mod command;
pub mod feedback;
pub mod judged_by;
pub mod markdown;
pub mod prompt;
pub mod report;
pub mod sanitize;
pub mod scorecard;
pub mod style;
pub mod table;
pub mod terminal;
pub mod tokens;
pub mod voice;
pub mod why;
pub mod wrap;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod on_screen;
