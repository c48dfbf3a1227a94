//! Values to render in tests.

use std::collections::BTreeMap;

use crate::domain::grade::{Evidence, FoundMisconception, GradedPoint};
use crate::domain::id::{MisconceptionId, PointId, QuestionId, ScenarioId};
use crate::domain::plan::PlannedQuestion;
use crate::domain::question::{Question, Rubric};
use crate::domain::scenario::{Component, Number, Scenario, ScenarioDecision};
use crate::domain::standing::{PointStanding, Standing, State};
use crate::domain::words::{ComponentKind, Facet, Level, Purpose, Verdict};

pub(super) fn scenario() -> Scenario {
    let number = |text: &str, unit: &str, value| Number {
        id: "n".to_owned(),
        text: text.to_owned(),
        unit: unit.to_owned(),
        value,
        derived: false,
    };
    Scenario {
        id: ScenarioId::parse("news-feed").unwrap(),
        title: "News feed".to_owned(),
        summary: "Posts of the people one follows, newest and most relevant first.".to_owned(),
        functional: "- Post\n- Read the feed".to_owned(),
        non_functional: "- A feed page in 200 ms".to_owned(),
        components: vec![Component {
            id: "feed-cache".to_owned(),
            kind: ComponentKind::Cache,
            name: "feed cache (Redis)".to_owned(),
            text: "The last 500 post ids of every active user's feed.".to_owned(),
        }],
        diagram: "\n app -> load balancer -> feed service -> feed cache\n".to_owned(),
        decisions: vec![ScenarioDecision {
            choice: "Fan-out on write for ordinary authors".to_owned(),
            reason: "Reads are a hundred times as frequent as posts.".to_owned(),
        }],
        twists: vec![],
        ties: BTreeMap::new(),
        bind: BTreeMap::new(),
        figures: BTreeMap::new(),
        numbers: vec![
            number("daily active users", "users", 50e6),
            number("feed reads at peak", "req/s", 17_400.0),
            number("storage for a year of posts", "B", 1.2e12),
        ],
    }
}

pub(super) fn planned() -> PlannedQuestion {
    PlannedQuestion {
        question: Question {
            id: QuestionId::parse("cache/cache-down").unwrap(),
            wording: "What if the cache goes down?".to_owned(),
            purposes: vec![Purpose::Depth, Purpose::EdgeCases],
            needs: vec![],
            placeholders: BTreeMap::new(),
            reference: String::new(),
            rubric: Rubric::default(),
            sources: vec![],
        },
        tie: Some("Your feed cache answers 95 of 100 reads, and the database sees the rest.".to_owned()),
    }
}

pub(super) fn point(id: &str, facet: Facet, level: Level, verdict: Verdict, quote: &str) -> PointStanding {
    let evidence =
        (!quote.is_empty()).then(|| Evidence { start: 0, end: quote.len(), quote: quote.to_owned() });
    PointStanding {
        point: GradedPoint {
            id: PointId::parse(id).unwrap(),
            text: format!("The text of {id}, which teaches the whole idea in one sentence."),
            weight: 2,
            level,
            facet,
        },
        verdict,
        assisted: false,
        evidence: evidence.into_iter().collect(),
        reason: format!("The reason of {id}."),
        turn: 0,
    }
}

/// One point of every kind, at the level `senior`.
pub(super) fn standing() -> Standing {
    use Facet::{Detection, Mitigation, Operations, Prevention, TradeOff};
    use Level::{Mid, Senior, Staff};
    use Verdict::{Contradicted, Hit, Missed, Partial, Ungraded};
    let mut helped = point("breaker", Mitigation, Senior, Hit, "a circuit breaker stops the calls");
    helped.assisted = true;
    Standing {
        state: State::Graded,
        points: vec![
            point("coalescing", Prevention, Senior, Hit, "only one request fetches it and the rest wait"),
            point("jitter", Prevention, Mid, Partial, "spread the ttl"),
            helped,
            point("warming", Prevention, Mid, Missed, ""),
            point("capacity", Prevention, Senior, Missed, ""),
            point("alerting", Detection, Mid, Missed, ""),
            point("stale", TradeOff, Mid, Contradicted, "we must never serve stale data"),
            point("runbook", Operations, Mid, Ungraded, ""),
            point("shedding", Mitigation, Staff, Hit, "drop the least important reads"),
            point("cells", Prevention, Staff, Missed, ""),
        ],
        misconceptions: vec![FoundMisconception {
            id: MisconceptionId::parse("never-fails").unwrap(),
            text: "A clustered cache cannot go down.".to_owned(),
            correction: "A failover takes seconds and loses what was not replicated.".to_owned(),
            penalty: 1,
            evidence: vec![Evidence { start: 0, end: 19, quote: "redis never fails us".to_owned() }],
        }],
    }
}
