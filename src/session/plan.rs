//! Makes a plan: from a catalog, filters, past practice and a seed to the questions of one session.

use std::collections::BTreeMap;

use crate::content::Catalog;
use crate::domain::chance::Chance;
use crate::domain::formula::FormulaError;
use crate::domain::id::{QuestionId, ScenarioId, SessionId, TopicId};
use crate::domain::plan::{MAX_PROBES, Plan, PlannedQuestion, PlannedTwist};
use crate::domain::question::Question;
use crate::domain::scenario::{Scenario, ScenarioTemplate};
use crate::domain::words::{Feedback, Level};

/// A round of fewer questions has no twist: there is no middle for it to come in.
const TWIST_FROM: usize = 3;

/// What is wanted of a session.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The session's name.
    pub session: SessionId,
    /// When it is made, in seconds since 1970 (UTC).
    pub started: i64,
    /// Draws order, scenario and numbers.
    pub seed: u64,
    /// The bar for scores.
    pub level: Level,
    /// When verdicts are shown.
    pub feedback: Feedback,
    /// Probes allowed for each question; more than [`MAX_PROBES`] counts as that.
    pub probes: u8,
    /// The time budget in minutes, where there is one.
    pub minutes: Option<u32>,
    /// How many questions, where they are not named one by one.
    pub count: usize,
    /// Only these topics; all where empty.
    pub topics: Vec<TopicId>,
    /// Exactly these questions in this order; drawn where empty.
    pub questions: Vec<QuestionId>,
    /// The system that is interviewed on.
    pub scenario: ScenarioChoice,
    /// How often each question has been asked before; those asked least come first.
    pub asked_before: BTreeMap<QuestionId, u32>,
}

/// Which scenario a session is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioChoice {
    /// One that the seed draws among those that can host the questions; none where no scenario can.
    Drawn,
    /// This one.
    Named(ScenarioId),
    /// None: questions are asked in their own wording.
    Without,
    /// The candidate's own design, as Markdown: it may be asked anything, in the questions' own wording.
    Own(String),
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// A question was named that no pack has.
    #[error("there is no question `{0}`")]
    UnknownQuestion(QuestionId),
    /// A scenario was named that no pack has.
    #[error("there is no scenario `{0}`")]
    UnknownScenario(ScenarioId),
    /// A topic was named that no pack has.
    #[error("there is no topic `{0}`")]
    UnknownTopic(TopicId),
    /// The filters leave nothing to ask.
    #[error("no question is left to ask: loosen the topics or choose another scenario")]
    NothingToAsk,
    /// A scenario's formula has no value.
    #[error("the numbers of scenario `{scenario}` cannot be drawn: {error}")]
    Numbers {
        /// The scenario.
        scenario: ScenarioId,
        /// What is wrong with its formula.
        error: FormulaError,
    },
}

/// Makes the plan. The same catalog and the same request make the same plan.
///
/// # Errors
/// When something is named that the catalog does not have, or nothing is left to ask.
pub fn make(catalog: &Catalog, request: PlanRequest) -> Result<Plan, PlanError> {
    if let Some(unknown) =
        request.topics.iter().find(|id| catalog.topics.iter().all(|topic| topic.id != **id))
    {
        return Err(PlanError::UnknownTopic(unknown.clone()));
    }
    let named = named_questions(catalog, &request.questions)?;
    let scenario = scenario(catalog, &request, &named)?;
    let candidates =
        if named.is_empty() { drawn_questions(catalog, &request, scenario.as_ref()) } else { named };
    let mut chosen: Vec<&Question> = if request.questions.is_empty() {
        candidates.iter().take(request.count).copied().collect()
    } else {
        candidates.clone()
    };
    if chosen.is_empty() {
        return Err(PlanError::NothingToAsk);
    }
    let twist = scenario.as_ref().and_then(|scenario| twist(scenario, &request, &candidates, &mut chosen));
    Ok(Plan {
        session: request.session,
        started: request.started,
        seed: request.seed,
        level: request.level,
        feedback: request.feedback,
        probes: request.probes.min(MAX_PROBES),
        minutes: request.minutes,
        questions: chosen.into_iter().map(|question| bound(question, scenario.as_ref())).collect(),
        scenario,
        design: match request.scenario {
            ScenarioChoice::Own(design) => Some(design),
            ScenarioChoice::Drawn | ScenarioChoice::Named(_) | ScenarioChoice::Without => None,
        },
        twist,
    })
}

