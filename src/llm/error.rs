//! Why a model gave no reply, in words for people.

use std::time::Duration;

/// Why a reply is not whole, though the server ended it in good order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete {
    /// It reached the most tokens allowed.
    Length,
    /// The provider's filter stopped it.
    Filtered,
    /// The model refused.
    Refused,
    /// The model wanted to call a tool.
    ToolCall,
    /// It had no words.
    Empty,
    /// Another reason, as the server names it; cleaned and short.
    Other(String),
}

/// Why a model gave no reply.
///
/// Texts that come from a server are cut to 300 characters, cleaned of control characters, and free of the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The server cannot be reached.
    #[error("cannot reach {host}: {reason}; check that it runs and that the base URL is right")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// The server was too slow.
    #[error("no {awaited} within {} s", .limit.as_secs_f32())]
    TimedOut {
        /// What was waited for, as in `first word`.
        awaited: &'static str,
        /// How long.
        limit: Duration,
    },
    /// The server asks to come back later than we are willing to wait, or more often than we try.
    #[error("the server is busy (status {status}); try later")]
    Busy {
        /// The HTTP status.
        status: u16,
        /// How long it asks to wait, where it says.
        retry_after: Option<Duration>,
    },
    /// The server refuses, and would again.
    #[error("the server refuses (status {status}): {message}")]
    Refused {
        /// The HTTP status; 200 where the error came in a reply.
        status: u16,
        /// What it says.
        message: String,
    },
    /// The server answered with something that is no reply of a model.
    #[error("the server's answer is no reply of a model: {what}; check the base URL")]
    NotAReply {
        /// What it is instead.
        what: String,
    },
    /// The server sent more than we take.
    #[error("the server's answer is longer than {limit} bytes")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
    /// The reply stopped in the middle.
    #[error("the reply was cut off")]
    Cut {
        /// What came before.
        heard: String,
    },
    /// The reply ended, but not because it was done.
    #[error("the reply is not complete: {}", why(.0))]
    Incomplete(Incomplete),
    /// The session's tokens are used up.
    #[error("the budget of {budget} tokens is used up")]
    OverBudget {
        /// The most tokens that a session may take.
        budget: u64,
    },
    /// The candidate interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// The script has nothing for this request.
    #[error("the script has no reply left")]
    ScriptOver,
}

fn why(incomplete: &Incomplete) -> &str {
    match incomplete {
        Incomplete::Length => "it reached the most tokens that were allowed",
        Incomplete::Filtered => "the provider's filter stopped it",
        Incomplete::Refused => "the model refused",
        Incomplete::ToolCall => "the model wanted to call a tool",
        Incomplete::Empty => "it had no words",
        Incomplete::Other(reason) => reason,
    }
}
