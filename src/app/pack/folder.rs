//! Folders of packs as they are written, and files to import. An edge.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use crate::content::limits::MAX_PACK_BYTES;
use crate::domain::id::{TopicId, slug};
use crate::error::Failure;

/// The name of a pack whose folder's name holds nothing that an id may have.
const FALLBACK: &str = "my-pack";

/// What is at a path where a pack is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing, or a folder with nothing in it.
    Room,
    /// A folder with something in it.
    Something,
}

/// Looks at a path where a pack is to be.
pub(super) fn look(dir: &Path) -> Result<Found, Failure> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(Found::Room),
        Ok(false) => Ok(Found::Something),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Room),
        Err(error) => Err(Failure::file("use the folder", dir, &error)),
    }
}

/// Returns the name for a pack in a folder: what was given, or else the folder's own.
pub(super) fn pack_id(given: Option<&str>, dir: &Path) -> Result<String, Failure> {
    match given {
        Some(id) => Ok(TopicId::parse(id)?.to_string()),
        None => {
            let whole = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
            let name = whole.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok(slug(&name).unwrap_or_else(|| FALLBACK.to_owned()))
        }
    }
}

/// Reads a text file, as much of it as a pack may have.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let unread = |error| Failure::file("read", path, &error);
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unread)?;
    file.take(MAX_PACK_BYTES + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MAX_PACK_BYTES {
        return Err(Failure::new(format!("`{}` has more than {MAX_PACK_BYTES} bytes", path.display()))
            .hint("split it into several files"));
    }
    String::from_utf8(bytes)
        .map_err(|_| Failure::new(format!("`{}` is not UTF-8 text", path.display())).hint("save it as UTF-8"))
}

/// Adds text at the end of a file.
pub(super) fn append(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::file("write", path, &error))
}

/// Writes files, each given as its path inside the pack and its text. What is there already stays, and is an error.
pub(super) fn write_new<'a>(
    dir: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), Failure> {
    for (path, text) in files {
        let path = dir.join(path);
        let folder = path.parent().unwrap_or(dir);
        fs::create_dir_all(folder).map_err(|error| Failure::file("make the folder", folder, &error))?;
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Failure::file("write", &path, &error))?;
    }
    Ok(())
}
