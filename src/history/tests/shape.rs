//! The stored shape: a change that old journals do not survive has to be noticed here.

use std::collections::BTreeSet;

use super::*;
use crate::domain::transcript::Event;
use crate::history::record::SHAPE;

/// Without a wildcard, so that a new kind of event has to be added to the fixture.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Began => "began",
        Event::Answered { .. } => "answered",
        Event::Skipped { .. } => "skipped",
        Event::Said { .. } => "said",
        Event::Inquired { .. } => "inquired",
        Event::Hinted { .. } => "hinted",
        Event::Graded { .. } => "graded",
        Event::Retried { .. } => "retried",
        Event::Disputed { .. } => "disputed",
        Event::Regraded { .. } => "regraded",
        Event::Paused { .. } => "paused",
        Event::Resumed => "resumed",
        Event::Stopped { .. } => "stopped",
    }
}

#[test]
fn every_version_reads_and_writes_back_byte_for_byte() {
    for (version, text) in (1..).zip(sample::JOURNALS) {
        let journal: sample::Journal = serde_json::from_str(text).unwrap();
        let raw: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(journal.version, version);
        assert_eq!(serde_json::to_string(&journal.plan).unwrap(), raw["plan"].to_string());
        assert_eq!(serde_json::to_string(&journal.events).unwrap(), raw["events"].to_string());
    }
    assert_eq!(sample::journal().version, SHAPE);
}

#[test]
fn a_session_of_the_first_version_is_read_and_goes_on() {
    let home = Home::new();
    let mut store = home.open();
    fill(&mut store, "one", 1);
    let plan = serde_json::to_string(&sample::plan("one")).unwrap();
    let fields = ["one", "1773516600", "senior", "News feed", "1", "1", &plan];
    let checksum = crate::history::record::Table::Session.checksum(&fields);
    store.conn.execute("UPDATE session SET version = 1, checksum = ?1", [checksum]).unwrap();
    store.append(&sample::id("one"), 1, &sample::answer("more")).unwrap();
    let stored = store.load(&sample::id("one")).unwrap();
    assert_eq!((stored.events.len(), stored.damaged.len()), (2, 0));
    assert_eq!(store.verify().unwrap(), []);
}

#[test]
fn the_fixture_has_every_kind_of_event() {
    let kinds: BTreeSet<&str> = sample::journal().events.iter().map(kind).collect();
    assert_eq!(kinds.len(), 13, "{kinds:?}");
}

#[test]
fn a_journal_comes_back_as_it_went_in() {
    let home = Home::new();
    let sample::Journal { plan, events, .. } = sample::journal();
    let mut store = home.open();
    store.create(&plan).unwrap();
    for (seq, event) in (0..).zip(&events) {
        store.append(&plan.session, seq, event).unwrap();
    }
    drop(store);

    let stored = home.open().load(&plan.session).unwrap();
    assert_eq!((stored.plan, stored.events, stored.damaged), (plan, events, vec![]));
}

#[test]
fn text_is_stored_untouched() {
    let home = Home::new();
    let mut store = home.open();
    store.create(&sample::plan("one")).unwrap();
    let texts = [
        "",
        "\u{1b}[31mred\u{0}\u{7}",
        "naïve \u{202e}\u{1f980}",
        "\r\n\t'; DROP TABLE event; --",
        "\u{fffd}",
    ];
    for (seq, text) in (0..).zip(texts) {
        store.append(&sample::id("one"), seq, &sample::answer(text)).unwrap();
        store.save_draft(&sample::id("one"), text).unwrap();
        assert_eq!(store.draft(&sample::id("one")).unwrap().as_deref(), Some(text));
    }
    let events = store.load(&sample::id("one")).unwrap().events;
    assert_eq!(events, texts.map(sample::answer));
    assert_eq!(store.verify().unwrap(), []);
}

#[test]
fn a_plan_of_a_later_shape_is_named_and_not_guessed_at() {
    let home = Home::new();
    let mut store = home.open();
    fill(&mut store, "one", 1);
    let plan = serde_json::to_string(&sample::plan("one")).unwrap();
    let fields = ["one", "1773516600", "senior", "News feed", "1", "4", &plan];
    let checksum = crate::history::record::Table::Session.checksum(&fields);
    store.conn.execute("UPDATE session SET version = 4, checksum = ?1", [checksum]).unwrap();
    let error = store.load(&sample::id("one")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "session `one` cannot be read: it is of version 4, and this program knows 3; \
         `followup doctor` lists all damage"
    );
}
