//! Texts that are made to hurt, and sample files changed at random: reading ends, and what is wrong is named.

use proptest::prelude::*;

use super::limits::{MAX_FILE_BYTES, MAX_PROBLEMS};
use super::sample::{QUESTION_PATH, SCENARIO_PATH, changed, files, load, shown};

/// Repeats a piece up to the size that is just about read.
fn filled(piece: &str) -> String {
    piece.repeat((MAX_FILE_BYTES as usize - 100) / piece.len())
}

/// Returns what is said when a file of the sample has another text.
fn problems(path: &str, text: &str) -> Vec<String> {
    let mut files = files();
    files.iter_mut().find(|(known, _)| known == path).expect("a file of the sample").1 = text.to_owned();
    shown(&load(&files).expect("the pack is not refused").problems)
}

/// Checks how many problems a file has, and how the first begins.
fn check(path: &str, text: &str, count: usize, first: &str) {
    let problems = problems(path, text);
    assert!(problems.first().is_some_and(|problem| problem.starts_with(first)), "{:?}", problems.first());
    assert_eq!(problems.len(), count, "{first}");
}

#[test]
fn toml_does_not_exhaust_the_stack() {
    let deep = "the TOML cannot be read here (cannot recurse further; max recursion depth met)";
    check("lexicon.toml", &format!("a = {}", "[".repeat(100_000)), 1, &format!("lexicon.toml:1: {deep}"));
    check("lexicon.toml", &format!("a = {}", "{a = ".repeat(50_000)), 1, &format!("lexicon.toml:1: {deep}"));
    let question = format!("+++\n{}b = 1\n+++\n", "a.".repeat(100_000));
    let expected =
        "questions/cache/sizing.md:2: cache/sizing: the TOML cannot be read here (recursion limit)";
    check(QUESTION_PATH, &question, 1, expected);
}

#[test]
fn a_file_of_nothing_but_problems_lists_the_first() {
    let keys: String = (0..10_000).map(|n| format!("key{n} = 1\n")).collect();
    check("lexicon.toml", &keys, MAX_PROBLEMS + 1, "lexicon.toml:1: unknown key `key0`");
    let points: String = (0..5_000).map(|n| format!("[[points]]\nid = \"p{n}\"\n")).collect();
    let names: String = (0..10_000).map(|n| format!("\"q{n}\",")).collect();
    let question = format!("+++\n{points}\n[[exemplars]]\nhit = [{names}]\n+++\n");
    check(
        QUESTION_PATH,
        &question,
        MAX_PROBLEMS + 1,
        "questions/cache/sizing.md:1: cache/sizing: `question` is",
    );
}

#[test]
fn markdown_ends() {
    for piece in ["[", "![", "[a](", "> ", "- ", "*a_", "`", "<!--", "# x\n", "    ", "&", "{a}", "[a]: b\n"]
    {
        let said = problems(QUESTION_PATH, &format!("+++\n+++\n{}", filled(piece)));
        let missing = "the section `# Reference answer` is missing; add it";
        let expected = format!("{QUESTION_PATH}:3: cache/sizing: {missing}");
        assert!(said.len() > MAX_PROBLEMS || said.contains(&expected), "{piece}: {said:?}");
    }
}

#[test]
fn a_long_drawing_with_many_numbers_is_measured() {
    let lines = format!("    {{users}}{}\n", "-".repeat(80)).repeat(2_500);
    let mut files = changed(SCENARIO_PATH, "    [client]", &format!("{lines}    [client]"));
    files.remove(2);
    let problems = shown(&load(&files).unwrap().problems);
    assert_eq!(problems.len(), MAX_PROBLEMS + 1);
    let expected = "scenarios/shop.md:50: shop: the drawing is 83 columns wide here";
    assert!(problems[0].starts_with(expected), "{}", problems[0]);
}

proptest! {
    #[test]
    fn a_changed_sample_is_read_or_named(
        file in 0_usize..4,
        from in 0_usize..2_000,
        removed in 0_usize..60,
        put in prop_oneof![".{0,12}", "[\\[\\]{}\"'`|+#=\n !-]{0,12}"],
    ) {
        let mut files = files();
        let characters: Vec<char> = files[file].1.chars().collect();
        let from = from.min(characters.len());
        let rest = &characters[(from + removed).min(characters.len())..];
        files[file].1 = characters[..from].iter().chain(&put.chars().collect::<Vec<_>>()).chain(rest).collect();
        if let Ok(loaded) = load(&files) {
            for problem in &loaded.problems {
                let text = files.iter().find(|(path, _)| *path == problem.place.file).map(|(_, text)| text);
                let lines = text.map_or(1, |text| text.split('\n').count());
                prop_assert!((1..=lines).contains(&problem.place.line), "{problem}");
                prop_assert!(!problem.to_string().contains(char::is_control), "{problem}");
            }
        }
    }
}
