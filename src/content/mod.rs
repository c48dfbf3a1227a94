//! Packs: from the text of their files to a [`Catalog`], with every problem named by file, line, id and remedy.
//!
//! Parsing is text in, value and problems out. Only [`loader`] touches the disk.

pub mod assemble;
pub mod builtin;
pub mod catalog;
pub mod check;
mod diagram;
mod exemplars;
pub mod extension;
mod extension_file;
mod front_matter;
#[cfg(test)]
mod hostile;
pub mod import;
mod layout;
pub mod lexicon_file;
pub mod limits;
pub mod loader;
mod marks;
mod notes;
mod numbers;
pub mod pack_file;
pub mod phrases;
pub mod places;
pub mod problem;
pub mod question_file;
mod rarity;
#[cfg(test)]
mod sample;
pub mod scenario_file;
mod sections;
pub mod skeleton;
mod table;

pub use assemble::{Loaded, Refusal, assemble};
pub use catalog::{Catalog, Clash, Pack, Topic};
pub use check::check;
pub use extension::Extension;
pub use loader::{LoadError, load_dir};
pub use problem::{Place, Problem};
