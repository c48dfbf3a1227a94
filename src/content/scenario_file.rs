//! `scenarios/<name>.md`: from its text to a scenario whose numbers are yet to be drawn.

use std::collections::BTreeMap;

use super::diagram;
use super::front_matter;
use super::notes::{At, Names, Notes, all};
use super::numbers::Numbers;
use super::places::Part;
use super::problem::{FormFault, Origin, Problem};
use super::sections::{self, Section};
use super::table::{Table, by_name};
use crate::domain::id::{IdError, QuestionId, ScenarioId, TwistId};
use crate::domain::scenario::{Component, Scenario, ScenarioDecision, ScenarioTemplate, Twist};
use crate::domain::words::ComponentKind;

const FUNCTIONAL: &str = "Functional requirements";
const NON_FUNCTIONAL: &str = "Non-functional requirements";
const DIAGRAM: &str = "Diagram";
const SECTIONS: &[&str] = &[FUNCTIONAL, NON_FUNCTIONAL, DIAGRAM];

/// What one scenario's file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioFile {
    /// The scenario.
    pub template: ScenarioTemplate,
    /// The lines of its parts.
    pub places: BTreeMap<Part, usize>,
}

/// Reads a scenario's file. There is a value unless a problem makes the scenario unusable.
#[must_use]
pub fn parse(text: &str, id: &ScenarioId) -> (Option<ScenarioFile>, Vec<Problem>) {
    let origin = Origin::scenario(id);
    let mut notes = Notes::new(text, &origin);
    let file = read(text, id, &mut notes);
    (file, notes.finish())
}

fn read(text: &str, id: &ScenarioId, notes: &mut Notes) -> Option<ScenarioFile> {
    let (toml, markdown) = front_matter::split(text, notes)?;
    let document = front_matter::document(toml, notes);
    let sections = sections::split(markdown, notes);
    let mut root = document.as_ref()?.root("the front matter");
    let numbers = Numbers::read(&mut root, notes);
    let mut reader = Reader { notes, numbers: &numbers, places: BTreeMap::new() };

    let title = root.text("title", reader.notes);
    let summary = reader.text(&mut root, "summary");
    let components = reader.components(&mut root);
    let decisions = reader.decisions(&mut root);
    let twists = reader.twists(&mut root);
    let ties = reader.ties(&mut root);
    let figures = reader.figures(&mut root);
    let bind = reader.bind(&mut root);
    root.close(reader.notes);
    let functional = reader.section(&sections, FUNCTIONAL, markdown.at);
    let non_functional = reader.section(&sections, NON_FUNCTIONAL, markdown.at);
    let drawing = reader.drawing(&sections, markdown.at);
    reader.unknown_sections(&sections);
    let places = reader.places;

    let drawing = drawing?;
    let scenario = Scenario {
        id: id.clone(),
        title: title?.value.to_owned(),
        summary: summary?,
        functional: functional?,
        non_functional: non_functional?,
        components: components?,
        diagram: drawing.value,
        decisions: decisions?,
        twists: twists?,
        ties: ties?,
        bind: bind?,
        figures: BTreeMap::new(),
        numbers: Vec::new(),
    };
    let Numbers { parameters, derived, .. } = numbers;
    let template =
        ScenarioTemplate { scenario, parameters: parameters?, derived: derived?, figures: figures? };
    diagram::check_width(&template, notes.line(drawing.at), notes);
    Some(ScenarioFile { template, places })
}

/// What is known of a file while its tables are read one after the other.
struct Reader<'r, 'o> {
    notes: &'r mut Notes<'o>,
    numbers: &'r Numbers,
    places: BTreeMap<Part, usize>,
}

impl Reader<'_, '_> {
    /// Reads a text in which numbers may stand.
    fn text(&mut self, table: &mut Table, key: &'static str) -> Option<String> {
        let text = table.text(key, self.notes)?;
        self.numbers.check(text, self.notes);
        Some(text.value.to_owned())
    }

    fn components(&mut self, root: &mut Table) -> Option<Vec<Component>> {
        let tables = root.tables("components", "`[[components]]`", self.notes);
        if tables.is_empty() {
            self.notes.add(root.at(), FormFault::MissingKey { key: "components", table: "the front matter" });
        }
        let mut ids = Names::new("component");
        all(tables.into_iter().map(|table| self.component(table, &mut ids)).collect())
    }

