//! The interviewer that asks a language model for its words, and lets through only what gives nothing away.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use serde_json::json;

use super::guard::{Guard, Stop};
use super::telling::Telling;
use super::{Interrupt, Interviewer, Moment, Speech, SpeechError, Spoken};
use crate::domain::exchange::Tokens;
use crate::domain::hash::ContentHash;
use crate::domain::said::{Occasion, Said};
use crate::domain::words::Persona;
use crate::llm::prompt::{Prompt, PromptError, Prompts};
use crate::llm::thoughts::Aloud;
use crate::llm::{Message, Model, ModelError, ModelRequest, Reply, Speaker};

/// The most tokens of a reply. Eighty words are asked for; the rest is for models that think aloud.
const MAX_TOKENS: u32 = 1024;

/// Asks a model for its words.
pub struct LlmInterviewer<'m> {
    model: Rc<dyn Model + 'm>,
    prompts: Rc<Prompts>,
    persona: Persona,
}

/// How a call came to its end.
enum End {
    Replied(Result<Reply, ModelError>),
    Stopped(Stop),
    Interrupted,
}

impl<'m> LlmInterviewer<'m> {
    /// Makes an interviewer of this tone.
    #[must_use]
    pub fn new(model: Rc<dyn Model + 'm>, prompts: Rc<Prompts>, persona: Persona) -> Self {
        Self { model, prompts, persona }
    }

    async fn say(&self, moment: Moment<'_>, heard: &mut dyn FnMut(&str), interrupt: Interrupt<'_>) -> Spoken {
        let request = match self.request(&moment) {
            Ok(request) => request,
            Err(error) => return Spoken { said: None, failure: Some(error.into()) },
        };
        let guard = RefCell::new(Guard::new(moment.gives_away, heard));
        let end = self.listen(&request, &guard, interrupt).await;
        let text = guard.into_inner().into_shown();
        let (leaks, tokens, failure) = match end {
            End::Stopped(Stop::Leak) => (1, Tokens::default(), None),
            End::Stopped(Stop::TooLong) | End::Interrupted => (0, Tokens::default(), None),
            End::Replied(Ok(reply)) => {
                let Reply { usage, .. } = reply;
                return self.whole(
                    moment.occasion,
                    text,
                    Tokens { input: usage.input, output: usage.output },
                );
            }
            End::Replied(Err(error)) => (0, Tokens::default(), Some(SpeechError::Model(error))),
        };
        // Where nothing came and nothing was withheld, there is nothing to record.
        let nothing = text.is_empty() && leaks == 0;
        let said = Said {
            occasion: moment.occasion,
            text,
            authored: has_wording(moment.occasion),
            leaks,
            cut: leaks == 0,
            tokens,
            model: self.model.name().to_owned(),
            prompt: self.fingerprint(),
        };
        Spoken { said: (!nothing).then_some(said), failure }
    }

    /// Takes a reply that came to its end.
    fn whole(&self, occasion: Occasion, text: String, tokens: Tokens) -> Spoken {
        let said = Said {
            occasion,
            // A question that asks nothing is asked once more.
            authored: match occasion {
                Occasion::Asking => !text.contains(['?', '？']),
                Occasion::Twist => text.is_empty(),
                Occasion::Clarifying | Occasion::Closing => false,
            },
            text,
            leaks: 0,
            cut: false,
            tokens,
            model: self.model.name().to_owned(),
            prompt: self.fingerprint(),
        };
        Spoken { said: Some(said), failure: None }
    }

    /// Listens until the reply has ended, something is wrong with it, or enough was heard.
    async fn listen(
        &self,
        request: &ModelRequest,
        guard: &RefCell<Guard<'_>>,
        mut interrupt: Interrupt<'_>,
    ) -> End {
        let mut aloud = Aloud::default();
        let mut hear = |piece: &str| guard.borrow_mut().hear(&aloud.hear(piece));
        let mut call = self.model.stream(request, &mut hear);
        let end = poll_fn(|cx| {
            let replied = call.as_mut().poll(cx).map(End::Replied);
            if let Some(stop) = guard.borrow().stopped() {
                return Poll::Ready(End::Stopped(stop));
            }
            match replied {
                Poll::Pending => interrupt.as_mut().poll(cx).map(|()| End::Interrupted),
                replied => replied,
            }
        })
        .await;
        drop(call);
        if let End::Replied(Ok(_)) = &end {
            let mut guard = guard.borrow_mut();
            guard.hear(&aloud.end());
            guard.end();
            if let Some(stop) = guard.stopped() {
                return End::Stopped(stop);
            }
        }
        end
    }

    fn request(&self, moment: &Moment<'_>) -> Result<ModelRequest, PromptError> {
        let persona = self.prompts.render(self.tone(), &json!({}))?;
        let system = self.prompts.render(Prompt::Interviewer, &json!({ "persona": persona }))?;
        let user = self.prompts.render(Prompt::InterviewerMoment, &Telling::of(moment))?;
        Ok(ModelRequest {
            messages: vec![
                Message { speaker: Speaker::System, text: system },
                Message { speaker: Speaker::User, text: user },
            ],
            shape: None,
            max_tokens: MAX_TOKENS,
        })
    }

    fn tone(&self) -> Prompt {
        match self.persona {
            Persona::Friendly => Prompt::PersonaFriendly,
            Persona::Neutral => Prompt::PersonaNeutral,
            Persona::Tough => Prompt::PersonaTough,
        }
    }

    fn fingerprint(&self) -> ContentHash {
        self.prompts.hash(&[Prompt::Interviewer, Prompt::InterviewerMoment, self.tone()])
    }
}

/// Whether the pack has words of its own for it.
fn has_wording(occasion: Occasion) -> bool {
    match occasion {
        Occasion::Asking | Occasion::Twist => true,
        Occasion::Clarifying | Occasion::Closing => false,
    }
}

impl Interviewer for LlmInterviewer<'_> {
    fn converses(&self) -> bool {
        true
    }

    fn speak<'a>(
        &'a self,
        moment: Moment<'a>,
        heard: &'a mut dyn FnMut(&str),
        interrupt: Interrupt<'a>,
    ) -> Speech<'a> {
        Box::pin(self.say(moment, heard, interrupt))
    }
}

#[cfg(test)]
mod tests;
