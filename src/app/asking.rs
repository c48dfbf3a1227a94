//! Makes the interviewer that was chosen: the one place that does.

use std::rc::Rc;

use super::config::{Config, InterviewerChoice};
use super::context::Context;
use super::judging::{Judging, endpoint, scripted};
use crate::error::Failure;
use crate::interviewer::Interviewer;
use crate::interviewer::llm::LlmInterviewer;
use crate::interviewer::scripted::Scripted;
use crate::llm::Model;

/// Makes the interviewer that was chosen. A model that judges, too, is the same one, with one budget.
pub(super) fn make(
    context: &mut Context<'_>,
    config: &Config<'_>,
    judging: &Judging,
) -> Result<Rc<dyn Interviewer>, Failure> {
    let metered = |model| config.metered(model) as Rc<dyn Model>;
    let persona = config.persona()?;
    let model = match (config.interviewer()?, judging.served()) {
        (InterviewerChoice::Scripted, _) => return Ok(Rc::new(Scripted)),
        (InterviewerChoice::Llm, Some(model)) => model,
        (InterviewerChoice::Llm, None) => metered(endpoint(context, config)?),
        (InterviewerChoice::Model(path), _) => metered(scripted(&path)?),
    };
    Ok(Rc::new(LlmInterviewer::new(model, Rc::new(config.prompts()?), persona)))
}
