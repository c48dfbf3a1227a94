//! Where cards go in a pack: their topics, their ids, their files.

use std::collections::{BTreeMap, BTreeSet};

use super::Cards;
use super::card::{Card, Skipped, Why};
use super::derive::Deriver;
use super::written;
use crate::content::Loaded;
use crate::content::catalog::{Catalog, Topic};
use crate::content::check::GradeFn;
use crate::content::limits::{MAX_ENTRIES, MAX_FILE_BYTES};
use crate::content::problem::Origin;
use crate::content::question_file;
use crate::domain::id::{QuestionId, TopicId, slug};

/// The topic of cards that have none.
const TOPIC: &str = "Imported";
/// The name of a question in which ids have no letters.
const NAME: &str = "question";

/// Where an import goes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The pack as it is on disk; an empty one where there is none yet.
    pub pack: &'a Loaded,
    /// The packs before it.
    pub base: &'a Catalog,
    /// The topic of all cards; their own where nothing is said.
    pub topic: Option<&'a str>,
    /// The name of the file that they come from.
    pub source: &'a str,
}

/// What an import makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// New files, each as its path inside the pack and its text.
    pub files: Vec<(String, String)>,
    /// Topics that the pack does not have yet.
    pub topics: Vec<Topic>,
    /// Cards that are not imported, in the order of their lines.
    pub skipped: Vec<Skipped>,
}

/// Makes files of cards. Nothing that the pack has is changed: a card whose file is there already is skipped.
///
/// The ids of the same cards are the same each time. `grade` must know the words of all packs.
#[must_use]
pub fn import(cards: Cards, target: Target<'_>, grade: &GradeFn) -> Import {
    let texts = cards.cards.iter().flat_map(|card| [card.question.as_str(), card.answer.as_str()]);
    let deriver = Deriver::new(target.base.prose().chain(target.pack.catalog.prose()).chain(texts), grade);
    let mut places = Places::new(target);
    let mut import = Import { skipped: cards.skipped, ..Import::default() };
    for card in cards.cards {
        let Some(id) = places.id(&card) else {
            import.skipped.push(Skipped::new(&card, Why::NoQuestion));
            continue;
        };
        match places.file(&card, &id, &deriver) {
            Ok(text) => {
                places.entries += 1;
                places.used.insert(id.topic());
                import.files.push((Origin::question(&id).file, text));
            }
            Err(why) => import.skipped.push(Skipped::new(&card, why)),
        }
    }
    import.topics = places.new_topics();
    import.skipped.sort_by_key(|skipped| skipped.line);
    import
}

/// What is in the pack already, and what this import has put there.
struct Places<'a> {
    target: Target<'a>,
    topics: BTreeMap<String, TopicId>,
    added: Vec<Topic>,
    /// Topics that a card went to.
    used: BTreeSet<TopicId>,
    /// How often each id was wanted.
    wanted: BTreeMap<QuestionId, usize>,
    given: BTreeSet<QuestionId>,
    entries: usize,
}

impl<'a> Places<'a> {
    fn new(target: Target<'a>) -> Self {
        let catalog = &target.pack.catalog;
        let known = target.base.topics.iter().chain(&catalog.topics);
        let topics = known.map(|topic| (topic.title.to_lowercase(), topic.id.clone())).collect();
        // Room is left for `pack.toml` and the folders.
        let entries = catalog.questions.len() + catalog.extensions.len() + catalog.scenarios.len() + 8;
        Self {
            target,
            topics,
            added: Vec::new(),
            used: BTreeSet::new(),
            wanted: BTreeMap::new(),
            given: BTreeSet::new(),
            entries,
        }
    }

    /// Returns the card's id: its topic and the words of its question, with a number where another card has them.
    fn id(&mut self, card: &Card) -> Option<QuestionId> {
        let topic = self.topic(self.target.topic.or(card.topic.as_deref()).unwrap_or(TOPIC))?;
        let name = slug(&card.question).unwrap_or_else(|| NAME.to_owned());
        let id = |name: &str| QuestionId::parse(&format!("{topic}/{name}")).ok();
        let mut found = id(&name)?;
        let count = self.wanted.entry(found.clone()).or_insert(0);
        loop {
            *count += 1;
            if *count > 1 {
                found = id(&format!("{name}-{count}"))?;
            }
            // A question of another pack would keep its place, and this one would not be there.
            if self.target.base.question(&found).is_none() && self.given.insert(found.clone()) {
                return Some(found);
            }
        }
    }

