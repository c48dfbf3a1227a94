//! `pack import`: notes and flash cards become questions that pass the check, whatever is in the file.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Home, Seen};

const MARKDOWN: &str = "\
# Caches

## Why do two caches disagree?

Each replica evicts entries on its own schedule.
A reader that moves to another replica therefore sees older values.

- Pin a visitor to one replica.

## What evicts entries?

The least recently used entry leaves when memory runs out.

# Queues

## Why a queue?

It decouples producers from consumers, because each works at its own pace.
";

const CSV: &str = "\
Front,Back,Deck
\"Why \"\"split\"\" reads?\",\"Replicas answer reads,
while one primary takes writes.\",Databases
What is a lease?,A lock that expires by itself when its holder dies.,Coordination
";

const ANKI: &str = "\
#separator:tab
#html:true
#notetype column:1
#deck column:2
#tags column:5
Basic\tDesign::Locks\tWhat is a fencing token?\t\"A number that grows with each lease;<br>storage rejects writers with an older one.\"\tlocks
Cloze\tDesign::Locks\tA {{c1::lease}} expires &amp; frees the lock.\t\tlocks
";

/// Runs an import of a file into the folder `mine`.
fn import(home: &Home, args: &[&str]) -> Seen {
    home.followup(["pack", "import", "--into", "mine"]).args(args.iter().copied()).output()
}

