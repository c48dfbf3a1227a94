//! What the interviewer says: questions, follow-ups, hints, changes of requirements.

use std::io::{self, Write};

use super::style::{Role, Screen};
use super::wrap::{Text, paragraph};
use crate::domain::plan::PlannedQuestion;
use crate::domain::transcript::Elapsed;
use crate::domain::words::Purpose;

/// Where in the round a question stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Which question, from 1.
    pub number: usize,
    /// How many the plan has.
    pub count: usize,
    /// The topic's name as people read it.
    pub topic: &'a str,
    /// What is left of the time budget, in milliseconds; `None` without one.
    pub left: Option<Elapsed>,
}

/// What kind of thing is said; numbers are from 1.
#[derive(Clone, Copy, Debug)]
pub enum Heading {
    /// A narrower follow-up on a question.
    Probe {
        /// Which of the question's follow-ups.
        number: usize,
        /// Which question.
        question: usize,
    },
    /// A question that is asked once more, after its feedback.
    Retry {
        /// Which question.
        question: usize,
    },
    /// A change of requirements.
    Twist,
}

/// Writes where in the round a question stands and what it is on.
///
/// # Errors
/// When the writer fails.
pub fn place(
    out: &mut dyn Write,
    screen: &Screen,
    place: &Place<'_>,
    planned: &PlannedQuestion,
) -> io::Result<()> {
    let purposes: Vec<&str> = planned.question.purposes.iter().map(|purpose| words(*purpose)).collect();
    let mut head = Text::new(Role::Accent, &format!("Question {} of {}", place.number, place.count))
        .with(Role::Dim, " - ")
        .with(Role::Dim, place.topic);
    if !purposes.is_empty() {
        head.push(Role::Dim, &format!(" - {}", purposes.join(", ")));
    }
    if let Some(left) = place.left {
        // Kept on one line by no-break spaces: a lone "left]" says nothing.
        head.push(Role::Plain, &format!(" \u{a0}[{}\u{a0}left]", clock(left)));
    }
    writeln!(out)?;
    paragraph(out, screen, &head)?;
    writeln!(out)
}

/// Writes the sentence that ties a question to the design, and the question.
///
/// # Errors
/// When the writer fails.
pub fn question(out: &mut dyn Write, screen: &Screen, planned: &PlannedQuestion) -> io::Result<()> {
    if let Some(tie) = &planned.tie {
        paragraph(out, screen, &Text::plain(tie))?;
    }
    asked(out, screen, &planned.question.wording)
}

/// Writes what kind of thing is said next.
///
/// # Errors
/// When the writer fails.
pub fn heading(out: &mut dyn Write, screen: &Screen, heading: Heading) -> io::Result<()> {
    let text = match heading {
        Heading::Probe { number, question } => format!("Follow-up {number} on question {question}"),
        Heading::Retry { question } => format!("Question {question} once more"),
        Heading::Twist => "The requirements have changed".to_owned(),
    };
    writeln!(out)?;
    paragraph(out, screen, &Text::new(Role::Accent, &text))?;
    writeln!(out)
}

/// Writes what is asked or told.
///
/// # Errors
/// When the writer fails.
pub fn asked(out: &mut dyn Write, screen: &Screen, text: &str) -> io::Result<()> {
    paragraph(out, screen, &Text::new(Role::Heading, text))
}

/// Writes a hint.
///
/// # Errors
/// When the writer fails.
pub fn hint(out: &mut dyn Write, screen: &Screen, text: &str) -> io::Result<()> {
    paragraph(out, screen, &Text::new(Role::Accent, "Hint: ").with(Role::Plain, text))
}

/// Writes what is left of the time budget, for `/time`.
///
/// # Errors
/// When the writer fails.
pub fn time(out: &mut dyn Write, screen: &Screen, elapsed: Elapsed, left: Option<Elapsed>) -> io::Result<()> {
    let text = match left {
        Some(0) => format!("{} used; the time is up.", clock(elapsed)),
        Some(left) => format!("{} used, {} left.", clock(elapsed), clock(left)),
        None => format!("{} used; this round has no limit.", clock(elapsed)),
    };
    paragraph(out, screen, &Text::plain(&text))
}

/// Writes an answer that nobody saw typed.
///
/// # Errors
/// When the writer fails.
pub fn answer(out: &mut dyn Write, screen: &Screen, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| Text::new(Role::Quote, line).write(out, screen, "> ", "> "))
}

/// Writes milliseconds as minutes and seconds: `12:40`.
#[must_use]
pub fn clock(milliseconds: Elapsed) -> String {
    let seconds = milliseconds / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::EdgeCases => "edge cases",
        Purpose::Depth | Purpose::TradeOffs | Purpose::Adaptability | Purpose::Differentiation => {
            purpose.as_str()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture::planned;

    fn check(width: usize, left: Option<Elapsed>, expected: &str) {
        let place = Place { number: 2, count: 5, topic: "Cache", left };
        let mut out = Vec::new();
        let screen = Screen { width, colour: false, unicode: true };
        super::place(&mut out, &screen, &place, &planned()).unwrap();
        question(&mut out, &screen, &planned()).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn a_question_says_where_one_is() {
        check(
            80,
            Some(760_999),
            "
Question 2 of 5 - Cache - depth, edge cases  [12:40 left]

Your feed cache answers 95 of 100 reads, and the database sees the rest.
What if the cache goes down?
",
        );
        check(
            40,
            None,
            "
Question 2 of 5 - Cache - depth, edge
cases

Your feed cache answers 95 of 100 reads,
and the database sees the rest.
What if the cache goes down?
",
        );
    }

    #[test]
    fn the_other_prompts() {
        let screen = Screen { width: 60, colour: false, unicode: true };
        let mut out = Vec::new();
        for (head, text) in [
            (Heading::Probe { number: 1, question: 2 }, "How many of them reach the database?"),
            (Heading::Twist, "Expect ten times the users."),
            (Heading::Retry { question: 2 }, "What if the cache goes down?"),
        ] {
            heading(&mut out, &screen, head).unwrap();
            asked(&mut out, &screen, text).unwrap();
        }
        hint(&mut out, &screen, "Think of the moment after a key has gone.").unwrap();
        time(&mut out, &screen, 65_000, Some(3_599_000)).unwrap();
        time(&mut out, &screen, 65_000, Some(0)).unwrap();
        time(&mut out, &screen, 5_000, None).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "
Follow-up 1 on question 2

How many of them reach the database?

The requirements have changed

Expect ten times the users.

Question 2 once more

What if the cache goes down?
Hint: Think of the moment after a key has gone.
1:05 used, 59:59 left.
1:05 used; the time is up.
0:05 used; this round has no limit.
"
        );
    }
}
