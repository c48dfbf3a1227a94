//! `followup export`: a session as bytes, to standard output or to a file.

use super::context::{Context, existing};
use crate::cli::Export;
use crate::error::{DONE, Failure};
use crate::export::file::write_atomically;
use crate::export::{Format, export};
use crate::report::Report;
use crate::session::Session;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Export) -> Result<u8, Failure> {
    let format: Format = args.format.parse()?;
    let store = existing(context.past()?)?;
    let stored = context.stored(&store, args.session.as_deref())?;
    let session = Session::replay(stored.plan, stored.events);
    let report = Report::of(session.transcript());
    match &args.output {
        None => export(format, session.transcript(), &report, context.out)?,
        Some(path) => {
            write_atomically(path, |out| export(format, session.transcript(), &report, out))
                .map_err(|error| Failure::file("write", path, &error))?;
            context.notice(&format!("Written to {}", path.display()))?;
        }
    }
    Ok(DONE)
}
