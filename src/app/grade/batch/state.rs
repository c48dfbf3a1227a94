//! What is known of a batch between its two halves: a small file beside the one that the grades will be in.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::exchange::Exchange;
use crate::domain::hash::ContentHash;
use crate::error::Failure;
use crate::export::file::write_atomically;

/// The version of the file's shape.
const VERSION: u32 = 1;

/// What is known of a batch.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    version: u32,
    /// Where it was handed in.
    pub(super) server: String,
    /// Who is asked.
    pub(super) model: String,
    /// Fingerprint of all requests, so that nothing is graded by a reply to something else.
    pub(super) requests: ContentHash,
    /// What the codes around the answers are made of.
    pub(super) secret: String,
    /// The server's name for the file of requests.
    pub(super) file: String,
    /// The server's name for the batch; none where the run ended between the two.
    pub(super) batch: Option<String>,
    /// What was said already of some answers, by their line, from 0.
    pub(super) known: BTreeMap<usize, Exchange>,
}

impl State {
    /// Returns the state of a batch that is handed in now.
    pub(super) fn new(server: &str, model: &str, secret: String) -> Self {
        Self {
            version: VERSION,
            server: server.to_owned(),
            model: model.to_owned(),
            requests: ContentHash::of([]),
            secret,
            file: String::new(),
            batch: None,
            known: BTreeMap::new(),
        }
    }

    /// Returns where it is kept for an output.
    pub(super) fn path(output: &Path) -> PathBuf {
        let mut name = output.as_os_str().to_owned();
        name.push(".batch.json");
        name.into()
    }

    /// Reads it; `None` where no batch is open.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| Failure::file("read", path, &error))?,
        };
        let state: Option<Self> = serde_json::from_str(&text).ok();
        state.filter(|state| state.version == VERSION).map(Some).ok_or_else(|| {
            Failure::new(format!("`{}` is not the state of a batch that this program knows", path.display()))
                .hint("remove it to hand the answers in anew")
        })
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        write_atomically(path, |out| out.write_all(text.as_bytes()))
            .map_err(|error| Failure::file("write", path, &error))
    }

    pub(super) fn remove(path: &Path) -> Result<(), Failure> {
        fs::remove_file(path).map_err(|error| Failure::file("remove", path, &error))
    }
}
