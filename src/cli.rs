//! What can be typed on the command line. Types only: reading a flag does nothing.
//!
//! Completions and the man page are made from this file, too.

mod choice;
mod grading;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use choice::{Choice, Seconds};
pub use grading::{Grade, Regrade, Scorecard};

/// Practise the follow-up questions of a system-design interview
#[derive(Debug, Parser)]
#[command(name = "followup", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = "Without a command, `followup` starts an interview.")]
pub struct Cli {
    /// Options that every command has.
    #[command(flatten)]
    pub global: Global,
    /// What to do; an interview where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options that every command has.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Keep practice history in this folder
    #[arg(
        long,
        global = true,
        help_heading = "Global options",
        value_name = "DIR",
        env = "FOLLOWUP_DATA_DIR"
    )]
    pub data_dir: Option<PathBuf>,
    /// Take settings from this file [default: config.toml in the configuration folder]
    #[arg(
        long,
        global = true,
        help_heading = "Global options",
        value_name = "FILE",
        env = "FOLLOWUP_CONFIG"
    )]
    pub config: Option<PathBuf>,
    /// Use this pack beside the built-in one (repeatable)
    #[arg(long, global = true, help_heading = "Global options", value_name = "DIR")]
    pub pack: Vec<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, help_heading = "Global options", value_name = "WHEN", default_value = "auto")]
    pub color: Color,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal that has them, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How a listing or a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a round of follow-up questions
    Interview(Interview),
    /// Go on where a round stopped
    Resume(Resume),
    /// Practise one question
    Ask(Ask),
    /// List what there is to practise
    List(List),
    /// Show a question, a scenario or a past session
    Show(Show),
    /// Grade one answer, or many
    Grade(Grade),
    /// Measure how well the grader agrees with labelled answers
    Scorecard(Scorecard),
    /// List past sessions
    History(Listing),
    /// Write a session to a file
    Export(Export),
    /// Give your own verdict on a key point
    Dispute(Dispute),
    /// Grade answers of past sessions anew; the old grades are kept
    Regrade(Regrade),
    /// Write and check content
    #[command(subcommand)]
    Pack(Pack),
    /// Show what is set, or write a file to set it in
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show what is set up, and whether it works
    Doctor(Doctor),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// A round of follow-up questions.
#[derive(Clone, Debug, Default, Args)]
pub struct Interview {
    /// Interview on this scenario; `none` asks without one
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// Ask only about this topic (repeatable)
    #[arg(long, value_name = "TOPIC")]
    pub topic: Vec<String>,
    /// Ask this question (repeatable, in this order)
    #[arg(long, value_name = "ID")]
    pub question: Vec<String>,
    /// How many questions [default: 5]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub count: Option<u16>,
    /// The settings of the round.
    #[command(flatten)]
    pub round: Round,
}

/// The settings of a round, whatever it asks.
#[derive(Clone, Debug, Default, Args)]
pub struct Round {
    /// Interview on your own design: a Markdown file, instead of a scenario
    #[arg(long, value_name = "FILE", conflicts_with = "scenario")]
    pub design: Option<PathBuf>,
    /// The bar that you are graded against: mid, senior or staff [default: senior]
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<String>,
    /// Stop asking after so many minutes
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1440))]
    pub minutes: Option<u32>,
    /// When to show verdicts: after `each` answer or at the `end` [default: each]
    #[arg(long, value_name = "WHEN")]
    pub feedback: Option<String>,
    /// Follow-ups on a gap, for each question [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=3))]
    pub probes: Option<u8>,
    /// Draw questions and numbers by this seed, for a round that can be repeated
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Read answers from a file, or from standard input with `-`; an empty line ends an answer
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Keep nothing of this round
    #[arg(long)]
    pub no_save: bool,
    /// Who asks and who judges.
    #[command(flatten)]
    pub choice: Choice,
}

