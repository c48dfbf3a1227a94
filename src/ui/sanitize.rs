//! Text that is not ours, made safe for the terminal.

/// Returns the text without control characters but line feeds and tabs.
#[must_use]
pub fn sanitize(text: &str) -> String {
    text.chars().filter(|character| matches!(character, '\n' | '\t') || !character.is_control()).collect()
}
