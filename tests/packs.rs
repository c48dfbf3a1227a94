//! Packs: the built-in one holds what is promised, and others are checked whatever is in them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use followup::content::builtin;
use serde_json::Value;

use crate::support::{Home, data, followup};

/// The longest that the check of a pack may take; in daily use it is a tenth of a second.
const PATIENCE: Duration = Duration::from_secs(10);

fn content() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("content")
}

#[test]
fn the_built_in_pack_has_no_problems() {
    let counts = {
        let catalog = builtin::load().unwrap().catalog;
        format!("{} questions, {} scenarios", catalog.questions.len(), catalog.scenarios.len())
    };
    followup(["pack", "check"]).stderr(format!("{counts}: no problems\n")).run();
    let from_disk = followup(["pack", "check"]).args([content().into_os_string()]);
    from_disk.stderr(format!("{counts}: no problems\n")).run();
}

#[test]
fn a_pack_of_ones_own_is_checked_and_used() {
    let pack = || data("pack").into_os_string();
    followup(["pack", "check"]).args([pack()]).stderr("2 questions, 1 scenario: no problems\n").run();
    followup(["pack", "check", "--format", "json"])
        .args([pack()])
        .stdout("[]\n")
        .stderr("2 questions, 1 scenario: no problems\n")
        .run();
    let twice = followup(["list", "--pack"]).args([pack(), "--pack".into(), pack()]).output();
    assert!(
        twice.stderr.contains("has problems: there is a question `kitchen/oven-fails` in an earlier pack\n"),
        "{twice}"
    );
    assert_eq!(twice.code, Some(2));
}

#[test]
fn every_problem_of_a_pack_is_reported() {
    let check = |args: &[&str]| {
        followup(["pack", "check"]).args([data("broken-pack").into_os_string()]).args(args.iter().copied())
    };
    let count = fs::read_to_string(data("golden/broken-pack.txt")).map_or(0, |text| text.lines().count());
    let summary = format!("2 questions, 2 scenarios: {count} problems\n");
    check(&[]).stderr(&summary).code(1).golden("broken-pack.txt");

    let seen = check(&["--format", "json"]).output();
    assert_eq!((&seen.stderr, seen.code), (&summary, Some(1)));
    let problems: Value = serde_json::from_str(&seen.stdout).unwrap();
    let lines = problems.as_array().unwrap().iter().map(|problem| {
        let text = |key: &str| problem[key].as_str().unwrap();
        let id = problem["id"].as_str().map_or(String::new(), |id| format!("{id}: "));
        format!("{}:{}: {id}{}; {}\n", text("file"), problem["line"], text("message"), text("remedy"))
    });
    check(&[]).stdout(lines.collect::<String>()).stderr(&summary).code(1).run();
}

#[test]
fn a_pack_with_problems_is_not_used() {
    let dir = data("broken-pack").display().to_string();
    let first = "lexicon.toml:1: unknown key `synonims` in `lexicon.toml`; did you mean `synonyms`?";
    for command in [&["list"][..], &["show", "cache/sizing"], &["grade", "--question", "cache/sizing", "-"]] {
        followup(command.iter().copied())
            .args(["--pack", &dir])
            .stderr(format!(
                "error: the pack `{dir}` has problems: {first}\nhint: `followup pack check {dir}` lists them all\n"
            ))
            .code(2)
            .run();
    }
}

#[test]
fn what_is_no_pack_is_told() {
    let home = Home::new()
        .file("file", "x")
        .file("empty/README.md", "x")
        .file("newer/pack.toml", "format_version = 99\nid = \"newer\"\ntitle = \"Newer\"\nnovelty = 1\n");
    for (dir, message) in [
        ("no", "cannot read the pack `no`: no such file or directory"),
        ("file", "`file` is not a folder: give the folder that holds `pack.toml`"),
        (
            "newer",
            "cannot use the pack `newer`: the pack has format_version 99, and this program reads up to 1: \
             install a newer followup",
        ),
    ] {
        home.followup(["pack", "check", dir]).stderr(format!("error: {message}\n")).code(2).run();
    }
    let seen = home.followup(["pack", "check", "empty"]).output();
    assert!(seen.stderr.starts_with("error: cannot use the pack `empty`: "), "{seen}");
    assert_eq!((seen.stdout.as_str(), seen.code), ("", Some(2)));
}

/// Checks a pack, and that this neither hangs, nor crashes, nor writes what a terminal would obey.
#[track_caller]
fn check_hostile(home: &Home, dir: &str) -> String {
    let trial = home.followup(["pack", "check", dir]);
    let (out, err) = (home.path("stdout"), home.path("stderr"));
    let mut command = trial.command();
    command.stdin(Stdio::null()).stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("`pack check {dir}` does not end");
        }
        thread::sleep(Duration::from_millis(2));
    };
    let text = fs::read_to_string(out).unwrap() + &fs::read_to_string(err).unwrap();
    assert!(matches!(status.code(), Some(1 | 2)), "{dir}: {status}: {text}");
    assert!(!text.contains("panicked"), "{dir}: {text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{dir}: {text:?}");
    assert!(text.len() < 200_000, "{dir}: {} bytes are said", text.len());
    text
}

