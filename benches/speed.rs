//! What the program takes where people would notice: `cargo bench`.
//!
//! Grading stands beside its floor: one pass of Aho-Corasick over the same text with all words of the rubric,
//! which is the least that a grader by words could do.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop when it has nothing to measure"
)]

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use followup::content::{Catalog, assemble, builtin};
use followup::cores;
use followup::domain::question::Question;
use followup::grader::rubric::RubricGrader;

/// Words of an answer that is graded: a minute and a half of typing fast.
const ANSWER_WORDS: usize = 200;

fn main() {
    divan::main();
}

/// All built-in questions, in their own wording, each with the beginning of its reference answer.
fn answered(catalog: &Catalog) -> Vec<(Question, String)> {
    let bound = catalog.questions.iter().map(|question| question.bind(&BTreeMap::new()));
    bound
        .map(|question| {
            let words: Vec<&str> = question.reference.split(' ').take(ANSWER_WORDS).collect();
            let answer = words.join(" ");
            (question, answer)
        })
        .collect()
}

fn load_on_all_cores() -> Catalog {
    let read = cores::map(&builtin::files(), |(path, text)| assemble::read(path, text));
    assemble::join(read).expect("the built-in pack is not refused").catalog
}

fn grader(catalog: &Catalog) -> RubricGrader {
    RubricGrader::new(&catalog.lexicon, catalog.prose())
}

/// The whole built-in pack, from text to catalog, as every command does it.
#[divan::bench(sample_count = 200)]
fn load_the_pack(bencher: Bencher) {
    bencher.bench(load_on_all_cores);
}

/// The same on one core.
#[divan::bench(sample_count = 200)]
fn load_the_pack_on_one_core(bencher: Bencher) {
    bencher.bench(|| builtin::load().expect("the built-in pack is not refused"));
}

/// The grader, before it sees its first rubric.
#[divan::bench(sample_count = 200)]
fn make_the_grader(bencher: Bencher) {
    let catalog = load_on_all_cores();
    bencher.bench(|| grader(&catalog));
}

/// Fifty answers of 200 words, each to its own question, with rubrics that have been used before.
#[divan::bench(sample_count = 200)]
fn grade_fifty_answers(bencher: Bencher) {
    let catalog = load_on_all_cores();
    let (grader, answered) = (grader(&catalog), answered(&catalog));
    let judge = || {
        for (question, answer) in &answered {
            black_box(grader.judge(question, &question.wording, answer));
        }
    };
    judge();
    bencher.counter(ItemsCount::new(answered.len())).bench(judge);
}

/// The floor under the same fifty answers.
#[divan::bench(sample_count = 200)]
fn find_the_words_of_fifty_rubrics(bencher: Bencher) {
    let catalog = load_on_all_cores();
    let answered = answered(&catalog);
    let finders: Vec<(AhoCorasick, &str)> =
        answered.iter().map(|(question, answer)| (finder(question), answer.as_str())).collect();
    bencher.counter(ItemsCount::new(answered.len())).bench(|| {
        for (finder, answer) in &finders {
            black_box(finder.find_overlapping_iter(*answer).count());
        }
    });
}

/// Finds every word of a rubric's evidence.
fn finder(question: &Question) -> AhoCorasick {
    let points = question.rubric.points.iter();
    let lines =
        points.flat_map(|point| point.evidence.iter().chain(&point.mention).chain(&point.contradiction));
    let lines = lines.chain(question.rubric.misconceptions.iter().flat_map(|wrong| &wrong.evidence));
    let words = lines.flat_map(|line| line.as_str().split(|c: char| !c.is_alphanumeric()));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).expect("a rubric's words are few")
}

/// Cost against length, in thousands of bytes: the time for each byte should not grow.
#[divan::bench(args = [1, 10, 30, 60, 100], sample_count = 50)]
fn grade_by_length(bencher: Bencher, thousands: usize) {
    let catalog = load_on_all_cores();
    let (grader, answered) = (grader(&catalog), answered(&catalog));
    let prose: String = answered.iter().map(|(_, answer)| format!("{answer}\n\n")).collect();
    let answer: String = prose.chars().cycle().take(thousands * 1000).collect();
    let (question, _) = &answered[0];
    let judge = || grader.judge(question, &question.wording, &answer);
    let _ready = judge();
    bencher.counter(BytesCount::new(answer.len())).bench(judge);
}
