//! `followup scorecard`: agreement with labelled answers, the floors that it has reached, and lines that are wrong.

use serde_json::{Value, json};

use crate::support::{Trial, data, followup};

/// Four answers to two questions, with a person's scores of 5.
const SCORES: &str = r#"{"ask": "Why do we shard?", "reference": "One machine cannot hold all rows, so we split them by a key over many machines.", "answer": "The rows do not fit on one machine. We split them by key over many machines.", "score": 5, "who": "a teacher"}
{"ask": "Why do we shard?", "reference": "One machine cannot hold all rows, so we split them by a key over many machines.", "answer": "Because of the weather.", "score": 0}

{"ask": "What does an index cost?", "references": ["Every write has to update the index, and it takes space on the disk.", "Slower writes."], "answer": "It takes space on the disk.", "score": 2.5}
{"ask": "What does an index cost?", "references": ["Every write has to update the index, and it takes space on the disk.", "Slower writes."], "answer": "Every write has to update the index, too, and it takes space on the disk.", "score": 4}
"#;

fn scorecard(args: &[&str]) -> Trial {
    followup(["scorecard"].iter().chain(args).copied())
}

fn card(trial: &Trial) -> Value {
    serde_json::from_str(&trial.output().stdout).unwrap()
}

/// Returns a labelled answer to a question of the tests' own pack.
fn kitchen(style: &str, answer: &str, hit: &[&str], contradicted: &[&str]) -> String {
    let question = "kitchen/oven-fails";
    json!({"question": question, "style": style, "answer": answer, "hit": hit, "contradicted": contradicted})
        .to_string()
        + "\n"
}

fn with_pack(trial: Trial) -> Trial {
    trial.args(["--pack".into(), data("pack").into_os_string()])
}

#[test]
fn the_grader_is_at_its_floors() {
    let floors = data("floors.toml");
    let trial = scorecard(&["--format", "json", "--check", floors.to_str().unwrap()]);
    let seen = trial.output();
    assert_eq!((seen.stderr.as_str(), seen.code), ("", Some(0)));
    let card: Value = serde_json::from_str(&seen.stdout).unwrap();
    let sets: Vec<&str> =
        card["sets"].as_array().unwrap().iter().map(|set| set["name"].as_str().unwrap()).collect();
    assert_eq!(sets, ["exemplars", "labelled"]);
    for (name, figure) in card["figures"].as_object().unwrap() {
        let [value, low, high] = ["value", "low", "high"].map(|key| figure[key].as_f64());
        if let (Some(low), Some(high)) = (low, high) {
            assert!(low <= high, "{name}: {figure}");
            assert!(value.is_some(), "{name} has an interval and no value");
        }
    }
}

#[test]
fn scores_as_json_are_those_of_the_text() {
    let trial = || scorecard(&["scores.jsonl"]).file("scores.jsonl", SCORES);
    let card = card(&trial().args(["--format", "json"]));
    let text = trial().output().stdout;
    assert_eq!(card["sets"][0]["answers"], 4);
    assert_eq!(card["sets"][0]["questions"], 2);
    for name in ["pearson", "spearman", "rmse", "kappa"] {
        let figure = &card["figures"][format!("scores.jsonl/scores/{name}")];
        let row = text.lines().find(|line| line.starts_with(name)).unwrap();
        let cells: Vec<&str> = row.split_whitespace().collect();
        for (key, cell) in [("value", cells[1]), ("low", cells[2]), ("high", cells[4])] {
            let (value, shown) = (figure[key].as_f64().unwrap(), cell.parse::<f64>().unwrap());
            assert!((value - shown).abs() < 6e-4, "{name} {key}: {value} is shown as {shown}");
        }
    }
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for columns in [40, 80] {
        let trial = scorecard(&["scores.jsonl"]).file("scores.jsonl", SCORES);
        let text = trial.env("COLUMNS", columns.to_string()).output().stdout;
        let wide = text.lines().find(|line| line.chars().count() > columns);
        assert_eq!(wide, None);
    }
}

#[test]
fn the_scale_is_the_highest_score_or_what_is_said() {
    let rmse = |args: &[&str]| {
        let trial = scorecard(&["-", "--format", "json"]).args(args.iter().copied()).stdin(SCORES);
        card(&trial)["figures"]["-/scores/rmse"]["value"].as_f64().unwrap()
    };
    assert!((rmse(&[]) - rmse(&["--scale", "5"])).abs() < 1e-9);
    assert!((rmse(&[]) - rmse(&["--scale", "50"])).abs() > 1.0);
    scorecard(&["--scale", "0"])
        .stderr("error: `--scale` is the full score, a number above 0\n")
        .code(2)
        .run();
}

