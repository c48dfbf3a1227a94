//! `followup doctor`: what is set up, and whether it works.

#[cfg(feature = "llm")]
mod model;

use serde_json::{Value, json};

use super::config::Config;
use super::context::Context;
use super::list::write_json;
use crate::cli::{Doctor, Output};
use crate::error::{DONE, Failure, PROBLEMS};
use crate::ui::sanitize::inert;
#[cfg(feature = "llm")]
use model::check;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Doctor) -> Result<u8, Failure> {
    let config = Config::read(context, &args.choice)?;
    let catalog = context.catalog()?;
    let dir = context.data_dir()?;
    let past = context.past()?;
    let (sessions, damage) = match &past {
        Some(store) => (store.sessions()?.len(), store.verify()?),
        None => (0, Vec::new()),
    };
    let damage: Vec<String> = damage.iter().map(ToString::to_string).collect();
    let model = if config.has_model() { Some(check(&config)?) } else { None };
    match args.listing.format {
        Output::Json => write_json(
            context.out,
            &json!({
                "version": env!("CARGO_PKG_VERSION"),
                "packs": catalog.packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>(),
                "questions": catalog.questions.len(),
                "scenarios": catalog.scenarios.len(),
                "data_dir": dir.to_string_lossy(),
                "sessions": sessions,
                "damage": damage,
                "settings": config.json()?,
                "model": model.as_ref().map(Checked::json),
            }),
        )?,
        Output::Text => {
            writeln!(context.out, "version      {}", env!("CARGO_PKG_VERSION"))?;
            let packs: Vec<&str> = catalog.packs.iter().map(|pack| pack.id.as_str()).collect();
            writeln!(context.out, "packs        {}", packs.join(", "))?;
            writeln!(
                context.out,
                "content      {} questions, {} scenarios",
                catalog.questions.len(),
                catalog.scenarios.len()
            )?;
            writeln!(context.out, "data         {}", dir.display())?;
            writeln!(context.out, "sessions     {sessions}")?;
            for line in &damage {
                writeln!(context.out, "damaged      {}", inert(line))?;
            }
            config.write(context.out)?;
            for line in model.iter().flat_map(|model| &model.lines) {
                let (sign, found) = match &line.found {
                    Ok(found) => ("works", found),
                    Err(found) => ("fails", found),
                };
                writeln!(context.out, "{:<13}{sign}: {}", line.what, inert(found))?;
            }
        }
    }
    let well = damage.is_empty() && model.is_none_or(|model| model.is_well());
    Ok(if well { DONE } else { PROBLEMS })
}

/// What was found out of the language model that is set up.
struct Checked {
    /// Each thing that was tried, and what came of it.
    lines: Vec<Line>,
}

/// A thing that was tried.
struct Line {
    what: &'static str,
    found: Result<String, String>,
}

impl Checked {
    /// Whether nothing failed.
    fn is_well(&self) -> bool {
        self.lines.iter().all(|line| line.found.is_ok())
    }

    /// Returns it for programs.
    fn json(&self) -> Value {
        let lines = self.lines.iter().map(|line| match &line.found {
            Ok(found) => json!({"what": line.what, "works": true, "found": found}),
            Err(found) => json!({"what": line.what, "works": false, "found": found}),
        });
        lines.collect()
    }
}

/// Looks at the settings only, since there is nothing in this program that could reach a model.
#[cfg(not(feature = "llm"))]
fn check(config: &Config<'_>) -> Result<Checked, Failure> {
    config.settings()?;
    let found = Err("this followup was built without language models".to_owned());
    Ok(Checked { lines: vec![Line { what: "model", found }] })
}
