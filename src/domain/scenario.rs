//! A system to be interviewed on, as a pack describes it and as one session's seed draws it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chance::Chance;
use super::formula::{self, FormulaError};
use super::id::{QuestionId, ScenarioId, TwistId};
use super::quantity::{human, is_bytes};
use super::question::Question;
use super::words::ComponentKind;

/// A scenario whose numbers are drawn: every text is filled in. Also the form in which packs write it,
/// where texts still hold `{id}` for a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Stable name.
    pub id: ScenarioId,
    /// The name that people read.
    pub title: String,
    /// One line on what the system does.
    pub summary: String,
    /// What the system must do; Markdown.
    pub functional: String,
    /// How well it must do it; Markdown.
    pub non_functional: String,
    /// The parts by kind.
    pub components: Vec<Component>,
    /// ASCII drawing, at most 78 columns wide.
    pub diagram: String,
    /// What was decided and why.
    pub decisions: Vec<ScenarioDecision>,
    /// Changes of requirements that may come in mid-round.
    pub twists: Vec<Twist>,
    /// Sentences that tie a question to this design.
    pub ties: BTreeMap<QuestionId, String>,
    /// Values for the questions' placeholders.
    pub bind: BTreeMap<String, String>,
    /// What the questions' figures are in this drawing, each in its question's unit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<QuestionId, f64>,
    /// The numbers of this drawing, parameters first.
    pub numbers: Vec<Number>,
}

/// A scenario as its file has it: texts hold `{id}`, and the numbers are yet to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioTemplate {
    /// Everything but the numbers, with `{id}` in the texts.
    pub scenario: Scenario,
    /// Numbers that the seed draws.
    pub parameters: Vec<Parameter>,
    /// Numbers computed from them, in this order.
    pub derived: Vec<Derived>,
    /// The formula of each question's figure over all these numbers.
    pub figures: BTreeMap<QuestionId, String>,
}

/// A number that the session's seed draws from a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in formulas and texts.
    pub id: String,
    /// What it counts.
    pub text: String,
    /// Its unit, for people.
    pub unit: String,
    /// The values to draw from; at least one.
    pub values: Vec<f64>,
}

/// A number computed from parameters and earlier derived numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// Its name in formulas and texts.
    pub id: String,
    /// What it counts.
    pub text: String,
    /// Its unit, for people.
    pub unit: String,
    /// See [`formula::evaluate`].
    pub formula: String,
}

/// A number of a drawn scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Its name in formulas.
    pub id: String,
    /// What it counts.
    pub text: String,
    /// Its unit.
    pub unit: String,
    /// Its value in that unit.
    pub value: f64,
    /// Whether it was computed, not drawn.
    pub derived: bool,
}

/// A named part of the design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Unique within the scenario.
    pub id: String,
    /// What kind of part it is.
    pub kind: ComponentKind,
    /// The name in the diagram and in questions.
    pub name: String,
    /// What it does here.
    pub text: String,
}

/// Something that the design has decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioDecision {
    /// What was chosen.
    pub choice: String,
    /// Why.
    pub reason: String,
}

/// A change of requirements in mid-round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twist {
    /// Unique within the scenario.
    pub id: TwistId,
    /// What the interviewer says.
    pub text: String,
    /// The question that follows it, if one does.
    pub asks: Option<QuestionId>,
}

impl Number {
    /// Writes the value for people, as in "50 M" or "1.2 TB".
    #[must_use]
    pub fn shown(&self) -> String {
        human(self.value, &self.unit)
    }

    /// Returns the unit to write beside [`Number::shown`]: none for bytes, whose unit the value has in it.
    #[must_use]
    pub fn unit_beside(&self) -> &str {
        if is_bytes(&self.unit) { "" } else { &self.unit }
    }
}

impl ScenarioTemplate {
    /// Draws the numbers by the seed and fills them into every text.
    ///
    /// # Errors
    /// When a formula has no value; a pack that passes `pack check` has none such.
    pub fn draw(&self, seed: u64) -> Result<Scenario, FormulaError> {
        let mut chance = Chance::new(seed, self.scenario.id.as_str());
        self.with_values(|parameter| chance.pick(&parameter.values).copied().unwrap_or_default())
    }

    /// Fills the numbers in, with the parameters' values as chosen by the caller.
    ///
    /// # Errors
    /// When a formula has no value.
    pub fn with_values(&self, mut choose: impl FnMut(&Parameter) -> f64) -> Result<Scenario, FormulaError> {
        let mut values = BTreeMap::new();
        let mut numbers = Vec::new();
        for parameter in &self.parameters {
            let Parameter { id, text, unit, .. } = parameter.clone();
            let value = choose(parameter);
            values.insert(id.clone(), value);
            numbers.push(Number { id, text, unit, value, derived: false });
        }
        for Derived { id, text, unit, formula } in self.derived.iter().cloned() {
            let value = formula::evaluate(&formula, &values)?;
            values.insert(id.clone(), value);
            numbers.push(Number { id, text, unit, value, derived: true });
        }
        let mut scenario = self.fill(numbers);
        for (question, formula) in &self.figures {
            scenario.figures.insert(question.clone(), formula::evaluate(formula, &values)?);
        }
        Ok(scenario)
    }

    fn fill(&self, numbers: Vec<Number>) -> Scenario {
        let shown: Vec<(String, String)> =
            numbers.iter().map(|number| (format!("{{{}}}", number.id), number.shown())).collect();
        let mut scenario = self.scenario.clone();
        for text in scenario.texts_mut().into_iter().filter(|text| text.contains('{')) {
            for (name, value) in &shown {
                if text.contains(name) {
                    *text = text.replace(name, value);
                }
            }
        }
        scenario.numbers = numbers;
        scenario
    }
}

impl Scenario {
    /// Every text that may hold `{id}` of a number.
    pub fn texts_mut(&mut self) -> Vec<&mut String> {
        let mut texts =
            vec![&mut self.summary, &mut self.functional, &mut self.non_functional, &mut self.diagram];
        texts.extend(self.components.iter_mut().map(|component| &mut component.text));
        texts.extend(
            self.decisions.iter_mut().flat_map(|decision| [&mut decision.choice, &mut decision.reason]),
        );
        texts.extend(self.twists.iter_mut().map(|twist| &mut twist.text));
        texts.extend(self.ties.values_mut());
        texts.extend(self.bind.values_mut());
        texts
    }

    /// Whether the design has a part of each of the kinds.
    #[must_use]
    pub fn has_all(&self, kinds: &[ComponentKind]) -> bool {
        kinds.iter().all(|kind| self.components.iter().any(|component| component.kind == *kind))
    }

    /// Returns the question as it is asked about this design: placeholders bound, its figure that of this drawing.
    #[must_use]
    pub fn bound(&self, question: &Question) -> Question {
        let values = self.bindings(&question.needs);
        let mut question = question.clone();
        if let (Some(figure), Some(value)) = (&mut question.rubric.figure, self.figures.get(&question.id)) {
            figure.value = *value;
            // The tie has the numbers to compute with.
            figure.given = None;
        }
        question.bind(&values)
    }

    /// Values for a question's placeholders. `component` is the first part of the first kind that it needs,
    /// unless the scenario binds it.
    #[must_use]
    fn bindings(&self, needs: &[ComponentKind]) -> BTreeMap<String, String> {
        let mut values = self.bind.clone();
        let part =
            self.components.iter().find(|component| needs.first().is_none_or(|kind| component.kind == *kind));
        if let Some(part) = part {
            values.entry("component".to_owned()).or_insert_with(|| format!("the {}", part.name));
        }
        values
    }
}
