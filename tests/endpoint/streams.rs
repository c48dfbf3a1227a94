//! Replies that come word by word.

use std::time::Duration;

use followup::llm::endpoint::Endpoint;
use followup::llm::settings::Settings;
use followup::llm::{Incomplete, Model, ModelError, Usage};

use super::{block_on, in_time, listen, ms, request, settings};
use crate::support::faults::{Act, Faults, answer, events, stream_head};

const END: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

fn piece(words: &str) -> String {
    serde_json::json!({"choices": [{"index": 0, "delta": {"content": words}, "finish_reason": null}]})
        .to_string()
}

fn event(data: &str) -> Vec<u8> {
    format!("data: {data}\n\n").into_bytes()
}

fn start_of_stream(words: &str) -> Act {
    Act::Send(events(&[&piece(words)]))
}

#[test]
fn words_are_handed_on_as_they_come() {
    let usage = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}"#;
    let server =
        Faults::always(events(&[&piece("one "), &piece("two "), &piece("three"), END, usage, "[DONE]"]));
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    let mut heard = Vec::new();
    let mut hear = |words: &str| heard.push(words.to_owned());
    let reply = block_on(endpoint.stream(&request(), &mut hear)).unwrap();
    assert_eq!((reply.text.as_str(), reply.usage), ("one two three", Usage { input: 7, output: 2 }));
    assert_eq!(heard, ["one ", "two ", "three"]);
    assert_eq!(server.requests(), 1);
}

