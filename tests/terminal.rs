//! Rounds on a real terminal: what is typed, what is shown, and how the terminal is left.

use std::fs;

use serde_json::Value;

use crate::support::terminal::{Leaving, Next, Terminal};
use crate::support::{FIVE, Home, Trial, assert_same};

const COLUMNS: u16 = 80;

/// What is said in a round, in turn; a part is handed in whole.
const SAID: &[&str] = &[
    "All reads fall through to the database, many times its usual load.\nCoalesce requests: one caller loads a \
     missing key while the others wait for its result.",
    "/hint",
    "Twenty times as much: at 95 percent hits the store sees 5 of 100 reads, and 100 of 100 afterwards.",
    "- Find the hot key by counting requests per key.\n- Split its row into several, and add them up when read.\n\
     - A queue per key keeps the order.",
    "//api/stock would be a path; a reservation takes a lease that expires.",
    "/skip",
    "During a partition one has to choose between consistency and availability.\nMoney is refused, likes are merged.",
    "Quorums: the side with the majority goes on, the other one stops taking writes.",
    "A saga: each step has one that undoes it. Signs, \"quotes\", naïve 漢字 and 🚀 stay as they are.",
    "Retries with an idempotency key; what cannot be undone comes last.",
    "I do not know.",
    "An outbox table is written in the same transaction.",
    "A consumer remembers the ids of messages it has seen.",
    "Nothing more.",
];

fn round(home: &Home) -> Trial {
    home.followup(FIVE)
}

fn ask(home: &Home) -> Trial {
    home.followup(["ask", "cache/cache-down", "--seed", "7", "--probes", "0"]).env("NO_COLOR", "1")
}

/// Returns the transcript of a home's only session.
fn transcript(home: &Home) -> Value {
    serde_json::from_str(&exported(home, "json")).unwrap()
}

fn exported(home: &Home, format: &str) -> String {
    home.followup(["export", "--format", format]).output().stdout
}

/// Returns the answers of a home's only session, in order; an answer that was passed over is `None`.
fn answers(home: &Home) -> Vec<Option<String>> {
    let text = |turn: &Value| turn["answer"].as_str().map(str::to_owned);
    let transcript = transcript(home);
    let questions = transcript["questions"].as_array().unwrap();
    questions.iter().flat_map(|question| question["turns"].as_array().unwrap()).map(text).collect()
}

fn typed_round() -> Home {
    let home = Home::new();
    let mut terminal = Terminal::ready(&round(&home), COLUMNS);
    for part in SAID {
        terminal.keys(part.replace('\n', "\r"));
        terminal.keys(if part.starts_with('/') && !part.starts_with("//") { "\r" } else { "\r\r" });
        if terminal.next() == Next::Left {
            break;
        }
    }
    drop(terminal);
    home
}

fn piped_round() -> Home {
    let home = Home::new();
    assert_eq!(round(&home).stdin(SAID.join("\n\n")).output().code, Some(0));
    home
}

#[test]
fn a_round_is_the_same_from_keys_and_from_lines() {
    let (typed, again, piped) = (typed_round(), typed_round(), piped_round());
    assert_eq!(transcript(&piped)["questions"].as_array().map(Vec::len), Some(5));
    for format in ["json", "md"] {
        assert_same(&exported(&piped, format), &exported(&typed, format));
        assert_same(&exported(&typed, format), &exported(&again, format));
    }
}

/// Types into one question's round; the keys hand in.
#[track_caller]
fn check(keys: &str, expected: &str) {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    terminal.keys(keys);
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some(expected.to_owned())], "{keys:?}");
}

#[test]
fn an_empty_line_or_ctrl_d_hands_in() {
    check("one\r\r", "one");
    check("one\rtwo\r\r", "one\ntwo");
    check("one\rtwo\u{4}", "one\ntwo");
    check("//one\r\r", "/one");
    check("one\r/api/two\r\r", "one\n/api/two");
}

#[test]
fn nothing_written_is_not_handed_in() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    assert!(terminal.enter("\r").contains("Nothing is written yet."));
    terminal.keys("/skip\r");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [None]);
}

