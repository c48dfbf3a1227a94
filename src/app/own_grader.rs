//! The process behind a grader of one's own: started once, spoken with in lines, ended when it hangs.

use std::cell::RefCell;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use crate::grader::command::{Program, ProgramError, ProgramFuture, message};

/// The most bytes of an answer; the grader reads fewer.
const MAX_LINE: usize = 256 * 1024;
/// How much is kept of what it writes to its error stream: enough for the last line.
const MAX_SAID: usize = 4 * 1024;

/// A program, running or yet to be started. Needs a runtime with input, output and time.
pub(super) struct OwnProcess {
    command: Vec<String>,
    limit: Duration,
    running: RefCell<Option<Running>>,
}

/// A program that runs; it ends when this is dropped.
struct Running {
    _child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    errors: ChildStderr,
}

impl OwnProcess {
    /// Prepares a program with its arguments; nothing is started yet. `limit` is for one answer.
    pub(super) fn new(command: Vec<String>, limit: Duration) -> Self {
        Self { command, limit, running: RefCell::default() }
    }

    fn start(&self) -> Result<Running, ProgramError> {
        let failed = |reason: String| ProgramError::NotStarted { program: self.name().to_owned(), reason };
        let (program, arguments) =
            self.command.split_first().ok_or_else(|| failed("it has no name".to_owned()))?;
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // Ctrl-C is for us: the program goes when we do.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        match (child.stdin.take(), child.stdout.take(), child.stderr.take()) {
            (Some(to), Some(from), Some(errors)) => {
                Ok(Running { _child: child, to, from: BufReader::new(from), errors })
            }
            _ => Err(failed("it has no streams".to_owned())),
        }
    }

    /// Asks the program that runs, or starts it. It is put back only when it has answered.
    async fn answer(&self, line: String) -> Result<String, ProgramError> {
        let running = self.running.borrow_mut().take();
        let mut running = match running {
            Some(running) => running,
            None => self.start()?,
        };
        let answer = tokio::time::timeout(self.limit, running.exchange(line, self.name())).await;
        let answer = answer
            .map_err(|_| ProgramError::TimedOut { program: self.name().to_owned(), limit: self.limit })??;
        *self.running.borrow_mut() = Some(running);
        Ok(answer)
    }
}

impl Running {
    /// Writes and reads at once, since a program may write before it has read all.
    async fn exchange(&mut self, mut line: String, program: &str) -> Result<String, ProgramError> {
        line.push('\n');
        let Self { to, from, errors, .. } = self;
        let broken = |error: std::io::Error| ProgramError::Broken {
            program: program.to_owned(),
            reason: error.to_string(),
        };
        let (mut heard, mut said, mut chunk) = (Vec::new(), Vec::new(), [0; 1024]);
        let (mut written, mut silent) = (false, false);
        let write = async {
            // A program that has ended does not read; why is told when its end is read.
            let _ = to.write_all(line.as_bytes()).await;
            let _ = to.flush().await;
        };
        tokio::pin!(write);
        let mut from = from.take(MAX_LINE as u64 + 1);
        loop {
            tokio::select! {
                () = &mut write, if !written => written = true,
                read = from.read_until(b'\n', &mut heard) => {
                    read.map_err(broken)?;
                    break;
                }
                read = errors.read(&mut chunk), if !silent => {
                    let read = chunk.get(..read.map_err(broken)?).unwrap_or_default();
                    silent = read.is_empty();
                    keep_last(&mut said, read);
                }
            }
        }
        match heard.pop() {
            Some(b'\n') => Ok(String::from_utf8_lossy(&heard).into_owned()),
            Some(_) if heard.len() >= MAX_LINE => {
                Err(ProgramError::TooLong { program: program.to_owned(), limit: MAX_LINE })
            }
            _ => {
                while let Ok(read @ 1..) = errors.read(&mut chunk).await {
                    keep_last(&mut said, chunk.get(..read).unwrap_or_default());
                }
                let said = String::from_utf8_lossy(&said);
                let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
                Err(ProgramError::Ended { program: program.to_owned(), said: message(last) })
            }
        }
    }
}

fn keep_last(said: &mut Vec<u8>, more: &[u8]) {
    said.extend_from_slice(more);
    said.drain(..said.len().saturating_sub(MAX_SAID));
}

