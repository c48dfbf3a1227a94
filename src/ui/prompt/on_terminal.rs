//! The keyboard on a real terminal. The other end is this test program, running [`other_end`].

use std::io::{self, Write};
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use super::keyboard::{Keyboard, TORN_NOTICE};
use super::{Input, Request, Typed};
use crate::ui::style::Screen;

#[test]
#[ignore = "is the other end of the tests below"]
fn other_end() {
    let screen = Screen { width: 80, colour: false, unicode: true };
    let on_draft = Box::new(|draft: &str| writeln!(io::stderr(), "<draft {draft:?}>\r").unwrap());
    let mut keyboard = Keyboard::open(&screen, on_draft, Box::new(io::stderr())).unwrap();
    let mut draft = String::new();
    loop {
        let typed = keyboard.read(&Request { initial: &draft, words: &["coalescing"] }).unwrap();
        writeln!(io::stdout(), "<{typed:?}>").unwrap();
        draft = match typed {
            Typed::Leave | Typed::Terminate => break,
            Typed::Command { draft, .. } | Typed::Interrupt { draft } => draft,
            Typed::Answer(_) | Typed::NoCommand(_) => String::new(),
        };
    }
}

struct Terminal(PtySession);

impl Terminal {
    fn new() -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "ui::prompt::on_terminal::other_end", "--ignored"]);
        command.arg("--nocapture").env("TERM", "xterm");
        let mut terminal = Self(spawn_command(command, Some(20_000)).unwrap());
        terminal.ready();
        terminal
    }

    fn keys(&mut self, keys: impl AsRef<[u8]>) {
        let mut handle = self.0.process().get_file_handle().unwrap();
        handle.write_all(keys.as_ref()).unwrap();
    }

    fn expect(&mut self, text: &str) {
        if let Err(error) = self.0.exp_string(text) {
            panic!("{text:?}: {error}");
        }
    }

    /// Waits until keys are read one by one; before that the system would take some of them for itself.
    fn ready(&mut self) {
        self.expect("\u{1b}[?2004h");
    }

    fn check(&mut self, keys: impl AsRef<[u8]>, typed: &str) {
        self.keys(keys);
        self.expect(typed);
        self.ready();
    }
}

#[test]
fn lines_are_collected_until_an_empty_one_or_the_end() {
    let mut terminal = Terminal::new();
    terminal.keys("one\r");
    terminal.expect(r#"<draft "one">"#);
    terminal.check("two\r\r", r#"<Answer("one\ntwo")>"#);
    terminal.check("three\nfour\u{4}", r#"<Answer("three\nfour")>"#);
    terminal.check("\u{1b}[A\u{4}", r#"<Answer("three\nfour")>"#);
    terminal.check("a\u{f}\u{f}b\u{4}", r#"<Answer("a\n\nb")>"#);
    terminal.check("\r", r#"<Answer("")>"#);
    terminal.keys("\u{4}");
    terminal.expect("<Leave>");
}

#[test]
fn ctrl_c_and_commands_keep_what_is_written() {
    let mut terminal = Terminal::new();
    terminal.check("one\rtw\u{3}", r#"<Interrupt { draft: "one\ntw" }>"#);
    terminal.check("o\r/hint\r", r#"<Command { command: Hint, draft: "one\ntwo" }>"#);
    terminal.check("\u{4}", r#"<Answer("one\ntwo")>"#);
    terminal.check("/ref\t\r", r#"<Command { command: Reference, draft: "" }>"#);
    terminal.check("/hnit\r", r#"<NoCommand(Unknown { name: "hnit", nearest: Some("hint") })>"#);
    terminal.check("//api\r\r", r#"<Answer("/api")>"#);
}

#[test]
fn a_paste_does_not_hand_in() {
    let mut terminal = Terminal::new();
    terminal.keys("\u{1b}[200~one\r\n\r\ntwo\u{7}\n\n/skip\n\n\u{1b}[201~");
    terminal.check("\u{3}", r#"<Interrupt { draft: "one\n\ntwo\u{7}\n\n/skip\n\n" }>"#);
    terminal.check("x\u{4}", r#"<Answer("one\n\ntwo\n\n/skip\n\nx")>"#);
}

#[test]
fn bytes_that_are_not_text_do_not_end_it() {
    let mut terminal = Terminal::new();
    terminal.keys("one\r");
    terminal.expect(r#"<draft "one">"#);
    terminal.keys(b"t\xff");
    terminal.expect(TORN_NOTICE);
    terminal.ready();
    terminal.check("wo\u{4}", r#"<Answer("one\ntwo")>"#);
}

#[test]
fn a_torn_paste_does_not_hand_in() {
    let mut terminal = Terminal::new();
    terminal.keys(b"one\r\x1b[200~lost\n\xff");
    terminal.expect(TORN_NOTICE);
    terminal.ready();
    terminal.check("\n\ntwo\n\n\n\u{1b}[201~\u{3}", r#"<Interrupt { draft: "one\n\n\ntwo\n\n\n" }>"#);
}
