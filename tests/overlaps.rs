//! The reference answers against each other: each is a full answer to its own question, and hardly any to another's.

use std::collections::{BTreeMap, BTreeSet};

use followup::content::builtin;
use followup::cores;
use followup::domain::question::Question;
use followup::domain::words::Level;
use followup::grader::rubric::RubricGrader;

/// The least that a reference answer scores on its own question.
const OWN: f64 = 9.0;
/// The most that it scores on a question of another topic.
const FOREIGN: f64 = 2.0;
/// The most pairs that may be said to overlap.
const MOST: usize = 33;

/// Questions of different topics that ask for some of the same things, so that an answer to the one is a part of an
/// answer to the other: the pair in the order of the alphabet, and what they share.
const OVERLAPS: &[(&str, &str, &str)] = &[
    (
        "messaging/retry-strategy",
        "reliability/component-failure",
        "what was in flight is sent again with the same idempotency key",
    ),
    (
        "cache/cache-down",
        "reliability/cascading-failures",
        "a database that the cache no longer shields is one cascade: shedding, breakers, degrading",
    ),
    (
        "cache/cache-down",
        "scale/traffic-spikes",
        "what protects a database from too much load, whatever sent it there",
    ),
    ("cache/warm-up", "reliability/cascading-failures", "traffic comes back step by step after an outage"),
    (
        "consistency/distributed-transactions",
        "reliability/data-loss",
        "an outbox, and a reconciliation that finds what got lost",
    ),
    (
        "consistency/distributed-transactions",
        "reliability/partial-failures",
        "idempotent steps that are resumed, and reconciliation",
    ),
    (
        "consistency/exactly-once",
        "messaging/duplicates",
        "the same record of what was processed, in the same transaction as the effect",
    ),
    (
        "consistency/network-partition",
        "database/failover",
        "a majority elects, and the old primary is fenced off",
    ),
    (
        "consistency/strong-vs-eventual",
        "database/replication-strategy",
        "what replication lag shows to readers, and what a quorum promises",
    ),
    (
        "consistency/strong-vs-eventual",
        "scale/global-users",
        "the price of a write that has to be seen on every continent",
    ),
    (
        "database/backup-and-recovery",
        "reliability/data-loss",
        "backups against what replicas copy faithfully, and restores that are practised",
    ),
    (
        "database/backup-and-recovery",
        "reliability/disaster-recovery",
        "recovery point and recovery time, drills, copies out of reach",
    ),
    (
        "database/failover",
        "messaging/retry-strategy",
        "how clients bridge the gap: backoff with jitter, and only what is idempotent",
    ),
    ("database/failover", "reliability/disaster-recovery", "lag is loss, and a failover that is practised"),
    ("database/failover", "scale/global-users", "several places that take writes, and the conflicts of that"),
    (
        "database/hot-partitions",
        "scale/first-bottleneck",
        "one partition is full while the average over all looks harmless",
    ),
    ("database/indexes", "messaging/duplicates", "a unique index for each idempotency key, under a race"),
    (
        "database/replication-strategy",
        "reliability/data-loss",
        "what an asynchronous replica loses, and a synchronous one in another zone",
    ),
    (
        "database/replication-strategy",
        "scale/ten-x-growth",
        "replicas take reads, lag, and add nothing for writes",
    ),
    (
        "database/replication-strategy",
        "reliability/disaster-recovery",
        "asynchronous copies in another place, and what they lose",
    ),
    (
        "database/replication-strategy",
        "scale/global-users",
        "several leaders, lag, and reading one's own writes",
    ),
    (
        "database/schema-migrations",
        "operations/deployments",
        "old and new code beside each other on one schema: expand, then contract",
    ),
    (
        "messaging/retry-strategy",
        "reliability/cascading-failures",
        "retries that multiply over layers, and a budget against it",
    ),
    (
        "messaging/retry-strategy",
        "scale/traffic-spikes",
        "clients that are told when to come back, with backoff and jitter",
    ),
    (
        "messaging/slow-consumer",
        "scale/traffic-spikes",
        "a queue takes the peak, and how long it needs to drain",
    ),
    ("operations/alerts", "reliability/sla-slo", "paging by how fast the error budget burns"),
    (
        "operations/monitoring",
        "reliability/sla-slo",
        "the share of good requests and the slow tail, as users see them",
    ),
    (
        "reliability/cascading-failures",
        "scale/traffic-spikes",
        "shedding early, by importance, before everything is slow",
    ),
    (
        "reliability/disaster-recovery",
        "scale/global-users",
        "losing a whole region, and where its traffic goes",
    ),
    (
        "reliability/component-failure",
        "scale/horizontal-vs-vertical",
        "what is left carries the peak (N+1), and sessions live elsewhere",
    ),
    ("scale/traffic-spikes", "security/ddos", "more requests than can be served, meant or not"),
    ("scale/traffic-spikes", "security/rate-limiting", "a limit for each caller protects the others"),
];

/// The score of each reference answer on each question: the question's id, the answer's, the score.
fn table() -> Vec<(String, String, f64)> {
    let catalog = builtin::load().unwrap().catalog;
    let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
    let questions: Vec<Question> =
        catalog.questions.iter().map(|question| question.bind(&BTreeMap::new())).collect();
    let rows = cores::map(&questions, |question| {
        let score = |other: &Question| {
            let grade = grader.judge(question, &question.wording, &other.reference);
            let score = grade.score(Level::Senior).expect("every question has points at this level");
            (question.id.to_string(), other.id.to_string(), score.as_f64())
        };
        questions.iter().map(score).collect::<Vec<_>>()
    });
    rows.concat()
}

fn topic(id: &str) -> &str {
    id.split('/').next().unwrap()
}

#[test]
fn a_reference_answers_its_own_question_and_no_other() {
    let table = table();
    assert_eq!(table.len(), 2500);
    let poor: Vec<_> =
        table.iter().filter(|(question, answer, score)| question == answer && *score < OWN).collect();
    assert!(poor.is_empty(), "these do not answer their own question: {poor:#?}");
    let foreign = table
        .iter()
        .filter(|(question, answer, score)| topic(question) != topic(answer) && *score > FOREIGN)
        .map(|(question, answer, _)| if question < answer { (question, answer) } else { (answer, question) });
    let found: BTreeSet<(&str, &str)> = foreign.map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let named: BTreeSet<(&str, &str)> = OVERLAPS.iter().map(|(a, b, _)| (*a, *b)).collect();
    let unnamed: Vec<_> = found.difference(&named).collect();
    assert!(unnamed.is_empty(), "{} pairs share evidence by accident: {unnamed:#?}", unnamed.len());
    let gone: Vec<_> = named.difference(&found).collect();
    assert!(gone.is_empty(), "these pairs do not overlap any more: {gone:#?}");
    assert!(OVERLAPS.len() <= MOST, "{} pairs overlap", OVERLAPS.len());
}
