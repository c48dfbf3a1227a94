//! Language models from the command line: what is set up, what is reached, who judges.

use std::fs;

use serde_json::{Value, json};

use crate::support::faults::{Act, Faults, answer, events};
use crate::support::{Home, Trial, followup};

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

#[test]
fn a_prompt_of_ones_own_is_used_named_and_in_the_fingerprint() {
    let home =
        Home::new().file("answers.txt", ANSWER).file("script.jsonl", script("one caller refills a hot key"));
    let grade = || {
        let round = ["ask", "cache/cache-down", "--probes", "0", "--answers", "answers.txt"];
        let seen = home.followup(round).args(["--grader", "scripted:script.jsonl"]).output();
        assert_eq!(seen.code, Some(0), "{seen}");
        let exported = home.followup(["export", "--format", "json"]).output().stdout;
        let transcript: Value = serde_json::from_str(&exported).unwrap();
        transcript["questions"][0]["turns"][0]["grade"]["grader"]["prompt_hash"].clone()
    };
    let before = grade();
    let written = home.followup(["config", "init", "--prompts"]).output();
    assert_eq!((written.code, written.stdout.lines().count()), (Some(0), 9), "{written}");
    assert!(written.stdout.contains("[HOME]/config/followup/prompts/judge-policy.md\n"), "{written}");
    assert_eq!(grade(), before, "they are the program's own still");
    let policy = home.path("config/followup/prompts/judge-policy.md");
    fs::write(&policy, "Judge as a friend would, in JSON.\n").unwrap();
    assert_ne!(grade(), before);
    let seen = home
        .followup(["grade", "--question", "cache/cache-down", "answers.txt", "--dry-run"])
        .args(["--grader", "scripted:script.jsonl"])
        .output();
    assert!(seen.stdout.contains("Judge as a friend would"), "{seen}");
    let shown = home.followup(["config", "show"]).output().stdout;
    assert!(shown.ends_with("\nprompt       judge-policy  (configuration folder)\n"), "{shown}");
    home.followup(["config", "init", "--prompts"])
        .stderr("error: `[HOME]/config/followup/prompts` has all prompts already\n")
        .code(2)
        .run();
    fs::remove_file(&policy).unwrap();
    home.followup(["config", "init", "--prompts"])
        .stdout("[HOME]/config/followup/prompts/judge-policy.md\n")
        .run();
    assert_eq!(grade(), before);
}

#[test]
fn a_prompt_that_is_no_use_is_told_with_its_file_and_line() {
    let hint = "hint: without this file the program's own prompt is used; \
                `followup config init --prompts` writes that one\n";
    for (name, text, message) in [
        (
            "judge-repair",
            "Once more.\n{{ problem }} {{ problems }}\n",
            ", line 2: the prompt `judge-repair` has `problems`, which it is not given; it is given `problem`",
        ),
        (
            "judge-repair",
            "Once more.\n",
            ": the prompt `judge-repair` lacks `problem`; it has to use `problem`",
        ),
        (
            "judge-policy",
            "\n\n{% endif %}",
            ", line 3: the prompt `judge-policy` is no template: syntax error: unknown statement endif",
        ),
        (
            "judge",
            "x",
            ": there is no prompt `judge`; there are `judge-policy`, `judge-answer`, `judge-repair`, \
             `interviewer`, `interviewer-moment`, `persona-friendly`, `persona-neutral`, `persona-tough`",
        ),
    ] {
        let path = format!("config/followup/prompts/{name}.md");
        let home = Home::new().file(&path, text).file("script.jsonl", "").file("answer.txt", ANSWER);
        let expected = format!("error: `[HOME]/{path}`{message}\n{hint}");
        let grade =
            ["grade", "--question", "cache/sizing", "answer.txt", "--grader", "scripted:script.jsonl"];
        home.followup(grade).stderr(&expected).code(2).run();
        home.followup(["config", "show"]).stderr(&expected).code(2).run();
        let offline = home.followup(["grade", "--question", "cache/sizing", "answer.txt"]).output();
        assert_eq!(
            (offline.code, offline.stderr.as_str()),
            (Some(0), ""),
            "what works offline needs no prompts"
        );
    }
}

#[test]
fn how_long_a_model_is_waited_for_is_set_by_flag_variable_or_file() {
    let server = Faults::start(vec![vec![Act::Hold]]);
    let home = Home::new().file("answer.txt", ANSWER);
    let grade = || {
        home.followup([
            "grade",
            "--question",
            "cache/cache-down",
            "answer.txt",
            "--grader",
            "llm",
            "--model",
            "m",
        ])
        .args(["--base-url", &server.base_url(), "--format", "json", "--no-cache"])
    };
    let reason = |trial: Trial| {
        let record: Value = serde_json::from_str(&trial.output().stdout).unwrap();
        record["fallback"]["reason"].as_str().unwrap().to_owned()
    };
    let told = reason(grade().args(["--whole-reply-seconds", "0.2"]));
    assert!(told.starts_with("no whole reply within 0.2 s"), "{told}");
    let told = reason(grade().env("FOLLOWUP_WHOLE_REPLY_SECONDS", "0.3"));
    assert!(told.contains("0.3 s"), "{told}");
    let file = "[llm.seconds]\nwhole_reply = 0.4\n";
    let told = reason(grade().file("config/followup/config.toml", file));
    assert!(told.contains("0.4 s"), "{told}");
    grade()
        .args(["--whole-reply-seconds", "9999"])
        .stderr(
            "error: `--whole-reply-seconds`, or `FOLLOWUP_WHOLE_REPLY_SECONDS`, is 9999, \
             and has to be from 0.001 to 3600 seconds\n",
        )
        .code(2)
        .run();
}

