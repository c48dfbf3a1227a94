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
    let check = |args: &[&str]| followup(["pack", "check"]).args(args.iter().copied());
    let built_in = check(&[]).output();
    assert!(built_in.stderr.starts_with(&format!("{counts}: no problems")), "{built_in}");
    assert_eq!((built_in.stdout.as_str(), built_in.code), ("", Some(0)));
    assert_eq!(check(&[content().to_str().unwrap()]).output(), built_in);
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
        twice.stderr.contains(
            "has problems: questions/kitchen/oven-fails.md:1: kitchen/oven-fails: an earlier pack has the question \
             `kitchen/oven-fails` already, and it stays; choose another name for this one\n"
        ),
        "{twice}"
    );
    assert_eq!(twice.code, Some(2));
}

#[test]
fn a_new_pack_can_be_used_at_once() {
    let home = Home::new().file(
        "answer.txt",
        "Only the first request should fetch the value, and the rest wait until it is there.",
    );
    let files = ["pack.toml", "questions/cache/hot-key.md", "lexicon.toml", "scenarios/photo-albums.md"];
    home.followup(["pack", "new", "Our Team"])
        .stdout(files.map(|file| format!("Our Team/{file}\n")).concat())
        .stderr(
            "Edit them; `followup pack check Our Team` names what is wrong, and\n\
             `followup interview --pack Our Team` asks what is in them.\n",
        )
        .run();
    home.followup(["pack", "check", "Our Team"]).stderr("1 question, 1 scenario: no problems\n").run();
    let packs = home.followup(["list", "packs", "--pack", "Our Team"]).output().stdout;
    assert!(packs.contains("\nour-team "), "{packs}");

    let grade =
        ["grade", "--question", "cache/hot-key", "--format", "json", "answer.txt", "--pack", "Our Team"];
    let grade: Value = serde_json::from_str(&home.followup(grade).output().stdout).unwrap();
    assert_eq!(grade["verdicts"][1]["verdict"], "hit", "{grade}");
    let round =
        ["interview", "--pack", "Our Team", "--scenario", "photo-albums", "--question", "cache/hot-key"];
    let round = home.followup(round).args(["--answers", "answer.txt", "--no-save"]).output();
    assert!(
        round.stdout.contains("A very popular key of the photo cache expires. What happens next?"),
        "{round}"
    );
    assert_eq!(round.code, Some(0), "{round}");
}

#[test]
fn a_new_pack_needs_room() {
    let home = Home::new().file("full/notes.txt", "mine").file("file", "x");
    fs::create_dir(home.path("empty")).unwrap();
    home.followup(["pack", "new", "full"])
        .stderr(
            "error: `full` is not empty\nhint: name a folder that is not there yet, or add files to this pack yourself\n",
        )
        .code(2)
        .run();
    home.followup(["pack", "new", "file"])
        .stderr("error: cannot use the folder `file`: not a directory\n")
        .code(2)
        .run();
    let odd = home.followup(["pack", "new", "other", "--id", "Not An Id"]).output();
    assert!(odd.stderr.starts_with("error: `Not An Id` is not an id: use small letters"), "{odd}");
    assert!(!home.path("other").exists());
    assert_eq!(home.followup(["pack", "new", "empty", "--id", "mine"]).output().code, Some(0));
    assert!(fs::read_to_string(home.path("empty/pack.toml")).unwrap().contains("id = \"mine\""));
    assert_eq!(fs::read_to_string(home.path("full/notes.txt")).unwrap(), "mine");
}

/// A pack that adds the words of a team to a built-in question.
const TEAM: &str = "format_version = 1\nid = \"team\"\ntitle = \"Our words\"\ntopics = []\n";
const TEAM_WORDS: &str = r##"+++
extends = true

[[points]]
id = "coalescing"
evidence = ["gatekeeper + refill|load"]

[[exemplars]]
name = "our-words"
style = "plain"
hit = ["coalescing"]
+++

# Exemplar: our-words

The gatekeeper does the refill for a hot key.
"##;

#[test]
fn a_pack_extends_a_question_of_another_one() {
    let home = Home::new()
        .file("team/pack.toml", TEAM)
        .file("team/questions/cache/cache-down.md", TEAM_WORDS)
        .file("answer.txt", "The gatekeeper does the refill for a hot key.");
    let summary = "no questions, 1 extension, no scenarios: no problems\n";
    home.followup(["pack", "check", "team"]).stderr(summary).run();

    let verdict = |args: &[&str]| {
        let args =
            [&["grade", "--question", "cache/cache-down", "--format", "json", "answer.txt"], args].concat();
        let grade: Value = serde_json::from_str(&home.followup(args).output().stdout).unwrap();
        let verdicts = grade["verdicts"].as_array().unwrap();
        verdicts.iter().find(|verdict| verdict["point"] == "coalescing").unwrap()["verdict"].clone()
    };
    assert_eq!(verdict(&[]), "missed");
    assert_eq!(verdict(&["--pack", "team"]), "hit");

    let rubric = |args: &[&str]| {
        let args = [&["show", "cache/cache-down", "--format", "json"], args].concat();
        let question: Value = serde_json::from_str(&home.followup(args).output().stdout).unwrap();
        question["rubric"].clone()
    };
    assert_ne!(rubric(&[]), rubric(&["--pack", "team"]), "grades say which rubric they were made with");
}

#[test]
fn an_extension_may_build_on_any_earlier_pack() {
    let words = TEAM_WORDS.replace("coalescing", "bottleneck").replace("gatekeeper", "pass|window");
    let home = Home::new().file("team/pack.toml", TEAM).file(
        "team/questions/kitchen/rush-hour.md",
        words.split("[[exemplars]]").next().unwrap().to_owned() + "+++\n",
    );
    let problem = "questions/kitchen/rush-hour.md:2: kitchen/rush-hour: there is no earlier question \
                   `kitchen/rush-hour`; correct the name, or add what it names";
    home.followup(["list", "--pack", "team"])
        .stderr(format!(
            "error: the pack `team` has problems: {problem}\nhint: `followup pack check team` lists them all\n"
        ))
        .code(2)
        .run();
    let seen =
        home.followup(["pack", "check", "team", "--pack"]).args([data("pack").into_os_string()]).output();
    assert!(seen.stdout.contains(":5: kitchen/rush-hour: there is no key point `bottleneck`"), "{seen}");
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
fn a_phrase_that_is_read_as_one_word_is_a_note_and_no_problem() {
    let question = fs::read_to_string(data("pack/questions/kitchen/rush-hour.md")).unwrap();
    let weak = question.replace("short|small + menu + fast", "short|small + menu + and the rest|fast");
    let home = with_pack().file("pack/questions/kitchen/rush-hour.md", weak);
    let summary = "2 questions, 1 scenario: no problems, 1 note";
    home.followup(["pack", "check", "pack"]).stderr(format!("{summary} that `--notes` lists\n")).run();
    let said = "`and the rest` is read as just `rest`, which many answers say";
    let cure = "put the phrase in quotation marks, or write a more telling one";
    home.followup(["pack", "check", "pack", "--notes"])
        .stdout(format!("note: questions/kitchen/rush-hour.md:22: kitchen/rush-hour: {said}; {cure}\n"))
        .stderr(format!("{summary}\n"))
        .run();
    let json = home.followup(["pack", "check", "pack", "--notes", "--format", "json"]).output();
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    let note = serde_json::json!([{
        "kind": "note", "file": "questions/kitchen/rush-hour.md", "line": 22, "id": "kitchen/rush-hour",
        "message": said, "remedy": cure,
    }]);
    assert_eq!(json, note);
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
