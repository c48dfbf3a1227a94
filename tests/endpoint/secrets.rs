//! The key is sent in its header, and is nowhere else.

use followup::llm::endpoint::{Endpoint, Warning};
use followup::llm::settings::{Header, Settings, SettingsError};
use followup::llm::{Incomplete, ModelError};

use super::{CANARY, ask, block_on, check_line, listen, ms, settings};
use crate::support::faults::{Faults, answer, events};

/// Long enough to be cut in the middle of the key.
fn long(before: usize) -> String {
    format!("{}{CANARY}", "x ".repeat(before))
}

#[test]
fn no_error_has_the_key() {
    let echo = format!("Incorrect API key provided: {CANARY}.");
    let json = serde_json::json!({"error": {"message": echo, "param": CANARY, "code": CANARY}}).to_string();
    let mut answers = Vec::new();
    for status in ["400 No", "401 No", "404 No", "429 No", "500 No", "503 No"] {
        for body in [&json, &echo, &format!("<html><title>{CANARY}</title>{CANARY}"), &long(70), &long(78)] {
            answers.push(answer(status, &format!("x-key: {CANARY}\r\n"), body));
        }
    }
    answers.push(answer("307 No", &format!("location: http://{CANARY}.example/?key={CANARY}\r\n"), ""));
    answers.push(answer("307 No", &format!("location: /{CANARY}#{CANARY}\r\n"), ""));
    answers.push(answer("200 OK", "", &json));
    answers.push(answer("200 OK", "", &format!("<html>{CANARY}")));
    answers.push(answer("200 OK", "", &format!("{{{CANARY}")));
    answers.push(answer("200 OK", "", CANARY));
    answers.push(answer("200 OK", "", &format!(r#"{{"choices":[{{"finish_reason":"{CANARY}"}}]}}"#)));
    answers.push(events(&[&json]));
    answers.push(events(&[CANARY]));
    answers.push(events(&[&format!(r#"{{"choices":[{{"delta":{{}},"finish_reason":"{CANARY}"}}]}}"#)]));
    let faults = answers.len();
    for bytes in answers {
        let server = Faults::always(bytes.clone());
        // Each error is looked at where it comes.
        let once = Settings { tries: 1, ..settings(&server) };
        ask(once.clone()).unwrap_err();
        listen(once.clone()).0.unwrap_err();
        let endpoint = Endpoint::new(once).unwrap();
        if let Err(error) = block_on(endpoint.models()) {
            check_line(&error);
        }
        let sent = server.received();
        assert!(sent.iter().all(|sent| sent.head.contains(&format!("authorization: Bearer {CANARY}\r\n"))));
        assert!(sent.iter().all(|sent| !sent.line.contains(CANARY) && !sent.body.contains(CANARY)));
    }
    assert!(faults >= 40, "{faults} faults");
}

#[test]
fn debug_shows_no_secrets() {
    let server = Faults::always("");
    let headers = vec![Header::new("x-token", "CANARY-2")];
    let settings = Settings { headers, ..settings(&server) };
    let shown = format!("{settings:?} {:#?}", Endpoint::new(settings.clone()).unwrap());
    assert!(!shown.contains("CANARY"), "{shown}");
    assert!(shown.contains("a-model") && shown.contains("127.0.0.1"), "{shown}");
}

#[test]
fn without_a_key_none_is_sent() {
    let server = Faults::always("");
    let headers = vec![Header::new("X-Title", "followup, a test")];
    let settings = Settings { key: None, headers, tries: 1, ..settings(&server) };
    ask(settings).unwrap_err();
    let head = server.received()[0].head.to_lowercase();
    assert!(!head.contains("authorization"), "{head}");
    assert!(
        head.contains("x-title: followup, a test\r\n") && head.contains("user-agent: followup/"),
        "{head}"
    );
}

#[test]
fn what_others_could_read_is_told() {
    let warnings = |url: &str| Endpoint::new(Settings::new(url, "m")).unwrap().warnings();
    for url in
        ["http://localhost:11434/v1", "http://127.0.0.1:1", "http://[::1]:1/v1", "https://api.example/v1"]
    {
        assert_eq!(warnings(url), [], "{url}");
    }
    let host = "192.168.0.7:8080".to_owned();
    assert_eq!(warnings("http://192.168.0.7:8080/v1"), [Warning::Overheard { host }]);
    assert!(warnings("http://api.example/v1")[0].to_string().contains("use https://"));
}

#[test]
fn settings_that_cannot_work_are_told_before_anything_is_sent() {
    let without = |url: &str, model: &str| Endpoint::new(Settings::new(url, model)).map(|_| ()).unwrap_err();
    assert_eq!(without("http://localhost/v1", " "), SettingsError::NoModel);
    assert!(matches!(without("localhost:11434", "m"), SettingsError::BaseUrl { .. }));
    let headers = vec![Header::new("content-length", "7")];
    let error = Endpoint::new(Settings { headers, ..Settings::new("http://localhost/v1", "m") }).unwrap_err();
    assert!(matches!(error, SettingsError::Header { .. }), "{error}");
}

#[test]
fn a_reason_of_the_server_is_shown_clean() {
    let body = r#"{"choices":[{"message":{"content":"x"},"finish_reason":"odd\u001b[31m\n reason"}]}"#;
    let server = Faults::always(answer("200 OK", "", body));
    let limits = Settings { whole_call: ms(5000), ..settings(&server) };
    let other = Incomplete::Other("odd[31m reason".to_owned());
    assert_eq!(ask(limits), Err(ModelError::Incomplete(other)));
}
