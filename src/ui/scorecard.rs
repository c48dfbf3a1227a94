//! A scorecard on the screen: tables under headings, one for each kind of figure.
//!
//! It computes nothing. A figure that is not defined is a dash.

use std::io;

use super::style::Screen;
use super::table::{Align, Table};
use super::wrap::{Text, paragraph, section};
use crate::report::scorecard::bootstrap::RESAMPLES;
use crate::report::scorecard::{GraderCard, Interval, LabelCard, Measured, Scorecard, SetCard};

/// What stands for a figure that is not defined.
const NONE: &str = "-";

/// The most characters of a question that are shown.
const MAX_NAME: usize = 48;

/// The figures in which graders are compared, verdicts aside.
const COMPARED: &[&str] = &[
    "pearson",
    "spearman",
    "rmse",
    "kappa",
    "accuracy",
    "macro-f1",
    "threshold",
    "all",
    "plain-over-wrong",
    "plain-to-jargon",
];

/// Writes the scorecard.
///
/// # Errors
/// When the writer fails.
pub fn render(card: &Scorecard, screen: &Screen, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { screen, out };
    page.graded(card)?;
    for set in &card.sets {
        for labels in &set.cards {
            page.agreement(set, labels)?;
        }
    }
    page.fakes(card)?;
    page.comparison(card)
}

struct Page<'a> {
    screen: &'a Screen,
    out: &'a mut dyn io::Write,
}

