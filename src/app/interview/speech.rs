//! What the interviewer says: words as they are found, checked and recorded, and the pack's own behind them where
//! they are not enough.

use std::io;

use super::secret::secret;
use super::{Driver, Fatal};
use crate::domain::said::{Occasion, Said};
use crate::domain::transcript::{Event, TurnKind};
use crate::interviewer::{Interrupt, Moment, SpeechError};
use crate::llm::ModelError;
use crate::session::{Effect, step};
use crate::ui;
use crate::ui::prompt::interrupted;
use crate::ui::style::Role;
use crate::ui::voice::{Ending, Voice};

impl Driver<'_> {
    /// Asks what there is to ask in a turn.
    pub(super) async fn ask(&mut self, index: usize) -> Result<(), Fatal> {
        self.show_head(index)?;
        if self.say(Occasion::Asking).await? {
            self.show_question(index)?;
        }
        Ok(writeln!(self.out)?)
    }

    /// Tells the change of requirements.
    pub(super) async fn tell_twist(&mut self) -> Result<(), Fatal> {
        ui::ask::heading(self.out, self.screen, ui::ask::Heading::Twist)?;
        if self.say(Occasion::Twist).await? {
            self.show_twist()?;
        }
        Ok(())
    }

    /// Answers what was asked back.
    pub(super) async fn clarify(&mut self, index: usize) -> Result<(), Fatal> {
        // What was typed is on record now, and no draft of an answer any more.
        self.journal.borrow_mut().save_draft(&self.draft);
        self.echo_inquiry(index)?;
        writeln!(self.out)?;
        if self.say(Occasion::Clarifying).await? {
            self.notice(NOBODY_ANSWERS)?;
        }
        Ok(writeln!(self.out)?)
    }

    /// Takes leave of the candidate.
    pub(super) async fn close(&mut self) -> Result<(), Fatal> {
        if self.interviewer.converses() {
            writeln!(self.out)?;
            self.say(Occasion::Closing).await?;
        }
        Ok(())
    }

    /// Says something in the interviewer's own words, or repeats what was said before the candidate left; returns
    /// whether the pack's own words are still needed.
    async fn say(&mut self, occasion: Occasion) -> Result<bool, Fatal> {
        let before = self.session.transcript().turns.last().and_then(|turn| turn.said_on(occasion)).cloned();
        if let Some(said) = before {
            let mut voice = Voice::new(self.out, self.screen, role(occasion), self.watched);
            voice.say(&said.text)?;
            voice.end(ending(&said))?;
            return Ok(said.authored);
        }
        match self.speak(occasion).await? {
            Some(said) => {
                let needed = said.authored || (said.text.is_empty() && occasion == Occasion::Clarifying);
                self.keep(said)?;
                Ok(needed)
            }
            None => Ok(true),
        }
    }

    /// Lets the interviewer speak, and tells what went wrong.
    async fn speak(&mut self, occasion: Occasion) -> Result<Option<Said>, Fatal> {
        // What leads up to it is shown, however long it is until a word comes.
        self.out.flush()?;
        let transcript = self.session.transcript();
        let secret =
            self.interviewer.converses().then(|| secret(self.offline, transcript, occasion)).flatten();
        let gives_away = |text: &str| secret.as_ref().is_some_and(|secret| secret.is_told_by(text));
        let mut voice = Voice::new(self.out, self.screen, role(occasion), self.watched);
        let mut written = Ok(());
        let mut heard = |words: &str| {
            if written.is_ok() {
                written = voice.say(words);
            }
        };
        let moment = Moment { occasion, transcript, gives_away: &gives_away };
        let spoken = self.interviewer.speak(moment, &mut heard, interrupt(self.has_keys)).await;
        drop(secret);
        written?;
        if let Some(said) = &spoken.said {
            voice.end(ending(said))?;
        }
        if let Some(error) = spoken.failure {
            self.tell_failure(&error)?;
        }
        Ok(spoken.said)
    }

    /// Says once that the interviewer has no words of its own, and why.
    fn tell_failure(&mut self, error: &SpeechError) -> io::Result<()> {
        // That the budget is used up is another thing than that the model has failed before.
        let spent = matches!(error, SpeechError::Model(ModelError::OverBudget { .. }));
        let told = if spent { &mut self.told.spent } else { &mut self.told.failed };
        if std::mem::replace(told, true) {
            return Ok(());
        }
        let until = if spent { "from here on" } else { "where that happens" };
        self.notice(&format!("The interviewer: {error}. The pack's own words ask {until}."))
    }

    /// Puts on record what was said, before anything else is done.
    fn keep(&mut self, said: Said) -> Result<(), Fatal> {
        let at = self.clock.elapsed();
        for effect in step(&mut self.session, Event::Said { said, at }) {
            if let Effect::Record(event) = effect {
                self.record(event)?;
            }
        }
        Ok(())
    }

    /// Writes what kind of thing is asked in a turn.
    fn show_head(&mut self, index: usize) -> io::Result<()> {
        let transcript = self.session.transcript();
        let Some(turn) = transcript.turns.get(index) else { return Ok(()) };
        let Some(planned) = transcript.question_of(turn) else { return Ok(()) };
        let question = turn.question + 1;
        let heading = match &turn.kind {
            TurnKind::Question => {
                let topic = planned.question.id.topic();
                let place = ui::ask::Place {
                    number: question,
                    count: transcript.plan.questions.len(),
                    topic: self.topics.get(&topic).map_or(topic.as_str(), String::as_str),
                    left: self.session.time_left(self.clock.elapsed()),
                };
                return ui::ask::place(self.out, self.screen, &place, planned);
            }
            TurnKind::Probe { .. } => {
                let probes = transcript
                    .turns_of(turn.question)
                    .filter(|(at, turn)| *at <= index && matches!(turn.kind, TurnKind::Probe { .. }));
                ui::ask::Heading::Probe { number: probes.count(), question }
            }
            TurnKind::Retry => ui::ask::Heading::Retry { question },
        };
        ui::ask::heading(self.out, self.screen, heading)
    }

    fn echo_inquiry(&mut self, index: usize) -> io::Result<()> {
        let turn = self.session.transcript().turns.get(index).filter(|_| self.echoes);
        match turn.and_then(|turn| turn.inquiries.last()) {
            Some(inquiry) => ui::ask::answer(self.out, self.screen, &inquiry.text),
            None => Ok(()),
        }
    }
}

/// What is told where nobody answers what is asked back.
pub(super) const NOBODY_ANSWERS: &str =
    "Nobody answers that here; /design shows what is known. Assume the rest, and say what you assume.";

/// What was told already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    /// That a model failed.
    failed: bool,
    /// That the budget is used up.
    spent: bool,
    /// That what is nothing but a question is no answer.
    pub(super) inquiry: bool,
}

fn role(occasion: Occasion) -> Role {
    match occasion {
        Occasion::Asking | Occasion::Twist => Role::Heading,
        Occasion::Clarifying | Occasion::Closing => Role::Plain,
    }
}

fn ending(said: &Said) -> Ending {
    match said.cut {
        true => Ending::CutOff,
        false if said.leaks > 0 => Ending::Anew,
        false => Ending::Whole,
    }
}

/// Ends when Ctrl-C is pressed, where there is a keyboard. Elsewhere Ctrl-C ends the program; all is on disk.
pub(super) fn interrupt<'a>(has_keys: bool) -> Interrupt<'a> {
    if has_keys { Box::pin(interrupted()) } else { Box::pin(std::future::pending()) }
}
