//! Whole rounds, with answers from a pipe or a file, and what is kept of them.

use std::fs;
use std::process::Stdio;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::support::{Home, Trial, assert_same, data};

/// The name that every first round of a home gets, from the fixed clock.
const SESSION: &str = "20260102-030405";

/// Answers to both questions of the pack, and to the one follow-up that comes.
const ANSWERS: &str = "We serve cold plates,\nand the thermometer would ring.\n\n\
                       A second oven.\n\n\
                       With a small menu we are quick.\n";

const HEAD: &str = "Session 20260102-030405, seed 7, graded as senior.\n";
const KEPT: &str =
    "\nThe transcript is kept: `followup show 20260102-030405`,\n`followup export 20260102-030405`.\n";

/// Returns a round over the two questions of the tests' own pack.
fn round(home: &Home) -> Trial {
    home.followup(["interview", "--scenario", "bistro", "--seed", "7"])
        .args(["--question", "kitchen/oven-fails", "--question", "kitchen/rush-hour"])
        .args(["--pack".into(), data("pack").into_os_string()])
}

/// Plays a whole round into the home's history.
fn played() -> Home {
    let home = Home::new();
    let seen = round(&home).stdin(ANSWERS).output();
    assert_eq!(seen.code, Some(0), "{seen}");
    home
}

/// Returns what stands between two texts.
#[track_caller]
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from:?} in:\n{text}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to:?} in:\n{rest}")).0
}

#[test]
fn a_round() {
    round(&Home::new()).stdin(ANSWERS).stderr(format!("{HEAD}{KEPT}")).golden("round.txt");
}

#[test]
fn a_file_of_answers_plays_the_same_round() {
    let piped = round(&Home::new()).stdin(ANSWERS).output();
    let from_file = round(&Home::new()).args(["--answers", "a.txt"]).file("a.txt", ANSWERS).output();
    let dashed = round(&Home::new()).args(["--answers", "-"]).stdin(ANSWERS).output();
    let foreign = round(&Home::new()).stdin(format!("\u{feff}{}", ANSWERS.replace('\n', "\r\n"))).output();
    for other in [from_file, dashed, foreign] {
        assert_same(&piped.to_string(), &other.to_string());
    }
}

#[test]
fn a_drawn_round_is_drawn_again_by_its_seed() {
    let drawn = |home: &Home| {
        home.followup(["interview", "--seed", "3", "--count", "4"]).stdin("/skip\n".repeat(4)).output()
    };
    let home = Home::new();
    let (first, again, elsewhere) = (drawn(&home), drawn(&home), drawn(&Home::new()));
    assert_same(&first.to_string(), &elsewhere.to_string());
    let questions = |text: &str| between(text, "Question 1 of 4", "Round 2026").to_owned();
    assert_same(&questions(&first.stdout), &questions(&again.stdout));
    assert!(
        again.stdout.contains("Round 20260102-030405-2: "),
        "a second round has a name of its own: {again}"
    );
    assert_eq!(first.stdout.matches("Skipped: it counts as 0 of 10.").count(), 4, "{first}");
}

#[test]
fn exports_are_the_same_bytes_wherever_the_round_was_played() {
    let (one, other) = (played(), played());
    for (format, golden) in [("md", "export.md"), ("json", "export.json")] {
        one.followup(["export", "--format", format]).golden(golden);
        let export = |home: &Home| home.followup(["export", SESSION, "--format", format]).raw_output().stdout;
        assert_eq!(export(&one), export(&other), "{format}");
    }
}

#[test]
fn an_export_is_written_to_a_file() {
    let home = played();
    let written = home.followup(["export", "--format", "json", "--output", "session.json"]);
    written.stderr("Written to session.json\n").run();
    let bytes = fs::read(home.path("session.json")).unwrap();
    assert_eq!(bytes, home.followup(["export", "--format", "json"]).raw_output().stdout);
    home.followup(["export", "--output", "no/session.md"])
        .stderr("error: cannot write `no/session.md`: no such file or directory\n")
        .code(2)
        .run();
}

