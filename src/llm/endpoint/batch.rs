//! The batch interface: many requests handed in as one file, answered within a day at a lower price.
//!
//! It is OpenAI's, which others have, too: `/files`, `/batches`. A request is told apart by a name that we give it.

use async_openai::config::Config;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::domain::hash::ContentHash;
use crate::llm::endpoint::answer::{Answer, Heard};
use crate::llm::endpoint::body::Body;
use crate::llm::endpoint::fault::Fault;
use crate::llm::endpoint::patience::Patience;
use crate::llm::endpoint::refusal::Refusal;
use crate::llm::endpoint::{Endpoint, HOUR};
use crate::llm::{ModelError, ModelRequest, Reply};

/// The longest id of a server.
const MAX_ID: usize = 128;
/// Batches that are looked through for one of ours; the newest come first.
const LISTED: usize = 100;

/// How a batch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Batch {
    /// It is being worked on.
    Open {
        /// The server's word for it, cleaned.
        status: String,
        /// Requests that are answered.
        done: u64,
        /// All of them.
        total: u64,
    },
    /// Nothing more comes of it.
    Ended {
        /// The server's word for it, as in `completed` or `expired`.
        status: String,
        /// The files with what came of the requests; a request that is in none of them was not answered.
        files: Vec<String>,
    },
    /// The server does not take it.
    Failed {
        /// Why, cleaned.
        reason: String,
    },
}

/// Takes the name of a request, and what came of it.
pub type TakeResult<'a> = &'a mut dyn FnMut(&str, Result<Reply, ModelError>);

impl Endpoint {
    /// Returns the line of a file for a request, with its line break. It is in the terms that the server is known to
    /// understand; so whoever makes a file calls the server once before.
    #[must_use]
    pub fn batch_line(&self, name: &str, request: &ModelRequest) -> String {
        let body = Body::new(request, &self.settings, self.dialect.get(), false).json();
        let line = json!({"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body});
        format!("{line}\n")
    }

    /// Hands a file of such lines in; returns its id.
    pub async fn upload(&self, lines: &str) -> Result<String, ModelError> {
        // Worked out from the lines, so that they cannot contain it.
        let border = ContentHash::of([lines]);
        let kind = format!("multipart/form-data; boundary={border}");
        let body = format!(
            "--{border}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n\
             --{border}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"followup.jsonl\"\r\n\
             Content-Type: application/jsonl\r\n\r\n{lines}\r\n--{border}--\r\n"
        );
        let file = self.patiently(true, async || self.post("/files", &kind, &body).await).await?;
        self.id_of(&file)
    }

    /// Starts a batch with a file; returns its id.
    pub async fn start_batch(&self, file: &str) -> Result<String, ModelError> {
        let window = "24h";
        let body =
            json!({"input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": window});
        let body = body.to_string();
        // Where the connection is lost nobody knows whether it was started, and two would cost twice.
        let batch =
            self.patiently(false, async || self.post("/batches", "application/json", &body).await).await?;
        self.id_of(&batch)
    }

    /// Returns the id of the batch that was started with a file, where one was.
    pub async fn find_batch(&self, file: &str) -> Result<Option<String>, ModelError> {
        let list = self.get(&format!("/batches?limit={LISTED}")).await?;
        let all = list.get("data").and_then(Value::as_array).into_iter().flatten();
        let mut ours = all.filter(|batch| batch.get("input_file_id").and_then(Value::as_str) == Some(file));
        ours.next().map(|batch| self.id_of(batch)).transpose()
    }

    /// Asks how a batch stands.
    pub async fn batch(&self, id: &str) -> Result<Batch, ModelError> {
        let batch = self.get(&format!("/batches/{id}")).await?;
        let status = batch.get("status").and_then(Value::as_str).unwrap_or_default();
        let status = self.secrets.clean(status).to_ascii_lowercase();
        Ok(match status.as_str() {
            "" => return Err(self.told(Fault::not_a_reply("no state of a batch is in it"))),
            "failed" => Batch::Failed { reason: self.secrets.clean(&reason(&batch)) },
            "completed" | "expired" | "cancelled" => {
                let files = ["output_file_id", "error_file_id"].into_iter().filter_map(|key| batch.get(key));
                let files = files.filter_map(Value::as_str).filter(|id| is_id(id)).map(str::to_owned);
                Batch::Ended { status, files: files.collect() }
            }
            _ => {
                let count = |key| batch.pointer(key).and_then(Value::as_u64).unwrap_or_default();
                let done = count("/request_counts/completed") + count("/request_counts/failed");
                Batch::Open { status, done, total: count("/request_counts/total") }
            }
        })
    }

    /// Fetches a file with what came of requests. A line that cannot be understood is passed over.
    pub async fn results(&self, file: &str, take: TakeResult<'_>) -> Result<(), ModelError> {
        let url = self.address.url(&format!("/files/{file}/content"));
        let take = std::cell::RefCell::new(take);
        self.patiently(true, async || {
            let mut line = |line: &str| {
                if let Some((name, said)) = self.result(line) {
                    (take.borrow_mut())(&name, said);
                }
            };
            self.wire.each_line(&url, self.address.headers(), &mut line).await
        })
        .await
    }

    /// Reads a line of results.
    fn result(&self, line: &str) -> Option<(String, Result<Reply, ModelError>)> {
        let line: Value = serde_json::from_str(line).ok()?;
        let name = line.get("custom_id")?.as_str()?.to_owned();
        Some((name, reply(&line).map_err(|fault| self.told(fault))))
    }

    async fn get(&self, path: &str) -> Result<Value, ModelError> {
        let url = self.address.url(path);
        self.patiently(true, async || {
            let text = self.wire.get(&url, self.address.headers()).await?;
            json_of(&text)
        })
        .await
    }

    async fn post(&self, path: &str, kind: &str, body: &str) -> Result<Value, Fault> {
        let text = self.wire.post(&self.address.url(path), self.address.headers(), kind, body).await?;
        json_of(&text)
    }

    /// Tries until it works, for as long as a call is tried; where the connection is lost, only if that is harmless.
    async fn patiently<T>(
        &self,
        harmless: bool,
        call: impl AsyncFn() -> Result<T, Fault>,
    ) -> Result<T, ModelError> {
        let calls = async {
            let mut patience = Patience::new(&self.settings);
            loop {
                self.gate.pass(&mut patience, &self.jitter).await?;
                match call().await {
                    Ok(result) => return Ok(result),
                    Err(Fault::Lost(error)) if !harmless => return Err(error),
                    Err(fault) => self.wait(fault, &mut patience).await?,
                }
            }
        };
        let late = ModelError::TimedOut { awaited: "end of the transfer", limit: HOUR };
        timeout(HOUR, calls).await.unwrap_or(Err(late))
    }

    /// Returns the id in an answer, if it is one that can be asked for again.
    fn id_of(&self, value: &Value) -> Result<String, ModelError> {
        let id = value.get("id").and_then(Value::as_str).filter(|id| is_id(id)).map(str::to_owned);
        id.ok_or_else(|| {
            self.told(match Refusal::of_json(200, value) {
                Some(refusal) => Fault::Refusal(refusal),
                None => Fault::not_a_reply("no id is in it"),
            })
        })
    }
}

/// Whether it can stand in an address: what a server says is not trusted with more.
fn is_id(id: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=MAX_ID).contains(&id.len()) && id.chars().all(fits)
}

fn json_of(text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|_| Fault::not_a_reply("text that is no JSON"))
}

