//! What a pack adds to a question of an earlier pack: evidence, misconceptions, exemplars, and nothing else.

use super::catalog::Clash;
use super::places::Part;
use super::problem::{Origin, RuleFault};
use crate::domain::id::{MisconceptionId, PointId, QuestionId};
use crate::domain::pattern::Pattern;
use crate::domain::question::{Exemplar, Misconception, Question};
use crate::domain::suggest::nearest;

/// Additions to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Extension {
    /// The question of an earlier pack.
    pub question: QuestionId,
    /// Further lines for its key points.
    pub points: Vec<Addition>,
    /// Further misconceptions.
    pub misconceptions: Vec<Misconception>,
    /// Further exemplars, which are graded by the extended question.
    pub exemplars: Vec<Exemplar>,
}

/// Further lines for one key point.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// The key point.
    pub point: PointId,
    /// What makes a hit, too.
    pub evidence: Vec<Pattern>,
    /// What makes a partial, too.
    pub mention: Vec<Pattern>,
    /// What contradicts, too.
    pub contradiction: Vec<Pattern>,
}

impl Extension {
    /// Extends the question and its exemplars. What does not fit to them is left out and returned.
    #[must_use]
    pub fn apply(self, question: &mut Question, exemplars: &mut Vec<Exemplar>) -> Vec<Clash> {
        let mut clashes = Clashes { question: self.question, found: Vec::new() };
        for addition in self.points {
            add_lines(addition, question, &mut clashes);
        }
        for misconception in self.misconceptions {
            if question.rubric.misconceptions.iter().any(|known| known.id == misconception.id) {
                let id = misconception.id.to_string();
                let part = Part::Misconception(misconception.id);
                clashes.add(part, RuleFault::Clash { what: "misconception", id });
            } else {
                question.rubric.misconceptions.push(misconception);
            }
        }
        for exemplar in self.exemplars {
            let part = Part::Exemplar(exemplar.name.clone());
            if exemplars.iter().any(|known| known.name == exemplar.name) {
                clashes.add(part, RuleFault::Clash { what: "exemplar", id: exemplar.name });
            } else if let Some(fault) = unknown_in(&exemplar, question) {
                clashes.add(part, fault);
            } else {
                exemplars.push(exemplar);
            }
        }
        clashes.found
    }

    /// Says that no earlier pack has the question; `known` are those that one has.
    pub(super) fn without_question<'a>(&self, known: impl IntoIterator<Item = &'a str>) -> Clash {
        let name = self.question.to_string();
        let nearest = nearest(&name, known).map(str::to_owned);
        Clash {
            origin: Origin::question(&self.question),
            part: Some(Part::Extends),
            fault: RuleFault::Unknown { what: "earlier question", name, nearest },
        }
    }
}

struct Clashes {
    question: QuestionId,
    found: Vec<Clash>,
}

impl Clashes {
    fn add(&mut self, part: Part, fault: RuleFault) {
        let origin = Origin::question(&self.question);
        self.found.push(Clash { origin, part: Some(part), fault });
    }
}

fn add_lines(addition: Addition, question: &mut Question, clashes: &mut Clashes) {
    let points = &mut question.rubric.points;
    match points.iter().position(|point| point.id == addition.point).and_then(|at| points.get_mut(at)) {
        Some(point) => {
            point.evidence.extend(addition.evidence);
            point.mention.extend(addition.mention);
            point.contradiction.extend(addition.contradiction);
        }
        None => {
            let fault = unknown_point(&addition.point, question);
            clashes.add(Part::Extended(addition.point), fault);
        }
    }
}

/// Returns what is wrong with an exemplar that names what the question does not have.
fn unknown_in(exemplar: &Exemplar, question: &Question) -> Option<RuleFault> {
    let point = exemplar.verdicts.keys().find(|id| question.point(id).is_none());
    let known = |id: &MisconceptionId| question.rubric.misconceptions.iter().any(|found| found.id == *id);
    let misconception = exemplar.misconceptions.iter().find(|id| !known(id));
    point
        .map(|id| unknown_point(id, question))
        .or_else(|| misconception.map(|id| unknown_claim(id, question)))
}

fn unknown_point(id: &PointId, question: &Question) -> RuleFault {
    let known = question.rubric.points.iter().map(|point| point.id.as_str());
    let nearest = nearest(id.as_str(), known).map(str::to_owned);
    RuleFault::Unknown { what: "key point", name: id.to_string(), nearest }
}

