//! What each command writes, whole; its exit code; and how it takes a reader that is gone and a disk that is full.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Home, Trial, data, followup};

/// Returns a run with the tests' own pack beside the built-in one.
fn tiny(args: &[&str]) -> Trial {
    followup(args.iter().copied()).args(["--pack".into(), data("pack").into_os_string()])
}

const ANSWER: &str =
    "Café first: we serve cold plates.\r\nThe thermometer would ring, and a new oven never fails.\n";

#[test]
fn version() {
    followup(["--version"]).stdout("followup 0.1.0\n").run();
}

#[test]
fn help() {
    followup(["--help"]).golden("help.txt");
    followup(["help", "grade"]).golden("help-grade.txt");
}

#[test]
fn list() {
    tiny(&["list"]).golden("list-questions.txt");
    tiny(&["list", "scenarios"]).golden("list-scenarios.txt");
    tiny(&["list", "topics"]).golden("list-topics.txt");
    tiny(&["list", "packs"])
        .stdout(
            "id       title\n\
             builtin  System-design follow-ups\n\
             tiny     A kitchen, for tests\n",
        )
        .run();
    tiny(&["pack", "list", "--format", "json"]).golden("list-packs.json");
    tiny(&["list", "topics", "--format", "json"]).golden("list-topics.json");
}

#[test]
fn list_as_json_says_the_same_as_text() {
    for what in ["questions", "scenarios", "topics", "packs"] {
        let text = tiny(&["list", what]).output().stdout;
        let json: Value =
            serde_json::from_str(&tiny(&["list", what, "--format", "json"]).output().stdout).unwrap();
        let ids: Vec<&str> =
            json.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        // A line that goes on with the one above begins with a space.
        let rows = text.lines().skip(1).filter(|line| !line.starts_with(' '));
        let listed: Vec<&str> = rows.map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(ids, listed, "{what}");
    }
}

#[test]
fn show_question() {
    tiny(&["show", "kitchen/oven-fails"])
        .stdout(
            "What if the oven fails during dinner?\n\
             kitchen/oven-fails - edge-cases\n\
             asked of a design with: service\n\
             Key points: 1 mid, 1 senior, 1 staff.\n",
        )
        .stderr("\n`--reference` shows the reference answer and the key points, too.\n")
        .run();
    tiny(&["show", "kitchen/oven-fails", "--reference"]).golden("show-question.txt");
    tiny(&["show", "kitchen/oven-fails", "--format", "json"]).golden("show-question.json");
}

#[test]
fn show_scenario() {
    tiny(&["show", "bistro"]).golden("show-scenario.txt");
    tiny(&["show", "bistro", "--format", "json"]).golden("show-scenario.json");
}

#[test]
fn grade() {
    let grade = ["grade", "--question", "kitchen/oven-fails", "answer.txt"];
    tiny(&grade).file("answer.txt", ANSWER).golden("grade.txt");
    tiny(&grade).args(["--explain"]).file("answer.txt", ANSWER).golden("grade-explained.txt");
    tiny(&grade).args(["--format", "json"]).file("answer.txt", ANSWER).golden("grade.json");
    let typed = tiny(&["grade", "--question", "kitchen/oven-fails", "-"]).stdin(ANSWER).output();
    assert_eq!(typed, tiny(&grade).file("answer.txt", ANSWER).output(), "`-` is standard input");
}

#[test]
fn evidence_is_cut_from_the_answer_as_given() {
    let seen = tiny(&["grade", "--question", "kitchen/oven-fails", "-", "--format", "json"]).stdin(ANSWER);
    let record: Value = serde_json::from_str(&seen.output().stdout).unwrap();
    let found = ["verdicts", "misconceptions"].map(|key| record[key].as_array().unwrap());
    let evidence: Vec<&Value> =
        found.into_iter().flatten().flat_map(|item| item["evidence"].as_array().unwrap()).collect();
    assert_eq!(evidence.len(), 3);
    for span in evidence {
        let offset = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
        assert_eq!(ANSWER[offset("start")..offset("end")], *span["quote"].as_str().unwrap());
    }
}

#[test]
fn grade_at_each_level() {
    for (level, score) in [("mid", 5.0), ("senior", 6.7), ("staff", 3.3)] {
        let args = ["grade", "--question", "kitchen/oven-fails", "-", "--format", "json", "--level", level];
        let record: Value = serde_json::from_str(&tiny(&args).stdin(ANSWER).output().stdout).unwrap();
        assert_eq!((record["level"].as_str(), record["score"].as_f64()), (Some(level), Some(score)));
    }
}

