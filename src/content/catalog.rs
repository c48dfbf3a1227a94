//! All content that a run of the program knows.

use std::collections::BTreeMap;

use crate::domain::id::{QuestionId, ScenarioId, TopicId};
use crate::domain::lexicon::Lexicon;
use crate::domain::question::{Exemplar, Question};
use crate::domain::scenario::ScenarioTemplate;

/// A pack's own description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// The pack's name, as in `builtin`.
    pub id: String,
    /// The name that people read.
    pub title: String,
}

/// A topic and its title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The first part of its questions' ids.
    pub id: TopicId,
    /// The name that people read.
    pub title: String,
}

/// The content of one or more packs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    /// The packs, in the order in which they were loaded.
    pub packs: Vec<Pack>,
    /// The topics, in the order in which they are shown.
    pub topics: Vec<Topic>,
    /// The questions, by topic in the topics' order, then by id.
    pub questions: Vec<Question>,
    /// The scenarios, by id.
    pub scenarios: Vec<ScenarioTemplate>,
    /// The shared vocabulary.
    pub lexicon: Lexicon,
    /// Answers with their expected verdicts, by question.
    pub exemplars: BTreeMap<QuestionId, Vec<Exemplar>>,
}

impl Catalog {
    /// Returns the question of that id.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *id)
    }

    /// Returns the scenario of that id.
    #[must_use]
    pub fn scenario(&self, id: &ScenarioId) -> Option<&ScenarioTemplate> {
        self.scenarios.iter().find(|template| template.scenario.id == *id)
    }

    /// Returns the topic's title, or its id where no pack gives one.
    #[must_use]
    pub fn topic_title<'a>(&'a self, id: &'a TopicId) -> &'a str {
        self.topics.iter().find(|topic| topic.id == *id).map_or(id.as_str(), |topic| topic.title.as_str())
    }
}