#[test]
fn the_json_export_says_what_happened() {
    let export = played().followup(["export", "--format", "json"]).output().stdout;
    let document: Value = serde_json::from_str(&export).unwrap();
    let questions = document["questions"].as_array().unwrap();
    let turns: Vec<(&str, &str)> = questions
        .iter()
        .flat_map(|question| question["turns"].as_array().unwrap())
        .map(|turn| (turn["kind"].as_str().unwrap(), turn["answer"].as_str().unwrap()))
        .collect();
    assert_eq!(
        turns,
        [
            ("question", "We serve cold plates,\nand the thermometer would ring."),
            ("question", "A second oven."),
            ("probe", "With a small menu we are quick."),
        ]
    );
}

#[test]
fn past_rounds_are_listed_and_shown() {
    let home = played();
    home.followup(["history"])
        .stdout(
            "session          level   score  questions  state      about\n\
             20260102-030405  senior    6.3        2/2  completed  Bistro\n",
        )
        .run();
    let seen = home.followup(["history", "--format", "json"]).output();
    let listed: Value = serde_json::from_str(&seen.stdout).unwrap();
    assert_eq!(
        listed,
        serde_json::json!([{
            "session": SESSION, "started": "2026-01-02T03:04:05Z", "level": "senior", "score": 6.3,
            "answered": 2, "questions": 2, "state": "completed", "about": "Bistro",
        }])
    );
    let shown = home.followup(["show", SESSION]).output();
    assert_eq!((shown.code, shown.stderr.as_str()), (Some(0), ""));
    // Wrapped lines are put together again.
    let text = shown.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in
        ["Interview: Bistro", "> We serve cold plates,", "What if the only oven fails during dinner?"]
    {
        assert!(text.contains(words), "{words}: {shown}");
    }
    let as_json = home.followup(["show", SESSION, "--format", "json"]).output();
    assert_eq!(as_json, home.followup(["export", SESSION, "--format", "json"]).output());
    let doctor = home.followup(["doctor"]).output();
    assert!(doctor.stdout.contains("\nsessions     1\n") && doctor.code == Some(0), "{doctor}");
}

#[test]
fn a_mistyped_session_is_told_with_what_may_be_meant() {
    let home = played();
    for command in ["export", "resume"] {
        home.followup([command, "20260102-030406"])
            .stderr("error: there is no session `20260102-030406`\nhint: did you mean `20260102-030405`?\n")
            .code(2)
            .run();
        home.followup([command, "yesterday"])
            .stderr("error: there is no session `yesterday`\nhint: `followup history` lists them\n")
            .code(2)
            .run();
    }
}

#[test]
fn a_round_goes_on_where_its_input_ended() {
    let whole = round(&Home::new()).stdin(ANSWERS).output();
    let parts: Vec<&str> = ANSWERS.split_inclusive("\n\n").collect();
    let home = Home::new();
    let first = round(&home).stdin(parts[0]).output();
    assert!(first.stderr.ends_with("Stopped at question 2 of 2. Everything is kept;\n`followup resume 20260102-030405` goes on from here.\n"), "{first}");
    assert_eq!(first.code, Some(0));
    let listed = home.followup(["history"]).output();
    assert!(listed.stdout.ends_with("1/2  open   Bistro\n"), "{listed}");

    let pack = || ["--pack".into(), data("pack").into_os_string()];
    let second = home.followup(["resume"]).args(pack()).stdin(parts[1]).output();
    let third = home.followup(["resume", SESSION]).args(pack()).stdin(parts[2]).output();
    let report = |text: &str| text.split_once("\nRound ").map(|(_, report)| report.to_owned());
    assert_eq!(report(&second.stdout), None);
    assert_eq!(report(&third.stdout), report(&whole.stdout));

    home.followup(["resume"])
        .stderr("error: there is no unfinished session\nhint: `followup interview` starts one\n")
        .code(2)
        .run();
    home.followup(["resume", SESSION])
        .stderr("error: session `20260102-030405` is over\nhint: `followup show 20260102-030405` shows it\n")
        .code(2)
        .run();
}

