//! The driver: carries the engine's effects out and feeds events back. There is no second loop.

mod input;
mod secret;
mod show;
mod speech;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use super::clock::Clock;
use super::context::Context;
use super::journal::{Fatal, Journal};
use super::judging::{Judging, block_on};
use crate::content::Catalog;
use crate::domain::exchange::Fallback;
use crate::domain::grade::{Flag, Grade, Outcome};
use crate::domain::id::TopicId;
use crate::domain::transcript::{Event, Turn};
use crate::domain::words::Feedback;
use crate::error::{DONE, Failure, INTERRUPTED};
use crate::grader::rubric::RubricGrader;
use crate::grader::{GradeRequest, Grader};
use crate::interviewer::{Interrupt, Interviewer, is_inquiry};
use crate::session::{Effect, MAX_INQUIRIES, Refusal, Session, Stage, step};
use crate::ui;
use crate::ui::command::Command;
use crate::ui::prompt::editor::Editor;
use crate::ui::prompt::{Input, Request, Typed};
use input::Notices;
pub(super) use input::Source;
use speech::{NOBODY_ANSWERS, Told, interrupt};

/// Earlier answers that the Up key brings back.
const REMEMBERED: usize = 50;

/// A round to be driven.
pub(super) struct Round {
    /// The session, at its beginning or where it stopped.
    pub(super) session: Session,
    /// Its record.
    pub(super) journal: Journal,
    /// Where answers come from.
    pub(super) answers: Source,
    /// Who judges them.
    pub(super) judging: Judging,
    /// Who asks.
    pub(super) interviewer: Rc<dyn Interviewer>,
}

/// Drives a round until it is over or the candidate leaves; returns the exit code.
pub(super) fn drive(context: &mut Context<'_>, catalog: &Catalog, round: Round) -> Result<u8, Failure> {
    let Round { session, journal, answers, judging, interviewer } = round;
    let fixed = context.fixed_time().is_some();
    let clock = Clock::start(session.transcript().elapsed, fixed);
    let draft = journal.draft();
    let remembered = journal.recent_answers(REMEMBERED);
    let journal = Rc::new(RefCell::new(journal));
    let notices = Notices::default();
    let opened = input::open(context, answers, Rc::clone(&journal), notices.clone(), &remembered)?;
    let topics = catalog.topics.iter().map(|topic| (topic.id.clone(), topic.title.clone())).collect();
    let (input, echoes) = (opened.input, opened.echoes);
    let mut driver = Driver {
        out: context.out,
        err: context.err,
        env: context.env,
        screen: &context.screen,
        session,
        journal,
        input,
        echoes,
        notices,
        topics,
        grader: judging.grader.as_ref(),
        grader_name: judging.name,
        offline: &judging.offline,
        budget: judging.budget,
        interviewer: interviewer.as_ref(),
        has_keys: opened.has_keys,
        watched: context.watched,
        told: Told::default(),
        clock,
        draft,
        interrupted: false,
        left: None,
    };
    block_on(driver.run())?.map_err(Failure::from)
}

/// Waits for the work, unless the other comes first.
async fn unless<T>(mut other: Interrupt<'_>, mut work: impl Future<Output = T> + Unpin) -> Option<T> {
    std::future::poll_fn(|cx| match Pin::new(&mut work).poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => other.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// How a candidate has left a round that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// By `/pause`, or at the end of the input.
    Paused,
    /// By Ctrl-C, twice, or by a signal that ends the program.
    Interrupted,
}

struct Driver<'a> {
    out: &'a mut dyn std::io::Write,
    err: &'a mut dyn std::io::Write,
    env: &'a dyn Fn(&str) -> Option<String>,
    screen: &'a ui::style::Screen,
    session: Session,
    journal: Rc<RefCell<Journal>>,
    input: Box<dyn Input + 'a>,
    /// Whether answers have to be shown, since nobody saw them typed.
    echoes: bool,
    notices: Notices,
    topics: BTreeMap<TopicId, String>,
    grader: &'a dyn Grader,
    grader_name: &'static str,
    offline: &'a RubricGrader,
    /// The most tokens that the round may take.
    budget: Option<u64>,
    interviewer: &'a dyn Interviewer,
    /// Whether Ctrl-C is a key, while no line is edited a signal that does not end the program.
    has_keys: bool,
    /// Whether somebody watches the output.
    watched: bool,
    told: Told,
    clock: Clock,
    /// What the next answer begins with.
    draft: String,
    /// Whether Ctrl-C was the last thing typed.
    interrupted: bool,
    left: Option<Left>,
}

