//! A report on the screen: decisions, bars, what to say next time, advice.
//!
//! It computes nothing but its columns. No line is wider than the screen, from 40 columns on.

use std::fmt::Display;
use std::io;

use crate::domain::id::QuestionId;
use crate::domain::transcript::Elapsed;
use crate::domain::words::Facet;
use crate::report::decision::{HIRE, LEAN_NO_HIRE, MIN_GRADED};
use crate::report::time::clock;
use crate::report::{Advice, Counts, Gap, Held, Part, QuestionReport, QuestionResult, Report, Ruling};
use crate::ui::style::{Role, Screen};
use crate::ui::wrap::{Text, paragraph, section, width};

/// Longer bars are no easier to compare.
const MAX_BAR: usize = 30;

/// Writes the report.
///
/// # Errors
/// When the writer fails.
pub fn render(report: &Report, screen: &Screen, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { screen, out };
    page.title(report)?;
    page.decisions(report)?;
    page.bars("Questions", &report.questions.iter().map(Row::of_question).collect::<Vec<_>>())?;
    page.bars("Topics", &report.by_topic.iter().map(Row::of_part).collect::<Vec<_>>())?;
    page.bars("Purposes", &report.by_purpose.iter().map(Row::of_part).collect::<Vec<_>>())?;
    page.bars("Facets", &report.by_facet.iter().map(Row::of_part).collect::<Vec<_>>())?;
    page.counts(report)?;
    page.gaps(&report.gaps)?;
    page.misconceptions(&report.misconceptions)?;
    page.advice(&report.advice)?;
    page.bars(&format!("Time: {} in all", clock(report.elapsed)), &times(&report.questions))
}

/// One bar with its name before and its value behind it.
struct Row {
    label: String,
    /// How full the bar is, in hundredths; `None` for no bar.
    fill: Option<u16>,
    value: String,
    /// Whether a fuller bar is better.
    rated: bool,
}

struct Page<'a> {
    screen: &'a Screen,
    out: &'a mut dyn io::Write,
}

impl Row {
    fn of_question(question: &QuestionReport) -> Self {
        let (fill, value) = match question.result {
            QuestionResult::Scored(score) => (Some(score.tenths()), score.to_string()),
            QuestionResult::Skipped => (None, "skipped".to_owned()),
            QuestionResult::Empty => (None, "left empty".to_owned()),
            QuestionResult::Ungraded => (None, "not graded".to_owned()),
            QuestionResult::NotReached => (None, "not reached".to_owned()),
        };
        Self { label: question.id.to_string(), fill, value, rated: true }
    }

    fn of_part<T: Display>(part: &Part<T>) -> Self {
        let fill = part.share.percent();
        let value = fill.map_or_else(|| "not graded".to_owned(), |percent| format!("{percent}%"));
        Self { label: part.of.to_string(), fill, value, rated: true }
    }
}

/// Bars that compare the questions' times with the longest.
fn times(questions: &[QuestionReport]) -> Vec<Row> {
    let longest = questions.iter().map(|question| question.time).max().unwrap_or_default();
    questions
        .iter()
        .filter(|question| question.result != QuestionResult::NotReached)
        .map(|question| Row {
            label: question.id.to_string(),
            fill: Some(hundredths(question.time, longest)),
            value: clock(question.time),
            rated: false,
        })
        .collect()
}

fn hundredths(time: Elapsed, longest: Elapsed) -> u16 {
    let share = u128::from(time) * 100 / u128::from(longest.max(1));
    u16::try_from(share).unwrap_or(100)
}

