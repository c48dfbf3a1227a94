//! What fills the slots of a rubric, to be found by what is said: an answer says little of all that may be asked for.

use super::concept::ConceptId;

/// Index of a slot among all slots of a rubric.
pub(super) type SlotId = usize;

/// An alternative of slots: a concept, and what must be said near it.
pub(super) struct Filling {
    /// What must be said near the concept that it begins with.
    pub(super) rest: Vec<ConceptId>,
    /// The slots that it fills.
    pub(super) slots: Vec<SlotId>,
}

/// The alternatives of all slots of a rubric, each once.
#[derive(Default)]
pub(super) struct Fillings {
    /// By the concept that they begin with.
    by_first: Vec<Vec<Filling>>,
    slots: usize,
}

impl Fillings {
    /// Takes in a slot with its alternatives; one without concepts fills nothing.
    pub(super) fn slot(&mut self, alternatives: impl IntoIterator<Item = Vec<ConceptId>>) -> SlotId {
        let slot = self.slots;
        self.slots += 1;
        for concepts in alternatives {
            if let Some((first, rest)) = concepts.split_first() {
                self.add(*first, rest, slot);
            }
        }
        slot
    }

    fn add(&mut self, first: ConceptId, rest: &[ConceptId], slot: SlotId) {
        if self.by_first.len() <= first {
            self.by_first.resize_with(first + 1, Vec::new);
        }
        let Some(fillings) = self.by_first.get_mut(first) else { return };
        match fillings.iter_mut().find(|filling| filling.rest == rest) {
            Some(known) if known.slots.last() == Some(&slot) => {}
            Some(known) => known.slots.push(slot),
            None => fillings.push(Filling { rest: rest.to_vec(), slots: vec![slot] }),
        }
    }

    /// Returns how many slots there are; ids are below it.
    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Returns the alternatives that begin with the concept.
    pub(super) fn beginning_with(&self, concept: ConceptId) -> &[Filling] {
        self.by_first.get(concept).map_or(&[], Vec::as_slice)
    }
}
