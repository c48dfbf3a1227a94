//! Rounds in which a model asks: what is shown, what is kept, and what happens when it fails.

use serde_json::{Value, json};

use crate::support::{Home, Trial};

const ANSWER: &str =
    "Serve stale copies, and coalesce requests: one caller loads a key while the others wait.";

/// Writes a script for the interviewer, a reply a line.
fn home(replies: &[Value]) -> Home {
    let lines: String = replies.iter().map(|reply| format!("{reply}\n")).collect();
    Home::new().file("model.jsonl", lines)
}

fn ask(home: &Home) -> Trial {
    home.followup(["ask", "cache/cache-down", "--seed", "7", "--probes", "0"])
        .args(["--interviewer", "scripted:model.jsonl"])
}

fn first_turn(home: &Home) -> Value {
    let exported = home.followup(["export", "--format", "json"]).output().stdout;
    let transcript: Value = serde_json::from_str(&exported).unwrap();
    transcript["questions"][0]["turns"][0].clone()
}

/// What is shown before the report, which has the pack's own wording.
fn round(stdout: &str) -> &str {
    stdout.split("\nRound 2026").next().unwrap()
}

fn question(text: &str) -> Value {
    json!({"when": "Present this question", "reply": text, "tokens": [1200, 30]})
}

#[test]
fn a_model_asks_and_closes_in_words_of_its_own() {
    let home = home(&[
        question("Imagine that all of your cache nodes are gone at once: what would you see?"),
        json!({"when": "The interview is over", "reply": "Thank you for your time.", "tokens": [800, 10]}),
    ]);
    let seen = ask(&home).stdin(ANSWER).output();
    assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    let asked =
        "\nImagine that all of your cache nodes are gone at once: what would you see?\n\n> Serve stale";
    assert!(seen.stdout.contains(asked), "{}", seen.stdout);
    assert!(!round(&seen.stdout).contains("What if the cache goes down?"), "{}", seen.stdout);
    assert!(seen.stdout.contains("\nThank you for your time.\n"), "{}", seen.stdout);
    assert!(seen.stderr.contains("\n2,000 tokens in, 40 out.\n"), "{}", seen.stderr);
    let turn = first_turn(&home);
    assert_eq!(turn["said"][0]["model"], "scripted");
    assert_eq!(
        (&turn["said"][0]["authored"], &turn["said"][0]["tokens_in"], &turn["said"][1]["occasion"]),
        (&json!(false), &json!(1200), &json!("closing"))
    );
    let shown = home.followup(["export", "--format", "md"]).output().stdout;
    assert!(shown.contains("In the interviewer's own words (scripted):\n\n> Imagine that all"), "{shown}");
}

#[test]
fn what_would_give_the_answer_away_is_replaced_and_counted() {
    let home = home(&[question("Would you coalesce requests, so that one caller loads while others wait?")]);
    let seen = ask(&home).stdin(ANSWER).output();
    assert!(seen.stdout.contains("\nWould you…\n"), "{}", seen.stdout);
    let before_answer = seen.stdout.split("> Serve").next().unwrap();
    assert!(!before_answer.contains("coalesce"), "{before_answer}");
    assert!(before_answer.contains("cache goes down?") || before_answer.contains('?'), "{before_answer}");
    let turn = first_turn(&home);
    assert_eq!((&turn["said"][0]["leaks"], &turn["said"][0]["authored"]), (&json!(1), &json!(true)));
    assert_eq!(turn["said"][0]["text"], "Would you");
}

