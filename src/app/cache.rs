//! Replies of a model, kept in the user's cache folder so that the same answer is not paid for twice. An edge.
//!
//! What is kept is what was said, not a grade: a hit is worked out again like any reply, by today's rules.
//! An entry is a file of two lines, a checksum and JSON. One that is damaged is as if it were not there.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use tokio::sync::Mutex;

use crate::domain::exchange::Exchange;
use crate::domain::grade::{Grade, Outcome};
use crate::domain::hash::ContentHash;
use crate::grader::llm::Judge;
use crate::grader::{GradeFuture, GradeRequest, Grader};
use crate::llm::settings::Settings;

/// Replies of one server's model.
pub(super) struct Cache {
    folder: PathBuf,
    server: String,
}

impl Cache {
    /// Opens the folder, and makes it where it is not there.
    pub(super) fn open(folder: PathBuf, settings: &Settings) -> io::Result<Self> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        let Settings { base_url, temperature, .. } = settings;
        Ok(Self { folder, server: format!("{base_url} {temperature:?}") })
    }

    fn key(&self, judge: &Judge<'_>, request: &GradeRequest<'_>) -> ContentHash {
        ContentHash::of([judge.fingerprint(request).as_str(), &self.server])
    }

    fn path(&self, key: &ContentHash) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    fn read(&self, key: &ContentHash) -> Option<Exchange> {
        let text = fs::read_to_string(self.path(key)).ok()?;
        let (checksum, json) = text.split_once('\n')?;
        let whole = checksum == ContentHash::of([key.as_str(), json]).as_str();
        whole.then(|| serde_json::from_str(json).ok()).flatten()
    }

    /// Keeps an exchange. A file that is torn by a crash is found out by its checksum, so that nothing waits for the disk.
    fn write(&self, key: &ContentHash, exchange: &Exchange) -> io::Result<()> {
        let json = serde_json::to_string(exchange)?;
        let checksum = ContentHash::of([key.as_str(), &json]);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        write!(file, "{checksum}\n{json}")?;
        file.persist(self.path(key)).map(|_| ()).map_err(|error| error.error)
    }
}

/// A judge that remembers what was said of an answer.
pub(super) struct Remembering {
    judge: Rc<Judge<'static>>,
    cache: Cache,
    /// Answers that the model is being asked about; whoever brings the same one waits for what comes of it.
    asked: RefCell<HashMap<ContentHash, Rc<Mutex<()>>>>,
}

impl Remembering {
    pub(super) fn new(judge: Rc<Judge<'static>>, cache: Cache) -> Self {
        Self { judge, cache, asked: RefCell::default() }
    }

    /// Returns what was said of an answer, where that is known and still worth a grade.
    pub(super) fn recall(&self, request: GradeRequest<'_>) -> Option<Grade> {
        let exchange = self.cache.read(&self.cache.key(&self.judge, &request))?;
        match self.judge.recompute(request, Some(&exchange)) {
            Outcome::Graded(grade) if grade.provenance.fallback.is_none() => Some(grade),
            Outcome::Graded(_) | Outcome::Ungraded { .. } => None,
        }
    }

    /// Keeps what was said of an answer, unless the model failed.
    pub(super) fn remember(&self, request: GradeRequest<'_>, outcome: &Outcome) {
        let Outcome::Graded(grade) = outcome else { return };
        if let (Some(exchange), None) = (&grade.provenance.exchange, &grade.provenance.fallback) {
            // What cannot be kept is asked once more some time.
            let _unkept = self.cache.write(&self.cache.key(&self.judge, &request), exchange);
        }
    }
}

impl Grader for Remembering {
    fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a> {
        Box::pin(async move {
            let key = self.cache.key(&self.judge, &request);
            let turn = Rc::clone(self.asked.borrow_mut().entry(key.clone()).or_default());
            let _only_one = turn.lock().await;
            if let Some(grade) = self.recall(request) {
                self.asked.borrow_mut().remove(&key);
                return Outcome::Graded(grade);
            }
            let outcome = self.judge.grade(request).await;
            self.remember(request, &outcome);
            self.asked.borrow_mut().remove(&key);
            outcome
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exchange::Try;

    fn cache(folder: &tempfile::TempDir, base_url: &str) -> Cache {
        Cache::open(folder.path().join("a/b"), &Settings::new(base_url, "m")).unwrap()
    }

    fn exchange() -> Exchange {
        Exchange { tries: vec![Try::Reply("{\"points\": []}".to_owned())], ..Exchange::default() }
    }

    #[test]
    fn what_is_kept_comes_back_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder, "http://localhost/v1");
        let (key, other) = (ContentHash::of(["one"]), ContentHash::of(["other"]));
        assert_eq!(cache.read(&key), None);
        cache.write(&key, &exchange()).unwrap();
        assert_eq!((cache.read(&key), cache.read(&other)), (Some(exchange()), None));
        let bytes = fs::read(cache.path(&key)).unwrap();
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            fs::write(cache.path(&key), &damaged).unwrap();
            assert_eq!(cache.read(&key), None, "byte {at} is another");
            fs::write(cache.path(&key), &bytes[..at]).unwrap();
            assert_eq!(cache.read(&key), None, "it ends at {at}");
        }
        // Nor is one taken for another.
        fs::write(cache.path(&other), &bytes).unwrap();
        assert_eq!(cache.read(&other), None);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_it() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let cache = cache(&folder, "http://localhost/v1");
        let key = ContentHash::of(["one"]);
        cache.write(&key, &exchange()).unwrap();
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(cache.path(&key)), 0o600);
        assert_eq!((mode(folder.path().join("a")), mode(folder.path().join("a/b"))), (0o700, 0o700));
    }
}
