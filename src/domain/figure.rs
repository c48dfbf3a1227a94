//! A number that a good answer comes near, computed from the numbers of the design.

use serde::{Deserialize, Serialize};

use super::quantity::human;

/// The least factor: nobody estimates to the percent.
pub const MIN_FACTOR: f64 = 1.05;
/// The greatest factor: two orders of magnitude are no estimate any more.
pub const MAX_FACTOR: f64 = 100.0;
/// From this percentage on, what is left to a hundred is compared: 99.9 is ten times better than 99, not one percent.
const NEARLY_ALL: f64 = 90.0;

/// The number that a question's `#` stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The inputs, said behind the question's wording; `None` where the scenario has them.
    pub given: Option<String>,
    /// The number in `unit`.
    pub value: f64,
    /// As packs write it; what kind of number it is, see [`Dimension::of`].
    pub unit: String,
    /// How many times too large or too small a stated number may be, from [`MIN_FACTOR`] to [`MAX_FACTOR`].
    pub factor: f64,
}

/// What kind of number is meant; numbers of different kinds are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// An amount of data, in bytes.
    Data,
    /// Data in time, in bytes a second.
    Bandwidth,
    /// Events in time, in events a second.
    Rate,
    /// A duration, in seconds.
    Time,
    /// A share, in percent.
    Percent,
    /// How many of something.
    Count,
}

impl Dimension {
    /// Returns what kind of number a unit makes, and how many base units it has. A unit that is none of bytes, time
    /// and percent, and not `.../s`, names what is counted.
    #[must_use]
    pub fn of(unit: &str) -> (Self, f64) {
        match unit {
            "B" => (Self::Data, 1.0),
            "B/s" => (Self::Bandwidth, 1.0),
            "ms" => (Self::Time, 1e-3),
            "s" => (Self::Time, 1.0),
            "min" => (Self::Time, 60.0),
            "h" => (Self::Time, 3_600.0),
            "d" => (Self::Time, 86_400.0),
            "%" => (Self::Percent, 1.0),
            _ if unit.ends_with("/s") => (Self::Rate, 1.0),
            _ => (Self::Count, 1.0),
        }
    }
}

impl Figure {
    /// Writes the number for people; time and shares without their unit, as their sentence has it.
    #[must_use]
    pub fn shown(&self) -> String {
        human(self.value, &self.unit)
    }

    /// Returns what kind of number it is.
    #[must_use]
    pub fn dimension(&self) -> Dimension {
        Dimension::of(&self.unit).0
    }

    /// Whether a number of the same kind, in base units, is near enough.
    #[must_use]
    pub fn accepts(&self, stated: f64) -> bool {
        let (dimension, base) = Dimension::of(&self.unit);
        let mut expected = self.value * base;
        let mut stated = stated;
        if dimension == Dimension::Percent && expected >= NEARLY_ALL {
            (expected, stated) = (100.0 - expected, 100.0 - stated);
        }
        let (low, high) = (expected / self.factor, expected * self.factor);
        // A product of decimal fractions may miss a bound by its last digit.
        let slack = expected * 1e-9;
        low - slack <= stated && stated <= high + slack
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_within_its_factor() {
        let check = |value: f64, unit: &str, factor: f64, stated: f64, expected: bool| {
            let figure = Figure { given: None, value, unit: unit.to_owned(), factor };
            assert_eq!(figure.accepts(stated), expected, "{stated} for {value} {unit}");
        };
        check(1e9, "B", 2.0, 2e9, true);
        check(1e9, "B", 2.0, 0.5e9, true);
        check(1e9, "B", 2.0, 2.1e9, false);
        check(43.2, "min", 1.5, 40.0 * 60.0, true);
        check(43.2, "min", 1.5, 43.2, false);
        check(99.9, "%", 1.5, 99.9, true);
        check(99.9, "%", 1.5, 99.0, false);
        check(40.0, "%", 1.5, 50.0, true);
        check(20.0, "connections", 2.0, 0.0, false);
        check(20.0, "connections", 2.0, -20.0, false);
    }

    #[test]
    fn units_tell_what_is_meant() {
        for (unit, expected) in [
            ("B", Dimension::Data),
            ("B/s", Dimension::Bandwidth),
            ("req/s", Dimension::Rate),
            ("h", Dimension::Time),
            ("%", Dimension::Percent),
            ("connections", Dimension::Count),
        ] {
            assert_eq!(Dimension::of(unit).0, expected, "{unit}");
        }
    }
}
