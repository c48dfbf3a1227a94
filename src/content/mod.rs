//! Packs: from the text of their files to a [`Catalog`], with every problem named by file, line, id and remedy.
//!
//! Parsing is text in, value and problems out. Only the loader touches the disk.

pub mod catalog;
pub mod limits;
mod notes;
pub mod places;
pub mod problem;

pub use catalog::{Catalog, Pack, Topic};
pub use problem::{Place, Problem};
