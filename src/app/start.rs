//! `followup interview` and `followup ask`: from flags to a plan to a round.

use std::collections::BTreeMap;

use super::config::Config;
use super::context::Context;
use super::interview::{Round, Source, drive};
use super::journal::Journal;
use super::{asking, clock, design, judging};
use crate::cli::{Ask, Choice, Interview, Round as Settings};
use crate::content::Catalog;
use crate::domain::id::{QuestionId, ScenarioId, SessionId, TopicId};
use crate::domain::plan::Plan;
use crate::domain::words::{Feedback, Level};
use crate::error::Failure;
use crate::history::Store;
use crate::session::Session;
use crate::session::plan::{PlanError, PlanRequest, ScenarioChoice, make};
use crate::ui::sanitize::inert_line;

/// Questions of a round where nothing is said.
const COUNT: u16 = 5;
/// Probes for each question where nothing is said.
const PROBES: u8 = 1;
/// What `--scenario` says for a round without one.
const WITHOUT: &str = "none";

/// Runs `interview`.
pub(super) fn interview(context: &mut Context<'_>, args: &Interview) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    let scenario = match args.scenario.as_deref() {
        None => ScenarioChoice::Drawn,
        Some(WITHOUT) => ScenarioChoice::Without,
        Some(typed) => ScenarioChoice::Named(scenario(&catalog, typed)?),
    };
    let topics = args.topic.iter().map(|typed| topic(&catalog, typed)).collect::<Result<_, _>>()?;
    let questions = args.question.iter().map(|typed| question(&catalog, typed)).collect::<Result<_, _>>()?;
    let wanted = Wanted { scenario, topics, questions, count: usize::from(args.count.unwrap_or(COUNT)) };
    begin(context, &catalog, wanted, &args.round)
}

/// Runs `ask`.
pub(super) fn ask(context: &mut Context<'_>, args: &Ask) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    let scenario = match args.scenario.as_deref() {
        None | Some(WITHOUT) => ScenarioChoice::Without,
        Some(typed) => ScenarioChoice::Named(scenario(&catalog, typed)?),
    };
    let questions = vec![question(&catalog, &args.question)?];
    begin(context, &catalog, Wanted { scenario, topics: vec![], questions, count: 1 }, &args.round)
}

/// What a round is to ask.
struct Wanted {
    scenario: ScenarioChoice,
    topics: Vec<TopicId>,
    questions: Vec<QuestionId>,
    count: usize,
}

fn begin(
    context: &mut Context<'_>,
    catalog: &Catalog,
    wanted: Wanted,
    settings: &Settings,
) -> Result<u8, Failure> {
    let level = settings.level.as_deref().map_or(Ok(Level::Senior), str::parse)?;
    let feedback = settings.feedback.as_deref().map_or(Ok(Feedback::Each), str::parse)?;
    let store = if settings.no_save { None } else { Some(context.store()?) };
    let started = clock::now(context.fixed_time());
    let request = PlanRequest {
        session: name(store.as_ref(), started)?,
        started,
        seed: settings.seed.unwrap_or_else(|| clock::seed(context.fixed_time())),
        level,
        feedback,
        probes: settings.probes.unwrap_or(PROBES),
        minutes: settings.minutes,
        count: wanted.count,
        topics: wanted.topics,
        questions: wanted.questions,
        scenario: match &settings.design {
            Some(path) => ScenarioChoice::Own(design::read(path)?),
            None => wanted.scenario,
        },
        asked_before: match (settings.seed, &store) {
            // A seed promises the same round again, whatever was practised since.
            (None, Some(store)) => asked_before(store)?,
            _ => BTreeMap::new(),
        },
    };
    let wanted = request.questions.clone();
    // A round that keeps nothing keeps no replies about it either.
    let no_cache = settings.choice.no_cache || settings.no_save;
    let choice = Choice { no_cache, ..settings.choice.clone() };
    let config = Config::read(context, &choice)?;
    let judging = judging::make(context, catalog, &config)?;
    let interviewer = asking::make(context, &config, &judging)?;
    let plan = make(catalog, request).map_err(explain)?;
    warn_of_misfits(context, &plan, &wanted)?;
    let journal = Journal::begin(store, &plan)?;
    drive(
        context,
        catalog,
        Round {
            session: Session::new(plan),
            journal,
            answers: Source::of(settings.answers.as_ref()),
            judging,
            interviewer,
        },
    )
}

/// Says so where a question that was named does not fit the scenario that was named.
fn warn_of_misfits(context: &mut Context<'_>, plan: &Plan, named: &[QuestionId]) -> Result<(), Failure> {
    let Some(scenario) = &plan.scenario else { return Ok(()) };
    for planned in plan.questions.iter().filter(|planned| named.contains(&planned.question.id)) {
        if !scenario.has_all(&planned.question.needs) {
            let (id, title) = (&planned.question.id, inert_line(&scenario.title));
            context.notice(&format!("note: `{id}` asks for a part that {title} does not have"))?;
        }
    }
    Ok(())
}

fn explain(error: PlanError) -> Failure {
    let failure = Failure::from(error.clone());
    match error {
        PlanError::NothingToAsk => failure.hint("`followup list` shows all questions"),
        _ => failure,
    }
}

fn name(store: Option<&Store>, started: i64) -> Result<SessionId, Failure> {
    let base = SessionId::parse(&clock::stamp(started))?;
    Ok(match store {
        Some(store) => store.unique_id(&base)?,
        None => base,
    })
}

/// Counts how often each question was asked in past sessions.
fn asked_before(store: &Store) -> Result<BTreeMap<QuestionId, u32>, Failure> {
    Ok(store.asked()?)
}

fn question(catalog: &Catalog, typed: &str) -> Result<QuestionId, Failure> {
    Ok(super::grade::question(catalog, typed)?.id.clone())
}

fn scenario(catalog: &Catalog, typed: &str) -> Result<ScenarioId, Failure> {
    let known = catalog.scenarios.iter().map(|template| &template.scenario.id);
    find(known, typed, "scenario", |id: &ScenarioId| id.as_str())
}

fn topic(catalog: &Catalog, typed: &str) -> Result<TopicId, Failure> {
    find(catalog.topics.iter().map(|topic| &topic.id), typed, "topic", |id: &TopicId| id.as_str())
}

fn find<'a, T: Clone + 'a>(
    known: impl Iterator<Item = &'a T> + Clone,
    typed: &str,
    what: &str,
    text: impl Fn(&T) -> &str,
) -> Result<T, Failure> {
    known.clone().find(|id| text(id) == typed).cloned().ok_or_else(|| {
        let names: Vec<String> = known.map(|id| text(id).to_owned()).collect();
        Failure::new(format!("there is no {what} `{typed}`"))
            .did_you_mean(typed, names.iter().map(String::as_str))
    })
}
