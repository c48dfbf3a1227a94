//! Answers from lines: a pipe, a file, or a terminal that cannot edit.

use std::io::{self, BufRead, Write};

use super::{CUT_NOTICE, Input, InputError, MAX_ANSWER, Request, Typed, answer, cap};
use crate::ui::command;

/// Reads answers from lines. An empty line, or the end, hands an answer in; empty lines before it are passed over.
/// A first line that begins with a slash is a command.
pub struct Lines<R> {
    reader: R,
    notices: Box<dyn Write>,
    prompt: Option<Box<dyn Write>>,
    begun: bool,
}

impl<R: BufRead> Lines<R> {
    /// Reads from `reader`; what there is to tell about that goes to `notices`.
    #[must_use]
    pub fn new(reader: R, notices: Box<dyn Write>) -> Self {
        Self { reader, notices, prompt: None, begun: false }
    }

    /// Shows a prompt before each answer, for somebody who types.
    #[must_use]
    pub fn prompting(mut self, out: Box<dyn Write>) -> Self {
        self.prompt = Some(out);
        self
    }

    /// Reads a line without its end; `None` at the end of the input. Bytes that are not UTF-8 become U+FFFD.
    /// Of a line longer than any answer the rest is read and dropped.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut ended = false;
        let mut seen = false;
        while !ended {
            let chunk = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                break;
            }
            seen = true;
            let taken = chunk.iter().position(|byte| *byte == b'\n');
            ended = taken.is_some();
            let room = (MAX_ANSWER + 1).saturating_sub(line.len());
            line.extend(chunk.iter().take(taken.unwrap_or(chunk.len()).min(room)));
            let used = taken.map_or(chunk.len(), |at| at + 1);
            self.reader.consume(used);
        }
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        // A byte order mark belongs to the file, not to its first answer.
        let line = if self.begun { line } else { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) };
        self.begun = true;
        Ok(seen.then(|| String::from_utf8_lossy(line).into_owned()))
    }

    fn show_prompt(&mut self) -> io::Result<()> {
        match &mut self.prompt {
            Some(out) => {
                out.write_all(b"> ")?;
                out.flush()
            }
            None => Ok(()),
        }
    }

    fn first_line(&mut self) -> io::Result<Option<String>> {
        loop {
            match self.line()? {
                Some(line) if line.trim().is_empty() => {}
                line => return Ok(line),
            }
        }
    }
}

impl<R: BufRead> Input for Lines<R> {
    fn read(&mut self, _: &Request<'_>) -> Result<Typed, InputError> {
        self.show_prompt()?;
        let Some(mut text) = self.first_line()? else {
            return Ok(Typed::Leave);
        };
        if command::is_command(&text) {
            return Ok(match command::parse(&text) {
                Ok(command) => Typed::Command { command, draft: String::new() },
                Err(error) => Typed::NoCommand(error),
            });
        }
        while let Some(line) = self.line()?.filter(|line| !line.trim().is_empty()) {
            if text.len() <= MAX_ANSWER {
                text.push('\n');
                text.push_str(&line);
            }
        }
        if cap(&mut text) {
            writeln!(self.notices, "{CUT_NOTICE}")?;
        }
        Ok(Typed::Answer(answer(&text)))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::Cursor;
    use std::rc::Rc;

    use super::*;
    use crate::ui::command::Command;

    #[derive(Clone, Default)]
    struct Shared(Rc<RefCell<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn typed(input: &[u8]) -> (Vec<Typed>, String) {
        let notices = Shared::default();
        let mut lines = Lines::new(Cursor::new(input.to_vec()), Box::new(notices.clone()));
        let mut all = Vec::new();
        loop {
            match lines.read(&Request::default()).unwrap() {
                Typed::Leave => break,
                typed => all.push(typed),
            }
        }
        let notices = String::from_utf8(notices.0.take()).unwrap();
        (all, notices)
    }

    fn answers(input: &[u8]) -> Vec<String> {
        let (typed, notices) = typed(input);
        assert_eq!(notices, "");
        let answer = |typed| match typed {
            Typed::Answer(text) => text,
            other => panic!("{other:?}"),
        };
        typed.into_iter().map(answer).collect()
    }

    #[test]
    fn empty_lines_part_answers() {
        assert_eq!(answers(b"one\ntwo\n\nthree\n"), ["one\ntwo", "three"]);
        assert_eq!(answers(b"\n\r\n \none\r\n two \r\n\r\n\r\nthree"), ["one\n two ", "three"]);
        assert_eq!(answers(b""), Vec::<String>::new());
        assert_eq!(answers(b"\n\n\n"), Vec::<String>::new());
        assert_eq!(answers(b"\xef\xbb\xbfone\n"), ["one"]);
    }

    #[test]
    fn a_first_line_with_a_slash_is_a_command() {
        let (all, _) = typed(b"/hint\n/skip\none\n/hint\n\n//two\n/hnit\n");
        let command = |command| Typed::Command { command, draft: String::new() };
        assert_eq!(all[..2], [command(Command::Hint), command(Command::Skip)]);
        assert_eq!(
            all[2..],
            [Typed::Answer("one\n/hint".to_owned()), Typed::Answer("/two\n/hnit".to_owned())]
        );
        assert!(matches!(typed(b"/hnit\n").0[..], [Typed::NoCommand(_)]));
    }

    #[test]
    fn bytes_that_are_not_text_do_no_harm() {
        assert_eq!(answers(b"a\0b\xffc\n\nd"), ["a\0b\u{fffd}c", "d"]);
    }

    #[test]
    fn a_long_answer_is_cut_with_a_notice_and_the_next_one_is_whole() {
        let line = "x".repeat(MAX_ANSWER);
        assert_eq!(answers(format!("{line}\n\nnext\n").as_bytes()), [line.as_str(), "next"]);
        for input in [format!("{line}yyy\n\nnext\n"), format!("{line}\nyyy\nyyy\n\nnext\n")] {
            let (all, notices) = typed(input.as_bytes());
            assert_eq!(all, [Typed::Answer(line.clone()), Typed::Answer("next".to_owned())]);
            assert_eq!(notices, format!("{CUT_NOTICE}\n"));
        }
    }

    #[test]
    fn somebody_who_types_sees_a_prompt() {
        let out = Shared::default();
        let mut lines =
            Lines::new(Cursor::new("one\n\ntwo"), Box::new(io::sink())).prompting(Box::new(out.clone()));
        while lines.read(&Request::default()).unwrap() != Typed::Leave {}
        assert_eq!(out.0.take(), b"> > > ");
    }
}
