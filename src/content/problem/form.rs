//! Faults of a file's form: its TOML, its keys and values, its sections.

use super::{Words, meant_or_known, short, split, words};
use crate::content::limits::MAX_MEMBERS;
use crate::domain::id::IdError;
use crate::domain::pattern::PatternError;
use crate::domain::words::UnknownWord;

/// What is wrong with a file's form.
#[derive(Clone, Debug, PartialEq)]
pub enum FormFault {
    /// The first line is not `+++`.
    NoFrontMatter,
    /// The second `+++` is missing.
    OpenFrontMatter,
    /// The TOML cannot be read.
    Toml {
        /// What the TOML reader says.
        message: String,
    },
    /// A `format_version` that never was.
    NoSuchVersion {
        /// The version given.
        found: i64,
    },
    /// A key that the table does not have.
    UnknownKey {
        /// The key as written.
        key: String,
        /// The table's name.
        table: &'static str,
        /// The keys that it has.
        known: Vec<&'static str>,
    },
    /// A key that the table must have.
    MissingKey {
        /// The key.
        key: &'static str,
        /// The table's name.
        table: &'static str,
    },
    /// A key of a question in an extension of one.
    NotInExtension {
        /// The key.
        key: &'static str,
    },
    /// A value of the wrong type.
    WrongType {
        /// Its key.
        key: String,
        /// What it is, with an article.
        found: &'static str,
        /// What it should be, with an article.
        expected: &'static str,
    },
    /// A word that is not in its vocabulary.
    Word(UnknownWord),
    /// A text that is no id.
    Id(IdError),
    /// A line of evidence that cannot be read.
    Pattern(PatternError),
    /// A weight or penalty that is not 1, 2 or 3.
    OutOfRange {
        /// Its key.
        key: &'static str,
        /// The number as written.
        found: String,
    },
    /// A number too large or too small to be computed with.
    NotFinite {
        /// Its key.
        key: &'static str,
    },
    /// Nothing where something must be.
    Empty {
        /// What is empty, with its backticks.
        what: String,
    },
    /// More words in a group of the lexicon than [`MAX_MEMBERS`].
    LargeGroup {
        /// The group's key.
        key: String,
        /// How many words it has.
        count: usize,
    },
    /// The same name twice.
    Duplicate {
        /// What it names.
        what: &'static str,
        /// The name.
        name: String,
        /// The line of the first.
        first: usize,
    },
    /// Markdown above the first heading.
    TextOutsideSections,
    /// A level-1 heading that files of this kind do not have.
    UnknownSection {
        /// The heading.
        heading: String,
        /// The headings that they have.
        known: &'static [&'static str],
    },
    /// A level-1 heading that is needed.
    MissingSection {
        /// The heading.
        heading: &'static str,
    },
    /// Problems beyond the most that are listed for one file.
    More {
        /// How many they are.
        count: usize,
    },
}

impl FormFault {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::NoFrontMatter => words(
                "the first line is not `+++`",
                "begin the file with the typed part: TOML between two lines `+++`",
            ),
            Self::OpenFrontMatter => {
                words("the line `+++` that ends the typed part is missing", "add it above the Markdown")
            }
            Self::Toml { message } => {
                words(format!("the TOML cannot be read here ({})", short(message)), "correct this line")
            }
            Self::NoSuchVersion { found } => {
                words(format!("there is no format_version {found}"), "write `format_version = 1`")
            }
            Self::UnknownKey { key, table, known } => {
                words(format!("unknown key `{}` in {table}", short(key)), meant_or_known(key, known))
            }
            Self::MissingKey { key, table } => {
                words(format!("`{key}` is missing in {table}"), format!("add `{key}`"))
            }
            Self::NotInExtension { key } => words(
                format!("an extension cannot change `{key}`"),
                "remove it, or write a question of your own",
            ),
            Self::WrongType { key, found, expected } => {
                words(format!("`{}` is {found}", short(key)), format!("write {expected}"))
            }
            Self::Word(UnknownWord { word, vocabulary, allowed }) => {
                words(format!("`{}` is not a {vocabulary}", short(word)), meant_or_known(word, allowed))
            }
            Self::Id(error) => split(error, "write a name"),
            Self::Pattern(error) => split(error, "write what must be said"),
            Self::OutOfRange { key, found } => {
                words(format!("`{key}` is {}", short(found)), "write 1, 2 or 3")
            }
            Self::NotFinite { key } => {
                words(format!("`{key}` holds what cannot be computed with"), "write finite numbers")
            }
            Self::Empty { what } => words(format!("{what} is empty"), "fill it in"),
            Self::LargeGroup { key, count } => words(
                format!(
                    "`{}` has {count} words, and at most {MAX_MEMBERS} stand for one another",
                    short(key)
                ),
                "split it into groups that are nearer in meaning",
            ),
            Self::Duplicate { what, name, first } => words(
                format!("the {what} `{}` is already in line {first}", short(name)),
                "rename or remove one of the two",
            ),
            Self::TextOutsideSections => words(
                "there is text above the first section",
                "move it below a heading that begins with `# `",
            ),
            Self::UnknownSection { heading, known } => {
                words(format!("unknown section `# {}`", short(heading)), meant_or_known(heading, known))
            }
            Self::MissingSection { heading } => {
                words(format!("the section `# {heading}` is missing"), "add it")
            }
            Self::More { count } => words(
                format!("{count} more problems of this file are not listed"),
                "correct those that are, then check again",
            ),
        }
    }
}

impl From<UnknownWord> for FormFault {
    fn from(error: UnknownWord) -> Self {
        Self::Word(error)
    }
}

impl From<IdError> for FormFault {
    fn from(error: IdError) -> Self {
        Self::Id(error)
    }
}

impl From<PatternError> for FormFault {
    fn from(error: PatternError) -> Self {
        Self::Pattern(error)
    }
}
