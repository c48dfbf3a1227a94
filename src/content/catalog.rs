//! All content that a run of the program knows.

use std::collections::{BTreeMap, BTreeSet};

use super::extension::Extension;
use super::places::{Part, Places};
use super::problem::{Origin, Problem, RuleFault};
use crate::domain::id::{QuestionId, ScenarioId, TopicId};
use crate::domain::lexicon::{Group, Lexicon};
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
    /// What is to be added to questions of earlier packs, until it is merged with them.
    pub extensions: Vec<Extension>,
}

/// Something in a later pack that does not fit to the earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The later pack's file.
    pub origin: Origin,
    /// The part of it; none where the file as a whole is meant.
    pub part: Option<Part>,
    /// What is wrong with it.
    pub fault: RuleFault,
}

impl Clash {
    fn taken(origin: Origin, what: &'static str, id: &impl ToString) -> Self {
        Self { origin, part: None, fault: RuleFault::Clash { what, id: id.to_string() } }
    }

    /// Returns it as a problem of the later pack, whose places are given.
    #[must_use]
    pub fn problem(self, places: &Places) -> Problem {
        let line = self.part.map_or(1, |part| places.line(&self.origin, &part));
        Problem::new(self.origin.line(line), self.fault)
    }
}

impl Catalog {
    /// Adds a later pack's content: topics, questions, scenarios, and words to the lexicon's groups.
    ///
    /// A question or a scenario whose id is there already is left out and returned, and so is what an extension
    /// cannot add. A topic's title stays.
    #[must_use]
    pub fn merge(&mut self, later: Catalog) -> Vec<Clash> {
        let Catalog { packs, topics, questions, scenarios, lexicon, exemplars, extensions } = later;
        let mut clashes: Vec<Clash> =
            extensions.into_iter().flat_map(|extension| self.extend(extension)).collect();
        self.packs.extend(packs);
        self.topics.extend(new(topics, &self.topics, |topic| topic.id.clone(), |_| {}));
        let clash = |id| clashes.push(Clash::taken(Origin::question(&id), "question", &id));
        self.questions.extend(new(questions, &self.questions, |question| question.id.clone(), clash));
        let clash = |id| clashes.push(Clash::taken(Origin::scenario(&id), "scenario", &id));
        self.scenarios.extend(new(
            scenarios,
            &self.scenarios,
            |template| template.scenario.id.clone(),
            clash,
        ));
        for (question, exemplars) in exemplars {
            self.exemplars.entry(question).or_insert(exemplars);
        }
        merge_groups(&mut self.lexicon.synonyms, lexicon.synonyms);
        merge_groups(&mut self.lexicon.kinds, lexicon.kinds);
        self.sort();
        clashes
    }

    fn extend(&mut self, extension: Extension) -> Vec<Clash> {
        match self.questions.iter_mut().find(|question| question.id == extension.question) {
            Some(question) => {
                let exemplars = self.exemplars.entry(question.id.clone()).or_default();
                extension.apply(question, exemplars)
            }
            None => {
                vec![extension.without_question(self.questions.iter().map(|question| question.id.as_str()))]
            }
        }
    }

    /// Brings questions and scenarios into their order.
    pub(crate) fn sort(&mut self) {
        let ranks: BTreeMap<_, _> =
            self.topics.iter().enumerate().map(|(rank, topic)| (&topic.id, rank)).collect();
        let rank = |id: &QuestionId| ranks.get(&id.topic()).copied().unwrap_or(usize::MAX);
        self.questions.sort_by_cached_key(|question| (rank(&question.id), question.id.clone()));
        self.scenarios.sort_by(|a, b| a.scenario.id.cmp(&b.scenario.id));
    }

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

    /// Returns the prose of all questions and exemplars: words that a grader need not take for typing errors.
    pub fn prose(&self) -> impl Iterator<Item = &str> {
        let questions = self.questions.iter().flat_map(|question| {
            let points = question.rubric.points.iter().map(|point| point.text.as_str());
            points.chain([question.wording.as_str(), question.reference.as_str()])
        });
        questions.chain(self.exemplars.values().flatten().map(|exemplar| exemplar.answer.as_str()))
    }

    /// Returns the topic's title, or its id where no pack gives one.
    #[must_use]
    pub fn topic_title<'a>(&'a self, id: &'a TopicId) -> &'a str {
        self.topics.iter().find(|topic| topic.id == *id).map_or(id.as_str(), |topic| topic.title.as_str())
    }
}

/// Returns the later items whose id no earlier one has; the ids of the others are handed to `clash`.
fn new<T, Id: Ord>(later: Vec<T>, earlier: &[T], id: impl Fn(&T) -> Id, mut clash: impl FnMut(Id)) -> Vec<T> {
    let taken: BTreeSet<Id> = earlier.iter().map(&id).collect();
    let is_new = |item: &T| {
        let is_taken = taken.contains(&id(item));
        if is_taken {
            clash(id(item));
        }
        !is_taken
    };
    later.into_iter().filter(is_new).collect()
}

/// Adds groups; the members of a group whose id is there already go into that one.
fn merge_groups(groups: &mut Vec<Group>, later: Vec<Group>) {
    let places: BTreeMap<String, usize> =
        groups.iter().enumerate().map(|(index, group)| (group.id.clone(), index)).collect();
    for group in later {
        match places.get(&group.id).and_then(|index| groups.get_mut(*index)) {
            None => groups.push(group),
            Some(earlier) => {
                let known: BTreeSet<String> = earlier.members.iter().cloned().collect();
                earlier.members.extend(group.members.into_iter().filter(|member| !known.contains(member)));
            }
        }
    }
}