#[test]
fn the_end_of_the_input_leaves_and_the_round_goes_on_later() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    terminal.keys("\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    terminal.shows("`followup resume");
    let mut terminal = Terminal::ready(&home.followup(["resume"]), COLUMNS);
    terminal.keys("one\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("one".to_owned())]);
}

#[test]
fn ctrl_c_once_asks_and_twice_leaves() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    assert!(terminal.enter("one\rtw\u{3}").contains("Ctrl-C once more leaves"));
    terminal.shows("> one\ntw");
    assert!(terminal.enter("o\u{3}").contains("Ctrl-C once more leaves"), "something was typed in between");
    terminal.keys("\u{3}");
    assert_eq!(terminal.leaving(), Leaving { code: 130, restored: true });

    let mut terminal = Terminal::ready(&home.followup(["resume"]), COLUMNS);
    terminal.shows("> one\ntwo");
    terminal.keys(" more\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("one\ntwo more".to_owned())]);
}

#[test]
fn commands() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&round(&home).env("NO_COLOR", "1"), COLUMNS);
    for (keys, written) in [
        ("/help\r", "/design: shows the scenario once more"),
        ("/why\r", "There is no verdict to explain yet."),
        ("/reference\r", "No question is done with yet"),
        ("/retry\r", "There is no finished question to try again."),
        ("/hint\r", "Hint: "),
        ("/time\r", "this round has no limit."),
        ("/design\r", "payment provider"),
        ("/hnit\r", "`/hnit` is not a command, did you mean `/hint`?"),
        ("/ref\t\r", "No question is done with yet"),
        ("/edit\r", "no editor is set; set `VISUAL` or `EDITOR`"),
        ("Serve stale copies.\r\r", "Follow-up 1 on question 1"),
        ("/hint\r", "A follow-up is a hint already"),
        ("/why\r", "said in full:"),
        ("/dispute shed missd\r", "`missd` is not a verdict"),
        ("/dispute shed hit\r", "Your label for shed: hit."),
        ("/skip\r", "Question 2 of 5"),
        ("/reference\r", "What if the cache goes down?"),
        ("/retry\r", "Question 1 once more"),
    ] {
        let seen = terminal.enter(keys);
        assert!(seen.contains(written), "{keys:?} writes {seen}");
    }
    terminal.keys("/quit\r");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });

    let mut terminal = Terminal::ready(&home.followup(["resume"]), COLUMNS);
    terminal.shows("Question 1 once more");
    terminal.keys("/end\r");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(transcript(&home)["end"], "stopped");
}

#[test]
fn a_command_keeps_what_is_written_above_it() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    assert!(terminal.enter("one\r/time\r").contains("this round has no limit."));
    terminal.keys("\rtwo\r\r");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("one\ntwo".to_owned())]);
}

#[test]
fn the_editor_of_the_environment_is_used() {
    let home = Home::new().file("editor", "#!/bin/sh\nprintf 'from the editor\\n' >> \"$1\"\n");
    let editor = format!("sh {}", home.path("editor").display());
    let mut terminal = Terminal::ready(&ask(&home).env("EDITOR", &editor), COLUMNS);
    terminal.enter("one\r/edit\r");
    terminal.shows("from the editor");
    terminal.keys("\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("onefrom the editor".to_owned())]);
}

#[test]
fn a_paste_does_not_hand_in() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    terminal.paste("one\r\n\r\n/skip\r\n\n\ntwo\n\n");
    terminal.keys("three\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("one\n\n/skip\n\n\ntwo\n\nthree".to_owned())]);
}

#[test]
fn a_long_paste_is_taken() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    let text: String = (0..2000).map(|line| format!("line {line} of a long answer\n")).collect();
    terminal.paste(&text);
    terminal.keys("end\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some(text + "end")]);
}

#[test]
fn bytes_that_are_not_text_get_one_notice_and_the_round_goes_on() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    let seen = terminal.enter(b"one\rtwo \xff");
    let notice = "Not all that came in is text";
    assert_eq!(seen.matches(notice).count(), 1, "{seen}");
    terminal.enter(b"\xfe\x80");
    terminal.keys("three");
    terminal.shows("two three");
    assert_eq!(String::from_utf8_lossy(terminal.raw()).matches(notice).count(), 1);
    terminal.keys("\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some("one\ntwo three".to_owned())]);
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for columns in [40, 80] {
        let home = Home::new();
        // High enough for the whole round, so that nothing leaves the screen before it is looked at.
        let mut terminal = Terminal::sized(&round(&home).env("NO_COLOR", "1"), 2000, columns);
        assert_eq!(terminal.next(), Next::Ready);
        for part in ["/help", "/design", "/hint", "/hnit", "/why", "/skip", "/reference", "/time"] {
            terminal.enter(format!("{part}\r"));
        }
        terminal.enter("A short answer.\r\r");
        terminal.enter("/why\r");
        terminal.enter(b"\xff");
        // Enter may belong to what was torn there, for a while.
        terminal.keys("/end\u{4}");
        assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
        assert_eq!(terminal.wrapped_lines(), Vec::<String>::new(), "at {columns} columns");
    }
}

#[test]
fn a_signal_restores_the_terminal_and_keeps_what_is_written() {
    for signal in ["TERM", "HUP"] {
        let home = Home::new();
        let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
        terminal.keys("one\rtw");
        terminal.shows("tw");
        terminal.signal(signal);
        assert_eq!(terminal.leaving(), Leaving { code: 130, restored: true }, "{signal}");
        assert!(String::from_utf8_lossy(terminal.raw()).contains("`followup resume"));

        let mut terminal = Terminal::ready(&home.followup(["resume"]), COLUMNS);
        terminal.shows("> one\ntw");
        terminal.keys("o\u{4}");
        assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
        assert_eq!(answers(&home), [Some("one\ntwo".to_owned())]);
    }
}

