//! `grade --jsonl --batch`: answers are handed in together, and their grades fetched by the same command later.
//!
//! The requests are not kept: they are made once more when the grades are fetched, which shows whether anything that
//! they hang on has changed meanwhile.

mod settle;
mod state;

use std::path::Path;

use super::bench::{Bench, Job};
use super::lines::{Line, Lines};
use super::many;
use super::own::OwnQuestions;
use crate::app::context::Context;
use crate::app::judging::{Behind, Judging, block_on};
use crate::domain::exchange::Try;
use crate::domain::grade::{Grade, Outcome};
use crate::domain::hash::ContentHash;
use crate::error::{DONE, Failure};
use crate::grader::{GradeRequest, Grader};
use crate::llm::endpoint::{Batch, Endpoint};
use crate::llm::fence::Nonce;
use crate::llm::{Model, ModelError, ModelRequest};
use settle::{Replies, Said};
use state::State;

/// The most bytes of one batch: half of what OpenAI takes, for all of them are in memory at once.
const MAX_BYTES: usize = 100 * 1024 * 1024;
/// The most requests of one batch at OpenAI.
const MAX_REQUESTS: usize = 50_000;

/// What to do next.
const AGAIN: &str = "the same command fetches the grades when they are there";

/// A run of the command.
struct Run<'a, 'o> {
    bench: &'a Bench<'a>,
    own: &'a OwnQuestions<'o>,
    grader: &'a dyn Grader,
    behind: &'a Behind,
    server: &'a Endpoint,
    input: &'a Path,
    output: &'a Path,
}

/// Hands answers in, or fetches what has come of those that were.
pub(super) fn run(
    context: &mut Context<'_>,
    (input, output): (&Path, &Path),
    bench: &Bench<'_>,
    own: &OwnQuestions<'_>,
    judging: &Judging,
) -> Result<u8, Failure> {
    let behind = judging.model.as_ref();
    let Some((behind, server)) = behind.and_then(|behind| Some((behind, behind.server.as_deref()?))) else {
        return Err(Failure::new("only a server takes batches").hint("say `--grader llm`"));
    };
    if input == Path::new("-") {
        return Err(Failure::new("the answers of a batch are read twice, and standard input only once")
            .hint("put them into a file"));
    }
    if output.exists() {
        return Err(Failure::new(format!("`{}` is there already", output.display()))
            .hint("name another file for another batch"));
    }
    let run = Run { bench, own, grader: judging.grader.as_ref(), behind, server, input, output };
    let state = State::read(&State::path(output))?;
    block_on(async {
        match state {
            None => run.hand_in(context).await,
            Some(state) => run.fetch(context, state).await,
        }
    })?
}

impl Run<'_, '_> {
    async fn hand_in(&self, context: &mut Context<'_>) -> Result<u8, Failure> {
        let name = self.server.name();
        let mut state =
            State::new(self.server.base_url(), name, self.behind.judge.nonce().as_str().to_owned());
        let asked = self.gather(context, &mut state).await?;
        if asked.count == 0 {
            let said =
                Said { known: &state.known, replies: Replies::new(), secret: &state.secret, status: "" };
            return settle::write(context, self, &said);
        }
        let path = State::path(self.output);
        state.file = self.server.upload(&asked.lines).await.map_err(told)?;
        state.write(&path)?;
        let batch = self.server.start_batch(&state.file).await.map_err(told)?;
        state.batch = Some(batch.clone());
        state.write(&path)?;
        let count = asked.count;
        context.notice(&format!("handed {count} answers in as batch `{batch}`; {AGAIN}"))?;
        Ok(DONE)
    }

    /// Makes all requests, but for answers of which it is known what is said of them.
    ///
    /// The first one is asked about at once: what the server does not understand is better found out now.
    async fn gather(&self, context: &mut Context<'_>, state: &mut State) -> Result<Asked, Failure> {
        let mut asked = Asked::default();
        let mut tried = false;
        let secret = state.secret.clone();
        let mut lines = many::open(context, self.input)?;
        let mut number = 0;
        while let Some(line) = self.next(&mut lines)? {
            let at = number;
            number += 1;
            let Ok(line) = line.asked() else { continue };
            let Ok(Job { task, .. }) = self.bench.job(&line) else { continue };
            let Some(question) = self.own.question(&task) else { continue };
            let request = task.request(&question);
            let Some(model_request) = self.request(request, &secret, at)? else { continue };
            state.requests = chain(&state.requests, &model_request);
            let mut known = self.behind.memory.as_ref().and_then(|memory| memory.recall(request));
            if known.is_none() && !tried {
                tried = true;
                known = self.try_out(request).await?;
            }
            match known.and_then(|grade| grade.provenance.exchange) {
                Some(exchange) => {
                    state.known.insert(at, exchange);
                }
                None => asked.push(&self.server.batch_line(&at.to_string(), &model_request))?,
            }
        }
        Ok(asked)
    }

    /// Asks about one answer in the usual way; returns its grade, if the model gave one.
    async fn try_out(&self, request: GradeRequest<'_>) -> Result<Option<Grade>, Failure> {
        let Outcome::Graded(grade) = self.grader.grade(request).await else { return Ok(None) };
        let failed = grade.provenance.exchange.as_ref().and_then(|exchange| exchange.tries.last());
        match (failed, &grade.provenance.fallback) {
            (Some(Try::Failed(reason)), Some(_)) => {
                Err(Failure::new(format!("nothing is handed in, since the model does not answer: {reason}")))
            }
            (_, Some(_)) => Ok(None),
            (_, None) => Ok(Some(grade)),
        }
    }

