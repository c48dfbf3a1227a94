//! What answers earn that say nothing, and whether rewriting changes a score that it should not change.

use super::agreement::{mean, share};

/// An answer that says nothing, or nothing of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeAnswer {
    /// The kind of fake.
    pub fake: &'static str,
    /// The question that it was given as an answer to.
    pub question: String,
    /// What each grader gave it, as a share of the full score.
    pub shares: Vec<f64>,
}

/// What one kind of fake earns.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeRow {
    /// The kind.
    pub fake: &'static str,
    /// The number of answers.
    pub answers: usize,
    /// What each grader gave.
    pub graders: Vec<Fooled>,
    /// Where the first grader gave the most, if it gave anything.
    pub worst: Option<String>,
}

/// What a grader gave to one kind of fake, in shares of the full score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fooled {
    /// In the mean.
    pub mean: Option<f64>,
    /// At most.
    pub worst: Option<f64>,
}

/// An answer that was rewritten without changing what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// How it was rewritten.
    pub rewrite: &'static str,
    /// Whether its score is another one now.
    pub changed: bool,
}

/// What one way of rewriting changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RewriteRow {
    /// The way.
    pub rewrite: &'static str,
    /// The number of answers.
    pub answers: usize,
    /// Those of them with another score.
    pub changed: usize,
}

impl RewriteRow {
    /// Returns the share of answers with another score.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        share(self.changed as f64, self.answers as f64)
    }
}

/// Sums up by kind, in the order in which the kinds first come.
pub(super) fn fakes(answers: &[FakeAnswer], graders: usize) -> Vec<FakeRow> {
    let kinds = in_order(answers.iter().map(|answer| answer.fake));
    let row = |fake: &'static str| {
        let answers: Vec<&FakeAnswer> = answers.iter().filter(|answer| answer.fake == fake).collect();
        let shares =
            |grader: usize| answers.iter().filter_map(move |answer| answer.shares.get(grader)).copied();
        let fooled =
            |grader| Fooled { mean: mean(shares(grader)), worst: shares(grader).max_by(f64::total_cmp) };
        let first = |answer: &FakeAnswer| answer.shares.first().copied().unwrap_or(0.0);
        let worst = answers.iter().filter(|answer| first(answer) > 0.0);
        let worst = worst.rev().max_by(|a, b| first(a).total_cmp(&first(b)));
        FakeRow {
            fake,
            answers: answers.len(),
            graders: (0..graders).map(fooled).collect(),
            worst: worst.map(|answer| answer.question.clone()),
        }
    };
    kinds.into_iter().map(row).collect()
}

/// Sums up by way, in the order in which the ways first come.
pub(super) fn rewrites(answers: &[Rewritten]) -> Vec<RewriteRow> {
    let row = |rewrite| {
        let answers = answers.iter().filter(|answer| answer.rewrite == rewrite);
        let changed = answers.clone().filter(|answer| answer.changed).count();
        RewriteRow { rewrite, answers: answers.count(), changed }
    };
    in_order(answers.iter().map(|answer| answer.rewrite)).into_iter().map(row).collect()
}

fn in_order(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut known = Vec::new();
    for name in names {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fakes_are_summed_up_by_kind() {
        let answer = |fake, question: &str, share| FakeAnswer {
            fake,
            question: question.to_owned(),
            shares: vec![share, 1.0],
        };
        let answers = [
            answer("echo", "a/one", 0.0),
            answer("shuffled", "a/one", 0.25),
            answer("shuffled", "a/two", 0.5),
            answer("shuffled", "a/three", 0.5),
            answer("shuffled", "a/four", 0.25),
        ];
        let rows = fakes(&answers, 2);
        assert_eq!(
            rows.iter().map(|row| (row.fake, row.answers)).collect::<Vec<_>>(),
            [("echo", 1), ("shuffled", 4)]
        );
        assert_eq!((&rows[0].worst, rows[0].graders[0].worst), (&None, Some(0.0)));
        assert_eq!(rows[1].worst.as_deref(), Some("a/two"), "the first of equals");
        assert_eq!(rows[1].graders[0], Fooled { mean: Some(0.375), worst: Some(0.5) });
        assert_eq!(rows[1].graders[1], Fooled { mean: Some(1.0), worst: Some(1.0) });
    }

    #[test]
    fn rewriting_is_counted_where_it_changes_a_score() {
        let answer = |rewrite, changed| Rewritten { rewrite, changed };
        let rows = rewrites(&[answer("twice", false), answer("twice", true), answer("upper-case", false)]);
        assert_eq!(
            rows,
            [
                RewriteRow { rewrite: "twice", answers: 2, changed: 1 },
                RewriteRow { rewrite: "upper-case", answers: 1, changed: 0 },
            ]
        );
        assert_eq!(rows[0].share(), Some(0.5));
    }
}
