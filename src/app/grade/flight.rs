//! Many answers by a grader that takes its time: several are with it at once, and their records are written in order.
//!
//! At most so many lines are held: those that are being judged, and the records that wait for an earlier one.

use std::collections::BTreeMap;
use std::io;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::bench::{Bench, By};
use super::lines::{Line, Lines};
use super::record::Record;
use super::written::{Broken, Written};
use crate::ui::prompt::interrupted;

/// How many lines may be between the one that is to be written next and the last one read, for each that is being
/// judged. A slow one holds the others up only when so many have overtaken it.
const AHEAD: usize = 16;
/// How often the state of things is shown, at most.
const TICK: Duration = Duration::from_millis(100);

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Every line has its record.
    Done,
    /// The user interrupted it; what had its turn is written.
    Interrupted,
}

/// Judges every line of the input, so many at a time.
pub(super) async fn run(
    bench: &Bench<'_>,
    by: By<'_, '_>,
    jobs: usize,
    lines: Lines,
    written: &mut Written<'_>,
) -> Result<End, Broken> {
    let intake = intake(lines).map_err(Broken::Input)?;
    judge_all(bench, by, jobs, intake, written).await
}

async fn judge_all(
    bench: &Bench<'_>,
    by: By<'_, '_>,
    jobs: usize,
    mut intake: mpsc::Receiver<io::Result<Line>>,
    written: &mut Written<'_>,
) -> Result<End, Broken> {
    let judge = async |turn: usize, line: Line| {
        let record = match line.asked() {
            Ok(asked) => bench.grade_by(by, asked).await,
            Err(wrong) => *wrong,
        };
        (turn, record)
    };
    let mut interrupt = pin!(interrupted());
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut flying = FuturesUnordered::new();
    let mut early = Early::default();
    let (mut taken, mut more) = (0, true);
    while more || !flying.is_empty() {
        let room = flying.len() < jobs && taken - early.next < jobs.saturating_mul(AHEAD);
        tokio::select! {
            biased;
            () = &mut interrupt => return Ok(End::Interrupted),
            Some((turn, record)) = flying.next() => early.take(turn, record, written).map_err(Broken::Output)?,
            line = intake.recv(), if more && room => match line {
                Some(line) => {
                    flying.push(judge(taken, line.map_err(Broken::Input)?));
                    taken += 1;
                }
                None => more = false,
            },
            _ = ticks.tick(), if written.is_watched() => written.show(),
            else => {}
        }
    }
    Ok(End::Done)
}

/// Records that are there before their turn.
#[derive(Default)]
struct Early {
    waiting: BTreeMap<usize, Record>,
    /// Whose turn it is.
    next: usize,
}

impl Early {
    /// Takes a record, and writes all whose turn it is then.
    fn take(&mut self, turn: usize, record: Record, written: &mut Written<'_>) -> io::Result<()> {
        self.waiting.insert(turn, record);
        while let Some(record) = self.waiting.remove(&self.next) {
            written.add(&record)?;
            self.next += 1;
        }
        written.flush()
    }
}

/// Reads lines on a thread of its own: one that is long in coming holds up nothing that is being judged.
fn intake(mut lines: Lines) -> io::Result<mpsc::Receiver<io::Result<Line>>> {
    let (sender, receiver) = mpsc::channel(1);
    let read = move || {
        while let Some(line) = lines.next().transpose() {
            let last = line.is_err();
            if sender.blocking_send(line).is_err() || last {
                break;
            }
        }
    };
    thread::Builder::new().spawn(read).map(|_| receiver)
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::app::grade::own::OwnQuestions;
    use crate::app::grade::written::Tally;
    use crate::content::{Catalog, builtin};
    use crate::domain::grade::Outcome;
    use crate::domain::question::Question;
    use crate::domain::words::Level;
    use crate::grader::rubric::RubricGrader;
    use crate::grader::{GradeFuture, GradeRequest, Grader};

    /// Takes as many milliseconds for an answer as it has words.
    struct Slow;

    impl Grader for Slow {
        fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a> {
            let words = request.answer.split_whitespace().count() as u64;
            Box::pin(async move {
                sleep(Duration::from_millis(words)).await;
                Outcome::Ungraded { reason: "it is only slow".to_owned() }
            })
        }
    }

    /// Lets the slow grader judge answers of so many words; returns the time that it took, in milliseconds, and the
    /// ids of the records.
    async fn took(jobs: usize, words: &[usize]) -> (u128, Vec<usize>) {
        let catalog: Catalog = builtin::load().unwrap().catalog;
        let offline = RubricGrader::new(&catalog.lexicon, catalog.prose());
        let bench = Bench::new(&catalog, &offline, Level::Senior);
        let (sender, intake) = mpsc::channel(words.len());
        for (id, words) in words.iter().enumerate() {
            let answer = "word ".repeat(*words);
            let line = serde_json::json!({"id": id, "question": "cache/sizing", "answer": answer});
            sender.try_send(Ok(Line::Read(line.to_string().into_bytes()))).ok().unwrap();
        }
        drop(sender);
        let mut out = Vec::new();
        let mut written = Written::new(&mut out, Tally::default(), None);
        let start = Instant::now();
        let judge = |question: &Question, answer: &str| offline.judge(question, &question.wording, answer);
        let own = OwnQuestions::new(&catalog, &offline, &judge);
        let by = By { grader: &Slow, own: &own };
        let end = judge_all(&bench, by, jobs, intake, &mut written).await.unwrap();
        assert_eq!(end, End::Done);
        drop(written);
        let ids = String::from_utf8(out).unwrap();
        let id =
            |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].as_u64().unwrap();
        (start.elapsed().as_millis(), ids.lines().map(|line| id(line) as usize).collect())
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_at_a_time_are_so_many_times_as_fast() {
        let words = [500; 256];
        let alone = took(1, &words).await.0;
        for jobs in [4, 64] {
            let ratio = alone as f64 / took(jobs, &words).await.0 as f64;
            assert!(ratio >= 0.9 * jobs as f64, "{jobs} jobs are {ratio:.1} times as fast as one");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_one_holds_up_neither_the_others_nor_the_order() {
        // While the first takes its time, the other job does all the rest.
        let words: Vec<usize> = [300].into_iter().chain([10; 31]).collect();
        let (time, ids) = took(2, &words).await;
        assert_eq!(ids, (0..32).collect::<Vec<_>>());
        assert!((300..=330).contains(&time), "{time} ms");
        // But not without end: the first line that is too far ahead waits for it.
        let words: Vec<usize> = [300].into_iter().chain([1; 40]).collect();
        let (time, ids) = took(2, &words).await;
        assert_eq!(ids, (0..41).collect::<Vec<_>>());
        assert!(time > 300, "{time} ms");
    }
}
