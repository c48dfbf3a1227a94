//! What can go wrong with one request, told apart by what can be done about it.

use std::error::Error;
use std::fmt;

use async_openai::error::OpenAIError;

use crate::llm::ModelError;
use crate::llm::endpoint::refusal::Refusal;

/// What went wrong with one request.
#[derive(Debug)]
pub(super) enum Fault {
    /// The server refuses. Its words tell whether other parameters, or another try, may help.
    Refusal(Refusal),
    /// The connection failed. Another try may help.
    Lost(ModelError),
    /// Another try would bring the same, or would repeat what has been handed on.
    Final(ModelError),
}

impl Fault {
    /// Returns the fault for an answer that is none of a model.
    pub(super) fn not_a_reply(what: &str) -> Self {
        Self::Final(ModelError::NotAReply { what: what.to_owned() })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(refusal) => write!(f, "status {}", refusal.status),
            Self::Lost(error) | Self::Final(error) => error.fmt(f),
        }
    }
}

impl Error for Fault {}

/// Hands a fault through the client; `unwrapped` takes it out at the other side.
impl From<Fault> for OpenAIError {
    fn from(fault: Fault) -> Self {
        Self::Boxed(Box::new(fault))
    }
}

/// Takes a fault out of what the client made of it.
pub(super) fn unwrapped(error: OpenAIError) -> Fault {
    match error {
        OpenAIError::Boxed(error) => match error.downcast::<Fault>() {
            Ok(fault) => *fault,
            Err(_) => Fault::not_a_reply("the client has no name for it"),
        },
        OpenAIError::JSONDeserialize(error, _) if error.is_eof() => {
            Fault::Lost(ModelError::Cut { heard: String::new() })
        }
        OpenAIError::JSONDeserialize(..) => Fault::not_a_reply("text that is no JSON"),
        OpenAIError::InvalidArgument(_) => Fault::not_a_reply("the request could not be written"),
        _ => Fault::Lost(ModelError::Cut { heard: String::new() }),
    }
}
