//! A transcript to read.
//!
//! Answers stand in fences that they cannot close; all other text is escaped, so that a renderer shows it and
//! does nothing else.

mod escape;
mod result;
mod turn;

use std::io;

use self::escape::{fence, inline, link, prose};
use super::started::rfc3339;
use crate::domain::exchange::Tokens;
use crate::domain::plan::PlannedQuestion;
use crate::domain::question::Source;
use crate::domain::scenario::Scenario;
use crate::domain::transcript::{End, Transcript};
use crate::report::time::clock;
use crate::report::{QuestionReport, Report};

/// Writes the whole round. Each block begins with an empty line, and none ends with one.
pub(super) fn export(transcript: &Transcript, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    title(transcript, report, out)?;
    if let Some(scenario) = &transcript.plan.scenario {
        write_scenario(scenario, out)?;
    }
    if let Some(design) = &transcript.plan.design {
        writeln!(out, "\n## Your design\n\n{}", fence(design))?;
    }
    result::write(report, out)?;
    for (index, (planned, reported)) in transcript.plan.questions.iter().zip(&report.questions).enumerate() {
        write_question(transcript, index, planned, reported, out)?;
    }
    Ok(())
}

fn title(transcript: &Transcript, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    match &report.scenario {
        Some(scenario) => writeln!(out, "# Interview: {}", inline(scenario))?,
        None => writeln!(out, "# Interview")?,
    }
    let plan = &transcript.plan;
    let end = match transcript.end {
        Some(End::Completed) => "completed",
        Some(End::TimeUp) => "ended when the time was up",
        Some(End::Stopped) => "stopped before its end",
        None => "not finished yet",
    };
    write!(out, "\nSession {}", plan.session)?;
    if let Some(started) = rfc3339(plan.started) {
        write!(out, ", begun {started}")?;
    }
    writeln!(out, ", at level {}, {end} after {}.", plan.level, clock(report.elapsed))?;
    match transcript.tokens() {
        tokens if tokens.total() == 0 => Ok(()),
        Tokens { input, output } => {
            writeln!(out, "\nLanguage models took {input} tokens in and {output} out.")
        }
    }
}

fn write_scenario(scenario: &Scenario, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "\n## The system\n\n{}", inline(&scenario.summary))?;
    if scenario.numbers.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| number | value | unit |\n| --- | ---: | --- |")?;
    for number in &scenario.numbers {
        let (text, shown) = (inline(&number.text), inline(&number.shown()));
        let unit = inline(number.unit_beside());
        writeln!(out, "| {text} | {shown} | {unit} |")?;
    }
    Ok(())
}

fn write_question(
    transcript: &Transcript,
    index: usize,
    planned: &PlannedQuestion,
    reported: &QuestionReport,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let question = &planned.question;
    writeln!(out, "\n## Question {}: {}", index + 1, inline(&question.wording))?;
    let purposes: Vec<&str> = question.purposes.iter().map(|purpose| purpose.as_str()).collect();
    let result = result::of_question(reported.result);
    writeln!(
        out,
        "\n`{}`, topic {}, purposes {}; {result}, {}.",
        question.id,
        question.id.topic(),
        purposes.join(", "),
        clock(reported.time),
    )?;
    if let Some(twist) = transcript.plan.twist.as_ref().filter(|twist| twist.before == index) {
        writeln!(out, "\nThe requirements change: {}", inline(&twist.text))?;
    }
    for (at, turn) in transcript.turns_of(index) {
        turn::write(at + 1, turn, question, transcript.plan.level, out)?;
    }
    writeln!(out, "\n### Reference answer\n\n{}", prose(&question.reference))?;
    write_sources(&question.sources, out)
}