#[test]
fn a_round_that_was_resumed_is_the_same_record() {
    let parts: Vec<&str> = ANSWERS.split_inclusive("\n\n").collect();
    let home = Home::new();
    let _first = round(&home).stdin(parts[0]).output();
    let _rest = home.followup(["resume"]).stdin(parts[1..].concat()).output();
    let export = |home: &Home| home.followup(["export"]).output().stdout;
    assert_same(&export(&played()), &export(&home));
}

#[test]
fn no_save_leaves_nothing() {
    let home = Home::new();
    let seen = round(&home).args(["--no-save"]).stdin(ANSWERS).output();
    assert_eq!(seen.stderr, HEAD.replace(SESSION, "20260102-030405 (not saved)"));
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 0, "the home is empty");
    assert_same(&round(&Home::new()).stdin(ANSWERS).output().stdout, &seen.stdout);

    let stopped = round(&home).args(["--no-save"]).stdin("/pause\n").output();
    assert!(
        stopped.stderr.ends_with("\nStopped at question 1 of 2. This round was not saved.\n"),
        "{stopped}"
    );
    assert_eq!(fs::read_dir(home.path("")).unwrap().count(), 0, "the home is empty");
}

#[test]
fn feedback_at_the_end_holds_every_verdict_back() {
    let seen = round(&Home::new()).args(["--feedback", "end", "--probes", "0"]).stdin(ANSWERS).output();
    let asked = between(&seen.stdout, "Question 1 of 2", "\n1. What if the only oven fails during dinner?\n");
    assert_eq!(asked.matches("Noted.").count(), 2, "{seen}");
    assert!(!asked.contains("hit") && !asked.contains("Score"), "{asked}");
    let told = between(&seen.stdout, "\n1. What if the only oven fails during dinner?\n", "\nRound ");
    assert!(
        told.contains("Score 10.0 of 10") && told.contains("\n2. How do you handle a rush hour?\n"),
        "{told}"
    );
}

#[test]
fn a_round_with_a_limit_says_how_much_is_left() {
    let seen = round(&Home::new()).args(["--minutes", "10"]).stdin("/time\n").output();
    assert!(seen.stdout.contains("Question 1 of 2 - Kitchen - edge cases  [10:00 left]\n"), "{seen}");
    assert!(seen.stdout.ends_with("0:00 used, 10:00 left.\n"), "{seen}");
}

/// Plays a round of lines and compares what follows the first question.
#[track_caller]
fn check_lines(lines: &str, expected: &str) {
    let seen = round(&Home::new()).args(["--no-save", "--probes", "0"]).stdin(lines).output();
    let asked = seen.stdout.split_once("What if the only oven fails during dinner?\n\n").unwrap().1;
    assert_same(expected, asked);
}

#[test]
fn a_command_does_what_help_says() {
    check_lines("/reference\n/why\n/retry\n/nope\n", "");
    check_lines(
        "/hint\n/hint\n/hint\n",
        "Hint: What can guests still eat when nothing can be heated?\nHint: Who notices first that the oven is getting cold?\n",
    );
    check_lines(
        "//slash\n\n/pause\n",
        "> /slash\n\n\
        Score 0.0 of 10 ░░░░░░░░░░ (senior)\n\
        ○ missed - cold-dishes (mitigation, mid)\n  \
          Serve cold dishes while the oven is away.\n\
        ○ missed - thermometer (detection, senior)\n  \
          A thermometer with an alarm notices before the guests do.\n\n\
        Beyond your level (not counted)\n\
        ○ missed - second-oven (prevention, staff)\n  \
          A second oven on another fuse takes over.\n\n\
        Question 2 of 2 - Kitchen - adaptability, trade-offs\n\n\
        How do you handle a rush hour?\n\n",
    );
}

