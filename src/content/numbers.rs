//! A scenario's numbers: its parameters, the formulas over them, and `{id}` in its texts.

use std::collections::BTreeMap;

use super::marks::{braced, is_number_name};
use super::notes::{At, Names, Notes, all};
use super::problem::RuleFault;
use super::table::Table;
use crate::domain::formula::evaluate;
use crate::domain::scenario::{Derived, Parameter};

/// The numbers of a scenario, as far as they could be read.
pub(crate) struct Numbers {
    names: Names,
    /// Whether the names of all numbers are known.
    complete: bool,
    pub(crate) parameters: Option<Vec<Parameter>>,
    pub(crate) derived: Option<Vec<Derived>>,
}

impl Numbers {
    /// Reads `[[parameters]]` and `[[derived]]`, and computes the formulas with the parameters' bounds.
    pub(crate) fn read(root: &mut Table, notes: &mut Notes) -> Self {
        let mut names = Names::new("number");
        let tables = root.tables("parameters", "`[[parameters]]`", notes);
        let parameters = all(tables.into_iter().map(|table| parameter(table, &mut names, notes)).collect());
        let tables = root.tables("derived", "`[[derived]]`", notes);
        let derived = all(tables.into_iter().map(|table| derivation(table, &mut names, notes)).collect());
        let complete = parameters.is_some() && derived.is_some();
        let derived = match &parameters {
            Some(parameters) => derived.and_then(|derived| computed(parameters, derived, notes)),
            None => None,
        };
        Self { names, complete, parameters, derived }
    }

    /// Whether a formula over all the numbers has a value at both ends; notes where it has none.
    pub(crate) fn computes(&self, id: &str, formula: At<&str>, notes: &mut Notes) -> bool {
        // A number that could not be read may be one that the formula names.
        let (Some(parameters), Some(derived)) = (&self.parameters, &self.derived) else { return true };
        for (choose, values) in [(f64::min as fn(f64, f64) -> f64, "lowest"), (f64::max, "highest")] {
            let mut names = bounds(parameters, choose);
            for Derived { id, formula, .. } in derived {
                names.insert(id.clone(), evaluate(formula, &names).unwrap_or(1.0));
            }
            if let Err(error) = evaluate(formula.value, &names) {
                notes.add(formula.at, RuleFault::Formula { id: id.to_owned(), values, error });
                return false;
            }
        }
        true
    }

    /// Notes every `{id}` of a text that is no number.
    pub(crate) fn check(&self, text: At<&str>, notes: &mut Notes) {
        // A number that could not be read may be the one that is meant.
        for name in braced(text).filter(|name| self.complete && !self.names.has(name.value)) {
            let nearest = notes.nearest(name.value, self.names.iter());
            notes.add(name.at, RuleFault::UnknownNumber { name: name.value.to_owned(), nearest });
        }
    }
}

fn parameter(mut table: Table, names: &mut Names, notes: &mut Notes) -> Option<Parameter> {
    let id = number_name(&mut table, names, notes);
    let text = table.text("text", notes);
    let unit = table.text("unit", notes);
    let values = table.numbers("values", notes);
    table.close(notes);
    Some(Parameter { id: id?, text: text?.value.to_owned(), unit: unit?.value.to_owned(), values: values? })
}

fn derivation(mut table: Table, names: &mut Names, notes: &mut Notes) -> Option<At<Derived>> {
    let id = number_name(&mut table, names, notes);
    let text = table.text("text", notes);
    let unit = table.text("unit", notes);
    let formula = table.text("formula", notes);
    table.close(notes);
    let At { at, value: formula } = formula?;
    let (id, text, unit) = (id?, text?.value.to_owned(), unit?.value.to_owned());
    Some(At { at, value: Derived { id, text, unit, formula: formula.to_owned() } })
}

fn number_name(table: &mut Table, names: &mut Names, notes: &mut Notes) -> Option<String> {
    let id = table.text("id", notes)?;
    names.give(&id, notes);
    if !is_number_name(id.value) {
        notes.add(id.at, RuleFault::NumberName { name: id.value.to_owned() });
        return None;
    }
    Some(id.value.to_owned())
}

/// Returns the derived numbers if each has a value for the lowest and for the highest parameters.
fn computed(parameters: &[Parameter], derived: Vec<At<Derived>>, notes: &mut Notes) -> Option<Vec<Derived>> {
    let low = bounds(parameters, f64::min);
    let high = bounds(parameters, f64::max);
    let fine = compute(low, "lowest", &derived, notes) && compute(high, "highest", &derived, notes);
    fine.then(|| derived.into_iter().map(|number| number.value).collect())
}

/// Returns the least or the greatest value of each parameter.
pub(crate) fn bounds(parameters: &[Parameter], choose: fn(f64, f64) -> f64) -> BTreeMap<String, f64> {
    parameters.iter().map(|parameter| (parameter.id.clone(), bound(parameter, choose))).collect()
}

/// Returns the least or the greatest value of a parameter.
pub(crate) fn bound(parameter: &Parameter, choose: fn(f64, f64) -> f64) -> f64 {
    parameter.values.iter().copied().reduce(choose).unwrap_or_default()
}

fn compute(
    mut names: BTreeMap<String, f64>,
    values: &'static str,
    derived: &[At<Derived>],
    notes: &mut Notes,
) -> bool {
    let mut fine = true;
    for At { at, value: Derived { id, formula, .. } } in derived {
        let value = evaluate(formula, &names).unwrap_or_else(|error| {
            fine = false;
            notes.add(*at, RuleFault::Formula { id: id.clone(), values, error });
            // Later formulas over this number are then judged for themselves.
            1.0
        });
        names.insert(id.clone(), value);
    }
    fine
}
