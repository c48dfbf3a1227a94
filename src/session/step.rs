//! One step of a session.

use super::{Effect, Refusal, Session, Stage, gap};
use crate::domain::grade::{Grade, Outcome};
use crate::domain::id::PointId;
use crate::domain::plan::MAX_PROBES;
use crate::domain::said::{Inquiry, Occasion, Said};
use crate::domain::transcript::{Dispute, Elapsed, End, Event, Response, Turn, TurnKind};
use crate::domain::words::Verdict;

/// The most that can be asked back about one thing that was asked.
pub const MAX_INQUIRIES: usize = 5;

/// Takes an event and returns what to do, in order. An event that does not fit changes nothing and is refused.
pub fn step(session: &mut Session, event: Event) -> Vec<Effect> {
    match (session.stage(), &event) {
        (Stage::New, Event::Began) => session.begin(event),
        (Stage::Asking, Event::Answered { text, at }) => {
            let (text, at) = (text.clone(), *at);
            session.answer(event, text, at)
        }
        (Stage::Asking, Event::Skipped { at }) => {
            let at = *at;
            session.respond(event, Response::Skipped { at }, at)
        }
        (Stage::Asking, Event::Inquired { text, at }) => {
            let (text, at) = (text.clone(), *at);
            session.inquire(event, text, at)
        }
        (Stage::Asking | Stage::Over, Event::Said { said, at }) => {
            let (said, at) = (said.clone(), *at);
            session.said(event, said, at)
        }
        (Stage::Asking, Event::Hinted { at }) => {
            let at = *at;
            session.hint(event, at)
        }
        (Stage::Asking, Event::Retried { at }) => {
            let at = *at;
            session.retry(event, at)
        }
        (Stage::Grading, Event::Graded { outcome, at }) => {
            let (outcome, at) = (outcome.clone(), *at);
            session.graded(event, outcome, at)
        }
        (Stage::Asking | Stage::Grading, Event::Paused { at }) => {
            session.tick(*at);
            session.paused = true;
            vec![Effect::Record(event), Effect::Leave]
        }
        (Stage::Asking | Stage::Grading | Stage::Paused, Event::Resumed) => session.resume(event),
        (Stage::Asking | Stage::Grading | Stage::Paused, Event::Stopped { at }) => {
            session.tick(*at);
            let mut effects = vec![Effect::Record(event)];
            effects.push(session.finish(End::Stopped));
            effects
        }
        (
            Stage::Asking | Stage::Grading | Stage::Paused | Stage::Over,
            Event::Disputed { turn, point, label },
        ) => {
            let (turn, point, label) = (*turn, point.clone(), *label);
            session.dispute(event, turn, point, label)
        }
        (
            Stage::Asking | Stage::Grading | Stage::Paused | Stage::Over,
            Event::Regraded { turn, grade, when },
        ) => {
            let (turn, grade, when) = (*turn, grade.clone(), *when);
            session.regrade(event, turn, grade, when)
        }
        (stage, _) => vec![Effect::Refuse(Refusal::NotNow(stage))],
    }
}

impl Session {
    /// Moves the session's time on; it never goes back, whatever the clock says.
    fn tick(&mut self, at: Elapsed) {
        self.transcript.elapsed = self.transcript.elapsed.max(at);
    }

    fn begin(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = vec![Effect::Record(event), Effect::Brief];
        effects.extend(self.ask_question(0));
        effects
    }

    fn resume(&mut self, event: Event) -> Vec<Effect> {
        self.paused = false;
        let last = self.transcript.turns.len().saturating_sub(1);
        let mut effects = vec![Effect::Record(event), Effect::Brief];
        if self.stage() == Stage::Grading {
            effects.push(Effect::Grade(last));
            return effects;
        }
        let question = self.transcript.turns.last().map(|turn| turn.question);
        if self.twist_said && self.transcript.plan.twist.as_ref().map(|twist| twist.before) == question {
            // The questions behind it make no sense without it.
            effects.push(Effect::Twist);
        }
        effects.push(Effect::Ask(last));
        let inquiry = self.transcript.turns.last().and_then(|turn| turn.inquiries.last());
        if inquiry.is_some_and(|inquiry| inquiry.reply.is_none()) {
            effects.push(Effect::Clarify(last));
        }
        effects
    }

    fn answer(&mut self, event: Event, text: String, at: Elapsed) -> Vec<Effect> {
        if text.trim().is_empty() {
            return self.respond(event, Response::Empty { at }, at);
        }
        self.tick(at);
        if let Some(turn) = self.transcript.turns.last_mut() {
            turn.response = Response::Answered { text, at };
        }
        vec![Effect::Record(event), Effect::Grade(self.transcript.turns.len().saturating_sub(1))]
    }

