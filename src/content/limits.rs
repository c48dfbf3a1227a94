//! What a pack may cost. A pack may come from anywhere, so each bound is there for a reason of safety, not of taste.

/// The largest file that is read, in bytes. The longest built-in question has about 30 KiB; the bound keeps
/// the worst case of the TOML and Markdown parsers, and of an editor's mistake, small.
pub const MAX_FILE_BYTES: u64 = 256 * 1024;

/// The most files and folders that a pack may have. A mistyped `--pack /` must end at once.
pub const MAX_ENTRIES: usize = 10_000;

/// The most text that a pack may have, in bytes; a catalog is held in memory as a whole.
pub const MAX_PACK_BYTES: u64 = 64 * 1024 * 1024;

/// The most problems that are listed for one file; a file full of nonsense must not fill memory and screen.
pub const MAX_PROBLEMS: usize = 100;

/// The most characters of a pack's own text that a message quotes.
pub const MAX_QUOTED: usize = 80;

/// The most characters of a probe: it is read at a glance.
pub const MAX_PROBE: usize = 200;

/// The widest diagram, in columns: it stands indented by two on a screen of eighty.
pub const MAX_DIAGRAM: usize = 78;

/// The most words that a group of the lexicon may have. Each stands for all others, so that the cost of a group is
/// the square of its size; the largest built-in one has twelve.
pub const MAX_MEMBERS: usize = 100;