fn named_questions<'a>(catalog: &'a Catalog, ids: &[QuestionId]) -> Result<Vec<&'a Question>, PlanError> {
    let mut named: Vec<&Question> = Vec::new();
    for id in ids {
        let question = catalog.question(id).ok_or_else(|| PlanError::UnknownQuestion(id.clone()))?;
        if named.iter().all(|known| known.id != question.id) {
            named.push(question);
        }
    }
    Ok(named)
}

fn in_topics(question: &Question, topics: &[TopicId]) -> bool {
    topics.is_empty() || topics.contains(&question.id.topic())
}

fn scenario(
    catalog: &Catalog,
    request: &PlanRequest,
    named: &[&Question],
) -> Result<Option<Scenario>, PlanError> {
    let template = match &request.scenario {
        ScenarioChoice::Without | ScenarioChoice::Own(_) => None,
        ScenarioChoice::Named(id) => {
            Some(catalog.scenario(id).ok_or_else(|| PlanError::UnknownScenario(id.clone()))?)
        }
        ScenarioChoice::Drawn => {
            let hosts: Vec<&ScenarioTemplate> = catalog
                .scenarios
                .iter()
                .filter(|template| can_host(catalog, request, named, template))
                .collect();
            Chance::new(request.seed, "scenario").pick(&hosts).copied()
        }
    };
    template
        .map(|template| {
            template
                .draw(request.seed)
                .map_err(|error| PlanError::Numbers { scenario: template.scenario.id.clone(), error })
        })
        .transpose()
}

/// Whether all the named questions, or at least as many as are wanted, can be asked about the scenario.
fn can_host(
    catalog: &Catalog,
    request: &PlanRequest,
    named: &[&Question],
    template: &ScenarioTemplate,
) -> bool {
    let fits = |question: &Question| template.scenario.has_all(&question.needs);
    if !named.is_empty() {
        return named.iter().all(|question| fits(question));
    }
    let in_reach = catalog.questions.iter().filter(|question| in_topics(question, &request.topics));
    let wanted = request.count.min(in_reach.clone().count());
    wanted > 0 && in_reach.filter(|question| fits(question)).count() >= wanted
}

/// Puts all questions that could be asked in order: least asked first, by chance among equals,
/// topics taking turns.
fn drawn_questions<'a>(
    catalog: &'a Catalog,
    request: &PlanRequest,
    scenario: Option<&Scenario>,
) -> Vec<&'a Question> {
    let mut candidates: Vec<&Question> = catalog
        .questions
        .iter()
        .filter(|question| in_topics(question, &request.topics))
        .filter(|question| scenario.is_none_or(|scenario| scenario.has_all(&question.needs)))
        .collect();
    Chance::new(request.seed, "questions").shuffle(&mut candidates);
    candidates.sort_by_key(|question| request.asked_before.get(&question.id).copied().unwrap_or(0));
    let mut taken: BTreeMap<TopicId, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, &Question)> = candidates
        .into_iter()
        .map(|question| {
            let turn = taken.entry(question.id.topic()).or_insert(0);
            *turn += 1;
            (*turn, question)
        })
        .collect();
    turns.sort_by_key(|(turn, _)| *turn);
    turns.into_iter().map(|(_, question)| question).collect()
}