    /// Takes a response that there is nothing to grade in, and moves on.
    fn respond(&mut self, event: Event, response: Response, at: Elapsed) -> Vec<Effect> {
        self.tick(at);
        if let Some(turn) = self.transcript.turns.last_mut() {
            turn.response = response;
        }
        let mut effects = vec![Effect::Record(event)];
        effects.extend(self.move_on(None));
        effects
    }

    fn graded(&mut self, event: Event, outcome: Outcome, at: Elapsed) -> Vec<Effect> {
        self.tick(at);
        let probe = match (self.transcript.turns.last_mut(), &outcome) {
            (Some(turn), Outcome::Graded(_)) => {
                let question = turn.question;
                turn.outcome = Some(outcome);
                self.next_probe(question)
            }
            (Some(turn), Outcome::Ungraded { .. }) => {
                turn.outcome = Some(outcome);
                None
            }
            (None, _) => None,
        };
        let mut effects = vec![Effect::Record(event)];
        effects.extend(self.move_on(probe));
        effects
    }

    fn next_probe(&self, question: usize) -> Option<PointId> {
        let allowed = self.transcript.plan.probes.min(MAX_PROBES);
        if self.follow_ups(question) >= usize::from(allowed) || self.time_is_up() {
            return None;
        }
        gap::to_probe(&self.transcript, question)
    }

    /// Counts the turns that a question has had beyond its first.
    fn follow_ups(&self, question: usize) -> usize {
        self.transcript.turns_of(question).filter(|(_, turn)| turn.kind != TurnKind::Question).count()
    }

    fn time_is_up(&self) -> bool {
        self.time_left(self.transcript.elapsed) == Some(0)
    }

    /// Shows what came of the last turn, then asks the probe, the next question, or nothing more.
    fn move_on(&mut self, probe: Option<PointId>) -> Vec<Effect> {
        let turn = self.transcript.turns.len().saturating_sub(1);
        let question = self.transcript.turns.last().map_or(0, |turn| turn.question);
        let mut effects = vec![Effect::Feedback { turn, closed: probe.is_none() }];
        match probe {
            Some(point) => effects.extend(self.ask_probe(question, point)),
            None if self.time_is_up() && self.has_question(question + 1) => {
                effects.push(self.finish(End::TimeUp));
            }
            None => effects.extend(self.ask_question(question + 1)),
        }
        effects
    }

    fn has_question(&self, question: usize) -> bool {
        question < self.transcript.plan.questions.len()
    }

    fn ask_question(&mut self, question: usize) -> Vec<Effect> {
        let Some(planned) = self.transcript.plan.questions.get(question) else {
            return vec![self.finish(End::Completed)];
        };
        let prompt = planned.prompt();
        let mut effects = Vec::new();
        if !self.twist_said
            && self.transcript.plan.twist.as_ref().is_some_and(|twist| twist.before == question)
        {
            self.twist_said = true;
            effects.push(Effect::Twist);
        }
        effects.push(self.ask(question, TurnKind::Question, prompt));
        effects
    }

    fn ask_probe(&mut self, question: usize, point: PointId) -> Vec<Effect> {
        let planned = self.transcript.plan.questions.get(question);
        let Some(probe) = planned.and_then(|planned| planned.question.point(&point)).map(|p| p.probe.clone())
        else {
            return self.ask_question(question + 1);
        };
        vec![self.ask(question, TurnKind::Probe { point }, probe)]
    }

    fn ask(&mut self, question: usize, kind: TurnKind, prompt: String) -> Effect {
        self.transcript.turns.push(Turn {
            question,
            kind,
            prompt,
            said: Vec::new(),
            inquiries: Vec::new(),
            asked: self.transcript.elapsed,
            hints: Vec::new(),
            response: Response::Pending,
            outcome: None,
            regraded: None,
            earlier: Vec::new(),
            disputes: Vec::new(),
        });
        Effect::Ask(self.transcript.turns.len() - 1)
    }

    /// Takes what was asked back; that it is asked is on record before anybody answers it.
    fn inquire(&mut self, event: Event, text: String, at: Elapsed) -> Vec<Effect> {
        let last = self.transcript.turns.len().saturating_sub(1);
        let turn = self.transcript.turns.last_mut().filter(|turn| turn.inquiries.len() < MAX_INQUIRIES);
        let Some(turn) = turn else { return vec![Effect::Refuse(Refusal::NoInquiryLeft)] };
        turn.inquiries.push(Inquiry { text, at, reply: None });
        self.tick(at);
        vec![Effect::Record(event), Effect::Clarify(last)]
    }

