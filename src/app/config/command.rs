//! `followup config`: what is set, and where to set it.

use serde_json::json;

use super::{Config, TEMPLATE, file};
use crate::app::context::Context;
use crate::app::list::write_json;
use crate::cli::{ConfigCommand, Output};
use crate::error::{DONE, Failure};
use crate::ui::sanitize::inert;

/// Runs the command.
pub(in crate::app) fn run(context: &mut Context<'_>, command: &ConfigCommand) -> Result<u8, Failure> {
    match command {
        ConfigCommand::Show { choice, listing } => {
            let config = Config::read(context, choice)?;
            let rows = config.rows()?;
            let path = config.path.display().to_string();
            match listing.format {
                Output::Json => {
                    let set: Vec<_> = rows
                        .iter()
                        .map(
                            |row| json!({"name": row.name, "value": row.value, "from": row.from.to_string()}),
                        )
                        .collect();
                    write_json(context.out, &json!({"file": path, "settings": set}))?;
                }
                Output::Text => {
                    writeln!(context.out, "file         {}", inert(&path))?;
                    for row in rows {
                        writeln!(context.out, "{:<12} {}  ({})", row.name, inert(&row.value), row.from)?;
                    }
                }
            }
        }
        ConfigCommand::Init => {
            let path = super::path(context)?;
            file::write_new(&path, TEMPLATE)?;
            writeln!(context.out, "{}", inert(&path.display().to_string()))?;
        }
    }
    Ok(DONE)
}
