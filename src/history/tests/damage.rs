//! Damage is found, named and contained.

use super::*;
use crate::domain::chance::Chance;
use crate::history::{Damage, HistoryError, SessionSummary, StoredSession};

/// A store with two sessions of ten answers, a draft each, closed.
fn store_of_two(home: &Home) {
    let mut store = home.open();
    for name in ["one", "two"] {
        fill(&mut store, name, 10);
        store.save_draft(&sample::id(name), &format!("{name} half")).unwrap();
    }
}

fn found(store: &Store) -> Vec<String> {
    store.verify().unwrap().iter().map(Damage::to_string).collect()
}

/// Breaks a whole store by a statement; returns what is said of it, and what is left of session `one`.
fn check(sql: &str, expected: &[&str]) -> Result<StoredSession, HistoryError> {
    let home = Home::new();
    store_of_two(&home);
    let conn = home.sql();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.execute_batch(sql).unwrap();
    drop(conn);

    let store = home.open();
    assert_eq!(found(&store), expected, "{sql}");
    let other = store.load(&sample::id("two")).unwrap();
    assert_eq!((other.events.len(), other.damaged), (10, vec![]), "{sql}");
    store.load(&sample::id("one"))
}

#[test]
fn a_changed_event_is_named_and_what_came_before_it_is_kept() {
    for (sql, fault) in [
        (
            "UPDATE event SET payload = replace(payload, 'one 4', 'One 4') WHERE session = 'one' AND seq = 4",
            "event 4 of session `one` does not match its checksum",
        ),
        (
            "UPDATE event SET payload = CAST(x'ff00' || payload AS TEXT) WHERE session = 'one' AND seq = 4",
            "event 4 of session `one` does not match its checksum",
        ),
        ("DELETE FROM event WHERE session = 'one' AND seq = 4", "event 4 of session `one` is missing"),
    ] {
        let stored = check(sql, &[fault]).unwrap();
        let expected: Vec<_> = (0..4).map(|seq| sample::answer(&format!("one {seq}"))).collect();
        assert_eq!(stored.events, expected);
        assert_eq!(stored.damaged.iter().map(Damage::to_string).collect::<Vec<_>>(), [fault]);
    }
}

#[test]
fn events_that_have_changed_places_are_named() {
    let stored = check(
        "UPDATE event SET seq = 100 WHERE session = 'one' AND seq = 2;
         UPDATE event SET seq = 2 WHERE session = 'one' AND seq = 3;
         UPDATE event SET seq = 3 WHERE session = 'one' AND seq = 100;",
        &[
            "event 3 of session `one` does not match its checksum",
            "event 2 of session `one` does not match its checksum",
        ],
    );
    assert_eq!(stored.unwrap().events.len(), 2);
}

#[test]
fn a_changed_plan_is_named() {
    let error = check(
        "UPDATE session SET plan = replace(plan, 'News', 'Olds') WHERE id = 'one'",
        &["session `one` does not match its checksum"],
    );
    assert!(matches!(error, Err(HistoryError::Damaged(_))));
}

#[test]
fn a_changed_listing_is_named_and_the_session_still_loads() {
    for (sql, fault) in [
        (
            "UPDATE progress SET score = 100 WHERE session = 'one'",
            "the progress of session `one` does not match its checksum",
        ),
        ("DELETE FROM progress WHERE session = 'one'", "the progress of session `one` is missing"),
        (
            "UPDATE draft SET text = 'one calf' WHERE session = 'one'",
            "the draft of session `one` does not match its checksum",
        ),
    ] {
        assert_eq!(check(sql, &[fault]).unwrap().events.len(), 10);
    }
}

#[test]
fn a_damaged_draft_is_not_taken_for_the_candidates() {
    let home = Home::new();
    store_of_two(&home);
    home.sql().execute("UPDATE draft SET text = 'one calf' WHERE session = 'one'", []).unwrap();
    let mut store = home.open();
    assert!(matches!(store.draft(&sample::id("one")), Err(HistoryError::Damaged(_))));
    assert_eq!(store.draft(&sample::id("two")).unwrap().as_deref(), Some("two half"));
    store.save_draft(&sample::id("one"), "anew").unwrap();
    assert_eq!(store.draft(&sample::id("one")).unwrap().as_deref(), Some("anew"));
}

#[test]
fn a_listing_with_a_damaged_line_has_the_others() {
    let home = Home::new();
    store_of_two(&home);
    home.sql().execute("UPDATE progress SET answered = 9 WHERE session = 'one'", []).unwrap();
    let summaries = home.open().sessions().unwrap();
    let known: Vec<bool> = summaries.iter().map(|summary| summary.progress.is_some()).collect();
    assert_eq!(known, [true, false]);
}

/// Everything that the store says.
#[derive(Debug, PartialEq)]
struct Contents {
    sessions: Vec<SessionSummary>,
    stored: Vec<StoredSession>,
    drafts: Vec<Option<String>>,
    answers: Vec<String>,
}

fn contents(store: &Store) -> Result<Contents, HistoryError> {
    let ids = [sample::id("one"), sample::id("two")];
    Ok(Contents {
        sessions: store.sessions()?,
        stored: ids.iter().map(|id| store.load(id)).collect::<Result<_, _>>()?,
        drafts: ids.iter().map(|id| store.draft(id)).collect::<Result<_, _>>()?,
        answers: store.recent_answers(100)?,
    })
}

#[test]
fn a_flipped_bit_is_found_or_harmless() {
    const FLIPS: u32 = 300;
    let home = Home::new();
    store_of_two(&home);
    let (expected, whole) = (contents(&home.open()).unwrap(), bytes(&home.file()));
    // Most of so small a file is empty space, where nothing can be hit.
    let places: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] != 0).collect();
    let mut chance = Chance::new(1, "flips");
    let mut noticed = 0;
    for flip in 0..FLIPS {
        let place = places[chance.below(places.len())];
        let mut broken = whole.clone();
        broken[place] ^= 1 << chance.below(8);
        std::fs::write(home.file(), &broken).unwrap();
        // Damage to the header may keep the store from being opened: that is noticed, too.
        let (found, left) = match Store::open_read_only(&home.dir) {
            Ok(Some(store)) => {
                (store.verify().map_or(true, |damage| !damage.is_empty()), contents(&store).ok())
            }
            Ok(None) => (false, None),
            Err(_) => (true, None),
        };
        noticed += u32::from(found);
        assert!(found || left.as_ref() == Some(&expected), "flip {flip} at byte {place} went unnoticed");
    }
    assert!(noticed > FLIPS / 2, "only {noticed} flips hit anything");
}