#[test]
fn every_command_of_a_round() {
    let lines = "/help\n/design\n/hint\n/skip\n/reference\n/retry\n\
                 We serve cold plates.\n\n/why\n/dispute cold-dishes partial\n/end\n";
    round(&Home::new()).stdin(lines).stderr(format!("{HEAD}{KEPT}")).golden("commands.txt");
}

#[test]
fn a_line_that_is_no_command_is_told_and_is_no_answer() {
    for (line, told) in [
        (
            "/skpi",
            "`/skpi` is not a command, did you mean `/skip`?; `/help` lists them, and `//`\nbegins an answer with a slash\n",
        ),
        ("/hint please", "`/hint` stands alone on its line; `//` begins an answer with a slash\n"),
        ("/dispute", "write it as `/dispute POINT VERDICT`\n"),
        ("/dispute cold-dishes hit", "No verdict on that key point has been given; /why shows the ids.\n"),
        ("/why", "There is no verdict to explain yet.\n"),
        ("/retry", "There is no finished question to try again.\n"),
        ("/reference", "No question is done with yet; its reference answer is shown when one is.\n"),
    ] {
        let seen = round(&Home::new()).args(["--no-save"]).stdin(format!("{line}\n")).output();
        let notices = between(&seen.stderr, "graded as senior.\n", "\nStopped at question 1 of 2.");
        assert_same(told, notices);
    }
}

#[test]
fn an_end_in_the_middle_has_its_report() {
    let seen = round(&Home::new()).stdin("We serve cold plates.\n\n/end\n").output();
    assert!(seen.stdout.contains("\nThe round is ended.\n\nRound 20260102-030405: Bistro\n"), "{seen}");
    assert_eq!((seen.code, seen.stderr), (Some(0), format!("{HEAD}{KEPT}")));
}

#[test]
fn ask_is_a_round_of_one_question() {
    let home = Home::new();
    let seen = home.followup(["ask", "cache/sizing", "--probes", "0"]).stdin("It is big.\n").output();
    assert!(seen.stdout.starts_with("\nQuestion 1 of 1 - Cache - depth, trade-offs\n"), "{seen}");
    assert!(seen.stdout.contains("\nRound 20260102-030405\n"), "{seen}");
    assert_eq!(seen.code, Some(0));
}

#[test]
fn a_dispute_stands_beside_the_verdict() {
    let home = played();
    let dispute = |args: &[&str]| home.followup(["dispute", SESSION]).args(args.iter().copied());
    dispute(&["1", "second-oven", "partial"])
        .stderr("Your label for second-oven: partial. The grader's verdict stays beside it.\n")
        .run();
    let export = home.followup(["export", "--format", "json"]).output().stdout;
    let document: Value = serde_json::from_str(&export).unwrap();
    let turn = &document["questions"][0]["turns"][0];
    assert_eq!(turn["turn"], 1);
    let verdicts = turn["grade"]["verdicts"].as_array().unwrap();
    let labels: Vec<(&str, &str, &Value)> = verdicts
        .iter()
        .map(|v| (v["point"].as_str().unwrap(), v["verdict"].as_str().unwrap(), &v["disputed"]))
        .collect();
    assert_eq!(
        labels,
        [
            ("cold-dishes", "hit", &Value::Null),
            ("thermometer", "hit", &Value::Null),
            ("second-oven", "missed", &"partial".into()),
        ]
    );
    for (args, message) in [
        (&["0", "second-oven", "hit"][..], "turns are counted from 1"),
        (
            &["1", "secnd-oven", "hit"],
            "turn 1 of `20260102-030405` has no verdict on `secnd-oven`\nhint: did you mean `second-oven`?",
        ),
        (
            &["9", "second-oven", "hit"],
            "turn 9 of `20260102-030405` has no verdict on `second-oven`\n\
             hint: `followup show 20260102-030405` numbers the turns",
        ),
        (
            &["1", "second-oven", "hti"],
            "`hti` is not a verdict; one of `hit`, `partial`, `missed`, `contradicted`, `ungraded`\n\
             hint: did you mean `hit`?",
        ),
    ] {
        dispute(args).stderr(format!("error: {message}\n")).code(2).run();
    }
}

