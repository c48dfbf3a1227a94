//! Reads a pack's folder: the only place of this module that touches the disk.
//!
//! Nothing is skipped in silence. Links are not followed, and pipes, sockets and devices are never opened.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::assemble::{Loaded, Refusal, assemble};
use super::layout;
use super::limits::{MAX_ENTRIES, MAX_FILE_BYTES, MAX_PACK_BYTES};
use super::problem::{FileFault, Origin, Problem, sort};

/// Why a folder is not loaded at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system refuses to read it.
    #[error("cannot read the pack `{}`: {source}", .path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is something other than a folder.
    #[error("`{}` is not a folder: give the folder that holds `pack.toml`", .path.display())]
    NotAFolder {
        /// What was given.
        path: PathBuf,
    },
    /// There are more files and folders than [`MAX_ENTRIES`].
    #[error("`{}` has more than {MAX_ENTRIES} files: give the folder that holds `pack.toml`", .path.display())]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// There is more text than [`MAX_PACK_BYTES`].
    #[error("`{}` has more than {MAX_PACK_BYTES} bytes of text: split it into several packs", .path.display())]
    TooMuchText {
        /// The folder.
        path: PathBuf,
    },
    /// The content says that it cannot be used.
    #[error("cannot use the pack `{}`: {refusal}", .path.display())]
    Refused {
        /// The folder.
        path: PathBuf,
        /// Why.
        refusal: Refusal,
    },
}

/// Reads the pack in a folder.
///
/// # Errors
/// When nothing of it can be used. What is wrong with single files is in [`Loaded::problems`].
pub fn load_dir(dir: &Path) -> Result<Loaded, LoadError> {
    let path = || dir.to_path_buf();
    let metadata = fs::metadata(dir).map_err(|source| LoadError::Unreadable { path: path(), source })?;
    if !metadata.is_dir() {
        return Err(LoadError::NotAFolder { path: path() });
    }
    let mut walk = Walk { root: dir, entries: 0, bytes: 0, files: Vec::new(), problems: Vec::new() };
    walk.folder(dir, "")?;
    let files = walk.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let mut loaded = assemble(files).map_err(|refusal| LoadError::Refused { path: path(), refusal })?;
    loaded.problems.append(&mut walk.problems);
    sort(&mut loaded.problems);
    Ok(loaded)
}

/// What was met so far.
struct Walk<'a> {
    root: &'a Path,
    entries: usize,
    bytes: u64,
    files: Vec<(String, String)>,
    problems: Vec<Problem>,
}

impl Walk<'_> {
    /// Reads a folder, whose path inside the pack is empty or ends in a slash.
    fn folder(&mut self, folder: &Path, inside: &str) -> Result<(), LoadError> {
        let read = |source| LoadError::Unreadable { path: folder.to_path_buf(), source };
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder).map_err(read)? {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(LoadError::TooManyFiles { path: self.root.to_path_buf() });
            }
            entries.push(entry.map_err(read)?);
        }
        // The order of a folder differs between systems, and problems must not.
        entries.sort_by_key(DirEntry::file_name);
        entries.iter().try_for_each(|entry| self.entry(entry, inside))
    }

    fn entry(&mut self, entry: &DirEntry, inside: &str) -> Result<(), LoadError> {
        let name = entry.file_name();
        let path = format!("{inside}{}", name.to_string_lossy());
        if name.to_str().is_none() {
            self.note(&path, FileFault::OddName);
            return Ok(());
        }
        let role = layout::role(&path);
        if role == Ok(layout::Role::LeftAlone) {
            return Ok(());
        }
        match (entry.file_type(), role) {
            (Err(error), _) => self.note(&path, unreadable(&error)),
            (Ok(kind), _) if kind.is_symlink() => self.note(&path, FileFault::Link),
            (Ok(kind), _) if kind.is_dir() && layout::is_folder(&path) => {
                return self.folder(&entry.path(), &format!("{path}/"));
            }
            (Ok(kind), Ok(_)) if kind.is_dir() => self.note(&path, FileFault::Stray { nearest: None }),
            (Ok(kind), _) if !kind.is_dir() && !kind.is_file() => self.note(&path, FileFault::Special),
            (Ok(_), Err(fault)) => self.note(&path, fault),
            (Ok(_), Ok(_)) => return self.file(&entry.path(), path),
        }
        Ok(())
    }

    fn file(&mut self, on_disk: &Path, path: String) -> Result<(), LoadError> {
        match read(on_disk) {
            Ok(text) => {
                self.bytes += text.len() as u64;
                self.files.push((path, text));
            }
            Err(fault) => self.note(&path, fault),
        }
        if self.bytes > MAX_PACK_BYTES {
            return Err(LoadError::TooMuchText { path: self.root.to_path_buf() });
        }
        Ok(())
    }

    fn note(&mut self, path: &str, fault: FileFault) {
        self.problems.push(Problem::new(Origin::file(path).line(1), fault));
    }
}

