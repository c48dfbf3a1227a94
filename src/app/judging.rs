//! Makes the grader that was chosen: the one place that does.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use super::config::{Config, GraderChoice, InterviewerChoice};
use super::context::Context;
use super::own_grader::OwnProcess;
use crate::content::Catalog;
use crate::domain::hash::ContentHash;
use crate::error::Failure;
use crate::grader::Grader;
use crate::grader::command::OwnGrader;
use crate::grader::llm::Judge;
use crate::grader::rubric::RubricGrader;
use crate::llm::Model;
use crate::llm::fence::Nonce;
use crate::llm::metered::Metered;
use crate::llm::prompt::Prompts;
use crate::llm::scripted::ScriptedModel;

/// How long a grader of one's own may take over one answer: as long as a local model needs for its first words.
const OWN_GRADER_LIMIT: Duration = Duration::from_secs(60);

/// Who judges in a run.
pub(super) struct Judging {
    /// The grader that was chosen.
    pub(super) grader: Rc<dyn Grader>,
    /// The offline grader, which the other ones are checked with.
    pub(super) offline: Rc<RubricGrader>,
}

/// Makes the grader that was chosen.
pub(super) fn make(
    context: &mut Context<'_>,
    catalog: &Catalog,
    config: &Config<'_>,
) -> Result<Judging, Failure> {
    if config.interviewer()? != InterviewerChoice::Scripted {
        return Err(
            Failure::new("only the pack's own words can ask so far").hint("leave `--interviewer` out")
        );
    }
    let offline = Rc::new(context.grader(catalog));
    let model = match config.grader()? {
        GraderChoice::Rubric => {
            return Ok(Judging { grader: Rc::clone(&offline) as Rc<dyn Grader>, offline });
        }
        GraderChoice::Llm => endpoint(context, config)?,
        GraderChoice::Scripted(path) => scripted(&path)?,
        GraderChoice::Command(command) => {
            let words = shell_words::split(&command)
                .map_err(|_| Failure::new(format!("`{command}` has a quotation mark without a partner")))?;
            let program = Rc::new(OwnProcess::new(words, OWN_GRADER_LIMIT));
            return Ok(Judging { grader: Rc::new(OwnGrader::new(program, Rc::clone(&offline))), offline });
        }
    };
    let model: Rc<dyn Model> = Rc::new(Metered::new(model, config.budget()));
    let prompts = Prompts::new(&BTreeMap::new()).map_err(|error| Failure::new(error.to_string()))?;
    let judge = Judge::new(model, Rc::clone(&offline), Rc::new(prompts), nonces()?);
    Ok(Judging { grader: Rc::new(judge), offline })
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

/// Reaches for the model that is set up; nothing is sent yet.
#[cfg(feature = "llm")]
fn endpoint(context: &mut Context<'_>, config: &Config<'_>) -> Result<Rc<dyn Model>, Failure> {
    let endpoint = crate::llm::endpoint::Endpoint::new(config.settings()?)
        .map_err(|error| Failure::new(error.to_string()))?;
    for warning in endpoint.warnings() {
        writeln!(context.err, "warning: {}", crate::ui::sanitize::inert(&warning.to_string()))?;
    }
    Ok(Rc::new(endpoint))
}

#[cfg(not(feature = "llm"))]
fn endpoint(_: &mut Context<'_>, _: &Config<'_>) -> Result<Rc<dyn Model>, Failure> {
    Err(Failure::new("this followup was built without language models")
        .hint("the offline grader is `--grader rubric`"))
}

/// Reads a script that stands for a model.
fn scripted(path: &Path) -> Result<Rc<dyn Model>, Failure> {
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
