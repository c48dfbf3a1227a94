//! A paper of the project, taken apart: its code blocks, links, headings and the names in backticks.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A Markdown file.
pub(super) struct Paper {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) blocks: Vec<Block>,
    /// Where links lead, as written.
    pub(super) links: Vec<String>,
    /// What stands in backticks outside of blocks.
    pub(super) names: Vec<String>,
    /// The headings, as links name them.
    pub(super) anchors: BTreeSet<String>,
}

/// A fenced code block.
pub(super) struct Block {
    /// What stands behind the fence: the language, and for a file of a pack its path.
    pub(super) info: String,
    pub(super) text: String,
}

/// Returns a path below the project's folder.
pub(super) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

impl Paper {
    pub(super) fn read(name: &str) -> Self {
        let text = fs::read_to_string(project(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (mut blocks, mut links, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut anchors = BTreeSet::new();
        let mut heading: Option<String> = None;
        let mut block: Option<Block> = None;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    block = Some(Block { info: info.to_string(), text: String::new() });
                }
                Event::End(TagEnd::CodeBlock) => blocks.extend(block.take()),
                Event::Start(Tag::Link { dest_url, .. }) => links.push(dest_url.to_string()),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => anchors.extend(heading.take().map(|title| anchor(&title))),
                Event::Text(part) => {
                    if let Some(block) = &mut block {
                        block.text.push_str(&part);
                    } else if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                }
                Event::Code(name) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&name);
                    }
                    names.push(name.to_string());
                }
                _ => {}
            }
        }
        Self { name: name.to_owned(), text, blocks, links, names, anchors }
    }

    /// Returns the blocks in which somebody types.
    pub(super) fn consoles(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(|block| ["console", "sh"].contains(&block.info.as_str()))
    }

    /// Returns the first cells of the tables below a heading, without backticks.
    pub(super) fn first_cells(&self, heading: &str) -> Vec<String> {
        let below = self.text.lines().skip_while(|line| *line != heading).skip(1);
        let rows = below.take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| `"));
        rows.map(|row| row.split(" | ").next().unwrap().trim_matches(['|', ' ', '`']).to_owned()).collect()
    }
}

/// Returns the name by which a link finds a heading.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