#[test]
fn grade_by_a_reference_of_ones_own() {
    let trial = |answer: &str| {
        followup(["grade", "--ask", "Why a queue?", "--reference", "reference.txt", "-"])
            .file("reference.txt", "A queue absorbs bursts of traffic.\nConsumers retry failed messages.\n")
            .stdin(answer)
    };
    trial("A queue absorbs bursts of traffic, and consumers retry failed messages.")
        .golden("grade-asked.txt");
    trial("It is a data structure.").golden("grade-asked-missed.txt");
    followup(["grade", "--ask", "Why?", "--reference", "reference.txt", "-"])
        .file("reference.txt", " \n")
        .stderr("error: the reference answer is empty\n")
        .code(2)
        .run();
}

#[test]
fn an_answer_that_says_nothing_scores_nothing() {
    for answer in ["", "\n\n", " \t "] {
        let args = ["grade", "--question", "kitchen/oven-fails", "-", "--format", "json"];
        let record: Value = serde_json::from_str(&tiny(&args).stdin(answer).output().stdout).unwrap();
        assert_eq!(record["score"].as_f64(), Some(0.0), "{answer:?}");
    }
}

#[test]
fn a_first_run_has_no_past() {
    followup(["history"]).stderr("No past sessions yet; `followup` starts one.\n").run();
    followup(["history", "--format", "json"]).stdout("[]\n").run();
    for command in [&["export"][..], &["resume"], &["dispute", "20260101-000000", "1", "x", "hit"]] {
        let seen = followup(command.iter().copied()).output();
        assert_eq!((seen.stdout.as_str(), seen.code), ("", Some(2)), "{command:?}: {seen}");
        assert!(seen.stderr.starts_with("error: there "), "{command:?}: {seen}");
    }
}

#[test]
fn reading_makes_no_folder() {
    let home = Home::new();
    for command in [&["history"][..], &["doctor"], &["export"], &["list"], &["show", "cache/sizing"]] {
        let _seen = home.followup(command.iter().copied()).output();
        assert!(!home.data_dir().exists(), "{command:?}");
    }
}

#[test]
fn doctor() {
    tiny(&["doctor"]).golden("doctor.txt");
    tiny(&["doctor", "--format", "json"]).golden("doctor.json");
    let seen = followup(["doctor", "--data-dir", "elsewhere"]).output();
    assert!(seen.stdout.contains("\ndata         elsewhere\n"), "{seen}");
    let seen = followup(["doctor"]).env("FOLLOWUP_DATA_DIR", "/nonexistent/history").output();
    assert!(seen.stdout.contains("\ndata         /nonexistent/history\n"), "{seen}");
}

#[test]
fn completions_are_scripts_that_name_every_command() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let seen = home.followup(["completions", shell]).output();
        assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(0)), "{shell}");
        for command in ["interview", "resume", "grade", "dispute", "completions"] {
            assert!(seen.stdout.contains(command), "{shell} has `{command}`");
        }
        if shell == "bash" && Path::new("/bin/bash").exists() {
            let script = home.path("completions.bash");
            std::fs::write(&script, seen.stdout).unwrap();
            assert!(Command::new("/bin/bash").arg("-n").arg(&script).status().unwrap().success());
        }
    }
    followup(["completions", "tcsh"])
        .stderr(
            "error: invalid value 'tcsh' for '<SHELL>'\n  \
               [possible values: bash, elvish, fish, powershell, zsh]\n\n  \
               tip: a similar value exists: 'zsh'\n\n\
             For more information, try '--help'.\n",
        )
        .code(2)
        .run();
}

#[test]
fn man_is_a_page_that_names_every_command() {
    let seen = followup(["man"]).output();
    assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(0)));
    assert!(seen.stdout.contains(".TH followup 1"), "{seen}");
    for command in ["interview", "resume", "ask", "list", "show", "grade", "history", "export", "pack"] {
        assert!(seen.stdout.contains(&format!("followup\\-{command}(1)")), "{command}");
    }
}

#[test]
fn what_is_not_known_is_told_with_what_may_be_meant() {
    for (args, message) in [
        (
            &["show", "cache/cache-dwn"][..],
            "error: there is no question, scenario or session `cache/cache-dwn`\n\
             hint: did you mean `cache/cache-down`?\n",
        ),
        (
            &["show", "nws-feed"],
            "error: there is no question, scenario or session `nws-feed`\nhint: did you mean `news-feed`?\n",
        ),
        (&["show", "zzzzzzzz"], "error: there is no question, scenario or session `zzzzzzzz`\n"),
        (
            &["grade", "--question", "cache/sizng", "-"],
            "error: there is no question `cache/sizng`\nhint: did you mean `cache/sizing`?\n",
        ),
        (
            &["ask", "messaging/order", "--no-save"],
            "error: there is no question `messaging/order`\nhint: did you mean `messaging/ordering`?\n",
        ),
        (
            &["interview", "--topic", "chache", "--no-save"],
            "error: there is no topic `chache`\nhint: did you mean `cache`?\n",
        ),
        (
            &["interview", "--scenario", "newsfeed", "--no-save"],
            "error: there is no scenario `newsfeed`\nhint: did you mean `news-feed`?\n",
        ),
        (
            &["interview", "--level", "senoir", "--no-save"],
            "error: `senoir` is not a level; one of `mid`, `senior`, `staff`\nhint: did you mean `senior`?\n",
        ),
        (
            &["interview", "--feedback", "never", "--no-save"],
            "error: `never` is not a feedback mode; one of `each`, `end`\n",
        ),
        (
            &["export", "--format", "jsn"],
            "error: `jsn` is not a format of exports; one of `md`, `json`\nhint: did you mean `json`?\n",
        ),
    ] {
        followup(args.iter().copied()).stderr(message).code(2).run();
    }
}

