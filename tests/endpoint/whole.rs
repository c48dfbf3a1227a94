//! Replies in one piece.

use std::net::TcpListener;

use followup::llm::endpoint::Endpoint;
use followup::llm::settings::Settings;
use followup::llm::{Incomplete, Model, ModelError, Usage};

use super::{ask, block_on, in_time, ms, request, settings, until};
use crate::support::faults::{Act, Faults, answer};

const YES: &str = r#"{"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#;

fn ok(body: &str) -> Vec<u8> {
    answer("200 OK", "content-type: application/json\r\n", body)
}

#[test]
fn odd_replies_are_used() {
    let choice = |choice: &str| format!(r#"{{"choices":[{choice}]}}"#);
    let with = |more: &str| format!(r#"{{{more},"choices":[{{"message":{{"content":"yes"}}}}]}}"#);
    let bodies = [
        YES.to_owned(),
        format!("\u{feff}\r\n {YES} \n\n"),
        with(r#""id":null,"created":1732400000.5,"model":7"#),
        with(r#""created":1732400000000"#),
        with(r#""usage":null,"service_tier":"odd","object":"x""#),
        with(r#""usage":{"prompt_tokens":-1,"completion_tokens":"many"}"#),
        with(r#""error":null"#),
        with(r#""error":"""#),
        with(r#""choices":[]"#),
        choice(r#"{"message":{"content":"yes"}}"#),
        choice(r#"{"message":{"content":"yes"},"finish_reason":"eos"}"#),
        choice(r#"{"message":{"content":"yes"},"finish_reason":""}"#),
        choice(r#"{"message":{"content":"yes"},"finish_reason":7,"index":"0"}"#),
        choice(r#"{"message":{"content":[{"type":"text","text":"yes"}]}}"#),
        choice(r#"{"message":{"role":"bot","content":"yes","tool_calls":null}}"#),
        choice(r#"{"message":{"content":"yes","reasoning_content":"hm"}}"#),
        choice(r#"{"text":"yes"}"#),
        choice(r#"{"message":{"content":"yes"}},{"message":{"content":"no"}}"#),
    ];
    for body in &bodies {
        let server = Faults::always(ok(body));
        assert_eq!(ask(settings(&server)).map(|reply| reply.text), Ok("yes".to_owned()), "{body}");
    }
    assert!(bodies.len() >= 15);
}

#[test]
fn a_reply_has_what_it_took_and_its_words_untouched() {
    let body = r#"{"choices":[{"message":{"content":" {\"a\": \u0007}\n"}}],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#;
    let server = Faults::always(ok(body));
    let reply = ask(settings(&server)).unwrap();
    assert_eq!((reply.text.as_str(), reply.usage), (" {\"a\": \u{7}}\n", Usage { input: 12, output: 3 }));

    let sent = &server.received()[0];
    assert_eq!(sent.line, "POST /v1/chat/completions HTTP/1.1");
    assert_eq!(sent.json()["messages"][0], serde_json::json!({"role": "system", "content": "Grade."}));
    let spoiled = [b"{\"choices\":[{\"message\":{\"content\":\"a\xffb\"}}]}".as_slice()].concat();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", spoiled.len()).into_bytes();
    let server = Faults::always([head, spoiled].concat());
    assert_eq!(ask(settings(&server)).unwrap().text, "a\u{fffd}b");
}

#[test]
fn errors_in_a_reply_of_success_are_seen() {
    for (body, status, message) in [
        (r#"{"error":{"message":"model overloaded","code":"x"}}"#, 200, "model overloaded"),
        (r#"{"error":"model not loaded"}"#, 200, "model not loaded"),
        (r#"{"error":{"message":"bad key","code":401}}"#, 401, "bad key"),
        (r#"{"detail":"out of credits"}"#, 200, "out of credits"),
        (r#"{"object":"error","message":"no such model"}"#, 200, "no such model"),
        (r#"{"choices":[{"error":{"message":"provider failed","code":402}}]}"#, 402, "provider failed"),
        (
            r#"{"choices":[{"message":{"content":"x"},"finish_reason":"error"}]}"#,
            200,
            "the reply ended with an error",
        ),
    ] {
        let server = Faults::always(ok(body));
        let refused = ModelError::Refused { status, message: message.to_owned() };
        assert_eq!(ask(settings(&server)), Err(refused), "{body}");
        assert_eq!(server.requests(), 1, "{body}");
    }
    let server = Faults::always(ok(r#"{"error":{"message":"slow down","code":429}}"#));
    assert_eq!(ask(settings(&server)), Err(ModelError::Busy { status: 429, retry_after: None }));
    assert_eq!(server.requests(), 3);
}

#[test]
fn what_is_no_reply_is_named() {
    for (body, what) in [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
        ("", "it is empty"),
        (" \r\n", "it is empty"),
        ("OK", "text that is no JSON"),
        ("data: {\"choices\":[]}\n\ndata: [DONE]\n\n", "text that is no JSON"),
        ("{\"choices\": yes}", "text that is no JSON"),
        ("{}{}", "text that is no JSON"),
        ("[]", "nothing of a model is in it"),
        ("{\"status\":\"up\"}", "nothing of a model is in it"),
        ("{\"choices\":null}", "nothing of a model is in it"),
    ] {
        let server = Faults::always(ok(body));
        let error = ModelError::NotAReply { what: what.to_owned() };
        assert_eq!(ask(settings(&server)), Err(error), "{body}");
        assert_eq!(server.requests(), 1, "{body}");
    }
    let deep = "[".repeat(10_000);
    assert!(matches!(ask(settings(&Faults::always(ok(&deep)))), Err(ModelError::NotAReply { .. })));
}

#[test]
fn replies_that_are_not_complete_are_named() {
    let shapes = [
        (r#"{"choices":[]}"#, Incomplete::Empty),
        (r#"{"choices":[{}]}"#, Incomplete::Empty),
        (r#"{"choices":[{"message":{"content":null}}]}"#, Incomplete::Empty),
        (r#"{"choices":[{"message":null,"finish_reason":"stop"}]}"#, Incomplete::Empty),
        (r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"x"}]}}]}"#, Incomplete::ToolCall),
        (r#"{"choices":[{"message":{"content":"x"},"finish_reason":"tool_calls"}]}"#, Incomplete::ToolCall),
        (r#"{"choices":[{"message":{"content":null,"refusal":"No."}}]}"#, Incomplete::Refused),
        (
            r#"{"choices":[{"message":{"content":"x"},"finish_reason":"content_filter"}]}"#,
            Incomplete::Filtered,
        ),
        (r#"{"choices":[{"message":{"content":"x"},"finish_reason":"length"}]}"#, Incomplete::Length),
        (r#"{"choices":"none"}"#, Incomplete::Empty),
    ];
    for (body, incomplete) in shapes {
        let server = Faults::always(ok(body));
        assert_eq!(ask(settings(&server)), Err(ModelError::Incomplete(incomplete)), "{body}");
        assert_eq!(server.requests(), 1, "{body}");
    }
}

#[test]
fn a_huge_body_is_not_read() {
    const HUGE: u64 = 100_000_000;
    let piece = vec![b' '; 64 * 1024];
    let announced = format!("HTTP/1.1 200 OK\r\ncontent-length: {HUGE}\r\n\r\n{{");
    let endless = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{".to_owned();
    let refusal = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {HUGE}\r\n\r\nno ");
    for (head, too_long) in [(announced, true), (endless, true), (refusal, false)] {
        let server =
            Faults::start(vec![vec![Act::Send(head.clone().into()), Act::Flood(piece.clone(), HUGE)]]);
        let error = in_time(ms(0), || ask(settings(&server))).unwrap_err();
        let expected = match too_long {
            true => ModelError::TooLong { limit: 64 * 1024 },
            false => ModelError::Refused { status: 400, message: "no".to_owned() },
        };
        assert_eq!(error, expected, "{head}");
        server.wait_for_gone(1);
        // What the system holds in between is not ours.
        assert!(server.sent() < HUGE / 4, "{} bytes were taken", server.sent());
        assert_eq!(server.requests(), 1);
    }
}

#[test]
fn no_silence_lasts() {
    let send = |text: &str| Act::Send(text.into());
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\":";
    let drip = Act::Drip(b" ".to_vec(), ms(10));
    for (script, awaited) in [
        (vec![Act::Hold], "whole reply"),
        (vec![send("HTTP/1.1 200 OK\r\n"), Act::Hold], "whole reply"),
        (vec![send(half), Act::Hold], "rest of the reply"),
        (vec![send("HTTP/1.1 200 OK\r\n\r\n"), drip.clone()], "whole reply"),
        (vec![send("HTTP/1.1 200 OK\r\nx: "), drip.clone()], "whole reply"),
        (vec![send("HTTP/1.1 500 No\r\n\r\n"), drip], "whole reply"),
    ] {
        let server = Faults::start(vec![script.clone()]);
        let limits = Settings { whole_call: ms(200), content_idle: ms(60), ..settings(&server) };
        match in_time(ms(200), || ask(limits)) {
            Err(ModelError::TimedOut { awaited: found, .. }) => assert_eq!(found, awaited, "{script:?}"),
            other => panic!("{script:?}: {other:?}"),
        }
    }
}

#[test]
fn a_connection_that_fails_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let nobody = Settings { first_wait: ms(1), ..Settings::new(format!("http://127.0.0.1:{port}/v1"), "m") };
    match ask(nobody) {
        Err(ModelError::Unreachable { host, reason }) => {
            assert_eq!(host, format!("127.0.0.1:{port}"));
            assert!(reason.contains("refused"), "{reason}");
        }
        other => panic!("{other:?}"),
    }

    for broken in
        ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"choices\":", "HTTP/1.1 200 OK\r\n\r\n{\"cho"]
    {
        let server = Faults::always(broken);
        let error = ask(settings(&server)).unwrap_err();
        assert!(
            matches!(error, ModelError::Unreachable { .. } | ModelError::Cut { .. }),
            "{broken}: {error:?}"
        );
        assert_eq!(server.requests(), 3, "{broken}");

        let server = Faults::each([broken.into(), ok(YES)]);
        assert_eq!(ask(settings(&server)).unwrap().text, "yes");
        assert_eq!(server.requests(), 2);
    }
    let server = Faults::always("SSH-2.0-OpenSSH_9.2\r\n");
    assert!(matches!(ask(settings(&server)), Err(ModelError::Unreachable { .. })));
}

#[test]
fn encryption_that_never_comes_is_noticed() {
    let server = Faults::start(vec![vec![Act::Hold]]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = |port| format!("https://127.0.0.1:{port}/v1");
    let limits = |port| Settings { base_url: url(port), connect: ms(100), ..settings(&server) };
    let error = in_time(ms(100), || ask(limits(silent.local_addr().unwrap().port()))).unwrap_err();
    assert_eq!(error, ModelError::TimedOut { awaited: "connection", limit: ms(100) });

    let plain = Faults::always("HTTP/1.1 400 Bad Request\r\n\r\n");
    let error = in_time(ms(300), || ask(limits(plain.port()))).unwrap_err();
    assert!(matches!(error, ModelError::Unreachable { .. } | ModelError::TimedOut { .. }), "{error:?}");
}

#[test]
fn a_redirection_takes_nothing_elsewhere() {
    let elsewhere = Faults::always(ok(YES));
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let to = format!("location: {}/chat/completions?key=x\r\n", elsewhere.base_url());
        let server = Faults::always(answer(status, &to, "moved"));
        let expected = format!("it sends us on to {}/chat/completions", elsewhere.base_url());
        match ask(settings(&server)) {
            Err(ModelError::Refused { message, .. }) => assert_eq!(message, expected),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(server.requests(), 1, "{status}");
    }
    assert_eq!(elsewhere.requests(), 0);
}

#[test]
fn a_call_that_is_given_up_ends_at_once() {
    let server = Faults::start(vec![vec![Act::Hold]]);
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    block_on(async {
        let request = request();
        tokio::select! {
            reply = endpoint.complete(&request) => panic!("{reply:?}"),
            () = until(|| server.requests() == 1) => {}
        }
        // The runtime goes on, as it does at a prompt.
        let gone = tokio::time::timeout(ms(1000), until(|| server.gone() == 1));
        gone.await.expect("the connection is closed");
    });
}

#[test]
fn the_models_of_a_server_are_listed() {
    let list = |body: &str| {
        let server = Faults::always(ok(body));
        let endpoint = Endpoint::new(settings(&server)).unwrap();
        let models = block_on(endpoint.models()).inspect_err(super::check_line);
        assert_eq!(server.received()[0].line, "GET /v1/models HTTP/1.1");
        models
    };
    assert_eq!(list(r#"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#).unwrap(), ["a", "b"]);
    assert!(matches!(list("<html>"), Err(ModelError::NotAReply { .. })));
    assert!(matches!(list("{}"), Err(ModelError::NotAReply { .. })));
    assert!(matches!(list(r#"{"error":"no key"}"#), Err(ModelError::Refused { .. })));

    let server = Faults::start(vec![vec![Act::Hold]]);
    let endpoint = Endpoint::new(Settings { first_content: ms(50), ..settings(&server) }).unwrap();
    let error = in_time(ms(50), || block_on(endpoint.models())).unwrap_err();
    assert_eq!(error, ModelError::TimedOut { awaited: "list of models", limit: ms(50) });
}
