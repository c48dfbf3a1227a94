//! The store as its users meet it, and what it has to survive.

mod api;
mod damage;
mod disk;
mod migrating;
mod opening;
mod shape;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::Store;
use super::sample;

/// A folder for a store that is not there yet.
struct Home {
    _root: TempDir,
    dir: PathBuf,
}

impl Home {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let dir = root.path().canonicalize().unwrap().join("data/followup");
        Self { _root: root, dir }
    }

    fn file(&self) -> PathBuf {
        self.dir.join("history.db")
    }

    fn log(&self) -> PathBuf {
        self.dir.join("history.db-wal")
    }

    fn open(&self) -> Store {
        Store::open(&self.dir).unwrap()
    }

    /// A connection past the store, to break things with.
    fn sql(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    /// The names of the files in the folder, sorted.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.dir)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// Stores a session with as many answers, `name 0`, `name 1` and so on.
fn fill(store: &mut Store, name: &str, answers: u32) {
    store.create(&sample::plan(name)).unwrap();
    for seq in 0..answers {
        store.append(&sample::id(name), seq, &sample::answer(&format!("{name} {seq}"))).unwrap();
    }
}

fn bytes(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap()
}

fn setting(store: &Store, name: &str) -> String {
    let value: rusqlite::types::Value = store.conn.pragma_query_value(None, name, |row| row.get(0)).unwrap();
    match value {
        rusqlite::types::Value::Integer(number) => number.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => panic!("{name} is {other:?}"),
    }
}

#[cfg(unix)]
fn mode(file: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions()) & 0o777
}