/// Starts a model that credits the first of the derived points that it is asked about, by the words of the answer.
fn generous(quote: &'static str) -> Faults {
    Faults::answering(move |_, request| {
        let user = request.json()["messages"][1]["content"].as_str().unwrap().to_owned();
        let ids = user.lines().filter_map(|line| line.strip_prefix("- ")?.split(' ').next());
        let claim = |(at, id): (usize, &str)| match at {
            0 => json!({"id": id, "reason": "Said.", "quotes": [quote], "verdict": "hit"}),
            _ => json!({"id": id, "reason": "Not said.", "quotes": [], "verdict": "missed"}),
        };
        let points: Vec<Value> = ids.enumerate().map(claim).collect();
        vec![Act::Send(says(&json!({"points": points, "misconceptions": []}).to_string()))]
    })
}

const REFERENCE: &str = "A queue absorbs bursts of traffic. Consumers retry failed messages after a pause.";
const OWN_ANSWER: &str = "The queue soaks up bursts of traffic, so that nobody is overwhelmed.";

/// Returns a run that judges an answer to a question of one's own.
fn ask(home: &Home, grader: &str, server: &Faults) -> Trial {
    home.followup(["grade", "--ask", "Why a queue?", "--reference", "reference.txt", "answer.txt"])
        .args(["--grader", grader, "--model", "m", "--base-url", &server.base_url(), "--format", "json"])
        .file("reference.txt", REFERENCE)
        .file("answer.txt", OWN_ANSWER)
}

#[test]
fn an_answer_to_ones_own_question_is_judged_sentence_by_sentence_of_the_reference() {
    let server = generous("queue soaks up bursts of traffic");
    let home = Home::new();
    let record: Value = serde_json::from_str(&ask(&home, "llm", &server).output().stdout).unwrap();
    assert_eq!(record["grader"]["name"], "llm", "{record}");
    let verdicts: Vec<&Value> =
        record["verdicts"].as_array().unwrap().iter().map(|judged| &judged["verdict"]).collect();
    assert_eq!(verdicts, ["hit", "missed"], "{record}");
    let request = server.received()[0].json()["messages"][1]["content"].as_str().unwrap().to_owned();
    assert!(request.contains("Question: Why a queue?\n"), "{request}");
    assert!(request.contains("(mechanism): A queue absorbs bursts of traffic.\n"), "{request}");

    let line =
        json!({"id": 1, "ask": "Why a queue?", "references": ["No.", REFERENCE], "answer": OWN_ANSWER});
    let seen = home
        .followup(["grade", "--jsonl", "-", "--grader", "llm", "--model", "m"])
        .args(["--base-url", &server.base_url()])
        .stdin(line.to_string())
        .output();
    let of_many: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!((&of_many["grader"], &of_many["score"]), (&record["grader"], &record["score"]), "{seen}");
    assert_eq!(server.requests(), 1, "it was paid for");
}

#[test]
fn where_the_model_fails_ones_own_question_is_graded_by_the_reference_itself() {
    let server = Faults::always(answer("401 Unauthorized", "", "{}"));
    let home = Home::new();
    let record: Value = serde_json::from_str(&ask(&home, "llm", &server).output().stdout).unwrap();
    let offline: Value = serde_json::from_str(&ask(&home, "rubric", &server).output().stdout).unwrap();
    assert_eq!((&record["grader"], &record["score"]), (&offline["grader"], &offline["score"]), "{record}");
    assert_eq!(
        (&record["grader"]["name"], &record["flags"]),
        (&json!("reference"), &json!(["offline-fallback"]))
    );
}

#[test]
fn a_program_of_ones_own_judges_many_answers_too() {
    let line = json!({"id": 1, "question": "cache/cache-down", "answer": ANSWER});
    let seen = followup(["grade", "--jsonl", "-", "--grader", "command:no-such-program"])
        .stdin(line.to_string())
        .output();
    let record: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(record["fallback"]["grader"], "command", "{seen}");
}

#[test]
fn what_a_run_takes_is_told_at_its_end_with_the_budget() {
    let server = generous("queue soaks up bursts of traffic");
    let seen = ask(&Home::new(), "llm", &server).args(["--budget", "5000"]).output();
    assert_eq!(seen.stderr, "1,000 tokens in, 50 out, of a budget of 5,000.\n");
}
