//! The pack that a new author begins with: the one that the guide shows, so that the two cannot differ.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::builtin;

/// The guide's name for its pack, which makes room for the author's.
const NAME: &str = "\"my-pack\"";

/// Returns the files of a new pack of that name, each as its path inside the pack and its text.
#[must_use]
pub fn files(id: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for event in Parser::new(builtin::guide()) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                if let Some(path) = path_in(&info) {
                    files.push((path.to_owned(), String::new()));
                    inside = true;
                }
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(part) if inside => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(&part);
                }
            }
            _ => {}
        }
    }
    for (_, text) in &mut files {
        *text = text.replace(NAME, &format!("\"{id}\""));
    }
    files
}

/// Returns the path of a file in what stands behind a block's fence: `toml pack.toml`.
///
/// A block with more behind its path shows what a pack may have, too, and a new one has not.
fn path_in(info: &str) -> Option<&str> {
    match *info.split(' ').collect::<Vec<_>>().as_slice() {
        [_, path] => Some(path),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{assemble, phrases};

    #[test]
    fn a_new_pack_has_one_of_everything() {
        let files = files("mine");
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(
            paths,
            ["pack.toml", "questions/cache/hot-key.md", "lexicon.toml", "scenarios/photo-albums.md"]
        );
        let loaded = assemble(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))).unwrap();
        assert_eq!(loaded.problems, []);
        assert_eq!(phrases::remarks(&loaded, &loaded.catalog), []);
        let catalog = loaded.catalog;
        assert_eq!(catalog.packs.iter().map(|pack| pack.id.as_str()).collect::<Vec<_>>(), ["mine"]);
        assert_eq!((catalog.questions.len(), catalog.scenarios.len()), (1, 1));
        for (path, text) in &files {
            assert!(text.contains("# "), "{path} has comments");
        }
    }
}