/// Returns a home with the tests' own pack as the folder `pack`.
fn with_pack() -> Home {
    let names = [
        "pack.toml",
        "lexicon.toml",
        "questions/kitchen/oven-fails.md",
        "questions/kitchen/rush-hour.md",
        "scenarios/bistro.md",
    ];
    names.iter().fold(Home::new(), |home, name| {
        home.file(&format!("pack/{name}"), fs::read(data("pack").join(name)).unwrap())
    })
}

/// Returns groups of a lexicon, of so many words each.
fn groups(words: usize, count: usize) -> String {
    let group = |group: usize| {
        let words: Vec<String> = (0..words).map(|word| format!("\"w{}\"", group * words + word)).collect();
        format!("g{group} = [{}]\n", words.join(","))
    };
    (0..count).map(group).collect()
}

#[test]
fn hostile_text_is_named_at_once() {
    let question = "pack/questions/kitchen/hostile.md";
    let good = fs::read_to_string(data("pack/questions/kitchen/rush-hour.md")).unwrap();
    let words = "serve cold dish not never because ".repeat(5_000);
    for (file, content) in [
        (question, "+++\n".repeat(60_000)),
        (question, format!("+++\na = {}\n+++\n", "[".repeat(200_000))),
        (question, format!("+++\nquestion = \"{}\"\n+++\n", "\\u0000\\u001b".repeat(10_000))),
        (question, good.replace("short|small + menu", &format!("{}menu", "a|".repeat(50_000)))),
        (question, good.replace("short|small + menu", &format!("{}menu", "a + ".repeat(50_000)))),
        (question, format!("{good}\n# Exemplar: long\n\n{words}\n")),
        (question, good.replace("# Exemplar: fast", &"# Exemplar: \u{1b}[2J\u{202e}\n".repeat(5_000))),
        ("pack/pack.toml", "[[topics]]\nid = \"a\"\n".repeat(10_000)),
        ("pack/lexicon.toml", format!("[synonyms]\na = [{}]\n", "\"a\",".repeat(50_000))),
        ("pack/lexicon.toml", "[synonyms]\n".to_owned() + &groups(90, 250) + "[knids]\n"),
        ("pack/lexicon.toml", "x".repeat(10 << 20)),
        (
            "pack/scenarios/hostile.md",
            format!("+++\n[[derived]]\nformula = \"{}\"\n+++\n", "(".repeat(200_000)),
        ),
        ("pack/\u{1b}[2J.md", "x".to_owned()),
    ] {
        let home = with_pack().file(file, content);
        let text = check_hostile(&home, "pack");
        assert!(text.lines().count() >= 2, "{file}: {text}");
    }
}

#[test]
fn a_bomb_of_numbers_is_named_at_once() {
    let mut derived =
        "[[derived]]\nid = \"a0\"\ntext = \"t\"\nunit = \"u\"\nformula = \"guests\"\n\n".to_owned();
    for n in 1..1_000 {
        let formula = format!("a{0} * a{0}", n - 1);
        derived +=
            &format!("[[derived]]\nid = \"a{n}\"\ntext = \"t\"\nunit = \"u\"\nformula = \"{formula}\"\n\n");
    }
    let good = fs::read_to_string(data("pack/scenarios/bistro.md")).unwrap();
    let home = with_pack().file(
        "pack/scenarios/bistro.md",
        good.replacen("[[components]]", &format!("{derived}[[components]]"), 1),
    );
    let text = check_hostile(&home, "pack");
    assert!(text.contains("the formula has no finite value"), "{text}");
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_never_opened() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    let home = with_pack();
    let at = |name: &str| home.path("pack/questions/kitchen").join(name);
    symlink("/dev/zero", at("zero.md")).unwrap();
    symlink("/etc/passwd", at("secrets.md")).unwrap();
    symlink(".", home.path("pack/questions/loop")).unwrap();
    fs::create_dir(at("folder.md")).unwrap();
    fs::write(home.path("pack").join(OsStr::from_bytes(b"\xff\xfe.md")), "x").unwrap();
    let _listening = std::os::unix::net::UnixListener::bind(at("socket.md")).unwrap();
    let text = check_hostile(&home, "pack");
    assert!(!text.contains("root:"), "{text}");
    assert_eq!(text.matches("links are not followed").count(), 3, "{text}");
    assert_eq!(text.matches("neither a file nor a folder").count(), 1, "{text}");
    assert_eq!(text.lines().count(), 7, "each is named, and then the count:\n{text}");
}
