//! What a model is told before it speaks: the design, what was asked and said, and what there is to say now.
//!
//! It is not told the key points, nor the reference answer: what it does not know it cannot give away.

use serde::Serialize;

use super::Moment;
use crate::domain::grade::Evidence;
use crate::domain::plan::Plan;
use crate::domain::said::Occasion;
use crate::domain::scenario::Scenario;
use crate::domain::standing::Standing;
use crate::domain::transcript::{End, Transcript, Turn, TurnKind};
use crate::domain::words::Verdict;
use crate::llm::fence::{fence_of, harmless, one_line};

/// The most of one text that a model is told, in bytes.
const MAX_TEXT: usize = 8 * 1024;
/// The most of the candidate's own design, in bytes.
const MAX_DESIGN: usize = 32 * 1024;

/// What the template of a moment is filled with.
#[derive(Debug, Default, Serialize)]
pub(super) struct Telling {
    fence: String,
    design: String,
    asked_before: Vec<String>,
    question: String,
    so_far: Vec<Line>,
    credited: Vec<String>,
    occasion: &'static str,
    wording: String,
}

/// What somebody has said.
#[derive(Debug, Serialize)]
struct Line {
    speaker: &'static str,
    text: String,
}

impl Telling {
    /// Puts together what there is to tell of a moment.
    pub(super) fn of(moment: &Moment<'_>) -> Self {
        let Moment { occasion, transcript, .. } = moment;
        let Some(turn) = transcript.turns.last() else { return Self::default() };
        let mut telling = Self {
            fence: String::new(),
            design: design(&transcript.plan),
            asked_before: asked_before(transcript, turn.question),
            question: transcript.question_of(turn).map(|planned| planned.prompt()).unwrap_or_default(),
            so_far: so_far(transcript, turn.question),
            credited: credited(transcript, turn.question),
            occasion: name(*occasion, turn),
            wording: wording(*occasion, transcript, turn),
        };
        telling.fence_in();
        telling
    }

    /// Makes all texts harmless, and a fence that none of them contains.
    fn fence_in(&mut self) {
        let fence = fence_of(self.texts_mut().into_iter().map(|text| text.as_str()));
        for text in self.texts_mut() {
            *text = harmless(text, &fence);
        }
        fence.as_str().clone_into(&mut self.fence);
        let lines = self.asked_before.iter_mut().chain(&mut self.credited);
        for text in lines.chain(self.so_far.iter_mut().map(|line| &mut line.text)) {
            *text = one_line(text);
        }
    }

    fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts = vec![&mut self.design, &mut self.question, &mut self.wording];
        texts.extend(&mut self.asked_before);
        texts.extend(&mut self.credited);
        texts.extend(self.so_far.iter_mut().map(|line| &mut line.text));
        texts
    }
}

fn name(occasion: Occasion, turn: &Turn) -> &'static str {
    match (occasion, &turn.kind) {
        (Occasion::Asking, TurnKind::Question) => "question",
        (Occasion::Asking, TurnKind::Probe { .. }) => "probe",
        (Occasion::Asking, TurnKind::Retry) => "retry",
        (Occasion::Clarifying | Occasion::Twist | Occasion::Closing, _) => occasion.as_str(),
    }
}

/// Returns what there is to say, in the pack's words or the candidate's.
fn wording(occasion: Occasion, transcript: &Transcript, turn: &Turn) -> String {
    match occasion {
        Occasion::Asking => turn.prompt.clone(),
        Occasion::Clarifying => {
            turn.inquiries.last().map_or_else(String::new, |inquiry| beginning(&inquiry.text, MAX_TEXT))
        }
        Occasion::Twist => {
            transcript.plan.twist.as_ref().map_or_else(String::new, |twist| twist.text.clone())
        }
        Occasion::Closing => match transcript.end {
            Some(End::TimeUp) => "The time was up.",
            Some(End::Stopped) => "The candidate ended the interview before its last question.",
            Some(End::Completed) | None => "All questions were asked.",
        }
        .to_owned(),
    }
}

fn design(plan: &Plan) -> String {
    match (&plan.scenario, &plan.design) {
        (Some(scenario), _) => told(scenario),
        (None, Some(design)) => beginning(design, MAX_DESIGN),
        (None, None) => "(None was given: the candidate speaks of a system that they know.)".to_owned(),
    }
}

/// Writes what a scenario says of itself; its later twists are left out.
fn told(scenario: &Scenario) -> String {
    let mut lines = vec![format!("{}: {}", scenario.title, scenario.summary)];
    lines.extend([scenario.functional.clone(), scenario.non_functional.clone()]);
    lines.extend(
        scenario
            .numbers
            .iter()
            .map(|number| format!("- {}: {} {}", number.text, number.shown(), number.unit_beside()))
            .map(|line| line.trim_end().to_owned()),
    );
    lines.extend(
        scenario.components.iter().map(|part| format!("- {} ({}): {}", part.name, part.kind, part.text)),
    );
    lines.extend(
        scenario.decisions.iter().map(|decision| format!("- {} {}", decision.choice, decision.reason)),
    );
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}

fn asked_before(transcript: &Transcript, question: usize) -> Vec<String> {
    let before = transcript.plan.questions.iter().take(question);
    before.map(|planned| planned.question.asked()).collect()
}

/// Returns what was said on a question, in order.
fn so_far(transcript: &Transcript, question: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut add = |speaker, text: &str| lines.push(Line { speaker, text: beginning(text, MAX_TEXT) });
    for (index, turn) in transcript.turns_of(question) {
        let in_hand = index + 1 == transcript.turns.len();
        if !in_hand || turn.said_on(Occasion::Asking).is_some() {
            add("Interviewer", &turn.asked_as());
        }
        for inquiry in &turn.inquiries {
            // What is asked just now is the task.
            if let Some(reply) = &inquiry.reply {
                add("Candidate", &inquiry.text);
                add("Interviewer", &reply.text);
            }
        }
        if let Some(answer) = turn.answer() {
            add("Candidate", answer);
        }
    }
    lines
}

/// Returns the candidate's words that have earned something on a question.
fn credited(transcript: &Transcript, question: usize) -> Vec<String> {
    let standing = Standing::of(transcript, question);
    let hits = standing.points.iter().filter(|point| point.verdict == Verdict::Hit);
    let quotes = hits.flat_map(|point| &point.evidence).map(|Evidence { quote, .. }| quote);
    quotes.map(|quote| beginning(quote, MAX_TEXT)).collect()
}

/// Cuts a text to its beginning.
fn beginning(text: &str, bytes: usize) -> String {
    let end = text.floor_char_boundary(bytes);
    let mark = if end < text.len() { " [...]" } else { "" };
    format!("{}{mark}", text.get(..end).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::prompt::Prompt;
    use crate::llm::sample::assert_like;

    #[test]
    fn own_templates_are_tried_with_what_they_will_be_given() {
        let told = Telling {
            so_far: vec![Line { speaker: "candidate", text: String::new() }],
            ..Telling::default()
        };
        assert_like(Prompt::InterviewerMoment, &told);
    }
}
