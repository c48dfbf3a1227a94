//! Grading by reference alone, one small question at a time.

use proptest::prelude::*;

use super::super::RubricGrader;
use super::*;
use crate::domain::grade::Grade;
use crate::domain::lexicon::{Group, Lexicon};
use crate::domain::words::Level;

const ASK: &str = "What does a mutex do?";
const MUTEX: &str =
    "A mutex lets one thread at a time enter a critical section, and the others block until release.";

fn grade(ask: &str, references: &[&str], answer: &str) -> Grade {
    let group = |id: &str, members: &[&str]| Group {
        id: id.to_owned(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
    };
    let lexicon = Lexicon {
        synonyms: vec![group("coalescing", &["request coalescing", "single flight"])],
        kinds: Vec::new(),
    };
    RubricGrader::new(&lexicon, []).judge_by_reference(ask, references, answer)
}

fn tenths(ask: &str, references: &[&str], answer: &str) -> u16 {
    grade(ask, references, answer).score(Level::Senior).map_or(0, |score| score.tenths())
}

#[track_caller]
fn check(answer: &str, expected: std::ops::RangeInclusive<u16>) {
    let score = tenths(ASK, &[MUTEX], answer);
    assert!(expected.contains(&score), "{answer}: {score}, {:#?}", grade(ASK, &[MUTEX], answer));
}

#[test]
fn the_more_of_a_reference_is_said_the_more_it_earns() {
    check(MUTEX, 100..=100);
    check(&MUTEX.to_uppercase(), 100..=100);
    check(&format!("{MUTEX} {MUTEX}"), 100..=100);
    check("Only one thread may enter the critical section; the others block until its release.", 95..=100);
    check("Just one thread is let into the critical section.", 65..=90);
    check("Other threads are blocked.", 30..=65);
    check("It sorts the array.", 0..=0);
}

#[test]
fn words_that_may_mean_the_same_earn_a_part() {
    let reference = "The cache begins to reject requests.";
    let check = |answer: &str, verdict: Verdict| {
        let grade = grade("What happens?", &[reference], answer);
        let begins = grade.verdicts.iter().find(|verdict| verdict.point.text.starts_with("\"begins\""));
        assert_eq!(begins.map(|begins| begins.verdict), Some(verdict), "{answer}");
    };
    check("The cache begins to reject.", Verdict::Hit);
    check("The cache began to reject.", Verdict::Hit);
    check("The cache starts to reject.", Verdict::Partial);
    check("The cache refuses to reject.", Verdict::Missed);
}

#[test]
fn the_lexicon_counts() {
    assert_eq!(tenths("How?", &["With request coalescing per key."], "With single flight per key."), 100);
}

#[test]
fn what_says_nothing_earns_nothing() {
    check("", 0..=0);
    check("?!", 0..=0);
    check("A mutex does what a mutex does.", 0..=0);
    check("What does a mutex do?", 0..=0);
    check("I do not know, I am not sure about this one.", 0..=15);
    check("mutex lets thread time enter critical section block release", 0..=0);
    check("mutex, one thread, time, critical section, enter, others, block, release", 0..=0);
    check(
        "until section a critical mutex, one others at the thread release. enter time a A and lets block",
        0..=0,
    );
    check("thread thread thread thread thread thread thread thread thread thread thread thread", 0..=0);
    check("Qwxz vbnmt plokj wertz asdfg hjklm cvbnt yuiop trewq gfdsa mnbvc.", 0..=0);
}

#[test]
fn the_opposite_is_contradicted() {
    let check = |reference: &str, answer: &str, contradicted: bool| {
        let grade = grade("Why?", &[reference], answer);
        let all = grade.verdicts.iter().all(|verdict| verdict.verdict == Verdict::Contradicted);
        assert_eq!(all, contradicted, "{answer}: {:#?}", grade.verdicts);
        assert_eq!(
            grade.score(Level::Senior).map(|score| score.tenths() == 0),
            Some(contradicted),
            "{answer}"
        );
    };
    check("The terminals are connected by a wire.", "The terminals are not connected by a wire.", true);
    check("The terminals are not connected.", "The terminals are connected.", true);
    check("There is a closed path with a battery.", "There is an open path with a battery.", true);
    check("There is a closed path with a battery.", "There is not an open path with a battery.", false);
    check("The collision diameter decreases tenfold.", "The collision diameter increases tenfold.", true);
    check("It validates before the write commits.", "It validates after the write commits.", true);
    check("The terminals are connected by a wire.", "A wire connects the terminals, not a gap.", false);
}

#[test]
fn of_several_references_the_best_met_counts() {
    let references = ["Unused.", MUTEX];
    assert_eq!(tenths(ASK, &references, MUTEX), 100);
    assert_eq!(tenths(ASK, &[MUTEX, "Unused."], MUTEX), 100);
}

#[test]
fn what_one_reference_denies_is_not_right_by_the_words_of_another() {
    let references = ["The terminals are not separated by the gap.", "The terminals are in one state."];
    assert_eq!(
        tenths("Why?", &references, "The terminals are separated by the gap, in a state of the wire."),
        0
    );
    for reference in references {
        assert_eq!(tenths("Why?", &references, reference), 100);
    }
}

#[test]
fn of_many_things_so_many_as_are_asked_for() {
    let reference = "It saves memory. It hides latency. It spreads load. It survives crashes.";
    let answer = "It saves memory. It hides latency.";
    assert_eq!(tenths("Name two benefits of it.", &[reference], answer), 100);
    assert!(tenths("What are the benefits of it?", &[reference], answer) < 90);
}

#[test]
fn a_reference_without_words_has_no_score() {
    assert_eq!(grade(ASK, &["..."], "It sorts.").score(Level::Senior), None);
    assert_eq!(grade(ASK, &[], "It sorts.").score(Level::Senior), None);
}

proptest! {
    #[test]
    fn every_credit_is_quoted_from_the_answer(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "one", "thread", "enters", "the", "critical", "section", "not", "never", "others", "blocked", ",", ".",
                "\n-", "without", "release", "mutex", "is", "é", "\u{200b}", "?", "time",
            ]),
            0..60,
        )
    ) {
        let answer = words.join(" ");
        for verdict in &grade(ASK, &[MUTEX, "Threads are not blocked."], &answer).verdicts {
            let credited = verdict.verdict != Verdict::Missed;
            prop_assert_eq!(credited, !verdict.evidence.is_empty(), "{:?}", verdict);
            prop_assert!(verdict.evidence.iter().all(|evidence| evidence.holds_in(&answer)));
        }
    }

    #[test]
    fn a_reference_is_graded_as_full(
        words in prop::collection::vec(
            prop::sample::select(vec!["cache", "thread", "not", "holds", "a", "the", "queue", "and", "waits", "."]),
            1..40,
        )
    ) {
        let reference = words.join(" ");
        let grade = grade("Why?", &[&reference], &reference);
        let wrong = |verdict: &&PointVerdict| verdict.verdict == Verdict::Contradicted;
        prop_assert!(grade.verdicts.iter().find(wrong).is_none(), "{:?}", grade.verdicts);
    }

    #[test]
    fn any_text_is_graded_without_a_panic(
        ask in "\\PC{0,60}", reference in "\\PC{0,120}", answer in "\\PC{0,200}"
    ) {
        let grade = grade(&ask, &[&reference], &answer);
        prop_assert!(grade.score(Level::Senior).is_none_or(|score| score.tenths() <= 100));
    }
}