fn write_sources(sources: &[Source], out: &mut dyn io::Write) -> io::Result<()> {
    if sources.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n### Sources\n")?;
    for source in sources {
        match &source.url {
            Some(url) => writeln!(out, "- {}", link(&source.title, url))?,
            None => writeln!(out, "- {}", inline(&source.title))?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

    use super::*;
    use crate::report::fixture::{hostile, regraded, with_answers};

    fn exported(transcript: &Transcript) -> String {
        let mut out = Vec::new();
        export(transcript, &Report::of(transcript), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn shows_a_whole_round() {
        let expected = r#"# Interview: News &lt;b&gt;feed&lt;/b&gt; \| \[x\](javascript:alert(1))

Session 20260314-193000, begun 2026-03-14T19:30:00Z, at level senior, completed after 2:01.

## The system

\# Not a heading &lt;script&gt;alert(1)&lt;/script&gt;

| number | value | unit |
| --- | ---: | --- |
| daily active users | 50 M | users |
| size of the hot posts | 8 GB |  |

## Result

**4.0 of 10** at level senior.

| level | score | decision |
| --- | ---: | --- |
| mid | 0.0 | too few answers to decide (1 graded of at least 3) |
| senior | 4.0 | too few answers to decide (1 graded of at least 3) |
| staff | 4.0 | too few answers to decide (1 graded of at least 3) |

| question | | result | time |
| --- | --- | ---: | ---: |
| cache/cache-down | ████░░░░░░ | 4.0 of 10 | 2:00 |

| topic | | earned | key points | not graded |
| --- | --- | ---: | ---: | ---: |
| cache | ████░░░░░░ | 40% | 2 | 0 |

| purpose | | earned | key points | not graded |
| --- | --- | ---: | ---: | ---: |
| depth | ████░░░░░░ | 40% | 2 | 0 |

| facet | | earned | key points | not graded |
| --- | --- | ---: | ---: | ---: |
| prevention | ██████░░░░ | 60% | 2 | 0 |

Hints: 1. Probes: 0. Contradictions: 0. Misconceptions: 1. Disputes: 1.

## What to say next time

1. **Random jitter on the time to live.**
   - What if the cache goes down? (`cache/cache-down`): missed, cost 40%

## Question 1: What if the cache goes down?

`cache/cache-down`, topic cache, purposes depth; 4.0 of 10, 2:00.

The requirements change: 1\. Ten times the users &amp; more.

### Turn 1: question

> \*Redis\* holds \`all\`. What if the cache goes down?

Hint on `jitter`: Say more of jitter?

````text
One caller refills.

```
# fence
```
<img src=x onerror=alert(1)>
\u{1b}[31mred\u{202e}

````

**4.0 of 10** for this answer alone, by rubric 1.

Note: the answer was longer than the grader reads; the rest was left out.

Key points:

- **hit**: Request coalescing: one caller refills a missing key while the others wait. (`coalescing`, senior, prevention, weight 3)
  - You said: “&lt;img src=x onerror=alert(1)&gt;”
  - It says \| that one caller refills.
- **missed** (you: partial): Random jitter on the time to live. (`jitter`, mid, prevention, weight 2)

Misconceptions:

- A clustered cache cannot go down. (`cache-never-fails`, costs 1)
  - Right is: A failover takes seconds; the database must survive them.
  - You said: “\# fence”

### Reference answer

One caller refills.
The others wait.

- watch the hit ratio
- \`jitter\`

### Sources

- The book, <https://example.org/book?a=1&b=2>
- Trap, javascript:alert(1)
"#;
        assert_eq!(exported(&hostile()), expected);
    }

    #[test]
    fn who_was_to_judge_and_what_was_said_before_is_all_there() {
        let text = exported(&regraded());
        for part in [
            "Language models took 1000 tokens in and 50 out.\n",
            "**5.0 of 10** for this answer alone, by llm 1 with m (1000 tokens in, 50 out).\n",
            "\nThe offline grader gives 0.0 of 10. They differ on:\n\n- `one`: hit, offline missed\n",
            "\nGraded anew on 2026-03-15.\nBefore:\n\n- not graded: no \\| time\n- 0.0 of 10 by rubric 1\n",
        ] {
            assert!(text.contains(part), "{part}\nis not in\n{text}");
        }
        let mut makeshift = regraded();
        makeshift.turns[0].outcome = makeshift.turns[0].earlier.pop();
        let text = exported(&makeshift);
        let reason = "\nJudged offline and not by m, since it is &lt;b&gt;busy&lt;/b&gt;.\n";
        assert!(text.contains(reason) && !text.contains("the chosen grader failed"), "{text}");
    }

    /// The contents of all fences, each without the line feed before its closing fence.
    fn answers(markdown: &str) -> Vec<String> {
        let mut answers = Vec::new();
        let mut open = None;
        for event in Parser::new_ext(markdown, Options::all()) {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => open = Some(String::new()),
                Event::Text(text) => {
                    if let Some(answer) = &mut open {
                        answer.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    let answer = open.take().unwrap();
                    answers.push(answer.strip_suffix('\n').unwrap().to_owned());
                }
                _ => {}
            }
        }
        answers
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn answers_read_back_from_their_fences(
            texts in prop::collection::vec(
                r"(`{1,7}|~{3,5}|\n|\n\n|---|===|# |> |- |1\. |    |\t|<!--|</pre>|<script>|\|a\||&amp;|[a-zé漢 ]|``` ?rust|\\){1,30}",
                1..4,
            ),
        ) {
            prop_assert_eq!(answers(&exported(&with_answers(&texts))), texts);
        }
    }
}
