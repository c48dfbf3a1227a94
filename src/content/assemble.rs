//! From the texts of a pack's files to a catalog: the one way in for the built-in pack and for folders.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::catalog::Catalog;
use super::layout::{self, Role};
use super::pack_file::{FORMAT_VERSION, PackFile};
use super::places::Places;
use super::problem::{Origin, Problem, sort};
use super::question_file::{self, File};
use super::scenario_file::ScenarioFile;
use super::{lexicon_file, pack_file, scenario_file};
use crate::domain::id::{QuestionId, ScenarioId};
use crate::domain::lexicon::Lexicon;

/// Why nothing of a pack can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no `pack.toml`.
    #[error("there is no `pack.toml`: give the folder of a pack")]
    NoPackFile,
    /// The pack is written for a later version of this program.
    #[error(
        "the pack has format_version {found}, and this program reads up to {FORMAT_VERSION}: \
         install a newer followup"
    )]
    NewerFormat {
        /// The pack's format version.
        found: i64,
    },
}

/// A pack as far as it could be read, and all that is wrong with its files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// What could be read.
    pub catalog: Catalog,
    /// What is wrong, in the order of files and lines.
    pub problems: Vec<Problem>,
    /// Where the parts of questions and scenarios stand.
    pub places: Places,
    /// The lines of all evidence, by file, in the order in which it stands there.
    pub lines: BTreeMap<String, Vec<usize>>,
}

impl Loaded {
    /// Adds a later pack. What an earlier pack has already stays, and the later one's is a problem.
    pub fn merge(&mut self, later: Loaded) {
        let clashes = self.catalog.merge(later.catalog);
        self.problems.extend(later.problems);
        self.problems.extend(clashes.into_iter().map(|clash| clash.problem(&later.places)));
        self.places.merge(later.places);
        for (file, lines) in later.lines {
            self.lines.entry(file).or_insert(lines);
        }
    }

    fn take(&mut self, part: Part) {
        match part {
            Part::Pack(file, problems) => {
                self.problems.extend(problems);
                if let Some(file) = file {
                    self.catalog.packs.push(file.pack);
                    self.catalog.topics = file.topics;
                }
            }
            Part::Lexicon(lexicon, problems) => {
                self.problems.extend(problems);
                self.catalog.lexicon = lexicon.unwrap_or_default();
            }
            Part::Question(id, file, problems) => {
                self.problems.extend(problems);
                self.question(id, file.map(|file| *file));
            }
            Part::Scenario(id, file, problems) => {
                self.problems.extend(problems);
                self.scenario(&id, file.map(|file| *file));
            }
            Part::LeftAlone => {}
            Part::Stray(problem) => self.problems.push(problem),
        }
    }

    fn question(&mut self, id: QuestionId, file: Option<File>) {
        let mut places = BTreeMap::new();
        let origin = Origin::question(&id);
        match file {
            Some(File::Question(file)) => {
                places = file.places;
                self.lines.insert(origin.file.clone(), file.lines);
                self.catalog.exemplars.insert(id, file.exemplars);
                self.catalog.questions.push(file.question);
            }
            Some(File::Extension(file)) => {
                places = file.places;
                self.lines.insert(origin.file.clone(), file.lines);
                self.catalog.extensions.push(file.extension);
            }
            None => {}
        }
        self.places.insert(&origin, places);
    }

    fn scenario(&mut self, id: &ScenarioId, file: Option<ScenarioFile>) {
        let mut places = BTreeMap::new();
        if let Some(file) = file {
            places = file.places;
            self.catalog.scenarios.push(file.template);
        }
        self.places.insert(&Origin::scenario(id), places);
    }
}

/// What one file of a pack holds, and what is wrong with it.
#[derive(Debug)]
pub struct FileRead(Result<Part, Refusal>);

#[derive(Debug)]
enum Part {
    Pack(Option<PackFile>, Vec<Problem>),
    Lexicon(Option<Lexicon>, Vec<Problem>),
    Question(QuestionId, Option<Box<File>>, Vec<Problem>),
    Scenario(ScenarioId, Option<Box<ScenarioFile>>, Vec<Problem>),
    LeftAlone,
    Stray(Problem),
}

/// Reads one file, given as its path inside the pack and its text. No file depends on another.
#[must_use]
pub fn read(path: &str, text: &str) -> FileRead {
    let text = &plain(text);
    FileRead(match layout::role(path) {
        Ok(Role::Pack) => pack_file::parse(text).map(|(file, problems)| Part::Pack(file, problems)),
        Ok(Role::Lexicon) => {
            let (lexicon, problems) = lexicon_file::parse(text);
            Ok(Part::Lexicon(lexicon, problems))
        }
        Ok(Role::Question(id)) => {
            let (file, problems) = question_file::parse(text, &id);
            Ok(Part::Question(id, file.map(Box::new), problems))
        }
        Ok(Role::Scenario(id)) => {
            let (file, problems) = scenario_file::parse(text, &id);
            Ok(Part::Scenario(id, file.map(Box::new), problems))
        }
        Ok(Role::LeftAlone) => Ok(Part::LeftAlone),
        Err(fault) => Ok(Part::Stray(Problem::new(Origin::file(path).line(1), fault))),
    })
}

