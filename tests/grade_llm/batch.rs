//! `--batch`: answers are handed in together, and their grades fetched later.

use std::fs;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::{CANARY, all_by_llm, completion, grade, graders, line, lines, records, reply};
use crate::support::faults::{Act, Faults, Received, answer};
use crate::support::{Home, Seen, assert_same};

/// What a provider does with a batch: the state in which it is when it is asked, again and again the last one.
struct Provider {
    server: Faults,
    /// The lines of the file that was handed in.
    handed_in: Arc<Mutex<Vec<Value>>>,
}

impl Provider {
    /// Starts a provider; `batches` are its answers to "how does it stand", `result` the line for each request.
    fn start(batches: Vec<Value>, result: impl Fn(&Value) -> Option<Value> + Send + Sync + 'static) -> Self {
        let handed_in = Arc::new(Mutex::new(Vec::new()));
        let (lines, asked) = (Arc::clone(&handed_in), Mutex::new(batches.into_iter()));
        let last = Mutex::new(Value::Null);
        let ok = |body: &Value| vec![Act::Send(answer("200 OK", "", &body.to_string()))];
        let server = Faults::answering(move |_, request| match request.line.as_str() {
            "POST /v1/chat/completions HTTP/1.1" => vec![reply(request)],
            "POST /v1/files HTTP/1.1" => {
                *lines.lock().unwrap() = file(request);
                ok(&json!({"id": "file-in", "object": "file"}))
            }
            "POST /v1/batches HTTP/1.1" => ok(&json!({"id": "batch_7", "status": "validating"})),
            "GET /v1/batches?limit=100 HTTP/1.1" => {
                ok(&json!({"data": [{"id": "batch_7", "input_file_id": "file-in"}]}))
            }
            "GET /v1/batches/batch_7 HTTP/1.1" => {
                let mut last = last.lock().unwrap();
                *last = asked.lock().unwrap().next().unwrap_or(last.clone());
                ok(&last)
            }
            "GET /v1/files/file-out/content HTTP/1.1" => {
                let results: Vec<Value> = lines.lock().unwrap().iter().filter_map(&result).collect();
                // In another order than they were handed in, as everywhere.
                let text: String = results.iter().rev().map(|line| format!("{line}\n")).collect();
                vec![Act::Send(answer("200 OK", "", &text))]
            }
            "GET /v1/files/file-bad/content HTTP/1.1" => {
                let error = json!({"error": {"message": "too odd"}});
                let bad = json!({"custom_id": "2", "response": {"status_code": 400, "body": error}});
                vec![Act::Send(answer("200 OK", "", &bad.to_string()))]
            }
            other => panic!("{other}"),
        });
        Self { server, handed_in }
    }

    fn requests(&self) -> Vec<String> {
        let short = |request: &Received| request.line.trim_end_matches(" HTTP/1.1").replace("/v1/", "");
        self.server.received().iter().map(short).collect()
    }
}

