//! What a server says when it refuses, in the many forms in which servers say it.

use std::time::Duration;

use serde_json::Value;

/// A refusal, as the server words it: not safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The HTTP status; one that stands in the words of a reply with status 200 goes before that.
    pub(super) status: u16,
    /// What it says, for people.
    pub(super) message: String,
    /// What it says besides: kind, code and the parameter that it is about.
    pub(super) details: String,
    /// How long it asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Refusal {
    /// Reads the body of a reply with a status that is none of success.
    pub(super) fn of_body(status: u16, body: &str, retry_after: Option<Duration>) -> Self {
        let said = serde_json::from_str(body).ok().and_then(|value: Value| Self::of_json(status, &value));
        let refusal = said.unwrap_or_else(|| Self { status, message: plain(body), ..Self::default() });
        Self { status, retry_after, ..refusal }
    }

    /// Reads the error in a reply, where it has one.
    ///
    /// `{"error": {...}}`, `{"error": "..."}`, a list of these, `{"detail": ...}` and `{"message": "..."}` are known.
    pub(super) fn of_json(status: u16, value: &Value) -> Option<Self> {
        let value = value.as_array().and_then(|list| list.first()).unwrap_or(value);
        let said = |it: &&Value| !(it.is_null() || **it == Value::Bool(false) || it.as_str() == Some(""));
        let error = ["error", "detail"].into_iter().filter_map(|key| value.get(key)).find(said);
        let error = error.or_else(|| value.get("message").is_some_and(Value::is_string).then_some(value))?;
        let error = error.as_array().and_then(|list| list.first()).unwrap_or(error);
        let code = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        let words = ["message", "msg", "error", "detail"];
        let message = error.as_str().or_else(|| words.iter().find_map(|key| error.get(key)?.as_str()));
        let details = ["type", "code", "param", "loc"].into_iter().filter_map(|key| error.get(key));
        Some(Self {
            status: code.filter(|code| (400..600).contains(code)).unwrap_or(status),
            message: message
                .filter(|text| !text.is_empty())
                .unwrap_or("an error without a message")
                .to_owned(),
            details: details.map(Value::to_string).collect::<Vec<_>>().join(" "),
            retry_after: None,
        })
    }

    /// Whether the account has nothing left, which no waiting changes.
    pub(super) fn is_about_money(&self) -> bool {
        self.status == 402
            || ["insufficient_quota", "billing_"].iter().any(|word| self.details.contains(word))
    }

    /// Whether the same request may succeed later.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self.status, 408 | 409 | 429 | 500..=599) && !self.is_about_money()
    }

    /// Whether the server names one of these words.
    pub(super) fn names(&self, words: &[&str]) -> bool {
        let said = format!("{} {}", self.message, self.details).to_lowercase();
        words.iter().any(|word| said.contains(word))
    }
}

/// Returns what people can read of a body that is no JSON.
fn plain(body: &str) -> String {
    let body = body.trim();
    if body.is_empty() {
        return "no reason is given".to_owned();
    }
    if !body.starts_with('<') {
        return body.to_owned();
    }
    let title = body.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    match title {
        Some((title, _)) => format!("a web page, \"{}\"", title.trim()),
        None => "a web page".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, status: u16, message: &str, names: &str) {
        let refusal = Refusal::of_body(400, body, None);
        assert_eq!((refusal.status, refusal.message.as_str()), (400, message), "{body}");
        assert!(refusal.names(&[names]), "{body}: {refusal:?}");
        if let Ok(value) = serde_json::from_str(body) {
            let in_reply = Refusal::of_json(200, &value).map(|refusal| refusal.status);
            assert_eq!(in_reply.unwrap_or(200), status, "{body}");
        }
    }

    #[test]
    fn every_form_is_read() {
        check(
            r#"{"error":{"message":"no","type":"t","param":"max_tokens","code":null}}"#,
            200,
            "no",
            "max_tokens",
        );
        check(r#"{"error":{"code":503,"message":"Loading model"}}"#, 503, "Loading model", "503");
        check(r#"{"error":{"code":"x_1","message":"no"}}"#, 200, "no", "x_1");
        check(r#"{"error":"model \"x\" not found"}"#, 200, "model \"x\" not found", "x");
        check(r#"[{"error":{"code":429,"message":"slow down"}}]"#, 429, "slow down", "slow");
        check(r#"{"detail":"Not Found"}"#, 200, "Not Found", "not found");
        let list = r#"{"detail":[{"loc":["body","response_format"],"msg":"Input should be 'text'"}]}"#;
        check(list, 200, "Input should be 'text'", "response_format");
        check(r#"{"object":"error","message":"no","code":40303}"#, 200, "no", "40303");
        check(r#"{"error":{}}"#, 200, "an error without a message", "without");
        check(r#"{"error":null,"detail":"no"}"#, 200, "no", "no");
        check("", 200, "no reason is given", "reason");
        check("upstream timed out\n", 200, "upstream timed out", "upstream");
        check("<html><head><title> 502 Bad Gateway </title>", 200, "a web page, \"502 Bad Gateway\"", "502");
        check("<!doctype html>", 200, "a web page", "page");
        check(r#"{"choices":[]}"#, 200, r#"{"choices":[]}"#, "choices");
    }

    #[test]
    fn what_may_pass_is_known() {
        for status in [408, 409, 429, 500, 502, 503, 504, 529] {
            assert!(Refusal { status, ..Refusal::default() }.may_pass(), "{status}");
        }
        for status in [200, 307, 400, 401, 402, 403, 404, 413, 422] {
            assert!(!Refusal { status, ..Refusal::default() }.may_pass(), "{status}");
        }
        let quota = Refusal::of_body(429, r#"{"error":{"message":"x","code":"insufficient_quota"}}"#, None);
        assert!(!quota.may_pass());
    }
}
