//! `followup list`: what there is to practise.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::context::Context;
use crate::cli::{List, Listed, Output};
use crate::content::Catalog;
use crate::error::{DONE, Failure};
use crate::ui::table::{Align, Table};

/// The seed that a scenario's numbers are shown by.
pub(super) const SHOWN_SEED: u64 = 0;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &List) -> Result<u8, Failure> {
    let catalog = filled_in(context.catalog()?);
    match args.listing.format {
        Output::Text => table(&catalog, args.what).write(context.out, &context.screen)?,
        Output::Json => write_json(context.out, &values(&catalog, args.what))?,
    }
    Ok(DONE)
}

/// Puts words and numbers where questions and scenarios have names for them.
fn filled_in(mut catalog: Catalog) -> Catalog {
    for question in &mut catalog.questions {
        *question = question.bind(&BTreeMap::new());
    }
    for template in &mut catalog.scenarios {
        // A scenario whose numbers cannot be drawn is listed as it is written.
        if let Ok(drawn) = template.draw(SHOWN_SEED) {
            template.scenario = drawn;
        }
    }
    catalog
}

/// Writes a value for programs, with a line's end.
pub(super) fn write_json(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    out.write_all(b"\n")
}

fn table(catalog: &Catalog, what: Listed) -> Table {
    match what {
        Listed::Questions => {
            let mut table = Table::new(&[("id", Align::Left), ("question", Align::Left)]);
            for question in &catalog.questions {
                table.row([question.id.as_str(), question.wording.as_str()]);
            }
            table
        }
        Listed::Scenarios => {
            let mut table =
                Table::new(&[("id", Align::Left), ("title", Align::Left), ("what it is", Align::Left)]);
            for template in &catalog.scenarios {
                let scenario = &template.scenario;
                table.row([scenario.id.as_str(), scenario.title.as_str(), scenario.summary.as_str()]);
            }
            table
        }
        Listed::Topics => {
            let mut table =
                Table::new(&[("id", Align::Left), ("questions", Align::Right), ("topic", Align::Left)]);
            for (topic, count) in topics(catalog) {
                table.row([topic.id.as_str(), count.to_string().as_str(), topic.title.as_str()]);
            }
            table
        }
        Listed::Packs => {
            let mut table = Table::new(&[("id", Align::Left), ("title", Align::Left)]);
            for pack in &catalog.packs {
                table.row([pack.id.as_str(), pack.title.as_str()]);
            }
            table
        }
    }
}

fn topics(catalog: &Catalog) -> impl Iterator<Item = (&crate::content::Topic, usize)> {
    catalog.topics.iter().map(|topic| {
        (topic, catalog.questions.iter().filter(|question| question.id.topic() == topic.id).count())
    })
}

fn values(catalog: &Catalog, what: Listed) -> Value {
    match what {
        Listed::Questions => catalog
            .questions
            .iter()
            .map(|question| {
                json!({
                    "id": question.id,
                    "topic": question.id.topic(),
                    "question": question.wording,
                    "purposes": question.purposes,
                    "needs": question.needs,
                    "points": question.rubric.points.len(),
                })
            })
            .collect(),
        Listed::Scenarios => catalog
            .scenarios
            .iter()
            .map(|template| {
                let scenario = &template.scenario;
                json!({ "id": scenario.id, "title": scenario.title, "summary": scenario.summary })
            })
            .collect(),
        Listed::Topics => topics(catalog)
            .map(|(topic, count)| json!({ "id": topic.id, "title": topic.title, "questions": count }))
            .collect(),
        Listed::Packs => {
            catalog.packs.iter().map(|pack| json!({ "id": pack.id, "title": pack.title })).collect()
        }
    }
}
