//! Makes the grader that was chosen: the one place that does.

use std::io;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

#[cfg(feature = "llm")]
use super::cache::{Cache, Remembering};
use super::config::{Config, GraderChoice};
use super::context::Context;
use super::own_grader::OwnProcess;
use crate::content::Catalog;
use crate::domain::exchange::Tokens;
use crate::domain::hash::ContentHash;
use crate::error::Failure;
use crate::grader::Grader;
use crate::grader::command::{self, OwnGrader};
use crate::grader::llm::{self, Judge};
use crate::grader::rubric::{self, RubricGrader};
#[cfg(feature = "llm")]
use crate::llm::endpoint::Endpoint;
use crate::llm::fence::Nonce;
use crate::llm::metered::Metered;
use crate::llm::scripted::ScriptedModel;
use crate::llm::{Model, Usage};
use crate::ui::tokens::taken;

/// How long a grader of one's own may take over one answer: as long as a local model needs for its first words.
const OWN_GRADER_LIMIT: Duration = Duration::from_secs(60);

/// Who judges in a run.
pub(super) struct Judging {
    /// The grader that was chosen.
    pub(super) grader: Rc<dyn Grader>,
    /// Its name, as grades record it.
    pub(super) name: &'static str,
    /// The offline grader, which the other ones are checked with.
    pub(super) offline: Rc<RubricGrader>,
    /// What is behind the grader, where it is a language model.
    pub(super) model: Option<Behind>,
    /// The most tokens that models may take.
    pub(super) budget: Option<u64>,
}

/// What is behind a grader that asks a language model.
pub(super) struct Behind {
    /// Makes requests, and judges by what is said to them.
    pub(super) judge: Rc<Judge<'static>>,
    /// The model, and what it took.
    pub(super) meter: Rc<Metered<'static>>,
    /// What was said of answers before, where that is kept.
    #[cfg(feature = "llm")]
    pub(super) memory: Option<Rc<Remembering>>,
    /// The server, where it is one.
    #[cfg(feature = "llm")]
    pub(super) server: Option<Rc<Endpoint>>,
}

impl Judging {
    /// Whether the offline grader judges by choice.
    pub(super) fn is_offline(&self) -> bool {
        self.name == rubric::NAME
    }

    /// Tells what the model has taken in this run, where it has taken anything.
    pub(super) fn tell_taken(&self, context: &mut Context<'_>) -> io::Result<()> {
        let Usage { input, output } =
            self.model.as_ref().map(|behind| behind.meter.spent()).unwrap_or_default();
        match input + output {
            0 => Ok(()),
            _ => context.notice(&taken(Tokens { input, output }, self.budget)),
        }
    }

    /// Returns the model of the server that is set up, where it judges: whatever else it does counts for the
    /// same budget.
    pub(super) fn served(&self) -> Option<Rc<dyn Model>> {
        #[cfg(feature = "llm")]
        return self
            .model
            .as_ref()
            .filter(|behind| behind.server.is_some())
            .map(|behind| Rc::clone(&behind.meter) as Rc<dyn Model>);
        #[cfg(not(feature = "llm"))]
        return None;
    }
}

/// Makes the grader that was chosen.
pub(super) fn make(
    context: &mut Context<'_>,
    catalog: &Catalog,
    config: &Config<'_>,
) -> Result<Judging, Failure> {
    let offline = Rc::new(context.grader(catalog));
    let budget = config.budget();
    match config.grader()? {
        GraderChoice::Rubric => {
            let grader = Rc::clone(&offline) as Rc<dyn Grader>;
            Ok(Judging { grader, name: rubric::NAME, offline, model: None, budget })
        }
        GraderChoice::Llm => by_server(context, config, offline),
        GraderChoice::Scripted(path) => {
            let (judge, meter) = judge(scripted(&path)?, config, &offline)?;
            let model = Behind {
                judge: Rc::clone(&judge),
                meter,
                #[cfg(feature = "llm")]
                memory: None,
                #[cfg(feature = "llm")]
                server: None,
            };
            Ok(Judging { grader: judge, name: llm::NAME, offline, model: Some(model), budget })
        }
        GraderChoice::Command(command) => {
            let words = shell_words::split(&command)
                .map_err(|_| Failure::new(format!("`{command}` has a quotation mark without a partner")))?;
            let program = Rc::new(OwnProcess::new(words, OWN_GRADER_LIMIT));
            let grader = Rc::new(OwnGrader::new(program, Rc::clone(&offline)));
            Ok(Judging { grader, name: command::NAME, offline, model: None, budget })
        }
    }
}

