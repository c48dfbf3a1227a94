//! From what was said to grades: every line has its record, and those of which nothing was said are graded offline.

use std::collections::BTreeMap;

use super::{Run, nonce};
use crate::app::context::Context;
use crate::app::grade::bench::{Job, recorded};
use crate::app::grade::many;
use crate::app::grade::record::{Asked, Record};
use crate::app::grade::written::{Tally, Written};
use crate::domain::exchange::Exchange;
use crate::domain::grade::Outcome;
use crate::error::{DONE, Failure, PROBLEMS};
use crate::export::file::write_atomically;
use crate::grader::GradeRequest;
use crate::grader::llm::exchange;
use crate::llm::{ModelError, Reply};

/// What was said in a batch, by line.
pub(super) type Replies = BTreeMap<usize, Result<Reply, ModelError>>;

/// What was said.
pub(super) struct Said<'a> {
    /// Before the batch.
    pub(super) known: &'a BTreeMap<usize, Exchange>,
    /// In it.
    pub(super) replies: Replies,
    /// What the codes around the answers were made of.
    pub(super) secret: &'a str,
    /// How the batch ended.
    pub(super) status: &'a str,
}

impl Said<'_> {
    /// Returns what was said of the answer of a line.
    fn of(&self, number: usize) -> Exchange {
        if let Some(exchange) = self.known.get(&number) {
            return exchange.clone();
        }
        let said = self.replies.get(&number).cloned().unwrap_or(Err(ModelError::LeftOut));
        exchange(&nonce(self.secret, number), said)
    }
}

/// Grades all lines and writes their records, all of them or none; returns the exit code.
pub(super) fn write(context: &mut Context<'_>, run: &Run<'_, '_>, said: &Said<'_>) -> Result<u8, Failure> {
    let mut lines = many::open(context, run.input)?;
    let mut tally = Tally::default();
    let mut unread = None;
    let done = write_atomically(run.output, |out| {
        let mut written = Written::new(out, Tally::default(), None);
        for number in 0.. {
            let line = match lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => break,
                Err(error) => {
                    let kind = error.kind();
                    unread = Some(error);
                    return Err(kind.into());
                }
            };
            let record = line.asked().map_or_else(|wrong| *wrong, |asked| graded(run, said, number, asked));
            written.add(&record)?;
        }
        tally = written.tally();
        Ok(())
    });
    if let Some(error) = unread {
        return Err(Failure::file("read", run.input, &error));
    }
    done.map_err(|error| Failure::file("write", run.output, &error))?;
    let Tally { records, errors, fallbacks } = tally;
    let notice = format!("wrote {records} grades to `{}`", run.output.display());
    let offline = match fallbacks {
        0 => String::new(),
        _ => format!("; the batch is {}, and {fallbacks} were graded offline instead", said.status),
    };
    context.notice(&(notice + &offline))?;
    Ok(if errors == 0 { DONE } else { PROBLEMS })
}

fn graded(run: &Run<'_, '_>, said: &Said<'_>, number: usize, asked: Asked) -> Record {
    let outcome = run.bench.job(&asked).map(|Job { task, level }| {
        let Some(question) = run.own.question(&task) else {
            return (Outcome::Graded(run.bench.offline(&task)), level);
        };
        (run.own.settled(&task, by_model(run, said, number, task.request(&question))), level)
    });
    recorded(asked.id, outcome)
}

fn by_model(run: &Run<'_, '_>, said: &Said<'_>, number: usize, request: GradeRequest<'_>) -> Outcome {
    let outcome = run.behind.judge.recompute(request, Some(&said.of(number)));
    if let Some(memory) = &run.behind.memory {
        memory.remember(request, &outcome);
    }
    outcome
}
