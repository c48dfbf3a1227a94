//! Servers that speak OpenAI's protocol and were not written here: llama.cpp's, with a model that knows one word, and
//! LiteLLM's proxy, with replies from its configuration. `tests/servers/` installs them.
//!
//! Where a server is not installed, its tests say that they are left out.

use std::path::Path;
use std::process::Command;

use followup::llm::endpoint::Endpoint;
use followup::llm::settings::{Key, Settings};
use followup::llm::{Message, Model, ModelRequest, Shape, Speaker};
use serde_json::{Value, json};

use crate::support::server::{KEY, Server, free_port, installed};
use crate::support::{Home, Seen, Trial};

/// Who takes part in a round by asking a model.
const BY_MODEL: [&str; 2] = ["--grader", "llm"];

/// An answer that the offline grader credits, too.
const ANSWER: &str = "Only one caller refills a hot key while the others wait for its result.";

/// Answers to two questions, whichever they are.
const ANSWERS: &str = "One caller refills a hot key while the others wait for its result.\n\n\
                       We watch the load of each shard and spread the hot keys over several of them.\n";

/// What the model of `tests/servers/tiny_model.py` says where no schema is in its way.
const WORD: &str = "random";

/// Starts llama.cpp's server, where there is one.
fn llama() -> Option<Server> {
    let folder = installed("llama-server")?;
    let mut program = Command::new(folder.join("llama-server"));
    program.arg("--model").arg(folder.join("tiny.gguf"));
    program.args(["--alias", "tiny", "--api-key", KEY, "--host", "127.0.0.1", "--port", "0"]);
    program.args(["--ctx-size", "0", "--parallel", "1", "--threads", "1", "--no-warmup"]);
    let port = |log: &str| {
        let (_, behind) = log.split_once("listening on http://127.0.0.1:")?;
        behind.split_once('\n')?.0.trim_end().parse().ok()
    };
    Some(Server::start(&program, port, "/health"))
}

/// Returns how many requests llama.cpp's server has given a reply to.
fn answered(llama: &Server) -> usize {
    llama.log().matches(" stop processing: ").count()
}

/// Starts LiteLLM's proxy, where there is one.
fn litellm() -> Option<Server> {
    let folder = installed("litellm")?;
    let port = free_port();
    let mut program = Command::new(folder.join("bin/litellm"));
    program.arg("--config").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/litellm.yaml"));
    program.args(["--host", "127.0.0.1", "--port", &port.to_string()]);
    // The table of prices that it has with it, in the place of one from elsewhere.
    program.env("LITELLM_LOCAL_MODEL_COST_MAP", "True");
    Some(Server::start(&program, |_| Some(port), "/health/liveliness"))
}

/// Returns a run of the program with a server's model set up.
fn run(home: &Home, server: &Server, model: &str, args: &[&str]) -> Trial {
    home.followup(args.iter().copied())
        .env("FOLLOWUP_BASE_URL", server.base_url())
        .env("FOLLOWUP_MODEL", model)
        .env("FOLLOWUP_API_KEY", KEY)
}

/// Returns a run that grades [`ANSWER`].
fn grade(server: &Server, model: &str, grader: &str) -> Trial {
    let args = ["grade", "--question", "cache/cache-down", "--format", "json", "--grader", grader, "-"];
    run(&Home::new(), server, model, &args).stdin(ANSWER)
}

#[track_caller]
fn record(seen: &Seen) -> Value {
    let mut notices = seen.stderr.lines().filter(|line| !line.contains(" tokens in, "));
    assert_eq!((notices.next(), seen.code), (None, Some(0)), "{seen}");
    serde_json::from_str(&seen.stdout).unwrap_or_else(|error| panic!("{error}: {seen}"))
}

/// Checks that a model that judges nothing as it is asked to leaves the grade to the offline grader, which says so.
#[track_caller]
fn check_graded_offline(server: &Server, model: &str) {
    check_labelled(&record(&grade(server, model, "llm").output()), server, model);
}

#[track_caller]
fn check_labelled(by_model: &Value, server: &Server, model: &str) {
    let offline = record(&grade(server, model, "rubric").output());
    assert_eq!(by_model["flags"], json!(["offline-fallback"]), "{model}: {by_model}");
    assert_eq!(by_model["grader"], offline["grader"], "{model}");
    assert_eq!(by_model["score"], offline["score"], "{model}");
    assert_eq!(by_model["verdicts"], offline["verdicts"], "{model}");
    assert!(offline["score"].as_f64() > Some(0.0), "{offline}");
}

/// Returns what `doctor` found of the model, each with whether it works.
fn checked(seen: &Seen) -> Vec<(&str, &str, &str)> {
    let lines = seen.stdout.lines().filter_map(|line| line.split_once(": "));
    let lines = lines.filter_map(|(what, how)| {
        let (what, result) = what.split_once(' ')?;
        let result = result.trim_start();
        ["works", "fails"].contains(&result).then_some((what, result, how))
    });
    lines.collect()
}

