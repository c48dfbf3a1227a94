//! What a grader makes of a pack's own answers: reference answers are full, exemplars get what they state.

use std::collections::{BTreeMap, BTreeSet};

use super::GradeFn;
use crate::content::assemble::Loaded;
use crate::content::catalog::Catalog;
use crate::content::numbers::bound as bound_of;
use crate::content::places::{Part, Places};
use crate::content::problem::{GradingFault, Origin, Place, Problem};
use crate::domain::grade::{Evidence, Grade};
use crate::domain::id::{MisconceptionId, PointId, QuestionId, ScenarioId};
use crate::domain::question::{Exemplar, Question};
use crate::domain::scenario::{Scenario, ScenarioTemplate};
use crate::domain::words::Verdict;

/// Grades every answer of the pack, and the reference answers of `base` in the wording that the pack's scenarios
/// give them.
pub(super) fn check(loaded: &Loaded, base: &Catalog, grade: &GradeFn) -> Vec<Problem> {
    let own = drawn(&loaded.catalog);
    let before = drawn(base);
    let mut problems = Vec::new();
    for question in &loaded.catalog.questions {
        let places = QuestionPlaces { id: &question.id, places: &loaded.places };
        let plain = question.bind(&BTreeMap::new());
        problems.extend(reference(&plain, None, grade, &|part| places.of(part)));
        problems.extend(in_scenarios(question, own.iter().chain(&before), grade, &|_, part| places.of(part)));
        for exemplar in loaded.catalog.exemplars.get(&question.id).into_iter().flatten() {
            let grade = grade(&plain, &exemplar.answer);
            problems.extend(verdicts(&plain, exemplar, &grade, &places));
            problems.extend(misconceptions(exemplar, &grade, &places));
        }
    }
    for question in &base.questions {
        problems.extend(in_scenarios(question, own.iter(), grade, &|scenario, _| {
            Origin::scenario(scenario).line(1)
        }));
    }
    problems
}

/// Where the parts of one question stand.
struct QuestionPlaces<'a> {
    id: &'a QuestionId,
    places: &'a Places,
}

impl QuestionPlaces<'_> {
    fn of(&self, part: &Part) -> Place {
        self.places.of(&Origin::question(self.id), part)
    }

    fn line(&self, part: &Part) -> usize {
        self.places.line(&Origin::question(self.id), part)
    }
}

/// Returns every scenario with its lowest and with its highest numbers.
fn drawn(catalog: &Catalog) -> Vec<Scenario> {
    let ends = |template: &ScenarioTemplate| {
        let least = template.with_values(|parameter| bound_of(parameter, f64::min));
        let most = template.with_values(|parameter| bound_of(parameter, f64::max));
        [least, most].into_iter().filter_map(Result::ok).collect::<Vec<_>>()
    };
    catalog.scenarios.iter().flat_map(ends).collect()
}

/// Returns the question as the scenarios that may ask it word it, each different wording of its reference once.
fn bound<'a>(
    question: &Question,
    scenarios: impl Iterator<Item = &'a Scenario>,
) -> Vec<(ScenarioId, Question)> {
    if question.placeholders.is_empty() && question.rubric.figure.is_none() {
        return Vec::new();
    }
    let mut seen = BTreeSet::from([question.bind(&BTreeMap::new()).reference]);
    let mut forms = Vec::new();
    for scenario in scenarios.filter(|scenario| scenario.has_all(&question.needs)) {
        let form = scenario.bound(question);
        if seen.insert(form.reference.clone()) {
            forms.push((scenario.id.clone(), form));
        }
    }
    forms
}

/// Grades the reference answer in every scenario's wording; what is wrong at both ends of the numbers is said once.
fn in_scenarios<'a>(
    question: &Question,
    scenarios: impl Iterator<Item = &'a Scenario>,
    grade: &GradeFn,
    place: &dyn Fn(&ScenarioId, &Part) -> Place,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (scenario, form) in bound(question, scenarios) {
        for problem in reference(&form, Some(&scenario), grade, &|part| place(&scenario, part)) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    problems
}

fn reference(
    question: &Question,
    scenario: Option<&ScenarioId>,
    grade: &GradeFn,
    place: &dyn Fn(&Part) -> Place,
) -> Vec<Problem> {
    let grade = grade(question, &question.reference);
    let within = || scenario.map(|scenario| (question.id.clone(), scenario.clone()));
    let unreachable = question.rubric.points.iter().filter_map(|point| {
        let (got, _) = verdict_on(&point.id, &grade);
        let fault = GradingFault::Unreachable { point: point.id.clone(), got, within: within() };
        (got != Verdict::Hit).then(|| Problem::new(place(&Part::Point(point.id.clone())), fault))
    });
    let charged = grade.misconceptions.iter().map(|found| {
        let (misconception, quote) = (found.id.clone(), quote(&found.evidence));
        let place = place(&Part::Misconception(found.id.clone()));
        Problem::new(place, GradingFault::WrongReference { misconception, quote, within: within() })
    });
    unreachable.chain(charged).collect()
}

fn verdicts(
    question: &Question,
    exemplar: &Exemplar,
    grade: &Grade,
    places: &QuestionPlaces,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for point in &question.rubric.points {
        let expected = exemplar.verdicts.get(&point.id).copied().unwrap_or(Verdict::Missed);
        let (got, evidence) = verdict_on(&point.id, grade);
        if got != expected {
            let fault = GradingFault::Verdict {
                exemplar: exemplar.name.clone(),
                point: point.id.clone(),
                expected,
                got,
                quote: quote(evidence),
                evidence: places.line(&Part::Point(point.id.clone())),
            };
            problems.push(Problem::new(places.of(&Part::Exemplar(exemplar.name.clone())), fault));
        }
    }
    problems
}

fn misconceptions(exemplar: &Exemplar, grade: &Grade, places: &QuestionPlaces) -> Vec<Problem> {
    let place = places.of(&Part::Exemplar(exemplar.name.clone()));
    let is_found = |id: &MisconceptionId| grade.misconceptions.iter().any(|found| found.id == *id);
    let missing = exemplar.misconceptions.iter().filter(|id| !is_found(id));
    let not_found = missing.map(|id| GradingFault::NotFound {
        exemplar: exemplar.name.clone(),
        misconception: id.clone(),
        evidence: places.line(&Part::Misconception(id.clone())),
    });
    let unstated = grade.misconceptions.iter().filter(|found| !exemplar.misconceptions.contains(&found.id));
    let found = unstated.map(|found| GradingFault::Found {
        exemplar: exemplar.name.clone(),
        misconception: found.id.clone(),
        quote: quote(&found.evidence),
        evidence: places.line(&Part::Misconception(found.id.clone())),
    });
    not_found.chain(found).map(|fault| Problem::new(place.clone(), fault)).collect()
}

/// Returns the verdict on a point with its evidence; a grade that says nothing of the point has missed it.
fn verdict_on<'g>(point: &PointId, grade: &'g Grade) -> (Verdict, &'g [Evidence]) {
    let verdict = grade.verdicts.iter().find(|verdict| verdict.point.id == *point);
    verdict.map_or((Verdict::Missed, &[]), |verdict| (verdict.verdict, &verdict.evidence))
}

fn quote(evidence: &[Evidence]) -> String {
    evidence.first().map(|evidence| evidence.quote.clone()).unwrap_or_default()
}
