//! `followup pack check`: every problem of a pack.

use serde_json::{Value, json};

use super::count;
use crate::app::context::{Context, builtin_pack};
use crate::app::list;
use crate::cli::{Output, PackCheck};
use crate::content::problem::Problem;
use crate::content::{Catalog, check, loader, phrases};
use crate::domain::question::Question;
use crate::error::{DONE, Failure, PROBLEMS};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &PackCheck) -> Result<u8, Failure> {
    let loaded = match &args.dir {
        Some(dir) => loader::load_dir(dir)?,
        None => builtin_pack()?,
    };
    let base = base(context, &loaded.catalog)?;
    let mut known = base.clone();
    // Clashes are problems that the check finds itself.
    let _found_again = known.merge(loaded.catalog.clone());
    let grader = context.grader(&known);
    let judge = |question: &Question, answer: &str| grader.judge(question, &question.wording, answer);
    let problems = check::check(&loaded, &base, &judge);
    let remarks = phrases::remarks(&loaded, &known);
    let listed = if args.notes { remarks.as_slice() } else { &[] };
    match args.listing.format {
        Output::Json => {
            let problems = problems.iter().map(|problem| value("problem", problem));
            let notes = listed.iter().map(|note| value("note", note));
            list::write_json(context.out, &problems.chain(notes).collect::<Value>())?;
        }
        Output::Text => {
            for problem in &problems {
                writeln!(context.out, "{problem}")?;
            }
            for note in listed {
                writeln!(context.out, "note: {note}")?;
            }
        }
    }
    let mut questions = count(loaded.catalog.questions.len(), "question");
    if !loaded.catalog.extensions.is_empty() {
        questions = format!("{questions}, {}", count(loaded.catalog.extensions.len(), "extension"));
    }
    let scenarios = count(loaded.catalog.scenarios.len(), "scenario");
    let found = count(problems.len(), "problem");
    let notes = match remarks.len() {
        0 => String::new(),
        number if args.notes => format!(", {}", count(number, "note")),
        number => format!(", {} that `--notes` lists", count(number, "note")),
    };
    context.notice(&format!("{questions}, {scenarios}: {found}{notes}"))?;
    Ok(if problems.is_empty() { DONE } else { PROBLEMS })
}

/// Returns the content that a pack may build on: the packs in use, unless the built-in one is to be checked.
fn base(context: &Context<'_>, catalog: &Catalog) -> Result<Catalog, Failure> {
    let own: Vec<&str> = catalog.packs.iter().map(|pack| pack.id.as_str()).collect();
    let in_use = context.catalog_without(&own)?;
    let same = in_use.packs.iter().any(|pack| own.contains(&pack.id.as_str()));
    Ok(if same { Catalog::default() } else { in_use })
}

fn value(kind: &str, problem: &Problem) -> Value {
    json!({
        "kind": kind,
        "file": problem.place.file,
        "line": problem.place.line,
        "id": problem.place.id,
        "message": problem.message(),
        "remedy": problem.remedy(),
    })
}
