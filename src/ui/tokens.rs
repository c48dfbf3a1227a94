//! What a language model took, in tokens.

use crate::domain::exchange::Tokens;

/// Returns how many tokens were taken, and of how many, as it is told.
#[must_use]
pub fn taken(tokens: Tokens, budget: Option<u64>) -> String {
    let both = format!("{} tokens in, {} out", grouped(tokens.input), grouped(tokens.output));
    match budget {
        Some(budget) => format!("{both}, of a budget of {}.", grouped(budget)),
        None => format!("{both}."),
    }
}

/// Writes a number with commas between its thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_grouped() {
        let told = |input, output, budget| taken(Tokens { input, output }, budget);
        assert_eq!(told(12_340, 1_020, None), "12,340 tokens in, 1,020 out.");
        assert_eq!(told(1_000_000, 999, None), "1,000,000 tokens in, 999 out.");
        assert_eq!(told(12_340, 0, Some(50_000)), "12,340 tokens in, 0 out, of a budget of 50,000.");
    }
}
