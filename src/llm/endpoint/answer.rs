//! What a server sends, whole or in pieces, read with patience for its dialect.
//!
//! Any JSON can be read: what is not understood is as if it were not there. What it adds up to is judged at the end.

use serde::Deserialize;
use serde_json::Value;

use crate::llm::endpoint::fault::Fault;
use crate::llm::endpoint::refusal::Refusal;
use crate::llm::{Incomplete, ModelError, Reply, Usage};

/// A reply, or a piece of one.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Value")]
pub(super) struct Answer {
    /// The model's words in it.
    pub(super) words: String,
    /// Whether there is anything of the model in it, if only thoughts.
    pub(super) alive: bool,
    /// Whether it has the form of a reply in one piece.
    whole: bool,
    /// Whether it has the form of a reply at all.
    known: bool,
    end: Option<End>,
    called: bool,
    refused: bool,
    usage: Option<Usage>,
    refusal: Option<Box<Refusal>>,
}

/// Why the model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
enum End {
    Done,
    Short(Incomplete),
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        let Some(choices) = value.get("choices").filter(|choices| !choices.is_null()) else {
            let refusal = Refusal::of_json(200, &value).map(Box::new);
            return Self { refusal, usage: usage(&value), ..Self::default() };
        };
        let choice = choices.get(0).unwrap_or(&Value::Null);
        let whole = choice.get("message").filter(|message| message.is_object());
        let message = whole.or_else(|| choice.get("delta")).unwrap_or(&Value::Null);
        let words = message.get("content").or_else(|| choice.get("text")).map(text).unwrap_or_default();
        let says = |key| message.get(key).is_some_and(|value| !text(value).is_empty());
        let finish = choice.get("finish_reason").and_then(Value::as_str).unwrap_or_default();
        let called =
            message.get("tool_calls").and_then(Value::as_array).is_some_and(|calls| !calls.is_empty());
        let refusal = [&value, choice]
            .into_iter()
            .find_map(|it| it.get("error").and_then(|_| Refusal::of_json(200, it)));
        let failed = (finish == "error").then(|| Refusal {
            status: 200,
            message: "the reply ended with an error".to_owned(),
            ..Refusal::default()
        });
        Self {
            alive: !words.is_empty() || called || says("reasoning_content") || says("reasoning"),
            words,
            whole: whole.is_some(),
            known: true,
            end: end(finish),
            called,
            refused: says("refusal"),
            usage: usage(&value),
            refusal: refusal.or(failed).map(Box::new),
        }
    }
}

/// Returns the text of a content: a string, or a list of parts of which those of text count.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let text = |part: &Value| part.get("text").unwrap_or(part).as_str().map(str::to_owned);
            parts.iter().filter_map(text).collect()
        }
        _ => String::new(),
    }
}

/// Reads the reason for the end; the empty one is none, for some servers send it with every piece.
fn end(finish: &str) -> Option<End> {
    let short = |incomplete| Some(End::Short(incomplete));
    match finish.to_ascii_lowercase().as_str() {
        "" | "null" | "none" | "error" => None,
        "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" | "complete" | "completed" => {
            Some(End::Done)
        }
        "length" | "max_tokens" | "max_output_tokens" | "model_length" => short(Incomplete::Length),
        "content_filter" | "safety" | "recitation" | "prohibited_content" => short(Incomplete::Filtered),
        "refusal" => short(Incomplete::Refused),
        "tool_calls" | "tool_use" | "function_call" => short(Incomplete::ToolCall),
        _ => short(Incomplete::Other(finish.to_owned())),
    }
}

/// Reads what the call took, by either pair of names; numbers may be missing, null or written with a point.
fn usage(value: &Value) -> Option<Usage> {
    let usage = value.get("usage").filter(|usage| usage.is_object())?;
    let number = |names: [&str; 2]| {
        let number = names.iter().find_map(|name| usage.get(name)?.as_f64()).unwrap_or_default();
        number.max(0.0) as u64
    };
    let usage = Usage {
        input: number(["prompt_tokens", "input_tokens"]),
        output: number(["completion_tokens", "output_tokens"]),
    };
    (usage != Usage::default()).then_some(usage)
}

/// What has been heard of a reply.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// The model's words so far.
    pub(super) words: String,
    /// Whether the server has said that the reply is at its end.
    pub(super) ended: bool,
    end: Option<End>,
    whole: bool,
    /// Whether anything has come, and something in it that has the form of a reply.
    known: Option<bool>,
    called: bool,
    refused: bool,
    usage: Usage,
}

impl Heard {
    /// Takes a reply in one piece. An error in it is returned.
    pub(super) fn whole(answer: Answer) -> Result<Self, Refusal> {
        let mut heard = Self::default();
        heard.add(answer)?;
        heard.whole = true;
        Ok(heard)
    }

