//! A difference between two texts, for people to read.

/// The lines of agreement that are shown around a difference.
const AROUND: usize = 3;

/// Compares two texts.
///
/// # Panics
/// Where they differ; the lines that differ are shown, `-` for what was expected and `+` for what came.
#[track_caller]
pub(crate) fn assert_same(expected: &str, actual: &str) {
    assert!(expected == actual, "\n{}", diff(expected, actual));
}

fn diff(expected: &str, actual: &str) -> String {
    let expected: Vec<&str> = expected.split_inclusive('\n').collect();
    let actual: Vec<&str> = actual.split_inclusive('\n').collect();
    let same_before = expected.iter().zip(&actual).take_while(|(a, b)| a == b).count();
    let (left, right) = (&expected[same_before..], &actual[same_before..]);
    let same_after = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();

    let before = &expected[same_before.saturating_sub(AROUND)..same_before];
    let after = &left[left.len() - same_after..][..same_after.min(AROUND)];
    let place = format!("at line {} (- expected, + actual)\n", same_before + 1);
    let marked = [
        (" ", before),
        ("-", &left[..left.len() - same_after]),
        ("+", &right[..right.len() - same_after]),
        (" ", after),
    ];
    let lines = marked.iter().flat_map(|(mark, lines)| lines.iter().map(move |line| (mark, line)));
    // Escapes are shown, so that what cannot be seen is seen.
    lines.fold(place, |text, (mark, line)| format!("{text}{mark}{}\n", line.escape_debug()))
}

#[test]
fn a_difference_is_shown_with_the_lines_around_it() {
    assert_eq!(
        diff("a\nb\nc\nd\n", "a\nb\nC\nd\n"),
        "at line 3 (- expected, + actual)\n a\\n\n b\\n\n-c\\n\n+C\\n\n d\\n\n"
    );
    assert_eq!(diff("a\n", "a\nb"), "at line 2 (- expected, + actual)\n a\\n\n+b\n");
}
