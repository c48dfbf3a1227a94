//! Rounds that are ended from outside, and disks, streams and folders that fail: what was handed in is kept.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::stream::Stream;
use crate::support::terminal::Terminal;
use crate::support::{FIVE, Home, Trial};

/// How often each state is killed in.
const KILLS: usize = 20;

/// Enough for the rest of any round here.
const REST: &str =
    "The rest.\n\nNothing more.\n\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n/skip\n";

fn round(home: &Home) -> Trial {
    home.followup(FIVE)
}

fn ask(home: &Home) -> Trial {
    home.followup(["ask", "cache/cache-down", "--probes", "0"])
}

/// A run of the program whose answers are written bit by bit.
struct Piped {
    child: Child,
    stdin: ChildStdin,
    output: Stream,
}

impl Piped {
    fn start(trial: &Trial) -> Self {
        let mut command = trial.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        let output = Stream::of(child.stdout.take().unwrap());
        Self { child, stdin, output }
    }

    fn say(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).unwrap();
    }

    /// Kills the program; returns all that it wrote.
    fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        String::from_utf8(self.output.finish()).unwrap()
    }
}

/// Passes a random time; the moment of a kill is what these tests are about.
fn pass(up_to: Duration) {
    let random = RandomState::new().hash_one(0);
    thread::sleep(up_to.mul_f64(random as f64 / u64::MAX as f64));
}

/// What is on disk of the newest session.
#[derive(Debug, PartialEq)]
struct Stored {
    plan: String,
    events: Vec<Value>,
    draft: Option<String>,
}

impl Stored {
    /// Reads a copy, so that it is left to the program to take up what a kill has left. `None` before there is a
    /// session.
    fn of(home: &Home) -> Option<Self> {
        let copy = tempfile::tempdir().unwrap();
        for name in ["history.db", "history.db-wal", "history.db-journal"] {
            // Not every one is there.
            let _missing = fs::copy(home.data_dir().join(name), copy.path().join(name));
        }
        let conn = Connection::open(copy.path().join("history.db")).unwrap();
        let checked: String = conn.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(checked, "ok");
        let newest = "SELECT id, plan FROM session ORDER BY number DESC LIMIT 1";
        let (id, plan): (String, String) =
            conn.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?))).ok()?;
        let mut events = conn.prepare("SELECT payload FROM event WHERE session = ? ORDER BY seq").unwrap();
        let events = events.query_map([&id], |row| row.get::<_, String>(0)).unwrap();
        let events = events.map(|event| serde_json::from_str(&event.unwrap()).unwrap()).collect();
        let draft = conn.query_row("SELECT text FROM draft WHERE session = ?", [&id], |row| row.get(0)).ok();
        Some(Self { plan, events, draft })
    }

    fn named(&self, name: &str) -> Vec<&Value> {
        self.events.iter().filter(|event| event["event"] == name).collect()
    }

    fn answers(&self) -> Vec<&str> {
        self.named("answered").iter().map(|event| event["text"].as_str().unwrap()).collect()
    }

    /// Whether the last question is answered and graded.
    fn is_over(&self) -> bool {
        let plan: Value = serde_json::from_str(&self.plan).unwrap();
        plan["questions"].as_array().unwrap().len() == 1 && !self.named("graded").is_empty()
    }
}

/// Checks what is on disk against what the program has said, and that the round goes on to its end.
fn check_goes_on(home: &Home, said: &[&str], written: &str) {
    let Some(before) = Stored::of(home) else {
        assert!(!written.contains("Question 1"), "a question was asked before there was a session");
        return;
    };
    let shown = written.matches("\nScore ").count();
    let (answers, graded) = (before.answers(), before.named("graded").len());
    assert!(answers.len() >= shown && graded >= shown, "{shown} were shown, {answers:?} are there");
    assert!(answers.iter().zip(said).all(|(kept, said)| kept == said), "{answers:?} are not {said:?}");
    assert!(before.named("hinted").len() >= written.matches("Hint: ").count());

    let seen = home.followup(["resume"]).stdin(REST).output();
    if before.is_over() {
        // The kill came after the last event: there is nothing to go on with.
        assert_eq!(
            seen.stderr,
            "error: there is no unfinished session\nhint: `followup interview` starts one\n"
        );
    } else {
        assert_eq!(seen.code, Some(0), "{}", seen.stderr);
    }
    let after = Stored::of(home).unwrap();
    assert_eq!((&after.plan, &after.events[..before.events.len()]), (&before.plan, &before.events[..]));
    let listed = home.followup(["history", "--format", "json"]).output().stdout;
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[0]["state"], "completed", "{listed}");
}

