//! `--dry-run`: what would be sent, and nothing is.

use serde_json::{Value, json};

use super::{CANARY, check_done, grade, line, lines, model, records};
use crate::support::{Home, followup};

#[test]
fn what_would_be_sent_is_shown_to_the_letter() {
    let (home, server) = (Home::new().file("answers.jsonl", line(3)), model(|_| Default::default()));
    let seen = grade(&home, &server, &["--jsonl", "answers.jsonl", "--dry-run"]).output();
    check_done(&seen);
    assert_eq!(server.requests(), 0, "nothing is sent");
    let shown = records(&seen.stdout).remove(0);
    assert_eq!(shown["url"], format!("{}/chat/completions", server.base_url()));

    check_done(&grade(&home, &server, &["--jsonl", "answers.jsonl"]).output());
    let sent = server.received()[0].json();
    let bare = |body: &Value| {
        let mut body = body.clone();
        // The code around the answer and the point that nobody can meet are other ones in each request.
        let user = body["messages"][1]["content"].as_str().unwrap().to_owned();
        body["messages"][1]["content"] = user.split("# How it was asked").next().unwrap().into();
        body
    };
    assert_eq!(bare(&shown["body"]), bare(&sent));
    let user = shown["body"]["messages"][1]["content"].as_str().unwrap();
    assert!(user.contains("We serve cold plates instead, on table 3. The thermometer would ring at once.\n"));
    assert_eq!(sent["max_tokens"], json!(2048 + 4 * 160));
    assert!(!seen.to_string().contains(CANARY));
}

#[test]
fn what_would_not_be_sent_says_why() {
    let input = [
        json!({"id": 1, "question": "kitchen/oven-fails", "answer": "No idea."}),
        json!({"id": 2, "ask": "Why?", "reference": "Why not?", "answer": "It absorbs bursts."}),
        json!({"id": 3, "question": "kitchen/oven-fail", "answer": ""}),
        json!({"id": 4}),
    ];
    let input: String = input.iter().map(|line| format!("{line}\n")).collect();
    let (home, server) = (Home::new(), model(|_| Default::default()));
    let seen = grade(&home, &server, &["--jsonl", "-", "--dry-run"]).stdin(input).output();
    assert_eq!((seen.code, server.requests()), (Some(1), 0), "{seen}");
    let reasons: Vec<String> = records(&seen.stdout)
        .iter()
        .map(|shown| format!("{} {}", shown["id"], shown["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        reasons,
        [
            "1 an answer that says next to nothing is not sent to the llm grader",
            "2 the reference answer has no sentence to judge by, so that the offline grader judges",
            "3 there is no question `kitchen/oven-fail`; did you mean `kitchen/oven-fails`?",
            "4 not a line to grade: missing field `answer` at line 1 column 8",
        ]
    );
}

#[test]
fn one_answer_is_shown_as_many_are() {
    let (home, server) = (Home::new(), model(|_| Default::default()));
    let answer = "We serve cold plates instead. The thermometer would ring at once.";
    let args = ["--question", "kitchen/oven-fails", "-", "--dry-run"];
    let seen = grade(&home, &server, &args).stdin(answer).output();
    check_done(&seen);
    let shown: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert!(shown["body"]["messages"][1]["content"].as_str().unwrap().contains(answer));
    assert_eq!(server.requests(), 0);
}

#[test]
fn a_script_needs_no_server_to_show_what_it_is_asked() {
    let home = Home::new().file("script.jsonl", "").file("answers.jsonl", lines(1));
    let args =
        ["grade", "--grader", "scripted:script.jsonl", "--jsonl", "answers.jsonl", "--dry-run", "--pack"];
    let seen = home.followup(args).args([crate::support::data("pack").into_os_string()]).output();
    check_done(&seen);
    let shown = records(&seen.stdout).remove(0);
    assert_eq!((&shown["model"], &shown["messages"][0]["role"]), (&json!("scripted"), &json!("system")));
    assert_eq!(shown["schema"]["type"], "object");
}

#[test]
fn the_offline_grader_sends_nothing_to_show() {
    followup(["grade", "--question", "cache/sizing", "-", "--dry-run"])
        .stderr(
            "error: `--dry-run` shows what a language model would be sent, and none is asked\n\
             hint: say `--grader llm`\n",
        )
        .code(2)
        .run();
}
