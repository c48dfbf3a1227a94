//! What is sent: a request as the server's dialect has it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};

use crate::llm::endpoint::dialect::{Dialect, Rung};
use crate::llm::settings::Settings;
use crate::llm::{Message, ModelRequest, Shape};

/// How the model is asked for JSON where the server does not see to it.
const JSON_ONLY: &str = include_str!("json_only.txt");

/// The body of a request.
#[derive(Debug, Serialize)]
pub(super) struct Body<'a> {
    model: &'a str,
    messages: Vec<Said<'a>>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Said<'a> {
    role: &'static str,
    content: Cow<'a, str>,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        request: &'a ModelRequest,
        settings: &'a Settings,
        dialect: Dialect,
        stream: bool,
    ) -> Self {
        let tokens = |completion| (dialect.completion_tokens == completion).then_some(request.max_tokens);
        let shape = request.shape.as_ref();
        let mut messages: Vec<Said<'a>> = request.messages.iter().map(said).collect();
        if let Some(shape) = shape.filter(|_| dialect.rung != Rung::Schema) {
            ask_for_json(&mut messages, shape);
        }
        Self {
            model: &settings.model,
            messages,
            stream,
            stream_options: (stream && !dialect.no_stream_options).then(|| json!({"include_usage": true})),
            max_tokens: tokens(false),
            max_completion_tokens: tokens(true),
            temperature: settings.temperature.filter(|_| !dialect.fixed_temperature),
            response_format: shape.and_then(|shape| response_format(shape, dialect.rung)),
        }
    }
}

impl Body<'_> {
    /// Returns the body as it is sent. It goes through text, in which numbers are as short as they were typed.
    pub(super) fn json(&self) -> Value {
        serde_json::to_string(self).and_then(|text| serde_json::from_str(&text)).unwrap_or_default()
    }
}

fn said(message: &Message) -> Said<'_> {
    Said { role: message.speaker.role(), content: Cow::Borrowed(&message.text) }
}

fn response_format(shape: &Shape, rung: Rung) -> Option<Value> {
    let Shape { name, schema } = shape;
    match rung {
        Rung::Schema => Some(json!({
            "type": "json_schema",
            "json_schema": {"name": name, "strict": true, "schema": schema},
        })),
        Rung::Object => Some(json!({"type": "json_object", "schema": schema})),
        Rung::Words => None,
    }
}

/// Adds the schema to our first words, which are the same in every call.
fn ask_for_json(messages: &mut Vec<Said<'_>>, shape: &Shape) {
    let ask = format!("{JSON_ONLY}{}", shape.schema);
    match messages.first_mut() {
        Some(first) if first.role == "system" => first.content = format!("{}\n\n{ask}", first.content).into(),
        _ => messages.insert(0, Said { role: "system", content: ask.into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::Speaker;

    fn sent(speaker: Speaker, dialect: Dialect, stream: bool) -> Value {
        let message = Message { speaker, text: "hello".to_owned() };
        let shape = Shape { name: "s".to_owned(), schema: json!({"type": "object"}) };
        let request = ModelRequest { messages: vec![message], shape: Some(shape), max_tokens: 10 };
        let settings = Settings { temperature: Some(0.7), ..Settings::new("http://localhost", "m") };
        let text = serde_json::to_string(&Body::new(&request, &settings, dialect, stream)).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn the_best_is_asked_for_first() {
        let expected = json!({
            "model": "m",
            "messages": [{"role": "user", "content": "hello"}],
            "stream": false,
            "max_tokens": 10,
            "temperature": 0.7,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "s", "strict": true, "schema": {"type": "object"}},
            },
        });
        assert_eq!(sent(Speaker::User, Dialect::default(), false), expected);
    }

    #[test]
    fn a_poorer_dialect_is_spoken_too() {
        let dialect = Dialect { rung: Rung::Object, completion_tokens: true, ..Dialect::default() };
        let body = sent(Speaker::System, dialect, true);
        assert_eq!(body["response_format"], json!({"type": "json_object", "schema": {"type": "object"}}));
        assert_eq!(body["stream_options"], json!({"include_usage": true}));
        assert_eq!((&body["max_tokens"], &body["max_completion_tokens"]), (&Value::Null, &json!(10)));
        let content = body["messages"][0]["content"].as_str().unwrap();
        assert!(content.starts_with("hello\n\nReply with one JSON object"), "{content}");
        assert!(content.ends_with("\n{\"type\":\"object\"}"), "{content}");

        let dialect =
            Dialect { rung: Rung::Words, fixed_temperature: true, no_stream_options: true, ..dialect };
        let body = sent(Speaker::User, dialect, true);
        for key in ["response_format", "stream_options", "temperature"] {
            assert_eq!(body[key], Value::Null, "{key}");
        }
        assert_eq!(body["messages"][0]["role"], "system");
        assert_eq!(body["messages"][1]["content"], "hello");
    }
}
