//! From an older version of the tables to the next, with one that is made up for the tests.

use include_dir::{Dir, DirEntry, File};

use super::*;
use crate::history::schema::Schema;
use crate::history::{HistoryError, open};

const FIRST: &[u8] = include_bytes!("../../../migrations/1-journal/up.sql");
const SECOND: &[u8] = include_bytes!("../../../migrations/2-exchanges/up.sql");
const THIRD: &[u8] = include_bytes!("../../../migrations/3-regrades/up.sql");
const LATEST: &[u8] = b"ALTER TABLE draft ADD COLUMN note TEXT; UPDATE progress SET answered = answered + 1;";
const BROKEN: &[u8] = b"ALTER TABLE draft ADD COLUMN note TEXT; DROP TABLE nothing;";

const fn migrations(entries: &'static [DirEntry<'static>]) -> Dir<'static> {
    Dir::new("", entries)
}

static LATER: Dir<'static> = migrations(&[
    DirEntry::Dir(Dir::new("1-journal", &[DirEntry::File(File::new("1-journal/up.sql", FIRST))])),
    DirEntry::Dir(Dir::new("2-exchanges", &[DirEntry::File(File::new("2-exchanges/up.sql", SECOND))])),
    DirEntry::Dir(Dir::new("3-regrades", &[DirEntry::File(File::new("3-regrades/up.sql", THIRD))])),
    DirEntry::Dir(Dir::new("4-later", &[DirEntry::File(File::new("4-later/up.sql", LATEST))])),
]);

static NEVER: Dir<'static> = migrations(&[
    DirEntry::Dir(Dir::new("1-journal", &[DirEntry::File(File::new("1-journal/up.sql", FIRST))])),
    DirEntry::Dir(Dir::new("2-exchanges", &[DirEntry::File(File::new("2-exchanges/up.sql", SECOND))])),
    DirEntry::Dir(Dir::new("3-regrades", &[DirEntry::File(File::new("3-regrades/up.sql", THIRD))])),
    DirEntry::Dir(Dir::new("4-never", &[DirEntry::File(File::new("4-never/up.sql", BROKEN))])),
]);

fn open_later(home: &Home) -> Result<Store, HistoryError> {
    open::writable(&home.dir, Schema(&LATER)).map(Store::from)
}

fn answered(store: &Store) -> i64 {
    store.conn.query_row("SELECT answered FROM progress", [], |row| row.get(0)).unwrap()
}

#[test]
fn the_migrations_are_sound() {
    for schema in [Schema::CURRENT, Schema(&LATER)] {
        schema.migrations().unwrap().validate().unwrap();
    }
}

#[test]
fn an_older_store_is_brought_up_to_date_and_kept_as_it_was() {
    let home = Home::new();
    fill(&mut home.open(), "one", 3);
    std::fs::write(home.dir.join("history.db.bak-v3"), "what an earlier try has left").unwrap();

    let later = open_later(&home).unwrap();
    let stored = later.load(&sample::id("one")).unwrap();
    assert_eq!(
        (setting(&later, "user_version").as_str(), setting(&later, "journal_mode").as_str()),
        ("4", "wal")
    );
    assert_eq!((stored.events.len(), answered(&later)), (3, 1));
    drop(later);
    assert_eq!(home.names(), ["history.db", "history.db.bak-v3"]);

    let error = Store::open(&home.dir).unwrap_err();
    assert!(matches!(error, HistoryError::Newer { found: 4, known: 3, .. }), "{error}");

    // Put back by hand, the backup is a store like any other.
    let backup = home.dir.join("history.db.bak-v3");
    #[cfg(unix)]
    assert_eq!(mode(&backup), 0o600);
    let restored = Home::new();
    std::fs::create_dir_all(&restored.dir).unwrap();
    std::fs::copy(&backup, restored.file()).unwrap();
    let old = restored.open();
    assert_eq!((old.load(&sample::id("one")).unwrap(), answered(&old)), (stored, 0));
    assert_eq!(
        (setting(&old, "user_version").as_str(), setting(&old, "journal_mode").as_str()),
        ("3", "wal")
    );
    assert_eq!(old.verify().unwrap(), []);
}

