//! Names in one file of what another file holds.

use std::collections::BTreeSet;

use crate::content::assemble::Loaded;
use crate::content::catalog::Catalog;
use crate::content::limits::MAX_PROBLEMS;
use crate::content::places::Part;
use crate::content::problem::{Origin, Place, Problem, RuleFault};
use crate::domain::id::QuestionId;
use crate::domain::scenario::{Scenario, ScenarioTemplate};
use crate::domain::suggest::nearest;

/// Checks the names in a pack; `known` is what they may name.
pub(super) fn check(loaded: &Loaded, known: &Catalog) -> Vec<Problem> {
    let mut references = References {
        loaded,
        topics: known.topics.iter().map(|topic| topic.id.as_str()).collect(),
        questions: known.questions.iter().map(|question| question.id.as_str()).collect(),
        figures: known
            .questions
            .iter()
            .filter(|question| question.rubric.figure.is_some())
            .map(|question| question.id.as_str())
            .collect(),
        placeholders: known
            .questions
            .iter()
            .flat_map(|q| q.placeholders.keys().map(String::as_str))
            .collect(),
        problems: Vec::new(),
    };
    references.topics();
    for template in &loaded.catalog.scenarios {
        references.asks(&template.scenario);
        references.ties(&template.scenario);
        references.figures(template);
        references.bind(&template.scenario);
    }
    references.problems
}

struct References<'a> {
    loaded: &'a Loaded,
    topics: BTreeSet<&'a str>,
    questions: BTreeSet<&'a str>,
    /// The questions that ask for a number.
    figures: BTreeSet<&'a str>,
    placeholders: BTreeSet<&'a str>,
    problems: Vec<Problem>,
}

impl References<'_> {
    fn topics(&mut self) {
        // A pack file that could not be read may be the one that has the topic.
        if self.loaded.catalog.packs.is_empty() {
            return;
        }
        for question in &self.loaded.catalog.questions {
            let topic = question.id.topic();
            if !self.topics.contains(topic.as_str()) {
                let nearest = self.nearest(topic.as_str(), &self.topics);
                self.unknown(Origin::question(&question.id).line(1), "topic", topic.as_str(), nearest);
            }
        }
    }

    fn asks(&mut self, scenario: &Scenario) {
        for twist in &scenario.twists {
            if let Some(question) = &twist.asks {
                self.question(scenario, question, &Part::Asks(twist.id.clone()));
            }
        }
    }

    fn ties(&mut self, scenario: &Scenario) {
        for question in scenario.ties.keys() {
            self.question(scenario, question, &Part::Tie(question.clone()));
        }
    }

    fn figures(&mut self, template: &ScenarioTemplate) {
        let scenario = &template.scenario;
        for question in template.figures.keys() {
            let part = Part::Figure(question.clone());
            self.question(scenario, question, &part);
            let name = question.to_string();
            let fault = if !self.questions.contains(name.as_str()) {
                continue;
            } else if !self.figures.contains(name.as_str()) {
                RuleFault::FigureNotWanted { question: name }
            } else if !scenario.ties.contains_key(question) {
                RuleFault::FigureWithoutTie { question: name }
            } else {
                continue;
            };
            let place = self.loaded.places.of(&Origin::scenario(&scenario.id), &part);
            self.problems.push(Problem::new(place, fault));
        }
    }

    fn question(&mut self, scenario: &Scenario, question: &QuestionId, part: &Part) {
        // A question whose file has problems of its own is not unknown.
        let is_there =
            self.questions.contains(question.as_str()) || self.loaded.places.has(&Origin::question(question));
        if !is_there {
            let nearest = self.nearest(question.as_str(), &self.questions);
            let place = self.loaded.places.of(&Origin::scenario(&scenario.id), part);
            self.unknown(place, "question", question.as_str(), nearest);
        }
    }

    fn bind(&mut self, scenario: &Scenario) {
        // A question that could not be read may be the one that has the placeholder.
        if self.loaded.places.questions() > self.loaded.catalog.questions.len() {
            return;
        }
        for name in scenario.bind.keys() {
            if !self.placeholders.contains(name.as_str()) {
                let nearest = self.nearest(name, &self.placeholders);
                let part = Part::Bind(name.clone());
                let place = self.loaded.places.of(&Origin::scenario(&scenario.id), &part);
                self.unknown(place, "placeholder", name, nearest);
            }
        }
    }

    /// Returns the known name that was meant; none where there are problems enough already,
    /// so that a hostile pack cannot make the search costly.
    fn nearest(&self, name: &str, known: &BTreeSet<&str>) -> Option<String> {
        if self.problems.len() >= MAX_PROBLEMS {
            return None;
        }
        nearest(name, known.iter().copied()).map(str::to_owned)
    }

    fn unknown(&mut self, place: Place, what: &'static str, name: &str, nearest: Option<String>) {
        self.problems.push(Problem::new(place, RuleFault::Unknown { what, name: name.to_owned(), nearest }));
    }
}