impl Page<'_> {
    fn graded(&mut self, card: &Scorecard) -> io::Result<()> {
        let grader = card.graders.first().copied().unwrap_or_default();
        self.text(&format!("Grader {grader}, version {}, at level {}.", card.version, card.level))?;
        section(self.out, self.screen, "What was graded")?;
        let mut table = Table::new(&[
            ("set", Align::Left),
            ("answers", Align::Right),
            ("questions", Align::Right),
            ("not graded", Align::Right),
        ])
        .wrapping(0);
        for set in &card.sets {
            let counts = [set.answers, set.questions, set.ungraded].map(|count| count.to_string());
            table.row(std::iter::once(set.name.as_str()).chain(counts.iter().map(String::as_str)));
        }
        table.write(self.out, self.screen)?;
        writeln!(self.out)?;
        self.text(&format!("Intervals are of 95%, from {RESAMPLES} resamples of the questions."))
    }

    fn agreement(&mut self, set: &SetCard, card: &LabelCard) -> io::Result<()> {
        let Some(grader) = card.graders.first() else { return Ok(()) };
        section(self.out, self.screen, &format!("Agreement: {} ({})", set.name, card.labels.as_str()))?;
        let mut table =
            Table::new(&[("figure", Align::Left), ("value", Align::Right), ("interval", Align::Left)]);
        for figure in &grader.agreement {
            table.row([figure.name, &number(figure.measured.value), &interval(figure.measured.interval)]);
        }
        table.write(self.out, self.screen)?;
        self.styles(set, grader)?;
        self.order(set, grader)
    }

    fn styles(&mut self, set: &SetCard, grader: &GraderCard) -> io::Result<()> {
        if grader.styles.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, &format!("By style: {}", set.name))?;
        let mut table = Table::new(&[
            ("style", Align::Left),
            ("answers", Align::Right),
            ("precision", Align::Right),
            ("recall", Align::Right),
            ("hit-f1", Align::Right),
            ("credit-f1", Align::Right),
            ("accuracy", Align::Right),
        ])
        .wrapping(0);
        for row in &grader.styles {
            let figures = row.figures.iter().map(|figure| number(figure.measured.value));
            let cells: Vec<String> =
                [row.style.clone(), row.answers.to_string()].into_iter().chain(figures).collect();
            table.row(cells.iter().map(String::as_str));
        }
        table.write(self.out, self.screen)
    }

    fn order(&mut self, set: &SetCard, grader: &GraderCard) -> io::Result<()> {
        if grader.order.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, &format!("Order kept within a question: {}", set.name))?;
        let mut table = Table::new(&[
            ("order", Align::Left),
            ("pairs", Align::Right),
            ("kept", Align::Right),
            ("interval", Align::Left),
        ]);
        for row in &grader.order {
            let pairs = row.pairs.to_string();
            table.row([row.name, &pairs, &number(row.kept.value), &interval(row.kept.interval)]);
        }
        table.write(self.out, self.screen)
    }

    fn fakes(&mut self, card: &Scorecard) -> io::Result<()> {
        if card.fakes.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, "What fakes earn of the full score")?;
        let mut table = Table::new(&[
            ("fake", Align::Left),
            ("answers", Align::Right),
            ("mean", Align::Right),
            ("worst", Align::Right),
            ("worst at", Align::Left),
        ]);
        for row in &card.fakes {
            let fooled = row.graders.first();
            let [mean, worst] = [fooled.and_then(|of| of.mean), fooled.and_then(|of| of.worst)].map(percent);
            let at = row.worst.as_deref().map_or_else(|| NONE.to_owned(), |name| self.cut(name));
            table.row([row.fake, &row.answers.to_string(), &mean, &worst, &at]);
        }
        table.write(self.out, self.screen)?;
        section(self.out, self.screen, "References written anew, which must change no score")?;
        let mut table =
            Table::new(&[("rewrite", Align::Left), ("answers", Align::Right), ("changed", Align::Right)]);
        for row in &card.rewrites {
            table.row([row.rewrite, &row.answers.to_string(), &row.changed.to_string()]);
        }
        table.write(self.out, self.screen)
    }

    fn comparison(&mut self, card: &Scorecard) -> io::Result<()> {
        for set in &card.sets {
            for labels in &set.cards {
                section(
                    self.out,
                    self.screen,
                    &format!("Compared: {} ({})", set.name, labels.labels.as_str()),
                )?;
                self.compared(card, labels)?;
            }
        }
        if card.fakes.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, "Compared: what fakes earn in the mean")?;
        let mut table = columns("fake", &card.graders);
        for row in &card.fakes {
            let means: Vec<String> = row.graders.iter().map(|fooled| percent(fooled.mean)).collect();
            table.row(std::iter::once(row.fake).chain(means.iter().map(String::as_str)));
        }
        table.write(self.out, self.screen)
    }

    fn compared(&mut self, card: &Scorecard, labels: &LabelCard) -> io::Result<()> {
        let mut table = columns("figure", &card.graders);
        let verdicts = labels.graders.first().into_iter().flat_map(|grader| &grader.agreement);
        let verdicts = verdicts.map(|figure| figure.name).filter(|name| !COMPARED.contains(name));
        for name in verdicts.chain(COMPARED.iter().copied()) {
            let figures: Vec<Option<Measured>> =
                labels.graders.iter().map(|grader| grader.figure(name)).collect();
            if figures.iter().any(Option::is_some) {
                let cells: Vec<String> =
                    figures.iter().map(|figure| number(figure.and_then(|figure| figure.value))).collect();
                let title = if name == "all" { "order-kept" } else { name };
                table.row(std::iter::once(title).chain(cells.iter().map(String::as_str)));
            }
        }
        table.write(self.out, self.screen)
    }

    /// Cuts the name of a question, which may be the question itself, behind a word.
    fn cut(&self, name: &str) -> String {
        match name.char_indices().nth(MAX_NAME) {
            None => name.to_owned(),
            Some((end, _)) => {
                let kept = name.get(..end).unwrap_or_default();
                let words = kept.rsplit_once(char::is_whitespace).map_or(kept, |(words, _)| words);
                format!("{words} {}", self.screen.symbol("…", "..."))
            }
        }
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        paragraph(self.out, self.screen, &Text::plain(text))
    }
}

/// Starts a table with a column for each grader.
fn columns(first: &'static str, graders: &[&'static str]) -> Table {
    let graders = graders.iter().map(|name| (*name, Align::Right));
    Table::new(&std::iter::once((first, Align::Left)).chain(graders).collect::<Vec<_>>())
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.to_owned(), |value| format!("{value:.3}"))
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| NONE.to_owned(), |share| format!("{:.1}%", share * 100.0))
}

