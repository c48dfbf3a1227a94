//! The rules of grading, one small rubric and one sentence at a time.

use proptest::prelude::*;

use super::*;
use crate::domain::figure::Figure;
use crate::domain::id::{MisconceptionId, PointId};
use crate::domain::lexicon::Group;
use crate::domain::pattern::Pattern;
use crate::domain::question::{KeyPoint, Misconception, Rubric};
use crate::domain::words::{Facet, Level, Verdict};

fn lines(lines: &[&str]) -> Vec<Pattern> {
    lines.iter().map(|line| Pattern::parse(line).unwrap()).collect()
}

fn question() -> Question {
    let point = |id: &str, evidence: &[&str], mention: &[&str], contradiction: &[&str]| KeyPoint {
        id: PointId::parse(id).unwrap(),
        text: id.to_owned(),
        weight: 1,
        level: Level::Mid,
        facet: Facet::Mechanism,
        evidence: lines(evidence),
        mention: lines(mention),
        contradiction: lines(contradiction),
        probe: "And?".to_owned(),
        derived: false,
    };
    Question {
        id: QuestionId::parse("cache/cache-down").unwrap(),
        wording: "What if the cache goes down?".to_owned(),
        purposes: vec![],
        needs: vec![],
        placeholders: std::collections::BTreeMap::new(),
        reference: String::new(),
        rubric: Rubric {
            points: vec![
                point(
                    "coalescing",
                    &["one|single|only one + request|caller|worker + refill|fetch|recompute + wait|share"],
                    &["request coalescing"],
                    &["every|each + request|caller + database + fine|okay"],
                ),
                point("jitter", &["jitter|random + expiry|ttl|expire"], &["jitter"], &[]),
                point("no-retry", &["dead|failed cache + !retry|hammer"], &[], &[]),
            ],
            misconceptions: vec![Misconception {
                id: MisconceptionId::parse("never-fails").unwrap(),
                text: "It never fails.".to_owned(),
                correction: "It does.".to_owned(),
                penalty: 1,
                evidence: lines(&["redis|cache + never|cannot + fail|go down"]),
            }],
            figure: None,
        },
        sources: vec![],
    }
}

fn grader() -> RubricGrader {
    let group = |id: &str, members: &[&str]| Group {
        id: id.to_owned(),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
    };
    let lexicon = Lexicon {
        synonyms: vec![
            group("coalescing", &["request coalescing", "single flight"]),
            group("ttl", &["ttl", "time to live"]),
        ],
        kinds: vec![group("cache", &["redis"])],
    };
    RubricGrader::new(&lexicon, ["the cash register waits for nobody"])
}

/// Grades the answer and compares verdicts and quotes: `h` hit, `p` partial, `c` contradicted, `-` missed.
#[track_caller]
fn check(answer: &str, verdicts: &str, quotes: &[&str]) {
    let grade = grader().judge(&question(), "What if the cache goes down?", answer);
    let got: String = grade
        .verdicts
        .iter()
        .map(|verdict| match verdict.verdict {
            Verdict::Hit => 'h',
            Verdict::Partial => 'p',
            Verdict::Missed => '-',
            Verdict::Contradicted => 'c',
            Verdict::Ungraded => 'u',
        })
        .collect();
    let found: Vec<&str> =
        grade.verdicts.iter().flat_map(|v| &v.evidence).map(|e| e.quote.as_str()).collect();
    assert_eq!((got.as_str(), found.as_slice()), (verdicts, quotes), "{answer}");
}

