//! Sessions, events, progress, drafts.

use super::*;
use crate::domain::score::Score;
use crate::domain::transcript::{End, Event};
use crate::history::{HistoryError, Progress};

fn names(store: &Store) -> Vec<String> {
    store.sessions().unwrap().iter().map(|summary| summary.id.to_string()).collect()
}

#[test]
fn the_listing_has_the_newest_first_whatever_the_clock_said() {
    let home = Home::new();
    let mut store = home.open();
    for (name, started) in [("first", 300), ("second", 100), ("third", 200)] {
        store.create(&crate::domain::plan::Plan { started, ..sample::plan(name) }).unwrap();
    }
    assert_eq!(names(&store), ["third", "second", "first"]);
    let newest = store.sessions().unwrap().remove(0);
    assert_eq!((newest.started, newest.title.as_str(), newest.questions), (200, "News feed", 1));
    assert_eq!(newest.progress, Some(Progress::default()));
}

#[test]
fn the_latest_open_session_is_the_newest_that_has_not_ended() {
    let home = Home::new();
    let mut store = home.open();
    assert_eq!(store.latest_open().unwrap(), None);
    for name in ["one", "two", "three"] {
        fill(&mut store, name, 1);
    }
    let ended = Progress { answered: 1, score: Score::of(65, 100), end: Some(End::Completed) };
    store.set_progress(&sample::id("three"), &ended).unwrap();
    assert_eq!(store.latest_open().unwrap().unwrap().id, sample::id("two"));
    assert_eq!(store.sessions().unwrap()[0].progress, Some(ended));
}

#[test]
fn a_name_is_given_once() {
    let home = Home::new();
    let mut store = home.open();
    let base = sample::id("20260314-193000");
    for expected in ["20260314-193000", "20260314-193000-2", "20260314-193000-3"] {
        let id = store.unique_id(&base).unwrap();
        assert_eq!(id.as_str(), expected);
        store.create(&sample::plan(expected)).unwrap();
    }
    let error = store.create(&sample::plan("20260314-193000")).unwrap_err();
    assert!(matches!(error, HistoryError::Taken { session } if session == base));

    let long = sample::id(&"x".repeat(64));
    store.create(&sample::plan(long.as_str())).unwrap();
    assert!(matches!(store.unique_id(&long), Err(HistoryError::Name(_))));
}

#[test]
fn two_programs_on_one_session_are_told_apart() {
    let home = Home::new();
    let (mut here, mut there) = (home.open(), home.open());
    fill(&mut here, "one", 2);
    there.append(&sample::id("one"), 2, &sample::answer("there")).unwrap();
    let error = here.append(&sample::id("one"), 2, &sample::answer("here")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "session `one` is at event 3, not 2: another program goes on with it; \
         leave that one, then `followup resume one`"
    );
    let error = here.append(&sample::id("one"), 7, &Event::Began).unwrap_err();
    assert!(matches!(error, HistoryError::Conflict { seq: 7, next: 3, .. }));
    assert_eq!(here.load(&sample::id("one")).unwrap().events[2], sample::answer("there"));
}

#[test]
fn what_is_said_of_an_unknown_session_is_refused() {
    let home = Home::new();
    let mut store = home.open();
    let id = sample::id("nobody");
    for result in [
        store.load(&id).map(drop),
        store.append(&id, 0, &Event::Began),
        store.save_draft(&id, "half"),
        store.set_progress(&id, &Progress::default()),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.to_string(), "there is no session `nobody`; `followup history` lists them");
    }
    assert_eq!(store.draft(&id).unwrap(), None);
}

#[test]
fn a_draft_lasts_until_its_answer_is_in() {
    let home = Home::new();
    let mut store = home.open();
    let id = sample::id("one");
    store.create(&sample::plan("one")).unwrap();
    store.save_draft(&id, "half").unwrap();
    store.save_draft(&id, "half an\nanswer").unwrap();
    store.append(&id, 0, &Event::Hinted { at: 1 }).unwrap();
    store.append(&id, 1, &Event::Paused { at: 2 }).unwrap();
    drop(store);

    let mut store = home.open();
    assert_eq!(store.draft(&id).unwrap().as_deref(), Some("half an\nanswer"));
    store.append(&id, 2, &sample::answer("whole")).unwrap();
    assert_eq!(store.draft(&id).unwrap(), None);
    store.save_draft(&id, "more").unwrap();
    store.clear_draft(&id).unwrap();
    assert_eq!(store.draft(&id).unwrap(), None);
}

#[test]
fn recent_answers_come_from_all_sessions_the_latest_last() {
    let home = Home::new();
    let mut store = home.open();
    fill(&mut store, "one", 3);
    fill(&mut store, "two", 2);
    store.append(&sample::id("two"), 2, &sample::answer(" \n")).unwrap();
    store.append(&sample::id("two"), 3, &Event::Skipped { at: 3 }).unwrap();
    assert_eq!(store.recent_answers(4).unwrap(), ["one 1", "one 2", "two 0", "two 1"]);
    assert_eq!(store.recent_answers(0).unwrap(), [""; 0]);
}

#[test]
fn many_writers_with_handles_of_their_own_never_collide() {
    const WRITERS: u32 = 4;
    const SESSIONS: u32 = 50;
    let home = Home::new();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let home = &home;
            scope.spawn(move || {
                let mut store = home.open();
                for session in 0..SESSIONS {
                    fill(&mut store, &format!("w{writer}-{session}"), 2);
                }
            });
        }
    });
    let store = home.open();
    let sessions = store.sessions().unwrap();
    assert_eq!(sessions.len(), (WRITERS * SESSIONS) as usize);
    for summary in sessions {
        assert_eq!(store.load(&summary.id).unwrap().events.len(), 2);
    }
    assert_eq!(store.verify().unwrap(), []);
}
