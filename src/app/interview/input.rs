//! Opens what answers come from: the keyboard, standard input, a file.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::super::context::Context;
use super::super::journal::Journal;
use crate::error::Failure;
use crate::ui::prompt::Input;
use crate::ui::prompt::keyboard::Keyboard;
use crate::ui::prompt::lines::Lines;

/// Where answers come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The keyboard, or standard input where there is none.
    Standard,
    /// A file; `-` is standard input.
    File(PathBuf),
}

impl Source {
    /// Takes the flag's value.
    pub(crate) fn of(flag: Option<&PathBuf>) -> Self {
        flag.map_or(Self::Standard, |path| Self::File(path.clone()))
    }
}

/// An input that is open.
pub(super) struct Opened<'a> {
    pub(super) input: Box<dyn Input + 'a>,
    /// Whether answers have to be shown, since nobody saw them typed.
    pub(super) echoes: bool,
    /// Whether keys are read one by one, Ctrl-C among them.
    pub(super) has_keys: bool,
}

/// Opens the input. `remembered` are earlier answers for the Up key, the newest last.
pub(super) fn open<'a>(
    context: &mut Context<'a>,
    source: Source,
    journal: Rc<RefCell<Journal>>,
    notices: Notices,
    remembered: &[String],
) -> Result<Opened<'a>, Failure> {
    let file = |path: &Path| File::open(path).map_err(|error| Failure::file("read", path, &error));
    match source {
        Source::File(path) if path != Path::new("-") => {
            let lines = Lines::new(BufReader::new(file(&path)?), Box::new(notices));
            Ok(Opened { input: Box::new(lines), echoes: true, has_keys: false })
        }
        Source::Standard if context.edits_lines => {
            let on_draft = Box::new(move |draft: &str| {
                // While the driver records an event nothing is typed.
                if let Ok(mut journal) = journal.try_borrow_mut() {
                    journal.save_draft(draft);
                }
            });
            let mut keyboard = Keyboard::open(&context.screen, on_draft, Box::new(io::stderr()))
                .map_err(|error| Failure::new(error.to_string()))?;
            remembered.iter().for_each(|answer| keyboard.remember(answer));
            Ok(Opened { input: Box::new(keyboard), echoes: false, has_keys: true })
        }
        Source::Standard if context.interactive => {
            let lines = Lines::new(context.take_input(), Box::new(notices)).prompting(Box::new(io::stdout()));
            Ok(Opened { input: Box::new(lines), echoes: false, has_keys: false })
        }
        Source::Standard | Source::File(_) => Ok(Opened {
            input: Box::new(Lines::new(context.take_input(), Box::new(notices))),
            echoes: true,
            has_keys: false,
        }),
    }
}

/// What an input has to tell while it is read; the driver passes it on.
#[derive(Clone, Default)]
pub(super) struct Notices(Rc<RefCell<Vec<u8>>>);

impl Notices {
    /// Passes on what has come in.
    pub(super) fn write_to(&self, err: &mut dyn Write) -> io::Result<()> {
        err.write_all(&std::mem::take(&mut *self.0.borrow_mut()))
    }
}

impl Write for Notices {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