/// Returns the first reason that a server gives for a failure.
fn reason(batch: &Value) -> String {
    let message = batch.pointer("/errors/data/0/message").and_then(Value::as_str);
    let message = message.map(str::to_owned).or_else(|| Some(Refusal::of_json(200, batch)?.message));
    message.unwrap_or_else(|| "no reason is given".to_owned())
}

/// Reads the reply in a line of results.
fn reply(line: &Value) -> Result<Reply, Fault> {
    if let Some(refusal) = Refusal::of_json(200, line) {
        return Err(Fault::Refusal(refusal));
    }
    let response = line.get("response").filter(|response| response.is_object());
    let response = response.ok_or(Fault::Final(ModelError::LeftOut))?;
    let body = response.get("body").cloned().unwrap_or_default();
    let status = response.get("status_code").and_then(Value::as_u64).unwrap_or_default();
    match u16::try_from(status).unwrap_or_default() {
        200 => Heard::whole(Answer::from(body)).map_err(Fault::Refusal)?.reply(),
        status => Err(Fault::Refusal(Refusal::of_body(status, &body.to_string(), None))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_lead_elsewhere() {
        for id in ["batch_abc-123", "file-X"] {
            assert!(is_id(id), "{id}");
        }
        for id in ["", "a/b", "..", "a?b", "a b", "é", &"a".repeat(129)] {
            assert!(!is_id(id), "{id}");
        }
    }

    #[test]
    fn the_reason_of_a_failure_is_found() {
        for (batch, expected) in [
            (json!({"errors": {"data": [{"message": "line 3 is odd"}]}}), "line 3 is odd"),
            (json!({"error": {"message": "no quota"}}), "no quota"),
            (json!({"errors": null}), "no reason is given"),
        ] {
            assert_eq!(reason(&batch), expected);
        }
    }

    #[test]
    fn a_line_of_results_is_a_reply_or_says_why_not() {
        let body = json!({"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]});
        let response = |status: u16, body: &Value| json!({"response": {"status_code": status, "body": body}});
        assert_eq!(reply(&response(200, &body)).unwrap().text, "yes");
        let refused = json!({"error": {"message": "too odd"}});
        for (line, expected) in [
            (response(400, &refused), "status 400"),
            (json!({"response": null, "error": {"code": "batch_expired", "message": "late"}}), "status 200"),
            (json!({}), "without an answer to it"),
            (response(200, &json!({})), "nothing of a model is in it"),
        ] {
            let fault = reply(&line).unwrap_err().to_string();
            assert!(fault.contains(expected), "{line}: {fault}");
        }
    }
}