impl Program for OwnProcess {
    fn name(&self) -> &str {
        let program = self.command.first().map_or("", String::as_str);
        program.rsplit(['/', '\\']).next().unwrap_or(program)
    }

    fn ask(&self, line: String) -> ProgramFuture<'_> {
        Box::pin(self.answer(line))
    }

    fn end(&self) {
        self.running.borrow_mut().take();
    }
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use super::*;
    use crate::content::builtin;
    use crate::domain::grade::{Grade, Outcome};
    use crate::domain::id::QuestionId;
    use crate::domain::words::{Level, Verdict};
    use crate::grader::command::{NAME, OwnGrader};
    use crate::grader::rubric::RubricGrader;
    use crate::grader::{GradeRequest, Grader};

    fn run<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
    }

    fn shell(script: &str, limit: Duration) -> OwnProcess {
        OwnProcess::new(vec!["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()], limit)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn a_program_is_started_once_and_answers_line_by_line() {
        let program =
            shell("while read -r line; do n=$((n + 1)); echo \"$n $line\"; echo note >&2; done", LONG);
        run(async {
            for (line, expected) in [("a", "1 a"), ("b", "2 b")] {
                assert_eq!(program.ask(line.to_owned()).await, Ok(expected.to_owned()));
            }
            program.end();
            assert_eq!(program.ask("c".to_owned()).await, Ok("1 c".to_owned()), "it is started anew");
        });
    }

    #[test]
    fn long_lines_go_through_and_endless_ones_do_not() {
        let program = shell("while read -r line; do echo \"$line\"; done", LONG);
        let line = "x".repeat(200_000);
        assert_eq!(run(program.ask(line.clone())), Ok(line));
        let program = shell("head -c 400000 /dev/zero | tr '\\0' x; sleep 60", LONG);
        let answer = run(program.ask("a".to_owned()));
        assert!(matches!(answer, Err(ProgramError::TooLong { .. })), "{answer:?}");
    }

    #[test]
    fn a_program_that_hangs_or_ends_is_told_of() {
        let told = |program: &OwnProcess| run(program.ask("a".to_owned())).unwrap_err().to_string();
        assert_eq!(
            told(&shell("read -r line; sleep 60", Duration::from_millis(50))),
            "the grader `sh` gave no answer within 0.05 s"
        );
        assert_eq!(
            told(&shell("read -r line; echo 'Traceback:' >&2; echo \"KeyError: 'x'\" >&2; exit 1", LONG)),
            "the grader `sh` ended without an answer: KeyError: 'x'"
        );
        assert_eq!(told(&shell("printf half", LONG)), "the grader `sh` ended without an answer");
        let nobody = OwnProcess::new(vec!["/nowhere/grader".to_owned()], LONG);
        assert!(told(&nobody).starts_with("cannot start the grader `grader`: No such file"));
    }

    fn graded(command: &[&str], answer: &str) -> Grade {
        let catalog = builtin::load().unwrap().catalog;
        let offline = Rc::new(RubricGrader::new(&catalog.lexicon, catalog.prose()));
        let question = catalog.question(&QuestionId::parse("cache/cache-down").unwrap()).unwrap();
        let question = question.bind(&BTreeMap::new());
        let command = command.iter().map(|part| (*part).to_owned()).collect();
        let grader = OwnGrader::new(Rc::new(OwnProcess::new(command, LONG)), offline);
        let request = GradeRequest { question: &question, prompt: &question.wording, answer };
        let Outcome::Graded(grade) = run(grader.grade(request)) else { panic!("it is ungraded") };
        grade
    }

    #[test]
    fn the_example_in_python_grades() {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/own_grader.py");
        let answer = "Every read falls through to the database then, which suddenly carries many times its usual load.\n\
                      I would paint it green.";
        let grade = graded(&["python3", script], answer);
        assert_eq!((grade.provenance.grader.as_str(), &grade.provenance.fallback), (NAME, &None));
        let impact = grade.verdicts.iter().find(|judged| judged.point.id.as_str() == "impact").unwrap();
        assert!(matches!(impact.verdict, Verdict::Hit | Verdict::Partial), "{}", impact.reason);
        assert!(impact.evidence.iter().all(|evidence| evidence.holds_in(answer)));
        assert!(grade.score(Level::Staff).unwrap().as_f64() < 5.0, "the rest is missed");
    }
}