    fn component(&mut self, mut table: Table, ids: &mut Names) -> Option<Component> {
        let id = table.read("id", self.notes, component_id);
        let kind = table.read("kind", self.notes, str::parse::<ComponentKind>);
        let name = table.text("name", self.notes);
        let text = self.text(&mut table, "text");
        table.close(self.notes);
        if let Some(id) = &id {
            ids.give(id, self.notes);
        }
        Some(Component { id: id?.value, kind: kind?.value, name: name?.value.to_owned(), text: text? })
    }

    fn decisions(&mut self, root: &mut Table) -> Option<Vec<ScenarioDecision>> {
        let tables = root.tables("decisions", "`[[decisions]]`", self.notes);
        let read = |mut table: Table| {
            let choice = self.text(&mut table, "choice");
            let reason = self.text(&mut table, "reason");
            table.close(self.notes);
            Some(ScenarioDecision { choice: choice?, reason: reason? })
        };
        all(tables.into_iter().map(read).collect())
    }

    fn twists(&mut self, root: &mut Table) -> Option<Vec<Twist>> {
        let tables = root.tables("twists", "`[[twists]]`", self.notes);
        let mut ids = Names::new("twist");
        all(tables.into_iter().map(|table| self.twist(table, &mut ids)).collect())
    }

    fn twist(&mut self, mut table: Table, ids: &mut Names) -> Option<Twist> {
        let id = table.read("id", self.notes, TwistId::parse);
        let text = self.text(&mut table, "text");
        let asks = table.read_if_there("asks", self.notes, QuestionId::parse);
        let line = self.notes.line(table.at_key("asks"));
        table.close(self.notes);
        let id = id?;
        ids.give(&id, self.notes);
        self.places.entry(Part::Asks(id.value.clone())).or_insert(line);
        Some(Twist { id: id.value, text: text?, asks: asks?.map(|asks| asks.value) })
    }

    fn ties(&mut self, root: &mut Table) -> Option<BTreeMap<QuestionId, String>> {
        let tables = root.tables("ties", "`[[ties]]`", self.notes);
        let mut questions = Names::new("tie to");
        let ties = all(tables.into_iter().map(|table| self.tie(table, &mut questions)).collect())?;
        Some(by_name(ties))
    }

    fn tie(&mut self, mut table: Table, questions: &mut Names) -> Option<(QuestionId, String)> {
        let question = table.read("question", self.notes, QuestionId::parse);
        let text = self.text(&mut table, "text");
        table.close(self.notes);
        let question = question?;
        questions.give(&question, self.notes);
        let line = self.notes.line(question.at);
        self.places.entry(Part::Tie(question.value.clone())).or_insert(line);
        Some((question.value, text?))
    }

    fn figures(&mut self, root: &mut Table) -> Option<BTreeMap<QuestionId, String>> {
        let tables = root.tables("figures", "`[[figures]]`", self.notes);
        let mut questions = Names::new("figure of");
        let read = |mut table: Table| {
            let question = table.read("question", self.notes, QuestionId::parse);
            let value = table.text("value", self.notes);
            table.close(self.notes);
            let (question, value) = (question?, value?);
            questions.give(&question, self.notes);
            self.places.entry(Part::Figure(question.value.clone())).or_insert(self.notes.line(question.at));
            self.numbers.computes(question.value.as_str(), value, self.notes).then_some(())?;
            Some((question.value, value.value.to_owned()))
        };
        Some(by_name(all(tables.into_iter().map(read).collect())?))
    }

    fn bind(&mut self, root: &mut Table) -> Option<BTreeMap<String, String>> {
        let Some(table) = root.table("bind", "`[bind]`", self.notes)? else { return Some(BTreeMap::new()) };
        let texts = table.texts(self.notes)?;
        for (name, text) in &texts {
            self.numbers.check(*text, self.notes);
            self.places.insert(Part::Bind(name.value.to_owned()), self.notes.line(name.at));
        }
        Some(by_name(texts.into_iter().map(|(name, text)| (name.value.to_owned(), text.value.to_owned()))))
    }

    fn section(&mut self, sections: &[Section], heading: &'static str, markdown_at: usize) -> Option<String> {
        let text = self.find(sections, heading, markdown_at)?.text(self.notes)?;
        self.numbers.check(At { at: text.at, value: text.value.as_str() }, self.notes);
        Some(text.value)
    }

