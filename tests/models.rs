//! Language models from the command line: what is set up, what is reached, who judges.

use std::fs;

use serde_json::{Value, json};

use crate::support::faults::{Faults, answer, events};
use crate::support::{Home, followup};

const ANSWER: &str = "Only one caller refills a hot key while the others wait for its result.";

/// Returns a reply in one piece that says this.
fn says(text: &str) -> Vec<u8> {
    let body = json!({
        "choices": [{"message": {"content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 50},
    });
    answer("200 OK", "content-type: application/json\r\n", &body.to_string())
}

/// Returns a verdict of `hit` on one point of the question on a cache that is down, by this quote.
fn hit(quote: &str) -> Value {
    json!({
        "points": [{"id": "coalescing", "reason": "It says so.", "quotes": [quote], "verdict": "hit"}],
        "misconceptions": [],
    })
}

/// Returns a script that gives one verdict again and again, and misses all else.
fn script(quote: &str) -> String {
    json!({"reply": hit(quote), "rest": "missed", "again": true}).to_string()
}

#[test]
fn settings_are_shown_with_where_they_come_from() {
    let home =
        Home::new().file("config/followup/config.toml", "[llm]\nprovider = \"openai\"\nmodel = \"m\"\n");
    home.followup(["config", "show", "--model", "other"])
        .env("OPENAI_API_KEY", "sk-canary")
        .stdout(
            "settings     [HOME]/config/followup/config.toml\n\
             grader       rubric  (default)\n\
             interviewer  scripted  (default)\n\
             provider     openai  (configuration file)\n\
             base_url     https://api.openai.com/v1  (usual for the provider)\n\
             model        other  (flag or variable)\n\
             key          in the variable OPENAI_API_KEY  (usual for the provider)\n",
        )
        .run();
}

#[test]
fn a_file_of_examples_is_written_once() {
    let home = Home::new();
    home.followup(["config", "init"]).stdout("[HOME]/config/followup/config.toml\n").run();
    let path = home.path("config/followup/config.toml");
    assert!(fs::read_to_string(&path).unwrap().contains("# provider = \"ollama\""));
    home.followup(["config", "init"])
        .stderr("error: `[HOME]/config/followup/config.toml` is there already\n")
        .code(2)
        .run();
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_line() {
    let home = Home::new().file("config/followup/config.toml", "[llm]\nmodell = \"m\"\n");
    let seen = home.followup(["doctor"]).output();
    assert_eq!(seen.code, Some(2));
    assert!(
        seen.stderr
            .starts_with("error: `[HOME]/config/followup/config.toml`, line 2: unknown field `modell`"),
        "{}",
        seen.stderr
    );
}

#[test]
fn doctor_tries_the_model_that_is_set_up() {
    let models = answer("200 OK", "", r#"{"data":[{"id":"small"},{"id":"large"}]}"#);
    let words = [
        r#"{"choices":[{"delta":{"content":"Good "}}]}"#,
        r#"{"choices":[{"delta":{"content":"morning."},"finish_reason":"stop"}]}"#,
        "[DONE]",
    ];
    let replies = [models, says(r#"{"reason": "It does.", "verdict": "hit"}"#), events(&words)];
    let server = Faults::each(replies);
    let seen = followup(["doctor", "--base-url", &server.base_url(), "--model", "small", "--format", "json"])
        .output();
    let said: Value = serde_json::from_str(&seen.stdout).unwrap();
    let works: Vec<(&str, bool)> = said["model"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["what"].as_str().unwrap(), line["works"].as_bool().unwrap()))
        .collect();
    assert_eq!(works, [("models", true), ("structured", true), ("stream", true)], "{}", seen.stdout);
    assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(0)));
}

#[test]
fn doctor_says_what_a_server_lacks() {
    let models = answer("200 OK", "", r#"{"data":[{"id":"small"}]}"#);
    let server = Faults::each([models, says("I would say that it is a hit."), says("Hello.")]);
    let seen = followup(["doctor", "--base-url", &server.base_url(), "--model", "huge"]).output();
    assert_eq!(seen.code, Some(1));
    for line in [
        "models       fails: the server has no model `huge`; it has small\n",
        "structured   fails: the reply is not the JSON that was asked for; a larger model may do better\n",
        "stream       works: ",
    ] {
        assert!(seen.stdout.contains(line), "{}", seen.stdout);
    }
}

#[test]
fn quotes_of_a_model_are_looked_up() {
    let home = Home::new()
        .file("answer.txt", ANSWER)
        .file("honest.jsonl", script("one caller refills a hot key          while the others wait"))
        .file("liar.jsonl", script("a lock makes the refill happen exactly once"));
    for (model, expected) in [("honest", "hit"), ("liar", "missed")] {
        let seen = home
            .followup(["grade", "--question", "cache/cache-down", "answer.txt", "--format", "json"])
            .args([format!("--grader=scripted:{model}.jsonl")])
            .output();
        let record: Value = serde_json::from_str(&seen.stdout).unwrap();
        assert_eq!(record["grader"]["name"], "llm", "{seen}");
        let all = record["verdicts"].as_array().unwrap();
        let coalescing = all.iter().find(|verdict| verdict["point"] == "coalescing").unwrap();
        assert_eq!(coalescing["verdict"], expected, "{seen}");
    }
}

#[test]
fn an_outage_costs_no_grade() {
    let server =
        Faults::always(answer("401 Unauthorized", "", r#"{"error":{"message":"bad key sk-canary"}}"#));
    let home = Home::new().file("answer.txt", ANSWER);
    let grade = ["grade", "--question", "cache/cache-down", "answer.txt", "--grader", "llm", "--model", "m"];
    let seen = home
        .followup(grade)
        .args(["--base-url", &server.base_url(), "--format", "json"])
        .env("FOLLOWUP_API_KEY", "sk-canary")
        .output();
    let record: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(record["grader"]["name"], "rubric", "{}", seen.stdout);
    assert!(record["score"].as_f64().unwrap() > 0.0);
    assert!(record["flags"].as_array().unwrap().contains(&json!("offline-fallback")), "{}", seen.stdout);
    assert!(!format!("{seen}").contains("canary"), "{seen}");
    assert_eq!(server.requests(), 1);
}

#[test]
fn a_program_that_is_not_there_costs_no_grade() {
    let home = Home::new().file("answer.txt", ANSWER);
    let seen = home
        .followup(["grade", "--question", "cache/cache-down", "answer.txt", "--format", "json"])
        .args(["--grader", "command:no-such-program --fast"])
        .output();
    let record: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert!(record["flags"].as_array().unwrap().contains(&json!("offline-fallback")), "{seen}");
    assert!(record["score"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_budget_ends_the_use_of_the_model() {
    let server = Faults::always(says("no JSON at all"));
    let home = Home::new().file("answers.txt", format!("{ANSWER}\n\n{ANSWER}\n\n"));
    let seen = home
        .followup(["interview", "--question", "cache/cache-down", "--question", "cache/stampede"])
        .args(["--scenario", "none", "--probes", "0", "--no-save", "--answers", "answers.txt"])
        .args(["--grader", "llm", "--model", "m", "--budget", "1000", "--base-url", &server.base_url()])
        .output();
    assert_eq!(server.requests(), 1, "{seen}");
    assert_eq!(seen.code, Some(0), "{seen}");
}
