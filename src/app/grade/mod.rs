//! `followup grade`: one answer, or many.

mod lines;
mod record;
mod text;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::config::Config;
use super::context::Context;
use super::judging::{self, Judging, block_on};
use crate::cli;
use crate::content::Catalog;
use crate::domain::grade::Outcome;
use crate::domain::id::QuestionId;
use crate::domain::question::Question;
use crate::domain::suggest::nearest;
use crate::domain::words::Level;
use crate::error::{DONE, Failure, PROBLEMS};
use crate::grader::GradeRequest;
use crate::grader::rubric::RubricGrader;
use lines::Broken;
use record::{Asked, Record};

/// The most that is read of a file with one answer, in bytes; the grader reads less and says so.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// Questions, bound in their own wording, and the grader for them.
pub(super) struct Bench<'a> {
    questions: BTreeMap<&'a str, Question>,
    grader: &'a RubricGrader,
    level: Level,
}

impl<'a> Bench<'a> {
    fn new(catalog: &'a Catalog, grader: &'a RubricGrader, level: Level) -> Self {
        let bound = |question: &'a Question| (question.id.as_str(), question.bind(&BTreeMap::new()));
        Self { questions: catalog.questions.iter().map(bound).collect(), grader, level }
    }

    /// Grades what a line asks for; an error is a reason for people.
    fn grade(&self, asked: Asked) -> Result<Record, String> {
        let level = match &asked.level {
            Some(level) => level.parse().map_err(|error| format!("{error}"))?,
            None => self.level,
        };
        let grade = match (&asked.question, &asked.ask) {
            (Some(id), None) => {
                let question = self.questions.get(id.as_str()).ok_or_else(|| self.unknown(id))?;
                self.grader.judge(question, &question.wording, &asked.answer)
            }
            (None, Some(ask)) => {
                let references = references(&asked)?;
                self.grader.judge_by_reference(ask, &references, &asked.answer)
            }
            _ => return Err("a line needs either `question`, or `ask` with `reference`".to_owned()),
        };
        Ok(Record::of(asked.id, Outcome::Graded(grade), level, false))
    }

    fn unknown(&self, id: &str) -> String {
        match nearest(id, self.questions.keys().copied()) {
            Some(name) => format!("there is no question `{id}`; did you mean `{name}`?"),
            None => format!("there is no question `{id}`"),
        }
    }
}

fn references(asked: &Asked) -> Result<Vec<&str>, String> {
    let all: Vec<&str> =
        asked.reference.iter().chain(asked.references.iter().flatten()).map(String::as_str).collect();
    if all.iter().all(|reference| reference.trim().is_empty()) {
        return Err("`ask` needs a `reference` that is not empty".to_owned());
    }
    Ok(all)
}

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &cli::Grade) -> Result<u8, Failure> {
    let level: Level = args.level.parse()?;
    let catalog = context.catalog()?;
    let config = Config::read(context, &args.choice)?;
    let Judging { grader, offline } = judging::make(context, &catalog, &config)?;
    if let Some(path) = &args.jsonl {
        let bench = Bench::new(&catalog, &offline, level);
        return many(context, &bench, path);
    }
    let answer = args.answer.as_deref().map(|path| read(context, path)).transpose()?.unwrap_or_default();
    let asked = args.question.as_deref().map(|id| question(&catalog, id)).transpose()?;
    let outcome = match (asked, &args.ask, &args.reference) {
        (Some(asked), _, _) => {
            let bound = asked.bind(&BTreeMap::new());
            let request = GradeRequest { question: &bound, prompt: &bound.wording, answer: &answer };
            block_on(grader.grade(request))?
        }
        (None, Some(ask), Some(reference)) => {
            let reference = read(context, reference)?;
            if reference.trim().is_empty() {
                return Err(Failure::new("the reference answer is empty"));
            }
            Outcome::Graded(offline.judge_by_reference(ask, &[&reference], &answer))
        }
        _ => {
            return Err(Failure::new("name a question with `--question`, or give `--ask` and `--reference`"));
        }
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

fn many(context: &mut Context<'_>, bench: &Bench<'_>, path: &Path) -> Result<u8, Failure> {
    let unread = |error| Failure::file("read", path, &error);
    let result = if path == Path::new("-") {
        lines::run(bench, &mut context.take_input(), context.out)
    } else {
        lines::run(bench, &mut BufReader::new(File::open(path).map_err(unread)?), context.out)
    };
    let tally = result.map_err(|broken| match broken {
        Broken::Input(error) => unread(error),
        Broken::Output(error) => Failure::from(error),
    })?;
    Ok(if tally.errors == 0 { DONE } else { PROBLEMS })
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