/// Reads a text file, never more of it than the bound, even if it grows meanwhile.
fn read(path: &Path) -> Result<String, FileFault> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let bytes = file.metadata().map_err(|error| unreadable(&error))?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(FileFault::TooLarge { bytes });
    }
    let mut content = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut content).map_err(|error| unreadable(&error))?;
    if content.len() as u64 > MAX_FILE_BYTES {
        return Err(FileFault::TooLarge { bytes: content.len() as u64 });
    }
    String::from_utf8(content).map_err(|_| FileFault::NotText)
}

fn unreadable(error: &io::Error) -> FileFault {
    FileFault::Unreadable { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::sample::{files, load, shown};

    /// Writes the sample into a folder of its own.
    fn pack() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files() {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    fn check(dir: &Path, expected: &[&str]) {
        assert_eq!(shown(&load_dir(dir).expect("the pack is loaded").problems), expected);
    }

    fn check_refused(dir: &Path, expected: &str) {
        let message = load_dir(dir).expect_err("the pack is refused").to_string();
        assert_eq!(message.replace(&dir.display().to_string(), "DIR"), expected);
    }

    #[test]
    fn a_folder_holds_what_its_texts_say() {
        let dir = pack();
        fs::write(dir.path().join("README.md"), "for people").unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(load_dir(dir.path()).unwrap(), load(&files()).unwrap());
    }

    #[test]
    fn what_is_not_read_is_named() {
        let dir = pack();
        fs::create_dir(dir.path().join("scenario")).unwrap();
        fs::create_dir(dir.path().join("questions/cache/more")).unwrap();
        fs::create_dir(dir.path().join("scenarios/folder.md")).unwrap();
        fs::write(dir.path().join("questions/cache/Big.md"), "").unwrap();
        fs::write(dir.path().join("scenarios/latin.md"), b"caf\xe9").unwrap();
        let stray = "this is no part of a pack; move it elsewhere: a pack holds `pack.toml`, `lexicon.toml`, \
                     `README.md`, `questions/TOPIC/NAME.md` and `scenarios/NAME.md`";
        check(
            dir.path(),
            &[
                "questions/cache/Big.md:1: `Big` is not an id; use small letters, digits and single hyphens, at \
                 most 64 of them",
                &format!("questions/cache/more:1: {stray}"),
                "scenario:1: this is no part of a pack; did you mean `scenarios`?",
                &format!("scenarios/folder.md:1: {stray}"),
                "scenarios/latin.md:1: the file is not UTF-8 text; save it as UTF-8",
            ],
        );
    }

    #[test]
    fn a_huge_file_is_not_read() {
        let dir = pack();
        fs::write(dir.path().join("questions/cache/huge.md"), "x".repeat(10_000_000)).unwrap();
        let bound = "at most 262144 are read; make it shorter";
        let expected = format!("questions/cache/huge.md:1: the file has 10000000 bytes, and {bound}");
        check(dir.path(), &[&expected]);
    }

    #[test]
    fn a_folder_with_too_many_files_is_refused() {
        let dir = pack();
        for number in 0..20_000 {
            fs::write(dir.path().join(format!("questions/cache/q{number}.md")), "").unwrap();
        }
        check_refused(dir.path(), "`DIR` has more than 10000 files: give the folder that holds `pack.toml`");
    }

    #[test]
    fn too_much_text_is_refused() {
        let dir = pack();
        for number in 0..280 {
            let file = File::create(dir.path().join(format!("scenarios/s{number}.md"))).unwrap();
            file.set_len(250_000).unwrap();
        }
        check_refused(dir.path(), "`DIR` has more than 67108864 bytes of text: split it into several packs");
    }

    #[test]
    fn what_is_no_pack_is_refused() {
        let dir = pack();
        check_refused(
            &dir.path().join("pack.toml"),
            "`DIR` is not a folder: give the folder that holds `pack.toml`",
        );
        check_refused(
            &dir.path().join("nowhere"),
            "cannot read the pack `DIR`: No such file or directory (os error 2)",
        );
        check_refused(
            &dir.path().join("questions"),
            "cannot use the pack `DIR`: there is no `pack.toml`: give the folder of a pack",
        );
        fs::write(dir.path().join("pack.toml"), "format_version = 7").unwrap();
        check_refused(
            dir.path(),
            "cannot use the pack `DIR`: the pack has format_version 7, and this program reads up to 1: install a \
             newer followup",
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let dir = pack();
        std::os::unix::fs::symlink("..", dir.path().join("questions/loop")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", dir.path().join("scenarios/users.md")).unwrap();
        let link = "this is a symbolic link, and links are not followed; put the file itself here";
        check(dir.path(), &[&format!("questions/loop:1: {link}"), &format!("scenarios/users.md:1: {link}")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_never_opened() {
        let dir = pack();
        let pipe = dir.path().join("scenarios/pipe.md");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        check(
            dir.path(),
            &["scenarios/pipe.md:1: this is neither a file nor a folder, and is not opened; remove it"],
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_may_be_anything() {
        use std::os::unix::ffi::OsStrExt;
        let dir = pack();
        let odd = std::ffi::OsStr::from_bytes(b"scenarios/caf\xe9.md");
        fs::write(dir.path().join(odd), "").unwrap();
        check(dir.path(), &["scenarios/caf\u{fffd}.md:1: the name is not UTF-8; rename it"]);
    }
}
