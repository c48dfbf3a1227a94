//! Language models: a request in, a reply out, by one path.
//!
//! What is asked of a model and what its words are worth is decided by [`crate::grader`]; here it is only reached.
//! A [`Model`] is a server ([`endpoint`]) or a file of replies ([`scripted`]).

#[cfg(feature = "llm")]
pub mod endpoint;
mod error;
pub mod fence;
pub mod json_in_text;
pub mod metered;
pub mod prompt;
pub mod provider;
pub(crate) mod sample;
pub mod scripted;
pub mod settings;
pub mod thoughts;

use std::future::Future;
use std::pin::Pin;

pub use error::{Incomplete, ModelError};

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// We, to the model: what it is to do.
    System,
    /// The candidate, or we on their behalf.
    User,
    /// The model, earlier in the conversation.
    Assistant,
}

impl Speaker {
    /// Returns the word for it in the protocol.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Assistant => "assistant",
        }
    }
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who says it.
    pub speaker: Speaker,
    /// What is said.
    pub text: String,
}

/// The JSON that a reply has to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its name: letters, digits, `_` and `-`, at most 64.
    pub name: String,
    /// A JSON schema in the strict subset: every property required, no additional ones, no `format` nor bounds.
    pub schema: serde_json::Value,
}

/// What is asked of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRequest {
    /// The conversation; what is the same in every call comes first, for caches of prefixes.
    pub messages: Vec<Message>,
    /// The JSON that is wanted, where it is JSON.
    ///
    /// A server that has no schemas is asked in other ways, so that the reply has to be checked all the same.
    pub shape: Option<Shape>,
    /// The most tokens that the reply may have.
    pub max_tokens: u32,
}

/// What a call took, in tokens; 0 where the server does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Tokens sent.
    pub input: u64,
    /// Tokens received.
    pub output: u64,
}

/// A whole reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The model's words, untouched: not safe to print.
    pub text: String,
    /// What it took, all tries together.
    pub usage: Usage,
}

/// What a model is doing when it has not answered yet.
pub type ModelFuture<'a> = Pin<Box<dyn Future<Output = Result<Reply, ModelError>> + 'a>>;

/// Answers requests. A reply is whole, or it is an error.
pub trait Model {
    /// Returns the model's name, as the provider has it.
    fn name(&self) -> &str;

    /// Returns a request as it would be sent, for people to see.
    fn preview(&self, request: &ModelRequest) -> serde_json::Value {
        let said = |message: &Message| {
            let role = message.speaker.role();
            serde_json::json!({"role": role, "content": message.text})
        };
        serde_json::json!({
            "model": self.name(),
            "messages": request.messages.iter().map(said).collect::<Vec<_>>(),
            "max_tokens": request.max_tokens,
            "schema": request.shape.as_ref().map(|shape| &shape.schema),
        })
    }

    /// Asks for a reply in one piece.
    fn complete<'a>(&'a self, request: &'a ModelRequest) -> ModelFuture<'a>;

    /// Asks for a reply, and hands its words on as they come.
    ///
    /// What was handed on before an error is not a reply; [`ModelError::Cut`] has it.
    fn stream<'a>(&'a self, request: &'a ModelRequest, heard: &'a mut dyn FnMut(&str)) -> ModelFuture<'a>;
}