/// Everything that a round can say, on one screen.
fn all_said(trial: Trial) -> String {
    let lines = "/help\n/design\n/hint\nWe serve cold plates, a new oven never fails, and something must be said that is long.\n\n\
                 /why\n/reference\n/time\nA second oven.\n\nWith a small menu we are quick.\n";
    let seen = trial.stdin(lines).output();
    assert_eq!(seen.code, Some(0), "{seen}");
    seen.stdout + &seen.stderr
}

#[test]
fn a_narrow_screen_holds_every_line() {
    for columns in [20, 40, 60] {
        let text = all_said(round(&Home::new()).env("COLUMNS", columns.to_string()));
        let wide: Vec<&str> = text.lines().filter(|line| line.width() > columns).collect();
        assert!(wide.is_empty(), "{columns} columns:\n{}", wide.join("\n"));
    }
    let home = played();
    for args in [
        &["show", SESSION][..],
        &["history"],
        &["list"],
        &["show", "cache/cache-down", "--reference"],
        &["list", "scenarios"],
        &["show", "url-shortener"],
    ] {
        let text = home.followup(args.iter().copied()).env("COLUMNS", "40").output().stdout;
        let wide: Vec<&str> = text.lines().filter(|line| line.width() > 40).collect();
        assert!(wide.is_empty(), "{args:?}:\n{}", wide.join("\n"));
    }
}

#[test]
fn a_dumb_terminal_gets_ascii_and_no_colours() {
    for (name, value) in [("TERM", "dumb"), ("LC_ALL", "C")] {
        let text = all_said(round(&Home::new()).env(name, value));
        let odd: Vec<&str> =
            text.lines().filter(|line| line.chars().any(|c| !c.is_ascii() || c.is_ascii_control())).collect();
        assert!(odd.is_empty(), "{name}={value}:\n{}", odd.join("\n"));
    }
}

#[test]
fn colours_are_an_addition_and_nothing_else() {
    let plain = all_said(round(&Home::new()));
    assert!(!plain.contains('\u{1b}'));
    for (args, env, coloured) in [
        (&["--color", "always"][..], ("NO_COLOR", "1"), true),
        (&[], ("CLICOLOR_FORCE", "1"), true),
        (&["--color", "never"], ("CLICOLOR_FORCE", "1"), false),
        (&[], ("NO_COLOR", "1"), false),
    ] {
        let text = all_said(round(&Home::new()).args(args.iter().copied()).env(env.0, env.1));
        assert_eq!(text.contains('\u{1b}'), coloured, "{args:?} {env:?}");
        // Code stands in backticks where there are no colours.
        assert_same(&plain.replace('`', ""), &without_colours(&text).replace('`', ""));
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (sequence, rest) = part.split_once('m').expect("only colours are written");
        assert!(sequence.starts_with('[') && sequence[1..].bytes().all(|b| b.is_ascii_digit() || b == b';'));
        text + rest
    })
}