/// What is looked at.
#[derive(Clone, Debug, Args)]
pub struct Doctor {
    /// What is chosen here and now.
    #[command(flatten)]
    pub choice: Choice,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// What is set.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show what is set, and why
    Show {
        /// What is chosen here and now.
        #[command(flatten)]
        choice: Box<Choice>,
        /// How to write it.
        #[command(flatten)]
        listing: Listing,
    },
    /// Write a file with an example of each setting
    Init {
        /// Write what language models are told instead, to be changed: a folder of files beside that one
        #[arg(long)]
        prompts: bool,
    },
}

/// Going on where a round stopped.
#[derive(Clone, Debug, Args)]
pub struct Resume {
    /// The session; the latest unfinished one where nothing is said
    pub session: Option<String>,
    /// Read answers from a file, or from standard input with `-`; an empty line ends an answer
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Who asks and who judges.
    #[command(flatten)]
    pub choice: Choice,
}

/// One question.
#[derive(Clone, Debug, Args)]
pub struct Ask {
    /// The question, as in `cache/cache-down`
    pub question: String,
    /// Ask it about this scenario [default: without one]
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// The settings of the round.
    #[command(flatten)]
    pub round: Round,
}

/// What to list.
#[derive(Clone, Debug, Args)]
pub struct List {
    /// What to list
    #[arg(default_value = "questions")]
    pub what: Listed,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Follow-up questions
    Questions,
    /// Systems to be interviewed on
    Scenarios,
    /// Topics
    Topics,
    /// Packs
    Packs,
}

/// How to write a listing.
#[derive(Clone, Copy, Debug, Args)]
pub struct Listing {
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Output,
}

/// What to show.
#[derive(Clone, Debug, Args)]
pub struct Show {
    /// The id of a question, a scenario or a session
    pub id: String,
    /// Show the reference answer of a question, too
    #[arg(long)]
    pub reference: bool,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// What to export.
#[derive(Clone, Debug, Args)]
pub struct Export {
    /// The session; the latest where nothing is said
    pub session: Option<String>,
    /// How to write it: `md` to read, `json` to script
    #[arg(long, value_name = "FORMAT", default_value = "md")]
    pub format: String,
    /// Write to this file, and not to standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A verdict of one's own.
#[derive(Clone, Debug, Args)]
pub struct Dispute {
    /// The session
    pub session: String,
    /// The number of the turn, as `show` counts them
    pub turn: usize,
    /// The key point's id
    pub point: String,
    /// What it should be: hit, partial, missed or contradicted
    pub verdict: String,
}

/// Work on content.
#[derive(Debug, Subcommand)]
pub enum Pack {
    /// Write a pack to begin with
    New(PackNew),
    /// Make questions of your own notes or flash cards
    Import(PackImport),
    /// Report every problem of a pack
    Check(PackCheck),
    /// List the packs in use
    List(Listing),
}

/// A new pack.
#[derive(Clone, Debug, Args)]
pub struct PackNew {
    /// The pack's folder, which is made
    pub dir: PathBuf,
    /// The pack's name, as in `my-team` [default: the folder's name]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

/// A file to import.
#[derive(Clone, Debug, Args)]
pub struct PackImport {
    /// The file: Markdown with a heading for each question, CSV, or Anki's text export
    pub file: PathBuf,
    /// The pack's folder; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Put all questions under this topic [default: as the file says]
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    /// What the file is [default: as its name and its first line tell]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ImportFormat>,
}

/// A format to import from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// Headings are questions, and the text below them answers.
    Markdown,
    /// A header row with `question` and `answer`, or `front` and `back`.
    Csv,
    /// Notes in plain text, as Anki exports them.
    Anki,
}

/// A pack to check.
#[derive(Clone, Debug, Args)]
pub struct PackCheck {
    /// The pack's folder; the built-in pack where nothing is said
    pub dir: Option<PathBuf>,
    /// List what is worth a second look, too
    #[arg(long)]
    pub notes: bool,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// A shell.
#[derive(Clone, Copy, Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
