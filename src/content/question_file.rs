//! `questions/<topic>/<name>.md`: from its text to a question with its exemplars, or to an extension of a question.

use std::collections::BTreeMap;

use super::exemplars::{self, Expectation, Known};
use super::extension_file::{self, ExtensionFile};
use super::front_matter;
use super::limits::MAX_PROBE;
use super::marks::Placeholders;
use super::notes::{At, Names, Notes, all};
use super::places::Part;
use super::problem::{FormFault, Origin, Problem, RuleFault};
use super::sections::{self, Section};
use super::table::{Table, by_name};
use crate::domain::figure::{Figure, MAX_FACTOR, MIN_FACTOR};
use crate::domain::formula::evaluate;
use crate::domain::id::{MisconceptionId, PointId, QuestionId};
use crate::domain::pattern::Pattern;
use crate::domain::question::{Exemplar, KeyPoint, Misconception, Question, Rubric, Source};
use crate::domain::words::{ComponentKind, Facet, Level, Purpose};

const REFERENCE: &str = "Reference answer";
const SECTIONS: &[&str] = &[REFERENCE, "Exemplar: NAME"];

/// What one question's file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionFile {
    /// The question.
    pub question: Question,
    /// Its exemplars, in the file's order.
    pub exemplars: Vec<Exemplar>,
    /// The lines of its parts.
    pub places: BTreeMap<Part, usize>,
    /// Where each line of evidence stands, in the order of its key points and misconceptions.
    pub lines: Vec<usize>,
}

/// What a file below `questions/` holds.
#[derive(Clone, Debug, PartialEq)]
pub enum File {
    /// A question.
    Question(Box<QuestionFile>),
    /// Additions to a question of an earlier pack.
    Extension(ExtensionFile),
}

/// Reads a question's file. There is a value unless a problem makes it unusable.
#[must_use]
pub fn parse(text: &str, id: &QuestionId) -> (Option<File>, Vec<Problem>) {
    let origin = Origin::question(id);
    let mut notes = Notes::new(text, &origin);
    let file = read(text, id, &mut notes);
    (file, notes.finish())
}

fn read(text: &str, id: &QuestionId, notes: &mut Notes) -> Option<File> {
    let (toml, markdown) = front_matter::split(text, notes)?;
    let document = front_matter::document(toml, notes);
    let mut root = match &document {
        Some(document) => document.root("the front matter"),
        None => {
            // Its sections may have problems, too.
            sections::split(markdown, notes);
            return None;
        }
    };
    if root.flag("extends", notes)? {
        extension_file::read(root, markdown, id, Reader::new(notes)).map(File::Extension)
    } else {
        question(root, markdown, id, Reader::new(notes)).map(|file| File::Question(Box::new(file)))
    }
}

fn question(
    mut root: Table,
    markdown: At<&str>,
    id: &QuestionId,
    mut reader: Reader,
) -> Option<QuestionFile> {
    let sections = sections::split(markdown, reader.notes);
    let wording = root.text("question", reader.notes);
    let purposes = root.full_list("purposes", reader.notes, str::parse::<Purpose>);
    let needs = root.list("needs", reader.notes, str::parse::<ComponentKind>);
    let placeholders = reader.placeholders(&mut root);
    let figure = reader.figure(&mut root);
    if let Some(wording) = wording {
        reader.placeholders.scan(wording, reader.notes);
    }
    let points = reader.points(&mut root);
    if let (Some(figure), Some(points)) = (&figure, &points) {
        check_figure(figure.is_some(), points, &root, reader.notes);
    }
    let misconceptions = reader.misconceptions(&mut root);
    let sources = reader.sources(&mut root);
    let expectations = reader.expectations(&mut root, true);
    root.close(reader.notes);
    let reference = reader.reference(&sections, markdown.at);
    let exemplars = exemplars::join(expectations, &sections, reader.notes);
    reader.unknown_sections(&sections);
    reader.placeholders.close(reader.notes);

    let question = Question {
        id: id.clone(),
        wording: wording?.value.to_owned(),
        purposes: values(purposes?),
        needs: values(needs?),
        placeholders: placeholders?,
        reference: reference?,
        rubric: Rubric { points: points?, misconceptions: misconceptions?, figure: figure? },
        sources: sources?,
    };
    Some(QuestionFile { question, exemplars: exemplars?, places: reader.places, lines: reader.lines })
}

