//! The papers are true: commands in them write what is shown, the pack in the guide is clean, links lead
//! somewhere, and what they list is all that there is.

mod console;
mod paper;

use std::collections::BTreeSet;
use std::fs;

use clap::{CommandFactory, Parser};
use followup::cli::Cli;
use followup::domain::words::{ComponentKind, Facet, Level, Purpose};
use followup::ui::command::COMMANDS;

use crate::support::Home;
use paper::{Paper, project};

const PAPERS: &[&str] =
    &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "content/README.md"];

#[test]
fn the_readme_shows_what_the_program_writes() {
    console::check("README.md");
}

#[test]
fn the_other_papers_show_what_the_program_writes() {
    PAPERS.iter().filter(|name| **name != "README.md").for_each(|name| console::check(name));
}

#[test]
fn commands_that_need_a_server_are_understood() {
    let papers = PAPERS.iter().map(|name| Paper::read(name));
    let blocks = papers.flat_map(|paper| paper.blocks).filter(|block| block.info == "bash");
    let lines = blocks.flat_map(|block| block.text.lines().map(str::to_owned).collect::<Vec<_>>());
    let commands: Vec<String> = lines.filter(|line| line.starts_with("followup ")).collect();
    for command in &commands {
        let understood = Cli::try_parse_from(command.split_whitespace());
        assert!(understood.is_ok(), "`{command}`: {}", understood.unwrap_err());
    }
    assert!(!commands.is_empty(), "no paper shows how a server is used");
}

#[test]
fn the_readme_begins_with_the_two_commands() {
    let readme = Paper::read("README.md");
    let first = readme.consoles().next().expect("a block of commands");
    let commands: Vec<String> = console::shown(first).into_iter().map(|shown| shown.command).collect();
    assert_eq!(commands, ["cargo run --release", "cargo test"]);
    let checks = fs::read_to_string(project(".ci/run")).unwrap();
    assert!(checks.contains("step cargo test"), "the checks run the test command of the README");
}

#[test]
fn every_example_is_run_by_a_paper() {
    let papers: Vec<Paper> = PAPERS.iter().map(|name| Paper::read(name)).collect();
    let commands: Vec<String> =
        papers.iter().flat_map(Paper::consoles).flat_map(console::shown).map(|shown| shown.command).collect();
    for entry in fs::read_dir(project("examples")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let use_of_it = match file.strip_suffix(".rs") {
            Some(name) => format!("--example {name}"),
            None => format!("examples/{file}"),
        };
        assert!(commands.iter().any(|command| command.contains(&use_of_it)), "no paper runs `{use_of_it}`");
    }
}

#[test]
fn the_pack_in_the_guide_is_clean() {
    let mut home = Home::new();
    let guide = Paper::read("content/README.md");
    for block in guide.blocks.iter().filter(|block| block.info != "console") {
        let path = block.info.split(' ').nth(1).expect("each block names its file");
        home = home.file(&format!("pack/{path}"), &block.text);
    }
    let seen = home.followup(["pack", "check", "pack"]).output();
    assert_eq!((seen.stdout.as_str(), seen.code), ("", Some(0)));
    assert!(seen.stderr.starts_with("1 question"), "{}", seen.stderr);
}

#[test]
fn the_guide_lists_every_word() {
    let guide = Paper::read("content/README.md").text;
    for words in [Purpose::WORDS, Level::WORDS, Facet::WORDS, ComponentKind::WORDS] {
        let list = words.join(", ");
        assert!(guide.contains(&list), "the guide does not list `{list}`");
    }
}

#[test]
fn links_lead_somewhere() {
    for name in PAPERS {
        let paper = Paper::read(name);
        let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for link in paper.links.iter().filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = if path.is_empty() { paper.name.clone() } else { format!("{folder}{path}") };
            assert!(project(&path).exists(), "{name}: there is no `{path}`");
            let found = anchor.is_empty() || Paper::read(&path).anchors.contains(anchor);
            assert!(found, "{name}: `{path}` has no heading `#{anchor}`");
        }
    }
}

