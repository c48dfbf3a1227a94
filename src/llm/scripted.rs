//! A model that says what a file tells it to, for tests and demonstrations.
//!
//! The file has one JSON object a line: `{"reply": "..."}`, or `{"reply": {...}}` for a reply in JSON.
//! With `"when": "words"` a line waits for a request with these words in its last message;
//! with `"again": true` it may be used any number of times, otherwise once.
//! With `"rest": "missed"` a reply that judges `points` says so of all those that the request lists and it does not
//! name: a model is asked about a point that only its request names.
//! With `"tokens": [900, 40]` it takes so many, sent and received; with `"stall": true` it comes to no end.

use std::cell::RefCell;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Model, ModelError, ModelFuture, ModelRequest, Reply, Usage};

/// A script that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the script is no reply: {reason}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// A model that says what a file tells it to.
#[derive(Debug)]
pub struct ScriptedModel {
    lines: RefCell<Vec<Line>>,
}

/// A line of a script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    reply: Value,
    when: Option<String>,
    #[serde(default)]
    again: bool,
    rest: Option<String>,
    #[serde(default)]
    tokens: (u64, u64),
    #[serde(default)]
    stall: bool,
}

impl Line {
    fn fits(&self, request: &ModelRequest) -> bool {
        let last = request.messages.last();
        self.when.as_ref().is_none_or(|when| last.is_some_and(|message| message.text.contains(when)))
    }

    fn text(&self, request: &ModelRequest) -> String {
        match &self.reply {
            Value::String(text) => text.clone(),
            reply => self.completed(reply.clone(), request).to_string(),
        }
    }

    /// Adds what is said of points that the reply does not name.
    fn completed(&self, mut reply: Value, request: &ModelRequest) -> Value {
        let points = reply.get_mut("points").and_then(Value::as_array_mut);
        if let (Some(points), Some(verdict)) = (points, &self.rest) {
            let last = request.messages.last().map_or("", |message| message.text.as_str());
            for id in listed(last) {
                if points.iter().all(|point| point.get("id").and_then(Value::as_str) != Some(id)) {
                    points.push(json!({"id": id, "reason": "", "quotes": [], "verdict": verdict}));
                }
            }
        }
        reply
    }
}

/// Returns the ids of the points that a request lists: `- ID (FACET): TEXT`.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let (id, rest) = line.strip_prefix("- ")?.split_once(' ')?;
        rest.starts_with('(').then_some(id)
    })
}

impl ScriptedModel {
    /// Reads a script; empty lines are passed over.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let lines = lines.map(|(at, line)| {
            let wrong = |error: serde_json::Error| ScriptError { line: at + 1, reason: error.to_string() };
            serde_json::from_str(line).map_err(wrong)
        });
        Ok(Self { lines: RefCell::new(lines.collect::<Result<_, _>>()?) })
    }

    /// Takes the first line that fits; says whether it comes to no end.
    fn next(&self, request: &ModelRequest) -> Result<(Reply, bool), ModelError> {
        let mut lines = self.lines.borrow_mut();
        let at = lines.iter().position(|line| line.fits(request)).ok_or(ModelError::ScriptOver)?;
        let line = lines.get(at).ok_or(ModelError::ScriptOver)?;
        let (text, (input, output), stall) = (line.text(request), line.tokens, line.stall);
        if !line.again {
            lines.remove(at);
        }
        Ok((Reply { text, usage: Usage { input, output } }, stall))
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> &'static str {
        "scripted"
    }

    fn complete<'a>(&'a self, request: &'a ModelRequest) -> ModelFuture<'a> {
        ended(self.next(request))
    }

    fn stream<'a>(&'a self, request: &'a ModelRequest, heard: &'a mut dyn FnMut(&str)) -> ModelFuture<'a> {
        let reply = self.next(request);
        if let Ok((reply, _)) = &reply {
            reply.text.split_inclusive(' ').for_each(heard);
        }
        ended(reply)
    }
}

fn ended<'a>(reply: Result<(Reply, bool), ModelError>) -> ModelFuture<'a> {
    match reply {
        Ok((_, true)) => Box::pin(std::future::pending()),
        reply => Box::pin(std::future::ready(reply.map(|(reply, _)| reply))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::{Message, Speaker};

    fn ask(model: &ScriptedModel, text: &str) -> Result<String, ModelError> {
        let message = Message { speaker: Speaker::User, text: text.to_owned() };
        let request = ModelRequest { messages: vec![message], shape: None, max_tokens: 100 };
        model.next(&request).map(|(reply, _)| reply.text)
    }

    #[test]
    fn replies_come_in_order_where_they_fit() {
        let script = r#"
            {"reply": "of caches", "when": "cache", "again": true}
            {"reply": {"verdicts": []}}
            {"reply": "last"}
        "#;
        let model = ScriptedModel::parse(script).unwrap();
        assert_eq!(ask(&model, "what of the cache?"), Ok("of caches".to_owned()));
        assert_eq!(ask(&model, "and now?"), Ok(r#"{"verdicts":[]}"#.to_owned()));
        assert_eq!(ask(&model, "and now?"), Ok("last".to_owned()));
        assert_eq!(ask(&model, "the cache again"), Ok("of caches".to_owned()));
        assert_eq!(ask(&model, "and now?"), Err(ModelError::ScriptOver));
    }

    #[test]
    fn the_points_that_a_reply_does_not_name_are_said_to_be_missed() {
        let script = r#"{"reply": {"points": [{"id": "b", "verdict": "hit"}]}, "rest": "missed"}"#;
        let model = ScriptedModel::parse(script).unwrap();
        let said =
            ask(&model, "Key points:\n- a (mechanism): one\n- b (numbers): two\n- no point: x").unwrap();
        let a = r#"{"id":"a","reason":"","quotes":[],"verdict":"missed"}"#;
        assert_eq!(said, format!(r#"{{"points":[{{"id":"b","verdict":"hit"}},{a}]}}"#));
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = ScriptedModel::parse("{\"reply\": \"a\"}\n\n{\"answer\": 1}").unwrap_err();
        assert_eq!(error.line, 3);
        assert!(error.reason.contains("unknown field `answer`"), "{error}");
    }
}
