//! `followup pack`: write, import and check content.

mod check;
mod folder;
mod import;
mod new;

use super::context::Context;
use super::list;
use crate::cli::{self, List, Listed};
use crate::error::Failure;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, command: &cli::Pack) -> Result<u8, Failure> {
    match command {
        cli::Pack::New(args) => new::run(context, args),
        cli::Pack::Import(args) => import::run(context, args),
        cli::Pack::Check(args) => check::run(context, args),
        cli::Pack::List(listing) => list::run(context, &List { what: Listed::Packs, listing: *listing }),
    }
}

/// Writes a number of things out.
fn count(number: usize, thing: &str) -> String {
    match number {
        0 => format!("no {thing}s"),
        1 => format!("1 {thing}"),
        _ => format!("{number} {thing}s"),
    }
}
