//! Faults of what a well-formed file says.

use super::{Words, did_you_mean, short, split, words};
use crate::content::limits::{MAX_DIAGRAM, MAX_PROBE};
use crate::domain::figure::{MAX_FACTOR, MIN_FACTOR};
use crate::domain::formula::FormulaError;
use crate::domain::words::Level;

/// What is wrong with what a well-formed file says.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleFault {
    /// A name that nothing has.
    Unknown {
        /// What it should name.
        what: &'static str,
        /// The name.
        name: String,
        /// The name that is nearest.
        nearest: Option<String>,
    },
    /// The id of something in an earlier pack.
    Clash {
        /// What it names.
        what: &'static str,
        /// The id.
        id: String,
    },
    /// A question without a source.
    NoSource,
    /// A question without a key point at a level.
    NoPointAt {
        /// The level.
        level: Level,
    },
    /// A probe longer than [`MAX_PROBE`].
    LongProbe {
        /// Its length.
        characters: usize,
    },
    /// A probe without a question mark.
    ProbeAsksNothing,
    /// An exemplar that states two verdicts on one key point.
    StatedTwice {
        /// The key point.
        point: String,
    },
    /// An `[[exemplars]]` entry without its section.
    NoAnswer {
        /// The exemplar's name.
        exemplar: String,
    },
    /// A section without its `[[exemplars]]` entry.
    NoExpectation {
        /// The exemplar's name.
        exemplar: String,
        /// The entry without a section whose name is nearest.
        nearest: Option<String>,
    },
    /// A placeholder that no text uses.
    UnusedPlaceholder {
        /// Its name.
        name: String,
    },
    /// `[name]` in a text that is not a placeholder.
    UndeclaredPlaceholder {
        /// Its name.
        name: String,
        /// The placeholder whose name is nearest.
        nearest: Option<String>,
    },
    /// A parameter's or derived number's id that formulas cannot read.
    NumberName {
        /// The id.
        name: String,
    },
    /// A formula without a value.
    Formula {
        /// The derived number.
        id: String,
        /// Which of the parameters' values were used.
        values: &'static str,
        /// Why it has none.
        error: FormulaError,
    },
    /// `{id}` in a text that is no number of the scenario.
    UnknownNumber {
        /// The id.
        name: String,
        /// The number whose id is nearest.
        nearest: Option<String>,
    },
    /// `#` in a line of evidence of a question without a figure.
    NoFigure {
        /// The key point.
        point: String,
    },
    /// A figure that no key point's evidence asks for.
    FigureNotAsked,
    /// A factor that is too small or too large.
    Factor {
        /// The factor.
        factor: f64,
    },
    /// A scenario's number for a question that asks for none.
    FigureNotWanted {
        /// The question.
        question: String,
    },
    /// A scenario's number for a question without the sentence that says what to compute it from.
    FigureWithoutTie {
        /// The question.
        question: String,
    },
    /// A diagram section without a drawing.
    NoDrawing,
    /// A diagram section with something beside the drawing.
    NotOnlyDrawing,
    /// A tab in a drawing.
    TabInDrawing,
    /// A line of a drawing wider than [`MAX_DIAGRAM`].
    WideDrawing {
        /// Its width.
        columns: usize,
    },
}

impl RuleFault {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Unknown { what, name, nearest } => words(
                format!("there is no {what} `{}`", short(name)),
                did_you_mean(nearest.as_deref(), "correct the name, or add what it names"),
            ),
            Self::Clash { what, id } => words(
                format!("an earlier pack has the {what} `{id}` already, and it stays"),
                "choose another name for this one",
            ),
            Self::NoSource => {
                words("the question names no source", "add `[[sources]]` with `title` and `url`")
            }
            Self::NoPointAt { level } => words(
                format!("no key point is expected at level `{level}`"),
                format!("add one with `level = \"{level}\"`"),
            ),
            Self::LongProbe { characters } => words(
                format!(
                    "the probe has {characters} characters, and at most {MAX_PROBE} are read at a glance"
                ),
                "make it one narrow question",
            ),
            Self::ProbeAsksNothing => words("the probe asks nothing", "write it with a question mark"),
            Self::StatedTwice { point } => words(
                format!("the exemplar states two verdicts on `{point}`"),
                "name it in one of `hit`, `partial` and `contradicted`",
            ),
            Self::NoAnswer { exemplar } => words(
                format!("the exemplar `{exemplar}` has no answer"),
                format!("add a section `# Exemplar: {exemplar}`"),
            ),
            Self::NoExpectation { exemplar, nearest } => words(
                format!("the section `# Exemplar: {}` has no expected verdicts", short(exemplar)),
                did_you_mean(nearest.as_deref(), "add `[[exemplars]]` with that name"),
            ),
            Self::UnusedPlaceholder { name } => words(
                format!("no text uses the placeholder `[{}]`", short(name)),
                "use it, or remove it from `[placeholders]`",
            ),
            Self::UndeclaredPlaceholder { name, nearest } => words(
                format!("`[{}]` is not in `[placeholders]`", short(name)),
                did_you_mean(
                    nearest.as_deref(),
                    "add it there with its default, or write it without brackets",
                ),
            ),
            Self::NumberName { name } => words(
                format!("formulas cannot read the name `{}`", short(name)),
                "use letters, digits and underscores, a letter first",
            ),
            Self::Formula { id, values, error } => {
                let Words { message, remedy } = split(error, "correct the formula");
                words(format!("`{}` with the {values} values: {message}", short(id)), remedy)
            }
            Self::UnknownNumber { name, nearest } => words(
                format!("`{{{}}}` is no number of this scenario", short(name)),
                did_you_mean(nearest.as_deref(), "add it to `[[parameters]]` or `[[derived]]`"),
            ),
            Self::NoFigure { point } => words(
                format!("`#` in the lines of `{point}` stands for no number"),
                "add `[figure]` with `given`, `value`, `unit` and `factor`",
            ),
            Self::FigureNotAsked => words(
                "no key point asks for the figure",
                "write `#` as an alternative in a line of evidence, or remove `[figure]`",
            ),
            Self::Factor { factor } => words(
                format!("the factor is {factor}"),
                format!(
                    "write how many times too large or small a number may be, from {MIN_FACTOR} to {MAX_FACTOR}"
                ),
            ),
            Self::FigureNotWanted { question } => words(
                format!("`{question}` has no figure"),
                "remove this one, or add `[figure]` to the question",
            ),
            Self::FigureWithoutTie { question } => words(
                format!(
                    "there is a number for `{question}` and no sentence that says what to compute it from"
                ),
                format!("add `[[ties]]` with `question = \"{question}\"`"),
            ),
            Self::NoDrawing => words(
                "the section `# Diagram` has no drawing",
                "indent each line of the drawing by four spaces",
            ),
            Self::NotOnlyDrawing => words(
                "the section `# Diagram` has something beside the drawing",
                "keep one block of lines, each indented by four spaces",
            ),
            Self::TabInDrawing => words("the drawing has a tab", "draw with spaces"),
            Self::WideDrawing { columns } => words(
                format!("the drawing is {columns} columns wide here, and at most {MAX_DIAGRAM} fit"),
                "make it narrower",
            ),
        }
    }
}