impl Driver<'_> {
    async fn run(&mut self) -> Result<u8, Fatal> {
        let driven = self.go_on().await;
        // Also where the screen fails, for the disk may have failed before.
        let rescued = self.rescue();
        driven.and(rescued)?;
        Ok(if self.left == Some(Left::Interrupted) { INTERRUPTED } else { DONE })
    }

    async fn go_on(&mut self) -> Result<(), Fatal> {
        let first = if self.session.stage() == Stage::New { Event::Began } else { Event::Resumed };
        let mut events = VecDeque::from([first]);
        while self.session.stage() != Stage::Over && self.left.is_none() {
            let event = match events.pop_front() {
                Some(event) => event,
                None => self.next_event()?,
            };
            for effect in step(&mut self.session, event) {
                events.extend(self.carry_out(effect).await?);
            }
            self.journal.borrow_mut().note_progress(self.session.transcript());
        }
        Ok(())
    }

    /// Carries one effect out; returns the event that comes of it, where one does.
    async fn carry_out(&mut self, effect: Effect) -> Result<Option<Event>, Fatal> {
        match effect {
            Effect::Record(event) => self.record(event)?,
            Effect::Grade(turn) => {
                self.echo(turn)?;
                return Ok(Some(self.grade(turn).await));
            }
            Effect::Clarify(turn) => self.clarify(turn).await?,
            Effect::Brief => self.show_brief()?,
            Effect::Twist => self.tell_twist().await?,
            Effect::Ask(turn) => self.ask(turn).await?,
            Effect::Hint(point) => self.show_hint(&point)?,
            Effect::Feedback { turn, closed } => self.show_feedback(turn, closed)?,
            Effect::Leave => {
                self.left.get_or_insert(Left::Paused);
                self.show_farewell()?;
            }
            Effect::Finish(end) => {
                self.close().await?;
                self.show_end(end)?;
            }
            Effect::Refuse(refusal) => self.show_refusal(refusal)?,
        }
        self.out.flush()?;
        Ok(None)
    }

    fn record(&mut self, event: Event) -> Result<(), Fatal> {
        let told = self.journal.borrow_mut().record(event)?;
        self.notices.write_to(self.err)?;
        match told {
            Some(text) => Ok(self.notice(&text)?),
            None => Ok(()),
        }
    }

    async fn grade(&mut self, index: usize) -> Event {
        let transcript = self.session.transcript();
        let turn = transcript.turns.get(index);
        let outcome = match turn.and_then(|turn| Some((turn, transcript.question_of(turn)?, turn.answer()?)))
        {
            Some((turn, planned, answer)) => {
                let prompt = turn.asked_as();
                let request = GradeRequest { question: &planned.question, prompt: &prompt, answer };
                match unless(interrupt(self.has_keys), self.grader.grade(request)).await {
                    Some(outcome) => outcome,
                    None => Outcome::Graded(self.offline_instead(request)),
                }
            }
            None => Outcome::Ungraded { reason: "there is no answer to grade".to_owned() },
        };
        Event::Graded { outcome, at: self.clock.elapsed() }
    }

    /// Grades what the candidate does not want to wait for any longer.
    fn offline_instead(&self, request: GradeRequest<'_>) -> Grade {
        let mut grade = self.offline.judge(request.question, request.prompt, request.answer);
        let (grader, reason) = (self.grader_name.to_owned(), "it was interrupted".to_owned());
        grade.provenance.fallback = Some(Fallback { grader, model: None, reason });
        grade.flags.push(Flag::OfflineFallback);
        grade
    }

    /// Reads until something is typed that the engine has to know of.
    fn next_event(&mut self) -> Result<Event, Fatal> {
        loop {
            self.out.flush()?;
            self.notices.write_to(self.err)?;
            let words = self.words();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let typed = self.input.read(&Request { initial: &self.draft, words: &words });
            let at = self.clock.elapsed();
            let interrupted_before = std::mem::replace(&mut self.interrupted, false);
            match typed? {
                Typed::Answer(text) if text.trim().is_empty() && !self.echoes => {
                    self.draft.clear();
                    self.notice("Nothing is written yet. Write an answer, or /skip the question.")?;
                }
                Typed::Answer(text) => {
                    self.draft.clear();
                    return Ok(match self.asks_back(&text) {
                        true => self.inquired(text, at)?,
                        false => Event::Answered { text, at },
                    });
                }
                Typed::Command { command, draft } => {
                    self.draft = draft;
                    if let Some(event) = self.command(command, at)? {
                        return Ok(event);
                    }
                }
                Typed::NoCommand(error) => self.notice(&error.to_string())?,
                Typed::Interrupt { draft } => {
                    // Something typed since is a change of mind.
                    let again = interrupted_before && draft == self.draft;
                    self.draft = draft;
                    if again {
                        self.left = Some(Left::Interrupted);
                        return Ok(Event::Paused { at });
                    }
                    self.interrupted = true;
                    self.notice("Ctrl-C once more leaves; what you wrote is kept.")?;
                }
                Typed::Leave => return Ok(Event::Paused { at }),
                Typed::Terminate => {
                    self.left = Some(Left::Interrupted);
                    return Ok(Event::Paused { at });
                }
            }
        }
    }

    /// Does what a command wants; returns the event where it is one.
    fn command(&mut self, command: Command, at: u64) -> Result<Option<Event>, Fatal> {
        match command {
            Command::Hint => return Ok(Some(Event::Hinted { at })),
            Command::Skip => {
                self.draft.clear();
                return Ok(Some(Event::Skipped { at }));
            }
            Command::Retry => return Ok(Some(Event::Retried { at })),
            Command::Pause => return Ok(Some(Event::Paused { at })),
            Command::End => return Ok(Some(Event::Stopped { at })),
            Command::Dispute { point, label } => match self.judged(&point) {
                Some(turn) => {
                    writeln!(self.out, "Your label for {point}: {label}.")?;
                    return Ok(Some(Event::Disputed { turn, point, label }));
                }
                None => self.show_refusal(Refusal::NothingToDispute)?,
            },
            Command::Clarify(text) if self.interviewer.converses() => {
                return Ok(Some(Event::Inquired { text, at }));
            }
            Command::Clarify(_) => self.notice(NOBODY_ANSWERS)?,
            Command::Help => ui::command::help(self.out, self.screen)?,
            Command::Design => self.show_design()?,
            Command::Time => self.show_time(at)?,
            Command::Reference => self.show_reference()?,
            Command::Why => self.show_why()?,
            Command::Edit => self.edit()?,
        }
        Ok(None)
    }

    /// Whether what was handed in is a question to somebody who answers. The same once more is meant as an answer.
    fn asks_back(&self, text: &str) -> bool {
        let turn = self.session.transcript().turns.last();
        let asked = turn.map(|turn| turn.inquiries.as_slice()).unwrap_or_default();
        self.interviewer.converses()
            && is_inquiry(text)
            && asked.len() < MAX_INQUIRIES
            && asked.last().is_none_or(|last| last.text != text)
    }

    fn inquired(&mut self, text: String, at: u64) -> Result<Event, Fatal> {
        if !std::mem::replace(&mut self.told.inquiry, true) {
            self.notice("That was taken as a question, and is no answer yet; handed in once more, it is.")?;
        }
        Ok(Event::Inquired { text, at })
    }

    fn edit(&mut self) -> Result<(), Fatal> {
        match Editor::choose(self.env).and_then(|editor| editor.edit(&self.draft)) {
            Ok(Some(text)) => {
                self.draft = text;
                self.journal.borrow_mut().save_draft(&self.draft);
            }
            Ok(None) => self.notice("The editor reported a failure; the answer is as it was.")?,
            Err(error) => self.notice(&error.to_string())?,
        }
        Ok(())
    }

    /// Returns the latest turn with a verdict on the point, of the question that `/why` speaks of.
    fn judged(&self, point: &crate::domain::id::PointId) -> Option<usize> {
        let has_verdict = |turn: &Turn| {
            turn.grade().is_some_and(|grade| grade.verdicts.iter().any(|v| v.point.id == *point))
        };
        let question = self.reviewed()?;
        let turns = self.session.transcript().turns_of(question).filter(|(_, turn)| has_verdict(turn));
        turns.map(|(index, _)| index).last()
    }

    /// Returns the question whose verdicts are spoken of: the one in hand where it has any, else the one before.
    fn reviewed(&self) -> Option<usize> {
        let transcript = self.session.transcript();
        let current = transcript.turns.last()?.question;
        let graded = transcript.turns_of(current).any(|(_, turn)| turn.outcome.is_some());
        let hidden = transcript.plan.feedback == Feedback::End;
        match (hidden, graded) {
            (true, _) => None,
            (false, true) => Some(current),
            (false, false) => current.checked_sub(1),
        }
    }

    /// Returns the words that Tab completes: ids of the key points that can be spoken of.
    fn words(&self) -> Vec<String> {
        let transcript = self.session.transcript();
        let planned = self.reviewed().and_then(|question| transcript.plan.questions.get(question));
        let points = planned.into_iter().flat_map(|planned| &planned.question.rubric.points);
        points.map(|point| point.id.to_string()).collect()
    }
}
