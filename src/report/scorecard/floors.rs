//! Figures that a grader has reached, and must not fall behind.

use std::collections::BTreeMap;

use crate::domain::suggest::nearest;

use super::Measured;

/// The bounds of figures, by their whole names, as in `labelled/verdicts/hit-f1`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Floors {
    /// What a figure is at least, of which more is better.
    pub least: BTreeMap<String, f64>,
    /// What a figure is at most, of which less is better.
    pub most: BTreeMap<String, f64>,
}

/// A figure that is not what it has to be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Shortfall {
    /// It is lower.
    #[error("`{name}` is {}, below its floor of {floor}", shown(*value))]
    Below {
        /// The figure.
        name: String,
        /// What it is; `None` where it is not defined.
        value: Option<f64>,
        /// What it has to be at least.
        floor: f64,
    },
    /// It is higher.
    #[error("`{name}` is {}, above its ceiling of {ceiling}", shown(*value))]
    Above {
        /// The figure.
        name: String,
        /// What it is; `None` where it is not defined.
        value: Option<f64>,
        /// What it may be at most.
        ceiling: f64,
    },
    /// There is no such figure.
    #[error("there is no figure `{name}`{}", meant(nearest.as_deref()))]
    Unknown {
        /// The name.
        name: String,
        /// A figure with a name near to it.
        nearest: Option<String>,
    },
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "not defined".to_owned(), |value| format!("{:.4}", rounded(value)))
}

/// Rounds a figure to what is shown of it, so that it is never called lower than the same number.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn meant(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

impl Floors {
    /// Returns every figure that is out of its bounds, to four decimals; one that is not defined is, too.
    #[must_use]
    pub fn check(&self, figures: &[(String, Measured)]) -> Vec<Shortfall> {
        let find = |name: &str| figures.iter().find(|(known, _)| known == name).map(|(_, of)| of.value);
        let unknown = |name: &str| Shortfall::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, figures.iter().map(|(known, _)| known.as_str())).map(str::to_owned),
        };
        let below = self.least.iter().filter_map(|(name, floor)| match find(name) {
            None => Some(unknown(name)),
            Some(Some(value)) if rounded(value) >= *floor => None,
            Some(value) => Some(Shortfall::Below { name: name.clone(), value, floor: *floor }),
        });
        let above = self.most.iter().filter_map(|(name, ceiling)| match find(name) {
            None => Some(unknown(name)),
            Some(Some(value)) if rounded(value) <= *ceiling => None,
            Some(value) => Some(Shortfall::Above { name: name.clone(), value, ceiling: *ceiling }),
        });
        below.chain(above).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_out_of_its_bounds_is_named() {
        let figures: Vec<(String, Measured)> =
            [("a/hit-f1", Some(0.799_96)), ("a/rmse", Some(1.5)), ("a/kappa", None)]
                .map(|(name, value)| (name.to_owned(), Measured::exact(value)))
                .into();
        let bounds = |bounds: &[(&str, f64)]| {
            bounds.iter().map(|(name, bound)| ((*name).to_owned(), *bound)).collect::<BTreeMap<_, _>>()
        };
        let check = |least, most| -> Vec<String> {
            let floors = Floors { least: bounds(least), most: bounds(most) };
            floors.check(&figures).iter().map(ToString::to_string).collect()
        };
        assert_eq!(check(&[("a/hit-f1", 0.8)], &[("a/rmse", 1.5)]), [""; 0]);
        assert_eq!(
            check(&[("a/hit-f1", 0.81), ("a/kappa", 0.5), ("a/hit-f2", 0.1)], &[("a/rmse", 1.4)]),
            [
                "`a/hit-f1` is 0.8000, below its floor of 0.81",
                "there is no figure `a/hit-f2`; did you mean `a/hit-f1`?",
                "`a/kappa` is not defined, below its floor of 0.5",
                "`a/rmse` is 1.5000, above its ceiling of 1.4",
            ]
        );
    }
}