#[test]
fn a_question_to_the_interviewer_is_answered_and_is_no_answer() {
    let home = home(&[
        question("What if the cache goes down?"),
        json!({"when": "The candidate asks this back", "reply": "Assume fifty thousand a second.\u{1b}[2J"}),
    ]);
    let seen = ask(&home).stdin(format!("How many reads a second?\n\n{ANSWER}\n")).output();
    assert!(
        seen.stdout.contains("> How many reads a second?\n\nAssume fifty thousand a second.\n"),
        "{}",
        seen.stdout
    );
    assert!(seen.stderr.contains("That was taken as a question"), "{}", seen.stderr);
    let turn = first_turn(&home);
    assert_eq!(turn["answer"], ANSWER);
    assert_eq!(turn["inquiries"][0]["text"], "How many reads a second?");
    assert_eq!(turn["inquiries"][0]["reply"]["text"], "Assume fifty thousand a second.\u{1b}[2J");

    // Twice the same, and offline, it is an answer.
    let again = "A cache? Or none?\n\nA cache? Or none?\n";
    assert_eq!(ask(&home).stdin(again).output().code, Some(0));
    assert_eq!(first_turn(&home)["answer"], "A cache? Or none?");
    let offline =
        home.followup(["ask", "cache/cache-down"]).stdin("/clarify how many?\n\nReally?\n").output();
    assert_eq!(offline.code, Some(0), "{}", offline.stderr);
    assert_eq!(first_turn(&home)["answer"], "Really?");
}

#[test]
fn a_model_that_fails_is_told_of_once_and_the_packs_words_ask() {
    let home = home(&[]);
    let trial = |trial: Trial| trial.stdin(format!("{ANSWER}\n\n/skip\n")).output();
    let arguments = ["ask", "cache/cache-down", "--seed", "7"];
    let failed = trial(home.followup(arguments).args(["--interviewer", "scripted:model.jsonl"]));
    let offline = trial(Home::new().followup(arguments));
    assert_eq!(
        failed.stdout.trim_end().replace("\n\n\n", "\n\n"),
        offline.stdout.trim_end().replace("\n\n\n", "\n\n")
    );
    assert_eq!(
        failed.stderr.matches("The interviewer: the script has no reply left.").count(),
        1,
        "{}",
        failed.stderr
    );
    assert_eq!(first_turn(&home)["said"], Value::Null);
}

#[test]
fn a_budget_that_is_used_up_is_told_and_the_round_goes_on() {
    let home =
        home(&[question("And what if all of the cache is gone?"), json!({"reply": "x?", "again": true})]);
    let seen = ask(&home).args(["--budget", "1000"]).stdin("How much?\n\nNothing.\n").output();
    let told = "The interviewer: the budget of 1000 tokens is used up.";
    assert_eq!((seen.code, seen.stderr.matches(told).count()), (Some(0), 1), "{}", seen.stderr);
    assert!(seen.stderr.contains("Nobody answers that here"), "{}", seen.stderr);
}

#[test]
fn a_budget_is_for_the_whole_session_however_often_it_is_resumed() {
    let home = home(&[question("And what if all of the cache is gone?")]);
    let paused = ask(&home).args(["--budget", "1000"]).stdin("/hint\n").output();
    assert!(paused.stdout.contains("all of the cache is gone?"), "{paused}");
    let home = home.file("model.jsonl", format!("{}\n", json!({"reply": "Thank you.", "again": true})));
    let resume = |budget: &str| {
        let flags = ["resume", "--interviewer", "scripted:model.jsonl", "--budget", budget];
        home.followup(flags).stdin("How many reads?\n").output()
    };
    let seen = resume("1000");
    assert!(seen.stderr.contains("the budget of 1000 tokens is used up."), "{seen}");
    assert!(!seen.stdout.contains("Thank you."), "{seen}");
    assert!(resume("1231").stdout.contains("Thank you."));
}

