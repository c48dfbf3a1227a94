//! Whether a line of evidence is said: its slots together, near one another, with the right polarity.

use std::slice;

use super::compile::{Line, Slot};
use super::negation::Cue;
use super::reading::{Place, Polarity, Reading, beginning_in};
use super::talk;

/// Slots that lie farther apart than this many words belong to different thoughts, even in one endless sentence.
/// Two ordinary sentences of 20 words fit in.
const SPREAD: usize = 40;
/// A denial of the whole line has to be said at once, in this many words.
const DENIAL_SPREAD: usize = 20;
/// From this many slots on, all but one is half said.
const PARTIAL_FROM: usize = 3;

/// What was found of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// Where each slot that was found is, in the slots' order.
    pub(super) places: Vec<Place>,
    /// All of it, to tell what was said last.
    pub(super) whole: Place,
    /// The slot that is missing, in a match of all but one.
    pub(super) missing: Option<usize>,
}

impl Match {
    /// Returns how many words it spreads over.
    fn spread(&self) -> usize {
        self.whole.end - self.whole.first
    }

    /// Orders matches as a person would point at them: in few clauses, then in few words.
    fn scatter(&self, reading: &Reading) -> (usize, usize) {
        (reading.borders(self.whole), self.spread())
    }
}

/// How far apart the slots of a line may be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// In one sentence as it is written; a semicolon does not end it.
    Sentence,
    /// All but one of three or more in one sentence, and that one in the sentence beside it.
    Neighbours,
}

#[derive(Clone, Copy, Debug)]
struct Found {
    place: Place,
    satisfied: bool,
    denied: bool,
}

/// Which of several places fills a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Take {
    /// The nearest one with the right polarity, if there is one.
    Affirmed,
    /// The nearest one, which is asked for where something is denied.
    Nearest,
}

fn all_satisfied(gathered: &[Option<Found>]) -> bool {
    gathered.iter().all(|found| found.is_some_and(|found| found.satisfied))
}

/// A line looked up in an answer, once for all that is asked of it.
pub(super) struct Search<'a> {
    reading: &'a Reading,
    line: &'a Line,
    /// By slot.
    places: Vec<&'a [Place]>,
    /// Whether every slot is somewhere.
    complete: bool,
}

impl<'a> Search<'a> {
    /// Looks every slot up; `None` as soon as no match can come of it, be it of all slots but one.
    pub(super) fn new(reading: &'a Reading, line: &'a Line) -> Option<Self> {
        let found = || line.slots.iter().map(|slot| reading.slot(slot));
        // A match begins with the first slot.
        found().next().filter(|first| !first.is_empty())?;
        let spare = usize::from(line.slots.len() >= PARTIAL_FROM);
        let lacking = found().filter(|places| places.is_empty()).take(spare + 1).count();
        (lacking <= spare).then(|| Self { reading, line, places: found().collect(), complete: lacking == 0 })
    }