    /// Returns the id of the topic of that title or id, which may be a new one.
    fn topic(&mut self, name: &str) -> Option<TopicId> {
        if let Some(id) = self.topics.get(&name.to_lowercase()) {
            return Some(id.clone());
        }
        let free = || (1..).map(|number| format!("topic-{number}")).find(|id| !self.has_topic(id));
        let id = TopicId::parse(&slug(name).or_else(free)?).ok()?;
        if !self.has_topic(id.as_str()) {
            self.added.push(Topic { id: id.clone(), title: name.to_owned() });
        }
        self.topics.insert(name.to_lowercase(), id.clone());
        Some(id)
    }

    fn has_topic(&self, id: &str) -> bool {
        self.topics.values().any(|known| known.as_str() == id)
    }

    /// Returns the topics that a question went to and that no pack has yet.
    fn new_topics(self) -> Vec<Topic> {
        let Self { added, used, .. } = self;
        added.into_iter().filter(|topic| used.contains(&topic.id)).collect()
    }

    /// Returns the text of the card's file.
    fn file(&self, card: &Card, id: &QuestionId, deriver: &Deriver<'_>) -> Result<String, Why> {
        let origin = Origin::question(id);
        if self.target.pack.places.has(&origin) {
            return Err(Why::Taken(origin.file));
        }
        if self.entries + self.used.len() >= MAX_ENTRIES {
            return Err(Why::Full);
        }
        fits(card.question.len() + card.answer.len())?;
        let card = Card { answer: written::reference(&card.answer), ..card.clone() };
        let points = deriver.points(&card.question, &card.answer);
        if points.is_empty() {
            return Err(Why::NothingToGrade);
        }
        let text = written::question_file(&card, &points, self.target.source);
        fits(text.len())?;
        match question_file::parse(&text, id).1.first() {
            Some(problem) => Err(Why::Unusable(problem.message())),
            None => Ok(text),
        }
    }
}

