//! Answers that are graded anew: what is listed, what counts then, what is kept, and what changes nothing.

use serde_json::{Value, json};

use crate::support::{Home, Trial};

const SESSION: &str = "20260102-030405";
const ANSWER: &str = "Only one caller refills a hot key while the others wait for its result.";
const QUOTE: &str = "one caller refills a hot key while the others wait";

/// Returns the line of a script in which a model credits one point of a question, and misses all others.
fn credit(point: &str, again: bool) -> String {
    let claim = json!({"id": point, "reason": "It says so.", "quotes": [QUOTE], "verdict": "hit"});
    let reply = json!({"points": [claim], "misconceptions": []});
    let when = format!("- {point} (");
    json!({"reply": reply, "when": when, "rest": "missed", "again": again, "tokens": [900, 40]}).to_string()
}

/// Returns a home with a finished round of two questions, in which the model failed on the first one.
fn home() -> Home {
    let home = Home::new()
        .file("judge.jsonl", credit("coalescing", true) + "\n" + &credit("coalesce", true))
        .file("silent.jsonl", "")
        .file("once.jsonl", credit("coalesce", false))
        .file("answers.txt", format!("{ANSWER}\n\n{ANSWER}\n\n"));
    let round = ["interview", "--scenario", "none", "--question", "cache/cache-down", "--question"];
    let seen = home
        .followup(round)
        .args([
            "cache/stampede",
            "--probes",
            "0",
            "--answers",
            "answers.txt",
            "--grader",
            "scripted:once.jsonl",
        ])
        .output();
    let hint = "`followup regrade 20260102-030405 --fallbacks` has it judged later.\n";
    assert!(seen.code == Some(0) && seen.stderr.contains(hint), "{seen}");
    home
}

fn regrade(home: &Home, args: &[&str]) -> Trial {
    home.followup(["regrade"]).args(args.iter().copied())
}

fn export(home: &Home, format: &str) -> String {
    home.followup(["export", "--format", format]).output().stdout
}

fn turns(home: &Home) -> Vec<Value> {
    let transcript: Value = serde_json::from_str(&export(home, "json")).unwrap();
    let questions = transcript["questions"].as_array().unwrap();
    questions.iter().map(|question| question["turns"][0].clone()).collect()
}

fn lines(trial: Trial) -> Vec<(String, Value, String)> {
    let seen = trial.args(["--format", "json"]).output();
    let lines: Vec<Value> = serde_json::from_str(&seen.stdout).unwrap_or_else(|_| panic!("{seen}"));
    let short = |line: &Value| {
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        (text("session"), line["turn"].clone(), text("outcome"))
    };
    lines.iter().map(short).collect()
}

fn line(turn: usize, outcome: &str) -> (String, Value, String) {
    (SESSION.to_owned(), json!(turn), outcome.to_owned())
}

#[test]
fn what_the_model_failed_on_is_listed_and_graded_later() {
    let home = home();
    let before = export(&home, "json");
    regrade(&home, &["--fallbacks", "--dry-run"]).golden("regrade-listed.txt");
    assert_eq!(export(&home, "json"), before, "nothing was graded");

    regrade(&home, &["--fallbacks", "--grader", "scripted:judge.jsonl"])
        .stderr("900 tokens in, 40 out.\n")
        .golden("regrade.txt");
    let turn = turns(&home).remove(0);
    assert_eq!(
        (&turn["grade"]["grader"]["name"], &turn["regraded"]),
        (&json!("llm"), &json!("2026-01-02T03:04:05Z"))
    );
    assert_eq!(turn["earlier"][0]["grade"]["grader"]["name"], "rubric");
    assert_eq!(turn["earlier"][0]["grade"]["fallback"]["reason"], "the script has no reply left");
    let read = export(&home, "md");
    assert!(read.contains("\nGraded anew on 2026-01-02.\nBefore:\n\n- "), "{read}");
    let shown = home.followup(["show", SESSION]).output().stdout;
    assert!(shown.contains("Judged by scripted, with 900 tokens sent and 40 received.\nTurn graded anew on 2026-01-02. Before: "), "{shown}");

    regrade(&home, &["--fallbacks", "--grader", "scripted:judge.jsonl"])
        .stderr("There is no answer to grade anew.\n")
        .run();
}

