//! Reads the candidate's own design.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::Failure;

/// The most that a design may have, in bytes.
const MAX_DESIGN: u64 = 64 * 1024;

/// Reads a design: Markdown, with something in it.
pub(super) fn read(path: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_DESIGN + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::file("read", path, &error))?;
    let unusable = |what: &str| Failure::new(format!("the design `{}` {what}", path.display()));
    if bytes.len() as u64 > MAX_DESIGN {
        return Err(unusable("is longer than 64 KiB").hint("leave out what the interview is not about"));
    }
    let text = String::from_utf8(bytes).map_err(|_| unusable("is no text").hint("save it as UTF-8"))?;
    if text.trim().is_empty() {
        return Err(unusable("is empty"));
    }
    Ok(text)
}
