//! How often a server is asked, and after which waits.

use std::time::Duration;

use followup::llm::endpoint::Endpoint;
use followup::llm::settings::Settings;
use followup::llm::{Model, ModelError};
use futures_util::future::join_all;

use super::{ask, block_on, in_time, ms, request, settings};
use crate::support::faults::{Faults, answer};

const YES: &str = r#"{"choices":[{"message":{"content":"yes"},"finish_reason":"stop"}]}"#;

fn yes() -> Vec<u8> {
    answer("200 OK", "", YES)
}

fn busy(headers: &str) -> Vec<u8> {
    answer(
        "429 Too Many Requests",
        headers,
        r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#,
    )
}

#[test]
fn permanent_errors_are_not_tried_again() {
    let quota = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
    for (status, body, message) in [
        (400, r#"{"error":{"message":"bad request","code":400}}"#, "bad request"),
        (400, r#"{"error":"invalid model"}"#, "invalid model"),
        (401, r#"{"error":{"message":"no key","type":"x","param":null,"code":"invalid_api_key"}}"#, "no key"),
        (401, "Unauthorized", "Unauthorized"),
        (402, "{}", "{}"),
        (403, "<html><head><title>403 Forbidden</title></head></html>", "a web page, \"403 Forbidden\""),
        (404, r#"{"detail":"Not Found"}"#, "Not Found"),
        (404, "", "no reason is given"),
        (413, "too large", "too large"),
        (422, r#"{"detail":[{"loc":["body","messages"],"msg":"field required"}]}"#, "field required"),
        (429, quota, "You exceeded your current quota"),
    ] {
        let server = Faults::always(answer(&format!("{status} No"), "retry-after: 0\r\n", body));
        let refused = ModelError::Refused { status, message: message.to_owned() };
        assert_eq!(ask(settings(&server)), Err(refused), "{status} {body}");
        assert_eq!(server.requests(), 1, "{status} {body}");
    }
}

#[test]
fn passing_errors_are_tried_three_times() {
    for status in [408, 409, 429, 500, 502, 503, 504, 529] {
        let server = Faults::always(answer(&format!("{status} No"), "", "<html>overloaded</html>"));
        match ask(settings(&server)) {
            Err(ModelError::Busy { status: found, retry_after: None }) => {
                assert!([429, 503, 529].contains(&found), "{status}");
            }
            Err(ModelError::Refused { status: found, .. }) => assert_eq!(found, status),
            other => panic!("{status}: {other:?}"),
        }
        assert_eq!(server.requests(), 3, "{status}");
    }
    let server = Faults::each([answer("503 No", "", ""), busy(""), yes()]);
    assert_eq!(ask(settings(&server)).unwrap().text, "yes");
    let times: Vec<_> = server.received().iter().map(|request| request.at).collect();
    assert!(times[2] - times[1] >= ms(6), "the second wait is longer, less the jitter");

    let server = Faults::always(busy(""));
    let once = Settings { tries: 1, ..settings(&server) };
    assert!(ask(once).is_err());
    assert_eq!(server.requests(), 1);
}

#[test]
fn the_server_is_obeyed_within_bounds() {
    let obeyed = |least| (Some(ms(least)), 2);
    let [refused, ours] = [(None, 1), (Some(ms(3)), 2)];
    for (headers, (wait, requests)) in [
        ("retry-after-ms: 40\r\n", obeyed(40)),
        ("retry-after: 0.05\r\n", obeyed(50)),
        ("retry-after-ms: 40\r\nretry-after: 3600\r\n", obeyed(40)),
        ("retry-after: 1\r\n", refused),
        ("retry-after: 86400\r\n", refused),
        ("retry-after: 99999999999999999999\r\n", refused),
        ("retry-after-ms: 301\r\n", refused),
        ("date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:49:39 GMT\r\n", refused),
        ("retry-after: Fri, 31 Dec 2100 23:59:59 GMT\r\n", refused),
        ("retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n", ours),
        ("retry-after: 0\r\n", ours),
        ("retry-after: -5\r\n", ours),
        ("retry-after: abc\r\n", ours),
        ("retry-after: inf\r\n", ours),
        ("retry-after:\r\n", ours),
    ] {
        for status in ["429 Too Many Requests", "503 Service Unavailable"] {
            let server = Faults::each([answer(status, headers, "later"), yes()]);
            let reply = in_time(ms(100), || ask(settings(&server)));
            assert_eq!(server.requests(), requests, "{status} {headers}");
            let times: Vec<_> = server.received().iter().map(|request| request.at).collect();
            match (wait, reply) {
                (Some(wait), Ok(_)) => {
                    assert!(times[1] - times[0] >= wait, "{headers}: {:?}", times[1] - times[0]);
                }
                (None, Err(ModelError::Busy { retry_after: Some(asked), .. })) => {
                    assert!(asked > ms(300), "{headers}")
                }
                (_, other) => panic!("{status} {headers}: {other:?}"),
            }
        }
    }
}

#[test]
fn waits_have_a_bound_all_together() {
    let server = Faults::always(busy("retry-after-ms: 40\r\n"));
    let limits = Settings { tries: 100, total_wait: ms(100), ..settings(&server) };
    let error = in_time(ms(100), || ask(limits)).unwrap_err();
    assert!(matches!(error, ModelError::Busy { status: 429, .. }), "{error:?}");
    assert!((2..=3).contains(&server.requests()), "{}", server.requests());
}

#[test]
fn a_server_that_asks_to_wait_is_left_alone_by_all_calls() {
    let server = Faults::each([busy("retry-after-ms: 150\r\n"), yes()]);
    let endpoint = Endpoint::new(Settings { tries: 1, ..settings(&server) }).unwrap();
    let request = request();
    block_on(async {
        endpoint.complete(&request).await.unwrap_err();
        for reply in join_all((0..8).map(|_| endpoint.complete(&request))).await {
            assert_eq!(reply.unwrap().text, "yes");
        }
    });
    let received = server.received();
    assert_eq!(received.len(), 9);
    assert!(received[1..].iter().all(|later| later.at - received[0].at >= ms(150)));
}

#[test]
fn calls_at_the_same_time_wait_together() {
    let calls = 6;
    let answers = (0..=calls).map(|at| if at < calls { busy("retry-after-ms: 150\r\n") } else { yes() });
    let server = Faults::each(answers);
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    let request = request();
    let replies = block_on(join_all((0..calls).map(|_| endpoint.complete(&request))));
    assert!(replies.iter().all(Result::is_ok), "{replies:?}");
    let received = server.received();
    assert_eq!(received.len(), 2 * calls, "each is tried twice");
    assert!(received[calls..].iter().all(|later| later.at - received[0].at >= ms(150)));
}

#[test]
fn a_server_that_wants_to_be_left_alone_for_long_is_not_asked_again_at_once() {
    let server = Faults::always(busy("retry-after: 86400\r\n"));
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    let request = request();
    block_on(async {
        for _ in 0..3 {
            let error = endpoint.complete(&request).await.unwrap_err();
            assert!(
                matches!(error, ModelError::Busy { retry_after: Some(wait), .. } if wait > ms(300)),
                "{error:?}"
            );
        }
    });
    assert_eq!(server.requests(), 1);
}

#[test]
fn a_wait_can_be_given_up() {
    let server = Faults::always(busy("retry-after: 20\r\n"));
    let wait = Duration::from_secs(30);
    let endpoint =
        Endpoint::new(Settings { longest_wait: wait, total_wait: wait, ..settings(&server) }).unwrap();
    let given_up = in_time(ms(100), || {
        let request = request();
        block_on(async { tokio::time::timeout(ms(100), endpoint.complete(&request)).await })
            .map_err(|_| "given up")
    });
    assert_eq!(given_up, Err("given up"));
    assert_eq!(server.requests(), 1);
}
