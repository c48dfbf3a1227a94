//! The invariants of the design, each a test over the sources.
//!
//! Only code that is shipped is looked at: files that are tests, and the `mod tests` at the end of a file, may do
//! as they like.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Which other modules a module may import.
const IMPORTS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("content", &["domain"]),
    ("session", &["domain", "content"]),
    ("llm", &["domain"]),
    ("grader", &["domain", "llm"]),
    ("interviewer", &["domain", "llm"]),
    ("report", &["domain"]),
    ("history", &["domain"]),
    ("export", &["domain", "report"]),
    ("ui", &["domain", "report"]),
    ("cores", &[]),
    ("cli", &[]),
];

/// Modules that wire the others together, and may import all of them.
const WIRING: &[&str] = &["app", "error", "lib", "main"];

/// The files that touch the disk, the clock, the environment, the terminal or a runtime; no others do.
const EDGES: &[&str] = &[
    "main.rs",
    "app/cache.rs",
    "app/clock.rs",
    "app/design.rs",
    "app/context.rs",
    "cores.rs",
    "app/config/",
    "app/doctor/model.rs",
    "app/grade/batch/state.rs",
    "app/grade/flight.rs",
    "app/grade/many.rs",
    "app/grade/mod.rs",
    "app/grade/output.rs",
    "app/grade/progress.rs",
    "app/interview/input.rs",
    "app/interview/show.rs",
    "app/judging.rs",
    "app/own_grader.rs",
    "app/pack/folder.rs",
    "app/scorecard/mod.rs",
    "content/loader.rs",
    "export/file.rs",
    "history/",
    "llm/endpoint/",
    "ui/prompt/",
    "ui/terminal.rs",
];

/// What stands in a file that touches the world outside.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::os",
    "std::{",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "io::std",
    "temp_dir",
    "tokio::",
    "rustyline",
    "rusqlite",
    "tempfile::",
    "etcetera",
    "print!(",
    "println!(",
    "dbg!(",
];

/// Files that are longer than a file may be, without their tests, and why.
const LONG: &[(&str, &str)] = &[];

/// A source file without its tests.
struct Source {
    /// Below `src`, with slashes.
    path: String,
    /// Without comments.
    code: String,
    /// The number of lines, with comments.
    lines: usize,
}

impl Source {
    fn new(path: String, text: &str) -> Self {
        let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
        let lines = text[..end].lines();
        let code = lines.clone().filter(|line| !line.trim_start().starts_with("//"));
        Self { path, code: code.map(|line| format!("{line}\n")).collect(), lines: lines.count() }
    }

    /// Returns the module of the crate that the file belongs to.
    fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Returns how many modules deep the file's own is.
    fn depth(&self) -> usize {
        let path = self.path.strip_suffix("/mod.rs").unwrap_or(&self.path);
        path.split('/').count()
    }

