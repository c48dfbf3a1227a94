//! The `followup` program: hands the process's arguments, environment and streams to the library.

use std::io::{self, BufReader, BufWriter, IsTerminal, Write};
use std::process::ExitCode;

use followup::ui::terminal::{can_edit_lines, columns, lookup};
use followup::{Stdio, Terminal, run};

fn main() -> ExitCode {
    let interactive = io::stdin().is_terminal();
    let notices = io::stderr().is_terminal();
    let terminal = Terminal { interactive, edits_lines: can_edit_lines(), columns: columns(), notices };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut err = io::stderr();
    let io = Stdio { input: Box::new(BufReader::new(io::stdin())), out: &mut out, err: &mut err, terminal };
    let code = run(std::env::args_os(), &lookup, io);
    // What could not be written has been told; a second failure changes nothing.
    let _told = out.flush();
    ExitCode::from(code)
}