fn unknown_claim(id: &MisconceptionId, question: &Question) -> RuleFault {
    let known = question.rubric.misconceptions.iter().map(|misconception| misconception.id.as_str());
    let nearest = nearest(id.as_str(), known).map(str::to_owned);
    RuleFault::Unknown { what: "misconception", name: id.to_string(), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::assemble::Loaded;
    use crate::content::sample::{QUESTION_PATH, changed, files, load, shown};

    const EXTENSION: &str = r#"+++
extends = true

[[points]]
id = "hit-rate"
evidence = ["ratio + tell|show"]
mention = ["ratio"]

[[misconceptions]]
id = "never-full"
text = "It is never full."
correction = "It is always full."
penalty = 1
evidence = ["never + full"]

[[exemplars]]
name = "ratio"
style = "plain"
hit = ["hit-rate"]
misconceptions = ["never-full"]
+++

# Exemplar: ratio

The ratio shows it. It is never full.
"#;

    fn later(from: &str, to: &str) -> Loaded {
        assert!(EXTENSION.contains(from), "{from:?} is not in the extension");
        let mut pack = changed("pack.toml", "sample", "later");
        pack.truncate(1);
        pack.push((QUESTION_PATH.to_owned(), EXTENSION.replacen(from, to, 1)));
        load(&pack).unwrap()
    }

    /// Checks what is said when one thing in the extension is changed.
    fn check(from: &str, to: &str, expected: &[&str]) {
        let mut all = load(&files()).unwrap();
        all.merge(later(from, to));
        let head = format!("{QUESTION_PATH}:");
        let said = shown(&all.problems);
        let said: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix(&head)).collect();
        let said: Vec<String> = said.iter().map(|line| line.replacen(" cache/sizing:", "", 1)).collect();
        assert_eq!(said, expected, "{from:?} became {to:?}");
    }

    #[test]
    fn an_extension_adds_and_changes_nothing() {
        let mut all = load(&files()).unwrap();
        let before = all.catalog.clone();
        all.merge(later("", ""));
        assert_eq!(shown(&all.problems), [""; 0]);
        let [question] = all.catalog.questions.as_slice() else { panic!("one question") };
        let lines = |list: &[Pattern]| list.iter().map(|line| line.as_str().to_owned()).collect::<Vec<_>>();
        let point = &question.rubric.points[1];
        assert_eq!(lines(&point.evidence), ["hit rate|hits + tell|show", "ratio + tell|show"]);
        assert_eq!(lines(&point.mention), ["ratio"]);
        assert_ne!(question.rubric.hash(), before.questions[0].rubric.hash());

        let names: Vec<&str> =
            all.catalog.exemplars[&question.id].iter().map(|exemplar| exemplar.name.as_str()).collect();
        assert_eq!(names, ["half-way", "ratio"]);
        let mut undone = question.clone();
        undone.rubric.points[1].evidence.truncate(1);
        undone.rubric.points[1].mention.clear();
        undone.rubric.misconceptions.truncate(1);
        assert_eq!(undone, before.questions[0]);
        assert_eq!(all.catalog.extensions, []);
    }

    #[test]
    fn what_it_names_is_there() {
        check(
            "id = \"hit-rate\"",
            "id = \"hit-rat\"",
            &["5: there is no key point `hit-rat`; did you mean `hit-rate`?"],
        );
        check(
            "id = \"never-full\"",
            "id = \"bigger-is-better\"",
            &[
                "14: an earlier pack has the misconception `bigger-is-better` already, and it stays; choose another \
                 name for this one",
                "16: there is no misconception `never-full`; correct the name, or add what it names",
            ],
        );
        check(
            "hit = [\"hit-rate\"]",
            "hit = [\"curves\"]",
            &["16: there is no key point `curves`; did you mean `curve`?"],
        );
    }

    #[test]
    fn a_question_to_extend_is_in_an_earlier_pack() {
        let mut later = changed("pack.toml", "sample", "later");
        later.truncate(1);
        later.push(("questions/cache/sizes.md".to_owned(), EXTENSION.to_owned()));
        let mut all = load(&files()).unwrap();
        all.merge(load(&later).unwrap());
        assert_eq!(
            shown(&all.problems),
            ["questions/cache/sizes.md:2: cache/sizes: there is no earlier question `cache/sizes`; \
                 did you mean `cache/sizing`?"]
        );
    }

    #[test]
    fn everything_else_is_named_with_its_cure() {
        check(
            "extends = true",
            "extends = true\nquestion = \"Another?\"",
            &["3: an extension cannot change `question`; remove it, or write a question of your own"],
        );
        check(
            "mention =",
            "weight = 3\nmention =",
            &["7: an extension cannot change `weight`; remove it, or write a question of your own"],
        );
        check(
            "mention =",
            "mentions =",
            &["7: unknown key `mentions` in `[[points]]`; did you mean `mention`?"],
        );
        check(
            "evidence = [\"ratio + tell|show\"]\nmention = [\"ratio\"]",
            "",
            &["4: `evidence` is missing in `[[points]]`; add `evidence`"],
        );
        check("extends = true", "extends = 1", &["2: `extends` is a whole number; write true or false"]);
        check(
            "# Exemplar: ratio",
            "# Reference answer\n\nIt tells.\n\n# Exemplar: ratio",
            &["23: unknown section `# Reference answer`; known are `Exemplar: NAME`"],
        );
        let (start, end) = (EXTENSION.find("[[points]]").unwrap(), EXTENSION.rfind("+++").unwrap());
        check(
            &EXTENSION[start..end],
            "",
            &[
                "2: the extension is empty; fill it in",
                "6: the section `# Exemplar: ratio` has no expected verdicts; add `[[exemplars]]` with that name",
            ],
        );
    }
}
