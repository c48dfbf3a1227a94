//! Servers that do wrong: whatever they do, a call ends in time, with a whole reply or one clear line.
//!
//! Limits are low here, so that nobody waits, and generous where a test is not about them.

mod dialects;
mod patience;
mod secrets;
mod streams;
mod whole;

use std::time::{Duration, Instant};

use followup::llm::endpoint::Endpoint;
use followup::llm::settings::{Key, Settings};
use followup::llm::{Message, Model, ModelError, ModelRequest, Reply, Shape, Speaker};

use crate::support::faults::Faults;

/// A key that must be seen in one place only: the header of a request.
const CANARY: &str = "sk-CANARY-7f3a9c";

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Returns settings for a server, with low waits and caps and more time than any test needs.
fn settings(server: &Faults) -> Settings {
    Settings {
        key: Some(Key::new(CANARY).unwrap()),
        first_wait: ms(4),
        longest_wait: ms(300),
        total_wait: ms(900),
        body_bytes: 64 * 1024,
        line_bytes: 8 * 1024,
        ..Settings::new(server.base_url(), "a-model")
    }
}

fn request() -> ModelRequest {
    let message = |speaker, text: &str| Message { speaker, text: text.to_owned() };
    let messages = vec![message(Speaker::System, "Grade."), message(Speaker::User, "An answer.")];
    ModelRequest { messages, shape: None, max_tokens: 100 }
}

fn shaped() -> ModelRequest {
    let schema = serde_json::json!({"type": "object"});
    ModelRequest { shape: Some(Shape { name: "verdicts".to_owned(), schema }), ..request() }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Checks that an error is one clear line without secrets.
#[track_caller]
fn check_line(error: &ModelError) {
    let line = error.to_string();
    assert!(line.chars().count() <= 300, "{} characters: {line}", line.chars().count());
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert!(line.contains("; "), "it says what to do: {line}");
    for word in ["JSONDeserialize", "ApiError", "reqwest", "hyper", "http error", "Error("] {
        assert!(!line.contains(word), "{line}");
    }
    let all = format!("{line} {error:?}");
    assert!(!all.contains("CANARY"), "{all}");
}

/// Asks for a reply in one piece.
#[track_caller]
fn ask(settings: Settings) -> Result<Reply, ModelError> {
    ask_for(settings, &request())
}

#[track_caller]
fn ask_for(settings: Settings, request: &ModelRequest) -> Result<Reply, ModelError> {
    let endpoint = Endpoint::new(settings).unwrap();
    let reply = block_on(endpoint.complete(request));
    reply.inspect_err(check_line)
}

/// Asks for a stream; returns also what was heard of it.
#[track_caller]
fn listen(settings: Settings) -> (Result<Reply, ModelError>, String) {
    let endpoint = Endpoint::new(settings).unwrap();
    let mut heard = String::new();
    let mut hear = |words: &str| heard.push_str(words);
    let reply = block_on(endpoint.stream(&request(), &mut hear));
    (reply.inspect_err(check_line), heard)
}

/// Fails where something takes much longer than its limit.
#[track_caller]
fn in_time<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took <= limit + Duration::from_secs(2), "{took:?} instead of {limit:?}");
    result
}

/// Looks again and again, without waiting, while others work.
async fn until(done: impl Fn() -> bool) {
    while !done() {
        tokio::task::yield_now().await;
    }
}
