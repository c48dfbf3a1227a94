//! A tiny pack without problems, for tests that change one thing in it and compare what is then said.

use super::assemble::{Loaded, Refusal, assemble};

const PACK: &str = r#"format_version = 1
id = "sample"
title = "A sample"

[[topics]]
id = "cache"
title = "Cache"
"#;

const LEXICON: &str = r#"[synonyms]
database = ["database", "DB"]

[kinds]
cache = ["redis"]
"#;

const QUESTION: &str = r#"+++
question = "How large is [component]?"
purposes = ["depth"]
needs = ["cache"]

[placeholders]
component = "the cache"

[[points]]
id = "working-set"
text = "It holds the working set."
weight = 3
level = "mid"
facet = "mechanism"
evidence = ["working set|hot data + hold|fit"]
mention = ["working set"]
contradiction = ["everything + hold"]
probe = "Which part of the data is in it?"

[[points]]
id = "hit-rate"
text = "The hit rate tells."
weight = 2
level = "senior"
facet = "detection"
evidence = ["hit rate|hits + tell|show"]
probe = "How do you know?"

[[points]]
id = "curve"
text = "The miss curve has a knee."
weight = 1
level = "staff"
facet = "numbers"
evidence = ["curve|knee + miss"]
probe = "What would twice the memory bring?"

[[misconceptions]]
id = "bigger-is-better"
text = "More memory is always better."
correction = "Beyond the knee it brings little."
penalty = 1
evidence = ["more|bigger + always + better"]

[[sources]]
title = "Denning, The Working Set Model (1968)"
url = "https://dl.acm.org/doi/10.1145/363095.363141"

[[exemplars]]
name = "half-way"
style = "partial"
hit = ["hit-rate"]
partial = ["curve"]
misconceptions = ["bigger-is-better"]
+++

# Reference answer

Size [component] for the working-set, watch the hit-rate, and draw the curve.

# Exemplar: half-way

The hit-rate says so. There is half a curve. And bigger-is-better.
"#;

const SCENARIO: &str = r#"+++
title = "Shop"
summary = "Sells to {users} users."

[[parameters]]
id = "users"
text = "daily users"
unit = "users"
values = [1_000, 2e6]

[[derived]]
id = "reads"
text = "reads at peak"
unit = "req/s"
formula = "users * 10 / 86400"

[[components]]
id = "shelf"
kind = "cache"
name = "shelf"
text = "Answers {reads} reads."

[[decisions]]
choice = "One cache"
reason = "It fits {users} users."

[[twists]]
id = "sale"
text = "Tomorrow is a sale."
asks = "cache/sizing"

[[ties]]
question = "cache/sizing"
text = "The shelf takes {reads} reads."

[bind]
component = "the shelf"
+++

# Functional requirements

- Sells.

# Non-functional requirements

- {reads} reads a second.

# Diagram

    [client] -> [shelf {users}]
                   |
"#;

/// The paths of the sample's question and scenario.
pub(crate) const QUESTION_PATH: &str = "questions/cache/sizing.md";
pub(crate) const SCENARIO_PATH: &str = "scenarios/shop.md";

/// Returns the sample's files.
pub(crate) fn files() -> Vec<(String, String)> {
    let files = [
        ("pack.toml", PACK),
        ("lexicon.toml", LEXICON),
        (QUESTION_PATH, QUESTION),
        (SCENARIO_PATH, SCENARIO),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// Returns the sample with the first `from` in one of its files replaced.
pub(crate) fn changed(path: &str, from: &str, to: &str) -> Vec<(String, String)> {
    let mut files = files();
    let (_, text) = files.iter_mut().find(|(known, _)| known == path).expect("a file of the sample");
    assert!(text.contains(from), "{from:?} is not in {path}");
    *text = text.replacen(from, to, 1);
    files
}

/// Assembles files.
pub(crate) fn load(files: &[(String, String)]) -> Result<Loaded, Refusal> {
    assemble(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// Returns problems as they are shown.
pub(crate) fn shown(problems: &[super::problem::Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// Checks what is said when one thing in the sample is changed.
pub(crate) fn check_change(path: &str, from: &str, to: &str, expected: &[&str]) {
    let loaded = load(&changed(path, from, to)).expect("the sample is not refused");
    assert_eq!(shown(&loaded.problems), expected, "{from:?} became {to:?} in {path}");
}