fn interval(interval: Option<Interval>) -> String {
    interval.map_or_else(|| NONE.to_owned(), |of| format!("{:.3} to {:.3}", of.low, of.high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::words::{Level, Verdict};
    use crate::report::scorecard::order::{Ranked, Style};
    use crate::report::scorecard::{FakeAnswer, Graded, GradedSet, Rewritten, ScoreAnswer, VerdictAnswer};

    fn card() -> Scorecard {
        let verdicts = |question, style: &str, given, score| VerdictAnswer {
            question,
            style: style.to_owned(),
            points: vec![(Verdict::Hit, given)],
            expected: 10.0,
            scores: vec![score, 5.0],
        };
        let ranked =
            |question, style, expected, score| Ranked { question, style, expected, scores: vec![score, 5.0] };
        let score = |question, expected, given| ScoreAnswer { question, expected, scores: vec![given, 5.0] };
        let fake = |fake, question: &str, share| FakeAnswer {
            fake,
            question: question.to_owned(),
            shares: vec![share, 1.0],
        };
        Scorecard::of(&Graded {
            graders: vec!["rubric", "recall"],
            version: "1",
            level: Level::Senior,
            sets: vec![
                GradedSet {
                    name: "ours".to_owned(),
                    questions: 2,
                    verdicts: vec![
                        verdicts(0, "plain", Verdict::Hit, 10.0),
                        verdicts(1, "thin", Verdict::Missed, 0.0),
                    ],
                    ranked: vec![ranked(0, Style::Plain, 10.0, 10.0), ranked(0, Style::Thin, 5.0, 0.0)],
                    ..GradedSet::default()
                },
                GradedSet {
                    name: "theirs.jsonl".to_owned(),
                    questions: 1,
                    ungraded: 1,
                    scores: vec![score(0, 0.0, 1.0), score(0, 5.0, 5.0), score(0, 10.0, 9.0)],
                    ..GradedSet::default()
                },
            ],
            fakes: vec![
                fake("echo", "a/one", 0.0),
                fake("shuffled", "a/one", 0.25),
                fake(
                    "shuffled",
                    "Why does a question that is asked in so many words take so much room?",
                    0.5,
                ),
            ],
            rewritten: vec![Rewritten { rewrite: "twice", changed: true }],
        })
    }

    fn shown(width: usize) -> String {
        let mut out = Vec::new();
        render(&card(), &Screen { width, colour: false, unicode: true }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_whole_scorecard() {
        assert_eq!(
            shown(80),
            "\
Grader rubric, version 1, at level senior.

What was graded
set           answers  questions  not graded
ours                2          2           0
theirs.jsonl        3          1           1

Intervals are of 95%, from 1000 resamples of the questions.

Agreement: ours (verdicts)
figure                  value  interval
hit-precision           1.000  -
hit-recall              0.500  0.000 to 1.000
hit-f1                  0.667  0.000 to 1.000
credit-precision        1.000  -
credit-recall           0.500  0.000 to 1.000
credit-f1               0.667  0.000 to 1.000
contradicted-precision      -  -
contradicted-recall         -  -
contradicted-f1             -  -
verdict-accuracy        0.500  0.000 to 1.000
pearson                     -  -
spearman                    -  -
rmse                    7.071  0.000 to 10.000

By style: ours
style  answers  precision  recall  hit-f1  credit-f1  accuracy
plain        1      1.000   1.000   1.000      1.000     1.000
thin         1          -   0.000   0.000      0.000     0.000

Order kept within a question: ours
order                pairs   kept  interval
all                      1  1.000  -
strong-over-partial      0      -  -
partial-over-thin        0      -  -
thin-over-wrong          0      -  -
plain-over-wrong         0      -  -
over-off-topic           0      -  -
over-keywords            0      -  -
plain-to-jargon          0      -  -

Agreement: theirs.jsonl (scores)
figure    value  interval
pearson   1.000  -
spearman  1.000  -
rmse      0.816  -
kappa     0.976  -

What fakes earn of the full score
fake      answers   mean  worst  worst at
echo            1   0.0%   0.0%  -
shuffled        2  37.5%  50.0%  Why does a question that is asked in so many …

References written anew, which must change no score
rewrite  answers  changed
twice          1        1

Compared: ours (verdicts)
figure                  rubric  recall
hit-precision            1.000       -
hit-recall               0.500       -
hit-f1                   0.667       -
credit-precision         1.000       -
credit-recall            0.500       -
credit-f1                0.667       -
contradicted-precision       -       -
contradicted-recall          -       -
contradicted-f1              -       -
verdict-accuracy         0.500       -
pearson                      -       -
spearman                     -       -
rmse                     7.071   5.000
order-kept               1.000   0.000
plain-over-wrong             -       -
plain-to-jargon              -       -

Compared: theirs.jsonl (scores)
figure    rubric  recall
pearson    1.000       -
spearman   1.000       -
rmse       0.816   4.082
kappa      0.976   0.000

Compared: what fakes earn in the mean
fake      rubric  recall
echo        0.0%  100.0%
shuffled   37.5%  100.0%
"
        );
    }

    #[test]
    fn a_narrow_screen_gets_blocks() {
        let text = shown(40);
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
        assert!(text.contains("worst: 50.0%\n  worst at: Why does a question that is\n"), "{text}");
        assert!(text.contains("shuffled\n  answers: 2\n  mean: 37.5%\n  worst: 50.0%\n"), "{text}");
    }
}