    /// Adds a piece. An error in it is returned.
    pub(super) fn add(&mut self, answer: Answer) -> Result<(), Refusal> {
        self.words.push_str(&answer.words);
        self.end = answer.end.or(self.end.take());
        self.ended = self.end.is_some();
        self.whole |= answer.whole;
        self.known = Some(answer.known || self.known == Some(true));
        self.called |= answer.called;
        self.refused |= answer.refused;
        self.usage = answer.usage.unwrap_or(self.usage);
        answer.refusal.map_or(Ok(()), |refusal| Err(*refusal))
    }

    /// Returns the reply when nothing more comes. Only one in one piece may lack the reason for its end.
    pub(super) fn reply(self) -> Result<Reply, Fault> {
        let blank = self.words.trim().is_empty();
        let incomplete = match self.end {
            _ if self.known == Some(false) => {
                return Err(Fault::Final(ModelError::NotAReply {
                    what: "nothing of a model is in it".to_owned(),
                }));
            }
            Some(End::Short(incomplete)) => incomplete,
            None if !self.whole => {
                return Err(Fault::Lost(ModelError::Cut { heard: self.words }));
            }
            _ if self.refused => Incomplete::Refused,
            _ if blank && self.called => Incomplete::ToolCall,
            _ if blank => Incomplete::Empty,
            _ => return Ok(Reply { text: self.words, usage: self.usage }),
        };
        Err(Fault::Final(ModelError::Incomplete(incomplete)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_whole(choice: &str, expected: Result<&str, Incomplete>) {
        let answer = serde_json::from_str(&format!(r#"{{"choices":[{choice}]}}"#)).unwrap();
        let found = match Heard::whole(answer).unwrap().reply() {
            Err(Fault::Final(ModelError::Incomplete(incomplete))) => Err(incomplete),
            other => Ok(other.unwrap().text),
        };
        assert_eq!(found, expected.map(str::to_owned), "{choice}");
    }

    #[test]
    fn odd_replies_are_read() {
        for choice in [
            r#"{"message":{"content":"yes"},"finish_reason":"stop"}"#,
            r#"{"message":{"content":"yes"}}"#,
            r#"{"message":{"content":"yes"},"finish_reason":""}"#,
            r#"{"message":{"content":"yes"},"finish_reason":null}"#,
            r#"{"message":{"content":"yes"},"finish_reason":"eos"}"#,
            r#"{"message":{"content":"yes"},"finish_reason":"STOP","index":"0"}"#,
            r#"{"message":{"content":[{"type":"text","text":"y"},{"type":"text","text":"es"}]}}"#,
            r#"{"message":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"yes"}]}}"#,
            r#"{"message":{"content":["y","es"]}}"#,
            r#"{"message":{"content":"yes","tool_calls":[],"refusal":null}}"#,
            r#"{"message":{"content":"yes","reasoning_content":"hm"}},{"message":{"content":"no"}}"#,
            r#"{"message":{"content":"yes"},"error":null}"#,
        ] {
            check_whole(choice, Ok("yes"));
        }
    }

    #[test]
    fn what_is_not_whole_is_named() {
        let content =
            |finish: &str| format!(r#"{{"message":{{"content":"yes"}},"finish_reason":"{finish}"}}"#);
        check_whole(&content("length"), Err(Incomplete::Length));
        check_whole(&content("content_filter"), Err(Incomplete::Filtered));
        check_whole(&content("tool_calls"), Err(Incomplete::ToolCall));
        check_whole(&content("Because"), Err(Incomplete::Other("Because".to_owned())));
        check_whole(r#"{"message":{"content":null,"refusal":"I can't"}}"#, Err(Incomplete::Refused));
        check_whole(r#"{"message":{"content":null,"tool_calls":[{}]}}"#, Err(Incomplete::ToolCall));
        for nothing in ["", "{}", r#"{"message":{"content":" \n"},"finish_reason":"stop"}"#] {
            check_whole(nothing, Err(Incomplete::Empty));
        }
    }

    #[test]
    fn pieces_add_up_with_what_follows_the_end() {
        let piece = r#"{"choices":[{"delta":{"content":"ye"},"finish_reason":""}],"usage":null}"#;
        let end = r#"{"choices":[{"delta":{"content":"s"},"finish_reason":"stop"}]}"#;
        let usage = r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2.0}}"#;
        let other = r#"{"choices":null,"usage":{"input_tokens":7,"output_tokens":null}}"#;
        let reply = |pieces: &[&str]| {
            let mut heard = Heard::default();
            for piece in pieces {
                heard.add(serde_json::from_str(piece).unwrap()).unwrap();
            }
            heard.reply()
        };
        for (last, expected) in
            [(usage, Usage { input: 7, output: 2 }), (other, Usage { input: 7, output: 0 })]
        {
            let text = "yes".to_owned();
            assert_eq!(reply(&[piece, "{}", end, last]).unwrap(), Reply { text, usage: expected });
        }
        let cut = reply(&[piece, "{}", usage]).unwrap_err();
        assert!(matches!(cut, Fault::Lost(ModelError::Cut { heard }) if heard == "ye"));
        let nothing = reply(&["{}", usage]);
        assert!(matches!(nothing, Err(Fault::Lost(_))), "{nothing:?}");
    }
}
