//! Answers from a keyboard, edited on the terminal: many lines, history, completion, paste.
//!
//! Enter begins a new line, an empty line or Ctrl-D hands in. What is on the line is watched, because the line
//! editor itself drops it on Ctrl-C and on bytes that are not text.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustyline::completion::Completer;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext,
    EventHandler, ExternalPrinter, Helper, KeyCode, KeyEvent, Modifiers, RepeatCount,
};

use super::ending::{ending, watch};
use super::{CUT_NOTICE, Input, InputError, Request, Typed, answer, cap, split_command};
use crate::ui::command::{COMMANDS, is_command};
use crate::ui::sanitize::is_active;
use crate::ui::style::{Role, Screen};
use crate::ui::wrap::{Text, paragraph};

/// Called with what is written so far, each time a line of it is done.
pub type OnDraft = Box<dyn FnMut(&str)>;

const PROMPT: &str = "> ";

pub(super) const TORN_NOTICE: &str =
    "Not all that came in is text, and some was dropped; check what is written.";

/// How long after torn input an Enter still belongs to it, and does not hand in.
const SETTLING: Duration = Duration::from_secs(1);

/// A terminal that can edit lines.
pub struct Keyboard {
    editor: Editor<Watch, DefaultHistory>,
    prompt: (String, String),
    torn: Torn,
    screen: Screen,
    /// Prints nothing: with one at hand the line editor waits for signals, too, and misses none between two keys.
    _printer: Box<dyn ExternalPrinter>,
    notices: Box<dyn Write>,
}

impl Keyboard {
    /// Takes the terminal of standard input and output. `on_draft` is given what is written so far, each time a line
    /// is done and whenever it would be lost; what else there is to tell goes to `notices`.
    ///
    /// # Errors
    /// When the terminal cannot be used.
    pub fn open(screen: &Screen, on_draft: OnDraft, notices: Box<dyn Write>) -> Result<Self, InputError> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            // The highlighter is what keeps pasted text inert, so it always runs; the prompt decides on its own colour.
            .color_mode(ColorMode::Forced)
            .build();
        let mut editor: Editor<Watch, DefaultHistory> = Editor::with_config(config)?;
        editor.set_auto_add_history(false);
        editor.set_helper(Some(Watch::new(on_draft)));
        let torn = Torn::default();
        bind(&mut editor, &torn);
        let printer = Box::new(editor.create_external_printer()?);
        watch()?;
        let prompt = (PROMPT.to_owned(), screen.paint(Role::Accent, PROMPT));
        Ok(Self { editor, prompt, torn, screen: *screen, _printer: printer, notices })
    }

    /// Adds an earlier answer to those that the Up key brings back.
    pub fn remember(&mut self, answer: &str) {
        // Only a history file can fail, and there is none.
        let _ = self.editor.add_history_entry(answer);
    }

    fn written(&self) -> String {
        self.editor.helper().map(|watch| watch.written.borrow().clone()).unwrap_or_default()
    }

    fn save_draft(&self, draft: &str) {
        if let Some(watch) = self.editor.helper() {
            watch.save(draft);
        }
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        paragraph(&mut self.notices, &self.screen, &Text::plain(text))
    }

    fn handed_in(&mut self, text: &str) -> io::Result<Typed> {
        if let Some((draft, parsed)) = split_command(text) {
            return Ok(match parsed {
                Ok(command) => Typed::Command { command, draft: draft.to_owned() },
                Err(error) => {
                    // It may be a whole answer that was meant: Up brings it back.
                    self.remember(text);
                    Typed::NoCommand(error)
                }
            });
        }
        let mut answer = answer(text);
        if cap(&mut answer) {
            self.notify(CUT_NOTICE)?;
        }
        if !answer.is_empty() {
            self.remember(&answer);
        }
        Ok(Typed::Answer(answer))
    }
}

impl Input for Keyboard {
    fn read(&mut self, request: &Request<'_>) -> Result<Typed, InputError> {
        if let Some(watch) = self.editor.helper_mut() {
            watch.words = request.words.iter().map(|word| (*word).to_owned()).collect();
        }
        let mut initial = without_controls(request.initial);
        let mut told = false;
        loop {
            if ending() {
                return Ok(Typed::Terminate);
            }
            if let Some(watch) = self.editor.helper() {
                watch.written.replace(initial.clone());
            }
            match self.editor.readline_with_initial(&self.prompt, (&initial, "")) {
                Ok(text) => return Ok(self.handed_in(&text)?),
                Err(_) if ending() => {
                    self.save_draft(&self.written());
                    return Ok(Typed::Terminate);
                }
                Err(ReadlineError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
                    self.torn.begin();
                    initial = self.written();
                    if !std::mem::replace(&mut told, true) {
                        self.notify(TORN_NOTICE)?;
                    }
                }
                Err(ReadlineError::Interrupted) => {
                    let draft = self.written();
                    self.save_draft(&draft);
                    return Ok(Typed::Interrupt { draft });
                }
                Err(ReadlineError::Eof) => {
                    // Ctrl-D on an empty line, or the terminal is gone.
                    self.save_draft(&self.written());
                    return Ok(Typed::Leave);
                }
                Err(error) => {
                    self.save_draft(&self.written());
                    return Err(error.into());
                }
            }
        }
    }
}

/// Drops what the terminal would obey when the text is shown for editing.
fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn bind(editor: &mut Editor<Watch, DefaultHistory>, torn: &Torn) {
    let enter = || EventHandler::Conditional(Box::new(Enter { torn: torn.clone() }));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::NONE), enter());
    editor.bind_sequence(KeyEvent::ctrl('J'), enter());
    editor.bind_sequence(KeyEvent::ctrl('D'), EventHandler::Conditional(Box::new(HandIn)));
    editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
    editor.bind_sequence(KeyEvent::ctrl('O'), EventHandler::Simple(Cmd::Newline));
}