#[test]
fn a_window_that_changes_its_size_harms_nothing() {
    let home = Home::new();
    let mut terminal = Terminal::ready(&ask(&home), COLUMNS);
    let words: Vec<String> = (0..30).map(|number| format!("word{number}")).collect();
    for (word, columns) in words.iter().zip((20..100).step_by(7).cycle()) {
        terminal.resize(columns);
        terminal.keys(format!("{word} "));
    }
    terminal.keys("\u{4}");
    assert_eq!(terminal.leaving(), Leaving { code: 0, restored: true });
    assert_eq!(answers(&home), [Some(words.join(" ") + " ")]);
}

/// What a terminal obeys, each with the part of it that may be shown nowhere.
const PAYLOADS: &[&str] = &[
    "\u{1b}[2J",
    "\u{1b}[31;1;7H",
    "\u{1b}[?1049h",
    "\u{1b}[?25l",
    "\u{1b}[6n",
    "\u{1b}[c",
    "\u{1b}[8;1;1t",
    "\u{1b}[!p",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;https://evil.example\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJm\u{7}",
    "\u{1b}P$q\"p\u{1b}\\",
    "\u{1b}_Gf=100;AAAA\u{1b}\\",
    "\u{1b}^private\u{1b}\\",
    "\u{1b}c",
    "\u{1b}(0",
    "\u{1b}7",
    "\u{9b}2J",
    "\u{9d}0;title\u{9c}",
    "\u{90}q\u{9c}",
    "\u{7}",
    "\u{8}\u{8}",
    "\u{e}",
    "\u{202e}",
    "\u{2066}",
    "\u{1b}]0;never ends",
];

fn hostile(text: &str) -> String {
    PAYLOADS.iter().map(|payload| format!("{text} {payload} and ")).collect()
}

