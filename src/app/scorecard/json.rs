//! A scorecard for programs.

use serde_json::{Map, Value, json};

use crate::report::scorecard::floors::rounded;
use crate::report::scorecard::{LabelCard, Measured, Scorecard, SetCard};

/// Returns the scorecard; `figures` has every figure under its whole name, the one that bounds are given by.
pub(super) fn value(card: &Scorecard) -> Value {
    let figures: Map<String, Value> =
        card.figures().into_iter().map(|(name, of)| (name, measured(of))).collect();
    let fakes = card
        .fakes
        .iter()
        .map(|row| json!({ "fake": row.fake, "answers": row.answers, "worst_question": row.worst }));
    let rewrites = card
        .rewrites
        .iter()
        .map(|row| json!({ "rewrite": row.rewrite, "answers": row.answers, "changed": row.changed }));
    json!({
        "grader": { "name": card.graders.first(), "version": card.version },
        "compared_with": card.graders.get(1..),
        "level": card.level.as_str(),
        "sets": card.sets.iter().map(set).collect::<Value>(),
        "fakes": fakes.collect::<Value>(),
        "rewrites": rewrites.collect::<Value>(),
        "figures": figures,
    })
}

fn set(set: &SetCard) -> Value {
    json!({
        "name": set.name,
        "answers": set.answers,
        "questions": set.questions,
        "ungraded": set.ungraded,
        "labels": set.cards.iter().map(labels).collect::<Value>(),
    })
}

fn labels(card: &LabelCard) -> Value {
    let first = card.graders.first();
    let styles = first.into_iter().flat_map(|grader| &grader.styles);
    let order = first.into_iter().flat_map(|grader| &grader.order);
    json!({
        "labels": card.labels.as_str(),
        "styles": styles.map(|row| json!({ "style": row.style, "answers": row.answers })).collect::<Value>(),
        "order": order.map(|row| json!({ "order": row.name, "pairs": row.pairs })).collect::<Value>(),
    })
}

fn measured(of: Measured) -> Value {
    json!({
        "value": of.value.map(rounded),
        "low": of.interval.map(|interval| rounded(interval.low)),
        "high": of.interval.map(|interval| rounded(interval.high)),
    })
}
