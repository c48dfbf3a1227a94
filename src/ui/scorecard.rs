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
            let at = row.worst.as_deref().unwrap_or(NONE);
            table.row([row.fake, &row.answers.to_string(), &mean, &worst, at]);
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