#[test]
fn verdicts_are_compared_by_key_point() {
    let lines = [
        kitchen(
            "jargon",
            "We serve cold dishes. A thermometer rings an alarm.",
            &["cold-dishes", "thermometer"],
            &[],
        ),
        kitchen(
            "partial",
            "Something with a cold salad plate, which we serve.",
            &["cold-dishes", "thermometer"],
            &[],
        ),
        kitchen("wrong", "We shut the kitchen and go home.", &[], &["cold-dishes"]),
    ];
    let trial = scorecard(&["answers.jsonl", "--format", "json"]).file("answers.jsonl", lines.concat());
    let card = card(&with_pack(trial));
    let value = |name: &str| card["figures"][format!("answers.jsonl/verdicts/{name}")]["value"].clone();
    assert_eq!(value("hit-precision"), 1.0);
    assert_eq!(value("hit-recall"), 0.75);
    assert_eq!(value("contradicted-f1"), 1.0);
    assert_eq!(value("verdict-accuracy"), 0.8889);
    assert_eq!(value("style/partial/hit-recall"), 0.5);
    assert_eq!(value("order/strong-over-partial"), Value::Null, "their labels are alike");
    assert_eq!(value("order/over-keywords"), 1.0);
    assert_eq!(value("recall/hit-f1"), Value::Null);
    assert!(value("recall/pearson").is_number());
}

#[test]
fn classes_are_divided_where_the_training_lines_say() {
    let line = |answer: &str, correct: bool, split: &str| {
        json!({
            "ask": "What does an index cost?", "references": ["Writes get slower.", "Space on the disk."],
            "answer": answer, "correct": correct, "split": split,
        })
        .to_string()
            + "\n"
    };
    let lines = [
        line("The writes get slower.", true, "train"),
        line("Nothing.", false, "train"),
        line("Writes get slower then.", true, "test"),
        line("I do not know it.", false, "test"),
    ];
    let trial = scorecard(&["-", "--format", "json"]).stdin(lines.concat());
    let card = card(&trial);
    assert_eq!(card["figures"]["-/classes/macro-f1"], json!({"value": 1.0, "low": null, "high": null}));
    assert_eq!(card["sets"][0]["labels"][0]["labels"], "classes");
}

#[test]
fn a_bad_line_is_named_and_the_run_goes_on() {
    let lines = format!(
        "{}{{\n{}",
        kitchen("plain", "We serve cold dishes.", &["cold-dishs"], &[]),
        kitchen("plain", "We serve cold dishes.", &["cold-dishes"], &[])
    );
    let trial = scorecard(&["answers.jsonl", "--format", "json"]).file("answers.jsonl", lines);
    let seen = with_pack(trial).output();
    assert_eq!(seen.code, Some(1));
    assert_eq!(
        seen.stderr,
        "answers.jsonl:1: `kitchen/oven-fails` has no key point `cold-dishs`; did you mean `cold-dishes`?\n\
         answers.jsonl:2: not a labelled answer: EOF while parsing an object at line 1 column 1\n"
    );
    let card: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(card["sets"][0]["answers"], 1);
}

#[test]
fn a_figure_below_its_floor_is_named() {
    let floors =
        "[least]\n\"-/scores/pearson\" = 2\n\"-/scores/kapa\" = 0\n[most]\n\"fakes/echo/worst\" = 0\n";
    let trial = scorecard(&["-", "--check", "floors.toml"]).file("floors.toml", floors).stdin(SCORES);
    let seen = trial.output();
    let lines: Vec<&str> = seen.stderr.lines().collect();
    assert_eq!(seen.code, Some(1));
    assert_eq!(lines.len(), 2, "{}", seen.stderr);
    assert_eq!(lines[0], "there is no figure `-/scores/kapa`; did you mean `-/scores/kappa`?");
    assert!(lines[1].starts_with("`-/scores/pearson` is "), "{}", lines[1]);
    assert!(lines[1].ends_with(", below its floor of 2"), "{}", lines[1]);
}

#[test]
fn what_cannot_be_read_is_told() {
    scorecard(&["nothing.jsonl"])
        .stderr("error: cannot read `nothing.jsonl`: no such file or directory\n")
        .code(2)
        .run();
    scorecard(&["--check", "floors.toml"])
        .file("floors.toml", "[floors]\n")
        .stderr(
            "error: `floors.toml` cannot be read: unknown field `floors`, expected `least` or `most`\n\
             hint: it has two tables, `[least]` and `[most]`, of figures' names and numbers\n",
        )
        .code(2)
        .run();
}
