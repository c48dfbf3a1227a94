//! The library's one door, used twice in one process: streams in memory, nothing kept between the runs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::rc::Rc;

use followup::{Stdio, Terminal, run};

use crate::support::{Home, NOW, assert_same, data, followup};

/// Runs the program in this process; returns standard output, standard error and the exit code.
fn in_process(
    args: &[OsString],
    env: &[(&str, &str)],
    input: &str,
    terminal: Terminal,
) -> (String, String, u8) {
    let env: BTreeMap<&str, &str> = env.iter().copied().chain([("SOURCE_DATE_EPOCH", NOW)]).collect();
    let lookup = |name: &str| env.get(name).map(|value| (*value).to_owned());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let io =
        Stdio { input: Box::new(io::Cursor::new(input.to_owned())), out: &mut out, err: &mut err, terminal };
    let name = OsString::from("followup");
    let code = run([&name].into_iter().chain(args).cloned(), &lookup, io);
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), code)
}

fn args(home: &Home, args: &[&str]) -> Vec<OsString> {
    let given = args.iter().map(OsString::from);
    given.chain(["--data-dir".into(), home.data_dir().into_os_string()]).collect()
}

const ROUND: &[&str] = &["ask", "kitchen/oven-fails", "--probes", "0", "--seed", "1"];

#[test]
fn run_can_be_called_more_than_once() {
    let (one, other) = (Home::new(), Home::new());
    let play = |home: &Home| {
        let mut args = args(home, ROUND);
        args.extend(["--pack".into(), data("pack").into_os_string()]);
        in_process(&args, &[], "We serve cold plates.\n", Terminal::default())
    };
    let first = play(&one);
    assert_eq!(first.2, 0, "{}", first.1);
    assert_eq!(first, play(&other));
    let export =
        |home: &Home| in_process(&args(home, &["export", "--format", "json"]), &[], "", Terminal::default());
    assert_eq!(export(&one), export(&other));
    assert!(export(&one).0.contains("We serve cold plates."));
}

#[test]
fn it_writes_what_the_program_writes() {
    for line in [
        &["list"][..],
        &["show", "cache/sizing", "--reference"],
        &["show", "cache/sizng"],
        &["--help"],
        &["lst"],
    ] {
        let program = followup(line.iter().copied()).output();
        let arguments: Vec<OsString> = line.iter().map(OsString::from).collect();
        let (out, err, code) = in_process(&arguments, &[], "", Terminal::default());
        assert_same(&program.stdout, &out);
        assert_same(&program.stderr, &err);
        assert_eq!(program.code, Some(i32::from(code)), "{line:?}");
    }
}

#[test]
fn a_run_leaves_nothing_to_the_next() {
    let home = Home::new();
    let list = args(&home, &["list"]);
    let before = in_process(&list, &[], "", Terminal::default());
    let wide = Terminal { columns: Some(120), ..Terminal::default() };
    let coloured = in_process(&args(&home, &["list", "--color", "always"]), &[], "", wide);
    assert!(coloured.0.contains('\u{1b}') && coloured != before);
    assert_eq!(in_process(&args(&home, &["no-such-command"]), &[], "", Terminal::default()).2, 2);
    assert_eq!(in_process(&list, &[], "", Terminal::default()), before);
}

#[test]
fn the_environment_is_the_one_that_is_handed_in() {
    let home = Home::new();
    let list = args(&home, &["list"]);
    let width = |text: &str| text.lines().map(str::len).max();
    let narrow = in_process(&list, &[("COLUMNS", "40")], "", Terminal::default()).0;
    let forced = in_process(&list, &[("CLICOLOR_FORCE", "1")], "", Terminal::default()).0;
    assert!(width(&narrow) <= Some(40), "{narrow}");
    assert!(forced.contains('\u{1b}'), "{forced}");
}

/// A terminal: what both streams write, in the order in which it arrives.
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

#[test]
fn on_one_terminal_a_notice_stands_below_the_result_and_fits() {
    let shown = |line: &[&str]| {
        let screen = Shared::default();
        let (mut out, mut err) = (io::BufWriter::new(screen.clone()), screen.clone());
        let terminal = Terminal { columns: Some(40), notices: true, ..Terminal::default() };
        let io = Stdio { input: Box::new(io::empty()), out: &mut out, err: &mut err, terminal };
        let args = ["followup"].iter().chain(line).map(OsString::from);
        run(args, &|name| (name == "NO_COLOR").then(|| "1".to_owned()), io);
        let text = String::from_utf8(screen.0.borrow().clone()).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        text
    };
    let text = shown(&["show", "cache/sizing"]);
    assert!(
        text.ends_with("\n\n`--reference` shows the reference answer\nand the key points, too.\n"),
        "{text}"
    );
    let text = shown(&["show", "cache/a-question-that-nobody-has-thought-of"]);
    assert!(text.starts_with("error: "), "{text}");
}

/// A writer that takes so many bytes and then fails.
struct Failing {
    room: usize,
    kind: io::ErrorKind,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(self.kind.into());
        }
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn wherever_the_output_fails_the_run_ends_with_one_line_or_none() {
    let home = Home::new();
    for line in
        [&["list"][..], &["show", "news-feed"], &["completions", "bash"], &["man"], &["--help"], ROUND]
    {
        for room in [0, 1, 100, 1_000] {
            for (kind, code, told) in [
                (io::ErrorKind::BrokenPipe, 0, ""),
                (io::ErrorKind::StorageFull, 2, "error: cannot write the output: no storage space\n"),
            ] {
                let mut arguments = vec![OsString::from("followup")];
                arguments.extend(args(&home, line));
                arguments.extend(["--pack".into(), data("pack").into_os_string()]);
                let (mut out, mut err) = (Failing { room, kind }, Vec::new());
                let io = Stdio {
                    input: Box::new("An answer.\n".as_bytes()),
                    out: &mut out,
                    err: &mut err,
                    terminal: Terminal::default(),
                };
                let seen = run(arguments, &|_| None, io);
                let err = String::from_utf8(err).unwrap();
                assert_eq!(seen, code, "{line:?} with room for {room}: {err}");
                assert!(err.ends_with(told) && !err.contains("panicked"), "{line:?}: {err}");
            }
        }
    }
}