/// Takes the file out of what was posted.
fn file(request: &Received) -> Vec<Value> {
    assert!(request.head.contains("content-type: multipart/form-data; boundary="), "{}", request.head);
    assert!(request.body.contains("name=\"purpose\"\r\n\r\nbatch\r\n"), "{}", request.body);
    let lines = request.body.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the line of results for a request that is answered.
fn answered(request: &Value) -> Option<Value> {
    let body = completion(&request["body"]["messages"]);
    Some(
        json!({"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": null}),
    )
}

fn state(status: &str) -> Value {
    json!({"id": "batch_7", "status": status, "request_counts": {"total": 3, "completed": 1, "failed": 0}})
}

fn ended(status: &str) -> Value {
    json!({"id": "batch_7", "status": status, "output_file_id": "file-out", "error_file_id": null})
}

fn run(home: &Home, provider: &Provider, args: &[&str]) -> Seen {
    let batch = ["--jsonl", "in.jsonl", "--batch", "--output", "out.jsonl"];
    let seen = grade(home, &provider.server, &batch).args(args.iter().copied()).output();
    assert!(!seen.to_string().contains(CANARY));
    seen
}

fn home() -> Home {
    Home::new().file("in.jsonl", lines(4))
}

#[track_caller]
fn check(seen: &Seen, code: i32, stderr: &str) {
    let expected = Seen { stdout: String::new(), stderr: stderr.to_owned(), code: Some(code) };
    assert_same(&expected.to_string(), &seen.to_string());
}

const HANDED_IN: &str =
    "handed 3 answers in as batch `batch_7`; the same command fetches the grades when they are there\n";

#[test]
fn answers_to_questions_of_ones_own_are_handed_in_too() {
    let own = json!({
        "id": 1,
        "ask": "Why a queue?",
        "reference": "A queue absorbs bursts of traffic. Consumers retry failed messages.",
        "answer": "The queue soaks up bursts of traffic, so that nobody is overwhelmed.",
    });
    let home = Home::new().file("in.jsonl", format!("{}{own}\n", line(0)));
    let provider = Provider::start(vec![ended("completed")], answered);
    assert_eq!(run(&home, &provider, &[]).code, Some(0));
    {
        let handed_in = provider.handed_in.lock().unwrap();
        let sent = handed_in[0]["body"]["messages"][1]["content"].as_str().unwrap();
        assert!(sent.contains("(mechanism): Consumers retry failed messages.\n"), "{sent}");
    }
    assert_eq!(run(&home, &provider, &[]).code, Some(0));
    let text = fs::read_to_string(home.path("out.jsonl")).unwrap();
    assert_eq!(graders(&text), all_by_llm(2));
    assert_eq!(records(&text)[1]["verdicts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_batch_is_handed_in_and_fetched_by_the_same_command() {
    let states = ["validating", "in_progress", "finalizing"].map(state);
    let provider = Provider::start(states.into_iter().chain([ended("completed")]).collect(), answered);
    let home = home();
    check(&run(&home, &provider, &[]), 0, HANDED_IN);
    assert_eq!(provider.requests(), ["POST chat/completions", "POST files", "POST batches"]);
    {
        let handed_in = provider.handed_in.lock().unwrap();
        let ids: Vec<&str> = handed_in.iter().map(|line| line["custom_id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["1", "2", "3"], "the first was asked about at once");
        assert_eq!(
            (&handed_in[0]["method"], &handed_in[0]["url"]),
            (&json!("POST"), &json!("/v1/chat/completions"))
        );
        assert_eq!(handed_in[0]["body"]["response_format"]["type"], "json_schema");
        assert_eq!(handed_in[0]["body"]["model"], "a-model");
    }
    for status in ["validating", "in_progress", "finalizing"] {
        let seen = run(&home, &provider, &["--resume"]);
        let told = "the same command fetches the grades when they are there";
        check(&seen, 0, &format!("batch `batch_7` is {status}, with 1 of 3 answered; {told}\n"));
        assert!(!home.path("out.jsonl").exists());
    }
    check(&run(&home, &provider, &[]), 0, "wrote 4 grades to `out.jsonl`\n");
    let text = fs::read_to_string(home.path("out.jsonl")).unwrap();
    assert_eq!(graders(&text), all_by_llm(4));
    assert!(!home.path("out.jsonl.batch.json").exists());
    // What a batch has brought is kept like any reply.
    let paid = provider.server.requests();
    let again = grade(&home, &provider.server, &["--jsonl", "in.jsonl"]).output();
    assert_eq!((again.stdout, provider.server.requests()), (text, paid));
}

#[test]
fn what_the_batch_leaves_out_is_graded_offline() {
    let only_one = |request: &Value| answered(request).filter(|line| line["custom_id"] == "1");
    for status in ["completed", "expired", "cancelled"] {
        let mut end = ended(status);
        end["error_file_id"] = json!("file-bad");
        let (provider, home) = (Provider::start(vec![end], only_one), home());
        check(&run(&home, &provider, &[]), 0, HANDED_IN);
        let told = format!("the batch is {status}, and 2 were graded offline instead");
        check(&run(&home, &provider, &[]), 0, &format!("wrote 4 grades to `out.jsonl`; {told}\n"));
        let records = records(&fs::read_to_string(home.path("out.jsonl")).unwrap());
        let names: Vec<&Value> = records.iter().map(|record| &record["grader"]["name"]).collect();
        assert_eq!(names, ["llm", "llm", "rubric", "rubric"]);
        let reason = |at: usize| records[at]["fallback"]["reason"].as_str().unwrap();
        assert_eq!(reason(2), "the server refuses (status 400): too odd; check the model and its settings");
        assert_eq!(reason(3), "the batch came back without an answer to it; try again");
    }
}

#[test]
fn a_batch_that_is_not_taken_says_why_and_can_be_handed_in_again() {
    let failed =
        json!({"id": "batch_7", "status": "failed", "errors": {"data": [{"message": "line 2 is odd"}]}});
    let (provider, home) = (Provider::start(vec![failed], answered), home());
    check(&run(&home, &provider, &[]), 0, HANDED_IN);
    let told = "error: the batch `batch_7` failed: line 2 is odd\n\
                hint: remove `out.jsonl.batch.json` to hand the answers in anew\n";
    check(&run(&home, &provider, &[]), 2, told);
    fs::remove_file(home.path("out.jsonl.batch.json")).unwrap();
    // One answer is kept from the first time, and another one is asked about at once.
    check(&run(&home, &provider, &[]), 0, &HANDED_IN.replace('3', "2"));
}

#[test]
fn a_batch_that_was_started_and_not_noted_is_not_started_twice() {
    let (provider, home) = (Provider::start(vec![ended("completed")], answered), home());
    check(&run(&home, &provider, &[]), 0, HANDED_IN);
    let path = home.path("out.jsonl.batch.json");
    let mut noted: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    noted["batch"] = Value::Null;
    fs::write(&path, noted.to_string()).unwrap();
    check(&run(&home, &provider, &[]), 0, "wrote 4 grades to `out.jsonl`\n");
    let started = provider.requests().iter().filter(|request| *request == "POST batches").count();
    assert_eq!(started, 1);
}

#[test]
fn grades_are_not_mixed_up_with_other_answers() {
    let (provider, home) = (Provider::start(vec![ended("completed")], answered), home());
    check(&run(&home, &provider, &[]), 0, HANDED_IN);
    let home = home.file("in.jsonl", lines(3) + &line(9));
    let told = "error: the answers, a pack or a prompt are not what was handed in\n\
                hint: undo the change, or remove `out.jsonl.batch.json` to begin anew\n";
    check(&run(&home, &provider, &[]), 2, told);
    let home = home.file("in.jsonl", lines(4)).file("out.jsonl.batch.json", "{}");
    let seen = run(&home, &provider, &[]);
    assert!(seen.stderr.contains("is not the state of a batch that this program knows"), "{seen}");
}

#[test]
fn a_server_that_does_not_answer_is_handed_nothing() {
    let server = Faults::always(answer("401 No", "", &format!(r#"{{"error":"no key {CANARY}"}}"#)));
    let provider = Provider { server, handed_in: Arc::default() };
    let home = home();
    let told = "error: nothing is handed in, since the model does not answer: the server refuses (status 401): \
                no key ***; check the key\n";
    check(&run(&home, &provider, &[]), 2, told);
    assert_eq!(provider.server.requests(), 1);
    assert!(!home.path("out.jsonl.batch.json").exists());
}

#[test]
fn a_batch_without_anything_to_ask_is_done_at_once() {
    let provider = Provider::start(vec![], answered);
    let home = Home::new().file("in.jsonl", line(0) + "{nonsense\n");
    check(&run(&home, &provider, &[]), 1, "wrote 2 grades to `out.jsonl`\n");
    assert_eq!(provider.requests(), ["POST chat/completions"]);
    let records = records(&fs::read_to_string(home.path("out.jsonl")).unwrap());
    assert_eq!((&records[0]["grader"]["name"], &records[1]["outcome"]), (&json!("llm"), &json!("error")));
}

#[test]
fn what_is_kept_between_the_halves_is_private() {
    let (provider, home) = (Provider::start(vec![], answered), home());
    check(&run(&home, &provider, &[]), 0, HANDED_IN);
    let path = home.path("out.jsonl.batch.json");
    assert!(!fs::read_to_string(&path).unwrap().contains(CANARY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_busy_server_is_waited_for() {
    let provider = Provider::start(vec![ended("completed")], answered);
    let inner = provider.server.base_url();
    // Once for each kind of request, and only then passed on.
    let seen = Arc::new(Mutex::new(Vec::<String>::new()));
    let known = Arc::clone(&seen);
    let relay = Faults::answering(move |_, request| {
        let mut known = known.lock().unwrap();
        if !known.contains(&request.line) {
            known.push(request.line.clone());
            return vec![Act::Send(answer("429 Busy", "retry-after-ms: 5\r\n", "{}"))];
        }
        vec![Act::Send(pass_on(&inner, request))]
    });
    let home = home();
    let args = ["--jsonl", "in.jsonl", "--batch", "--output", "out.jsonl"];
    let run = || grade(&home, &relay, &args).output();
    check(&run(), 0, HANDED_IN);
    check(&run(), 0, "wrote 4 grades to `out.jsonl`\n");
    assert_eq!(seen.lock().unwrap().len(), 5, "each kind of request was refused once");
}

/// Hands a request on to another server, and returns its answer.
fn pass_on(base_url: &str, request: &Received) -> Vec<u8> {
    use std::io::{Read, Write};

    let host = base_url.trim_start_matches("http://").trim_end_matches("/v1");
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    write!(stream, "{}\r\n{}{}", request.line, request.head, request.body).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    bytes
}