/// Brings a round to a state again and again, and kills it at a random moment after that.
///
/// Each step is what is said, and what is waited for then.
fn check_kills(trial: impl Fn(&Home) -> Trial, steps: &[(&str, &str)], last: &str, up_to: Duration) {
    let home = Home::new();
    let said = steps.iter().map(|(said, _)| *said).chain([last]);
    let answers: Vec<&str> =
        said.filter(|said| !said.is_empty() && !said.starts_with('/')).map(str::trim_end).collect();
    for _ in 0..KILLS {
        let mut round = Piped::start(&trial(&home));
        for (said, expected) in steps {
            round.say(said);
            round.output.expect(expected);
        }
        round.say(last);
        pass(up_to);
        let written = round.kill();
        check_goes_on(&home, &answers, &written);
    }
}

const SOON: Duration = Duration::from_millis(30);

const ANSWER: &str =
    "Serve stale copies, and coalesce requests:\none caller loads a key while the others wait.\n\n";

#[test]
fn killed_at_the_start() {
    for _ in 0..KILLS {
        // The store is made anew each time.
        let home = Home::new();
        let round = Piped::start(&round(&home));
        pass(Duration::from_millis(300));
        check_goes_on(&home, &[], &round.kill());
    }
}

#[test]
fn killed_while_a_question_is_asked() {
    check_kills(round, &[("", "Question 1 of 5")], "", SOON);
}

#[test]
fn killed_while_an_answer_is_graded() {
    check_kills(round, &[("", "Question 1 of 5")], ANSWER, SOON);
}

#[test]
fn killed_at_the_next_question() {
    let steps = [("", "Question 1 of 5"), (ANSWER, "Follow-up 1"), ("Twenty times.\n\n", "Question 2 of 5")];
    check_kills(round, &steps, "", SOON);
}

#[test]
fn killed_at_a_probe() {
    check_kills(round, &[("", "Question 1 of 5"), (ANSWER, "Follow-up 1")], "", SOON);
}

#[test]
fn killed_after_a_hint() {
    check_kills(round, &[("", "Question 1 of 5"), ("/hint\n", "Hint: ")], "", SOON);
}

#[test]
fn killed_at_the_report() {
    check_kills(ask, &[("", "Question 1 of 1")], ANSWER, 2 * SOON);
}

