//! A follow-up question: its wording, its reference answer and the rubric that it is graded by.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use super::hash::ContentHash;
use super::id::{MisconceptionId, PointId, QuestionId};
use super::pattern::Pattern;
use super::words::{ComponentKind, Facet, Level, Purpose, Verdict};

/// One follow-up question of a pack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// `topic/name`, stable for good.
    pub id: QuestionId,
    /// The question as it is asked.
    pub wording: String,
    /// Why an interviewer asks it; at least one.
    pub purposes: Vec<Purpose>,
    /// Kinds of component that a scenario must have for it to be asked there.
    pub needs: Vec<ComponentKind>,
    /// Names that stand as `[name]` in the texts, with what they say when no scenario binds them.
    pub placeholders: BTreeMap<String, String>,
    /// What a strong senior candidate would say; Markdown.
    pub reference: String,
    /// What an answer is graded by.
    pub rubric: Rubric,
    /// Where the facts come from.
    pub sources: Vec<Source>,
}

/// A question's key points and misconceptions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rubric {
    /// The ideas that a good answer contains; ids are unique.
    pub points: Vec<KeyPoint>,
    /// Wrong claims worth a penalty; ids are unique.
    pub misconceptions: Vec<Misconception>,
    /// The number that `#` in a line of evidence stands for, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
}

/// One idea that a good answer contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyPoint {
    /// Unique within the question, stable for good.
    pub id: PointId,
    /// One sentence that teaches the idea.
    pub text: String,
    /// What it counts: 1 good to have, 2 solid, 3 the heart of it.
    pub weight: u8,
    /// The bar at which it is expected.
    pub level: Level,
    /// What kind of idea it is.
    pub facet: Facet,
    /// Any one of these, fully said, is a hit.
    pub evidence: Vec<Pattern>,
    /// Any one of these, fully said, is a partial: the idea is named.
    pub mention: Vec<Pattern>,
    /// Any one of these, fully said, contradicts the point.
    pub contradiction: Vec<Pattern>,
    /// The narrower question that presses on this point without giving it away.
    pub probe: String,
}

/// A wrong claim worth a penalty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Misconception {
    /// Unique within the question, stable for good.
    pub id: MisconceptionId,
    /// The wrong claim.
    pub text: String,
    /// What is right instead.
    pub correction: String,
    /// What it costs, in the units of the weights: 1 to 3.
    pub penalty: u8,
    /// Any one of these, fully said, betrays it.
    pub evidence: Vec<Pattern>,
}

/// Where a fact can be checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The page's, paper's or chapter's title.
    pub title: String,
    /// Its address.
    pub url: String,
}

/// An answer with the verdicts that a fair human grader would give it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    /// Unique within the question.
    pub name: String,
    /// How it is written: jargon, plain, partial, wrong, keywords.
    pub style: String,
    /// The answer.
    pub answer: String,
    /// The expected verdict of every key point that is not expected to be missed.
    pub verdicts: BTreeMap<PointId, Verdict>,
    /// The misconceptions that must be found, and no others.
    pub misconceptions: Vec<MisconceptionId>,
}

impl Question {
    /// Replaces each `[name]` of its placeholders by the bound value, or by the default where none is bound,
    /// and `[figure]` by the number that it stands for.
    #[must_use]
    pub fn bind(&self, values: &BTreeMap<String, String>) -> Question {
        let figure = self.rubric.figure.as_ref().map(Figure::shown);
        let replace = |text: &str| {
            let text = self.placeholders.iter().fold(text.to_owned(), |text, (name, default)| {
                text.replace(&format!("[{name}]"), values.get(name).unwrap_or(default))
            });
            match &figure {
                Some(figure) => text.replace("[figure]", figure),
                None => text,
            }
        };
        let mut bound = self.clone();
        bound.wording = replace(&self.wording);
        bound.reference = replace(&self.reference);
        for point in &mut bound.rubric.points {
            point.text = replace(&point.text);
            point.probe = replace(&point.probe);
        }
        for misconception in &mut bound.rubric.misconceptions {
            misconception.text = replace(&misconception.text);
            misconception.correction = replace(&misconception.correction);
        }
        bound
    }

    /// Returns the question as it is asked: its wording, with the numbers to compute with where it gives any.
    #[must_use]
    pub fn asked(&self) -> String {
        match self.rubric.figure.as_ref().and_then(|figure| figure.given.as_deref()) {
            Some(given) => format!("{} {given}", self.wording),
            None => self.wording.clone(),
        }
    }

    /// Returns the key point of that id.
    #[must_use]
    pub fn point(&self, id: &PointId) -> Option<&KeyPoint> {
        self.rubric.points.iter().find(|point| point.id == *id)
    }
}

impl KeyPoint {
    /// Returns all its lines, of whatever use.
    pub fn lines(&self) -> impl Iterator<Item = &Pattern> {
        self.evidence.iter().chain(&self.mention).chain(&self.contradiction)
    }
}

impl Rubric {
    /// Fingerprint of everything that a grade depends on; wording of probes is not part of it.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        let mut fields: Vec<String> = Vec::new();
        for point in &self.points {
            let KeyPoint { id, text, weight, level, .. } = point;
            fields.extend([id.to_string(), text.clone(), weight.to_string(), level.to_string()]);
            for (label, lines) in [
                ("evidence", &point.evidence),
                ("mention", &point.mention),
                ("contradiction", &point.contradiction),
            ] {
                fields.push(label.to_owned());
                fields.extend(lines.iter().map(|line| line.as_str().to_owned()));
            }
        }
        for misconception in &self.misconceptions {
            let Misconception { id, text, penalty, .. } = misconception;
            fields.extend([id.to_string(), text.clone(), penalty.to_string()]);
            fields.extend(misconception.evidence.iter().map(|line| line.as_str().to_owned()));
        }
        if let Some(Figure { value, unit, factor, given: _ }) = &self.figure {
            fields.extend([value.to_string(), unit.clone(), factor.to_string()]);
        }
        ContentHash::of(fields.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question() -> Question {
        Question {
            id: QuestionId::parse("reliability/component-failure").unwrap(),
            wording: "What if [component] fails?".to_owned(),
            purposes: vec![Purpose::EdgeCases],
            needs: vec![],
            placeholders: BTreeMap::from([("component".to_owned(), "the database".to_owned())]),
            reference: "When [component] is gone, [other] stays.".to_owned(),
            rubric: Rubric::default(),
            sources: vec![],
        }
    }

    #[test]
    fn placeholders_take_the_bound_value_or_the_default() {
        assert_eq!(question().bind(&BTreeMap::new()).wording, "What if the database fails?");
        let bound = question().bind(&BTreeMap::from([("component".to_owned(), "the queue".to_owned())]));
        assert_eq!(bound.wording, "What if the queue fails?");
        assert_eq!(bound.reference, "When the queue is gone, [other] stays.");
    }
}
