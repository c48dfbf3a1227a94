//! `followup config`: what is set, and where to set it.

use std::io::Write;

use serde_json::{Value, json};

use super::{Config, Row, TEMPLATE, file, prompts};
use crate::app::context::Context;
use crate::app::list::write_json;
use crate::cli::{ConfigCommand, Output};
use crate::error::{DONE, Failure};
use crate::ui::sanitize::inert;

impl Config<'_> {
    /// Writes what is set, for people.
    pub(in crate::app) fn write(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let rows = self.rows()?;
        writeln!(out, "{:<12} {}", "settings", inert(&self.path.display().to_string()))?;
        for Row { name, value, from } in rows {
            writeln!(out, "{name:<12} {}  ({from})", inert(&value))?;
        }
        Ok(())
    }

    /// Returns what is set, for programs.
    pub(in crate::app) fn json(&self) -> Result<Value, Failure> {
        let rows = self.rows()?;
        let set = rows
            .iter()
            .map(|row| json!({"name": row.name, "value": row.value, "from": row.from.to_string()}));
        Ok(json!({"file": self.path.display().to_string(), "settings": set.collect::<Value>()}))
    }
}

/// Runs the command.
pub(in crate::app) fn run(context: &mut Context<'_>, command: &ConfigCommand) -> Result<u8, Failure> {
    match command {
        ConfigCommand::Show { choice, listing } => {
            let config = Config::read(context, choice)?;
            match listing.format {
                Output::Json => write_json(context.out, &config.json()?)?,
                Output::Text => config.write(context.out)?,
            }
        }
        ConfigCommand::Init { prompts: true } => {
            for path in prompts::write(&prompts::folder(&file::path(context)?))? {
                writeln!(context.out, "{}", inert(&path.display().to_string()))?;
            }
        }
        ConfigCommand::Init { prompts: false } => {
            let path = file::path(context)?;
            file::write_new(&path, TEMPLATE)?;
            writeln!(context.out, "{}", inert(&path.display().to_string()))?;
        }
    }
    Ok(DONE)
}
