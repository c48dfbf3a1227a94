//! Reference answers written to deceive the offline grader: how a thing is written changes no score, and what only looks
//! like an answer earns none.

use std::collections::BTreeMap;

use followup::content::{Catalog, builtin};
use followup::domain::grade::{Flag, Grade};
use followup::domain::question::Question;
use followup::domain::words::Level;
use followup::grader::fakes::{Rewrite, negated_sentences};
use followup::grader::rubric::{MAX_ANSWER, RubricGrader};

/// Every so many questions of the built-in pack are asked.
const STEP: usize = 3;
/// Says nothing about any system.
const PADDING: &str = "We went to the lake and had lunch there. ";
/// Two thousand words of it.
const PADDINGS: usize = 222;

fn check(test: impl Fn(&Catalog, &Question, &dyn Fn(&str) -> Grade)) {
    let catalog = builtin::load().unwrap().catalog;
    let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
    for question in catalog.questions.iter().step_by(STEP) {
        let question = question.bind(&BTreeMap::new());
        test(&catalog, &question, &|answer| grader.judge(&question, &question.wording, answer));
    }
}

/// Returns the score with all points, in tenths.
fn score(grade: &Grade) -> u16 {
    grade.score(Level::Staff).unwrap().tenths()
}

fn replaced(text: &str, by: impl Fn(char) -> Option<char>) -> String {
    text.chars().map(|c| by(c).unwrap_or(c)).collect()
}

fn look_alikes(text: &str) -> String {
    let pairs = [('a', 'а'), ('e', 'е'), ('o', 'о'), ('p', 'р'), ('c', 'с'), ('i', 'і')];
    replaced(text, |c| pairs.iter().find(|(latin, _)| *latin == c).map(|(_, cyrillic)| *cyrillic))
}

fn fullwidth(text: &str) -> String {
    let wide = |c: char| c.is_ascii_alphabetic().then(|| char::from_u32(u32::from(c) + 0xfee0)).flatten();
    replaced(text, wide)
}

fn zero_width(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut written = String::new();
    while let Some(c) = chars.next() {
        written.push(c);
        if c.is_alphabetic() && chars.peek().is_some_and(|next| next.is_alphabetic()) {
            written.push('\u{200b}');
        }
    }
    written
}

#[test]
fn how_an_answer_is_written_changes_no_score() {
    type Written = fn(&str) -> String;
    let ways: [(&str, Written); 10] = [
        ("twice", |text| Rewrite::Twice.of(text)),
        ("capitals", |text| Rewrite::UpperCase.of(text)),
        ("letters that look alike", look_alikes),
        ("fullwidth letters", fullwidth),
        ("zero-width characters", zero_width),
        ("curly apostrophes", |text| text.replace('\'', "\u{2019}")),
        ("lines as on Windows", |text| text.replace('\n', "\r\n")),
        ("a code block", |text| format!("```\n{text}\n```")),
        ("padding behind", |text| format!("{text}\n\n{}", PADDING.repeat(PADDINGS))),
        ("padding before", |text| format!("{}\n\n{text}", PADDING.repeat(PADDINGS))),
    ];
    check(|_, question, judge| {
        let plain = score(&judge(&question.reference));
        for (way, write) in ways {
            assert_eq!(score(&judge(&write(&question.reference))), plain, "{} with {way}", question.id);
        }
        let asked = format!("{}\n\n{}", question.wording, question.reference);
        assert_eq!(score(&judge(&asked)), plain, "{} with the question said back", question.id);
    });
}

#[test]
fn an_answer_beside_its_denial_earns_no_more() {
    check(|_, question, judge| {
        let both = format!("{}\n\n{}", question.reference, negated_sentences(&question.reference));
        assert!(score(&judge(&both)) <= score(&judge(&question.reference)), "{}", question.id);
    });
}

#[test]
fn all_words_of_the_pack_are_a_list() {
    check(|catalog, question, judge| {
        let groups = catalog.lexicon.synonyms.iter().chain(&catalog.lexicon.kinds);
        let members: Vec<&str> = groups.flat_map(|group| &group.members).map(String::as_str).collect();
        for separator in [", ", "\n", " "] {
            let grade = judge(&members.join(separator));
            let flagged = grade.flags.contains(&Flag::KeywordList);
            assert_eq!((score(&grade), flagged), (0, true), "{} {separator:?}", question.id);
        }
    });
}

#[test]
fn of_a_huge_answer_the_beginning_counts() {
    check(|_, question, judge| {
        let answer = format!("{}\n\n", question.reference).repeat((1 << 20) / question.reference.len());
        let grade = judge(&answer);
        assert_eq!(grade.flags, [Flag::CutOff], "{}", question.id);
        assert_eq!(score(&grade), score(&judge(&question.reference)), "{}", question.id);
        let evidence = grade.verdicts.iter().flat_map(|verdict| &verdict.evidence);
        assert!(evidence.into_iter().all(|evidence| evidence.end <= MAX_ANSWER), "{}", question.id);
    });
}
