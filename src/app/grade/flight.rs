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

use super::bench::Bench;
use super::lines::{Line, Lines};
use super::record::Record;
use super::written::{Broken, Written};
use crate::grader::Grader;

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
    grader: &dyn Grader,
    jobs: usize,
    lines: Lines,
    written: &mut Written<'_>,
) -> Result<End, Broken> {
    let judge = async |turn: usize, line: Line| {
        let record = match line.asked() {
            Ok(asked) => bench.grade_by(grader, asked).await,
            Err(wrong) => wrong,
        };
        (turn, record)
    };
    let mut intake = intake(lines).map_err(Broken::Input)?;
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

/// Waits for Ctrl-C; for ever, where the system cannot tell of it.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
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