impl Page<'_> {
    fn title(&mut self, report: &Report) -> io::Result<()> {
        let title = match &report.scenario {
            Some(scenario) => format!("Round {}: {scenario}", report.session),
            None => format!("Round {}", report.session),
        };
        paragraph(self.out, self.screen, &Text::new(Role::Heading, &one_line(&title)))?;
        match report.score {
            Some(score) => writeln!(self.out, "{score} of 10 at level {}", report.level),
            None => writeln!(self.out, "No score: nothing was graded."),
        }
    }

    fn decisions(&mut self, report: &Report) -> io::Result<()> {
        section(self.out, self.screen, "Decision at each level")?;
        let mut too_few = None;
        for at in &report.levels {
            let score = at.score.map_or_else(|| "-".to_owned(), |score| score.to_string());
            let decision = match at.ruling {
                Ruling::Decided(decision) => decision.as_str(),
                Ruling::TooFew { graded } => {
                    too_few = Some(graded);
                    "too few answers to decide"
                }
            };
            writeln!(self.out, "  {:<6} {score:>4}  {decision}", at.level)?;
        }
        match too_few {
            Some(graded) => {
                let graded = counted(graded, "graded question");
                let text =
                    format!("A decision needs {MIN_GRADED} graded questions; this round has {graded}.");
                self.paragraph("  ", "  ", &text)
            }
            None => Ok(()),
        }
    }

    fn bars(&mut self, heading: &str, rows: &[Row]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, heading)?;
        let widest = |text: fn(&Row) -> &str| rows.iter().map(|row| width(text(row))).max().unwrap_or(0);
        let label = widest(|row| &row.label).min(self.screen.width * 2 / 5);
        let value = widest(|row| &row.value);
        // Two columns of indent, and one each side of the bar.
        let bar = self.screen.width.saturating_sub(2 + label + 1 + 1 + value).min(MAX_BAR);
        for row in rows {
            let name = self.cut(&row.label, label);
            let drawn = self.bar(row, bar);
            writeln!(self.out, "  {name:<label$} {drawn} {:>value$}", row.value)?;
        }
        Ok(())
    }

    /// Cuts an id to a width; ids are ASCII.
    fn cut(&self, id: &str, width: usize) -> String {
        if id.len() <= width {
            return id.to_owned();
        }
        let mark = self.screen.symbol("…", "~");
        let kept: String = id.chars().take(width.saturating_sub(1)).collect();
        format!("{kept}{mark}")
    }

    fn bar(&self, row: &Row, width: usize) -> String {
        let Some(percent) = row.fill else { return " ".repeat(width) };
        let (full, empty) = (self.screen.symbol("█", "#"), self.screen.symbol("░", "."));
        let cells = ((usize::from(percent) * width + 50) / 100).min(width);
        let role = if row.rated { rating(percent) } else { Role::Plain };
        let drawn = self.screen.paint(role, &full.repeat(cells));
        format!("{drawn}{}", empty.repeat(width.saturating_sub(cells)))
    }

    fn counts(&mut self, report: &Report) -> io::Result<()> {
        let Counts { hints, probes, contradictions, misconceptions, disputes } = report.counts;
        let counts = [
            counted(hints, "hint"),
            counted(probes, "probe"),
            counted(contradictions, "contradiction"),
            counted(misconceptions, "misconception"),
            counted(disputes, "dispute"),
        ];
        writeln!(self.out)?;
        self.paragraph("", "", &format!("{}.", counts.join(", ")))?;
        match report.questions.iter().map(|question| question.share.ungraded).sum() {
            0 => Ok(()),
            left_out => {
                let points = counted(left_out, "key point");
                self.paragraph("", "", &format!("Left out because they could not be graded: {points}."))
            }
        }
    }

    fn gaps(&mut self, gaps: &[Gap]) -> io::Result<()> {
        if gaps.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, "What to say next time")?;
        for (index, gap) in gaps.iter().enumerate() {
            let help = if gap.assisted { " after help" } else { "" };
            self.paragraph(&format!("  {}. ", index + 1), "     ", &gap.text)?;
            self.paragraph("     ", "     ", &format!("{} ({})", gap.wording, gap.question))?;
            let cost = format!("{}{help}: cost {}% of the question", gap.verdict, gap.cost);
            self.paragraph("     ", "     ", &cost)?;
            self.said(gap.quote.as_deref())?;
        }
        Ok(())
    }

    fn misconceptions(&mut self, misconceptions: &[Held]) -> io::Result<()> {
        if misconceptions.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, "Misconceptions")?;
        for (index, Held { question, found }) in misconceptions.iter().enumerate() {
            let claim = format!("{} ({question})", found.text);
            self.paragraph(&format!("  {}. ", index + 1), "     ", &claim)?;
            self.paragraph("     ", "     ", &format!("right is: {}", found.correction))?;
            self.said(found.evidence.first().map(|evidence| evidence.quote.as_str()))?;
        }
        Ok(())
    }

    fn said(&mut self, quote: Option<&str>) -> io::Result<()> {
        match (quote, self.screen.unicode) {
            (None, _) => Ok(()),
            (Some(quote), true) => self.paragraph("     ", "     ", &format!("you said: “{quote}”")),
            (Some(quote), false) => self.paragraph("     ", "     ", &format!("you said: \"{quote}\"")),
        }
    }

    fn advice(&mut self, advice: &[Advice]) -> io::Result<()> {
        if advice.is_empty() {
            return Ok(());
        }
        section(self.out, self.screen, "Advice")?;
        advice.iter().try_for_each(|advice| self.paragraph("  - ", "    ", &sentence(advice)))
    }

    /// Writes text of anyone's, wrapped.
    fn paragraph(&mut self, first: &str, rest: &str, text: &str) -> io::Result<()> {
        Text::plain(&one_line(text)).write(self.out, self.screen, first, rest)
    }
}

