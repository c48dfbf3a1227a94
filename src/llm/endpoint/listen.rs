//! Listening to a stream of events: words are handed on as they come, and silence is noticed.
//!
//! What counts is what the model says or thinks. Comments, empty pieces and other signs of life do not.

use std::time::Duration;

use async_openai::error::OpenAIError;
use async_openai::types::stream::StreamResponse;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use crate::llm::endpoint::answer::{Answer, Heard};
use crate::llm::endpoint::fault::{Fault, unwrapped};
use crate::llm::endpoint::lines::Overrun;
use crate::llm::settings::Settings;
use crate::llm::{ModelError, Reply};

/// How long it is waited, after the end of a reply, for the numbers that may follow.
const AFTERWORDS: Duration = Duration::from_secs(2);

/// Somebody who listens, and how patient they are.
pub(super) struct Listener<'a> {
    heard: &'a mut dyn FnMut(&str),
    first_content: Duration,
    idle: Duration,
    /// Until when something has to come.
    until: Instant,
    alive: bool,
}

impl<'a> Listener<'a> {
    /// Begins to wait for the first words.
    pub(super) fn new(settings: &Settings, heard: &'a mut dyn FnMut(&str)) -> Self {
        let (first_content, idle) = (settings.first_content, settings.content_idle);
        Self { heard, first_content, idle, until: after(first_content), alive: false }
    }

    /// Waits for something, as long as it is waited now.
    pub(super) async fn wait<T>(&self, what: impl Future<Output = T>) -> Result<T, Fault> {
        let (awaited, limit) = match self.alive {
            false => ("first word", self.first_content),
            true => ("further word", self.idle),
        };
        timeout_at(self.until, what).await.map_err(|_| Fault::Final(ModelError::TimedOut { awaited, limit }))
    }

    /// Listens to the end.
    pub(super) async fn listen(
        mut self,
        mut events: StreamResponse<Answer>,
        overrun: &Overrun,
    ) -> Result<Reply, Fault> {
        let mut heard = Heard::default();
        let fault = loop {
            match self.wait(events.next()).await {
                Ok(Some(Ok(answer))) => {
                    if let Err(fault) = self.take(answer, &mut heard) {
                        break fault;
                    }
                }
                // What is wrong after the end takes nothing from the reply.
                _ if heard.ended => return heard.reply(),
                Ok(None) => return heard.reply(),
                Ok(Some(Err(error))) if is_done(&error) => return heard.reply(),
                Ok(Some(Err(error))) => break stream_fault(error, overrun),
                Err(fault) => break fault,
            }
        };
        Err(match fault {
            Fault::Lost(ModelError::Cut { .. }) => Fault::Lost(ModelError::Cut { heard: heard.words }),
            fault => fault,
        })
    }

    fn take(&mut self, answer: Answer, heard: &mut Heard) -> Result<(), Fault> {
        if answer.alive {
            self.alive = true;
            self.until = after(self.idle);
        }
        if !answer.words.is_empty() {
            (self.heard)(&answer.words);
        }
        heard.add(answer).map_err(Fault::Refusal)?;
        if heard.ended {
            self.until = self.until.min(after(AFTERWORDS));
        }
        Ok(())
    }
}

fn after(wait: Duration) -> Instant {
    let now = Instant::now();
    // A year is for ever, and no clock overflows.
    now + wait.min(Duration::from_secs(365 * 86_400))
}

/// Whether it is the mark of the end, with white space that the client does not expect.
fn is_done(error: &OpenAIError) -> bool {
    matches!(error, OpenAIError::JSONDeserialize(_, text) if text.trim() == "[DONE]")
}

fn stream_fault(error: OpenAIError, overrun: &Overrun) -> Fault {
    match overrun.get() {
        Some(limit) => Fault::Final(ModelError::TooLong { limit: *limit }),
        // An event that cannot be read may have had words in it.
        None => match unwrapped(error) {
            Fault::Final(ModelError::NotAReply { .. }) => {
                Fault::Lost(ModelError::Cut { heard: String::new() })
            }
            fault => fault,
        },
    }
}
