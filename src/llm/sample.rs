//! What templates are filled with, in small: a template that cannot take it is refused before anything is sent.

use serde_json::{Value, json};

use super::prompt::Prompt;

/// Returns values of the form of those that a prompt is filled with; several where its template may choose by them.
pub(super) fn of(prompt: Prompt) -> Vec<Value> {
    let entry = || json!({"id": "id", "facet": "facet", "text": "text"});
    match prompt {
        Prompt::JudgePolicy | Prompt::PersonaFriendly | Prompt::PersonaNeutral | Prompt::PersonaTough => {
            vec![json!({})]
        }
        Prompt::JudgeAnswer => vec![json!({
            "pack_fence": "fence",
            "question": "question",
            "points": [entry()],
            "misconceptions": [entry()],
            "call_fence": "fence",
            "asked": "asked",
            "extra": entry(),
            "answer_fence": "fence",
            "answer": "answer",
        })],
        Prompt::JudgeRepair => vec![json!({"problem": "problem"})],
        Prompt::Interviewer => vec![json!({"persona": "persona"})],
        Prompt::InterviewerMoment => {
            let moment = |occasion: &str| {
                json!({
                    "fence": "fence",
                    "design": "design",
                    "asked_before": ["question"],
                    "question": "question",
                    "so_far": [{"speaker": "speaker", "text": "text"}],
                    "credited": ["quote"],
                    "occasion": occasion,
                    "wording": "wording",
                })
            };
            ["question", "probe", "retry", "clarifying", "twist", "closing"].map(moment).to_vec()
        }
    }
}

/// Asserts that a prompt is really filled with values of that form.
#[cfg(test)]
#[track_caller]
pub(crate) fn assert_like(prompt: Prompt, values: &impl serde::Serialize) {
    let values = serde_json::to_value(values).unwrap();
    for sample in of(prompt) {
        assert_eq!(names(&values), names(&sample), "{prompt:?}");
    }
}

/// Returns the names of all fields, those of the first of several things for all of them.
#[cfg(test)]
fn names(value: &Value) -> std::collections::BTreeSet<String> {
    match value {
        Value::Object(fields) => {
            let inner = |(name, value): (&String, &Value)| -> Vec<String> {
                let inner = names(value).into_iter().map(|inner| format!("{name}.{inner}"));
                inner.chain([name.clone()]).collect()
            };
            fields.iter().flat_map(inner).collect()
        }
        Value::Array(all) => all.first().map(names).unwrap_or_default(),
        _ => Default::default(),
    }
}
