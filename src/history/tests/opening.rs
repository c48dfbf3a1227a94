//! Making, opening, refusing, bringing up to date.

use super::*;
use crate::history::{HistoryError, open};

/// Gives the tables the version, and leaves the file as no program would find it: closed.
fn set_version(home: &Home, version: i64) {
    home.sql().pragma_update(None, "user_version", version).unwrap();
}

#[test]
fn what_durability_rests_on_is_in_force() {
    let home = Home::new();
    for store in [home.open(), home.open()] {
        for (name, expected) in [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("fullfsync", "1"),
            ("foreign_keys", "1"),
            ("busy_timeout", "5000"),
            ("user_version", "3"),
        ] {
            assert_eq!(setting(&store, name), expected, "{name}");
        }
    }
}

#[test]
fn tables_refuse_what_is_not_of_their_type() {
    let home = Home::new();
    let store = home.open();
    let insert = "INSERT INTO draft (checksum, session, text) VALUES ('', 'one', x'00')";
    assert!(store.conn.execute(insert, []).is_err());
    let strict: i64 = store
        .conn
        .query_row("SELECT count(*) FROM pragma_table_list WHERE strict = 1", [], |row| row.get(0))
        .unwrap();
    assert_eq!(strict, 4);
}

/// Run by the test below, under another umask.
#[cfg(unix)]
#[test]
#[ignore = "run by `nobody_else_can_read_it`"]
fn makes_a_store_where_it_is_told() {
    let dir = PathBuf::from(std::env::var_os("FOLLOWUP_TEST_DIR").unwrap());
    let mut store = Store::open(&dir).unwrap();
    fill(&mut store, "one", 1);
    for file in ["history.db", "history.db-wal", "history.db-shm"] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&dir), 0o700);
    assert_eq!(mode(dir.parent().unwrap()), 0o700);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    for umask in ["000", "022"] {
        let home = Home::new();
        let status = std::process::Command::new("sh")
            .args(["-c", r#"umask "$1"; exec "$0" --ignored --exact "$2""#])
            .arg(std::env::current_exe().unwrap())
            .args([umask, "history::tests::opening::makes_a_store_where_it_is_told"])
            .env("FOLLOWUP_TEST_DIR", &home.dir)
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "umask {umask}");
        assert!(home.file().exists(), "umask {umask}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_its_place_is_refused_and_a_link_to_its_folder_is_not() {
    for target in ["elsewhere.db", "missing.db"] {
        let home = Home::new();
        std::fs::create_dir_all(&home.dir).unwrap();
        std::fs::write(home.dir.join("elsewhere.db"), "").unwrap();
        std::os::unix::fs::symlink(home.dir.join(target), home.file()).unwrap();
        assert!(matches!(Store::open(&home.dir), Err(HistoryError::NotAFile { .. })));
        assert!(matches!(Store::open_read_only(&home.dir), Err(HistoryError::NotAFile { .. })));
        assert_eq!(bytes(&home.dir.join("elsewhere.db")), b"");
        assert!(!home.dir.join("missing.db").exists());
    }
    let home = Home::new();
    std::fs::create_dir_all(&home.dir).unwrap();
    let link = home.dir.with_file_name("link");
    std::os::unix::fs::symlink(&home.dir, &link).unwrap();
    fill(&mut Store::open(&link).unwrap(), "one", 1);
    assert_eq!(home.open().sessions().unwrap().len(), 1);
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_was() {
    let home = Home::new();
    fill(&mut home.open(), "one", 3);
    set_version(&home, 999);
    refused(&home);

    // Also where the newer program was killed, and its version stands only in the log.
    let killed = Home::new();
    let mut store = killed.open();
    fill(&mut store, "one", 3);
    store.conn.pragma_update(None, "user_version", 999).unwrap();
    let (file, log) = (bytes(&killed.file()), bytes(&killed.log()));
    drop(store);
    let after = Home::new();
    std::fs::create_dir_all(&after.dir).unwrap();
    std::fs::write(after.file(), file).unwrap();
    std::fs::write(after.log(), log).unwrap();
    refused(&after);
    assert!(!bytes(&after.log()).is_empty());
}

fn refused(home: &Home) {
    let log = || std::fs::read(home.log()).unwrap_or_default();
    let before = (bytes(&home.file()), log());
    for error in [Store::open(&home.dir).unwrap_err(), Store::open_read_only(&home.dir).unwrap_err()] {
        let expected = format!(
            "`{}` has version 999, but this program knows only 3; install a newer one",
            home.file().display()
        );
        assert_eq!(error.to_string(), expected);
        assert!(before == (bytes(&home.file()), log()), "the store was touched");
    }
}

#[test]
fn a_folder_without_a_store_reads_as_none_and_stays_empty() {
    let home = Home::new();
    assert!(Store::open_read_only(&home.dir).unwrap().is_none());
    assert!(!home.dir.exists());
    std::fs::create_dir_all(&home.dir).unwrap();
    assert!(Store::open_read_only(&home.dir).unwrap().is_none());
    assert!(home.names().is_empty());
    // What is left of a program that was killed at its very first step.
    std::fs::write(home.file(), "").unwrap();
    assert!(Store::open_read_only(&home.dir).unwrap().is_none());
    assert_eq!(home.open().sessions().unwrap(), []);
}

#[test]
fn a_store_opened_for_reading_cannot_be_written() {
    let home = Home::new();
    fill(&mut home.open(), "one", 1);
    let mut store = Store::open_read_only(&home.dir).unwrap().unwrap();
    assert_eq!(store.load(&sample::id("one")).unwrap().events.len(), 1);
    let error = store.append(&sample::id("one"), 1, &sample::answer("more")).unwrap_err();
    assert!(matches!(error, HistoryError::Unwritable { .. }), "{error}");
    assert!(error.to_string().ends_with("use `--no-save` to practise without a record"), "{error}");
}

#[test]
fn what_is_not_a_database_is_named() {
    let home = Home::new();
    std::fs::create_dir_all(&home.dir).unwrap();
    std::fs::write(home.file(), "not a database, but long enough to be looked at. ".repeat(40)).unwrap();
    assert!(matches!(Store::open(&home.dir), Err(HistoryError::Corrupt { .. })));
    assert!(matches!(Store::open_read_only(&home.dir), Err(HistoryError::Corrupt { .. })));
}

#[test]
fn a_file_in_the_folders_place_is_named() {
    let home = Home::new();
    std::fs::create_dir_all(home.dir.parent().unwrap()).unwrap();
    std::fs::write(&home.dir, "").unwrap();
    assert!(matches!(Store::open(&home.dir), Err(HistoryError::NotAFolder { path }) if path == home.dir));
    assert!(matches!(Store::open_read_only(&home.dir), Err(HistoryError::NotAFolder { .. })));
}

#[test]
fn a_database_of_something_else_is_refused() {
    let home = Home::new();
    std::fs::create_dir_all(&home.dir).unwrap();
    home.sql().execute_batch("CREATE TABLE session (text)").unwrap();
    let before = bytes(&home.file());
    assert!(matches!(Store::open(&home.dir), Err(HistoryError::NotOurs { .. })));
    assert!(matches!(Store::open_read_only(&home.dir), Err(HistoryError::NotOurs { .. })));
    assert!(before == bytes(&home.file()), "the file was touched");
}

#[test]
fn a_store_in_a_folder_that_cannot_be_written_is_read_with_all_that_was_acknowledged() {
    let closed = Home::new();
    fill(&mut closed.open(), "one", 3);
    let running = Home::new();
    let mut store = running.open();
    fill(&mut store, "one", 3);
    let killed = Home::new();
    std::fs::create_dir_all(&killed.dir).unwrap();
    std::fs::copy(running.file(), killed.file()).unwrap();
    std::fs::copy(running.log(), killed.log()).unwrap();

    for home in [closed, killed] {
        let names = home.names();
        let mut frozen = Store::from(open::frozen(&home.file()).unwrap().0);
        assert_eq!(frozen.load(&sample::id("one")).unwrap().events.len(), 3);
        assert!(frozen.append(&sample::id("one"), 3, &sample::answer("more")).is_err());
        drop(frozen);
        assert_eq!(home.names(), names);
    }
}

#[test]
fn many_programs_can_make_the_store_at_once() {
    for _ in 0..20 {
        let home = Home::new();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let home = &home;
                scope.spawn(move || fill(&mut home.open(), &format!("w{writer}"), 1));
            }
        });
        assert_eq!(home.open().sessions().unwrap().len(), 8);
    }
}

#[test]
fn strange_folder_names_are_no_trouble() {
    let home = Home::new();
    let dir = home.dir.join("100% file:?immutable=1#ü 'x'");
    let mut store = Store::open(&dir).unwrap();
    fill(&mut store, "one", 1);
    drop(store);
    let frozen = Store::from(open::frozen(&dir.join("history.db")).unwrap().0);
    assert_eq!(frozen.sessions().unwrap().len(), 1);
}
