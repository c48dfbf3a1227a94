//! What can be typed to grade answers, and to measure graders.

use std::path::PathBuf;

use clap::Args;

use super::{Choice, Listing};

/// What to grade.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("by").required(true).args(["question", "ask", "jsonl"]))]
pub struct Grade {
    /// The question that the answer is to
    #[arg(long, value_name = "ID")]
    pub question: Option<String>,
    /// A question of your own, graded by a reference answer
    #[arg(long, value_name = "TEXT", requires = "reference")]
    pub ask: Option<String>,
    /// The reference answer to your own question
    #[arg(long, value_name = "FILE", requires = "ask")]
    pub reference: Option<PathBuf>,
    /// Grade many answers: one JSON object a line in, one a line out; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub jsonl: Option<PathBuf>,
    /// How many answers of many are with a language model at a time
    #[arg(long, value_name = "N", default_value = "4", requires = "jsonl")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// Write the grades of many answers to this new file, and not to standard output
    #[arg(long, short, value_name = "FILE", requires = "jsonl")]
    pub output: Option<PathBuf>,
    /// Go on with a file that was begun, by the same command
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// Hand many answers in as one batch, which is cheaper and takes hours; the same command fetches the grades
    #[arg(long, requires = "output", conflicts_with = "dry_run")]
    pub batch: bool,
    /// Show what a language model would be sent, and send nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The answer; `-` is standard input
    #[arg(value_name = "FILE", required_unless_present = "jsonl", conflicts_with = "jsonl")]
    pub answer: Option<PathBuf>,
    /// The bar: mid, senior or staff
    #[arg(long, value_name = "LEVEL", default_value = "senior")]
    pub level: String,
    /// Say why each verdict was given
    #[arg(long)]
    pub explain: bool,
    /// Who judges.
    #[command(flatten)]
    pub choice: Choice,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// What to grade anew.
#[derive(Clone, Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["session", "fallbacks"]))]
pub struct Regrade {
    /// The session; all sessions where only `--fallbacks` is said
    pub session: Option<String>,
    /// Only answers that the chosen grader failed on, so that the offline grader or nobody judged
    #[arg(long)]
    pub fallbacks: bool,
    /// Only the answer of this turn, as `show` counts them (repeatable)
    #[arg(long, value_name = "N", requires = "session")]
    pub turn: Vec<usize>,
    /// List what would be graded, and grade nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Who judges.
    #[command(flatten)]
    pub choice: Choice,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}

/// What to measure the grader on.
#[derive(Clone, Debug, Args)]
pub struct Scorecard {
    /// Labelled answers, one JSON object a line; `-` is standard input [default: the exemplars of the packs and a
    /// labelled set]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The bar: mid, senior or staff
    #[arg(long, value_name = "LEVEL", default_value = "senior")]
    pub level: String,
    /// The full score of labels that are scores [default: the highest in the file]
    #[arg(long, value_name = "N")]
    pub scale: Option<f64>,
    /// Fail where a figure is out of the bounds in this file
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// How to write it.
    #[command(flatten)]
    pub listing: Listing,
}
