//! `followup scorecard`: how far the grader agrees with labelled answers, and what fools it.

mod fool;
mod graders;
mod input;
mod json;
mod measure;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::context::Context;
use super::list::write_json;
use crate::cli;
use crate::content::Catalog;
use crate::domain::question::Exemplar;
use crate::domain::words::Level;
use crate::error::{DONE, Failure, PROBLEMS};
use crate::grader::rubric::VERSION;
use crate::report::scorecard::floors::Floors;
use crate::report::scorecard::{Graded, Scorecard};
use crate::ui;
use graders::Graders;
use input::{Item, Label, Questions, Set, Task, Verdicts};

/// The labelled set that is graded when no other is named, and its name.
const LABELLED: (&str, &str) = ("labelled", include_str!("../../../tests/data/labelled.jsonl"));
/// The name of the packs' own answers.
const EXEMPLARS: &str = "exemplars";

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &cli::Scorecard) -> Result<u8, Failure> {
    let level: Level = args.level.parse()?;
    if args.scale.is_some_and(|scale| !(scale.is_finite() && scale > 0.0)) {
        return Err(Failure::new("`--scale` is the full score, a number above 0"));
    }
    let floors = args.check.as_deref().map(read_floors).transpose()?;
    let catalog = context.catalog()?;
    let questions: Questions = catalog
        .questions
        .iter()
        .map(|question| (question.id.clone(), question.bind(&BTreeMap::new())))
        .collect();
    let (sets, problems) = read_sets(context, &args.files, &catalog, &questions)?;
    for problem in &problems {
        context.notice(problem)?;
    }

    let graders = Graders::new(&questions, level, context.grader(&catalog));
    // Whoever brings answers of their own wants to know how those questions can be cheated at.
    let tasks = match args.files.is_empty() {
        true => questions.keys().cloned().map(Task::Question).collect(),
        false => fool::tasks(&sets),
    };
    let card = Scorecard::of(&Graded {
        graders: Graders::names(),
        version: VERSION,
        level,
        sets: sets.iter().map(|set| measure::measure(&graders, set, args.scale)).collect(),
        fakes: fool::fakes(&graders, &tasks),
        rewritten: fool::rewritten(&graders, &tasks),
    });
    match args.listing.format {
        cli::Output::Text => ui::scorecard::render(&card, &context.screen, context.out)?,
        cli::Output::Json => write_json(context.out, &json::value(&card))?,
    }

    let shortfalls = floors.unwrap_or_default().check(&card.figures());
    for shortfall in &shortfalls {
        context.notice(&shortfall.to_string())?;
    }
    Ok(if problems.is_empty() && shortfalls.is_empty() { DONE } else { PROBLEMS })
}

/// Reads the files, or what stands in their place; says what is wrong with single lines.
fn read_sets(
    context: &mut Context<'_>,
    files: &[std::path::PathBuf],
    catalog: &Catalog,
    questions: &Questions,
) -> Result<(Vec<Set>, Vec<String>), Failure> {
    if files.is_empty() {
        let (labelled, problems) = input::read(LABELLED.0, LABELLED.1.as_bytes(), questions);
        return Ok((vec![exemplars(catalog), labelled], problems));
    }
    let mut sets = Vec::new();
    let mut problems = Vec::new();
    for path in files {
        let (set, found) = input::read(&path.to_string_lossy(), &bytes(context, path)?, questions);
        sets.push(set);
        problems.extend(found);
    }
    Ok((sets, problems))
}

fn bytes(context: &mut Context<'_>, path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if path == Path::new("-") {
        let mut bytes = Vec::new();
        context.take_input().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| Failure::file("read", path, &error))
}

/// Returns the answers that the packs' authors label.
fn exemplars(catalog: &Catalog) -> Set {
    let item = |(id, exemplar): (_, &Exemplar)| Item {
        task: Task::Question(id),
        answer: exemplar.answer.clone(),
        label: Label::Verdicts(Verdicts {
            style: exemplar.style.clone(),
            points: exemplar.verdicts.clone(),
            misconceptions: Some(exemplar.misconceptions.clone()),
        }),
    };
    let all =
        catalog.exemplars.iter().flat_map(|(id, all)| all.iter().map(|exemplar| (id.clone(), exemplar)));
    Set { name: EXEMPLARS.to_owned(), items: all.map(item).collect() }
}

/// Bounds of figures as they are written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FloorsFile {
    #[serde(default)]
    least: BTreeMap<String, f64>,
    #[serde(default)]
    most: BTreeMap<String, f64>,
}

fn read_floors(path: &Path) -> Result<Floors, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let file: FloorsFile = toml::from_str(&text).map_err(|error| {
        let reason = error.message().lines().next().unwrap_or_default().to_owned();
        Failure::new(format!("`{}` cannot be read: {reason}", path.display()))
            .hint("it has two tables, `[least]` and `[most]`, of figures' names and numbers")
    })?;
    Ok(Floors { least: file.least, most: file.most })
}
