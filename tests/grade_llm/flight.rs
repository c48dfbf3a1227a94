//! Several answers with the model at once: in order, held back together, broken off and gone on with.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{CANARY, all_by_llm, check_done, grade, graders, line, lines, model, number, records, reply};
use crate::support::faults::{Act, Faults, answer};
use crate::support::{Home, Trial};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Waits until something is so, for a while.
#[track_caller]
fn until(mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not come");
        std::thread::sleep(ms(5));
    }
}

/// Returns how many whole lines a file has.
fn written(home: &Home, name: &str) -> usize {
    fs::read_to_string(home.path(name)).unwrap_or_default().matches('\n').count()
}

#[test]
fn records_are_in_order_whatever_the_model_takes() {
    let home = Home::new().file("in.jsonl", lines(40));
    // The first one takes longest, and the others what nobody can foresee.
    let server = model(|request| match number(request) {
        0 => ms(400),
        number => ms((number * 7919 % 60) as u64),
    });
    let seen = grade(&home, &server, &["--jsonl", "in.jsonl", "--jobs", "8"]).output();
    check_done(&seen);
    assert_eq!(graders(&seen.stdout), all_by_llm(40));
    assert_eq!(server.requests(), 40);
    let first = records(&seen.stdout).remove(0);
    assert_eq!(first["score"], json!(6.7), "one of two points at this level");
    assert_eq!(first["tokens"], json!({"input": 1000, "output": 100}));
    assert_eq!(first["grader"], json!({"name": "llm", "version": "1", "model": "a-model"}));
}

#[test]
fn no_more_are_with_the_model_than_may_be() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let server = Faults::answering(|_, request| {
        let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(ms(60));
        NOW.fetch_sub(1, Ordering::SeqCst);
        vec![reply(request)]
    });
    let home = Home::new();
    let seen = grade(&home, &server, &["--jsonl", "-", "--jobs", "6"]).stdin(lines(24)).output();
    check_done(&seen);
    assert_eq!((MOST.load(Ordering::SeqCst), server.requests()), (6, 24));
}

#[test]
fn a_server_that_asks_to_wait_holds_all_of_them_back() {
    let busy = || vec![Act::Send(answer("429 Busy", "retry-after-ms: 600\r\n", "{}"))];
    let server = Faults::answering(move |at, request| match at {
        0 => busy(),
        _ => vec![Act::Pause(ms(20)), reply(request)],
    });
    let home = Home::new();
    let seen = grade(&home, &server, &["--jsonl", "-", "--jobs", "4"]).stdin(lines(12)).output();
    check_done(&seen);
    assert_eq!(graders(&seen.stdout), all_by_llm(12));
    let received = server.received();
    let early = received.iter().filter(|request| request.at - received[0].at < ms(550)).count();
    assert_eq!(received.len(), 13);
    // Those that were on their way already, and what follows on them before the refusal is read.
    assert!(early <= 5, "{early} requests came although the server had asked to wait");
}

