//! What is typed in a paper's blocks is run, in a home with the project's examples, and what it writes is compared.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::paper::{Block, Paper, project};
use crate::support::Home;

/// Commands that are known and not run: they would build the program, or run this very test.
const KNOWN: &[&str] =
    &[".ci/run", "cargo build --examples", "cargo install --path .", "cargo run --release", "cargo test"];

/// Stands for whatever is left out: lines where it is a line, else characters of its line.
const LEFT_OUT: &str = "...";

/// A command and what is shown below it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) command: String,
    pub(super) output: String,
}

/// Takes a block apart. A command that ends with a backslash goes on in the next line.
pub(super) fn shown(block: &Block) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut lines = block.text.lines();
    while let Some(line) = lines.next() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => {
                let mut command = command.to_owned();
                while command.ends_with('\\') {
                    command.push('\n');
                    command.push_str(lines.next().expect("a line that goes on"));
                }
                all.push(Shown { command, output: String::new() });
            }
            (None, Some(shown)) => shown.output.push_str(&format!("{line}\n")),
            (None, None) => panic!("a block of commands begins with `$ `:\n{}", block.text),
        }
    }
    all
}

/// Runs all that a paper shows, in its order and in one home, as a reader would who follows it.
pub(super) fn check(name: &str) {
    let home = Home::new();
    copy(&project("examples"), &home.path("examples"));
    copy(&project("content"), &home.path("content"));
    let paper = Paper::read(name);
    for Shown { command, output } in paper.consoles().flat_map(shown) {
        if KNOWN.contains(&command.as_str()) {
            continue;
        }
        let (seen, code) = run(&home, &command);
        // A failure has to be in what is shown: only so does the reader know of it.
        assert!(code == Some(0) || command.ends_with("; echo $?"), "{name}: `{command}` failed:\n{seen}");
        if !output.is_empty()
            && let Some(first) = first_unlike(&output, &seen)
        {
            panic!("{name}: `{command}` writes something else than is shown from `{first}` on:\n{seen}");
        }
    }
}

fn run(home: &Home, command: &str) -> (String, Option<i32>) {
    let program = home.followup(Vec::<OsString>::new()).command();
    let folder = Path::new(program.get_program()).parent().unwrap();
    let mut shell = Command::new("sh");
    // Both streams go one way, as on a terminal.
    shell.arg("-c").arg(format!("exec 2>&1\n{}", resolved(command, folder)));
    shell.current_dir(program.get_current_dir().unwrap()).env_clear();
    shell.envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    let output = shell.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

/// Puts the example program that `cargo test` has built in the place of `cargo run --example`.
fn resolved(command: &str, folder: &Path) -> String {
    let Some(rest) = command.strip_prefix("cargo run --quiet --example ") else { return command.to_owned() };
    let (name, args) = rest.split_once(' ').unwrap_or((rest, ""));
    let program = example(name, folder);
    format!("'{}' {}", program.display(), args.strip_prefix("-- ").unwrap_or(args))
}

fn example(name: &str, folder: &Path) -> PathBuf {
    let program = folder.join("examples").join(name);
    assert!(program.is_file(), "the example `{name}` is not built: `cargo build --examples` builds it");
    program
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(path, target).unwrap();
        }
    }
}

/// Returns the first line that is shown and not seen, what is left out aside; the empty line where more is seen.
fn first_unlike<'a>(shown: &'a str, seen: &str) -> Option<&'a str> {
    let shown: Vec<&str> = shown.trim_end().lines().collect();
    let seen: Vec<&str> = seen.trim_end().lines().collect();
    if lines_are_like(&shown, &seen) {
        return None;
    }
    let begins_so = |lines: &[&str]| lines_are_like(&[lines, &[LEFT_OUT]].concat(), &seen);
    let alike = (0..shown.len()).rev().find(|end| begins_so(&shown[..*end])).unwrap_or(0);
    Some(shown.get(alike).filter(|_| !begins_so(&shown)).unwrap_or(&""))
}

fn lines_are_like(shown: &[&str], seen: &[&str]) -> bool {
    match shown.split_first() {
        None => seen.is_empty(),
        Some((&LEFT_OUT, rest)) => (0..=seen.len()).any(|left| lines_are_like(rest, &seen[left..])),
        Some((line, rest)) => {
            seen.first().is_some_and(|first| line_is_like(line, first)) && lines_are_like(rest, &seen[1..])
        }
    }
}

fn line_is_like(shown: &str, seen: &str) -> bool {
    match shown.split_once(LEFT_OUT) {
        None => shown.trim_end() == seen.trim_end(),
        Some((before, behind)) => seen.strip_prefix(before).is_some_and(|rest| {
            let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.any(|at| line_is_like(behind, &rest[at..]))
        }),
    }
}

#[test]
fn blocks_are_commands_with_their_output() {
    let text = "$ one \\\n  two\na\n\nb\n$ three\n".to_owned();
    let shown = shown(&Block { info: "console".to_owned(), text });
    let pairs: Vec<(&str, &str)> = shown.iter().map(|s| (s.command.as_str(), s.output.as_str())).collect();
    assert_eq!(pairs, [("one \\\n  two", "a\n\nb\n"), ("three", "")]);
}

#[test]
fn dots_stand_for_what_is_left_out() {
    for (shown, seen, expected) in [
        ("a\nb\n", "a\nb\n", None),
        ("a\n...\nd\n", "a\nb\nc\nd\n", None),
        ("a\n...\nd\n", "a\nd\n", None),
        ("a\n...\n", "a\n", None),
        ("{\"a\": ..., \"c\": 3}\n", "{\"a\": 1, \"b\": 2, \"c\": 3}\n", None),
        ("a\n...\nd\n", "a\nb\nc\n", Some("d")),
        ("a\nb\nd\n", "a\nb\nc\n", Some("d")),
        ("x...y\n", "x\ny\n", Some("x...y")),
        ("a\n", "a\nb\n", Some("")),
    ] {
        assert_eq!(first_unlike(shown, seen), expected, "{shown:?} {seen:?}");
    }
}