/// Returns the first thing in the output that a terminal obeys and that neither our colours nor the line editor need.
fn obeyed(raw: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(raw);
    let ours = |sequence: &str| {
        let Some(sequence) = sequence.strip_prefix('[') else { return false };
        let end = sequence.find(|c: char| ('@'..='~').contains(&c)).unwrap_or_default();
        match sequence.split_at(end) {
            (numbers, rest) if rest.starts_with('m') => {
                numbers.bytes().all(|b| b.is_ascii_digit() || b == b';')
            }
            // Moves of the cursor, by a number.
            (number, rest) if rest.starts_with(['A', 'B', 'C', 'D']) => {
                number.bytes().all(|b| b.is_ascii_digit())
            }
            // Erases the rest of the line, or of the screen; a bracketed paste; a change of the screen at one go.
            (numbers, rest) if rest.starts_with(['J', 'K']) => numbers.is_empty(),
            (numbers, rest) if rest.starts_with(['h', 'l']) => ["?2004", "?2026"].contains(&numbers),
            _ => false,
        }
    };
    let active = |c: char| {
        (c.is_control() && !"\r\n\t".contains(c))
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let mut found = text.char_indices().filter(|(_, c)| active(*c));
    let alien = found.find(|(at, c)| *c != '\u{1b}' || !ours(&text[at + 1..]));
    alien.map(|(at, _)| text[at..].chars().take(40).collect())
}

#[test]
fn the_check_of_the_output_sees_every_payload() {
    for payload in PAYLOADS {
        assert!(obeyed(format!("a {payload} b").as_bytes()).is_some(), "{payload:?}");
    }
    assert_eq!(
        obeyed("\u{1b}[1;36m> \u{1b}[0m\r\u{1b}[K\u{1b}[2A\u{1b}[?2004hnaïve\u{1b}[J\n".as_bytes()),
        None
    );
}

/// Uses the program in all ways that show a session, and checks everything that it writes.
fn check_shown(home: &Home, pack: &[&str], question: &str) {
    let trial = |args: &[&str]| home.followup(args.iter().chain(pack).copied());
    let check = |terminal: &Terminal| assert_eq!(obeyed(terminal.raw()), None);

    let mut terminal = Terminal::ready(&trial(&["ask", question, "--probes", "1"]), COLUMNS);
    for keys in ["/hint\r", "/design\r", "/help\r"] {
        terminal.enter(keys);
    }
    terminal.paste(hostile("one"));
    // The draft is shown once more, and the answer after it, as it is brought back by the Up key.
    terminal.enter("\u{3}");
    terminal.enter("\u{4}");
    terminal.enter("/why\r");
    terminal.keys("\u{1b}[A");
    terminal.shows("never ends");
    terminal.keys("\u{4}");
    terminal.leaving();
    check(&terminal);

    home_file(home, "answers", &format!("{}\n\n{}\n", hostile("two"), hostile("three")));
    for args in [
        &["ask", question, "--answers", "answers"][..],
        &["export", "--format", "md"],
        &["export", "--format", "json"],
        &["history"],
        &["list", "questions"],
        &["list", "topics"],
        &["list", "packs"],
        &["show", question, "--reference"],
        &["grade", "--question", question, "answers"],
        &["grade", "--question", &hostile("four"), "answers"],
        &["show", &hostile("five")],
        &["resume", &hostile("six")],
        &["pack", "check", "pack"],
    ] {
        let mut terminal = Terminal::start(&trial(args), COLUMNS);
        terminal.leaving();
        check(&terminal);
    }
}

fn home_file(home: &Home, name: &str, text: &str) {
    fs::write(home.path(name), text).unwrap();
}

#[test]
fn nothing_in_an_answer_is_obeyed() {
    check_shown(&Home::new(), &[], "cache/cache-down");
}

/// A pack of one question, with a mark in every text that is shown.
const PACK: &str = r#"format_version = 1
id = "hostile"
title = "A pack MARK"

[[topics]]
id = "cache"
title = "Cache"

[[topics]]
id = "hostile"
title = "Topic MARK"
"#;

const QUESTION: &str = r#"+++
question = "How large is it? MARK"
purposes = ["depth"]

[[points]]
id = "working-set"
text = "It holds the working set. MARK"
weight = 3
level = "mid"
facet = "mechanism"
evidence = ["working set|hot data + hold|fit"]
probe = "Which part of the data is in it? MARK"

[[points]]
id = "hit-rate"
text = "The hit rate tells. MARK"
weight = 2
level = "senior"
facet = "detection"
evidence = ["hit rate|hits + tell|show"]
probe = "How do you know? MARK"

[[points]]
id = "curve"
text = "The miss curve has a knee. MARK"
weight = 1
level = "staff"
facet = "numbers"
evidence = ["curve|knee + miss"]
probe = "What would twice the memory bring? MARK"

[[misconceptions]]
id = "bigger-is-better"
text = "More memory is always better. MARK"
correction = "Beyond the knee it brings little. MARK"
penalty = 1
evidence = ["one"]

[[sources]]
title = "Denning, The Working Set Model MARK"
url = "https://dl.acm.org/doi/10.1145/363095.363141"
+++

# Reference answer

It holds the working set, and the hit rate tells, and the miss curve has a knee. RAW
"#;

#[test]
fn nothing_in_a_pack_is_obeyed() {
    // A probe has to be short, so each mark gets a few payloads, in turn.
    let mut payloads = PAYLOADS.iter().cycle();
    let mut fill = |text: &str| {
        let mut parts = text.split("MARK");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            let few: String = payloads.by_ref().take(3).map(|payload| toml(&format!("{payload} "))).collect();
            text + &few + part
        })
    };
    let question = fill(QUESTION).replace("RAW", &hostile(""));
    let home = Home::new().file("pack/pack.toml", fill(PACK)).file("pack/questions/hostile/one.md", question);
    check_shown(&home, &["--pack", "pack"], "hostile/one");
}

/// Writes a text as it stands in a string of TOML.
fn toml(text: &str) -> String {
    let plain = |c: char| (' '..='~').contains(&c) && !['"', '\\'].contains(&c);
    text.chars().map(|c| if plain(c) { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }).collect()
}