/// What is known of a file while its tables are read one after the other.
pub(super) struct Reader<'n, 'o> {
    pub(super) notes: &'n mut Notes<'o>,
    pub(super) places: BTreeMap<Part, usize>,
    pub(super) lines: Vec<usize>,
    placeholders: Placeholders,
    pub(super) points: Names,
    misconceptions: Names,
}

impl<'n, 'o> Reader<'n, 'o> {
    fn new(notes: &'n mut Notes<'o>) -> Self {
        Self {
            notes,
            places: BTreeMap::new(),
            lines: Vec::new(),
            placeholders: Placeholders::default(),
            points: Names::new("key point"),
            misconceptions: Names::new("misconception"),
        }
    }

    fn placeholders(&mut self, root: &mut Table) -> Option<BTreeMap<String, String>> {
        let Some(table) = root.table("placeholders", "`[placeholders]`", self.notes)? else {
            return Some(BTreeMap::new());
        };
        self.placeholders.declare(&table);
        let texts = table.texts(self.notes)?;
        Some(by_name(texts.into_iter().map(|(name, text)| (name.value.to_owned(), text.value.to_owned()))))
    }

    /// Reads `[figure]`. The outer `None` is a problem.
    fn figure(&mut self, root: &mut Table) -> Option<Option<Figure>> {
        let at = root.at_key("figure");
        let Some(mut table) = root.table("figure", "`[figure]`", self.notes)? else { return Some(None) };
        self.placeholders.declare_one("figure", at);
        let given = table.text("given", self.notes);
        let value = table.text("value", self.notes);
        let unit = table.text("unit", self.notes);
        let factor = table.number("factor", self.notes);
        table.close(self.notes);
        let value = value.and_then(|value| {
            evaluate(value.value, &BTreeMap::new())
                .map_err(|error| {
                    let fault = RuleFault::Formula { id: "figure".to_owned(), values: "given", error };
                    self.notes.add(value.at, fault);
                })
                .ok()
        });
        let factor = factor.filter(|factor| {
            let fine = (MIN_FACTOR..=MAX_FACTOR).contains(&factor.value);
            if !fine {
                self.notes.add(factor.at, RuleFault::Factor { factor: factor.value });
            }
            fine
        });
        Some(Some(Figure {
            given: Some(given?.value.to_owned()),
            value: value?,
            unit: unit?.value.to_owned(),
            factor: factor?.value,
        }))
    }

    fn points(&mut self, root: &mut Table) -> Option<Vec<KeyPoint>> {
        let tables = root.tables("points", "`[[points]]`", self.notes);
        let points = all(tables.into_iter().map(|table| self.point(table)).collect())?;
        // Nobody has judged yet at which level a sentence of the reference answer is expected.
        let judged = points.iter().all(|point| !point.derived);
        for level in Level::ALL.iter().filter(|_| judged) {
            if points.iter().all(|point| point.level != *level) {
                self.notes.add(root.at_key("points"), RuleFault::NoPointAt { level: *level });
            }
        }
        Some(points)
    }

