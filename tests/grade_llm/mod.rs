//! Many answers by a language model, which is played by a server of ours.

mod batch;
mod cache;
mod dry_run;
mod flight;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::faults::{Act, Faults, Received, answer};
use crate::support::{Home, Seen, Trial, data};

/// A key that must be seen in one place only: the header of a request.
const CANARY: &str = "sk-CANARY-7f3a9c";

/// Returns a line with an answer of its own.
fn line(id: usize) -> String {
    let answer = format!("We serve cold plates instead, on table {id}. The thermometer would ring at once.");
    json!({"id": id, "question": "kitchen/oven-fails", "answer": answer}).to_string() + "\n"
}

fn lines(count: usize) -> String {
    (0..count).map(line).collect()
}

/// Returns the number of the line that a request is about.
fn number(request: &Received) -> usize {
    let user = request.json()["messages"][1]["content"].as_str().unwrap().to_owned();
    let number = user.split("on table ").nth(1).unwrap();
    number.split('.').next().unwrap().parse().unwrap()
}

/// Returns what a model says that reads well: one point is said, of which the offline grader would find two.
fn judgement(messages: &Value) -> String {
    let user = messages[1]["content"].as_str().unwrap();
    let asked = user.split("# The answer").next().unwrap();
    let (points, wrongs) = asked.split_once("Misconceptions:").unwrap();
    let extra = wrongs.split_once("# How it was asked").unwrap().1;
    let entries = points.lines().chain(extra.lines()).filter_map(|line| line.strip_prefix("- "));
    let points = entries.map(|entry| match entry.split(' ').next().unwrap() {
        id @ "cold-dishes" => {
            json!({"id": id, "reason": "Said.", "quotes": ["serve cold plates instead"], "verdict": "hit"})
        }
        id => json!({"id": id, "reason": "Not said.", "quotes": [], "verdict": "missed"}),
    });
    json!({"points": points.collect::<Vec<_>>(), "misconceptions": []}).to_string()
}

/// Returns a model's reply as servers send it.
fn completion(messages: &Value) -> Value {
    json!({
        "choices": [{"message": {"content": judgement(messages)}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
    })
}

fn reply(request: &Received) -> Act {
    Act::Send(answer("200 OK", "", &completion(&request.json()["messages"]).to_string()))
}

/// Starts a model that takes so long for each answer.
fn model(pause: impl Fn(&Received) -> Duration + Send + Sync + 'static) -> Faults {
    Faults::answering(move |_, request| vec![Act::Pause(pause(request)), reply(request)])
}

/// Returns a run that grades by this server.
fn grade(home: &Home, server: &Faults, args: &[&str]) -> Trial {
    home.followup(["grade", "--grader", "llm", "--model", "a-model", "--base-url", &server.base_url()])
        .args(["--pack".into(), data("pack").into_os_string()])
        .args(args.iter().copied())
        .env("FOLLOWUP_API_KEY", CANARY)
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the ids of records, and who graded each.
fn graders(text: &str) -> Vec<(u64, String)> {
    let short = |record: &Value| {
        let grader = record["grader"]["name"].as_str().unwrap_or("none");
        (record["id"].as_u64().unwrap(), grader.to_owned())
    };
    records(text).iter().map(short).collect()
}

/// Returns what is expected of a run in which the model graded all.
fn all_by_llm(count: u64) -> Vec<(u64, String)> {
    (0..count).map(|id| (id, "llm".to_owned())).collect()
}

#[track_caller]
fn check_done(seen: &Seen) {
    assert_eq!((seen.code, notices(seen).as_str()), (Some(0), ""), "{seen}");
}

/// Returns what was told but for the tokens that were taken.
fn notices(seen: &Seen) -> String {
    seen.stderr.lines().filter(|line| !line.contains(" tokens in, ")).collect()
}
