//! Synonyms, abbreviations and plain-word phrasings that all rubrics of a pack share.

use super::hash::ContentHash;

/// A named set of words or phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The group's key in `lexicon.toml`. In a kind it is also the general word.
    pub id: String,
    /// Words and phrases, lower case.
    pub members: Vec<String>,
}

/// The shared vocabulary of one or more packs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexicon {
    /// Groups in which any member stands for any other.
    pub synonyms: Vec<Group>,
    /// Groups whose id (hyphens read as spaces) stands for each member, not the other way round.
    pub kinds: Vec<Group>,
}

impl Lexicon {
    /// Fingerprint of all groups, recorded with each grade.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        let groups =
            self.synonyms.iter().map(|group| ("=", group)).chain(self.kinds.iter().map(|group| (">", group)));
        ContentHash::of(groups.flat_map(|(sign, group)| {
            [sign, group.id.as_str()].into_iter().chain(group.members.iter().map(String::as_str))
        }))
    }
}