#[test]
fn odd_streams_are_used() {
    let lines = |text: String| [stream_head(), text.into_bytes()].concat();
    let (yes, whole) =
        (piece("yes"), r#"{"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#);
    let both = format!("data: {yes}\n\ndata: {END}\n\n");
    let streams = [
        lines(both.clone()),
        lines(format!("{both}data: [DONE] \n\n")),
        lines(format!("{both}data: not JSON\n\n")),
        lines(format!("{both}data: {{\"error\":null}}\n\ndata: [DONE]\n\n")),
        lines(both.replace('\n', "\r\n")),
        lines(both.replace('\n', "\r")),
        lines(both.replace("data: ", "data:")),
        lines(both.trim_end().to_owned()),
        lines(format!("\u{feff}{both}")),
        lines(format!("\n\n: ping\n\n{both}")),
        lines(format!("event: message\nid: 7\nretry: 10\n{both}")),
        lines(format!("event: ping\ndata: {{\"type\":\"ping\"}}\n\n{both}")),
        lines(both.replace(r#""choices":[{"index""#, "\"choices\":\ndata: [{\"index\"")),
        lines(format!("data: {{\"choices\":[],\"prompt_filter_results\":[]}}\n\n{both}")),
        lines(both.replace("\"delta\":{}", "\"delta\":null")),
        lines(both.replace("\"stop\"", "\"eos\"")),
        lines(both.replace("null", "\"\"")),
        answer("200 OK", "content-type: text/plain\r\n", &both),
        answer("200 OK", "content-type: application/json\r\n", whole),
        answer("200 OK", "", &whole.replace('{', "{\r\n  ").replace(r#","finish_reason":"stop""#, "")),
    ];
    for bytes in &streams {
        let server = Faults::always(bytes.clone());
        let limits = Settings { content_idle: ms(2000), ..settings(&server) };
        let (reply, heard) = listen(limits);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!((reply.map(|reply| reply.text), heard.as_str()), (Ok("yes".to_owned()), "yes"), "{shown}");
        assert_eq!(server.requests(), 1, "{shown}");
    }
    let spoiled = [stream_head(), event(&piece("aXb")), event(END)].concat();
    let spoiled: Vec<u8> = spoiled.iter().map(|byte| if *byte == b'X' { 0xff } else { *byte }).collect();
    assert_eq!(listen(settings(&Faults::always(spoiled))).1, "a\u{fffd}b");
}

#[test]
fn a_stream_may_come_byte_by_byte() {
    let bytes = [stream_head(), event(&piece("é👍")), event(END)].concat();
    let script = bytes.iter().flat_map(|byte| [Act::Send(vec![*byte])]).collect();
    let (reply, heard) = listen(settings(&Faults::start(vec![script])));
    assert_eq!((reply.unwrap().text.as_str(), heard.as_str()), ("é👍", "é👍"));
}

/// Returns the words of the events that are whole in a part of a stream.
fn words_in(part: &str) -> String {
    part.split_inclusive("\n\n").filter_map(|event| event.strip_prefix("data: ")?.strip_suffix("\n\n")).fold(
        String::new(),
        |words, event| {
            let value: serde_json::Value = serde_json::from_str(event).unwrap();
            words + value["choices"][0]["delta"]["content"].as_str().unwrap_or_default()
        },
    )
}

#[test]
fn a_cut_stream_is_never_a_whole_reply() {
    let body: String = (0..12).map(|at| format!("data: {}\n\n", piece(&format!("word{at} ")))).collect();
    let whole = format!("{body}data: {END}\n\n");
    let boundaries = body.match_indices("\n\n").flat_map(|(at, _)| [at, at + 1, at + 2]);
    let cuts: Vec<usize> = boundaries.chain((0..24).map(|at| 3 + at * (whole.len() - 8) / 24)).collect();
    assert!(cuts.len() >= 50, "{} cuts", cuts.len());
    for cut in cuts {
        let part = &whole[..cut];
        let closed = [stream_head(), part.as_bytes().to_vec()].concat();
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let broken = format!("{head}{:x}\r\n{part}\r\n", part.len()).into_bytes();
        for bytes in [closed, broken] {
            let server = Faults::always(bytes.clone());
            let (reply, heard) = listen(settings(&server));
            let shown = String::from_utf8_lossy(&bytes);
            match reply {
                Err(ModelError::Cut { heard: had }) => assert_eq!(had, heard, "{shown}"),
                other => panic!("cut at {cut}: {other:?}\n{shown}"),
            }
            assert!(heard.starts_with(&words_in(part)), "{heard:?}: {shown}");
            let requests = if heard.is_empty() { 3 } else { 1 };
            assert_eq!(server.requests(), requests, "what was said is not said again: {shown}");
        }
    }
    let (reply, heard) = listen(settings(&Faults::always([stream_head(), whole.into_bytes()].concat())));
    assert_eq!(reply.unwrap().text, heard);
}

#[test]
fn signs_of_life_are_no_words() {
    let empty = piece("");
    let role = r#"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#;
    let pings = [b": ping\n\n".to_vec(), b"\n".to_vec(), event("{}"), event(&empty), event(role)];
    for ping in pings {
        for (start, awaited) in
            [(Act::Send(stream_head()), "first word"), (start_of_stream("yes"), "further word")]
        {
            let server = Faults::start(vec![vec![start, Act::Drip(ping.clone(), ms(5))]]);
            let limits = Settings { first_content: ms(120), content_idle: ms(80), ..settings(&server) };
            let (reply, heard) = in_time(ms(200), || listen(limits));
            let shown = String::from_utf8_lossy(&ping);
            match reply {
                Err(ModelError::TimedOut { awaited: found, .. }) => assert_eq!(found, awaited, "{shown}"),
                other => panic!("{shown}: {other:?}"),
            }
            assert_eq!(heard.is_empty(), awaited == "first word");
            assert_eq!(server.requests(), 1);
        }
    }
}

#[test]
fn silence_is_noticed() {
    for script in [
        vec![Act::Hold],
        vec![Act::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Act::Hold],
        vec![Act::Send(stream_head()), Act::Hold],
        vec![Act::Send([stream_head(), b"data: {\"choices\":".to_vec()].concat()), Act::Hold],
        vec![Act::Send(b"HTTP/1.1 200 OK\r\n\r\n{\"choices\":".to_vec()), Act::Hold],
    ] {
        let server = Faults::start(vec![script.clone()]);
        let limits = Settings { first_content: ms(80), ..settings(&server) };
        let error = in_time(ms(80), || listen(limits)).0.unwrap_err();
        assert_eq!(error, ModelError::TimedOut { awaited: "first word", limit: ms(80) }, "{script:?}");
    }
    let server = Faults::start(vec![vec![start_of_stream("yes"), Act::Drip(event(&piece("a")), ms(10))]]);
    let limits = Settings { whole_call: ms(150), ..settings(&server) };
    let (reply, heard) = in_time(ms(150), || listen(limits));
    assert_eq!(reply, Err(ModelError::TimedOut { awaited: "whole reply", limit: ms(150) }));
    assert!(heard.starts_with("yes"));
}

#[test]
fn thinking_aloud_is_a_sign_of_life() {
    let thought = event(r#"{"choices":[{"delta":{"reasoning_content":"hm"}}]}"#);
    let mut script = vec![Act::Send(stream_head())];
    script.extend([Act::Send(thought), Act::Pause(ms(100))].into_iter().cycle().take(12));
    script.push(Act::Send([event(&piece("yes")), event(END)].concat()));
    let server = Faults::start(vec![script]);
    let limits = Settings { first_content: ms(500), content_idle: ms(500), ..settings(&server) };
    let (reply, heard) = listen(limits);
    assert_eq!((reply.unwrap().text.as_str(), heard.as_str()), ("yes", "yes"));
}

#[test]
fn the_end_is_not_waited_for() {
    let script = vec![Act::Send(events(&[&piece("yes"), END])), Act::Hold];
    let server = Faults::start(vec![script]);
    let limits = Settings { content_idle: ms(60), ..settings(&server) };
    assert_eq!(in_time(ms(60), || listen(limits)).0.unwrap().text, "yes");
}

#[test]
fn huge_streams_are_not_read() {
    const HUGE: u64 = 100_000_000;
    let line = vec![b'a'; 64 * 1024];
    let data = [stream_head(), b"data: ".to_vec()].concat();
    let nothing: Vec<u8> = b"data: {}\n\n".repeat(1000);
    let words: Vec<u8> = event(&piece("a")).repeat(100);
    let blank = vec![b'\n'; 64 * 1024];
    let [line_cap, cap] = [8 * 1024, 4 * 64 * 1024];
    for (head, flood, limit) in [
        (data, line.clone(), line_cap),
        ([stream_head(), b": ".to_vec()].concat(), line, line_cap),
        (stream_head(), blank, line_cap),
        (stream_head(), nothing, cap),
        (stream_head(), words, cap),
        (b"HTTP/1.1 200 OK\r\n\r\n{".to_vec(), vec![b' '; 64 * 1024], 64 * 1024),
    ] {
        let server = Faults::start(vec![vec![Act::Send(head.clone()), Act::Flood(flood.clone(), HUGE)]]);
        let (reply, _) = in_time(ms(1000), || listen(settings(&server)));
        let shown = String::from_utf8_lossy(&flood[..8]).into_owned();
        assert_eq!(reply, Err(ModelError::TooLong { limit }), "{shown:?}");
        server.wait_for_gone(1);
        assert!(server.sent() < HUGE / 4, "{} bytes were taken of {shown:?}", server.sent());
        assert_eq!(server.requests(), 1);
    }
}

#[test]
fn errors_in_a_stream_are_seen() {
    let error = r#"{"error":{"message":"out of memory","code":"x"}}"#;
    let refused = || Err(ModelError::Refused { status: 200, message: "out of memory".to_owned() });
    let (first, later) = (events(&[error]), events(&[&piece("yes"), error, END]));
    let named = [stream_head(), b"event: error\n".to_vec(), event(error)].concat();
    let whole = answer("200 OK", "content-type: application/json\r\n", error);
    for (bytes, words) in [(first, ""), (later, "yes"), (named, ""), (whole, "")] {
        let server = Faults::always(bytes);
        assert_eq!(listen(settings(&server)), (refused(), words.to_owned()));
        assert_eq!(server.requests(), 1);
    }
    let passing = r#"{"error":{"message":"overloaded","code":503}}"#;
    let server = Faults::each([events(&[passing]), events(&[&piece("yes"), END])]);
    assert_eq!(listen(settings(&server)).1, "yes");
    let server = Faults::always(events(&[&piece("yes"), passing]));
    assert_eq!(
        listen(settings(&server)),
        (Err(ModelError::Busy { status: 503, retry_after: None }), "yes".into())
    );
    assert_eq!(server.requests(), 1, "what was said is not said again");
}

#[test]
fn what_is_no_stream_is_named() {
    let ok = |body: &str| answer("200 OK", "content-type: text/html\r\n", body);
    for (bytes, what) in [
        (ok("<html><body>Sign in</body></html>"), "a web page"),
        (ok(""), "it is empty"),
        (ok("  \n"), "it is empty"),
        (ok("Not found"), "text that is no stream"),
        (ok("\u{feff}\u{feff}data"), "text that is no stream"),
        (ok("{}"), "nothing of a model is in it"),
        (ok("data: {}\n\n"), "nothing of a model is in it"),
    ] {
        let server = Faults::always(bytes);
        let expected = ModelError::NotAReply { what: what.to_owned() };
        assert_eq!(listen(settings(&server)), (Err(expected), String::new()));
        assert_eq!(server.requests(), 1);
    }
    for body in [
        "Not found",
        "{}",
        "[]",
        "{\"a\":1}\n{\"b\":2}\n",
        "data: hello\n\n",
        "data: [DONE]\n\n",
        ": ping\n\n",
    ] {
        let server = Faults::always(ok(body));
        let (reply, heard) = listen(settings(&server));
        assert!(
            matches!(reply, Err(ModelError::NotAReply { .. } | ModelError::Cut { .. })),
            "{body}: {reply:?}"
        );
        assert_eq!(heard, "");
    }
}

#[test]
fn streams_that_end_for_another_reason_are_named() {
    let end = |finish: &str| END.replace("stop", finish);
    let refusal = r#"{"choices":[{"delta":{"refusal":"I can't."}}]}"#;
    let call = r#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#;
    let (piece, stop) = (piece("yes"), end("stop"));
    for (sent, incomplete) in [
        ([piece.as_str(), &end("length")], Incomplete::Length),
        ([&piece, &end("content_filter")], Incomplete::Filtered),
        ([&piece, &end("whim")], Incomplete::Other("whim".to_owned())),
        ([call, &end("tool_calls")], Incomplete::ToolCall),
        ([call, &stop], Incomplete::ToolCall),
        ([refusal, &stop], Incomplete::Refused),
        (["{}", &stop], Incomplete::Empty),
    ] {
        let server = Faults::always(events(&sent));
        assert_eq!(listen(settings(&server)).0, Err(ModelError::Incomplete(incomplete)), "{sent:?}");
        assert_eq!(server.requests(), 1, "{sent:?}");
    }
}

#[test]
fn statuses_of_streams_are_those_of_replies() {
    let server =
        Faults::each([answer("503 No", "", ""), answer("429 No", "", ""), events(&[&piece("yes"), END])]);
    assert_eq!(listen(settings(&server)).1, "yes");
    let server = Faults::always(answer("401 No", "", "no"));
    assert!(matches!(listen(settings(&server)).0, Err(ModelError::Refused { status: 401, .. })));
    assert_eq!(server.requests(), 1);
}

#[test]
fn a_stream_that_is_given_up_ends_at_once() {
    let server = Faults::start(vec![vec![start_of_stream("yes"), Act::Hold]]);
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    block_on(async {
        let (heard, request) = (std::cell::Cell::new(false), request());
        let mut hear = |_: &str| heard.set(true);
        tokio::select! {
            reply = endpoint.stream(&request, &mut hear) => panic!("{reply:?}"),
            () = super::until(|| heard.get()) => {}
        }
        let gone = tokio::time::timeout(Duration::from_secs(1), super::until(|| server.gone() == 1));
        gone.await.expect("the connection is closed");
    });
}
