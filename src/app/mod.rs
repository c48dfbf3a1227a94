//! The commands: each in a file of its own, wired to the modules that do the work.

mod asking;
#[cfg(feature = "llm")]
mod cache;
mod clock;
mod config;
mod context;
mod design;
mod dispute;
mod doctor;
mod export;
mod grade;
mod history;
mod interview;
mod journal;
mod judging;
mod list;
mod own_grader;
mod pack;
mod regrade;
mod resume;
mod scorecard;
mod show;
mod start;

use std::ffi::OsString;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command, Interview};
use crate::error::{DONE, Failure, UNUSABLE};
use crate::ui::sanitize::inert;
use context::Context;
pub use context::{Stdio, Terminal};
pub(crate) use journal::Fatal;

/// Runs the program on the given arguments, the first of them its name; returns the exit code.
///
/// It can be called more than once in a process. `env` looks up variables of the environment.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    env: &dyn Fn(&str) -> Option<String>,
    io: Stdio<'_>,
) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return explain(&error, io),
    };
    let Stdio { input, out, err, terminal } = io;
    let mut context =
        Context::new(cli.global, env, Stdio { input, out: &mut *out, err: &mut *err, terminal });
    let result = dispatch(&mut context, cli.command)
        .and_then(|code| context.out.flush().map(|()| code).map_err(Failure::from));
    match result {
        Ok(code) => code,
        Err(failure) => {
            if failure != Failure::ReaderGone {
                // Nobody is left to tell when this fails, too.
                let _untold = context.notice(&failure.to_string());
            }
            failure.code()
        }
    }
}

fn dispatch(context: &mut Context<'_>, command: Option<Command>) -> Result<u8, Failure> {
    match command.unwrap_or_else(|| Command::Interview(Interview::default())) {
        Command::Interview(args) => start::interview(context, &args),
        Command::Resume(args) => resume::run(context, &args),
        Command::Ask(args) => start::ask(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Grade(args) => grade::run(context, &args),
        Command::Scorecard(args) => scorecard::run(context, &args),
        Command::History(listing) => history::run(context, listing),
        Command::Export(args) => export::run(context, &args),
        Command::Dispute(args) => dispute::run(context, &args),
        Command::Regrade(args) => regrade::run(context, &args),
        Command::Pack(command) => pack::run(context, &command),
        Command::Config(command) => config::run(context, &command),
        Command::Doctor(args) => doctor::run(context, &args),
        Command::Completions(args) => {
            // Where it cannot write, the generator panics; memory can always be written.
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut Cli::command(), "followup", &mut script);
            context.out.write_all(&script)?;
            Ok(DONE)
        }
        Command::Man => {
            clap_mangen::Man::new(Cli::command()).render(context.out)?;
            Ok(DONE)
        }
    }
}

/// Says what is wrong with the arguments, or gives the help that was asked for.
fn explain(error: &clap::Error, io: Stdio<'_>) -> u8 {
    let text = if io.terminal.columns.is_some() {
        error.render().ansi().to_string()
    } else {
        error.render().to_string()
    };
    if error.use_stderr() {
        let _untold = io.err.write_all(text.as_bytes());
        return UNUSABLE;
    }
    let written = io.out.write_all(text.as_bytes()).and_then(|()| io.out.flush());
    match written.map_err(Failure::from) {
        Ok(()) => DONE,
        Err(Failure::ReaderGone) => DONE,
        Err(failure) => {
            let _untold = writeln!(io.err, "{}", inert(&failure.to_string()));
            failure.code()
        }
    }
}