    async fn fetch(&self, context: &mut Context<'_>, mut state: State) -> Result<u8, Failure> {
        let path = State::path(self.output);
        if (state.server.as_str(), state.model.as_str()) != (self.server.base_url(), self.server.name()) {
            let State { server, model, .. } = &state;
            return Err(Failure::new(format!(
                "the batch was handed in to `{server}` for the model `{model}`"
            ))
            .hint(format!("choose these, or remove `{}` to begin anew", path.display())));
        }
        if self.fingerprint(context, &state.secret)? != state.requests {
            return Err(Failure::new("the answers, a pack or a prompt are not what was handed in")
                .hint(format!("undo the change, or remove `{}` to begin anew", path.display())));
        }
        let batch = match state.batch.take() {
            Some(batch) => batch,
            None => self.start_once(&state.file).await.map_err(told)?,
        };
        state.batch = Some(batch.clone());
        state.write(&path)?;
        match self.server.batch(&batch).await.map_err(told)? {
            Batch::Open { status, done, total } => {
                context.notice(&format!(
                    "batch `{batch}` is {status}, with {done} of {total} answered; {AGAIN}"
                ))?;
                Ok(DONE)
            }
            Batch::Failed { reason } => Err(Failure::new(format!("the batch `{batch}` failed: {reason}"))
                .hint(format!("remove `{}` to hand the answers in anew", path.display()))),
            Batch::Ended { status, files } => {
                let replies = self.said(&files).await?;
                let said = Said { known: &state.known, replies, secret: &state.secret, status: &status };
                let code = settle::write(context, self, &said)?;
                State::remove(&path)?;
                Ok(code)
            }
        }
    }

    /// Starts the batch of a file, unless that was done and only not noted.
    async fn start_once(&self, file: &str) -> Result<String, ModelError> {
        match self.server.find_batch(file).await? {
            Some(batch) => Ok(batch),
            None => self.server.start_batch(file).await,
        }
    }

    /// Fetches what was said, by line. Of a line that comes twice, the reply counts.
    async fn said(&self, files: &[String]) -> Result<Replies, Failure> {
        let mut said = Replies::new();
        for file in files {
            let mut take = |name: &str, result: Result<_, ModelError>| {
                let Ok(number) = name.parse() else { return };
                if result.is_ok() || !said.contains_key(&number) {
                    said.insert(number, result);
                }
            };
            self.server.results(file, &mut take).await.map_err(told)?;
        }
        Ok(said)
    }

    /// Returns the fingerprint of all requests as they would be made now.
    fn fingerprint(&self, context: &mut Context<'_>, secret: &str) -> Result<ContentHash, Failure> {
        let mut lines = many::open(context, self.input)?;
        let mut all = ContentHash::of([]);
        let mut number = 0;
        while let Some(line) = self.next(&mut lines)? {
            if let Ok(line) = line.asked()
                && let Ok(Job { task, .. }) = self.bench.job(&line)
                && let Some(question) = self.own.question(&task)
                && let Some(request) = self.request(task.request(&question), secret, number)?
            {
                all = chain(&all, &request);
            }
            number += 1;
        }
        Ok(all)
    }

    fn request(
        &self,
        request: GradeRequest<'_>,
        secret: &str,
        number: usize,
    ) -> Result<Option<ModelRequest>, Failure> {
        let made = self.behind.judge.request(request, &nonce(secret, number));
        made.map_err(|error| Failure::new(error.to_string()))
    }

    fn next(&self, lines: &mut Lines) -> Result<Option<Line>, Failure> {
        lines.next().map_err(|error| Failure::file("read", self.input, &error))
    }
}

/// The requests of a batch.
#[derive(Default)]
struct Asked {
    lines: String,
    count: usize,
}

impl Asked {
    fn push(&mut self, line: &str) -> Result<(), Failure> {
        self.lines.push_str(line);
        self.count += 1;
        if self.lines.len() > MAX_BYTES || self.count > MAX_REQUESTS {
            return Err(Failure::new(format!(
                "these are more answers than a batch may have: {MAX_REQUESTS}, or {} MiB with their questions",
                MAX_BYTES / 1024 / 1024
            ))
            .hint("split the file, and name an output for each part"));
        }
        Ok(())
    }
}

/// Returns the code for the answer of a line, which nobody can foresee who does not know the secret.
fn nonce(secret: &str, number: usize) -> Nonce {
    Nonce::stored(ContentHash::of([secret, &number.to_string()]).as_str())
}

/// Adds a request to the fingerprint of those before it.
fn chain(before: &ContentHash, request: &ModelRequest) -> ContentHash {
    let ModelRequest { messages, shape, max_tokens } = request;
    let schema = shape.as_ref().map(|shape| shape.schema.to_string()).unwrap_or_default();
    let tokens = max_tokens.to_string();
    let texts = messages.iter().map(|message| message.text.as_str());
    ContentHash::of([before.as_str(), &schema, &tokens].into_iter().chain(texts))
}

fn told(error: ModelError) -> Failure {
    Failure::new(error.to_string())
}