/// Checks that the pack in the folder `mine` has no problems and so many questions.
#[track_caller]
fn check_pack(home: &Home, questions: &str) {
    let seen = home.followup(["pack", "check", "mine"]).output();
    assert!(seen.stderr.starts_with(&format!("{questions}, no scenarios: no problems")), "{seen}");
    assert_eq!((seen.stdout.as_str(), seen.code), ("", Some(0)));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

#[test]
fn each_format_becomes_a_pack_without_problems() {
    let home = Home::new().file("notes.md", MARKDOWN).file("cards.csv", CSV).file("export.txt", ANKI);
    let seen = import(&home, &["notes.md"]);
    assert_eq!(
        seen.to_string(),
        "mine/questions/caches/why-do-two-caches-disagree.md\nmine/questions/caches/what-evicts-entries.md\n\
         mine/questions/queues/why-a-queue.md\n---- stderr ----\nimported 3 questions into `mine`, skipped 0\n\
         ---- code 0 ----\n"
    );
    check_pack(&home, "3 questions");
    let seen = import(&home, &["cards.csv"]);
    assert_eq!(
        seen.stdout,
        "mine/questions/databases/why-split-reads.md\nmine/questions/coordination/what-is-a-lease.md\n"
    );
    check_pack(&home, "5 questions");
    let seen = import(&home, &["export.txt"]);
    assert_eq!(
        seen.stdout,
        "mine/questions/locks/what-is-a-fencing-token.md\nmine/questions/locks/a-expires-frees-the-lock.md\n"
    );
    check_pack(&home, "7 questions");
    let topics = home.followup(["list", "topics", "--pack", "mine"]).output().stdout;
    for topic in ["Caches", "Queues", "Databases", "Coordination", "Locks"] {
        assert!(topics.contains(topic), "{topic}: {topics}");
    }
}

#[test]
fn derived_points_are_graded_and_told_as_such() {
    let home = Home::new().file("notes.md", MARKDOWN).file(
        "answer.txt",
        "Every replica evicts its entries on a schedule. One pins a visitor to a single replica.",
    );
    import(&home, &["notes.md"]);
    let id = "caches/why-do-two-caches-disagree";
    let grade = |args: &[&str]| {
        let all = [&["grade", "--pack", "mine", "--question", id, "answer.txt"], args].concat();
        home.followup(all).output().stdout
    };
    let json: Value = serde_json::from_str(&grade(&["--format", "json"])).unwrap();
    let verdicts: Vec<&str> =
        json["verdicts"].as_array().unwrap().iter().map(|it| it["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["hit", "missed", "hit"], "{json}");
    let told = grade(&["--explain"]);
    assert_eq!(told.matches("The key point was derived from the reference answer.").count(), 3, "{told}");

    let shown = home.followup(["show", "--pack", "mine", "--reference", id]).output().stdout;
    assert_eq!(
        shown.matches("derived from the reference\n  answer)").count()
            + shown.matches("derived from the reference answer)").count(),
        3,
        "{shown}"
    );
    assert!(shown.ends_with("imported from notes.md\n"), "{shown}");

    let round = home.followup(["ask", id, "--pack", "mine", "--answers", "answer.txt", "--no-save"]).output();
    assert!(
        round.stdout.contains("Which reason is missing") || round.stdout.contains("What else"),
        "{round}"
    );
    assert_eq!(round.code, Some(0), "{round}");
}

#[test]
fn nothing_is_overwritten() {
    let home = Home::new().file("notes.md", MARKDOWN).file("cards.csv", CSV);
    import(&home, &["notes.md"]);
    let mine = home.path("mine/questions/queues/why-a-queue.md");
    let edited = fs::read_to_string(&mine).unwrap().replace("Why a queue?", "Why would you queue?");
    fs::write(&mine, &edited).unwrap();
    let pack = fs::read_to_string(home.path("mine/pack.toml")).unwrap();

    let again = import(&home, &["notes.md"]);
    assert_eq!((again.stdout.as_str(), again.code), ("", Some(1)));
    assert_eq!(again.stderr.lines().count(), 4, "{again}");
    assert!(
        again.stderr.contains(
            "notes.md:16: skipped `Why a queue?`: the pack has `questions/queues/why-a-queue.md` already, and it \
             stays; remove it to import the question anew\n"
        ),
        "{again}"
    );
    assert_eq!(fs::read_to_string(&mine).unwrap(), edited);
    assert_eq!(fs::read_to_string(home.path("mine/pack.toml")).unwrap(), pack);

    import(&home, &["cards.csv"]);
    let longer = fs::read_to_string(home.path("mine/pack.toml")).unwrap();
    assert!(longer.starts_with(&pack) && longer.len() > pack.len(), "{longer}");
}

#[test]
fn a_topic_may_be_given() {
    let home = Home::new().file("cards.csv", CSV);
    let seen = import(&home, &["cards.csv", "--topic", "cache"]);
    assert_eq!(
        seen.stdout,
        "mine/questions/cache/why-split-reads.md\nmine/questions/cache/what-is-a-lease.md\n"
    );
    let pack = fs::read_to_string(home.path("mine/pack.toml")).unwrap();
    assert!(pack.ends_with("topics = []\n"), "the built-in pack has the topic: {pack}");
    check_pack(&home, "2 questions");
}

#[test]
fn other_line_ends_and_a_byte_order_mark_make_no_difference() {
    for (name, text) in [("f.md", MARKDOWN), ("f.csv", CSV), ("f.txt", ANKI)] {
        let plain = Home::new().file(name, text);
        let foreign = Home::new().file(name, format!("\u{feff}{}", text.replace('\n', "\r\n")));
        assert_eq!(import(&foreign, &[name]), import(&plain, &[name]));
        let all = files(&plain.path("mine"));
        assert!(all.len() > 2, "{all:?}");
        for path in all {
            let other = foreign.path("mine").join(path.strip_prefix(plain.path("mine")).unwrap());
            assert_eq!(fs::read_to_string(&path).unwrap(), fs::read_to_string(other).unwrap());
        }
    }
}

#[test]
fn what_holds_no_questions_is_told_and_leaves_nothing() {
    let read = |what: &str| format!("error: no questions can be read from `{what}\n");
    let heading = "there is no heading in it: a heading is a question, and the text below it the answer";
    let columns = "there are no columns `question` and `answer`, or `front` and `back`; the first row has";
    let guess = "hint: say `--format markdown`, `--format csv` or `--format anki`\n";
    for (name, content, args, expected) in [
        ("f.md", &b""[..], &[][..], read(&format!("f.md`: {heading}"))),
        ("f.md", b"only text\n", &[], read(&format!("f.md`: {heading}"))),
        ("f.csv", b"", &[], read("f.csv`: there is no row in it: each row is a question with its answer")),
        (
            "f.csv",
            b"question,answer\n",
            &[],
            read("f.csv`: there is no row in it: each row is a question with its answer"),
        ),
        ("f.csv", b"a,b\n1,2\n", &[], read(&format!("f.csv`: {columns} `a`, `b`"))),
        ("f.csv", b"\x00\x01\x1b[2J\n", &[], read(&format!("f.csv`: {columns} `\u{fffd}\u{fffd}`"))),
        ("f.txt", b"A?\tB.\n", &[], format!("error: `f.txt` does not say what it is\n{guess}")),
        ("f.pdf", b"%PDF", &[], format!("error: `f.pdf` does not say what it is\n{guess}")),
        (
            "f.csv",
            b"question,answer\nA\xff,b\n",
            &[],
            "error: `f.csv` is not UTF-8 text\nhint: save it as UTF-8\n".to_owned(),
        ),
        (
            "f.txt",
            b"#separator:boom\nx",
            &["--format", "anki"],
            read(
                "f.txt`: `#separator:boom` is none that is known; write `tab`, `comma`, `semicolon`, `pipe`, `colon` or `space`",
            ),
        ),
    ] {
        let home = Home::new().file(name, content);
        let seen = import(&home, &[&[name], args].concat());
        let shown = seen.stderr.replace(['\u{0}', '\u{1}', '\u{1b}'], "\u{fffd}");
        assert_eq!((shown, seen.code), (expected, Some(2)), "{name}");
        assert!(!home.path("mine").exists());
    }
    let seen = import(&Home::new(), &["nowhere.md"]);
    assert_eq!(seen.stderr, "error: cannot read `nowhere.md`: no such file or directory\n");
}

#[test]
fn a_folder_that_is_no_pack_is_left_alone() {
    let home = Home::new()
        .file("notes.md", MARKDOWN)
        .file("mine/letter.txt", "dear")
        .file("broken/pack.toml", "id = 1");
    let seen = import(&home, &["notes.md"]);
    assert!(seen.stderr.starts_with("error: cannot use the pack `mine`: there is no `pack.toml`"), "{seen}");
    assert_eq!(files(&home.path("mine")).len(), 1);
    let seen = home.followup(["pack", "import", "notes.md", "--into", "broken"]).output();
    assert!(seen.stderr.starts_with("error: the pack `broken` has problems: pack.toml:1: "), "{seen}");
    assert!(
        seen.stderr.ends_with("hint: correct them first, or import into a folder that is not there yet\n")
    );
}

#[test]
fn a_pack_file_that_cannot_be_added_to_stays() {
    let pack =
        "format_version = 1\nid = \"mine\"\ntitle = \"Mine\"\ntopics = [{ id = \"own\", title = \"Own\" }]\n";
    let home = Home::new().file("notes.md", MARKDOWN).file("mine/pack.toml", pack);
    let seen = import(&home, &["notes.md"]);
    assert_eq!(
        seen.stderr,
        "error: `mine/pack.toml` cannot be added to\nhint: list its topics under `[[topics]]`, and add `caches`, `queues`\n"
    );
    assert_eq!(fs::read_to_string(home.path("mine/pack.toml")).unwrap(), pack);
    assert_eq!(files(&home.path("mine")).len(), 1);
}

/// Imports a hostile file: what can be read of it is a clean pack, nothing lies outside of its folder, and the
/// terminal gets nothing that it would obey.
#[track_caller]
fn check_hostile(name: &str, content: &str, questions: usize) {
    let home = Home::new().file(&format!("in/{name}"), content);
    let seen = home.followup(["pack", "import", "--into", "mine"]).args([format!("in/{name}")]).output();
    let said = format!("{}{}", seen.stdout, seen.stderr);
    assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:.2000}");
    assert!(!said.contains("panicked"), "{said:.2000}");
    assert_eq!(seen.stdout.lines().count(), questions, "{said:.2000}");
    let outside = files(&home.path("")).into_iter().filter(|path| !path.starts_with(home.path("mine")));
    assert_eq!(outside.collect::<Vec<_>>(), [home.path("in").join(name)]);
    if questions > 0 {
        let seen = home.followup(["pack", "check", "mine"]).output();
        assert_eq!((seen.stdout.as_str(), seen.code), ("", Some(0)), "{:.2000}", seen.stderr);
        let list = home.followup(["list", "--pack", "mine"]).output();
        assert!(!list.stdout.chars().any(|c| c.is_control() && c != '\n'), "{list}");
    }
}

#[test]
fn hostile_files_make_clean_packs() {
    let answer = "A lease expires when its holder dies.";
    check_hostile(
        "a.md",
        &format!("# ../../etc/passwd\n{answer}\n# ..\\..\\x\n{answer}\n# CON\n{answer}"),
        3,
    );
    check_hostile(
        "a.md",
        &format!("# \u{1b}[2J\u{7}bell\u{202e}\n{answer}\u{1b}]0;x\u{7}\n# \u{0}\n{answer}"),
        1,
    );
    check_hostile(
        "a.md",
        &format!("# A?\n{answer}\n\n+++\n\n[name] and {{id}}\n\n# A?\n{answer}\n# A?\n{answer}"),
        2,
    );
    check_hostile("a.md", &"# A?\n".repeat(20_000), 0);
    check_hostile("a.md", &format!("{}\n{answer}", "#".repeat(100_000)), 0);
    check_hostile("a.md", &format!("# {}\n{answer}", "long ".repeat(10_000)), 1);
    check_hostile("a.md", &format!("# A?\n{}", "> ".repeat(50_000)), 0);
    check_hostile("a.md", &format!("# A?\n{answer}\n```\nnever closed"), 1);
    check_hostile("a.md", &format!("# A?\n{}", format!("{answer} ").repeat(3_000)), 1);
    check_hostile(
        "a.csv",
        &format!("question,answer\n\"A\n# B\n+++\n\",\"{answer}\n\n# Exemplar: x\n\nB\n===\n\"\n"),
        1,
    );
    check_hostile("a.csv", &format!("question,answer\nA|B + \"\"C\"\",{answer}|x + y !z \\ \"\"q\"\"\n"), 1);
    check_hostile("a.csv", &format!("question,answer\nA?,\"{answer}\nnever closed\n"), 1);
    check_hostile("a.csv", &format!("question,answer\nA?,\"{}\"\n", "x, ".repeat(100_000)), 0);
    check_hostile("a.csv", &format!("question,answer{}\nA?,{answer}\n", ",x".repeat(50_000)), 1);
    check_hostile(
        "a.txt",
        &format!("#separator:tab\n#html:true\nA?\t{}{answer}\n", "<div>".repeat(20_000)),
        1,
    );
    check_hostile("a.txt", &format!("#separator:tab\n#html:true\nA?\t{}\n", "<".repeat(200_000)), 0);
    check_hostile(
        "a.txt",
        &format!("#separator:tab\n#html:true\n{}x\t{answer}\n", "{{c1::".repeat(30_000)),
        1,
    );
    check_hostile(
        "a.txt",
        "#separator:tab\n#html:true\nA?\t&#27;[2J&#0;&#x202e; A lease expires when its holder dies.\n",
        1,
    );
}

#[test]
fn ten_thousand_rows_are_read_and_a_full_pack_says_so() {
    let rows: String = (0..10_100).map(|n| format!("What is item {n}?,\n")).collect();
    let home = Home::new()
        .file("many.csv", format!("question,answer\n{rows}Why?,A lease expires when its holder dies.\n"));
    let seen = import(&home, &["many.csv"]);
    assert_eq!(seen.stdout, "mine/questions/imported/why.md\n");
    assert_eq!(seen.stderr.lines().count(), 10_101);
    assert!(seen.stderr.ends_with("imported 1 question into `mine`, skipped 10100\n"));
    assert!(seen.stderr.starts_with("many.csv:2: skipped `What is item 0?`: there is no answer\n"));
}
