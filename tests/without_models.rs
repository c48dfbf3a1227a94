//! The program built without language models: who asks for one is told so in one line, and all else works.

use crate::support::{Home, followup};

const NONE: &str = "error: this followup was built without language models\n\
                    hint: what works offline is `--grader rubric` and `--interviewer scripted`\n";
const SERVER: [&str; 4] = ["--provider", "ollama", "--model", "m"];

#[test]
fn who_asks_for_a_model_is_told_that_there_is_none() {
    let home = Home::new().file("answer.txt", "Serve stale copies.\n").file("answers.jsonl", "");
    let round = ["ask", "cache/cache-down", "--probes", "0", "--answers", "answer.txt"];
    assert_eq!(home.followup(round).output().code, Some(0));
    for line in [
        "grade --question cache/cache-down answer.txt --grader llm",
        "grade --jsonl answers.jsonl --grader llm",
        "grade --jsonl answers.jsonl --output new.jsonl --batch --grader llm",
        "ask cache/cache-down --no-save --grader llm",
        "ask cache/cache-down --no-save --interviewer llm",
        "regrade 20260102-030405 --grader llm",
    ] {
        home.followup(line.split(' ')).args(SERVER).stderr(NONE).code(2).run();
    }
}

#[test]
fn the_doctor_says_so() {
    let seen = followup(["doctor"]).args(SERVER).output();
    let said = "model        fails: this followup was built without language models\n";
    assert!(seen.stdout.ends_with(said), "{seen}");
    assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(1)), "{seen}");
}

#[test]
fn what_needs_no_server_works() {
    let home = Home::new().file("answer.txt", "Serve stale copies.\n").file("script.jsonl", "");
    for grader in ["rubric", "scripted:script.jsonl"] {
        let grade = ["grade", "--question", "cache/cache-down", "answer.txt", "--grader", grader];
        let seen = home.followup(grade).output();
        assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(0)), "{seen}");
    }
}