#[test]
fn the_readme_lists_every_command() {
    let mut commands = BTreeSet::new();
    for command in Cli::command().get_subcommands() {
        match command.has_subcommands() {
            true => commands.extend(
                command.get_subcommands().map(|inner| format!("{} {}", command.get_name(), inner.get_name())),
            ),
            false => _ = commands.insert(command.get_name().to_owned()),
        }
    }
    let is_argument = |word: &str| word.starts_with(|c: char| !c.is_ascii_lowercase());
    let listed = Paper::read("README.md").first_cells("## Commands").into_iter().map(|cell| {
        let words: Vec<&str> = cell.split_whitespace().take_while(|word| !is_argument(word)).collect();
        words[..words.len().min(if ["config", "pack"].contains(&words[0]) { 2 } else { 1 })].join(" ")
    });
    assert_eq!(listed.collect::<BTreeSet<_>>(), commands);
}

#[test]
fn the_readme_lists_every_command_of_a_round() {
    let entries = COMMANDS.iter().map(|entry| {
        let names = entry.names.iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join("`, `");
        format!("{names} {}", entry.arguments).trim_end().to_owned()
    });
    assert_eq!(Paper::read("README.md").first_cells("## In a round"), entries.collect::<Vec<_>>());
}

#[test]
fn the_architecture_is_that_of_the_sources() {
    let paper = Paper::read("ARCHITECTURE.md");
    let lines = paper.text.lines().count();
    assert!(lines <= 200, "ARCHITECTURE.md has {lines} lines");

    let named: BTreeSet<&str> = paper.names.iter().map(|name| name.trim_end_matches('/')).collect();
    for entry in fs::read_dir(project("src")).unwrap() {
        let path = format!("src/{}", entry.unwrap().file_name().to_str().unwrap());
        assert!(named.contains(path.as_str()), "`{path}` is not in the code map");
    }
}

#[test]
fn every_path_that_a_paper_names_is_there() {
    let folders = ["src/", "tests/", "content/", "examples/", "migrations/"];
    for name in PAPERS {
        let paper = Paper::read(name);
        let paths = paper.names.iter().filter(|path| folders.iter().any(|folder| path.starts_with(folder)));
        // In capitals stands what a reader has to fill in.
        for path in paths.filter(|path| !path.contains(|c: char| c.is_ascii_uppercase())) {
            assert!(project(path).exists(), "{name}: there is no `{path}`");
        }
    }
}

#[test]
fn every_test_that_the_architecture_names_is_there() {
    let paper = Paper::read("ARCHITECTURE.md");
    let tests: BTreeSet<&str> = paper.names.iter().map(String::as_str).filter(|name| is_test(name)).collect();
    assert!(tests.len() > 5, "only {} tests are named", tests.len());
    let mut sources = String::new();
    gather(&project("src"), &mut sources);
    gather(&project("tests"), &mut sources);
    for test in tests {
        assert!(sources.contains(&format!("fn {test}(")), "there is no test `{test}`");
    }
}

/// Whether a name has the form of a test's: at least three words in snake case.
fn is_test(name: &str) -> bool {
    name.split('_').count() > 2 && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

fn gather(folder: &std::path::Path, sources: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml::Table = fs::read_to_string(project("Cargo.toml")).unwrap().parse().unwrap();
    let tables = ["dependencies", "dev-dependencies"].map(|table| manifest[table].as_table().unwrap());
    let used: BTreeSet<String> = tables.iter().flat_map(|table| table.keys().cloned()).collect();
    let explained = Paper::read("ARCHITECTURE.md").first_cells("## Dependencies");
    assert_eq!(explained.iter().cloned().collect::<BTreeSet<_>>(), used);
}

#[test]
fn the_changelog_has_a_place_for_what_is_next() {
    let changelog = Paper::read("CHANGELOG.md").text;
    let first = changelog.lines().find(|line| line.starts_with("## ")).expect("a heading");
    assert_eq!(first, "## Unreleased");
    let entries = changelog.lines().skip_while(|line| *line != first).skip(1);
    let entries = entries.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("- "));
    assert!(entries.count() > 0, "nothing is under `## Unreleased`");
}