#[test]
fn a_round_can_be_about_a_design_of_ones_own() {
    let home = Home::new()
        .file("mine.md", "# Parcel lockers\n\nDoors answer to *one* service.\u{1b}]0;x\u{7}\n")
        .file("long.md", "x".repeat(64 * 1024 + 1))
        .file("empty.md", " \n");
    let seen = home.followup(["interview", "--design", "mine.md", "--count", "2", "--seed", "3"]);
    let seen = seen.stdin("/design\n/skip\n/skip\n").output();
    assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    assert!(seen.stdout.contains("Parcel lockers\n\nDoors answer to one service.\n"), "{}", seen.stdout);
    assert!(
        seen.stderr.contains("This round is about your own design; /design shows it."),
        "{}",
        seen.stderr
    );
    let exported = home.followup(["export", "--format", "md"]).output().stdout;
    assert!(exported.contains("## Your design\n\n```"), "{exported}");
    for (name, error) in [
        (
            "long.md",
            "error: the design `long.md` is longer than 64 KiB\nhint: leave out what the interview is not about\n",
        ),
        ("empty.md", "error: the design `empty.md` is empty\n"),
    ] {
        home.followup(["interview", "--design", name]).stderr(error).code(2).run();
    }
    home.followup(["ask", "cache/cache-down", "--persona", "rude", "--interviewer", "scripted"])
        .stderr("error: `rude` is not a persona; one of `friendly`, `neutral`, `tough`\n")
        .code(2)
        .run();
}

#[cfg(unix)]
mod on_a_terminal {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::support::terminal::{Leaving, Terminal};

    #[test]
    fn ctrl_c_stops_the_sentence_and_not_the_round() {
        let stalled =
            json!({"when": "Present this question", "reply": "Well, suppose that it", "stall": true});
        let home = home(&[stalled, json!({"reply": "Goodbye then."})]);
        let mut terminal = Terminal::start(&ask(&home), 60);
        terminal.shows("Well, suppose");
        let before = Instant::now();
        terminal.keys("\u{3}");
        terminal.shows("(cut off)");
        let took = before.elapsed();
        assert!(took < Duration::from_millis(200), "{took:?}");
        terminal.next();
        terminal.keys("All reads go to the database.\r\r");
        terminal.shows("Goodbye then.");
        assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
        let turn = first_turn(&home);
        assert_eq!(
            (&turn["said"][0]["cut"], &turn["said"][0]["text"]),
            (&json!(true), &json!("Well, suppose that"))
        );
        assert_eq!(turn["answer"], "All reads go to the database.");
    }

    #[test]
    fn nothing_that_a_model_says_reaches_the_terminal_as_a_command() {
        let reply =
            "Now \u{1b}]0;a title\u{7}what \u{1b}[2Jif\u{9b}31m it \u{1b}P fails? \u{1b}\\ And then?\u{202e}";
        let home = home(&[question(reply), json!({"reply": "Bye.\u{1b}[?1049h"})]);
        let mut terminal = Terminal::ready(&ask(&home).env("NO_COLOR", "1"), 60);
        let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
        let said = raw.split("Question 1").nth(1).unwrap().split("\u{1b}[?2004h").next().unwrap();
        assert!(said.contains("Now what if it"), "{said:?}");
        for active in ["\u{1b}]", "\u{1b}[2J", "\u{9b}", "\u{1b}P", "\u{202e}"] {
            assert!(!said.contains(active), "{active:?} in {said:?}");
        }
        terminal.keys("/skip\r");
        assert_eq!(terminal.leaving().code, 0);
        assert!(!String::from_utf8_lossy(terminal.raw()).contains("\u{1b}[?1049h"));
    }

    #[test]
    fn a_round_goes_on_with_what_was_said() {
        let home = home(&[question("Tell me: what if the whole cache is gone?")]);
        let mut terminal = Terminal::ready(&ask(&home), 80);
        terminal.keys("/pause\r");
        assert_eq!(terminal.leaving().code, 0);
        let seen = home.followup(["resume"]).stdin(ANSWER).output();
        assert!(seen.stdout.contains("\nTell me: what if the whole cache is gone?\n"), "{}", seen.stdout);
        assert!(!round(&seen.stdout).contains("What if the cache goes down?"), "{}", seen.stdout);
    }
}