#[test]
fn wrong_use_is_told_with_what_is_right() {
    let more = "\n\nFor more information, try '--help'.\n";
    for (args, message) in [
        (
            &["list", "--format", "xml"][..],
            "error: invalid value 'xml' for '--format <FORMAT>'\n  [possible values: text, json]",
        ),
        (
            &["list", "question"],
            "error: invalid value 'question' for '[WHAT]'\n  \
               [possible values: questions, scenarios, topics, packs]\n\n  \
               tip: a similar value exists: 'questions'",
        ),
        (&["interview", "--count", "0"], "error: invalid value '0' for '--count <N>': 0 is not in 1..=200"),
        (
            &["interview", "--minutes", "soon"],
            "error: invalid value 'soon' for '--minutes <N>': invalid digit found in string",
        ),
        (
            &["interveiw"],
            "error: unrecognized subcommand 'interveiw'\n\n  \
               tip: a similar subcommand exists: 'interview'\n\n\
             Usage: followup [OPTIONS] [COMMAND]",
        ),
        (
            &["grade", "answer.txt"],
            "error: the following required arguments were not provided:\n  \
               <--question <ID>|--ask <TEXT>|--jsonl <FILE>>\n\n\
             Usage: followup grade <--question <ID>|--ask <TEXT>|--jsonl <FILE>> <FILE>",
        ),
    ] {
        followup(args.iter().copied()).stderr(format!("{message}{more}")).code(2).run();
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    for (args, message) in [
        (&["grade", "--question", "cache/sizing", "no"][..], "cannot read `no`: no such file or directory"),
        (&["grade", "--question", "cache/sizing", "."], "cannot read `.`: is a directory"),
        (&["grade", "--jsonl", "no"], "cannot read `no`: no such file or directory"),
        (&["grade", "--jsonl", "."], "cannot read `.`: is a directory"),
        (
            &["grade", "--ask", "Why?", "--reference", "no", "-"],
            "cannot read `no`: no such file or directory",
        ),
        (&["interview", "--no-save", "--answers", "no"], "cannot read `no`: no such file or directory"),
        (&["pack", "check", "no"], "cannot read the pack `no`: no such file or directory"),
        (&["list", "--pack", "no"], "cannot read the pack `no`: no such file or directory"),
    ] {
        followup(args.iter().copied()).stderr(format!("error: {message}\n")).code(2).run();
    }
    let seen = followup(["interview", "--no-save", "--answers", "."]).output();
    assert!(seen.stderr.ends_with("error: cannot read the answers: is a directory\n"), "{seen}");
    assert_eq!(seen.code, Some(2));
}

/// Commands that write data, every kind of them.
const WRITERS: &[&str] = &[
    "--help",
    "--version",
    "help interview",
    "list",
    "list --format json",
    "list topics",
    "list packs",
    "show cache/sizing --reference",
    "show news-feed",
    "show news-feed --format json",
    "grade --question cache/sizing answer.txt",
    "grade --question cache/sizing answer.txt --format json",
    "grade --jsonl answers.jsonl",
    "doctor",
    "history --format json",
    "completions bash",
    "completions zsh",
    "man",
    "pack check --format json",
    "interview --seed 1 --no-save --answers answer.txt",
];

fn writer(line: &str) -> Trial {
    followup(line.split(' '))
        .file("answer.txt", "We keep the working set in memory.\n")
        .file("answers.jsonl", "{\"question\": \"cache/sizing\", \"answer\": \"x\"}\n".repeat(600))
}

#[test]
fn a_reader_that_is_gone_is_no_error() {
    for line in WRITERS {
        let (reader, pipe) = io::pipe().unwrap();
        drop(reader);
        let trial = writer(line);
        let output = trial.command().stdin(Stdio::null()).stdout(pipe).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{line}: {stderr}");
        assert!(!stderr.contains("error") && !stderr.contains("panicked"), "{line}: {stderr}");
    }
}

#[test]
fn a_full_disk_is_told_in_one_line() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    for line in WRITERS {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let trial = writer(line);
        let output = trial.command().stdin(Stdio::null()).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {stderr}");
        let expected = "error: cannot write the output: no space left on device\n";
        assert!(stderr.ends_with(expected) && !stderr.contains("panicked"), "{line}: {stderr}");
    }
}
