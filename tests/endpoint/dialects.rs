//! What a server does not understand is said in another way, and remembered.

use followup::llm::endpoint::Endpoint;
use followup::llm::{Model, ModelError};
use serde_json::{Value, json};

use super::{ask_for, block_on, request, settings, shaped};
use crate::support::faults::{Faults, answer, events};

const YES: &str = r#"{"choices":[{"message":{"content":"{}"},"finish_reason":"stop"}]}"#;

fn refusal(status: u16, message: &str) -> Vec<u8> {
    answer(&format!("{status} No"), "", &json!({"error": {"message": message}}).to_string())
}

fn yes() -> Vec<u8> {
    answer("200 OK", "", YES)
}

fn bodies(server: &Faults) -> Vec<Value> {
    server.received().iter().map(|received| received.json()).collect()
}

#[test]
fn the_ladder_is_gone_down_and_remembered() {
    for (schema, object) in [
        (500, "response_format: Input should be 'text' or 'json_object'"),
        (400, "This model does not support response format `json_schema`."),
        (404, "No endpoint supports response_format"),
        (422, "body.response_format.type: unknown variant"),
    ]
    .map(|first| (first, (400, "Unknown parameter: 'response_format.schema'.")))
    {
        let server = Faults::each([refusal(schema.0, schema.1), refusal(object.0, object.1), yes()]);
        let endpoint = Endpoint::new(settings(&server)).unwrap();
        block_on(async {
            for _ in 0..2 {
                assert_eq!(endpoint.complete(&shaped()).await.unwrap().text, "{}");
            }
        });
        let bodies = bodies(&server);
        let forms: Vec<&Value> = bodies.iter().map(|body| &body["response_format"]["type"]).collect();
        assert_eq!(
            forms,
            [&json!("json_schema"), &json!("json_object"), &Value::Null, &Value::Null],
            "{schema:?}"
        );
        assert_eq!(bodies[0]["messages"][0]["content"], "Grade.");
        for body in &bodies[1..] {
            let system = body["messages"][0]["content"].as_str().unwrap();
            assert!(system.starts_with("Grade.\n\n") && system.contains("{\"type\":\"object\"}"), "{system}");
        }
    }
}

#[test]
fn at_the_end_of_the_ladder_the_refusal_stays() {
    let server = Faults::always(refusal(400, "no JSON for you"));
    let refused = ModelError::Refused { status: 400, message: "no JSON for you".to_owned() };
    assert_eq!(ask_for(settings(&server), &shaped()), Err(refused));
    assert_eq!(server.requests(), 3);

    let server = Faults::always(refusal(400, "no JSON for you"));
    assert!(ask_for(settings(&server), &request()).is_err());
    assert_eq!(server.requests(), 1, "none was asked for");
}

#[test]
fn parameters_are_given_up_and_remembered() {
    let tokens =
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.";
    let temperature = "Unsupported value: 'temperature' does not support 0 with this model.";
    let server = Faults::each([refusal(400, tokens), refusal(400, temperature), yes()]);
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    block_on(async {
        for _ in 0..2 {
            endpoint.complete(&shaped()).await.unwrap();
        }
    });
    let bodies = bodies(&server);
    let sent: Vec<_> = bodies
        .iter()
        .map(|body| ["max_tokens", "max_completion_tokens", "temperature"].map(|key| &body[key]))
        .collect();
    let null = &Value::Null;
    assert_eq!(sent[0], [&json!(100), null, &json!(0.0)]);
    assert_eq!(sent[1], [null, &json!(100), &json!(0.0)]);
    assert_eq!(sent[2], [null, &json!(100), null]);
    assert_eq!(sent[3], sent[2]);
    assert!(bodies.iter().all(|body| body["response_format"]["type"] == "json_schema"));
}

#[test]
fn calls_at_the_same_time_learn_together() {
    let calls = 5;
    let server = Faults::each((0..=calls).map(|at| match at < calls {
        true => refusal(400, "response_format is not supported"),
        false => yes(),
    }));
    let endpoint = Endpoint::new(settings(&server)).unwrap();
    let request = shaped();
    let replies = block_on(futures_util::future::join_all((0..calls).map(|_| endpoint.complete(&request))));
    assert!(replies.iter().all(Result::is_ok), "{replies:?}");
    assert_eq!(server.requests(), 2 * calls, "each goes down one rung");
}

#[test]
fn a_stream_without_numbers_is_good_enough() {
    let end = r#"{"choices":[{"delta":{"content":"yes"},"finish_reason":"stop"}]}"#;
    let server =
        Faults::each([refusal(400, "Unrecognized argument: stream_options"), events(&[end, "[DONE]"])]);
    let (reply, heard) = super::listen(settings(&server));
    assert_eq!((reply.unwrap().text.as_str(), heard.as_str()), ("yes", "yes"));
    let bodies = bodies(&server);
    assert_eq!(bodies[0]["stream_options"], json!({"include_usage": true}));
    assert_eq!(bodies[1]["stream_options"], Value::Null);
    assert!(bodies.iter().all(|body| body["stream"] == json!(true)));
}
