//! `grade --jsonl`: a filter that any engine can spread over machines.

use std::fs::{self, File};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Home, Seen, Trial, data, followup};

const ANSWER: &str = "We serve cold plates. The thermometer would ring at once.";

fn grade(input: impl AsRef<[u8]>) -> Trial {
    followup(["grade", "--jsonl", "-", "--pack"]).args([data("pack").into_os_string()]).stdin(input)
}

/// Returns the records of a run that wrote one to a line.
fn records(seen: &Seen) -> Vec<Value> {
    seen.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Grades one line and compares its record, without verdicts, with what is expected.
#[track_caller]
fn check(line: impl AsRef<[u8]>, expected: Value) {
    let seen = grade(line).output();
    let code = if expected["outcome"] == "error" { 1 } else { 0 };
    assert_eq!((seen.code, seen.stderr.as_str()), (Some(code), ""), "{seen}");
    let mut records = records(&seen);
    for key in ["verdicts", "misconceptions", "flags", "grader"] {
        records[0].as_object_mut().unwrap().shift_remove(key);
    }
    assert_eq!(records, [expected]);
}

#[test]
fn a_record_is_one_line_and_says_all() {
    let line = json!({"id": "a1", "question": "kitchen/oven-fails", "answer": ANSWER});
    grade(line.to_string())
        .stdout(concat!(
            r#"{"id":"a1","outcome":"graded","score":10.0,"level":"senior","verdicts":["#,
            r#"{"point":"cold-dishes","verdict":"hit","evidence":[{"start":3,"end":20,"quote":"serve cold plates"}]},"#,
            r#"{"point":"thermometer","verdict":"hit","evidence":[{"start":26,"end":48,"quote":"thermometer would ring"}]},"#,
            r#"{"point":"second-oven","verdict":"missed","evidence":[]}],"#,
            r#""misconceptions":[],"flags":[],"grader":{"name":"rubric","version":"4"}}"#,
            "\n",
        ))
        .run();
}

#[test]
fn ids_come_back_as_they_are() {
    for id in [json!("a"), json!(7), json!(1.5), json!([1, {"x": null}]), json!(""), json!(true)] {
        let line = json!({"id": id, "question": "kitchen/oven-fails", "answer": ANSWER});
        check(line.to_string(), json!({"id": id, "outcome": "graded", "score": 10.0, "level": "senior"}));
    }
    let line = json!({"question": "kitchen/oven-fails", "answer": ANSWER});
    check(line.to_string(), json!({"outcome": "graded", "score": 10.0, "level": "senior"}));
}

#[test]
fn a_line_may_name_its_level() {
    let line =
        |level: &str| json!({"question": "kitchen/oven-fails", "answer": ANSWER, "level": level}).to_string();
    check(line("staff"), json!({"outcome": "graded", "score": 5.0, "level": "staff"}));
    check(
        line("expert"),
        json!({
            "outcome": "error", "score": null,
            "reason": "`expert` is not a level; one of `mid`, `senior`, `staff`",
        }),
    );
    let by_flag =
        grade(line("mid") + "\n" + &json!({"question": "kitchen/oven-fails", "answer": ""}).to_string())
            .args(["--level", "staff"])
            .output();
    let levels: Vec<Value> = records(&by_flag).iter().map(|record| record["level"].clone()).collect();
    assert_eq!(levels, ["mid", "staff"]);
}

#[test]
fn an_empty_answer_is_graded_and_earns_nothing() {
    for answer in ["", " ", "\n\n"] {
        let line = json!({"question": "kitchen/oven-fails", "answer": answer});
        check(line.to_string(), json!({"outcome": "graded", "score": 0.0, "level": "senior"}));
    }
}

#[test]
fn a_question_of_ones_own_has_one_reference_or_more() {
    let (queue, retry) = ("A queue absorbs bursts of traffic.", "Consumers retry failed messages.");
    let ask = |key: &str, value: Value| {
        json!({"id": 1, "ask": "Why a queue?", key: value, "answer": "It absorbs bursts of traffic."})
            .to_string()
    };
    check(
        ask("reference", json!(queue)),
        json!({"id": 1, "outcome": "graded", "score": 10.0, "level": "senior"}),
    );
    check(
        ask("references", json!([retry, queue])),
        json!({"id": 1, "outcome": "graded", "score": 10.0, "level": "senior"}),
    );
    for (key, value) in [("reference", json!(" ")), ("references", json!([])), ("level", json!("mid"))] {
        check(
            ask(key, value),
            json!({
                "id": 1, "outcome": "error", "score": null,
                "reason": "`ask` needs a `reference` that is not empty",
            }),
        );
    }
}

#[test]
fn a_bad_line_says_what_is_wrong_with_it() {
    for (line, reason) in [
        (
            r#"{"id":1,"question":"kitchen/oven-fail","answer":""}"#,
            "there is no question `kitchen/oven-fail`; did you mean `kitchen/oven-fails`?",
        ),
        (r#"{"id":1,"question":"zzz","answer":""}"#, "there is no question `zzz`"),
        (r#"{"id":1,"answer":"x"}"#, "a line needs either `question`, or `ask` with `reference`"),
        (
            r#"{"id":1,"question":"cache/sizing"}"#,
            "not a line to grade: missing field `answer` at line 1 column 34",
        ),
        (
            r#"{"id":1,"question":"cache/sizing","answer":"x","levle":"mid"}"#,
            "not a line to grade: unknown field `levle`, expected one of `id`, `question`, `ask`, `reference`, \
             `references`, `answer`, `level` at line 1 column 54",
        ),
        (
            r#"{"id":1,"question":"cache/sizing","answer":3}"#,
            "not a line to grade: invalid type: integer `3`, expected a string at line 1 column 44",
        ),
        (
            r#"{"id":1,"question":"cache/sizing","ask":"x","reference":"y","answer":"z"}"#,
            "a line needs either `question`, or `ask` with `reference`",
        ),
    ] {
        check(line, json!({"id": 1, "outcome": "error", "score": null, "reason": reason}));
    }
    for line in
        [&b"{"[..], b"[]", b"null", b"3", b"hello", b"{\"answer\":\"\xff\xfe\"}", b"\xef\xbb\xbf[]", b"\0"]
    {
        let seen = grade(line).output();
        let records = records(&seen);
        assert_eq!((records.len(), seen.code), (1, Some(1)), "{line:?}: {seen}");
        assert_eq!(records[0]["outcome"], "error", "{line:?}");
        assert!(
            records[0]["reason"].as_str().unwrap().starts_with("not a line to grade: "),
            "{line:?}: {seen}"
        );
    }
}

#[test]
fn deep_nesting_is_a_bad_line() {
    let deep = format!("{{\"id\": {}1{}, \"answer\": \"\"}}", "[".repeat(100_000), "]".repeat(100_000));
    let seen = grade(deep).output();
    assert_eq!((records(&seen).len(), seen.code), (1, Some(1)));
}

#[test]
fn bad_lines_stand_in_their_place_and_harm_no_other() {
    let good = |id: u32| json!({"id": id, "question": "kitchen/oven-fails", "answer": ANSWER}).to_string();
    let mut input = Vec::new();
    for line in [good(1).as_str(), "", "{nonsense", "   ", &good(2)] {
        input.extend_from_slice(line.as_bytes());
        input.extend_from_slice(b"\r\n");
    }
    input.extend_from_slice(b"{\"id\": 3, \"answer\": \"\xff\"}\n\n");
    input.extend_from_slice(good(4).as_bytes());
    let seen = grade(input).output();
    let summary: Vec<String> =
        records(&seen).iter().map(|record| format!("{} {}", record["id"], record["outcome"])).collect();
    assert_eq!(
        summary,
        [r#"1 "graded""#, r#"null "error""#, r#"2 "graded""#, r#"null "error""#, r#"4 "graded""#]
    );
    assert_eq!(seen.code, Some(1));
}

#[test]
fn a_line_that_is_too_long_is_passed_over() {
    let good = json!({"id": 2, "question": "kitchen/oven-fails", "answer": ANSWER}).to_string();
    let long = json!({"id": 1, "question": "kitchen/oven-fails", "answer": "x".repeat(9 << 20)}).to_string();
    for input in [format!("{long}\n{good}\n"), format!("{good}\n{long}")] {
        let seen = grade(input).output();
        let mut records = records(&seen);
        records.sort_by_key(|record| record["id"].as_u64());
        assert_eq!(
            records[0],
            json!({"outcome": "error", "score": null, "reason": "the line is longer than 8388608 bytes"})
        );
        assert_eq!((&records[1]["id"], &records[1]["score"]), (&json!(2), &json!(10.0)));
        assert_eq!((records.len(), seen.code), (2, Some(1)));
    }
}

#[test]
fn nothing_in_is_nothing_out() {
    for input in ["", "\n", "\r\n \n\t\n"] {
        grade(input).run();
    }
}

#[test]
fn a_file_gives_what_standard_input_gives() {
    let line = json!({"id": 1, "question": "kitchen/oven-fails", "answer": ANSWER}).to_string();
    let home = Home::new().file("answers.jsonl", &line);
    let pack = data("pack").into_os_string();
    let from_file = home.followup(["grade", "--jsonl", "answers.jsonl", "--pack"]).args([pack]).output();
    assert_eq!(from_file, grade(line).output());
}

#[test]
fn a_line_scores_what_the_single_answer_scores() {
    let words =
        ["serve", "cold", "plates", "not", "thermometer", "rings", "second oven", "fuse", ".", "never"];
    // Thirty different answers, without chance.
    let answers: Vec<String> = (0..30)
        .map(|seed| {
            (0..8).map(|at| words[(seed * 7 + at * (seed % 3 + 1)) % words.len()]).collect::<Vec<_>>()
        })
        .map(|words| words.join(" "))
        .collect();
    let lines = answers.iter().map(|answer| {
        json!({"question": "kitchen/oven-fails", "answer": answer, "level": "staff"}).to_string() + "\n"
    });
    let many = records(&grade(lines.collect::<String>()).output());
    for (answer, record) in answers.iter().zip(&many) {
        let single = followup(["grade", "--question", "kitchen/oven-fails", "-", "--level", "staff"])
            .args(["--format".into(), "json".into(), "--pack".into(), data("pack").into_os_string()])
            .stdin(answer)
            .output();
        assert_eq!(serde_json::from_str::<Value>(&single.stdout).unwrap(), *record, "{answer}");
    }
    let scores: std::collections::BTreeSet<String> =
        many.iter().map(|record| record["score"].to_string()).collect();
    assert!(scores.len() > 3, "the answers differ: {scores:?}");
}

/// Grades so many lines; returns the most memory that it held, in kB, and the ids that came out.
#[cfg(target_os = "linux")]
fn peak_memory(count: usize) -> (u64, Vec<u64>) {
    let lines = (0..count).map(|id| {
        let answer = format!("{ANSWER} {id} {}", "And so on, with more words. ".repeat(id % 10));
        json!({"id": id, "question": "kitchen/oven-fails", "answer": answer}).to_string() + "\n"
    });
    let home = Home::new().file("in.jsonl", lines.collect::<String>());
    let out = home.path("out.jsonl");
    let trial =
        home.followup(["grade", "--jsonl", "in.jsonl", "--pack"]).args([data("pack").into_os_string()]);
    let mut child = trial.command().stdin(Stdio::null()).stdout(File::create(&out).unwrap()).spawn().unwrap();
    let mut peak = 0;
    let status = loop {
        // The kernel's own high-water mark: whenever it is read, no peak before is lost.
        let seen = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let mark = seen
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")?.trim().parse().ok());
        peak = peak.max(mark.unwrap_or(0));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => thread::sleep(Duration::from_millis(2)),
        }
    };
    assert!(status.success());
    let ids = fs::read_to_string(out)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap())
        .collect();
    (peak, ids)
}

#[test]
#[cfg(target_os = "linux")]
fn many_lines_come_in_order_and_in_bounded_memory() {
    let (few, _) = peak_memory(2_000);
    let (many, ids) = peak_memory(10_000);
    assert_eq!(ids, (0..10_000).collect::<Vec<_>>());
    assert!(few > 0 && many < 100_000, "10,000 lines took {many} kB");
    assert!(many * 10 < few * 13, "2,000 lines took {few} kB, 10,000 took {many} kB");
}