fn fits(bytes: usize) -> Result<(), Why> {
    if bytes as u64 > MAX_FILE_BYTES { Err(Why::TooLong(bytes)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::builtin;
    use crate::content::import::{Format, read};
    use crate::domain::grade::{Evidence, Grade, GradedPoint, PointVerdict, Provenance};
    use crate::domain::hash::ContentHash;
    use crate::domain::question::Question;
    use crate::domain::words::Verdict;

    /// Gives a hit on everything, unless the answer says that it earns nothing.
    fn grade(question: &Question, answer: &str) -> Grade {
        let verdict = if answer.contains("worthless") { Verdict::Missed } else { Verdict::Hit };
        let evidence: Vec<Evidence> = Evidence::cut(answer, 0, answer.len()).into_iter().collect();
        let verdicts = question.rubric.points.iter().map(|point| PointVerdict {
            point: GradedPoint::from(point),
            verdict,
            evidence: evidence.clone(),
            reason: String::new(),
        });
        let provenance = Box::new(Provenance {
            grader: "fake".to_owned(),
            version: "1".to_owned(),
            model: None,
            prompt: None,
            rubric: ContentHash::of([]),
            lexicon: None,
            exchange: None,
            fallback: None,
        });
        Grade {
            verdicts: verdicts.collect(),
            misconceptions: vec![],
            flags: vec![],
            provenance,
            second: None,
        }
    }

    fn imported(csv: &str, topic: Option<&str>) -> Import {
        let pack = Loaded::default();
        let base = builtin::load().unwrap().catalog;
        let target = Target { pack: &pack, base: &base, topic, source: "c.csv" };
        import(read(Format::Csv, csv).unwrap(), target, &grade)
    }

    /// Checks the paths of files, the ids of new topics, and what is skipped.
    fn check(rows: &str, topic: Option<&str>, files: &[&str], topics: &[&str], skipped: &[&str]) {
        let import = imported(&format!("question,answer,topic\n{rows}"), topic);
        let found: Vec<&str> = import.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(found, files, "{rows:.200}");
        let found: Vec<String> =
            import.topics.iter().map(|topic| format!("{} {}", topic.id, topic.title)).collect();
        assert_eq!(found, topics, "{rows:.200}");
        let found: Vec<String> = import
            .skipped
            .iter()
            .map(|skip| format!("{} {}: {}", skip.line, skip.question, skip.why))
            .collect();
        assert_eq!(found, skipped, "{rows:.200}");
        for (path, text) in &import.files {
            let id = path.trim_start_matches("questions/").trim_end_matches(".md");
            assert_eq!(question_file::parse(text, &QuestionId::parse(id).unwrap()).1, [], "{text}");
        }
    }

    #[test]
    fn ids_come_of_topics_and_questions() {
        check(
            "Why a queue?,It buffers bursts.,\nHow large?,It holds everything.,Cache\n",
            None,
            &["questions/imported/why-a-queue.md", "questions/cache/how-large.md"],
            &["imported Imported"],
            &[],
        );
        check(
            "A?,It buffers bursts.,Cache\n",
            Some("Deep Dives"),
            &["questions/deep-dives/a.md"],
            &["deep-dives Deep Dives"],
            &[],
        );
        check("A?,It buffers bursts.,cAcHe\n", None, &["questions/cache/a.md"], &[], &[]);
    }

    #[test]
    fn an_id_is_given_once() {
        check(
            "A?,It buffers bursts.,x\na,Something else happens.,x\nA?,It buffers bursts.,x\n\"A!\",Once more buffers.,x\n",
            None,
            &["questions/x/a.md", "questions/x/a-2.md", "questions/x/a-3.md"],
            &["x x"],
            &["4 A?: line 2 has the same question and answer"],
        );
        check("Sizing,It buffers bursts.,cache\n", None, &["questions/cache/sizing-2.md"], &[], &[]);
    }

    #[test]
    fn hostile_names_stay_inside() {
        check(
            "../../etc/passwd,It buffers bursts.,../..\n\u{1f980},It empties buffers.,\u{4f60}\u{597d}\n\u{1f980}!,It refills buffers.,\u{597d}\n",
            None,
            &[
                "questions/topic-1/etc-passwd.md",
                "questions/topic-2/question.md",
                "questions/topic-3/question.md",
            ],
            &["topic-1 ../..", "topic-2 \u{4f60}\u{597d}", "topic-3 \u{597d}"],
            &[],
        );
        check(
            "\"A\u{1b}[2J\u{0}\nB?\",\"It\u{7} buffers\tbursts.\r\",x\u{1b}\n",
            None,
            &["questions/x/a-2j-b.md"],
            &["x x"],
            &[],
        );
    }

    #[test]
    fn what_cannot_be_asked_is_skipped_with_its_reason() {
        let long = "x".repeat(300_000);
        check(
            &format!(
                ",It buffers bursts.,\nA?,,\nB?,worthless buffers.,\nC?,Why? How?,\nD?,{long},\n,,\nE?,It buffers bursts.,\n"
            ),
            None,
            &["questions/imported/e.md"],
            &["imported Imported"],
            &[
                "2 : there is no question",
                "3 A?: there is no answer",
                "4 B?: its answer has no sentence that can be graded; write one that says what is done, and to what effect",
                "5 C?: its answer has no sentence that can be graded; write one that says what is done, and to what effect",
                "6 D?: it makes a file of 300002 bytes, and at most 262144 are read; shorten its answer",
            ],
        );
    }

    #[test]
    fn a_topic_that_nothing_went_to_is_not_added() {
        check("A?,,alone\n", None, &[], &[], &["2 A?: there is no answer"]);
    }

    #[test]
    fn a_file_is_a_question_with_derived_points() {
        let import = imported(
            "question,answer\n\"Why \"\"[x]\"\"?\",\"# One\n\nThe [buffer] absorbs bursts \\ and so on; readers drain it.\"\n",
            None,
        );
        assert_eq!(
            import.files[0].1,
            r##"+++
# Imported from line 2 of c.csv.
question = "Why \"`[x]`\"?"
purposes = ["depth"]

[[points]]
id = "buffer-absorbs-bursts"
text = "The `[buffer]` absorbs bursts \\ and so on"
weight = 1
level = "mid"
facet = "mechanism"
derived = true                         # from a sentence of the answer; remove this once you have judged it
evidence = [
  "buffer + absorbs + bursts",
]
probe = "What else belongs to a full answer?"

[[points]]
id = "readers-drain"
text = "readers drain it."
weight = 1
level = "mid"
facet = "mechanism"
derived = true                         # from a sentence of the answer; remove this once you have judged it
evidence = [
  "drain + readers",
]
probe = "What else belongs to a full answer?"

[[sources]]
title = "imported from c.csv"
+++

# Reference answer

\# One

The `[buffer]` absorbs bursts \ and so on; readers drain it.
"##
        );
    }
}