#[test]
fn the_score_of_a_past_session_is_that_of_its_new_grades() {
    let home = home();
    let score = || {
        let seen = home.followup(["history", "--format", "json"]).output();
        serde_json::from_str::<Value>(&seen.stdout).unwrap()[0]["score"].clone()
    };
    let of_export =
        || serde_json::from_str::<Value>(&export(&home, "json")).unwrap()["report"]["score"].clone();
    let before = score();
    assert_eq!(before, of_export());
    let graded = lines(regrade(&home, &[SESSION, "--grader", "rubric"]));
    assert_eq!(graded, [line(1, "regraded"), line(2, "regraded")]);
    assert_ne!(score(), before);
    assert_eq!(score(), of_export());
    // The offline grader says the same thing each time.
    let again = lines(regrade(&home, &[SESSION, "--turn", "2"]));
    assert_eq!(again, [line(2, "same")]);
    assert_eq!(turns(&home)[1]["earlier"].as_array().unwrap().len(), 1);
}

#[test]
fn a_model_that_cannot_be_reached_changes_nothing() {
    let home = home();
    let before = export(&home, "json");
    let hint = "hint: `followup doctor` shows what is set up, and whether it works\n";
    regrade(&home, &[SESSION, "--grader", "scripted:silent.jsonl"])
        .stderr(format!("error: nothing is changed: the script has no reply left\n{hint}"))
        .code(2)
        .run();
    regrade(&home, &[SESSION, "--grader", "command:no-such-program"])
        .stderr(format!(
            "error: nothing is changed: cannot start the grader `no-such-program`: \
             No such file or directory (os error 2)\n{hint}"
        ))
        .code(2)
        .run();
    assert_eq!(export(&home, "json"), before);
}

#[test]
fn what_fails_keeps_its_grade_and_the_rest_gets_a_new_one() {
    let home = home();
    let seen = regrade(&home, &[SESSION, "--grader", "scripted:once.jsonl"]).output();
    assert_eq!(seen.code, Some(1), "{seen}");
    assert!(
        seen.stderr.ends_with("1 of 2 answers keep their grade; the same command tries again\n"),
        "{seen}"
    );
    assert_eq!(
        lines(regrade(&home, &[SESSION, "--grader", "scripted:once.jsonl"])),
        [line(1, "failed"), line(2, "regraded")]
    );
    let turns = turns(&home);
    assert_eq!((turns[0]["earlier"].is_null(), turns[1]["earlier"].as_array().unwrap().len()), (true, 2));
}

#[test]
fn wrong_use_is_told_with_what_is_right() {
    let home = home();
    for (args, message) in [
        (
            &["--fallbacks"][..],
            "error: the offline grader has judged these already\nhint: choose another one, as with `--grader llm`\n",
        ),
        (
            &[SESSION, "--turn", "3"],
            "error: turn 3 of `20260102-030405` has no answer that was graded\nhint: `followup show 20260102-030405` numbers the turns\n",
        ),
        (
            &[SESSION, "--turn", "0"],
            "error: turn 0 of `20260102-030405` has no answer that was graded\nhint: `followup show 20260102-030405` numbers the turns\n",
        ),
        (
            &["20260102-030406"],
            "error: there is no session `20260102-030406`\nhint: did you mean `20260102-030405`?\n",
        ),
    ] {
        regrade(&home, args).stderr(message).code(2).run();
    }
    let seen = regrade(&home, &[]).output();
    assert!(seen.stderr.contains("<SESSION|--fallbacks>"), "{seen}");
    let nothing = Home::new();
    regrade(&nothing, &["--fallbacks", "--dry-run"])
        .stderr("error: there are no past sessions\nhint: `followup interview` starts one\n")
        .code(2)
        .run();
    assert!(!nothing.data_dir().exists());
}
