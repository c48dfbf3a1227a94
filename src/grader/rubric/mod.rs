//! The offline grader: verdicts by rubric, without a model and without a network.
//!
//! A key point is a hit when one of its lines of evidence is said in the answer: all of its slots, near one
//! another, affirmed. It knows words by their stems, the pack's lexicon and typing errors, and it knows
//! negation; it does not understand sentences. What it credits, it quotes.

mod asking;
mod compile;
mod concept;
mod dismissal;
mod figure;
mod filling;
mod fold;
mod gate;
mod ground;
mod idiom;
mod line;
mod negation;
mod quote;
mod reading;
mod reference;
mod secret;
mod stem;
mod talk;
mod text;
mod token;
mod typo;
mod verdict;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use foldhash::HashSet;

use super::{GradeFuture, GradeRequest, Grader};
use crate::domain::grade::{Flag, Grade, Outcome, Provenance};
use crate::domain::hash::ContentHash;
use crate::domain::id::QuestionId;
use crate::domain::lexicon::Lexicon;
use crate::domain::question::Question;
use crate::domain::score::BY_REFERENCE;
use crate::domain::words::Level;
use compile::Compiled;
use concept::Thesaurus;
use reading::Reading;
use reference::{Derived, Kin, Rank, Said};
use token::Words;
use typo::KnownWords;

pub(super) use fold::fold;
pub(super) use ground::Ground;
pub use secret::Secret;

/// The grader's name, as grades record it.
pub const NAME: &str = "rubric";
/// The version of the method, as grades record it; it changes whenever a verdict could.
pub const VERSION: &str = "4";
/// The most that is read of an answer, in bytes. A long spoken answer has 4 kB.
pub const MAX_ANSWER: usize = 64 * 1024;

/// Grades by rubric; one for a whole run, since it keeps rubrics ready.
pub struct RubricGrader {
    words: Words,
    thesaurus: Thesaurus,
    lexicon: ContentHash,
    known: KnownWords,
    ready: Mutex<HashMap<QuestionId, Arc<Compiled>>>,
    /// General English for grading by reference; made when it is first needed.
    kin: OnceLock<Kin>,
}

