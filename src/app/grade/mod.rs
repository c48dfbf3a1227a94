//! `followup grade`: one answer, or many.

#[cfg(feature = "llm")]
mod batch;
mod bench;
mod dry_run;
mod flight;
mod lines;
mod many;
mod offline;
mod output;
mod own;
mod progress;
mod record;
mod text;
mod written;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::config::Config;
use super::context::Context;
use super::judging::{self, Judging, block_on};
use crate::cli;
use crate::content::Catalog;
use crate::domain::grade::Outcome;
use crate::domain::id::QuestionId;
use crate::domain::question::Question;
use crate::domain::words::Level;
use crate::error::{DONE, Failure};
use crate::grader::GradeRequest;
use bench::{Bench, Task};
use own::OwnQuestions;
use record::Record;

/// The most that is read of a file with one answer, in bytes; the grader reads less and says so.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &cli::Grade) -> Result<u8, Failure> {
    let level: Level = args.level.parse()?;
    let catalog = context.catalog()?;
    let config = Config::read(context, &args.choice)?;
    let judging = judging::make(context, &catalog, &config)?;
    let offline = &judging.offline;
    let judge = |question: &Question, answer: &str| offline.judge(question, &question.wording, answer);
    let own = OwnQuestions::new(&catalog, offline, &judge);
    match &args.jsonl {
        Some(path) => {
            let bench = Bench::new(&catalog, offline, level);
            many::run(context, args, path, &bench, &own, &judging)
        }
        None => one(context, args, &catalog, &own, &judging),
    }
}

/// Grades one answer.
fn one(
    context: &mut Context<'_>,
    args: &cli::Grade,
    catalog: &Catalog,
    own: &OwnQuestions<'_>,
    judging: &Judging,
) -> Result<u8, Failure> {
    let level: Level = args.level.parse()?;
    let answer = args.answer.as_deref().map(|path| read(context, path)).transpose()?.unwrap_or_default();
    let asked = args.question.as_deref().map(|id| question(catalog, id)).transpose()?;
    let bound = asked.map(|asked| asked.bind(&BTreeMap::new()));
    let reference = args.reference.as_deref().map(|path| read(context, path)).transpose()?;
    let answer = answer.as_str();
    let task = match (&bound, &args.ask, &reference) {
        (Some(question), _, _) => {
            Task::Question(GradeRequest { question, prompt: &question.wording, answer })
        }
        (None, Some(_), Some(reference)) if reference.trim().is_empty() => {
            return Err(Failure::new("the reference answer is empty"));
        }
        (None, Some(ask), Some(reference)) => Task::Reference { ask, references: vec![reference], answer },
        _ => {
            return Err(Failure::new("name a question with `--question`, or give `--ask` and `--reference`"));
        }
    };
    if args.dry_run {
        return dry_run::one(context, judging, own, &task);
    }
    let outcome = match judging.is_offline() {
        true => Outcome::Graded(task.offline(&judging.offline)),
        false => block_on(own.grade(judging.grader.as_ref(), &task))?,
    };
    match args.listing.format {
        cli::Output::Text => match &outcome {
            Outcome::Graded(grade) => {
                text::write(context.out, &context.screen, (asked, grade), level, args.explain)?;
            }
            Outcome::Ungraded { reason } => return Err(Failure::new(format!("not graded: {reason}"))),
        },
        cli::Output::Json => {
            let record = Record::of(serde_json::Value::Null, outcome, level, args.explain);
            serde_json::to_writer_pretty(&mut *context.out, &record).map_err(std::io::Error::from)?;
            context.out.write_all(b"\n")?;
        }
    }
    judging.tell_taken(context)?;
    Ok(DONE)
}

/// Finds a question by what was typed.
pub(super) fn question<'a>(catalog: &'a Catalog, typed: &str) -> Result<&'a Question, Failure> {
    let known = || catalog.questions.iter().map(|question| question.id.as_str());
    QuestionId::parse(typed)
        .ok()
        .and_then(|id| catalog.question(&id))
        .ok_or_else(|| Failure::new(format!("there is no question `{typed}`")).did_you_mean(typed, known()))
}

/// Reads a text file or standard input; what is not UTF-8 is replaced.
fn read(context: &mut Context<'_>, path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let result = if path == Path::new("-") {
        context.take_input().take(MAX_FILE).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut bytes))
    };
    result.map_err(|error| Failure::file("read", path, &error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