/// Runs every command that reads or writes history in a home where that cannot be, with the error that each gives.
#[track_caller]
fn check_unusable(dir: &str, prepare: impl Fn(&Home), reading: &str, writing: &str) {
    let home = Home::new();
    prepare(&home);
    let interview = ["interview", "--seed", "1"];
    for (args, message) in [
        (&["history"][..], reading),
        (&["doctor"], reading),
        (&["export"], reading),
        (&["show", SESSION], reading),
        (&["resume"], writing),
        (&["dispute", SESSION, "1", "cold-dishes", "hit"], writing),
        (&interview, writing),
    ] {
        let trial = home.followup(args.iter().copied()).args(["--data-dir", dir]);
        trial.stdin(ANSWERS).stderr(format!("error: {message}\n")).code(2).run();
    }
    let unsaved = home.followup(interview).args(["--no-save", "--data-dir", dir]).stdin("/end\n").output();
    assert_eq!(unsaved.code, Some(0), "practice needs no disk: {unsaved}");
}

#[test]
fn a_data_folder_that_is_a_file() {
    let told = "`taken` is not a folder; name one to keep practice history in";
    check_unusable("taken", |home| fs::write(home.path("taken"), "").unwrap(), told, told);
}

#[test]
fn a_store_that_is_not_a_file() {
    let told = "`[HOME]/data/history.db` is not a plain file; move it away, or link the folder that it is in instead";
    check_unusable("data", |home| fs::create_dir_all(home.path("data/history.db")).unwrap(), told, told);
}

#[test]
fn a_store_of_a_newer_version_is_left_alone() {
    let told = "`[HOME]/data/history.db` has version 999, but this program knows only 3; install a newer one";
    let newer = |home: &Home| {
        let _played = round(home).args(["--data-dir", "data"]).stdin(ANSWERS).output();
        let store = rusqlite::Connection::open(home.path("data/history.db")).unwrap();
        store.pragma_update(None, "user_version", 999).unwrap();
    };
    check_unusable("data", newer, told, told);
}

#[test]
fn a_store_that_is_no_database() {
    let home = Home::new().file("data/history.db", "Dear diary, ".repeat(1000));
    for command in ["history", "doctor", "export", "resume"] {
        let seen = home.followup([command, "--data-dir", "data"]).output();
        assert!(seen.stderr.starts_with("error: `[HOME]/data/history.db` is damaged: "), "{command}: {seen}");
        assert_eq!((seen.stderr.lines().count(), seen.code), (1, Some(2)), "{command}: {seen}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_data_folder_that_cannot_be_made() {
    let home = Home::new();
    for command in [&["interview", "--seed", "1"][..], &["resume"]] {
        // Not even the superuser makes a folder there.
        let seen = home.followup(command.iter().copied()).args(["--data-dir", "/proc/followup"]).output();
        assert_eq!(
            (seen.stdout.as_str(), seen.stderr.as_str(), seen.code),
            (
                "",
                "error: cannot write to `/proc/followup`: No such file or directory; \
                 use `--no-save` to practise without a record\n",
                Some(2)
            )
        );
    }
}

#[test]
#[cfg(unix)]
fn a_data_folder_that_may_only_be_read() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let home = played();
    let before = home.followup(["export"]).raw_output().stdout;
    let is_superuser = fs::metadata(home.path("")).unwrap().uid() == 0;
    if is_superuser {
        // Permissions are nothing to the superuser, so that somebody else has to try.
        for path in [home.path(""), home.path("share"), home.data_dir(), home.data_dir().join("history.db")] {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let allow = |mode| fs::set_permissions(home.data_dir(), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o500);
    let run = |args: &[&str]| {
        let mut command = home.followup(args.iter().copied()).command();
        if is_superuser {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.stdin(Stdio::null()).output().unwrap()
    };
    let (export, interview) = (run(&["export"]), run(&["interview"]));
    allow(0o700);
    assert_eq!(export.stdout, before, "what can be read is read");
    let stderr = String::from_utf8(interview.stderr).unwrap();
    assert_eq!((interview.stdout.len(), interview.status.code()), (0, Some(2)), "{stderr}");
    assert!(stderr.starts_with("error: cannot write to `"), "{stderr}");
    assert!(stderr.ends_with("; use `--no-save` to practise without a record\n"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}