/// Puts the files of one pack together, in any order.
///
/// # Errors
/// When there is no `pack.toml`, or the pack's format is newer than this program.
pub fn join(files: impl IntoIterator<Item = FileRead>) -> Result<Loaded, Refusal> {
    let mut loaded = Loaded::default();
    let mut has_pack_file = false;
    for FileRead(part) in files {
        let part = part?;
        has_pack_file |= matches!(part, Part::Pack(..));
        loaded.take(part);
    }
    if !has_pack_file {
        return Err(Refusal::NoPackFile);
    }
    loaded.catalog.sort();
    sort(&mut loaded.problems);
    Ok(loaded)
}

/// Reads the files of one pack, each given as its path inside the pack and its text.
///
/// # Errors
/// As [`join`].
pub fn assemble<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Loaded, Refusal> {
    join(files.into_iter().map(|(path, text)| read(path, text)))
}

/// Takes off what editors of other systems add: a byte order mark, and carriage returns at the ends of lines.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if memchr::memchr(b'\r', text.as_bytes()).is_some() {
        Cow::Owned(text.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::sample::{QUESTION_PATH, changed, files, load, shown};

    #[test]
    fn the_sample_has_no_problems() {
        let loaded = load(&files()).unwrap();
        assert_eq!(shown(&loaded.problems), [""; 0]);
        let Catalog { packs, topics, questions, scenarios, lexicon, exemplars, extensions } = loaded.catalog;
        assert_eq!(extensions, []);
        assert_eq!((packs.len(), topics.len(), questions.len(), scenarios.len()), (1, 1, 1, 1));
        assert_eq!(exemplars.values().map(Vec::len).collect::<Vec<_>>(), [1]);
        assert_eq!(lexicon.synonyms[0].members, ["database", "db"]);
        let drawing = "[client] -> [shelf {users}]\n               |";
        assert_eq!(scenarios[0].scenario.diagram, drawing);
    }

    #[test]
    fn line_ends_and_byte_order_marks_of_other_systems_make_no_difference() {
        let mut foreign = files();
        for (_, text) in &mut foreign {
            *text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        }
        assert_eq!(load(&foreign), load(&files()));
    }

    #[test]
    fn a_pack_that_cannot_be_used_is_refused() {
        let newer = changed("pack.toml", "format_version = 1", "format_version = 2\nnovelty = true");
        assert_eq!(
            load(&newer).unwrap_err().to_string(),
            "the pack has format_version 2, and this program reads up to 1: install a newer followup"
        );
        assert_eq!(load(&files()[1..]), Err(Refusal::NoPackFile));
    }

    #[test]
    fn what_has_no_place_in_a_pack_is_named() {
        for (path, expected) in [
            (
                "notes.txt",
                "notes.txt:1: this is no part of a pack; move it elsewhere: a pack holds `pack.toml`, \
                 `lexicon.toml`, `README.md`, `questions/TOPIC/NAME.md` and `scenarios/NAME.md`",
            ),
            ("lexikon.toml", "lexikon.toml:1: this is no part of a pack; did you mean `lexicon.toml`?"),
            (
                "questions/cache/deep/er.md",
                "questions/cache/deep/er.md:1: this is no part of a pack; move it elsewhere: a pack holds \
                 `pack.toml`, `lexicon.toml`, `README.md`, `questions/TOPIC/NAME.md` and `scenarios/NAME.md`",
            ),
            (
                "questions/../x.md",
                "questions/../x.md:1: `..` is not an id; use small letters, digits and single hyphens, \
                 at most 64 of them",
            ),
            (
                "scenarios/Shop.md",
                "scenarios/Shop.md:1: `Shop` is not an id; use small letters, digits and single hyphens, \
                 at most 64 of them",
            ),
        ] {
            let mut files = files();
            files.push((path.to_owned(), "text".to_owned()));
            assert_eq!(shown(&load(&files).unwrap().problems), [expected]);
        }
    }

    #[test]
    fn a_later_pack_adds_and_never_replaces() {
        let mut all = load(&files()).unwrap();
        let mut later = changed(
            "lexicon.toml",
            r#""DB"]"#,
            r#""datastore"]
queue = ["queue", "broker"]"#,
        );
        later[0].1 = later[0].1.replace("\"cache\"", "\"scale\"").replace("sample", "later");
        later[2].1 = later[2].1.replace("How large", "How big");
        let added = later[2].1.clone();
        later.push(("questions/scale/growth.md".to_owned(), added));
        all.merge(load(&later).unwrap());
        assert_eq!(
            shown(&all.problems),
            [
                "questions/cache/sizing.md:1: cache/sizing: an earlier pack has the question `cache/sizing` \
                 already, and it stays; choose another name for this one",
                "scenarios/shop.md:1: shop: an earlier pack has the scenario `shop` already, and it stays; \
                 choose another name for this one",
            ]
        );
        let ids: Vec<&str> = all.catalog.questions.iter().map(|question| question.id.as_str()).collect();
        assert_eq!(ids, ["cache/sizing", "scale/growth"]);
        assert_eq!(all.catalog.questions[0].wording, "How large is [component]?");
        let groups: Vec<_> =
            all.catalog.lexicon.synonyms.iter().map(|group| group.members.join(" ")).collect();
        assert_eq!(groups, ["database db datastore", "queue broker"]);
        assert!(all.places.has(&Origin::file(QUESTION_PATH)));
    }
}