    /// Returns the modules of the crate that are named in paths.
    fn imports(&self) -> BTreeSet<&str> {
        let rest = self.code.split("crate::").skip(1);
        let names = rest.map(|rest| rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap());
        names.filter(|name| *name != self.module()).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn rust_files(below: &str) -> Vec<(String, String)> {
    let root = root().join(below);
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// Reads the shipped sources.
fn sources() -> Vec<Source> {
    let files = rust_files("src");
    let test_modules: Vec<String> = files.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    let is_test = |path: &str| {
        test_modules.iter().any(|module| {
            path.strip_prefix(module.as_str()).is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    };
    let shipped: Vec<Source> = files
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| Source::new(path, &text))
        .collect();
    assert!(shipped.len() > 100, "the sources are not found: {} files", shipped.len());
    shipped
}

/// Returns the paths, without `.rs`, of the modules that a file declares for tests only.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = match name {
        "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
        _ => path.strip_suffix(".rs").unwrap().to_owned(),
    };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let declared = lines.iter().enumerate().filter_map(|(at, line)| {
        let name = line.strip_prefix("mod ")?.strip_suffix(';')?;
        let attributes = lines[..at].iter().rev().take_while(|line| line.starts_with("#["));
        attributes.clone().any(|line| *line == "#[cfg(test)]").then_some(name)
    });
    declared.map(|name| format!("{folder}/{name}").trim_start_matches('/').to_owned()).collect()
}

/// Fails with the list of what was found, where something was.
#[track_caller]
fn none(found: impl IntoIterator<Item = String>, rule: &str) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn only_named_edge_files_touch_the_world_outside() {
    let inner = sources().into_iter().filter(|file| !EDGES.iter().any(|edge| file.path.starts_with(edge)));
    let found = inner.flat_map(|file| {
        let words = OUTSIDE.iter().filter(|word| file.code.contains(**word));
        words.map(|word| format!("{} has `{word}`", file.path)).collect::<Vec<_>>()
    });
    none(found, "files, clocks, processes and terminals belong to the edge files");
}

#[test]
fn every_named_edge_is_there_and_is_one() {
    let sources = sources();
    let idle = EDGES.iter().filter(|edge| {
        let mut files = sources.iter().filter(|file| file.path.starts_with(**edge));
        !files.any(|file| OUTSIDE.iter().any(|word| file.code.contains(word)))
    });
    none(idle.map(|edge| (*edge).to_owned()), "an edge file that touches nothing is none");
}

#[test]
fn the_core_has_no_edges_but_its_loader_and_its_writer() {
    let core = ["domain", "content", "session", "grader", "report", "export", "cli"];
    let edges: Vec<&&str> =
        EDGES.iter().filter(|edge| core.contains(&edge.split('/').next().unwrap())).collect();
    assert_eq!(edges, [&"content/loader.rs", &"export/file.rs"]);
}

#[test]
fn imports_go_one_way() {
    let found = sources().into_iter().flat_map(|file| {
        let module = file.module();
        if WIRING.contains(&module) {
            return Vec::new();
        }
        let Some((_, allowed)) = IMPORTS.iter().find(|(name, _)| *name == module) else {
            return vec![format!("{} is not in the table of imports", file.path)];
        };
        let forbidden = file.imports().into_iter().filter(|name| !allowed.contains(name));
        forbidden.map(|name| format!("{} imports `{name}`", file.path)).collect()
    });
    none(found, "imports between modules follow the table");
}

#[test]
fn no_path_climbs_out_of_its_module() {
    let found = sources().into_iter().filter(|file| file.code.contains(&"super::".repeat(file.depth())));
    none(found.map(|file| file.path), "another module is imported by `crate::`, so that the table sees it");
}

#[test]
fn only_tests_import_all_of_the_module_above() {
    let found = sources().into_iter().filter(|file| file.code.contains("super::*"));
    none(found.map(|file| file.path), "`use super::*` hides where a name comes from");
}

#[test]
fn modules_are_named_for_what_they_hold() {
    let vague = ["util", "utils", "common", "helper", "helpers", "misc"];
    let files = ["src", "tests"].map(rust_files).into_iter().flatten();
    let found =
        files.filter(|(path, _)| path.trim_end_matches(".rs").split('/').any(|part| vague.contains(&part)));
    none(found.map(|(path, _)| path), "a module is named for one thing");
}

#[test]
fn files_are_short() {
    let mut lengths: Vec<(usize, String)> =
        sources().into_iter().map(|file| (file.lines, file.path)).collect();
    lengths.sort();
    let median = lengths[lengths.len() / 2].0;
    assert!(median < 150, "half of the files have more than {median} lines");
    let main = lengths.iter().find(|(_, path)| path == "main.rs").unwrap();
    assert!(main.0 <= 40, "main.rs has {} lines", main.0);
    let allowed = |path: &str| LONG.iter().any(|(long, _)| *long == path);
    let found = lengths.iter().filter(|(length, path)| *length > 400 && !allowed(path));
    none(found.map(|(length, path)| format!("{path} has {length} lines")), "a file has at most 400 lines");
    let outdated = LONG.iter().filter(|(long, _)| !lengths.iter().any(|(n, path)| path == long && *n > 400));
    none(outdated.map(|(path, _)| (*path).to_owned()), "an exception that is none any more");
}

#[test]
fn only_main_ends_the_process() {
    let found = sources().into_iter().filter(|file| {
        let ends = ["process::exit", "process::abort", "ExitCode"];
        file.path != "main.rs" && ends.iter().any(|word| file.code.contains(word))
    });
    none(found.map(|file| file.path), "buffers are written and the terminal restored by going back to main");
}

#[test]
fn every_ignored_test_says_why() {
    let bare = ["#[", "ignore]"].concat();
    let files = ["src", "tests"].map(rust_files).into_iter().flatten();
    none(
        files.filter(|(_, text)| text.contains(&bare)).map(|(path, _)| path),
        "an ignored test has a reason",
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    let files = ["src", "tests"].map(rust_files).into_iter().flatten();
    none(
        files.filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path),
        "a file begins with a header",
    );
}

#[test]
fn the_reader_of_the_sources_sees_what_it_should() {
    let text = "//! x\nuse crate::domain::y;\n// std::fs\n#[cfg(test)]\nmod sample;\n";
    let tests = "#[cfg(test)]\nmod tests {\n    use crate::app;\n}\n";
    let file = Source::new("ui/prompt/mod.rs".to_owned(), &format!("{text}{tests}"));
    assert_eq!(file.code, "use crate::domain::y;\n#[cfg(test)]\nmod sample;\n");
    assert_eq!((file.module(), file.depth(), file.lines), ("ui", 2, 5));
    assert_eq!(file.imports(), BTreeSet::from(["domain"]));
    assert_eq!(test_modules("ui/mod.rs", text), ["ui/sample"]);
    assert_eq!(test_modules("lib.rs", text), ["sample"]);
    assert_eq!(test_modules("report/share.rs", text), ["report/share/sample"]);
}