    fn drawing(&mut self, sections: &[Section], markdown_at: usize) -> Option<At<String>> {
        let section = self.find(sections, DIAGRAM, markdown_at)?;
        self.numbers.check(section.body, self.notes);
        diagram::drawing(section, self.notes)
    }

    fn find<'s, 'a>(
        &mut self,
        sections: &'s [Section<'a>],
        heading: &'static str,
        markdown_at: usize,
    ) -> Option<&'s Section<'a>> {
        let section = sections.iter().find(|section| section.heading.value == heading);
        if section.is_none() {
            self.notes.add(markdown_at, FormFault::MissingSection { heading });
        }
        section
    }

    fn unknown_sections(&mut self, sections: &[Section]) {
        for At { at, value } in sections.iter().map(|section| &section.heading) {
            if !SECTIONS.contains(&value.as_str()) {
                self.notes.add(*at, FormFault::UnknownSection { heading: value.clone(), known: SECTIONS });
            }
        }
    }
}

/// A component's id has the form of the other ids, though nothing outside of its scenario names it.
fn component_id(text: &str) -> Result<String, IdError> {
    ScenarioId::parse(text).map(String::from)
}

#[cfg(test)]
mod tests {
    use crate::content::sample::{SCENARIO_PATH, check_change};

    /// Checks what is said of the sample's scenario, each line without its file and id.
    fn check(from: &str, to: &str, expected: &[&str]) {
        let line = |rest: &&str| {
            let (line, said) = rest.split_once(": ").expect("a line and what is said");
            format!("{SCENARIO_PATH}:{line}: shop: {said}")
        };
        let expected: Vec<String> = expected.iter().map(line).collect();
        check_change(SCENARIO_PATH, from, to, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    }

    #[test]
    fn keys_and_values() {
        check(
            "summary = \"Sells to {users} users.\"\n",
            "",
            &["1: `summary` is missing in the front matter; add `summary`"],
        );
        check(
            "kind = \"cache\"",
            "kind = \"cashe\"",
            &["19: `cashe` is not a component kind; did you mean `cache`?"],
        );
        check(
            "reason = \"It fits {users} users.\"\n",
            "",
            &["23: `reason` is missing in `[[decisions]]`; add `reason`"],
        );
        check("reason = \"It fits {users} users.\"", "reason = \"\"", &["25: `reason` is empty; fill it in"]);
        check(
            "asks = \"cache/sizing\"",
            "asks = \"sizing\"",
            &["30: `sizing` is not a question's id; it has the form `topic/name`"],
        );
        check(
            "[[components]]\nid = \"shelf\"\nkind = \"cache\"\nname = \"shelf\"\ntext = \"Answers {reads} reads.\"\n",
            "",
            &["1: `components` is missing in the front matter; add `components`"],
        );
        check("values = [1_000, 2e6]", "values = []", &["9: `values` is empty; fill it in"]);
        check(
            "values = [1_000, 2e6]",
            "values = [inf, \"many\"]",
            &[
                "9: `values` holds what cannot be computed with; write finite numbers",
                "9: `values` is a text; write a list of numbers",
            ],
        );
    }

    #[test]
    fn names_are_unique() {
        check(
            "id = \"reads\"",
            "id = \"users\"",
            &[
                "12: the number `users` is already in line 6; rename or remove one of the two",
                "21: `{reads}` is no number of this scenario; add it to `[[parameters]]` or `[[derived]]`",
                "34: `{reads}` is no number of this scenario; add it to `[[parameters]]` or `[[derived]]`",
                "46: `{reads}` is no number of this scenario; add it to `[[parameters]]` or `[[derived]]`",
            ],
        );
        check(
            "[[decisions]]",
            "[[components]]\nid = \"shelf\"\nkind = \"cache\"\nname = \"n\"\ntext = \"t\"\n\n[[decisions]]",
            &["24: the component `shelf` is already in line 18; rename or remove one of the two"],
        );
        check(
            "[[ties]]",
            "[[twists]]\nid = \"sale\"\ntext = \"t\"\n\n[[ties]]",
            &["33: the twist `sale` is already in line 28; rename or remove one of the two"],
        );
        check(
            "[bind]",
            "[[ties]]\nquestion = \"cache/sizing\"\ntext = \"t\"\n\n[bind]",
            &["37: the tie to `cache/sizing` is already in line 33; rename or remove one of the two"],
        );
    }

    #[test]
    fn formulas_have_values_at_both_ends() {
        check(
            "users * 10",
            "usres * 10",
            &[
                "15: `reads` with the lowest values: `usres` is not a parameter or an earlier derived number; correct the formula",
            ],
        );
        check(
            "/ 86400",
            "/ (users - 1000)",
            &["15: `reads` with the lowest values: the formula has no finite value; correct the formula"],
        );
        check(
            "/ 86400",
            "/ (users - 2000000)",
            &["15: `reads` with the highest values: the formula has no finite value; correct the formula"],
        );
        check(
            "/ 86400",
            "% 86400",
            &[
                "15: `reads` with the lowest values: cannot read the formula at `% 86400`; numbers, names, + - * / and brackets are known",
            ],
        );
        check(
            "id = \"users\"",
            "id = \"daily-users\"",
            &[
                "6: formulas cannot read the name `daily-users`; use letters, digits and underscores, a letter first",
            ],
        );
    }

    #[test]
    fn figures_have_values_at_both_ends() {
        let figures =
            |value: &str| format!("[[figures]]\nquestion = \"cache/sizing\"\nvalue = \"{value}\"\n\n[bind]");
        check(
            "[bind]",
            &figures("reads * share"),
            &[
                "38: `cache/sizing` with the lowest values: `share` is not a parameter or an earlier derived number; correct the formula",
            ],
        );
        check(
            "[bind]",
            &figures("1 / (users - 2000000)"),
            &[
                "38: `cache/sizing` with the highest values: the formula has no finite value; correct the formula",
            ],
        );
    }

    #[test]
    fn texts_name_numbers_that_are_there() {
        check(
            "Answers {reads}",
            "Answers {raeds}",
            &["21: `{raeds}` is no number of this scenario; did you mean `reads`?"],
        );
        check(
            "- {reads} reads",
            "- fast\n- {peak} reads",
            &["47: `{peak}` is no number of this scenario; add it to `[[parameters]]` or `[[derived]]`"],
        );
        check(
            "component = \"the shelf\"",
            "component = \"{shelf}\"",
            &["37: `{shelf}` is no number of this scenario; add it to `[[parameters]]` or `[[derived]]`"],
        );
        check(
            "[shelf {users}]",
            "[shelf {user}]",
            &["50: `{user}` is no number of this scenario; did you mean `users`?"],
        );
    }

    #[test]
    fn sections() {
        check(
            "# Diagram",
            "# Drawing",
            &[
                "39: the section `# Diagram` is missing; add it",
                "48: unknown section `# Drawing`; known are `Functional requirements`, `Non-functional requirements`, `Diagram`",
            ],
        );
        check("- Sells.", "", &["40: the section `# Functional requirements` is empty; fill it in"]);
    }

    #[test]
    fn the_drawing_fits() {
        let wide = format!("[client] {}", "-".repeat(70));
        check(
            "                   |",
            &format!("    {wide}"),
            &["51: the drawing is 79 columns wide here, and at most 78 fit; make it narrower"],
        );
        check("                   |", "        \t|", &["51: the drawing has a tab; draw with spaces"]);
        check(
            "    [client] -> [shelf {users}]\n                   |",
            "",
            &["48: the section `# Diagram` has no drawing; indent each line of the drawing by four spaces"],
        );
        check(
            "# Diagram\n",
            "# Diagram\n\nThis is how:\n",
            &[
                "48: the section `# Diagram` has something beside the drawing; keep one block of lines, each indented by four spaces",
            ],
        );
        check("    [client] -> [shelf {users}]\n                   |", "```text\n[client]\n```", &[]);
    }

    #[test]
    fn a_number_is_measured_as_it_is_drawn() {
        // `{users}` is seven columns wide and is drawn as `1 k` or `2 M`, which are three.
        check("                   |", &format!("    {}{{users}}", "-".repeat(75)), &[]);
        check(
            "                   |",
            &format!("    {}{{users}}", "-".repeat(76)),
            &["51: the drawing is 79 columns wide here, and at most 78 fit; make it narrower"],
        );
    }
}
