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
    #[error("no {awaited} within {} s; try again, or allow more time", .limit.as_secs_f32())]
    TimedOut {
        /// What was waited for, as in `first word`.
        awaited: &'static str,
        /// How long.
        limit: Duration,
    },
    /// The server asks to come back later than we are willing to wait, or more often than we try.
    #[error("the server is busy (status {status}){}; try again later", asks(*.retry_after))]
    Busy {
        /// The HTTP status.
        status: u16,
        /// How long it asks to wait, where it says.
        retry_after: Option<Duration>,
    },
    /// The server refuses, and would again.
    #[error("the server refuses (status {status}): {message}; {}", advice(*.status))]
    Refused {
        /// The HTTP status; 200 where the error came in a reply that names no other.
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
    #[error("the server's answer is longer than {limit} bytes; try again, or take another model")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
    /// The reply stopped in the middle.
    #[error("the reply was cut off; try again")]
    Cut {
        /// What came before.
        heard: String,
    },
    /// The reply ended, but not because it was done.
    #[error("the reply is not complete: {}; {}", why(.0), remedy(.0))]
    Incomplete(Incomplete),
    /// The session's tokens are used up.
    #[error("the budget of {budget} tokens is used up")]
    OverBudget {
        /// The most tokens that a session may take.
        budget: u64,
    },
    /// A batch came back without it.
    #[error("the batch came back without an answer to it; try again")]
    LeftOut,
    /// The candidate interrupted it.
    #[error("interrupted")]
    Interrupted,
    /// The script has nothing for this request.
    #[error("the script has no reply left")]
    ScriptOver,
}

/// Returns how long the server asks to wait, in the largest unit that says enough.
fn asks(retry_after: Option<Duration>) -> String {
    match retry_after.map(|wait| wait.as_secs_f32().ceil() as u64) {
        None => String::new(),
        Some(seconds @ 0..=300) => format!(" and asks to wait {seconds} s"),
        Some(seconds @ 301..=18_000) => format!(" and asks to wait {} min", seconds.div_ceil(60)),
        Some(seconds @ 18_001..=360_000) => format!(" and asks to wait {} h", seconds.div_ceil(3600)),
        Some(_) => " and asks to wait for days".to_owned(),
    }
}

/// Returns what to do about a refusal.
fn advice(status: u16) -> &'static str {
    match status {
        300..=399 => "use the address that it means as the base URL",
        401 | 403 => "check the key",
        402 | 429 => "check what the account has left at the provider",
        404 => "check the model's name and the base URL, which often ends in `/v1`",
        400..=499 => "check the model and its settings",
        500..=599 => "try again later, or look into the server's log",
        _ => "try again, or take another model",
    }
}

fn why(incomplete: &Incomplete) -> String {
    match incomplete {
        Incomplete::Length => "it reached the most tokens that were allowed".to_owned(),
        Incomplete::Filtered => "the provider's filter stopped it".to_owned(),
        Incomplete::Refused => "the model refused".to_owned(),
        Incomplete::ToolCall => "the model wanted to call a tool".to_owned(),
        Incomplete::Empty => "it had no words".to_owned(),
        Incomplete::Other(reason) => format!("it ended for the reason `{reason}`"),
    }
}

fn remedy(incomplete: &Incomplete) -> &'static str {
    match incomplete {
        Incomplete::Length => "allow more tokens, or take another model",
        Incomplete::Empty | Incomplete::Other(_) => "try again, or take another model",
        Incomplete::Filtered | Incomplete::Refused | Incomplete::ToolCall => "take another model",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_told_in_a_fitting_unit() {
        for (seconds, expected) in [
            (1, " and asks to wait 1 s"),
            (300, " and asks to wait 300 s"),
            (301, " and asks to wait 6 min"),
            (86_400, " and asks to wait 24 h"),
            (u64::MAX, " and asks to wait for days"),
        ] {
            assert_eq!(asks(Some(Duration::from_secs(seconds))), expected);
        }
        assert_eq!(asks(Some(Duration::from_millis(20))), " and asks to wait 1 s");
        let busy = ModelError::Busy { status: 429, retry_after: None };
        assert_eq!(busy.to_string(), "the server is busy (status 429); try again later");
    }
}
