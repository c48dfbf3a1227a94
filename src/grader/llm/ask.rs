//! The request for one answer: what is the same in every call first, the answer last.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::chance::Chance;
use crate::domain::question::Rubric;
use crate::grader::claims::{Case, Unusable};
use crate::llm::fence::{Nonce, fence_of, harmless, one_line};
use crate::llm::prompt::{Prompt, PromptError, Prompts};
use crate::llm::{Message, ModelRequest, Shape, Speaker};

/// The most tokens that a reply may have: so many ...
const TOKENS: u32 = 2048;
/// ... and so many more for each point.
const TOKENS_PER_POINT: u32 = 160;

/// What the code word of a decoy is made of; none is a word of the field.
const CODE_WORDS: &[&str] = &[
    "bassoon",
    "chestnut",
    "dandelion",
    "flamingo",
    "gooseberry",
    "hazelnut",
    "juniper",
    "lavender",
    "marzipan",
    "nightingale",
    "oboe",
    "peppermint",
    "quince",
    "rhubarb",
    "saffron",
    "tamarind",
];

/// One answer, to be asked about.
pub(super) struct Ask<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) nonce: &'a Nonce,
    pub(super) prompts: &'a Prompts,
}

/// An entry of a list in a prompt.
#[derive(Serialize)]
struct Entry {
    id: String,
    facet: &'static str,
    text: String,
}

/// What the answer's template is filled with.
#[derive(Serialize)]
struct Values<'a> {
    pack_fence: &'a str,
    question: String,
    points: Vec<Entry>,
    misconceptions: Vec<Entry>,
    call_fence: &'a str,
    asked: String,
    extra: Entry,
    answer_fence: &'a str,
    answer: String,
}

#[derive(Serialize)]
struct Repair {
    problem: String,
}

impl Ask<'_> {
    /// Makes the request; with a problem, the one that follows a reply that had it.
    pub(super) fn request(&self, problem: Option<Unusable>) -> Result<ModelRequest, PromptError> {
        let system = self.prompts.render(Prompt::JudgePolicy, &json!({}))?;
        let mut user = self.answer()?;
        if let Some(problem) = problem {
            let problem = problem.to_string();
            user.push_str(&self.prompts.render(Prompt::JudgeRepair, &Repair { problem })?);
        }
        let points = self.case.request.question.rubric.points.len() as u32 + 1;
        Ok(ModelRequest {
            messages: vec![
                Message { speaker: Speaker::System, text: system },
                Message { speaker: Speaker::User, text: user },
            ],
            shape: Some(Shape { name: NAME.to_owned(), schema: schema() }),
            max_tokens: TOKENS + TOKENS_PER_POINT * points,
        })
    }

    /// Returns the id of the point that no answer can meet: it asks for words that nobody who answers knows.
    pub(super) fn decoy(&self) -> String {
        self.extra().id
    }

    fn answer(&self) -> Result<String, PromptError> {
        let question = self.case.request.question;
        let wording = self.line(&question.wording);
        let (points, misconceptions) = self.entries(&question.rubric);
        let (asked, extra) = (self.line(self.case.request.prompt), self.extra());
        let listed = points.iter().chain(&misconceptions).flat_map(|entry| [entry.id.as_str(), &entry.text]);
        let pack_fence = fence_of([wording.as_str()].into_iter().chain(listed));
        let call_fence = fence_of([asked.as_str(), &extra.id]);
        self.prompts.render(
            Prompt::JudgeAnswer,
            &Values {
                pack_fence: pack_fence.as_str(),
                question: wording,
                points,
                misconceptions,
                call_fence: call_fence.as_str(),
                asked,
                extra,
                answer_fence: self.nonce.as_str(),
                answer: harmless(self.case.seen, self.nonce),
            },
        )
    }

    fn entries(&self, rubric: &Rubric) -> (Vec<Entry>, Vec<Entry>) {
        let points = rubric.points.iter().map(|point| Entry {
            id: point.id.to_string(),
            facet: point.facet.as_str(),
            text: self.line(&point.text),
        });
        let wrongs = rubric.misconceptions.iter().map(|wrong| Entry {
            id: wrong.id.to_string(),
            facet: "",
            text: self.line(&wrong.text),
        });
        (points.collect(), wrongs.collect())
    }

    /// The decoy looks like the other points, and is another one in each call.
    fn extra(&self) -> Entry {
        let code =
            u64::from_str_radix(self.nonce.as_str().get(..16).unwrap_or_default(), 16).unwrap_or_default();
        let mut chance = Chance::new(code, "decoy");
        let mut word = || chance.pick(CODE_WORDS).copied().unwrap_or_default();
        let (one, other) = (word(), word());
        let number = chance.below(9000) + 1000;
        Entry {
            id: format!("{one}-{number}"),
            facet: "example",
            text: format!("It is illustrated by the example of the {one} and the {other} of store {number}."),
        }
    }

    /// Returns a text of a pack as one line, so that it cannot look like several.
    fn line(&self, text: &str) -> String {
        one_line(&harmless(text, self.nonce))
    }
}

/// The name under which servers keep the schema.
const NAME: &str = "grade";

/// Returns the JSON schema of a reply. It is the same for all questions, since servers make it ready once; so the ids
/// are checked by us.
fn schema() -> Value {
    let text = json!({"type": "string"});
    let texts = json!({"type": "array", "items": text});
    let verdict = json!({"type": "string", "enum": ["hit", "partial", "missed", "contradicted"]});
    let object = |properties: Value| {
        let required: Vec<&String> = properties.as_object().into_iter().flat_map(|all| all.keys()).collect();
        json!({"type": "object", "required": required, "additionalProperties": false, "properties": properties})
    };
    // In the order in which they are to be written: the reason before the verdict.
    let point = object(json!({"id": text, "reason": text, "quotes": texts, "verdict": verdict}));
    let misconception = object(json!({"id": text, "quotes": texts}));
    object(json!({
        "points": {"type": "array", "items": point},
        "misconceptions": {"type": "array", "items": misconception},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::sample::assert_like;

    #[test]
    fn own_templates_are_tried_with_what_they_will_be_given() {
        let entry = || Entry { id: "id".to_owned(), facet: "facet", text: "text".to_owned() };
        let values = Values {
            pack_fence: "",
            question: String::new(),
            points: vec![entry()],
            misconceptions: vec![entry()],
            call_fence: "",
            asked: String::new(),
            extra: entry(),
            answer_fence: "",
            answer: String::new(),
        };
        assert_like(Prompt::JudgeAnswer, &values);
        assert_like(Prompt::JudgeRepair, &Repair { problem: String::new() });
        assert_like(Prompt::JudgePolicy, &json!({}));
    }
}