    /// Takes what the interviewer said in words of its own, once for each occasion.
    fn said(&mut self, event: Event, said: Said, at: Elapsed) -> Vec<Effect> {
        let stage = self.stage();
        let twist = self.transcript.plan.twist.as_ref().map(|twist| twist.before);
        let refused = vec![Effect::Refuse(Refusal::NotNow(stage))];
        let Some(turn) = self.transcript.turns.last_mut() else { return refused };
        let fits = match said.occasion {
            Occasion::Asking | Occasion::Clarifying => stage == Stage::Asking,
            Occasion::Twist => stage == Stage::Asking && twist == Some(turn.question),
            Occasion::Closing => stage == Stage::Over,
        };
        if !fits || turn.said_on(said.occasion).is_some() {
            return refused;
        }
        if said.occasion == Occasion::Clarifying {
            match turn.inquiries.last_mut().filter(|inquiry| inquiry.reply.is_none()) {
                Some(inquiry) => inquiry.reply = Some(said),
                None => return refused,
            }
        } else {
            turn.said.push(said);
        }
        self.tick(at);
        if let Some(turn) = self.transcript.turns.last_mut().filter(|turn| turn.response == Response::Pending)
        {
            // Listening is no time for the answer.
            turn.asked = self.transcript.elapsed;
        }
        vec![Effect::Record(event)]
    }

    fn hint(&mut self, event: Event, at: Elapsed) -> Vec<Effect> {
        let Some(turn) = self.transcript.turns.last() else {
            return vec![Effect::Refuse(Refusal::NoHintLeft)];
        };
        if matches!(turn.kind, TurnKind::Probe { .. }) {
            return vec![Effect::Refuse(Refusal::NoHintOnProbe)];
        }
        let Some(point) = gap::to_hint(&self.transcript, turn.question) else {
            return vec![Effect::Refuse(Refusal::NoHintLeft)];
        };
        self.tick(at);
        if let Some(turn) = self.transcript.turns.last_mut() {
            turn.hints.push(point.clone());
        }
        vec![Effect::Record(event), Effect::Hint(point)]
    }

    /// Takes the question that was just asked back and asks the one before once more.
    fn retry(&mut self, event: Event, at: Elapsed) -> Vec<Effect> {
        let untouched = self.transcript.turns.last().is_some_and(|turn| {
            turn.kind == TurnKind::Question && turn.hints.is_empty() && turn.question > 0
        });
        let before =
            self.transcript.turns.len().checked_sub(2).and_then(|index| self.transcript.turns.get(index));
        let Some(question) = before.map(|turn| turn.question).filter(|_| untouched) else {
            return vec![Effect::Refuse(Refusal::NothingToRetry)];
        };
        if self.follow_ups(question) >= usize::from(MAX_PROBES) {
            return vec![Effect::Refuse(Refusal::NoFollowUpLeft)];
        }
        let Some(prompt) = self.transcript.plan.questions.get(question).map(|planned| planned.prompt())
        else {
            return vec![Effect::Refuse(Refusal::NothingToRetry)];
        };
        self.tick(at);
        self.transcript.turns.pop();
        vec![Effect::Record(event), self.ask(question, TurnKind::Retry, prompt)]
    }

    fn dispute(&mut self, event: Event, turn: usize, point: PointId, label: Verdict) -> Vec<Effect> {
        let Some(turn) = self.transcript.turns.get_mut(turn) else {
            return vec![Effect::Refuse(Refusal::NothingToDispute)];
        };
        let judged = turn.grade().is_some_and(|grade| grade.verdicts.iter().any(|v| v.point.id == point));
        if !judged || label == Verdict::Ungraded {
            return vec![Effect::Refuse(Refusal::NothingToDispute)];
        }
        turn.disputes.retain(|dispute| dispute.point != point);
        turn.disputes.push(Dispute { point, label });
        vec![Effect::Record(event)]
    }

    /// Takes a new grade for an answer, and keeps the old one. An answer that still waits for its first grade gets that.
    fn regrade(&mut self, event: Event, turn: usize, grade: Grade, when: i64) -> Vec<Effect> {
        let is_over = self.transcript.end.is_some();
        let turn = self.transcript.turns.get_mut(turn).filter(|turn| turn.answer().is_some());
        let Some(turn) = turn.filter(|turn| is_over || turn.outcome.is_some()) else {
            return vec![Effect::Refuse(Refusal::NothingToRegrade)];
        };
        turn.earlier.extend(turn.outcome.replace(Outcome::Graded(grade)));
        turn.regraded = Some(when);
        vec![Effect::Record(event)]
    }

    /// Ends the session; what was asked and not answered stays as it is.
    fn finish(&mut self, end: End) -> Effect {
        self.transcript.end = Some(end);
        self.paused = false;
        Effect::Finish(end)
    }
}