    /// The line that is looked up.
    pub(super) fn line(&self) -> &'a Line {
        self.line
    }

    /// Finds the line said in full: the closest in one sentence, or else in two neighbouring ones.
    pub(super) fn said(&self, within: Within) -> Option<Match> {
        self.said_if(within, |_| true)
    }

    /// Finds the line said in full, and not just named: a sentence of two bare words names them. Three make a claim,
    /// where the sentence makes any.
    pub(super) fn stated(&self, within: Within) -> Option<Match> {
        let claims = self.line.slots.len() >= PARTIAL_FROM;
        let is_said = |found: &Match| {
            let sentence = self.reading.around(found.whole, 0);
            let words = self.reading.text.between(sentence.first, sentence.end);
            found.whole.end > sentence.end || !talk::is_empty(words)
        };
        self.said_if(within, |found| is_said(found) && (claims || !self.reading.is_bare(&found.places)))
    }

    fn said_if(&self, within: Within, counts: impl Fn(&Match) -> bool) -> Option<Match> {
        if !self.complete {
            return None;
        }
        let near =
            |found: &Match| within == Within::Neighbours || self.reading.in_one_sentence(&found.places);
        [0, 1].into_iter().find_map(|sentences| {
            let found = self.matches(all_satisfied, 0, SPREAD, sentences, Take::Affirmed);
            found.filter(|found| near(found) && counts(found)).min_by_key(|found| found.scatter(self.reading))
        })
    }

    /// Whether the line is said in full somewhere within these words.
    pub(super) fn said_within(&self, words: Place) -> bool {
        self.complete
            && self
                .matches(all_satisfied, 0, SPREAD, 0, Take::Affirmed)
                .any(|found| found.whole.overlaps(words))
    }

    /// Finds the line denied: everything is there in one sentence, and what should be affirmed is denied.
    /// The last such place, since what is said last counts.
    pub(super) fn denied(&self) -> Option<Match> {
        if !self.complete || self.line.slots.len() < 2 {
            return None;
        }
        let denied = |gathered: &[Option<Found>]| {
            let found: Vec<Found> = gathered.iter().copied().flatten().collect();
            found.len() == gathered.len()
                && found.iter().any(|found| found.denied)
                // "I would not index every column, because writes get slower" gives a reason, and denies none of it.
                && found
                    .iter()
                    .all(|one| found.iter().all(|other| self.reading.same_clause(one.place, other.place)))
        };
        self.matches(denied, 0, DENIAL_SPREAD, 0, Take::Nearest).max_by_key(|found| found.whole.end)
    }

    /// Finds all slots but one, the first among them, in one sentence.
    pub(super) fn half_said(&self) -> Option<Match> {
        if self.line.slots.len() < PARTIAL_FROM {
            return None;
        }
        let but_one = |gathered: &[Option<Found>]| {
            let satisfied = gathered.iter().filter(|found| found.is_some_and(|f| f.satisfied)).count();
            satisfied + 1 == gathered.len()
        };
        self.matches(but_one, 1, SPREAD, 0, Take::Affirmed).min_by_key(|found| found.scatter(self.reading))
    }

    /// Returns the acceptable matches whose slots, all but `lacking` of them, are within `sentences` of the first one's.
    fn matches(
        &self,
        accept: impl Fn(&[Option<Found>]) -> bool,
        lacking: usize,
        spread: usize,
        sentences: usize,
        take: Take,
    ) -> impl Iterator<Item = Match> {
        let anchors = self.places.first().copied().unwrap_or_default();
        anchors.iter().filter(|anchor| self.usable(self.reading.sentence(**anchor))).filter_map(
            move |anchor| {
                // Most anchors stand alone, and in most sentences nothing is denied, which is soon seen.
                let in_vain = take == Take::Nearest && !self.reading.denies_near(*anchor);
                if in_vain || self.lacking(*anchor, sentences) > lacking {
                    return None;
                }
                let gathered = self.gather(*anchor, sentences, take);
                if !accept(&gathered) {
                    return None;
                }
                self.finish(&gathered).filter(|found| found.spread() <= spread)
            },
        )
    }

    fn usable(&self, sentence: usize) -> bool {
        self.reading.states.get(sentence).copied().unwrap_or(false)
    }

    /// Returns how many slots are nowhere near the anchor.
    fn lacking(&self, anchor: Place, sentences: usize) -> usize {
        let around = self.reading.around(anchor, sentences);
        let near = |places: &[Place]| {
            beginning_in(places, around).iter().any(|place| self.together(anchor, *place, sentences))
        };
        self.places.iter().skip(1).filter(|places| !near(places)).count()
    }

    /// Takes for each slot the nearest place to the anchor that is not taken.
    fn gather(&self, anchor: Place, sentences: usize, take: Take) -> Vec<Option<Found>> {
        let spent = self.spent(anchor, sentences);
        let around = self.reading.around(anchor, sentences);
        let near: Vec<&[Place]> = self.places.iter().map(|places| beginning_in(places, around)).collect();
        let consumed = |cue: &Cue| {
            let words = Place { first: cue.first, end: cue.end };
            spent.contains(&words) || near.iter().copied().flatten().any(|place| place.overlaps(words))
        };
        let fits = |place: &&Place| self.together(anchor, **place, sentences);
        let slots = self.line.slots.iter().zip(&near).enumerate();
        let mut slots: Vec<(usize, &Slot, &[Place], usize)> = slots
            .map(|(index, (slot, near))| {
                let places = if index == 0 { slice::from_ref(&anchor) } else { near };
                (index, slot, places, places.iter().filter(fits).count())
            })
            .collect();
        // The slot with the least choice takes first, so that none takes the only word of another.
        slots.sort_by_key(|(index, _, _, choice)| (*index > 0, *choice));
        let mut gathered: Vec<Option<Found>> = vec![None; slots.len()];
        for (index, slot, places, _) in slots {
            let free = |place: &&Place| gathered.iter().flatten().all(|other| !other.place.overlaps(**place));
            let places = places.iter().filter(fits).filter(free);
            let found = places.map(|place| self.found(slot, *place, &consumed)).min_by_key(|found| {
                let wrong = take == Take::Affirmed && !found.satisfied;
                (wrong, self.reading.borders(anchor.join(found.place)), found.place.distance(anchor))
            });
            if let Some(filled) = gathered.get_mut(index) {
                *filled = found;
            }
        }
        gathered
    }

    /// Returns the negating words that a slot near the anchor asks for. They are said of that slot, and deny none of
    /// the others: "never retry a dead cache" says that one does not retry, and that the cache is dead.
    fn spent(&self, anchor: Place, sentences: usize) -> Vec<Place> {
        let slots = self.line.slots.iter().zip(&self.places);
        let around = self.reading.around(anchor, sentences);
        let negated =
            slots.filter(|(slot, _)| slot.negated).flat_map(|(_, places)| beginning_in(places, around));
        let near = negated.filter(|place| self.together(anchor, **place, sentences));
        near.flat_map(|place| self.reading.negating(*place)).collect()
    }

    fn found(&self, slot: &Slot, place: Place, consumed: &impl Fn(&Cue) -> bool) -> Found {
        let polarity = if slot.negated {
            self.reading.polarity(place, |_| false)
        } else {
            self.reading.polarity(place, consumed)
        };
        let affirmed = polarity == Polarity::Affirmed;
        Found {
            place,
            satisfied: affirmed != slot.negated,
            denied: !slot.negated && polarity == Polarity::Denied,
        }
    }

    /// Whether two places are near enough to belong together: the same sentence, or neighbouring ones, and not
    /// different terms of a list.
    fn together(&self, anchor: Place, place: Place, sentences: usize) -> bool {
        let (here, there) = (self.reading.sentence(anchor), self.reading.sentence(place));
        let near = here == there
            || (here.abs_diff(there) <= sentences
                && self.usable(there)
                && !self.reading.other_item(here, there));
        near && !self.reading.merely_listed(anchor, place)
    }

    fn finish(&self, gathered: &[Option<Found>]) -> Option<Match> {
        let missing = gathered.iter().position(|found| found.is_none_or(|f| !f.satisfied));
        let places: Vec<Place> = gathered.iter().flatten().map(|found| found.place).collect();
        let whole = places.iter().copied().reduce(Place::join)?;
        let counts = self.holds_together(&places) && !self.reading.is_passed_over(whole);
        counts.then_some(Match { places, whole, missing })
    }

    /// Whether all places are in one sentence, or all but one of three or more: a word here and a word in the next
    /// sentence say nothing together.
    fn holds_together(&self, places: &[Place]) -> bool {
        let home = |sentence: usize| {
            places.iter().filter(|place| self.reading.sentence(**place) == sentence).count()
        };
        let most = places.iter().map(|place| home(self.reading.sentence(*place))).max().unwrap_or(0);
        most == places.len() || (places.len() >= PARTIAL_FROM && most + 1 == places.len())
    }
}