    fn point(&mut self, mut table: Table) -> Option<KeyPoint> {
        let id = table.read("id", self.notes, PointId::parse);
        if let Some(id) = &id {
            self.points.give(id, self.notes);
            let line = self.notes.line(table.at_key("evidence"));
            self.places.entry(Part::Point(id.value.clone())).or_insert(line);
        }
        let text = table.text("text", self.notes);
        let weight = table.one_to_three("weight", self.notes);
        let level = table.read("level", self.notes, str::parse::<Level>);
        let facet = table.read("facet", self.notes, str::parse::<Facet>);
        let evidence = table.full_list("evidence", self.notes, Pattern::parse);
        let mention = table.list("mention", self.notes, Pattern::parse);
        let contradiction = table.list("contradiction", self.notes, Pattern::parse);
        let probe = table.text("probe", self.notes);
        let derived = table.flag("derived", self.notes);
        table.close(self.notes);
        for text in [text, probe].into_iter().flatten() {
            self.placeholders.scan(text, self.notes);
        }
        if let Some(probe) = probe {
            check_probe(probe, self.notes);
        }
        Some(KeyPoint {
            id: id?.value,
            text: text?.value.to_owned(),
            weight: weight?,
            level: level?.value,
            facet: facet?.value,
            evidence: self.lines(evidence?),
            mention: self.lines(mention?),
            contradiction: self.lines(contradiction?),
            probe: probe?.value.to_owned(),
            derived: derived?,
        })
    }

    pub(super) fn misconceptions(&mut self, root: &mut Table) -> Option<Vec<Misconception>> {
        let tables = root.tables("misconceptions", "`[[misconceptions]]`", self.notes);
        all(tables.into_iter().map(|table| self.misconception(table)).collect())
    }

    fn misconception(&mut self, mut table: Table) -> Option<Misconception> {
        let id = table.read("id", self.notes, MisconceptionId::parse);
        if let Some(id) = &id {
            self.misconceptions.give(id, self.notes);
            let line = self.notes.line(table.at_key("evidence"));
            self.places.entry(Part::Misconception(id.value.clone())).or_insert(line);
        }
        let text = table.text("text", self.notes);
        let correction = table.text("correction", self.notes);
        let penalty = table.one_to_three("penalty", self.notes);
        let evidence = table.full_list("evidence", self.notes, Pattern::parse);
        table.close(self.notes);
        Some(Misconception {
            id: id?.value,
            text: text?.value.to_owned(),
            correction: correction?.value.to_owned(),
            penalty: penalty?,
            evidence: self.lines(evidence?),
        })
    }

    /// Takes in lines of evidence.
    pub(super) fn lines(&mut self, lines: Vec<At<Pattern>>) -> Vec<Pattern> {
        self.lines.extend(lines.iter().map(|line| self.notes.line(line.at)));
        values(lines)
    }

    fn sources(&mut self, root: &mut Table) -> Option<Vec<Source>> {
        let tables = root.tables("sources", "`[[sources]]`", self.notes);
        if tables.is_empty() {
            self.notes.add(root.at_key("sources"), RuleFault::NoSource);
        }
        let read = |mut table: Table| {
            let title = table.text("title", self.notes);
            let url = table.text_if_there("url", self.notes);
            table.close(self.notes);
            Some(Source { title: title?.value.to_owned(), url: url?.map(|url| url.value.to_owned()) })
        };
        all(tables.into_iter().map(read).collect())
    }

    /// Reads the `[[exemplars]]`; `all_known` says whether all that they may name was read before.
    pub(super) fn expectations(&mut self, root: &mut Table, all_known: bool) -> Vec<Option<Expectation>> {
        let tables = root.tables("exemplars", "`[[exemplars]]`", self.notes);
        let mut names = Names::new("exemplar");
        let mut expectations = Vec::new();
        for table in tables {
            let line = self.notes.line(table.at());
            let known = Known { points: &self.points, misconceptions: &self.misconceptions };
            let known = all_known.then_some(known);
            let expectation = exemplars::expectation(table, known, self.notes);
            if let Some(Expectation { name, .. }) = &expectation {
                names.give(name, self.notes);
                self.places.entry(Part::Exemplar(name.value.clone())).or_insert(line);
            }
            expectations.push(expectation);
        }
        expectations
    }