#[test]
fn killed_while_the_interviewer_speaks() {
    let home = Home::new().file("model.jsonl", r#"{"reply": "So the cache is gone. What", "stall": true}"#);
    for _ in 0..KILLS {
        let speaking = ask(&home).args(["--interviewer", "scripted:model.jsonl"]);
        let mut terminal = Terminal::start(&speaking, 80);
        terminal.shows("So the cache is gone.");
        pass(SOON);
        terminal.signal("KILL");
        assert_eq!(terminal.leaving().code, 128 + 9);
        assert_eq!(Stored::of(&home).unwrap().events.len(), 1, "nothing half said is on record");
        check_goes_on(&home, &[], "");
    }
}

/// Types on a terminal, and kills the program at a random moment after the last keys.
///
/// `kept` are the lines that are done, and so are on disk, once the last keys are seen.
fn check_kills_while_typing(keys: &str, kept: Option<&str>) {
    let home = Home::new();
    for _ in 0..KILLS {
        let mut terminal = Terminal::ready(&round(&home), 80);
        terminal.keys(keys);
        terminal.shows(&keys.replace('\r', "\n"));
        pass(SOON);
        terminal.signal("KILL");
        assert_eq!(terminal.leaving().code, 128 + 9);
        assert_eq!(Stored::of(&home).unwrap().draft.as_deref(), kept);
        check_goes_on(&home, &[], "");
    }
}

#[test]
fn killed_while_the_first_line_is_typed() {
    check_kills_while_typing("one", None);
}

#[test]
fn killed_while_more_lines_are_typed() {
    check_kills_while_typing("one\rtwo\rthr", Some("one\ntwo"));
}

/// Runs a trial in a shell, which the script prepares; it ends in `exec "$@"`.
fn in_shell(script: &str, trial: &Trial) -> Command {
    let inner = trial.command();
    let mut command = Command::new("/bin/bash");
    command.args(["-c", script, "bash"]).arg(inner.get_program()).args(inner.get_args());
    command.env_clear().envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(inner.get_current_dir().unwrap());
    command
}

/// Runs a command on this input; returns its exit code, and what it wrote to both streams.
fn run(mut command: Command, stdin: &str) -> (Option<i32>, String, String) {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that does not read to the end is in its right.
    let _unread = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// An answer that fills more than the buffer of the output when it is shown.
fn long_answer() -> String {
    "A word and another.\n".repeat(1000) + "\n"
}

/// Reads until a text has come.
fn read_to(reader: &mut impl Read, text: &str) {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(text) {
        let mut bytes = [0; 4096];
        let count = reader.read(&mut bytes).unwrap();
        assert!(count > 0, "no `{text}` in {:?}", String::from_utf8_lossy(&read));
        read.extend(&bytes[..count]);
    }
}

#[test]
fn an_answer_is_kept_when_nobody_reads_the_output() {
    for answer in [ANSWER.to_owned(), long_answer()] {
        let home = Home::new();
        let (mut reader, writer) = std::io::pipe().unwrap();
        let mut command = round(&home).command();
        command.stdin(Stdio::piped()).stdout(writer).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(command);
        read_to(&mut reader, "What if the cache goes down?");
        drop(reader);
        child.stdin.take().unwrap().write_all(answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with("Session ") && told.lines().count() == 1, "{told}");
        assert!(Stored::of(&home).unwrap().answers() == [answer.trim_end()]);
        check_goes_on(&home, &[answer.trim_end()], "");
    }
}

#[test]
fn nothing_is_answered_that_could_not_be_shown() {
    let home = Home::new();
    let (code, _, told) = run(in_shell(r#"exec "$@" > /dev/full"#, &round(&home)), &long_answer());
    assert_eq!(code, Some(2));
    assert!(told.ends_with("\nerror: cannot write the output: no space left on device\n"), "{told}");
    assert_eq!(Stored::of(&home).unwrap().answers(), Vec::<&str>::new());
    check_goes_on(&home, &[], "");
}

#[test]
fn without_an_input_the_round_is_kept_for_later() {
    let home = Home::new();
    let (code, _, told) = run(in_shell(r#"exec "$@" <&-"#, &round(&home)), "");
    assert_eq!(code, Some(0));
    assert!(told.contains("`followup resume"), "{told}");
    check_goes_on(&home, &[], "");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let home = Home::new().file("share", "a file in the place of a folder");
    let seen = round(&home).stdin(REST).output();
    assert_eq!((seen.code, seen.stdout.as_str()), (Some(2), ""));
    assert!(
        seen.stderr.starts_with("error: cannot ") && seen.stderr.contains("[HOME]/share"),
        "{}",
        seen.stderr
    );
    assert!(seen.stderr.contains("--no-save"), "{}", seen.stderr);
    assert_eq!(round(&home).args(["--no-save"]).stdin(REST).output().code, Some(0));
}

/// Limits the size of every file that is written, as a full disk does; without the trap the system would end the
/// program.
fn on_a_full_disk(trial: &Trial, kilobytes: u32) -> (Option<i32>, String, String) {
    run(
        in_shell(&format!(r#"trap '' XFSZ; ulimit -f {kilobytes}; exec "$@""#), trial),
        &(ANSWER.repeat(5) + REST),
    )
}

#[test]
fn a_full_disk_is_told_once_and_nothing_is_lost() {
    let mut rescued = 0;
    // A plan holds its questions whole, some 50 kB each, and what is answered comes behind them.
    let sizes = (0..=1024).step_by(32).chain([4096]);
    for kilobytes in sizes {
        let home = Home::new().file("tmp/.keep", "");
        let trial = round(&home).env("TMPDIR", home.path("tmp"));
        let (code, written, told) = on_a_full_disk(&trial, kilobytes);
        assert!(!told.contains("panicked"), "{told}");
        if code == Some(2) {
            // Nothing was asked, so nothing is lost.
            assert_eq!((written.as_str(), told.matches("error: ").count()), ("", 1), "{told}");
            continue;
        }
        assert!(code == Some(0) && written.contains("Question 5 of 5"), "{kilobytes}: {told}{written}");
        let stored = Stored::of(&home).unwrap();
        match told.matches("warning: ").count() {
            0 => assert!(
                told.contains("The transcript is kept") && stored.named("answered").len() >= 5,
                "{told}"
            ),
            1 => {
                rescued += 1;
                assert!(!told.contains("is kept"), "{told}");
                let file = home.path("tmp/followup-20260102-030405.json");
                let whole: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
                assert_eq!(
                    (&whole["end"], whole["questions"].as_array().unwrap().len()),
                    (&"completed".into(), 5)
                );
                // What is on disk is its beginning, and goes on.
                assert_eq!(home.followup(["resume"]).stdin(REST).output().code, Some(0));
            }
            warnings => panic!("{warnings} warnings: {told}"),
        }
    }
    assert!(rescued > 0, "no disk was full in mid-round");
}

/// Runs a round of three answers under `strace`; `None` where that cannot be used.
fn traced(calls: &str) -> Option<(Home, String)> {
    let home = Home::new();
    let script = format!(r#"exec strace -f -qq -s 4096 -e trace={calls} -o trace "$@""#);
    let (code, written, told) = run(in_shell(&script, &round(&home)), &(ANSWER.repeat(3) + "/end\n"));
    let trace = fs::read_to_string(home.path("trace")).unwrap_or_default();
    if code != Some(0) || trace.is_empty() {
        println!("not checked, for strace does not run here: {told}");
        return None;
    }
    assert_eq!(written.matches("\nScore ").count(), 3, "{written}");
    Some((home, trace))
}

#[test]
fn each_answer_and_each_grade_is_on_disk_before_it_is_shown() {
    let Some((_home, trace)) = traced("fsync,fdatasync,write") else { return };
    let (mut synced, mut shown) = (0, 0);
    for line in trace.lines() {
        synced += usize::from(line.contains(" fsync(") || line.contains(" fdatasync("));
        if line.contains(" write(1,") && line.contains("Score ") {
            assert!(synced >= 2, "only {synced} times was something made durable before this:\n{line}");
            synced = 0;
            shown += 1;
        }
    }
    assert_eq!(shown, 3, "{trace}");
}

#[test]
fn files_are_private_from_their_first_moment() {
    let Some((home, trace)) = traced("open,openat,creat,mkdir,mkdirat,chmod,fchmod,fchmodat") else { return };
    let made: Vec<&str> =
        trace.lines().filter(|line| line.contains("O_CREAT") && !line.contains(" = -1")).collect();
    assert!(made.iter().any(|line| line.contains("history.db\"")), "{trace}");
    assert!(made.iter().all(|line| line.contains(", 0600)")), "{made:#?}");
    let folders: Vec<&str> =
        trace.lines().filter(|line| line.contains("mkdir") && line.contains(" = 0")).collect();
    assert!(!folders.is_empty() && folders.iter().all(|line| line.contains(", 0700)")), "{folders:#?}");
    assert!(!trace.contains("chmod("), "what is made private later was open for a moment:\n{trace}");
    drop(home);
}

#[test]
fn nothing_is_sent_anywhere() {
    let Some((_home, trace)) = traced("%network,fsync") else { return };
    // A pair of sockets that are connected to each other reaches nobody: the runtime wakes itself by one.
    let own = ["fsync(", "socketpair(AF_UNIX"];
    let network: Vec<&str> = trace.lines().filter(|line| !own.iter().any(|own| line.contains(own))).collect();
    assert_eq!(network, Vec::<&str>::new());
}