impl RubricGrader {
    /// Makes a grader for the rubrics of a pack. `texts` is prose of the pack: its words are known to be
    /// words, so that none of them is taken for a typing error.
    #[must_use]
    pub fn new<'a>(lexicon: &'a Lexicon, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let words = Words::new();
        let mut known = KnownWords::default();
        let members = lexicon.synonyms.iter().chain(&lexicon.kinds).flat_map(|group| &group.members);
        for text in members.map(String::as_str).chain(texts) {
            text.split(|c: char| !c.is_alphanumeric() && c != '\'')
                .for_each(|word| known.insert(&word.to_lowercase()));
        }
        Self {
            thesaurus: Thesaurus::new(lexicon, &words),
            lexicon: lexicon.hash(),
            words,
            known,
            ready: Mutex::default(),
            kin: OnceLock::new(),
        }
    }

    /// Judges an answer on every key point and misconception of the question.
    #[must_use]
    pub fn judge(&self, question: &Question, prompt: &str, answer: &str) -> Grade {
        let compiled = self.compiled(question);
        let (answer, cut) = within_limit(answer);
        let (reading, flags) = self.read(&compiled, prompt, answer, cut);
        let (verdicts, misconceptions) = verdict::all(&compiled, reading, answer);
        Grade {
            verdicts,
            misconceptions,
            flags,
            provenance: self.provenance(compiled.hash.clone()),
            second: None,
        }
    }

    /// Judges an answer by reference answers alone, any of which will do: the one that it meets best counts.
    #[must_use]
    pub fn judge_by_reference(&self, ask: &str, references: &[&str], answer: &str) -> Grade {
        let (answer, cut) = within_limit(answer);
        let kin = self.kin.get_or_init(|| Kin::new(&self.words));
        let text = self.words.split(answer);
        let said = Said::new(&text, kin);
        let nothing = reference::earns_nothing(&text);
        let grades = references.iter().filter(|reference| !reference.trim().is_empty()).map(|reference| {
            // What is read of an answer is enough of a reference, too.
            let (reference, _) = within_limit(reference);
            let derived = Derived::new(ask, reference, &self.words, kin);
            let judged = derived.judge(&said, answer, &self.thesaurus, nothing);
            let flags = judged.flag.into_iter().chain(cut.then_some(Flag::CutOff)).collect();
            let mut provenance = self.provenance(derived.hash);
            BY_REFERENCE.clone_into(&mut provenance.grader);
            let grade = Grade {
                verdicts: judged.verdicts,
                misconceptions: Vec::new(),
                flags,
                provenance,
                second: None,
            };
            (judged.rank, grade)
        });
        let value = |(rank, grade): &(Rank, Grade)| (*rank, grade.score(Level::Staff));
        // The first of equals counts, so that the result does not hang on how a maximum is taken.
        let best = grades.reduce(|best, next| if value(&next) > value(&best) { next } else { best });
        let best = best.map(|(_, grade)| grade);
        best.unwrap_or_else(|| Grade {
            verdicts: Vec::new(),
            misconceptions: Vec::new(),
            flags: Vec::new(),
            provenance: self.provenance(ContentHash::of([ask])),
            second: None,
        })
    }

    /// Reads an answer, unless it is one that earns nothing; says what there is to say of it as a whole.
    fn read(
        &self,
        compiled: &Compiled,
        prompt: &str,
        answer: &str,
        cut: bool,
    ) -> (Option<Reading>, Vec<Flag>) {
        let text = self.words.split(answer);
        let mut flags = Vec::new();
        if text.tokens.is_empty() {
            flags.push(Flag::Empty);
        } else if gate::is_echo(&text.tokens, &self.wording(compiled, prompt)) {
            flags.push(Flag::QuestionEcho);
        } else if gate::is_list(&text) {
            flags.push(Flag::KeywordList);
        } else if gate::is_jumbled(&text) {
            flags.push(Flag::Jumbled);
        }
        let reading =
            flags.is_empty().then(|| Reading::new(text, answer, compiled, &self.words, &self.known));
        if cut {
            flags.push(Flag::CutOff);
        }
        (reading, flags)
    }

    fn wording<'c>(&self, compiled: &'c Compiled, prompt: &str) -> Cow<'c, HashSet<String>> {
        if prompt == compiled.prompt {
            return Cow::Borrowed(&compiled.wording);
        }
        Cow::Owned(compiled.wording.iter().cloned().chain(self.words.stems(prompt)).collect())
    }

    fn provenance(&self, rubric: ContentHash) -> Box<Provenance> {
        Box::new(Provenance {
            grader: NAME.to_owned(),
            version: VERSION.to_owned(),
            model: None,
            prompt: None,
            rubric,
            lexicon: Some(self.lexicon.clone()),
            exchange: None,
            fallback: None,
        })
    }

    fn compiled(&self, question: &Question) -> Arc<Compiled> {
        let known = self.ready().get(&question.id).cloned();
        // Another question under the same id is possible when an old session is graded again.
        if let Some(compiled) = known.filter(|compiled| compiled.rubric == question.rubric) {
            return compiled;
        }
        let compiled = Arc::new(Compiled::new(question, &self.thesaurus, &self.words));
        self.ready().insert(question.id.clone(), Arc::clone(&compiled));
        compiled
    }

    fn ready(&self) -> MutexGuard<'_, HashMap<QuestionId, Arc<Compiled>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Grader for RubricGrader {
    fn grade<'a>(&'a self, request: GradeRequest<'a>) -> GradeFuture<'a> {
        let grade = self.judge(request.question, request.prompt, request.answer);
        Box::pin(std::future::ready(Outcome::Graded(grade)))
    }
}

/// Cuts an answer at the limit, at a character's border; says whether anything was cut off.
fn within_limit(answer: &str) -> (&str, bool) {
    if answer.len() <= MAX_ANSWER {
        return (answer, false);
    }
    let end = (0..=MAX_ANSWER).rev().find(|at| answer.is_char_boundary(*at)).unwrap_or(0);
    (answer.get(..end).unwrap_or_default(), true)
}

#[cfg(test)]
mod tests;