#[test]
fn what_goes_wrong_with_one_answer_stays_with_it() {
    let server = Faults::answering(|_, request| match number(request) {
        1 => vec![Act::Send(answer("400 No", "", r#"{"error":{"message":"too odd"}}"#))],
        _ => vec![reply(request)],
    });
    let home = Home::new();
    let input = line(0) + &line(1) + "{nonsense\n" + &line(3);
    let seen = grade(&home, &server, &["--jsonl", "-"]).stdin(input).output();
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(1), "2,000 tokens in, 200 out.\n"), "{seen}");
    let records = records(&seen.stdout);
    let names: Vec<&str> =
        records.iter().map(|record| record["grader"]["name"].as_str().unwrap_or("-")).collect();
    assert_eq!(names, ["llm", "rubric", "-", "llm"]);
    assert_eq!(records[1]["flags"], json!(["offline-fallback"]));
    let reason = "the server refuses (status 400): too odd; check the model and its settings";
    assert_eq!(records[1]["fallback"], json!({"grader": "llm", "model": "a-model", "reason": reason}));
    assert_eq!(records[1]["score"], json!(10.0), "the offline grade, and no zero");
}

#[test]
fn an_interrupted_run_writes_what_is_complete_and_says_how_to_go_on() {
    let home = Home::new().file("in.jsonl", lines(12));
    let server = Faults::answering(|_, request| match number(request) {
        5 => vec![Act::Hold],
        _ => vec![reply(request)],
    });
    let args = ["--jsonl", "in.jsonl", "--jobs", "2", "--output", "out.jsonl"];
    let mut command = grade(&home, &server, &args).command();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until(|| written(&home, "out.jsonl") == 5 && server.requests() >= 12);
    let pid = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    let start = Instant::now();
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(start.elapsed() < ms(1000), "{:?}", start.elapsed());
    assert_eq!(output.status.code(), Some(130));
    let told = String::from_utf8(output.stderr).unwrap();
    let (taken, how) = told.split_once('\n').unwrap();
    assert!(taken.contains(" tokens in, "), "{told}");
    assert_eq!(how, "interrupted after 5 answers; the same command with `--resume` goes on from there\n");
    assert_eq!(graders(&fs::read_to_string(home.path("out.jsonl")).unwrap()), all_by_llm(5));
}

/// Kills a run when so many records are written, and brings it to its end.
fn check_kill(records: usize, jobs: &str) {
    let home = Home::new().file("in.jsonl", lines(30));
    let server = || model(|request| ms((number(request) * 7919 % 25) as u64));
    let args = ["--jsonl", "in.jsonl", "--jobs", jobs, "--output", "out.jsonl", "--resume", "--no-cache"];
    let before = server();
    let mut child = grade(&home, &before, &args).command().stdin(Stdio::null()).spawn().unwrap();
    until(|| written(&home, "out.jsonl") >= records);
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = written(&home, "out.jsonl");
    // Another server: what was on its way to the first may still arrive there.
    let after = server();
    check_done(&grade(&home, &after, &args).output());
    let text = fs::read_to_string(home.path("out.jsonl")).unwrap();
    assert_eq!(graders(&text), all_by_llm(30));
    assert_eq!(after.requests(), 30 - kept, "what is written is not paid for twice");
}

#[test]
fn a_killed_run_is_resumed_without_loss() {
    for (records, jobs) in [(1, "1"), (7, "4"), (20, "16")] {
        check_kill(records, jobs);
    }
}

/// Resumes with what a file has and compares what it has then.
#[track_caller]
fn check_resume(trial: impl Fn(&Home) -> Trial, before: &str, expected: Result<&[u64], &str>) {
    let home = Home::new().file("in.jsonl", lines(4)).file("out.jsonl", before);
    let seen = trial(&home).output();
    let text = fs::read_to_string(home.path("out.jsonl")).unwrap();
    match expected {
        Ok(ids) => {
            assert_eq!(seen.code, Some(0), "{seen}");
            let found: Vec<u64> = graders(&text).into_iter().map(|(id, _)| id).collect();
            assert_eq!(found, ids, "{before}");
        }
        Err(told) => {
            assert_eq!((seen.code, text.as_str()), (Some(2), before), "{seen}");
            assert!(seen.stderr.contains(told), "{seen}");
        }
    }
}

#[test]
fn only_what_fits_the_input_is_gone_on_with() {
    let server = model(|_| ms(0));
    let by_llm =
        |home: &Home| grade(home, &server, &["--jsonl", "in.jsonl", "--output", "out.jsonl", "--resume"]);
    let offline = |home: &Home| {
        let args = ["grade", "--jsonl", "in.jsonl", "--output", "out.jsonl", "--resume", "--pack"];
        home.followup(args).args([crate::support::data("pack").into_os_string()])
    };
    let done = |id: usize| json!({"id": id, "outcome": "graded", "score": 1.0}).to_string() + "\n";
    let all: &[u64] = &[0, 1, 2, 3];
    for trial in [&by_llm as &dyn Fn(&Home) -> Trial, &offline] {
        check_resume(trial, "", Ok(all));
        check_resume(trial, &done(0), Ok(all));
        check_resume(trial, &(done(0) + &done(1)[..20]), Ok(all));
        check_resume(trial, &(0..4).map(done).collect::<String>(), Ok(all));
        check_resume(trial, &done(7), Err("record 1 has another id than its line in the input"));
        check_resume(trial, &(0..5).map(done).collect::<String>(), Err("record 5 has no line in the input"));
        check_resume(trial, "a diary\n", Err("record 1 is no record of a grade"));
        check_resume(trial, &line(0), Err("record 1 is no record of a grade"));
    }
}

#[test]
fn a_file_that_is_there_is_not_touched_without_being_asked() {
    let home = Home::new().file("in.jsonl", lines(1)).file("out.jsonl", "a diary\n");
    let server = model(|_| ms(0));
    grade(&home, &server, &["--jsonl", "in.jsonl", "--output", "out.jsonl"])
        .stderr(
            "error: `out.jsonl` is there already\n\
             hint: `--resume` goes on with it where it stopped; another name begins anew\n",
        )
        .code(2)
        .run();
    assert_eq!(
        (fs::read_to_string(home.path("out.jsonl")).unwrap().as_str(), server.requests()),
        ("a diary\n", 0)
    );
}

#[cfg(unix)]
#[test]
fn what_is_written_is_private() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::new().file("in.jsonl", lines(1));
    let server = model(|_| ms(0));
    let seen = grade(&home, &server, &["--jsonl", "in.jsonl", "--output", "out.jsonl"]).output();
    check_done(&seen);
    assert_eq!(seen.stdout, "");
    assert_eq!(fs::metadata(home.path("out.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!fs::read_to_string(home.path("out.jsonl")).unwrap().contains(CANARY));
}
