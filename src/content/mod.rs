//! Packs: from the text of their files to a [`Catalog`].
//!
//! Parsing is text in, value and problems out. Only the loader touches the disk.

pub mod catalog;

pub use catalog::{Catalog, Pack, Topic};
