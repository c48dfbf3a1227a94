//! What the driver shows: each effect that speaks to the candidate, by the renderers of [`crate::ui`].

use std::io::{self, Write};

use super::{Driver, Fatal, Left};
use crate::domain::grade::{Flag, Outcome};
use crate::domain::id::PointId;
use crate::domain::standing::Standing;
use crate::domain::transcript::{Elapsed, End, Turn, TurnKind};
use crate::domain::words::Feedback;
use crate::export::file::write_atomically;
use crate::export::{Format, export};
use crate::report::Report;
use crate::session::{Refusal, Stage};
use crate::ui;
use crate::ui::feedback::Review;
use crate::ui::wrap::{Text, paragraph};

impl Driver<'_> {
    /// Tells something that is not part of the interview.
    pub(super) fn notice(&mut self, text: &str) -> io::Result<()> {
        // What was said before stands above it, though the streams are two; one may fail without the other.
        let flushed = self.out.flush();
        text.lines().try_for_each(|line| paragraph(self.err, self.screen, &Text::plain(line)))?;
        flushed
    }

    pub(super) fn show_brief(&mut self) -> io::Result<()> {
        let plan = &self.session.transcript().plan;
        if let Some(scenario) = &plan.scenario {
            ui::brief::opening(self.out, self.screen, scenario)?;
            writeln!(self.out)?;
        }
        if plan.design.is_some() {
            self.notice("This round is about your own design; /design shows it.")?;
        }
        let plan = &self.session.transcript().plan;
        let kept = if self.journal.borrow().keeps() { "" } else { " (not saved)" };
        let text = format!("Session {}{kept}, seed {}, graded as {}.", plan.session, plan.seed, plan.level);
        self.notice(&text)?;
        if !self.echoes {
            self.notice(
                "Write on as many lines as you like; an empty line hands in. /help lists what else.",
            )?;
        }
        Ok(())
    }

    pub(super) fn show_twist(&mut self) -> io::Result<()> {
        match &self.session.transcript().plan.twist {
            Some(twist) => ui::ask::asked(self.out, self.screen, &twist.text),
            None => Ok(()),
        }
    }

    /// Shows what is asked in a turn, in the pack's words.
    pub(super) fn show_question(&mut self, index: usize) -> io::Result<()> {
        let transcript = self.session.transcript();
        let Some(turn) = transcript.turns.get(index) else { return Ok(()) };
        match (&turn.kind, transcript.question_of(turn)) {
            (TurnKind::Question, Some(planned)) => ui::ask::question(self.out, self.screen, planned),
            _ => ui::ask::asked(self.out, self.screen, &turn.prompt),
        }
    }

    /// Shows an answer that nobody saw typed. It is on disk by now, for the screen may fail.
    pub(super) fn echo(&mut self, index: usize) -> io::Result<()> {
        let turn = self.session.transcript().turns.get(index).filter(|_| self.echoes);
        match turn.and_then(Turn::answer) {
            Some(answer) => ui::ask::answer(self.out, self.screen, answer),
            None => Ok(()),
        }
    }

    pub(super) fn show_hint(&mut self, point: &PointId) -> io::Result<()> {
        let transcript = self.session.transcript();
        let planned = transcript.turns.last().and_then(|turn| transcript.question_of(turn));
        match planned.and_then(|planned| planned.question.point(point)) {
            Some(point) => ui::ask::hint(self.out, self.screen, &point.probe),
            None => Ok(()),
        }
    }

    pub(super) fn show_feedback(&mut self, index: usize, closed: bool) -> io::Result<()> {
        if self.session.transcript().plan.feedback == Feedback::End {
            return ui::feedback::noted(self.out);
        }
        let Some(turn) = self.session.transcript().turns.get(index) else { return Ok(()) };
        let (question, flags, ungraded) = (turn.question, flags(turn), ungraded(turn));
        self.review(question, closed, &flags, ungraded.as_deref(), ui::feedback::feedback)?;
        self.show_judge(index, closed)
    }

    /// Shows who judged a turn. What two graders differ on names key points, and waits until nothing is asked any more.
    fn show_judge(&mut self, index: usize, closed: bool) -> io::Result<()> {
        let transcript = self.session.transcript();
        match transcript.turns.get(index).and_then(Turn::grade) {
            Some(grade) if closed || grade.second.is_none() => {
                ui::judged_by::judged_by(self.out, self.screen, grade, transcript.plan.level)
            }
            _ => Ok(()),
        }
    }

    fn review(
        &mut self,
        question: usize,
        closed: bool,
        flags: &[Flag],
        ungraded: Option<&str>,
        write: impl Fn(&mut dyn Write, &ui::style::Screen, &Review<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let transcript = self.session.transcript();
        let standing = Standing::of(transcript, question);
        let review = Review { standing: &standing, level: transcript.plan.level, flags, ungraded, closed };
        write(self.out, self.screen, &review)
    }

    pub(super) fn show_why(&mut self) -> io::Result<()> {
        let Some(question) = self.reviewed() else {
            return self.notice("There is no verdict to explain yet.");
        };
        let closed = self.session.transcript().turns.last().is_none_or(|turn| turn.question != question);
        self.review(question, closed, &[], None, ui::why::why)
    }

    pub(super) fn show_reference(&mut self) -> io::Result<()> {
        let transcript = self.session.transcript();
        let closed = transcript.turns.last().and_then(|turn| turn.question.checked_sub(1));
        match closed.and_then(|question| transcript.plan.questions.get(question)) {
            Some(planned) => {
                writeln!(self.out, "\n{}\n", ui::sanitize::inert_line(&planned.question.asked()))?;
                ui::markdown::markdown(self.out, self.screen, &planned.question.reference)
            }
            None => self.notice("No question is done with yet; its reference answer is shown when one is."),
        }
    }

    pub(super) fn show_design(&mut self) -> io::Result<()> {
        let plan = &self.session.transcript().plan;
        match (&plan.scenario, &plan.design) {
            (Some(scenario), _) => ui::brief::brief(self.out, self.screen, scenario),
            (None, Some(design)) => ui::markdown::markdown(self.out, self.screen, design),
            (None, None) => self.notice("This round has no scenario: speak of a system that you know."),
        }
    }

    pub(super) fn show_time(&mut self, at: Elapsed) -> io::Result<()> {
        ui::ask::time(self.out, self.screen, at, self.session.time_left(at))
    }

    pub(super) fn show_refusal(&mut self, refusal: Refusal) -> io::Result<()> {
        let text = match refusal {
            Refusal::NotNow(Stage::Grading) => "The answer is being graded.",
            Refusal::NotNow(_) => "That is not possible now.",
            Refusal::NoHintLeft => "There is no hint left.",
            Refusal::NoHintOnProbe => "A follow-up is a hint already; say what you can, or /skip it.",
            Refusal::NothingToRetry => "There is no finished question to try again.",
            Refusal::NoFollowUpLeft => "That question has had all the follow-ups that it can have.",
            Refusal::NoInquiryLeft => {
                "Enough has been asked back about this; answer as well as you can, or /skip it."
            }
            Refusal::NothingToRegrade => "That answer has no grade yet.",
            Refusal::NothingToDispute => "No verdict on that key point has been given; /why shows the ids.",
        };
        self.notice(text)
    }

    pub(super) fn show_farewell(&mut self) -> io::Result<()> {
        let plan = &self.session.transcript().plan;
        let asked = self.session.transcript().turns.last().map_or(0, |turn| turn.question + 1);
        let place = format!("Stopped at question {asked} of {}.", plan.questions.len());
        let journal = self.journal.borrow();
        let kept = match (journal.keeps(), journal.has_unsaved()) {
            (true, false) => {
                format!("Everything is kept; `followup\u{a0}resume\u{a0}{}` goes on from here.", plan.session)
            }
            // Where it is instead is told last.
            (_, true) => String::new(),
            (false, false) => "This round was not saved.".to_owned(),
        };
        drop(journal);
        self.notice(&format!("\n{place} {kept}"))
    }

    pub(super) fn show_end(&mut self, end: End) -> io::Result<()> {
        let text = match end {
            End::Completed => None,
            End::TimeUp => Some("The time is up."),
            End::Stopped => Some("The round is ended."),
        };
        if let Some(text) = text {
            writeln!(self.out, "\n{text}")?;
        }
        if self.session.transcript().plan.feedback == Feedback::End {
            self.show_all_feedback()?;
        }
        writeln!(self.out)?;
        ui::report::render(&Report::of(self.session.transcript()), self.screen, self.out)?;
        let tokens = self.session.transcript().tokens();
        if tokens.total() > 0 {
            self.notice(&format!("\n{}", ui::tokens::taken(tokens, self.budget)))?;
        }
        let id = self.session.transcript().plan.session.clone();
        let kept = self.journal.borrow().keeps() && !self.journal.borrow().has_unsaved();
        let instead = self.session.transcript().turns.iter().filter_map(|turn| turn.outcome.as_ref());
        let instead = instead.filter(|outcome| outcome.is_makeshift()).count();
        if kept && instead > 0 {
            let (answers, them) = if instead == 1 {
                ("1 answer was".to_owned(), "it")
            } else {
                (format!("{instead} answers were"), "them")
            };
            self.notice(&format!(
                "\n{answers} not judged by the grader that was chosen; \
                 `followup\u{a0}regrade\u{a0}{id}\u{a0}--fallbacks` has {them} judged later."
            ))?;
        }
        if kept {
            self.notice(&format!(
                "\nThe transcript is kept: `followup\u{a0}show\u{a0}{id}`, `followup\u{a0}export\u{a0}{id}`."
            ))?;
        }
        Ok(())
    }

    fn show_all_feedback(&mut self) -> io::Result<()> {
        let asked = self.session.transcript().turns.last().map_or(0, |turn| turn.question + 1);
        for question in 0..asked {
            let transcript = self.session.transcript();
            let Some(planned) = transcript.plan.questions.get(question) else { continue };
            writeln!(
                self.out,
                "\n{}. {}",
                question + 1,
                ui::sanitize::inert_line(&planned.question.asked())
            )?;
            let turns: Vec<&Turn> = transcript.turns_of(question).map(|(_, turn)| turn).collect();
            let flags: Vec<Flag> = turns.iter().flat_map(|turn| flags(turn)).collect();
            let ungraded = turns.iter().find_map(|turn| ungraded(turn));
            self.review(question, true, &flags, ungraded.as_deref(), ui::feedback::feedback)?;
            let turns: Vec<usize> =
                self.session.transcript().turns_of(question).map(|(index, _)| index).collect();
            turns.into_iter().try_for_each(|index| self.show_judge(index, true))?;
        }
        Ok(())
    }

    /// Writes the transcript to a file of its own where the disk did not take all of it.
    pub(super) fn rescue(&mut self) -> Result<(), Fatal> {
        if !self.journal.borrow().has_unsaved() {
            return Ok(());
        }
        let transcript = self.session.transcript();
        let report = Report::of(transcript);
        let path = std::env::temp_dir().join(Format::Json.file_name(&transcript.plan.session));
        let written = write_atomically(&path, |out| export(Format::Json, transcript, &report, out));
        match written {
            Ok(()) => self.notice(&format!(
                "Not all of this round could be saved; all of it is in {}",
                path.display()
            ))?,
            Err(error) => {
                let text = format!(
                    "Not all of this round could be saved, nor written to {}: {error}",
                    path.display()
                );
                self.notice(&text)?;
                // The screen is the last place that is left.
                export(Format::Markdown, self.session.transcript(), &report, self.out)?;
            }
        }
        if self.left.is_none() {
            self.left = Some(Left::Paused);
        }
        Ok(())
    }
}

fn flags(turn: &Turn) -> Vec<Flag> {
    turn.grade().map(|grade| grade.flags.clone()).unwrap_or_default()
}

fn ungraded(turn: &Turn) -> Option<String> {
    match &turn.outcome {
        Some(Outcome::Ungraded { reason }) => Some(reason.clone()),
        Some(Outcome::Graded(_)) | None => None,
    }
}
