//! One answer before the court: what was asked, what was answered, and what can be known of it without a model.

use std::borrow::Cow;
use std::ops::Range;

use super::foreign::Foreign;
use super::injection;
use super::quote::Folded;
use crate::domain::grade::{Evidence, Flag, Grade};
use crate::grader::GradeRequest;
use crate::grader::rubric::{Ground, RubricGrader};
use crate::grader::telling;

/// The most that others see of an answer, in bytes. A long spoken answer has 4 kB.
pub(in crate::grader) const MAX_SEEN: usize = 16 * 1024;
/// An answer of fewer words with subject matter says nothing that a model could judge better.
const TELLING_FROM: usize = 3;
/// Openings that make models credit whatever follows, or nothing at all (arXiv 2507.08794).
const MASTER_KEYS: &[&str] = &[
    "thought process",
    "solution",
    "explanation",
    "detailed explanation",
    "final answer",
    "let s solve this problem step by step",
    "let us solve this problem step by step",
    "let s think step by step",
    "lets think step by step",
    "to solve this problem we need to find the answer",
    "the solution is as follows",
    "here is a complete and correct answer",
    "the answer is correct",
];

/// One answer to be judged by somebody else.
pub(in crate::grader) struct Case<'a> {
    pub(in crate::grader) request: GradeRequest<'a>,
    /// The part of the answer that others see.
    pub(in crate::grader) seen: &'a str,
    /// The offline grader's grade.
    pub(in crate::grader) offline: Grade,
    /// What claims are held against; `None` where nobody is asked, since the answer earns nothing or next to it.
    pub(super) ground: Option<Ground>,
    /// Passages that speak to the grader.
    pub(super) injected: Vec<Range<usize>>,
    /// The answer, to find quotes in.
    pub(super) folded: Folded,
    /// Other people's words, which are no evidence.
    pub(super) foreign: Foreign,
}

impl<'a> Case<'a> {
    /// Reads an answer. `foreign` is what else the grader to be asked is told.
    pub(in crate::grader) fn new(
        request: GradeRequest<'a>,
        offline: &RubricGrader,
        foreign: &[&str],
    ) -> Self {
        let GradeRequest { question, prompt, answer } = request;
        let seen = cut(answer);
        let injected = injection::spans(answer);
        // What speaks to the grader answers nothing, whatever words are in it.
        let clear = without(answer, &injected);
        let ground = offline.ground(question, prompt, cut(&clear));
        let ground =
            ground.filter(|ground| ground.telling(&(0..seen.len())) >= TELLING_FROM && !is_master_key(seen));
        Self {
            request,
            seen,
            offline: judge_offline(offline, &request, &clear, !injected.is_empty()),
            ground,
            injected,
            folded: Folded::new(seen),
            foreign: Foreign::of(&request, foreign),
        }
    }

    /// Whether anybody is to be asked about the answer.
    pub(in crate::grader) fn is_worth_asking(&self) -> bool {
        self.ground.is_some()
    }

    /// Whether a part of the answer is not seen.
    pub(super) fn is_cut(&self) -> bool {
        self.seen.len() < self.request.answer.len()
    }

    /// Returns what there is to say of the answer as a whole.
    pub(super) fn flags(&self) -> Vec<Flag> {
        let cut = self.is_cut().then_some(Flag::CutOff);
        cut.into_iter().chain((!self.injected.is_empty()).then_some(Flag::AddressesGrader)).collect()
    }
}

/// Judges what is left of an answer, with evidence from all of it.
fn judge_offline(offline: &RubricGrader, request: &GradeRequest<'_>, clear: &str, suspect: bool) -> Grade {
    let mut grade = offline.judge(request.question, request.prompt, clear);
    let found = grade.misconceptions.iter_mut().flat_map(|found| &mut found.evidence);
    for evidence in grade.verdicts.iter_mut().flat_map(|judged| &mut judged.evidence).chain(found) {
        if let Some(same) = Evidence::cut(request.answer, evidence.start, evidence.end) {
            *evidence = same;
        }
    }
    if suspect {
        grade.flags.push(Flag::AddressesGrader);
    }
    grade
}

/// Blanks passages out; every other byte stays where it was.
fn without<'a>(answer: &'a str, passages: &[Range<usize>]) -> Cow<'a, str> {
    if passages.is_empty() {
        return Cow::Borrowed(answer);
    }
    let is_blank = |at: usize, c: char| c != '\n' && passages.iter().any(|passage| passage.contains(&at));
    let chars = answer.char_indices();
    Cow::Owned(chars.fold(String::with_capacity(answer.len()), |mut clear, (at, c)| {
        if is_blank(at, c) {
            clear.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            clear.push(c);
        }
        clear
    }))
}

fn cut(answer: &str) -> &str {
    let end = (0..=MAX_SEEN.min(answer.len())).rev().find(|at| answer.is_char_boundary(*at)).unwrap_or(0);
    answer.get(..end).unwrap_or_default()
}

fn is_master_key(answer: &str) -> bool {
    let words: Vec<String> = telling::words(&answer.replace(['\'', '\u{2019}'], " ")).collect();
    MASTER_KEYS.contains(&words.join(" ").as_str())
}