/// When input was last torn by bytes that are not text.
///
/// The line editor then forgets that it was in the middle of a paste, and what is left of that arrives as if typed,
/// Enter keys included.
#[derive(Clone, Default)]
struct Torn(Arc<Mutex<Option<Instant>>>);

impl Torn {
    fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether an Enter that comes now is part of it; if so, so is what comes soon after.
    fn goes_on(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = last.filter(|at| at.elapsed() < SETTLING).map(|_| Instant::now());
        last.is_some()
    }
}

/// The Enter key: hands in or, by default, goes through the validator, which begins a new line.
struct Enter {
    torn: Torn,
}

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        (!self.torn.goes_on() && is_complete(ctx.line(), ctx.pos())).then_some(Cmd::AcceptLine)
    }
}

/// Ctrl-D: hands in what is there; with nothing there it is the end of the input, by default.
struct HandIn;

impl ConditionalEventHandler for HandIn {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, ctx: &EventContext) -> Option<Cmd> {
        (!ctx.line().is_empty()).then_some(Cmd::AcceptLine)
    }
}

/// Whether Enter at this place hands in: at the end, on an empty line or on a command's line.
fn is_complete(text: &str, cursor: usize) -> bool {
    let Some((before, behind)) = text.split_at_checked(cursor) else { return false };
    let on_empty_line = before.rsplit('\n').next().unwrap_or_default().trim().is_empty();
    behind.trim().is_empty() && (on_empty_line || split_command(text).is_some())
}

/// What the line editor asks while a line is edited.
struct Watch {
    written: RefCell<String>,
    on_draft: RefCell<OnDraft>,
    words: Vec<String>,
}

impl Watch {
    fn new(on_draft: OnDraft) -> Self {
        Self { written: RefCell::default(), on_draft: RefCell::new(on_draft), words: Vec::new() }
    }

    fn save(&self, draft: &str) {
        if let Ok(mut on_draft) = self.on_draft.try_borrow_mut() {
            on_draft(draft);
        }
    }
}

impl Helper for Watch {}

impl Hinter for Watch {
    type Hint = String;

    /// Gives no hint: this is the one place that sees the line after every change.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<String> {
        line.clone_into(&mut self.written.borrow_mut());
        None
    }
}

impl Validator for Watch {
    /// Is asked at every Enter, and sees to the draft; that there is more to come was decided by the key.
    fn validate(&self, ctx: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        let text = ctx.input();
        let draft = split_command(text).map_or(text, |(draft, _)| draft);
        self.save(draft);
        Ok(ValidationResult::Incomplete)
    }
}

impl Highlighter for Watch {
    /// Leaves out what a terminal would obey. None of it has a width, so the cursor stays right.
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if line.chars().any(is_active) {
            Cow::Owned(line.chars().filter(|c| !is_active(*c)).collect())
        } else {
            Cow::Borrowed(line)
        }
    }
}

impl Completer for Watch {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete(line, pos, &self.words))
    }
}

/// Completes the word before the cursor on a command's line: its name first, then the caller's words.
fn complete(text: &str, cursor: usize, words: &[String]) -> (usize, Vec<String>) {
    let before = text.get(..cursor).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    if !is_command(line) {
        return (cursor, Vec::new());
    }
    let (start, typed) = match line.rsplit_once(' ') {
        Some((_, typed)) => (cursor - typed.len(), typed),
        None => (cursor - line.len(), line),
    };
    let candidates: Vec<String> = if typed.starts_with('/') {
        let names = COMMANDS.iter().flat_map(|entry| entry.names);
        names.map(|name| format!("/{name}")).filter(|name| name.starts_with(typed)).collect()
    } else {
        words.iter().filter(|word| word.starts_with(typed)).cloned().collect()
    };
    (start, candidates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_hands_in_at_the_end_of_what_is_complete() {
        for (before, behind, complete) in [
            ("", "", true),
            ("one", "", false),
            ("one\n", "", true),
            ("one\n  ", "", true),
            ("one\n", "\n", true),
            ("one", "\n\n", false),
            ("one\n", "two\n", false),
            ("/hint", "", true),
            ("/hi", "nt", false),
            ("//hint", "", false),
            ("one\n/hint", "", true),
            ("one\n/api", "", false),
        ] {
            assert_eq!(
                is_complete(&format!("{before}{behind}"), before.len()),
                complete,
                "{before}|{behind}"
            );
        }
    }

    #[test]
    fn tab_completes_commands_and_the_words_behind_them() {
        let words = ["coalescing".to_owned(), "jitter".to_owned()];
        for (line, expected) in [
            ("/re", (0, vec!["/reference", "/retry"])),
            ("/dispute co", (9, vec!["coalescing"])),
            ("one\n/hi", (4, vec!["/hint"])),
            ("co", (2, vec![])),
            ("//re", (4, vec![])),
        ] {
            let (start, candidates) = complete(line, line.len(), &words);
            assert_eq!((start, candidates.iter().map(String::as_str).collect()), expected, "{line}");
        }
    }

    #[test]
    fn what_is_shown_for_editing_is_inert() {
        let watch = Watch::new(Box::new(|_| {}));
        assert_eq!(watch.highlight("a\u{7}b\u{202e}c\u{9b}d\n", 0), "abcd\n");
        assert_eq!(without_controls("a\u{1b}[2Jb\n\tc"), "a[2Jb\n\tc");
    }
}
