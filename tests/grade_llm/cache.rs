//! Replies that are kept: the same answer is not paid for twice.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::{CANARY, all_by_llm, check_done, grade, graders, line, lines, model, reply};
use crate::support::faults::{Faults, answer};
use crate::support::{Home, Trial, data};

fn quick() -> Faults {
    model(|_| Duration::ZERO)
}

/// Returns the files of the cache.
fn entries(home: &Home) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(home.path(".cache/followup/grades")) else { return Vec::new() };
    folder.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn the_same_answer_is_asked_about_once() {
    let (home, server) = (Home::new().file("in.jsonl", lines(5)), quick());
    let run = || grade(&home, &server, &["--jsonl", "in.jsonl"]).output();
    let first = run();
    check_done(&first);
    assert_eq!((server.requests(), entries(&home).len()), (5, 5));
    let again = run();
    assert_eq!((again.code, &again.stdout), (first.code, &first.stdout), "to the last byte");
    assert_eq!((first.stderr.as_str(), again.stderr.as_str()), ("5,000 tokens in, 500 out.\n", ""));
    assert_eq!(server.requests(), 5);
    let more = grade(&home, &server, &["--jsonl", "-"]).stdin(lines(6)).output();
    assert_eq!(graders(&more.stdout), all_by_llm(6));
    assert_eq!(server.requests(), 6, "only what is new is asked");
    let kept: String = entries(&home).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(!kept.contains(CANARY) && !first.to_string().contains(CANARY));
}

#[test]
fn equal_answers_of_one_run_are_asked_about_once() {
    let (home, server) = (Home::new(), model(|_| Duration::from_millis(100)));
    let seen = grade(&home, &server, &["--jsonl", "-", "--jobs", "8"]).stdin(line(1).repeat(8)).output();
    check_done(&seen);
    assert_eq!(server.requests(), 1);
}

#[test]
fn whoever_wants_no_cache_has_none() {
    let (home, server) = (Home::new(), quick());
    let run = |args: &[&str]| check_done(&grade(&home, &server, args).stdin(line(1)).output());
    run(&["--jsonl", "-", "--no-cache"]);
    assert!(entries(&home).is_empty());
    run(&["--jsonl", "-"]);
    run(&["--jsonl", "-", "--no-cache"]);
    assert_eq!(server.requests(), 3, "what is kept is not used either");
    let home = home.file("config/followup/config.toml", "[llm]\ncache = false\n");
    check_done(&grade(&home, &server, &["--jsonl", "-"]).stdin(line(1)).output());
    assert_eq!(server.requests(), 4);
}

#[test]
fn what_a_reply_hangs_on_is_told_apart() {
    let (home, server, other) = (Home::new(), quick(), quick());
    let run = |home: &Home, server: &Faults, args: &[&str]| {
        check_done(&grade(home, server, args).args(["--jsonl", "-"]).stdin(line(1)).output());
    };
    run(&home, &server, &[]);
    run(&home, &server, &["--level", "staff"]);
    assert_eq!(server.requests(), 1, "the level is arithmetic, and ours");
    run(&home, &other, &[]);
    assert_eq!(other.requests(), 1, "another server");
    let home = home.file("config/followup/config.toml", "[llm]\ntemperature = 0.5\n");
    run(&home, &server, &[]);
    assert_eq!(server.requests(), 2, "another temperature");
    assert_eq!(entries(&home).len(), 3);
}

#[test]
fn a_failure_is_not_kept_and_damage_is_no_failure() {
    let home = Home::new();
    let fails = Faults::always(answer("400 No", "", r#"{"error":{"message":"no"}}"#));
    let garbles = Faults::always(answer("200 OK", "", r#"{"choices":[{"message":{"content":"Well."}}]}"#));
    for server in [&fails, &garbles] {
        let seen = grade(&home, server, &["--jsonl", "-"]).stdin(line(1)).output();
        assert_eq!(graders(&seen.stdout), [(1, "rubric".to_owned())]);
    }
    assert!(entries(&home).is_empty());

    let server = quick();
    let run = || grade(&home, &server, &["--jsonl", "-"]).stdin(line(1)).output();
    let first = run();
    for damage in ["", "{}", "\n", "nonsense\n{\"tries\":[]}"] {
        fs::write(&entries(&home)[0], damage).unwrap();
        assert_eq!(run(), first, "{damage:?}");
    }
    assert_eq!(server.requests(), 5);
}

#[test]
fn rounds_use_it_too_unless_they_keep_nothing() {
    let (home, server) = (Home::new(), quick());
    let ask = |args: &[&str]| -> Trial {
        let round = ["ask", "kitchen/oven-fails", "--probes", "0", "--grader", "llm", "--model", "a-model"];
        home.followup(round)
            .args(["--base-url", &server.base_url(), "--seed", "1", "--pack"])
            .args([data("pack").into_os_string()])
            .args(args.iter().copied())
            .env("FOLLOWUP_API_KEY", CANARY)
            .stdin("We serve cold plates instead. The thermometer would ring at once.\n")
    };
    assert_eq!(ask(&["--no-save"]).output().code, Some(0));
    assert_eq!((server.requests(), entries(&home).len()), (1, 0), "nothing is kept of such a round");
    let seen = ask(&[]).output();
    assert!(seen.stdout.contains("serve cold plates instead"), "{seen}");
    assert_eq!((server.requests(), entries(&home).len()), (2, 1));
    assert_eq!(ask(&[]).output().code, Some(0));
    assert_eq!(server.requests(), 2);
}

#[test]
fn a_cache_that_cannot_be_written_is_told_once_and_stops_nothing() {
    let home = Home::new().file(".cache", "a file");
    let server = Faults::answering(|_, request| vec![reply(request)]);
    let seen = grade(&home, &server, &["--jsonl", "-"]).stdin(lines(2)).output();
    assert_eq!((seen.code, graders(&seen.stdout)), (Some(0), all_by_llm(2)));
    assert!(
        seen.stderr.starts_with("warning: replies cannot be kept in `[HOME]/.cache/followup/grades`: "),
        "{seen}"
    );
    assert_eq!(seen.stderr.lines().skip(1).collect::<Vec<_>>(), ["2,000 tokens in, 200 out."]);
}
