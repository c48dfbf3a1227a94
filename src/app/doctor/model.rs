//! Whether the language model that is set up can be used: it is reached, listed, and tried twice.

use std::time::Instant;

use serde_json::{Value, json};

use super::{Checked, Line};
use crate::app::config::Config;
use crate::app::judging::block_on;
use crate::error::Failure;
use crate::llm::endpoint::Endpoint;
use crate::llm::json_in_text::extract;
use crate::llm::{Message, Model, ModelError, ModelRequest, Reply, Shape, Speaker};

/// Names of models that are shown.
const SHOWN: usize = 20;
/// The most tokens of a reply that is only a try.
const TRIAL_TOKENS: u32 = 400;

/// Tries the model that is set up.
pub(super) fn check(config: &Config<'_>) -> Result<Checked, Failure> {
    let settings = config.settings()?;
    let wanted = settings.model.clone();
    let endpoint = Endpoint::new(settings).map_err(|error| Failure::new(error.to_string()))?;
    let mut lines: Vec<Line> = endpoint
        .warnings()
        .iter()
        .map(|warning| Line { what: "encryption", found: Err(warning.to_string()) })
        .collect();
    block_on(async {
        let models = endpoint.models().await;
        let unreachable = matches!(models, Err(ModelError::Unreachable { .. }));
        lines.push(Line { what: "models", found: listed(models, &wanted) });
        if unreachable {
            return;
        }
        lines.push(Line { what: "structured", found: structured(&endpoint).await });
        lines.push(Line { what: "stream", found: streamed(&endpoint).await });
    })?;
    Ok(Checked { lines })
}

fn listed(models: Result<Vec<String>, ModelError>, wanted: &str) -> Result<String, String> {
    let mut names = match models {
        Ok(names) => names,
        // Some servers have no list, and are well.
        Err(ModelError::Refused { status: 404 | 405, .. }) => return Ok("the server has no list".to_owned()),
        Err(error) => return Err(error.to_string()),
    };
    if !names.iter().any(|name| name == wanted) {
        let all = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(format!("the server has no model `{wanted}`; it has {all}"));
    }
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Ok(format!("{}{more}", names.join(", ")))
}

fn request(words: &str, shape: Option<Shape>) -> ModelRequest {
    let messages = vec![
        Message { speaker: Speaker::System, text: "You answer in as few words as you can.".to_owned() },
        Message { speaker: Speaker::User, text: words.to_owned() },
    ];
    ModelRequest { messages, shape, max_tokens: TRIAL_TOKENS }
}

/// Asks for a small object and looks whether it is one.
async fn structured(endpoint: &Endpoint) -> Result<String, String> {
    let schema = json!({
        "type": "object",
        "properties": {"reason": {"type": "string"}, "verdict": {"type": "string", "enum": ["hit", "missed"]}},
        "required": ["reason", "verdict"],
        "additionalProperties": false,
    });
    let shape = Shape { name: "verdict".to_owned(), schema };
    let words = "Does the sentence \"A cache keeps hot data in memory\" say that a cache keeps data in memory? \
                 Reply as JSON with a short `reason` and the `verdict`, `hit` or `missed`.";
    let before = Instant::now();
    let reply = endpoint.complete(&request(words, Some(shape))).await.map_err(|error| error.to_string())?;
    let object: Option<Value> = extract(&reply.text).and_then(|text| serde_json::from_str(text).ok());
    match object.as_ref().and_then(|object| object.get("verdict")?.as_str()) {
        Some("hit" | "missed") => Ok(taken("a verdict", before, &reply)),
        _ => Err("the reply is not the JSON that was asked for; a larger model may do better".to_owned()),
    }
}

/// Asks for a few words as they come.
async fn streamed(endpoint: &Endpoint) -> Result<String, String> {
    let before = Instant::now();
    let (mut pieces, mut first) = (0, None);
    let mut heard = |_: &str| {
        pieces += 1;
        first.get_or_insert_with(|| before.elapsed());
    };
    let request = request("Greet a candidate for a job in one sentence.", None);
    let reply = endpoint.stream(&request, &mut heard).await.map_err(|error| error.to_string())?;
    let first = first.map_or(0, |first| first.as_millis());
    Ok(format!("{}, {pieces} pieces, the first after {first} ms", taken("words", before, &reply)))
}

fn taken(what: &str, before: Instant, reply: &Reply) -> String {
    let tokens = reply.usage.input + reply.usage.output;
    format!("{what} after {} ms, {tokens} tokens", before.elapsed().as_millis())
}