/// Draws a twist for the middle of the round and puts the question that follows it there.
fn twist<'a>(
    scenario: &Scenario,
    request: &PlanRequest,
    candidates: &[&'a Question],
    chosen: &mut [&'a Question],
) -> Option<PlannedTwist> {
    if chosen.len() < TWIST_FROM {
        return None;
    }
    let before = chosen.len() / 2;
    let twist = Chance::new(request.seed, "twist").pick(&scenario.twists)?.clone();
    if request.questions.is_empty()
        && let Some(asked) = candidates.iter().find(|question| Some(&question.id) == twist.asks.as_ref())
    {
        match chosen.iter().position(|question| question.id == asked.id) {
            Some(place) => chosen.swap(place, before),
            None => {
                if let Some(place) = chosen.get_mut(before) {
                    *place = asked;
                }
            }
        }
    }
    Some(PlannedTwist { id: twist.id, text: twist.text, before })
}

/// Fills a question's placeholders in for the scenario, and ties it to the design.
fn bound(question: &Question, scenario: Option<&Scenario>) -> PlannedQuestion {
    match scenario {
        Some(scenario) => PlannedQuestion {
            question: scenario.bound(question),
            tie: scenario.ties.get(&question.id).cloned(),
        },
        None => PlannedQuestion { question: question.bind(&BTreeMap::new()), tie: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::properties::catalog;

    fn request(seed: u64) -> PlanRequest {
        PlanRequest {
            session: SessionId::parse("test").unwrap(),
            started: 0,
            seed,
            level: Level::Senior,
            feedback: Feedback::Each,
            probes: 1,
            minutes: None,
            count: 4,
            topics: vec![],
            questions: vec![],
            scenario: ScenarioChoice::Drawn,
            asked_before: BTreeMap::new(),
        }
    }

    fn ids(plan: &Plan) -> Vec<String> {
        plan.questions.iter().map(|planned| planned.question.id.to_string()).collect()
    }

    #[test]
    fn a_seed_fixes_the_plan_and_another_changes_it() {
        let catalog = catalog();
        assert_eq!(make(&catalog, request(1)), make(&catalog, request(1)));
        let orders: std::collections::BTreeSet<_> =
            (0..20).map(|seed| ids(&make(&catalog, request(seed)).unwrap())).collect();
        assert!(orders.len() > 5, "{orders:?}");
    }

    #[test]
    fn topics_take_turns() {
        let catalog = catalog();
        for seed in 0..50 {
            let plan =
                make(&catalog, PlanRequest { count: 3, scenario: ScenarioChoice::Without, ..request(seed) })
                    .unwrap();
            let mut topics: Vec<_> =
                plan.questions.iter().map(|planned| planned.question.id.topic()).collect();
            topics.sort();
            topics.dedup();
            assert_eq!(topics.len(), 3, "seed {seed}: {:?}", ids(&plan));
        }
    }

    #[test]
    fn what_was_asked_least_comes_first() {
        let catalog = catalog();
        let fresh = QuestionId::parse("cache/two").unwrap();
        let asked_before =
            catalog.questions.iter().filter(|q| q.id != fresh).map(|q| (q.id.clone(), 3)).collect();
        let plan = make(&catalog, PlanRequest { count: 1, asked_before, ..request(3) }).unwrap();
        assert_eq!(plan.questions[0].question.id, fresh);
    }

    #[test]
    fn named_questions_keep_their_order() {
        let catalog = catalog();
        let questions: Vec<QuestionId> =
            ["scale/one", "cache/two", "scale/one"].iter().map(|id| QuestionId::parse(id).unwrap()).collect();
        let plan = make(&catalog, PlanRequest { questions, ..request(5) }).unwrap();
        assert_eq!(ids(&plan), ["scale/one", "cache/two"]);
    }

    #[test]
    fn only_scenarios_with_the_needed_parts_host() {
        let catalog = catalog();
        for seed in 0..20 {
            let questions = vec![QuestionId::parse("messaging/one").unwrap()];
            let plan = make(&catalog, PlanRequest { questions, ..request(seed) }).unwrap();
            assert_eq!(plan.scenario.unwrap().id.as_str(), "with-queue");
        }
    }

    #[test]
    fn a_twist_brings_its_question() {
        let catalog = catalog();
        for seed in 0..20 {
            let scenario = ScenarioChoice::Named(ScenarioId::parse("with-queue").unwrap());
            let plan = make(&catalog, PlanRequest { scenario, ..request(seed) }).unwrap();
            let twist = plan.twist.clone().unwrap();
            assert_eq!(plan.questions[twist.before].question.id.as_str(), "scale/one");
            let mut all = ids(&plan);
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 4, "a question twice with seed {seed}");
        }
    }

    #[test]
    fn placeholders_and_ties_are_bound() {
        let catalog = catalog();
        let questions = vec![QuestionId::parse("messaging/one").unwrap()];
        let plan = make(&catalog, PlanRequest { questions, ..request(2) }).unwrap();
        assert_eq!(plan.questions[0].prompt(), "Your bus carries 5 M events. What if the event bus fails?");
    }

    #[test]
    fn what_does_not_exist_is_named() {
        let catalog = catalog();
        let check = |request: PlanRequest, expected: &str| {
            assert_eq!(make(&catalog, request).unwrap_err().to_string(), expected);
        };
        check(
            PlanRequest { questions: vec![QuestionId::parse("a/b").unwrap()], ..request(1) },
            "there is no question `a/b`",
        );
        check(
            PlanRequest { topics: vec![TopicId::parse("art").unwrap()], ..request(1) },
            "there is no topic `art`",
        );
        check(
            PlanRequest { count: 0, ..request(1) },
            "no question is left to ask: loosen the topics or choose another scenario",
        );
    }
}
