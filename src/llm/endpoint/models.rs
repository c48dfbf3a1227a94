//! The models that a server has.

use async_openai::config::Config;
use serde_json::Value;
use tokio::time::timeout;

use crate::llm::ModelError;
use crate::llm::endpoint::Endpoint;
use crate::llm::endpoint::fault::Fault;
use crate::llm::endpoint::refusal::Refusal;

impl Endpoint {
    /// Asks the server which models it has; returns their names in its order. It is asked once.
    ///
    /// The names are the server's words: not safe to print.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        let limit = self.settings.first_content;
        let late = Fault::Final(ModelError::TimedOut { awaited: "list of models", limit });
        timeout(limit, self.listed()).await.unwrap_or(Err(late)).map_err(|fault| self.told(fault))
    }

    async fn listed(&self) -> Result<Vec<String>, Fault> {
        let text = self.wire.get(&self.address.url("/models"), self.address.headers()).await?;
        let value: Value =
            serde_json::from_str(&text).map_err(|_| Fault::not_a_reply("text that is no JSON"))?;
        names(&value).ok_or_else(|| match Refusal::of_json(200, &value) {
            Some(refusal) => Fault::Refusal(refusal),
            None => Fault::not_a_reply("no list of models is in it"),
        })
    }
}

/// Finds the names: below `data`, as at OpenAI, or below `models`, or in a bare list.
fn names(value: &Value) -> Option<Vec<String>> {
    let list = [value.get("data"), value.get("models"), Some(value)]
        .into_iter()
        .flatten()
        .find_map(Value::as_array)?;
    let name = |model: &Value| {
        let names = [model.get("id"), model.get("name"), Some(model)];
        names.into_iter().flatten().find_map(Value::as_str).map(str::to_owned)
    };
    Some(list.iter().filter_map(name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        for (text, expected) in [
            (r#"{"object":"list","data":[{"id":"a","object":"model"},{"id":"b"}]}"#, Some(vec!["a", "b"])),
            (r#"{"models":[{"name":"a"},{"id":7}]}"#, Some(vec!["a"])),
            (r#"[{"id":"a"},"b"]"#, Some(vec!["a", "b"])),
            (r#"{"data":[]}"#, Some(vec![])),
            (r#"{"data":null,"error":"no"}"#, None),
        ] {
            let expected = expected.map(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(names(&serde_json::from_str(text).unwrap()), expected, "{text}");
        }
    }
}