#[test]
fn reasons_name_what_was_found_for_what_was_asked() {
    let reason = |answer: &str, point: usize| {
        let grade = grader().judge(&question(), "What if the cache goes down?", answer);
        grade.verdicts[point].reason.clone()
    };
    for (answer, point, expected) in [
        (
            "A single worker recomputes the key, the others wait.",
            0,
            r#"said in full: "single" for "one", "worker" for "request", "recomputes" for "refill", "wait""#,
        ),
        ("We put jitter on the time to live.", 1, r#"said in full: "jitter", "time to live" for "expiry""#),
        (
            "A single worker fetches it.",
            0,
            r#"half said: "single" for "one", "worker" for "request", "fetches" for "refill", but nothing on "wait""#,
        ),
        ("We want jitter.", 1, r#"named, but nothing is said of it: "jitter""#),
        ("Jitter on the ttl.", 1, r#"named, but nothing is said of it: "jitter", "ttl" for "expiry""#),
        ("We don't add jitter to the expiry.", 1, r#"the opposite is said: "jitter", "expiry""#),
        (
            "Every request can go to the database, that is fine.",
            0,
            r#"the opposite is said: "every", "request", "database", "fine""#,
        ),
        (
            "We add jitter to the ttl. In fact we would not add jitter to the ttl.",
            1,
            r#"this is said, and then denied: "jitter", "ttl" for "expiry""#,
        ),
    ] {
        assert_eq!(reason(answer, point), expected, "{answer}");
    }
}

#[test]
fn a_statement_is_a_hit_in_jargon_and_in_plain_words() {
    check(
        "We coalesce: a single worker recomputes the key while the others wait for it.",
        "h--",
        &["single worker recomputes the key while the others wait"],
    );
    check(
        "Only one request fetches it, the rest share the result.",
        "h--",
        &["one request fetches it, the rest share"],
    );
}

#[test]
fn two_neighbouring_sentences_may_say_it_together() {
    check(
        "Only one caller refills the key. All others wait.",
        "h--",
        &["one caller refills", "All others wait"],
    );
    check("Only one caller refills the key. We use Go. All others wait.", "p--", &["one caller refills"]);
}

#[test]
fn what_is_said_in_one_clause_is_quoted() {
    check("Put jitter, expiry of keys has a random part.", "-h-", &["expiry of keys has a random"]);
    check("The ttl of all keys gets jitter, expiry is then spread.", "-h-", &["ttl of all keys gets jitter"]);
}

#[test]
fn a_name_alone_is_at_most_partial() {
    check("I would do request coalescing here.", "p--", &["request coalescing"]);
    check("I would use single flight for this.", "p--", &["single flight"]);
}

#[test]
fn a_sentence_of_bare_words_names_them() {
    check("Expiry with jitter.", "-p-", &["Expiry with jitter"]);
    check("Each key has its expiry with jitter.", "-h-", &["expiry with jitter"]);
    check("Expiry with jitter; keys then die one by one.", "-h-", &["Expiry with jitter"]);
    check("Expiry with jitter of 10%.", "-h-", &["Expiry with jitter"]);
    check(
        "Expiry with jitter. Keys then die one by one, each has its own expiry, with random jitter.",
        "-h-",
        &["expiry, with random"],
    );
}

#[test]
fn a_slot_leaves_another_its_only_word() {
    let mut question = question();
    question.rubric.points[1].evidence = lines(&["jitter + random|expiry + expiry"]);
    let grade =
        grader().judge(&question, &question.wording, "We want jitter: the expiry gets a random part.");
    assert_eq!(grade.verdicts[1].verdict, Verdict::Hit);
}

#[test]
fn a_wrong_claim_is_made_in_one_sentence() {
    check("Every request goes to the database. The weather is fine.", "---", &[]);
    check(
        "Every request goes to the database; that is fine.",
        "c--",
        &["Every request goes to the database", "that is fine"],
    );
}

#[test]
fn among_wrong_claims_a_right_one_must_be_whole() {
    let mut question = question();
    let mut again = question.rubric.points[0].clone();
    (again.id, again.contradiction) = (PointId::parse("again").unwrap(), vec![]);
    question.rubric.points[2].contradiction = lines(&["retry + dead cache"]);
    question.rubric.points.push(again);
    let wrong =
        "Redis cannot fail. Every request can go to the database, that is fine. We retry the dead cache.";
    for (said, trusted, doubted) in [
        ("A single worker fetches it, and the others wait.", Verdict::Hit, Verdict::Hit),
        ("A single worker fetches it; the others wait.", Verdict::Hit, Verdict::Hit),
        ("A single worker fetches it. The others wait.", Verdict::Hit, Verdict::Missed),
        ("A single worker fetches it.", Verdict::Partial, Verdict::Missed),
    ] {
        let verdict = |answer: &str| grader().judge(&question, &question.wording, answer).verdicts[3].verdict;
        assert_eq!(verdict(said), trusted, "{said}");
        assert_eq!(verdict(&format!("{wrong} {said}")), doubted, "{said}");
    }
}

#[test]
fn all_but_one_slot_is_half_said() {
    check("A single worker fetches it.", "p--", &["single worker fetches"]);
    check("The others fetch it and wait.", "---", &[]);
}

#[test]
fn the_lexicon_stands_in() {
    check("Put some random noise on the time to live.", "-h-", &["random noise on the time to live"]);
}

#[test]
fn typing_errors_are_forgiven_but_words_are_words() {
    check("Add jittre to each expirey of the keys.", "-h-", &["jittre to each expirey"]);
}

#[test]
fn a_denial_contradicts() {
    check("We don't add jitter to the expiry.", "-c-", &["jitter to the expiry"]);
    check("Jitter on the ttl is pointless here.", "-c-", &["Jitter on the ttl"]);
    check(
        "Every request can go to the database, that is fine.",
        "c--",
        &["Every request can go to the database, that is fine"],
    );
}

#[test]
fn a_denial_beside_another_claim_contradicts() {
    check(
        "The ttl is best for everything, so jitter on its expiry is pointless.",
        "-c-",
        &["jitter on its expiry"],
    );
}

#[test]
fn a_text_of_denials_says_nothing_beside_them() {
    let denials =
        "It is not slow. We can not do it. They will not come. It has not begun. Nobody does not see it.";
    let said = "Jitter goes on the ttl, which is not hard.";
    check(said, "-h-", &["Jitter goes on the ttl"]);
    check(&format!("{said} {denials}"), "-c-", &["Jitter goes on the ttl"]);
    check(&format!("{said} Two. Three. Four. Five. {denials}"), "-h-", &["Jitter goes on the ttl"]);
}

#[test]
fn words_of_one_of_many_wrong_claims_say_nothing_else() {
    let jitter = "Redis with jitter on the ttl cannot fail.";
    let wrong = "Every request can go to the database, that is fine.";
    let dead = "We retry the dead cache, and never hammer it.";
    check(&format!("{jitter} {wrong}"), "ch-", &[wrong.trim_end_matches('.'), "jitter on the ttl"]);
    let mut strict = question();
    strict.rubric.points[2].contradiction = lines(&["retry + dead cache"]);
    let answer = format!("{jitter} {wrong} {dead}");
    let grade = grader().judge(&strict, &strict.wording, &answer);
    assert_eq!(grade.misconceptions.len(), 1);
    let verdicts: Vec<Verdict> = grade.verdicts.iter().map(|verdict| verdict.verdict).collect();
    assert_eq!(verdicts, [Verdict::Contradicted, Verdict::Partial, Verdict::Contradicted]);
}

#[test]
fn what_is_said_last_counts() {
    check(
        "We add jitter to the ttl. In fact we would not add jitter to the ttl.",
        "-c-",
        &["jitter to the ttl"],
    );
    check(
        "Don't set the same expiry without jitter. Use jitter on every expiry.",
        "-h-",
        &["jitter on every expiry"],
    );
}

#[test]
fn describing_the_problem_is_no_denial() {
    check("If the expiry has no jitter, they all go at once.", "---", &[]);
}

#[test]
fn a_rejection_with_its_reason_is_no_denial() {
    check(
        "I would not use one expiry for all, because with jitter they spread.",
        "-p-",
        &["because with jitter they spread"],
    );
    check(
        "We don't want every key to expire at once, so random jitter goes on the ttl.",
        "-h-",
        &["jitter goes on the ttl"],
    );
}

#[test]
fn a_negated_slot_wants_a_negation() {
    check(
        "While the failed cache is away we never retry it.",
        "--h",
        &["failed cache is away we never retry"],
    );
    check("Never retry against the failed cache.", "--h", &["retry against the failed cache"]);
    check("While the failed cache is away we retry it.", "---", &[]);
}

#[test]
fn questions_echoes_and_lists_earn_nothing() {
    check("Should we add jitter to the expiry?", "---", &[]);
    check("What if the cache goes down", "---", &[]);
    check("cache, jitter, ttl, request coalescing, single flight, expiry, worker, fetch, wait", "---", &[]);
    check("", "---", &[]);
    check("  \n\t ", "---", &[]);
}

#[test]
fn a_question_that_is_answered_at_once_is_said() {
    check("Which expiry gets some jitter?", "---", &[]);
    check("Which expiry gets some jitter? No idea.", "---", &[]);
    check("Which expiry gets some jitter? That of hot keys.", "-h-", &["expiry gets some jitter"]);
    check("Which jitter on expiry? That of hot keys.", "-h-", &["jitter on expiry"]);
    check("What if the cache goes down? That of hot keys.", "---", &[]);
}

#[test]
fn no_behind_a_thing_is_no_part_of_it() {
    let mut question = question();
    question.rubric.points[1].contradiction = lines(&["ttl + have no jitter"]);
    let verdict = |answer: &str| grader().judge(&question, &question.wording, answer).verdicts[1].verdict;
    assert_eq!(verdict("Keys share their ttl and have no such jitter."), Verdict::Contradicted);
    assert_eq!(verdict("Keys have a ttl with jitter, so no."), Verdict::Hit);
}

#[test]
fn a_wrong_claim_is_not_set_right_by_its_own_sentence() {
    let wrong = "Every request to the database is fine";
    let right = "one worker fetches it for the others who wait";
    check(&format!("{wrong} and {right}."), "c--", &[wrong]);
    check(&format!("{wrong}, but {right}."), "h--", &["one worker fetches it for the others who wait"]);
    check(&format!("{wrong}. No, {right}."), "h--", &["one worker fetches it for the others who wait"]);
}

#[test]
fn a_case_put_with_a_question_mark_is_no_question() {
    check("Random jitter on the ttl? Yes, always.", "-h-", &["jitter on the ttl"]);
}

#[test]
fn flags_say_why_nothing_was_earned() {
    let flags = |answer: &str| grader().judge(&question(), "What if the cache goes down?", answer).flags;
    assert_eq!(flags(""), [Flag::Empty]);
    assert_eq!(flags("What if the cache goes down?"), [Flag::QuestionEcho]);
    assert_eq!(flags("ttl, jitter, expiry, single flight, worker, fetch, wait"), [Flag::KeywordList]);
    assert_eq!(flags("We add jitter to the ttl."), []);
    assert_eq!(flags(&"we keep it as it was before. ".repeat(20_000)), [Flag::CutOff]);
}

#[test]
fn a_misconception_is_found_with_its_words() {
    let found = |answer: &str| {
        let grade = grader().judge(&question(), "", answer);
        grade.misconceptions.iter().flat_map(|m| &m.evidence).map(|e| e.quote.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        found("Redis is a cluster, so it can never fail."),
        ["Redis is a cluster, so it can never fail"]
    );
    assert!(found("Nobody should say that redis works for ever.").is_empty());
}

#[test]
fn another_rubric_under_the_same_id_is_not_mixed_up() {
    let grader = grader();
    let mut other = question();
    other.rubric.points.truncate(1);
    assert_eq!(grader.judge(&question(), "", "some text").verdicts.len(), 3);
    assert_eq!(grader.judge(&other, "", "some text").verdicts.len(), 1);
}

proptest! {
    #[test]
    fn every_credit_is_quoted_from_the_answer(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "one", "request", "refills", "wait", "jitter", "expiry", "not", "never", "the", "if", ",", ".", "\n-",
                "without", "failed", "cache", "retry", "é", "\u{200b}", "?",
            ]),
            0..60,
        )
    ) {
        let answer = words.join(" ");
        let grade = grader().judge(&question(), "", &answer);
        for verdict in &grade.verdicts {
            let credited = !matches!(verdict.verdict, Verdict::Missed | Verdict::Ungraded);
            prop_assert_eq!(credited, !verdict.evidence.is_empty(), "{:?}", verdict);
            prop_assert!(verdict.evidence.iter().all(|evidence| evidence.holds_in(&answer)));
        }
    }

    #[test]
    fn any_text_is_graded_without_a_panic(answer in "\\PC{0,200}") {
        let grade = grader().judge(&question(), "", &answer);
        prop_assert_eq!(grade.verdicts.len(), 3);
    }
}

#[test]
fn a_number_near_the_figure_fills_its_slot() {
    let mut question = question();
    let point = &mut question.rubric.points[0];
    point.evidence = lines(&["# + memory|ram|hold"]);
    point.mention = lines(&["memory + times|per entry"]);
    question.rubric.figure = Some(Figure { given: None, value: 1e9, unit: "B".to_owned(), factor: 2.0 });
    let check = |answer: &str, expected: Verdict, quote: &str| {
        let grade = grader().judge(&question, &question.wording, answer);
        let verdict = &grade.verdicts[0];
        let quotes: Vec<&str> = verdict.evidence.iter().map(|found| found.quote.as_str()).collect();
        let expected_quotes: Vec<&str> = (!quote.is_empty()).then_some(quote).into_iter().collect();
        assert_eq!((verdict.verdict, quotes), (expected, expected_quotes), "{answer}");
    };
    check("It has to hold 1M x 1 KB, so about a gig.", Verdict::Hit, "hold 1M x 1 KB, so about a gig");
    check("I'd give it 1.5 GB of memory.", Verdict::Hit, "1.5 GB of memory");
    check("We need memory for a million times a kB: 20 GB.", Verdict::Partial, "memory for a million times");
    check("1 GB.", Verdict::Missed, "");
    check("It won't hold 1 GB.", Verdict::Contradicted, "hold 1 GB");
}

#[test]
fn a_claim_in_one_clause_has_its_words_before_one_that_borrows_them() {
    check(
        "One request to the database refills it and the others wait, each is okay.",
        "h--",
        &["One request to the database refills it and the others wait"],
    );
}
