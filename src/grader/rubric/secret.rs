//! Whether words give away what a candidate has yet to say: the interviewer's are read for the same evidence as answers.
//!
//! Nobody earns anything here, so it does not matter whether a thing is stated, asked, listed or denied: it was named.

use std::sync::Arc;

use super::RubricGrader;
use super::compile::{Compiled, Line, Point};
use super::line::{Search, Within};
use super::reading::Reading;
use crate::domain::id::PointId;
use crate::domain::question::Question;

/// The key points of a question that a candidate has not stated yet.
pub struct Secret<'a> {
    grader: &'a RubricGrader,
    compiled: Arc<Compiled>,
    /// By the key point's index, what is known of it anyway.
    open: Vec<(usize, Told)>,
    /// What was said before, which these words may add to.
    before: String,
}

/// How much a text tells of a key point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Nothing,
    /// It names it.
    Name,
    /// It has all of a line of evidence in it, or of its opposite.
    All,
}

impl RubricGrader {
    /// Takes the key points that are still open. What one of the `known` texts tells is no secret; what was said
    /// `before` stands ahead of the words that are looked at.
    #[must_use]
    pub fn secret<'a, 'k>(
        &'a self,
        question: &Question,
        open: &[PointId],
        known: impl IntoIterator<Item = &'k str>,
        before: &str,
    ) -> Secret<'a> {
        let compiled = self.compiled(question);
        let points = compiled.points.iter().enumerate();
        let mut open: Vec<(usize, Told)> = points
            .filter(|(_, point)| open.contains(&point.point.id))
            .map(|(index, _)| (index, Told::Nothing))
            .collect();
        for text in known {
            let reading = self.listen(&compiled, text);
            for (index, known) in &mut open {
                *known = (*known).max(told(&compiled, *index, &reading));
            }
        }
        Secret { grader: self, compiled, open, before: before.to_owned() }
    }

    /// Reads a text for all that is in it, in whatever form.
    fn listen(&self, compiled: &Compiled, text: &str) -> Reading {
        Reading::of_anything(self.words.split(text), text, compiled, &self.words, &self.known)
    }
}

impl Secret<'_> {
    /// Whether a text tells more than is known.
    #[must_use]
    pub fn is_told_by(&self, text: &str) -> bool {
        let text = format!("{}\n{text}", self.before);
        let reading = self.grader.listen(&self.compiled, &text);
        self.open.iter().any(|(index, known)| told(&self.compiled, *index, &reading) > *known)
    }
}

fn told(compiled: &Compiled, index: usize, reading: &Reading) -> Told {
    let Some(point) = compiled.points.get(index) else { return Told::Nothing };
    if all_lines(point)
        .filter_map(|line| Search::new(reading, line))
        .any(|search| search.said(Within::Neighbours).or_else(|| search.denied()).is_some())
    {
        return Told::All;
    }
    let is_there = |line: &Line| line.slots.iter().all(|slot| !reading.slot(slot).is_empty());
    if point.mention.iter().any(is_there) { Told::Name } else { Told::Nothing }
}

fn all_lines(point: &Point) -> impl Iterator<Item = &Line> {
    point.evidence.iter().chain(&point.contradiction)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::builtin;
    use crate::domain::id::QuestionId;

    /// Counts of texts that tell something, among all.
    #[derive(Default)]
    struct Share {
        told: u32,
        all: u32,
    }

    impl Share {
        fn add(&mut self, told: bool) {
            self.told += u32::from(told);
            self.all += 1;
        }

        fn percent(&self) -> u32 {
            100 * self.told / self.all
        }
    }

    fn ids(question: &Question) -> Vec<PointId> {
        question.rubric.points.iter().map(|point| point.id.clone()).collect()
    }

    #[test]
    fn what_is_asked_for_is_recognised_and_what_interviewers_say_is_not() {
        let catalog = builtin::load().unwrap().catalog;
        let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
        let (mut stated, mut asked, mut probed) = (Share::default(), Share::default(), Share::default());
        for question in catalog.questions.iter().step_by(5) {
            let question = question.bind(&std::collections::BTreeMap::new());
            for point in &question.rubric.points {
                let own = grader.secret(
                    &question,
                    std::slice::from_ref(&point.id),
                    [question.wording.as_str()],
                    "",
                );
                stated.add(own.is_told_by(&point.text));
                asked.add(own.is_told_by(&format!("Is it not that {}?", point.text.trim_end_matches('.'))));
                let any = grader.secret(&question, &ids(&question), [question.wording.as_str()], "");
                probed.add(any.is_told_by(&point.probe));
            }
        }
        // Measured on all of the pack: 99, 96 and 7 of 100.
        let shares = [stated.percent(), asked.percent(), probed.percent()];
        assert!(shares[0] >= 97 && shares[1] >= 93 && shares[2] <= 12, "{shares:?}");
    }

    #[track_caller]
    fn check(known: &[&str], before: &str, text: &str, told: bool) {
        let catalog = builtin::load().unwrap().catalog;
        let grader = RubricGrader::new(&catalog.lexicon, catalog.prose());
        let question = catalog.question(&QuestionId::parse("cache/stampede").unwrap()).unwrap();
        let open = [PointId::parse("coalesce").unwrap()];
        let secret = grader.secret(question, &open, known.iter().copied(), before);
        assert_eq!(secret.is_told_by(text), told, "{text}");
    }

    #[test]
    fn it_does_not_matter_how_it_is_told() {
        check(&[], "", "What happens to the database when a popular key expires?", false);
        check(&[], "", "Only one caller should rebuild it while the others wait.", true);
        check(&[], "", "Would request coalescing help?", true);
        check(&[], "", "You would not think of single flight here?", true);
        check(&[], "", "Locks, leases, single flight.", true);
        check(&[], "", "Should only one caller", false);
        check(&[], "Should only one caller", "rebuild it?", true);
    }

    #[test]
    fn what_is_known_is_no_secret() {
        let named = ["I would use single flight."];
        check(&named, "", "You said single flight: how does that work?", false);
        check(&named, "", "With single flight, one caller loads the key and the others wait, right?", true);
        let said = ["Only one caller loads the key, and the others wait for its result."];
        check(&said, "", "So one loads and the others wait for its result; until when?", false);
    }
}
