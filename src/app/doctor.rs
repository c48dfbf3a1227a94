//! `followup doctor`: what is set up, and whether it works.

use serde_json::json;

use super::context::Context;
use super::list::write_json;
use crate::cli::{Listing, Output};
use crate::error::{DONE, Failure, PROBLEMS};
use crate::ui::sanitize::inert;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, listing: Listing) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    let dir = context.data_dir()?;
    let past = context.past()?;
    let (sessions, damage) = match &past {
        Some(store) => (store.sessions()?.len(), store.verify()?),
        None => (0, Vec::new()),
    };
    let damage: Vec<String> = damage.iter().map(ToString::to_string).collect();
    match listing.format {
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
            }),
        )?,
        Output::Text => {
            writeln!(context.out, "version    {}", env!("CARGO_PKG_VERSION"))?;
            let packs: Vec<&str> = catalog.packs.iter().map(|pack| pack.id.as_str()).collect();
            writeln!(context.out, "packs      {}", packs.join(", "))?;
            writeln!(
                context.out,
                "content    {} questions, {} scenarios",
                catalog.questions.len(),
                catalog.scenarios.len()
            )?;
            writeln!(context.out, "data       {}", dir.display())?;
            writeln!(context.out, "sessions   {sessions}")?;
            for line in &damage {
                writeln!(context.out, "damaged    {}", inert(line))?;
            }
        }
    }
    Ok(if damage.is_empty() { DONE } else { PROBLEMS })
}