    fn reference(&mut self, sections: &[Section], markdown_at: usize) -> Option<String> {
        let Some(section) = sections.iter().find(|section| section.heading.value == REFERENCE) else {
            self.notes.add(markdown_at, FormFault::MissingSection { heading: REFERENCE });
            return None;
        };
        let text = section.text(self.notes)?;
        self.placeholders.scan(At { at: text.at, value: text.value.as_str() }, self.notes);
        Some(text.value)
    }

    fn unknown_sections(&mut self, sections: &[Section]) {
        for At { at, value } in sections.iter().map(|section| &section.heading) {
            if value != REFERENCE && exemplars::name_in(value).is_none() {
                let fault = FormFault::UnknownSection { heading: value.clone(), known: SECTIONS };
                self.notes.add(*at, fault);
            }
        }
    }
}

/// Checks that a figure is asked for where there is one, and only there.
fn check_figure(there: bool, points: &[KeyPoint], root: &Table, notes: &mut Notes) {
    let mut asking = points.iter().filter(|point| point.lines().any(Pattern::has_figure)).peekable();
    if there && asking.peek().is_none() {
        notes.add(root.at_key("figure"), RuleFault::FigureNotAsked);
    }
    for point in asking.filter(|_| !there) {
        notes.add(root.at_key("points"), RuleFault::NoFigure { point: point.id.to_string() });
    }
}

fn check_probe(probe: At<&str>, notes: &mut Notes) {
    let characters = probe.value.chars().count();
    if characters > MAX_PROBE {
        notes.add(probe.at, RuleFault::LongProbe { characters });
    }
    if !probe.value.contains('?') {
        notes.add(probe.at, RuleFault::ProbeAsksNothing);
    }
}

pub(crate) fn values<T>(list: Vec<At<T>>) -> Vec<T> {
    list.into_iter().map(|item| item.value).collect()
}

#[cfg(test)]
mod tests {
    use crate::content::sample::{QUESTION_PATH, check_change};

