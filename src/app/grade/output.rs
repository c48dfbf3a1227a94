//! The file of `grade --jsonl --output`: begun, or gone on with where an earlier run left it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, ErrorKind, Seek, SeekFrom};
use std::path::Path;

use serde::Deserialize;

use super::lines::Lines;
use super::written::Tally;
use crate::domain::grade::Flag;
use crate::error::Failure;

/// What is read of a record that is there already.
#[derive(Deserialize)]
struct Done {
    #[serde(default)]
    id: serde_json::Value,
    outcome: String,
    #[serde(default)]
    flags: Vec<String>,
}

/// Begins a file; one that is there is left as it is.
pub(super) fn begin(path: &Path) -> Result<File, Failure> {
    let file = private().create_new(true).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!("`{}` is there already", path.display()))
            .hint("`--resume` goes on with it where it stopped; another name begins anew"),
        _ => Failure::file("write", path, &error),
    })?;
    lock(&file, path)?;
    Ok(file)
}

/// Goes on with a file: what is done in it is passed over on the input, and half a line at its end is cut off.
///
/// A file that is not there is begun.
pub(super) fn go_on(path: &Path, lines: &mut Lines) -> Result<(File, Tally), Failure> {
    let failed = |error: io::Error| Failure::file("write", path, &error);
    let mut file = private().create(true).truncate(false).open(path).map_err(failed)?;
    lock(&file, path)?;
    let mut tally = Tally::default();
    let mut end = 0;
    let mut records = BufReader::new(&file);
    let mut record = Vec::new();
    while records.read_until(b'\n', &mut record).map_err(failed)? > 0 && record.ends_with(b"\n") {
        pass_over(&record, lines, &mut tally).map_err(|why| misfit(path, tally.records + 1, why))?;
        end += record.len() as u64;
        record.clear();
    }
    file.set_len(end).map_err(failed)?;
    file.seek(SeekFrom::Start(end)).map_err(failed)?;
    Ok((file, tally))
}

/// Counts a record and passes its line over.
fn pass_over(record: &[u8], lines: &mut Lines, tally: &mut Tally) -> Result<(), &'static str> {
    let done: Done = serde_json::from_slice(record).map_err(|_| "is no record of a grade")?;
    let line = lines.next().ok().flatten().ok_or("has no line in the input")?;
    if line.id() != done.id {
        return Err("has another id than its line in the input");
    }
    tally.records += 1;
    tally.errors += usize::from(done.outcome == "error");
    let fallback = Flag::OfflineFallback.as_str();
    tally.fallbacks += usize::from(done.flags.iter().any(|flag| flag == fallback));
    Ok(())
}

fn misfit(path: &Path, number: usize, why: &str) -> Failure {
    Failure::new(format!("cannot go on with `{}`: record {number} {why}", path.display()))
        .hint("resume with the same input, or name another file")
}

/// Opens to read and write; what is made can be read by its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Keeps a second run off the file. Where the system has no locks, there is none.
fn lock(file: &File, path: &Path) -> Result<(), Failure> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(Failure::new(format!("`{}` is being written by another run", path.display()))
                .hint("wait for it, or name another file"))
        }
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}