fn rating(percent: u16) -> Role {
    match percent {
        HIRE.. => Role::Hit,
        LEAN_NO_HIRE.. => Role::Partial,
        _ => Role::Contradicted,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn sentence(advice: &Advice) -> String {
    match advice {
        Advice::Misconceptions { count } => {
            format!(
                "Unlearn first: {} cost you more than silence would have.",
                counted(*count, "wrong claim")
            )
        }
        Advice::Skipped { questions } => {
            let questions: Vec<&str> = questions.iter().map(QuestionId::as_str).collect();
            format!(
                "Say something even when unsure; no answer counts 0. You passed on {}.",
                questions.join(", ")
            )
        }
        Advice::WeakFacet { facet, questions, percent } => {
            let questions = counted(*questions, "question");
            format!("You rarely {}: in {questions}, {facet} earned {percent}%.", habit(*facet))
        }
        Advice::NamedOnly { points } => {
            let ideas = counted(*points, "idea");
            format!("You named {ideas} and did not explain: say what is done to what, and to what effect.")
        }
    }
}

fn habit(facet: Facet) -> &'static str {
    match facet {
        Facet::Mechanism => "say how it works",
        Facet::Detection => "say how you would notice",
        Facet::Prevention => "say what keeps it from happening",
        Facet::Mitigation => "say what limits the damage",
        Facet::TradeOff => "say what you give up for what",
        Facet::Example => "give a concrete case",
        Facet::Numbers => "give an estimate or a threshold",
        Facet::Operations => "say how it is run day by day",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::transcript::Transcript;
    use crate::report::fixture::{any_transcript, hostile, round};

    fn rendered(transcript: &Transcript, screen: Screen) -> String {
        let mut out = Vec::new();
        render(&Report::of(transcript), &screen, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn fills_a_usual_screen() {
        let expected = r#"Round 20260314-193000: News feed
4.9 of 10 at level senior

Decision at each level
  mid     5.2  lean no hire
  senior  4.9  lean no hire
  staff   4.5  lean no hire

Questions
  cache/cache-down     ████████████████░░░░░░░░░░░░░░         5.4
  database/failover    ██████████████████░░░░░░░░░░░░         6.0
  messaging/duplicates ████████████████████████░░░░░░         8.0
  scale/hot-key                                           skipped
  security/tokens                                      not graded
  operations/rollout                                  not reached

Topics
  cache     ████████████████░░░░░░░░░░░░░░        54%
  database  ██████████████████░░░░░░░░░░░░        60%
  messaging ████████████████████████░░░░░░        80%
  scale     ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░         0%
  security                                 not graded

Purposes
  depth      ████████████████████░░░░░░░░░░ 66%
  edge-cases ████████████░░░░░░░░░░░░░░░░░░ 39%

Facets
  mechanism  ██████████████████████████████ 100%
  detection  ██░░░░░░░░░░░░░░░░░░░░░░░░░░░░   6%
  prevention ██████████████████████████░░░░  86%

1 hint, 1 probe, 0 contradictions, 1 misconception, 1 dispute.
Left out because they could not be graded: 2 key points.

What to say next time
  1. Replica lag is watched.
     How does the database fail over? (database/failover)
     missed: cost 40% of the question
  2. Redeliveries are counted.
     What if a message comes twice? (messaging/duplicates)
     missed: cost 20% of the question
  3. Random jitter on the time to live.
     What if the cache goes down? (cache/cache-down)
     hit after help: cost 17% of the question
     you said: “spread the expiry”

Misconceptions
  1. A clustered cache cannot go down. (cache/cache-down)
     right is: A failover takes seconds; the database must survive them.
     you said: “Redis never fails”

Advice
  - Unlearn first: 1 wrong claim cost you more than silence would have.
  - Say something even when unsure; no answer counts 0. You passed on
    scale/hot-key.
  - You rarely say how you would notice: in 3 questions, detection earned 6%.

Time: 11:02 in all
  cache/cache-down     ██████████████████████████████ 4:00
  database/failover    ███████████████░░░░░░░░░░░░░░░ 2:00
  messaging/duplicates ███████████████░░░░░░░░░░░░░░░ 2:00
  scale/hot-key        █░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0:10
  security/tokens      ███████████████░░░░░░░░░░░░░░░ 2:00
"#;
        assert_eq!(rendered(&round(), Screen { width: 80, colour: false, unicode: true }), expected);
    }

    #[test]
    fn fits_a_narrow_screen_without_unicode() {
        let expected = r#"Round 20260314-193000: News feed
4.9 of 10 at level senior

Decision at each level
  mid     5.2  lean no hire
  senior  4.9  lean no hire
  staff   4.5  lean no hire

Questions
  cache/cache-down #####....         5.4
  database/failov~ #####....         6.0
  messaging/dupli~ #######..         8.0
  scale/hot-key                  skipped
  security/tokens             not graded
  operations/roll~           not reached

Topics
  cache     #########........        54%
  database  ##########.......        60%
  messaging ##############...        80%
  scale     .................         0%
  security                    not graded

Purposes
  depth      ###############........ 66%
  edge-cases #########.............. 39%

Facets
  mechanism  ###################### 100%
  detection  #.....................   6%
  prevention ###################...  86%

1 hint, 1 probe, 0 contradictions, 1
misconception, 1 dispute.
Left out because they could not be
graded: 2 key points.

What to say next time
  1. Replica lag is watched.
     How does the database fail over?
     (database/failover)
     missed: cost 40% of the question
  2. Redeliveries are counted.
     What if a message comes twice?
     (messaging/duplicates)
     missed: cost 20% of the question
  3. Random jitter on the time to live.
     What if the cache goes down?
     (cache/cache-down)
     hit after help: cost 17% of the
     question
     you said: "spread the expiry"

Misconceptions
  1. A clustered cache cannot go down.
     (cache/cache-down)
     right is: A failover takes seconds;
     the database must survive them.
     you said: "Redis never fails"

Advice
  - Unlearn first: 1 wrong claim cost
    you more than silence would have.
  - Say something even when unsure; no
    answer counts 0. You passed on
    scale/hot-key.
  - You rarely say how you would notice:
    in 3 questions, detection earned 6%.

Time: 11:02 in all
  cache/cache-down ################ 4:00
  database/failov~ ########........ 2:00
  messaging/dupli~ ########........ 2:00
  scale/hot-key    #............... 0:10
  security/tokens  ########........ 2:00
"#;
        assert_eq!(rendered(&round(), Screen { width: 40, colour: false, unicode: false }), expected);
    }

    #[test]
    fn colours_headings_and_bars() {
        let text = rendered(&hostile(), Screen { width: 40, colour: true, unicode: false });
        let bar = "  cache/cache-down \u{1b}[33m#######\u{1b}[0m.......... 4.0\n";
        assert!(text.contains("\n\u{1b}[1mQuestions\u{1b}[0m\n"), "{text:?}");
        assert!(text.contains(bar), "{text:?}");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(
            transcript in any_transcript(),
            width in 40_usize..100,
            unicode in any::<bool>(),
        ) {
            let text = rendered(&transcript, Screen { width, colour: false, unicode });
            for line in text.lines() {
                prop_assert!(super::width(line) <= width, "{line:?} is wider");
                prop_assert!(!line.contains(char::is_control), "{line:?}");
            }
        }
    }
}
