//! The pack that is compiled into the program.

use std::borrow::Cow;

use include_dir::{Dir, include_dir};

use super::assemble::{Loaded, Refusal, assemble};

static FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/content");

/// Reads the built-in pack.
///
/// # Errors
/// As [`assemble`]; a released program has a built-in pack without problems.
pub fn load() -> Result<Loaded, Refusal> {
    assemble(files().iter().map(|(path, text)| (path.as_str(), text.as_ref())))
}

/// Returns the built-in pack's files, each as its path inside the pack and its text, for those who want to read
/// them on several cores.
#[must_use]
pub fn files() -> Vec<(String, Cow<'static, str>)> {
    let mut files = Vec::new();
    gather(&FILES, &mut files);
    files
}

/// Returns the guide for authors, which lies in the pack's folder.
pub(super) fn guide() -> &'static str {
    FILES.get_file("README.md").and_then(|file| file.contents_utf8()).unwrap_or_default()
}

fn gather(dir: &'static Dir, files: &mut Vec<(String, Cow<'static, str>)>) {
    for file in dir.files() {
        let parts: Vec<_> = file.path().components().map(|part| part.as_os_str().to_string_lossy()).collect();
        // Text that is not UTF-8 shows up as replacement characters, which the parsers then name.
        let text = file.contents_utf8().map(Cow::Borrowed);
        files.push((parts.join("/"), text.unwrap_or_else(|| String::from_utf8_lossy(file.contents()))));
    }
    dir.dirs().for_each(|dir| gather(dir, files));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_pack_can_be_read() {
        let loaded = load().expect("the built-in pack is not refused");
        let lines: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert_eq!(lines, [""; 0]);
        assert_eq!(loaded.catalog.packs.first().map(|pack| pack.id.as_str()), Some("builtin"));
    }

    #[test]
    fn folder_and_program_hold_the_same() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        assert_eq!(crate::content::loader::load_dir(&folder).expect("the folder is a pack"), load().unwrap());
    }
}
