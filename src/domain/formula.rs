//! Arithmetic of a scenario's derived numbers: `dau * 10 / 86400`.

use std::collections::BTreeMap;

/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FormulaError {
    /// The text breaks off or holds something that is not arithmetic.
    #[error("cannot read the formula at `{0}`: numbers, names, + - * / and brackets are known")]
    Syntax(String),
    /// A name that is no parameter and no derived number before this one.
    #[error("`{0}` is not a parameter or an earlier derived number")]
    UnknownName(String),
    /// The value is not a finite number.
    #[error("the formula has no finite value")]
    NotFinite,
    /// Brackets or signs are nested deeper than [`MAX_DEPTH`].
    #[error("the formula is nested more than {MAX_DEPTH} deep")]
    TooDeep,
}

/// How deep brackets and signs may nest, so that a hostile pack cannot exhaust the stack.
pub const MAX_DEPTH: usize = 32;

/// Computes the formula over the given names.
///
/// # Errors
/// When it cannot be read, names something unknown, nests too deep, or has no finite value.
pub fn evaluate(formula: &str, names: &BTreeMap<String, f64>) -> Result<f64, FormulaError> {
    let mut reader = Reader { rest: formula.trim_start(), names };
    let value = reader.sum(0)?;
    if !reader.rest.is_empty() {
        return Err(FormulaError::Syntax(reader.rest.chars().take(40).collect()));
    }
    if value.is_finite() { Ok(value) } else { Err(FormulaError::NotFinite) }
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a BTreeMap<String, f64>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, sign: char) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word
    }

    fn sum(&mut self, depth: usize) -> Result<f64, FormulaError> {
        let mut value = self.product(depth)?;
        loop {
            if self.take('+') {
                value += self.product(depth)?;
            } else if self.take('-') {
                value -= self.product(depth)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self, depth: usize) -> Result<f64, FormulaError> {
        let mut value = self.atom(depth)?;
        loop {
            if self.take('*') {
                value *= self.atom(depth)?;
            } else if self.take('/') {
                value /= self.atom(depth)?;
            } else {
                return Ok(value);
            }
        }
    }

    fn atom(&mut self, depth: usize) -> Result<f64, FormulaError> {
        if depth > MAX_DEPTH {
            return Err(FormulaError::TooDeep);
        }
        if self.take('-') {
            return Ok(-self.atom(depth + 1)?);
        }
        if self.take('(') {
            let value = self.sum(depth + 1)?;
            return if self.take(')') { Ok(value) } else { Err(self.syntax()) };
        }
        let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.');
        if name.is_empty() {
            return Err(self.syntax());
        }
        if name.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let digits: String = name.chars().filter(|c| *c != '_').collect();
            return digits.parse().map_err(|_| FormulaError::Syntax(name.to_owned()));
        }
        self.names.get(name).copied().ok_or_else(|| FormulaError::UnknownName(name.to_owned()))
    }

    fn syntax(&self) -> FormulaError {
        let here: String = self.rest.chars().take(40).collect();
        FormulaError::Syntax(if here.is_empty() { "the end".to_owned() } else { here })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(formula: &str) -> Result<f64, FormulaError> {
        evaluate(formula, &BTreeMap::from([("dau".to_owned(), 1e6), ("zero".to_owned(), 0.0)]))
    }

    #[test]
    fn computes_with_precedence() {
        assert_eq!(value("2 + 3 * (4 - 1) / 2"), Ok(6.5));
        assert_eq!(value("dau*10 / 1_000"), Ok(10_000.0));
        assert_eq!(value("-dau + 1"), Ok(-999_999.0));
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(value("dua * 2"), Err(FormulaError::UnknownName("dua".to_owned())));
        assert_eq!(value("2 *"), Err(FormulaError::Syntax("the end".to_owned())));
        assert_eq!(value("2 % 3"), Err(FormulaError::Syntax("% 3".to_owned())));
        assert_eq!(value("1 / zero"), Err(FormulaError::NotFinite));
        assert_eq!(value(&"(".repeat(100_000)), Err(FormulaError::TooDeep));
        assert_eq!(value(&"-".repeat(100_000)), Err(FormulaError::TooDeep));
    }
}
