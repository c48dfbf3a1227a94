//! What an interviewer must not give away at a moment of a round, and what is known anyway.

use crate::domain::id::PointId;
use crate::domain::plan::{Plan, PlannedQuestion};
use crate::domain::said::Occasion;
use crate::domain::standing::Standing;
use crate::domain::transcript::{Transcript, Turn};
use crate::domain::words::Verdict;
use crate::grader::rubric::{RubricGrader, Secret};

/// Returns what has not been stated on the question in hand; `None` where it is over.
pub(super) fn secret<'a>(
    grader: &'a RubricGrader,
    transcript: &Transcript,
    occasion: Occasion,
) -> Option<Secret<'a>> {
    let turn = transcript.turns.last().filter(|_| occasion != Occasion::Closing)?;
    let planned = transcript.question_of(turn)?;
    let turns = || transcript.turns_of(turn.question).map(|(_, turn)| turn);
    let known: Vec<String> = std::iter::once(planned.prompt())
        .chain(turns().flat_map(|turn| words_of(turn, planned)))
        .chain(design_of(&transcript.plan))
        .collect();
    let before: Vec<&str> = turns().flat_map(own_words).collect();
    let open = open(transcript, turn.question, planned);
    let known = known.iter().map(String::as_str);
    Some(grader.secret(&planned.question, &open, known, &before.join("\n")))
}

/// Returns the key points that have not been stated in full.
fn open(transcript: &Transcript, question: usize, planned: &PlannedQuestion) -> Vec<PointId> {
    let standing = Standing::of(transcript, question);
    let stated = |id: &PointId| {
        standing.points.iter().any(|point| point.point.id == *id && point.verdict == Verdict::Hit)
    };
    let points = planned.question.rubric.points.iter().map(|point| point.id.clone());
    points.filter(|id| !stated(id)).collect()
}

/// Returns what the candidate has said in a turn, and the pack's words there.
fn words_of(turn: &Turn, planned: &PlannedQuestion) -> Vec<String> {
    let hints = turn.hints.iter().filter_map(|id| planned.question.point(id));
    std::iter::once(turn.prompt.clone())
        .chain(turn.answer().map(str::to_owned))
        .chain(hints.map(|point| point.probe.clone()))
        .chain(turn.inquiries.iter().map(|inquiry| inquiry.text.clone()))
        .collect()
}

/// Returns what the interviewer has said in a turn in words of its own.
fn own_words(turn: &Turn) -> impl Iterator<Item = &str> {
    let replies = turn.inquiries.iter().filter_map(|inquiry| inquiry.reply.as_ref());
    turn.said.iter().chain(replies).map(|said| said.text.as_str())
}

/// Returns what is known of the design.
fn design_of(plan: &Plan) -> Vec<String> {
    let mut texts: Vec<String> = plan.design.iter().cloned().collect();
    texts.extend(plan.twist.as_ref().map(|twist| twist.text.clone()));
    if let Some(mut scenario) = plan.scenario.clone() {
        // Other questions' ties and other twists are not shown.
        scenario.ties.clear();
        scenario.twists.clear();
        texts.extend(scenario.components.iter().map(|component| component.name.clone()));
        texts.extend(scenario.texts_mut().into_iter().map(std::mem::take));
    }
    texts
}