#[track_caller]
fn check_well(seen: &Seen, models: &str) {
    let found = checked(seen);
    assert_eq!(seen.code, Some(0), "{seen}");
    assert_eq!(found[0], ("models", "works", models), "{seen}");
    assert!(
        matches!(found[1], ("structured", "works", how) if how.starts_with("a verdict after ")),
        "{seen}"
    );
    assert!(matches!(found[2], ("stream", "works", how) if how.contains(" pieces, ")), "{seen}");
}

#[test]
fn llama_cpp_is_well() {
    let Some(server) = llama() else { return };
    check_well(&run(&Home::new(), &server, "tiny", &["doctor"]).output(), "tiny");
}

#[test]
fn llama_cpp_holds_a_reply_to_the_schema_and_streams_it() {
    let Some(server) = llama() else { return };
    let endpoint = Endpoint::new(Settings {
        key: Some(Key::new(KEY).unwrap()),
        ..Settings::new(server.base_url(), "tiny")
    });
    let endpoint = endpoint.unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let message = Message { speaker: Speaker::User, text: "Say something.".to_owned() };
    let free = ModelRequest { messages: vec![message], shape: None, max_tokens: 100 };
    let mut heard = Vec::new();
    let mut hear = |words: &str| heard.push(words.to_owned());
    let reply = runtime.block_on(endpoint.stream(&free, &mut hear)).unwrap();
    assert_eq!((reply.text.as_str(), heard.concat().as_str()), (WORD, WORD));
    assert!(heard.len() > 1, "{heard:?}");
    assert!(reply.usage.input > 14 && reply.usage.output >= WORD.len() as u64, "{:?}", reply.usage);

    let schema = json!({
        "type": "object",
        "properties": {
            "reasons": {"type": "array", "items": {"type": "string"}},
            "verdict": {"type": "string", "enum": ["hit", "missed"]},
        },
        "required": ["reasons", "verdict"],
        "additionalProperties": false,
    });
    let shaped = ModelRequest { shape: Some(Shape { name: "verdict".to_owned(), schema }), ..free };
    for reply in [
        runtime.block_on(endpoint.complete(&shaped)),
        runtime.block_on(endpoint.stream(&shaped, &mut |_| {})),
    ] {
        let reply: Value = serde_json::from_str(&reply.unwrap().text).unwrap();
        assert_eq!(reply["reasons"], json!([WORD]));
        assert!(["hit", "missed"].contains(&reply["verdict"].as_str().unwrap()), "{reply}");
        assert_eq!(reply.as_object().unwrap().len(), 2, "{reply}");
    }
}

#[test]
fn what_llama_cpp_says_without_sense_credits_nothing() {
    let Some(server) = llama() else { return };
    check_graded_offline(&server, "tiny");
    // It was asked, and once more for what it had not judged.
    assert_eq!(answered(&server), 2, "{}", server.log());
}

#[test]
fn llama_cpp_refuses_a_wrong_key() {
    let Some(server) = llama() else { return };
    let seen = run(&Home::new(), &server, "tiny", &["doctor"]).env("FOLLOWUP_API_KEY", "sk-wrong").output();
    assert_eq!(seen.code, Some(1), "{seen}");
    let refused = "the server refuses (status 401): Invalid API Key; check the key";
    for (_, result, found) in checked(&seen).into_iter().filter(|(what, ..)| *what != "models") {
        assert_eq!(result, "fails", "{seen}");
        assert_eq!(found, refused, "{seen}");
    }
    let seen = grade(&server, "tiny", "llm").env("FOLLOWUP_API_KEY", "sk-wrong").output();
    check_labelled(&record(&seen), &server, "tiny");
    assert!(!seen.to_string().contains("sk-wrong"), "{seen}");
}

#[test]
fn a_round_with_llama_cpp_ends_with_a_report() {
    let Some(server) = llama() else { return };
    let home = Home::new().file("answers.txt", ANSWERS);
    let round = ["interview", "--count", "2", "--probes", "0", "--seed", "7", "--answers", "answers.txt"];
    let seen = run(&home, &server, "tiny", &round).args(BY_MODEL).output();
    assert_eq!(seen.code, Some(0), "{seen}");
    assert!(seen.stdout.contains("\nDecision at each level\n"), "{seen}");
    assert_eq!(seen.stdout.matches("the offline grader judged this").count(), 2, "{seen}");
    let history = home.followup(["history"]).output().stdout;
    let last = history.lines().last().unwrap_or_default();
    assert!(last.contains(" 2/2 ") && last.contains(" completed "), "{history}");
    assert_eq!(answered(&server), 4, "{}", server.log());
}

#[test]
fn litellm_is_well_and_what_it_fails_at_is_graded_offline() {
    let Some(server) = litellm() else { return };
    let models = ["says-a-verdict", "judges-nothing", "says-no-json", "has-a-limit", "is-broken"];
    check_well(&run(&Home::new(), &server, models[0], &["doctor"]).output(), &models.join(", "));
    models.iter().for_each(|model| check_graded_offline(&server, model));
}
