//! A full disk, and a log that a loss of power has cut or torn.

use super::*;
use crate::domain::chance::Chance;
use crate::domain::transcript::Event;
use crate::history::HistoryError;

#[test]
fn a_full_disk_is_named_and_what_is_there_stays_readable() {
    let home = Home::new();
    let mut store = home.open();
    fill(&mut store, "one", 3);
    let id = sample::id("one");
    let pages: i64 = store.conn.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    store.conn.pragma_update(None, "max_page_count", pages).unwrap();

    let error = store.append(&id, 3, &sample::answer(&"long ".repeat(20_000))).unwrap_err();
    assert!(matches!(&error, HistoryError::Full { path } if *path == home.file()), "{error}");
    assert_eq!(store.load(&id).unwrap().events.len(), 3);
    assert_eq!(store.verify().unwrap(), []);

    store.conn.pragma_update(None, "max_page_count", pages + 100).unwrap();
    store.append(&id, 3, &sample::answer("now there is room")).unwrap();
    assert_eq!(store.load(&id).unwrap().events.len(), 4);
}

/// A store and its log as they stand on the disk while the program runs.
struct Snapshot {
    file: Vec<u8>,
    log: Vec<u8>,
    events: Vec<Event>,
}

fn snapshot() -> Snapshot {
    let home = Home::new();
    let mut store = home.open();
    fill(&mut store, "one", 20);
    let events = store.load(&sample::id("one")).unwrap().events;
    let snapshot = Snapshot { file: bytes(&home.file()), log: bytes(&home.log()), events };
    drop(store);
    snapshot
}

/// Opens the store with another log; returns how many events are left. They must be the first ones.
///
/// Most cases are opened for reading, which recovers the log as well, and does not wait for the disk.
fn events_left(snapshot: &Snapshot, log: &[u8], case: usize) -> usize {
    let home = Home::new();
    std::fs::create_dir_all(&home.dir).unwrap();
    std::fs::write(home.file(), &snapshot.file).unwrap();
    std::fs::write(home.log(), log).unwrap();
    let opened = if case.is_multiple_of(10) {
        Store::open(&home.dir).map(Some)
    } else {
        Store::open_read_only(&home.dir)
    };
    let store = opened.unwrap().unwrap();
    assert_eq!(store.verify().unwrap(), [], "case {case}");
    match store.load(&sample::id("one")) {
        Ok(stored) => {
            assert_eq!(stored.damaged, [], "case {case}");
            assert!(snapshot.events.starts_with(&stored.events), "case {case}");
            stored.events.len()
        }
        Err(HistoryError::NotFound { .. }) => 0,
        Err(error) => panic!("case {case}: {error}"),
    }
}

#[test]
fn a_cut_log_leaves_the_first_events() {
    let snapshot = snapshot();
    let mut before = 0;
    for (case, cut) in (0..snapshot.log.len()).step_by(517).enumerate() {
        let left = events_left(&snapshot, &snapshot.log[..cut], case);
        assert!(left >= before, "cut at {cut}: {left} after {before}");
        before = left;
    }
    assert_eq!(events_left(&snapshot, &snapshot.log, 0), snapshot.events.len());
}

#[test]
fn a_torn_log_leaves_the_first_events() {
    let snapshot = snapshot();
    let mut chance = Chance::new(1, "sectors");
    for case in 0..400 {
        let mut log = snapshot.log.clone();
        let sector = chance.below(log.len() / 512) * 512;
        log[sector..sector + 512].fill_with(|| chance.below(256) as u8);
        events_left(&snapshot, &log, case);
    }
}
