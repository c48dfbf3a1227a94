//! Faults of a file or folder as such.

use super::{Words, did_you_mean, split, words};
use crate::content::limits::MAX_FILE_BYTES;
use crate::domain::id::IdError;

/// What is wrong with a file or folder as such.
#[derive(Clone, Debug, PartialEq)]
pub enum FileFault {
    /// It has no place in a pack.
    Stray {
        /// The part of a pack whose name is nearest.
        nearest: Option<&'static str>,
    },
    /// Its path, which is the id of what it holds, is no id.
    NotAnId(IdError),
    /// It is a symbolic link.
    Link,
    /// It is a pipe, a socket or a device.
    Special,
    /// Its name is not UTF-8.
    OddName,
    /// It is larger than [`MAX_FILE_BYTES`].
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It is not UTF-8.
    NotText,
    /// The system refuses to read it.
    Unreadable {
        /// What the system says.
        reason: String,
    },
}

impl FileFault {
    pub(super) fn words(&self) -> Words {
        match self {
            Self::Stray { nearest } => words(
                "this is no part of a pack",
                did_you_mean(
                    *nearest,
                    "move it elsewhere: a pack holds `pack.toml`, `lexicon.toml`, `README.md`, \
                     `questions/TOPIC/NAME.md` and `scenarios/NAME.md`",
                ),
            ),
            Self::NotAnId(error) => split(error, "rename the file"),
            Self::Link => {
                words("this is a symbolic link, and links are not followed", "put the file itself here")
            }
            Self::Special => words("this is neither a file nor a folder, and is not opened", "remove it"),
            Self::OddName => words("the name is not UTF-8", "rename it"),
            Self::TooLarge { bytes } => words(
                format!("the file has {bytes} bytes, and at most {MAX_FILE_BYTES} are read"),
                "make it shorter",
            ),
            Self::NotText => words("the file is not UTF-8 text", "save it as UTF-8"),
            Self::Unreadable { reason } => {
                words(format!("this cannot be read ({reason})"), "look at its permissions")
            }
        }
    }
}
