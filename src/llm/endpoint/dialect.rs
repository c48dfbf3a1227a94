//! What a server understands, as far as it has been found out.
//!
//! It begins with the best that servers offer. A refusal that names a parameter takes one step down, for good.

use crate::llm::ModelRequest;
use crate::llm::endpoint::refusal::Refusal;
use crate::llm::settings::{Settings, TokenParameter};

/// How JSON is asked for, from the best way down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rung {
    /// The server holds the model to the schema.
    #[default]
    Schema,
    /// The server holds the model to JSON, and to the schema where it knows that parameter.
    Object,
    /// The model is asked for it.
    Words,
}

/// What a server understands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) rung: Rung,
    /// `max_completion_tokens` instead of `max_tokens`.
    pub(super) completion_tokens: bool,
    /// No `temperature`.
    pub(super) fixed_temperature: bool,
    /// No `stream_options`.
    pub(super) no_stream_options: bool,
}

impl Dialect {
    pub(super) fn new(settings: &Settings) -> Self {
        let completion_tokens = settings.token_parameter == TokenParameter::MaxCompletionTokens;
        Self { completion_tokens, fixed_temperature: settings.temperature.is_none(), ..Self::default() }
    }

    /// Returns what may be understood after this refusal; `None` where it is about something else.
    pub(super) fn after(
        self,
        refusal: &Refusal,
        request: &ModelRequest,
        settings: &Settings,
    ) -> Option<Self> {
        let parameter = matches!(refusal.status, 400 | 422);
        let auto = settings.token_parameter == TokenParameter::Auto;
        if parameter
            && auto
            && !self.completion_tokens
            && refusal.names(&["max_tokens", "max_completion_tokens"])
        {
            return Some(Self { completion_tokens: true, ..self });
        }
        if parameter && !self.fixed_temperature && refusal.names(&["temperature"]) {
            return Some(Self { fixed_temperature: true, ..self });
        }
        if parameter && !self.no_stream_options && refusal.names(&["stream_options", "include_usage"]) {
            return Some(Self { no_stream_options: true, ..self });
        }
        // llama-cpp-python answers 500 to a form that it does not know.
        let shape = request.shape.is_some() && matches!(refusal.status, 400 | 404 | 422 | 500);
        let rung = match self.rung {
            Rung::Schema => Rung::Object,
            Rung::Object => Rung::Words,
            Rung::Words => return None,
        };
        (shape && refusal.names(&["response_format", "schema", "json"])).then_some(Self { rung, ..self })
    }

    /// Returns what both understand, where two calls have found out something at the same time.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            rung: self.rung.max(other.rung),
            completion_tokens: self.completion_tokens || other.completion_tokens,
            fixed_temperature: self.fixed_temperature || other.fixed_temperature,
            no_stream_options: self.no_stream_options || other.no_stream_options,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::Shape;

    fn request(shape: bool) -> ModelRequest {
        let shape = shape.then(|| Shape { name: "s".to_owned(), schema: serde_json::json!({}) });
        ModelRequest { messages: Vec::new(), shape, max_tokens: 10 }
    }

    /// Follows refusals down; returns what is left of the dialect, or nothing where one of them does not help.
    fn follow(settings: &Settings, shape: bool, refusals: &[(u16, &str)]) -> Option<Dialect> {
        refusals.iter().try_fold(Dialect::new(settings), |dialect, (status, message)| {
            let refusal = Refusal::of_body(*status, message, None);
            dialect.after(&refusal, &request(shape), settings)
        })
    }

    #[test]
    fn a_named_parameter_is_given_up_once() {
        let settings = Settings::new("http://localhost", "m");
        let start = Dialect::new(&settings);
        let tokens = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
        let temperature = "Unsupported value: 'temperature' does not support 0";
        let completion = Some(Dialect { completion_tokens: true, ..start });
        assert_eq!(follow(&settings, false, &[(400, tokens)]), completion);
        assert_eq!(follow(&settings, false, &[(400, tokens), (400, tokens)]), None);
        assert_eq!(follow(&settings, false, &[(500, tokens)]), None, "not a matter of parameters");
        let both = Some(Dialect { completion_tokens: true, fixed_temperature: true, ..start });
        assert_eq!(follow(&settings, false, &[(422, temperature), (400, tokens)]), both);
        let options = r#"{"error":{"message":"Unknown","param":"stream_options"}}"#;
        assert!(follow(&settings, false, &[(400, options)]).unwrap().no_stream_options);
        assert_eq!(follow(&settings, true, &[(400, "context length exceeded")]), None);

        let fixed = Settings { token_parameter: TokenParameter::MaxTokens, ..settings.clone() };
        assert_eq!(follow(&fixed, false, &[(400, tokens)]), None, "the user has chosen");
        let without = Settings { temperature: None, ..settings };
        assert_eq!(follow(&without, false, &[(400, temperature)]), None, "none was sent");
    }

    #[test]
    fn the_ladder_goes_down_two_rungs() {
        let settings = Settings::new("http://localhost", "m");
        let no = (500, "response_format: Input should be 'text' or 'json_object'");
        let rung = |refusals: &[(u16, &str)]| follow(&settings, true, refusals).map(|dialect| dialect.rung);
        assert_eq!(rung(&[no]), Some(Rung::Object));
        assert_eq!(rung(&[no, (400, "Unknown parameter: 'response_format.schema'")]), Some(Rung::Words));
        assert_eq!(rung(&[no, no, no]), None);
        assert_eq!(rung(&[(401, no.1)]), None);
        assert_eq!(follow(&settings, false, &[no]), None, "no JSON was asked for");
    }

    #[test]
    fn two_findings_hold_together() {
        let start = Dialect::default();
        let one = Dialect { rung: Rung::Object, fixed_temperature: true, ..start };
        let other = Dialect { rung: Rung::Words, completion_tokens: true, ..start };
        let both = Dialect { rung: Rung::Words, completion_tokens: true, fixed_temperature: true, ..start };
        assert_eq!(one.and(other), both);
    }
}