    /// Checks what is said of the sample's question, each line without its file and id.
    fn check(from: &str, to: &str, expected: &[&str]) {
        let line = |rest: &&str| {
            let (line, said) = rest.split_once(": ").expect("a line and what is said");
            format!("{QUESTION_PATH}:{line}: cache/sizing: {said}")
        };
        let expected: Vec<String> = expected.iter().map(line).collect();
        check_change(QUESTION_PATH, from, to, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn front_matter_has_two_fences() {
        check(
            "+++\nquestion",
            "question",
            &[
                "1: the first line is not `+++`; begin the file with the typed part: TOML between two lines `+++`",
            ],
        );
        check(
            "+++\n\n# Ref",
            "\n\n# Ref",
            &["1: the line `+++` that ends the typed part is missing; add it above the Markdown"],
        );
        check(
            "weight = 3",
            "weight = = 3",
            &["12: the TOML cannot be read here (extra `=`, expected nothing); correct this line"],
        );
    }

    #[test]
    fn keys_and_values() {
        check(
            "probe = \"Which",
            "prope = \"Which",
            &[
                "9: `probe` is missing in `[[points]]`; add `probe`",
                "18: unknown key `prope` in `[[points]]`; did you mean `probe`?",
            ],
        );
        check(
            "level = \"senior\"\nfacet = \"detection\"",
            "level = \"senor\"\nfacet = \"alarm\"",
            &[
                "24: `senor` is not a level; did you mean `senior`?",
                "25: `alarm` is not a facet; known are `mechanism`, `detection`, `prevention`, `mitigation`, \
                 `trade-off`, `example`, `numbers`, `operations`",
            ],
        );
        check("weight = 3", "weight = 4", &["12: `weight` is 4; write 1, 2 or 3"]);
        check("penalty = 1", "penalty = 0", &["42: `penalty` is 0; write 1, 2 or 3"]);
        check("weight = 3", "weight = 2.5", &["12: `weight` is a number; write a whole number"]);
        check(
            "id = \"curve\"",
            "id = \"The_Curve\"",
            &[
                "30: `The_Curve` is not an id; use small letters, digits and single hyphens, at most 64 of them",
                "53: there is no key point `curve`; correct the name, or add what it names",
            ],
        );
        check("[\"depth\"]", "[]", &["3: `purposes` is empty; fill it in"]);
        check(
            "[\"depth\"]",
            "[\"dept\", 7]",
            &[
                "3: `dept` is not a purpose; did you mean `depth`?",
                "3: `purposes` is a whole number; write a text in quotes",
            ],
        );
        check(
            "needs = [\"cache\"]",
            "needs = \"cache\"",
            &["4: `needs` is a text; write a list of texts in quotes"],
        );
        check("text = \"The hit rate tells.\"", "text = \"\"", &["22: `text` is empty; fill it in"]);
        check(
            "component = \"the cache\"",
            "component = 1",
            &["7: `component` is a whole number; write a text in quotes"],
        );
    }

    #[test]
    fn evidence() {
        check("[\"curve|knee + miss\"]", "[]", &["35: `evidence` is empty; fill it in"]);
        check(
            "[\"curve|knee + miss\"]",
            "[\n  \"curve + \",\n  \"curve||knee\",\n  \"\\\"curve\",\n]",
            &[
                "36: slot 2 of the line is empty; remove the ` + ` or write what must be said",
                "37: slot 1 has an empty alternative; remove a `|` or write a word",
                "38: slot 1 has a quotation mark without its partner; write what must be said",
            ],
        );
    }

    #[test]
    fn a_figure_and_its_slot_belong_together() {
        let figure = |factor: &str, value: &str| {
            format!(
                "[figure]\ngiven = \"A million.\"\nvalue = \"{value}\"\nunit = \"B\"\nfactor = {factor}\n\n[[points]]"
            )
        };
        check(
            "[\"curve|knee + miss\"]",
            "[\"# + miss\"]",
            &[
                "9: `#` in the lines of `curve` stands for no number; add `[figure]` with `given`, `value`, `unit` and `factor`",
            ],
        );
        check(
            "[[points]]",
            &figure("2", "1000 * 1000"),
            &[
                "9: no key point asks for the figure; write `#` as an alternative in a line of evidence, or remove `[figure]`",
                "9: no text uses the placeholder `[figure]`; use it, or remove it from `[placeholders]`",
            ],
        );
        check(
            "[[points]]",
            &figure("1", "1000 * users"),
            &[
                "9: no text uses the placeholder `[figure]`; use it, or remove it from `[placeholders]`",
                "11: `figure` with the given values: `users` is not a parameter or an earlier derived number; correct the formula",
                "13: the factor is 1; write how many times too large or small a number may be, from 1.05 to 100",
            ],
        );
    }

    #[test]
    fn names_are_unique() {
        check(
            "id = \"hit-rate\"",
            "id = \"working-set\"",
            &[
                "21: the key point `working-set` is already in line 10; rename or remove one of the two",
                "52: there is no key point `hit-rate`; correct the name, or add what it names",
            ],
        );
        check(
            "[[sources]]",
            "[[misconceptions]]\nid = \"bigger-is-better\"\ntext = \"t\"\ncorrection = \"c\"\npenalty = 1\n\
             evidence = [\"e\"]\n\n[[sources]]",
            &[
                "46: the misconception `bigger-is-better` is already in line 39; rename or remove one of the two",
            ],
        );
        check(
            "\n+++\n\n#",
            "\n\n[[exemplars]]\nname = \"half-way\"\nstyle = \"plain\"\n+++\n\n#",
            &["57: the exemplar `half-way` is already in line 50; rename or remove one of the two"],
        );
    }

    #[test]
    fn every_level_has_something_to_reach() {
        check(
            "level = \"staff\"",
            "level = \"mid\"",
            &["9: no key point is expected at level `staff`; add one with `level = \"staff\"`"],
        );
    }

    #[test]
    fn a_probe_is_one_short_question() {
        let long = format!("\"{}?\"", "x".repeat(200));
        check(
            "\"How do you know?\"",
            &long,
            &[
                "27: the probe has 201 characters, and at most 200 are read at a glance; make it one narrow question",
            ],
        );
        check("know?", "know", &["27: the probe asks nothing; write it with a question mark"]);
    }

    #[test]
    fn facts_have_a_source() {
        check(
            "[[sources]]\ntitle = \"Denning, The Working Set Model (1968)\"\n\
             url = \"https://dl.acm.org/doi/10.1145/363095.363141\"\n",
            "",
            &["1: the question names no source; add `[[sources]]` with `title` and `url`"],
        );
    }

    #[test]
    fn placeholders_are_declared_and_used() {
        check(
            "[component]?",
            "[compnent]?",
            &["2: `[compnent]` is not in `[placeholders]`; did you mean `component`?"],
        );
        check(
            "and draw the curve.",
            "and draw\nthe [curve].",
            &[
                "60: `[curve]` is not in `[placeholders]`; add it there with its default, or write it without brackets",
            ],
        );
        check(
            "[[points]]",
            "peak = \"noon\"\n\n[[points]]",
            &["9: no text uses the placeholder `[peak]`; use it, or remove it from `[placeholders]`"],
        );
    }

    #[test]
    fn exemplars_name_what_is_there() {
        check(
            "[\"hit-rate\"]\n",
            "[\"hit-rat\"]\n",
            &["52: there is no key point `hit-rat`; did you mean `hit-rate`?"],
        );
        check(
            "misconceptions = [\"bigger-is-better\"]",
            "misconceptions = [\"bigger\"]",
            &["54: there is no misconception `bigger`; correct the name, or add what it names"],
        );
        check(
            "[\"curve\"]",
            "[\"hit-rate\"]",
            &[
                "53: the exemplar states two verdicts on `hit-rate`; name it in one of `hit`, `partial` and `contradicted`",
            ],
        );
        check(
            "style = \"partial\"",
            "style = \"prose\"",
            &["51: `prose` is not a style; known are `jargon`, `plain`, `partial`, `wrong`, `keywords`"],
        );
    }

    #[test]
    fn sections_and_entries_belong_together() {
        check(
            "# Reference answer",
            "# Reference",
            &[
                "56: the section `# Reference answer` is missing; add it",
                "57: unknown section `# Reference`; known are `Reference answer`, `Exemplar: NAME`",
            ],
        );
        check(
            "# Exemplar: half-way",
            "# Exemplar: half-wy",
            &[
                "50: the exemplar `half-way` has no answer; add a section `# Exemplar: half-way`",
                "61: the section `# Exemplar: half-wy` has no expected verdicts; did you mean `half-way`?",
            ],
        );
        check(
            "# Exemplar: half-way",
            "# Exemplar: more\n\nMore.\n\n# Exemplar: half-way",
            &[
                "61: the section `# Exemplar: more` has no expected verdicts; add `[[exemplars]]` with that name",
            ],
        );
        check(
            "The hit-rate says so. There is half a curve. And bigger-is-better.",
            "",
            &["61: the section `# Exemplar: half-way` is empty; fill it in"],
        );
        check(
            "# Reference answer",
            "Lost words.\n\n# Reference answer",
            &["57: there is text above the first section; move it below a heading that begins with `# `"],
        );
        check(
            "# Exemplar: half-way",
            "# Reference answer\n\nTwice.\n\n# Exemplar: half-way",
            &["61: the section `Reference answer` is already in line 57; rename or remove one of the two"],
        );
    }

    #[test]
    fn one_bad_value_hides_no_other() {
        check(
            "weight = 3\nlevel = \"mid\"\nfacet = \"mechanism\"\nevidence = [\"working set|hot data + hold|fit\"]",
            "weight = 9\nlevel = 1\nfacet = \"\"\nevidence = [\"|\"]",
            &[
                "12: `weight` is 9; write 1, 2 or 3",
                "13: `level` is a whole number; write a text in quotes",
                "14: `facet` is empty; fill it in",
                "15: slot 1 has an empty alternative; remove a `|` or write a word",
            ],
        );
    }
}
