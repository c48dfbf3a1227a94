//! `--dry-run`: what a language model would be sent, to the letter, and nothing is sent.

use std::path::Path;

use serde_json::{Value, json};

use super::bench::{Bench, Task};
use super::lines::Lines;
use super::own::OwnQuestions;
use super::record::Asked;
use crate::app::context::Context;
use crate::app::judging::{Behind, Judging};
use crate::error::{DONE, Failure, PROBLEMS};
use crate::grader::llm::NOT_ASKED;
use crate::llm::Model;

/// Why an answer to a question of one's own is not sent.
const NO_POINTS: &str = "the reference answer has no sentence to judge by, so that the offline grader judges";

/// Shows what would be sent for each line.
pub(super) fn lines(
    context: &mut Context<'_>,
    bench: &Bench<'_>,
    own: &OwnQuestions<'_>,
    judging: &Judging,
    (path, mut lines): (&Path, Lines),
) -> Result<u8, Failure> {
    let model = model(judging)?;
    let mut code = DONE;
    while let Some(line) = lines.next().map_err(|error| Failure::file("read", path, &error))? {
        let shown = match line.asked().map(|asked| shown(model, bench, own, &asked)) {
            Ok(Ok(shown)) => with_id(line.id(), shown),
            Ok(Err(reason)) => {
                code = PROBLEMS;
                with_id(line.id(), json!({"outcome": "error", "reason": reason}))
            }
            Err(wrong) => {
                code = PROBLEMS;
                serde_json::to_value(&wrong).unwrap_or_default()
            }
        };
        writeln!(context.out, "{shown}")?;
    }
    Ok(code)
}

/// Shows what would be sent for one answer.
pub(super) fn one(
    context: &mut Context<'_>,
    judging: &Judging,
    own: &OwnQuestions<'_>,
    task: &Task<'_>,
) -> Result<u8, Failure> {
    let shown = asked(model(judging)?, own, task).map_err(Failure::new)?;
    serde_json::to_writer_pretty(&mut *context.out, &shown).map_err(std::io::Error::from)?;
    context.out.write_all(b"\n")?;
    Ok(DONE)
}

fn model(judging: &Judging) -> Result<&Behind, Failure> {
    judging.model.as_ref().ok_or_else(|| {
        Failure::new("`--dry-run` shows what a language model would be sent, and none is asked")
            .hint("say `--grader llm`")
    })
}

fn shown(model: &Behind, bench: &Bench, own: &OwnQuestions<'_>, line: &Asked) -> Result<Value, String> {
    asked(model, own, &bench.job(line)?.task)
}

fn asked(model: &Behind, own: &OwnQuestions<'_>, task: &Task<'_>) -> Result<Value, String> {
    let Some(question) = own.question(task) else { return Ok(not_sent(NO_POINTS)) };
    let request = model.judge.request(task.request(&question), &model.judge.nonce());
    let sent = request.map_err(|error| error.to_string())?;
    Ok(sent.map_or_else(|| not_sent(NOT_ASKED), |sent| model.meter.preview(&sent)))
}

fn not_sent(reason: &str) -> Value {
    json!({"sent": false, "reason": reason})
}

/// Puts the id first, where there is one.
fn with_id(id: Value, mut shown: Value) -> Value {
    if let (false, Some(fields)) = (id.is_null(), shown.as_object_mut()) {
        fields.shift_insert(0, "id".to_owned(), id);
    }
    shown
}