/// Makes a judge that asks a model, which is counted.
fn judge(
    model: Rc<dyn Model>,
    config: &Config<'_>,
    offline: &Rc<RubricGrader>,
) -> Result<(Rc<Judge<'static>>, Rc<Metered<'static>>), Failure> {
    let meter = config.metered(model);
    let asked = Rc::clone(&meter) as Rc<dyn Model>;
    let prompts = Rc::new(config.prompts()?);
    let judge = Rc::new(Judge::new(asked, Rc::clone(offline), prompts, nonces()?));
    Ok((judge, meter))
}

/// Makes a judge that asks the server that is set up; nothing is sent yet.
#[cfg(feature = "llm")]
fn by_server(
    context: &mut Context<'_>,
    config: &Config<'_>,
    offline: Rc<RubricGrader>,
) -> Result<Judging, Failure> {
    let server = server(context, config)?;
    let (judge, meter) = judge(Rc::clone(&server) as Rc<dyn Model>, config, &offline)?;
    let memory = memory(context, config, &judge)?;
    let grader = match &memory {
        Some(memory) => Rc::clone(memory) as Rc<dyn Grader>,
        None => Rc::clone(&judge) as Rc<dyn Grader>,
    };
    let model = Some(Behind { judge, meter, memory, server: Some(server) });
    Ok(Judging { grader, name: llm::NAME, offline, model, budget: config.budget() })
}

#[cfg(not(feature = "llm"))]
fn by_server(_: &mut Context<'_>, _: &Config<'_>, _: Rc<RubricGrader>) -> Result<Judging, Failure> {
    Err(no_models())
}

/// Makes ready what talks to the server that is set up; nothing is sent yet.
#[cfg(feature = "llm")]
fn server(context: &mut Context<'_>, config: &Config<'_>) -> Result<Rc<Endpoint>, Failure> {
    let server = Endpoint::new(config.settings()?).map_err(|error| Failure::new(error.to_string()))?;
    for warning in server.warnings() {
        context.notice(&format!("warning: {warning}"))?;
    }
    Ok(Rc::new(server))
}

/// Returns the model that is set up; nothing is sent yet.
#[cfg(feature = "llm")]
pub(super) fn endpoint(context: &mut Context<'_>, config: &Config<'_>) -> Result<Rc<dyn Model>, Failure> {
    Ok(server(context, config)? as Rc<dyn Model>)
}

#[cfg(not(feature = "llm"))]
pub(super) fn endpoint(_: &mut Context<'_>, _: &Config<'_>) -> Result<Rc<dyn Model>, Failure> {
    Err(no_models())
}

#[cfg(not(feature = "llm"))]
fn no_models() -> Failure {
    Failure::new("this followup was built without language models")
        .hint("what works offline is `--grader rubric` and `--interviewer scripted`")
}

/// Opens what keeps replies, unless none are to be kept.
#[cfg(feature = "llm")]
fn memory(
    context: &mut Context<'_>,
    config: &Config<'_>,
    judge: &Rc<Judge<'static>>,
) -> Result<Option<Rc<Remembering>>, Failure> {
    let folder = context.cache_dir().filter(|_| config.keeps_replies()).map(|folder| folder.join("grades"));
    let Some(folder) = folder else { return Ok(None) };
    match Cache::open(folder.clone(), &config.settings()?) {
        Ok(cache) => Ok(Some(Rc::new(Remembering::new(Rc::clone(judge), cache)))),
        Err(error) => {
            let folder = folder.display();
            context.notice(&format!("warning: replies cannot be kept in `{folder}`: {error}"))?;
            Ok(None)
        }
    }
}

/// Returns codes that nobody can foresee: each is the hash of a secret of this run and a number.
fn nonces() -> Result<impl FnMut() -> Nonce, Failure> {
    let mut secret = [0; 16];
    getrandom::fill(&mut secret)
        .map_err(|error| Failure::new(format!("the system has no random numbers: {error}")))?;
    let secret = u128::from_le_bytes(secret).to_string();
    let mut calls: u128 = 0;
    Ok(move || {
        calls += 1;
        let hash = ContentHash::of([secret.as_str(), &calls.to_string()]);
        Nonce::stored(hash.as_str().get(..32).unwrap_or_default())
    })
}

/// Reads a script that stands for a model.
pub(super) fn scripted(path: &Path) -> Result<Rc<dyn Model>, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
    let model = ScriptedModel::parse(&text)
        .map_err(|error| Failure::new(format!("`{}`: {error}", path.display())))?;
    Ok(Rc::new(model))
}

/// Runs what waits for a grader to its end.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start: {error}")))?;
    Ok(runtime.block_on(work))
}
