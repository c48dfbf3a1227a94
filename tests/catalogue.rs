//! The built-in pack holds what is promised of it; a number that falls below its promise fails here.

use std::collections::BTreeSet;

use followup::content::{Catalog, builtin};
use followup::domain::question::Question;
use followup::domain::words::Level;
use unicode_width::UnicodeWidthStr;

/// All questions of the built-in pack, by topic.
const QUESTIONS: &[(&str, &[&str])] = &[
    (
        "database",
        &[
            "hot-partitions",
            "schema-migrations",
            "sql-vs-nosql",
            "failover",
            "backup-and-recovery",
            "indexes",
            "connection-pooling",
            "replication-strategy",
        ],
    ),
    (
        "cache",
        &[
            "cache-down",
            "invalidation",
            "sizing",
            "stampede",
            "eviction-policy",
            "warm-up",
            "cache-aside-vs-write-through",
        ],
    ),
    (
        "messaging",
        &[
            "ordering",
            "duplicates",
            "slow-consumer",
            "poison-messages",
            "retry-strategy",
            "dead-letter-queues",
            "kafka-vs-rabbitmq",
        ],
    ),
    (
        "consistency",
        &[
            "network-partition",
            "distributed-transactions",
            "strong-vs-eventual",
            "conflicts",
            "isolation-level",
            "exactly-once",
        ],
    ),
    (
        "scale",
        &[
            "ten-x-growth",
            "capacity-planning",
            "first-bottleneck",
            "traffic-spikes",
            "horizontal-vs-vertical",
            "global-users",
        ],
    ),
    (
        "reliability",
        &[
            "component-failure",
            "cascading-failures",
            "disaster-recovery",
            "data-loss",
            "sla-slo",
            "partial-failures",
        ],
    ),
    ("security", &["authentication", "authorization", "sensitive-data", "rate-limiting", "ddos"]),
    ("operations", &["monitoring", "deployments", "alerts", "debugging-production", "on-call"]),
];

/// All systems that the built-in pack interviews on.
const SCENARIOS: &[&str] = &[
    "ad-click-counting",
    "chat",
    "file-sync",
    "metrics-pipeline",
    "news-feed",
    "notification-fan-out",
    "order-inventory",
    "payments-ledger",
    "ride-hailing",
    "search-autocomplete",
    "ticket-booking",
    "url-shortener",
    "video-streaming",
    "web-crawler",
];

/// How answers are written that the exemplars stand for.
const STYLES: &[&str] = &["jargon", "keywords", "partial", "plain", "wrong"];

fn catalog() -> Catalog {
    builtin::load().unwrap().catalog
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
}

#[test]
fn every_question_of_the_catalogue_is_there() {
    let expected: BTreeSet<String> = QUESTIONS
        .iter()
        .flat_map(|(topic, names)| names.iter().map(move |name| format!("{topic}/{name}")))
        .collect();
    assert_eq!(expected.len(), 50);
    let there: BTreeSet<String> = catalog().questions.iter().map(|q| q.id.to_string()).collect();
    assert_eq!(there, expected);
}

#[test]
fn every_question_is_rich() {
    let catalog = catalog();
    for Question { id, purposes, reference, rubric, sources, .. } in &catalog.questions {
        let points = &rubric.points;
        assert!(!purposes.is_empty(), "{id} has no purpose");
        assert!((7..=11).contains(&points.len()), "{id} has {} key points", points.len());
        for level in Level::ALL {
            assert!(points.iter().any(|point| point.level == *level), "{id} has no key point at {level}");
        }
        let facets: BTreeSet<String> = points.iter().map(|point| point.facet.to_string()).collect();
        assert!(facets.len() >= 3, "{id} has only the facets {facets:?}");
        for point in points {
            assert!(point.evidence.len() >= 2, "{id}/{} has one line of evidence", point.id);
            assert!(point.probe.contains('?'), "{id}/{} has no probe", point.id);
        }
        assert!(rubric.misconceptions.len() >= 3, "{id} has {} misconceptions", rubric.misconceptions.len());
        let exemplars = catalog.exemplars.get(id).map(Vec::as_slice).unwrap_or_default();
        assert!(exemplars.len() >= 5, "{id} has {} exemplars", exemplars.len());
        let styles: BTreeSet<&str> = exemplars.iter().map(|exemplar| exemplar.style.as_str()).collect();
        assert!(STYLES.iter().all(|style| styles.contains(style)), "{id} has only the styles {styles:?}");
        assert!((150..=300).contains(&words(reference)), "{id}: {} words of reference", words(reference));
        assert!(sources.len() >= 2, "{id} has {} sources", sources.len());
        for source in sources {
            assert!(source.url.starts_with("https://"), "{id}: {}", source.url);
        }
    }
}

#[test]
fn estimates_are_asked_for() {
    let catalog = catalog();
    let asking: Vec<&Question> =
        catalog.questions.iter().filter(|question| question.rubric.figure.is_some()).collect();
    assert!(asking.len() >= 6, "{} questions ask for a number", asking.len());
    for question in asking {
        let computed = catalog.scenarios.iter().filter(|s| s.figures.contains_key(&question.id)).count();
        assert!(computed >= 3, "{} scenarios have a number for {}", computed, question.id);
    }
}

#[test]
fn every_scenario_is_there_and_rich() {
    let catalog = catalog();
    let there: Vec<&str> = catalog.scenarios.iter().map(|template| template.scenario.id.as_str()).collect();
    assert_eq!(there, SCENARIOS);
    for template in &catalog.scenarios {
        let id = &template.scenario.id;
        assert!(template.parameters.len() >= 4, "{id} has {} parameters", template.parameters.len());
        assert!(template.derived.len() >= 4, "{id} has {} derived numbers", template.derived.len());
        for seed in 0..20 {
            let scenario = template.draw(seed).unwrap();
            assert!(scenario.decisions.len() >= 6, "{id} has {} decisions", scenario.decisions.len());
            assert_eq!(scenario.twists.len(), 3, "twists of {id}");
            assert!(scenario.ties.len() >= 14, "{id} has {} ties", scenario.ties.len());
            let widest = scenario.diagram.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
            assert!((1..=78).contains(&widest), "{id} with seed {seed}: {widest} columns");
        }
    }
}

#[test]
fn every_question_can_be_asked_about_three_systems() {
    let catalog = catalog();
    for question in &catalog.questions {
        let hosts = catalog.scenarios.iter().filter(|s| s.scenario.has_all(&question.needs)).count();
        assert!(hosts >= 3, "{} can be asked about {hosts} systems", question.id);
    }
}

#[test]
fn the_lexicon_is_rich() {
    let lexicon = catalog().lexicon;
    let groups = lexicon.synonyms.len() + lexicon.kinds.len();
    assert!(groups >= 300, "{groups} groups");
}