#[test]
fn reading_an_older_store_brings_it_up_to_date() {
    let home = Home::new();
    fill(&mut home.open(), "one", 3);
    let later = Store::from(open::readable(&home.dir, Schema(&LATER)).unwrap().unwrap());
    assert_eq!(setting(&later, "user_version"), "4");
}

#[test]
fn a_migration_that_fails_leaves_the_store_as_it_was() {
    let home = Home::new();
    fill(&mut home.open(), "one", 3);
    assert!(open::writable(&home.dir, Schema(&NEVER)).is_err());
    let store = home.open();
    assert_eq!(store.load(&sample::id("one")).unwrap().events.len(), 3);
    assert_eq!(store.verify().unwrap(), []);
}

#[test]
fn many_programs_at_once_migrate_once() {
    for _ in 0..10 {
        let home = Home::new();
        fill(&mut home.open(), "one", 1);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| assert_eq!(answered(&open_later(&home).unwrap()), 1));
            }
        });
        assert_eq!(answered(&open_later(&home).unwrap()), 1);
    }
}

#[test]
fn an_older_program_that_runs_is_not_migrated_under_its_feet() {
    let home = Home::new();
    let mut older = home.open();
    fill(&mut older, "one", 1);
    assert!(matches!(open_later(&home), Err(HistoryError::Busy { .. })));
    older.append(&sample::id("one"), 1, &sample::answer("still here")).unwrap();
    drop(older);
    assert_eq!(open_later(&home).unwrap().load(&sample::id("one")).unwrap().events.len(), 2);
}

/// What a kill leaves of a store that is not in WAL mode yet: a change half made, and the journal to take it back.
fn half_written() -> Home {
    let running = Home::new();
    fill(&mut running.open(), "one", 3);
    let conn = running.sql();
    conn.pragma_update(None, "journal_mode", "DELETE").unwrap();
    conn.pragma_update(None, "cache_size", 1).unwrap();
    conn.execute_batch(
        "BEGIN IMMEDIATE; UPDATE session SET plan = ''; UPDATE event SET payload = hex(zeroblob(9000))",
    )
    .unwrap();
    let killed = Home::new();
    std::fs::create_dir_all(&killed.dir).unwrap();
    for name in running.names() {
        std::fs::copy(running.dir.join(&name), killed.dir.join(&name)).unwrap();
    }
    assert_eq!(killed.names(), ["history.db", "history.db-journal"]);
    killed
}

#[test]
fn a_half_made_change_is_taken_back() {
    let home = half_written();
    let before = bytes(&home.file());
    let reading = Store::open_read_only(&home.dir).unwrap().unwrap();
    assert_eq!(reading.load(&sample::id("one")).unwrap().events.len(), 3);
    drop(reading);
    assert!(before == bytes(&home.file()), "reading has written");

    let store = home.open();
    assert_eq!(store.load(&sample::id("one")).unwrap().events.len(), 3);
    assert_eq!(store.verify().unwrap(), []);
    assert!(before != bytes(&home.file()), "the change had not reached the file");
}

/// A store as the first program left it.
#[test]
fn a_store_of_the_first_version_keeps_its_sessions() {
    let home = Home::new();
    fill(&mut home.open(), "one", 3);
    home.sql().pragma_update(None, "user_version", 1).unwrap();
    let mut store = home.open();
    assert_eq!(setting(&store, "user_version"), "3");
    store.append(&sample::id("one"), 3, &sample::answer("more")).unwrap();
    assert_eq!(store.load(&sample::id("one")).unwrap().events.len(), 4);
    assert_eq!(store.verify().unwrap(), []);
    drop(store);
    assert_eq!(home.names(), ["history.db", "history.db.bak-v1"]);
}
