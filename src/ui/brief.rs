//! The scenario as it is shown at the start of a round, and again on `/design`.

use std::io::{self, Write};

use super::markdown::markdown;
use super::style::{Role, Screen};
use super::table::{Align, Table};
use super::wrap::{Text, bullet, paragraph, section, verbatim, width};
use crate::domain::scenario::{Component, Number, Scenario, ScenarioDecision};

/// Spaces before the lines of a diagram.
const DIAGRAM_INDENT: &str = "  ";

/// Writes what there is to know of the system, in the order in which one would ask for it.
///
/// # Errors
/// When the writer fails.
pub fn brief(out: &mut dyn Write, screen: &Screen, scenario: &Scenario) -> io::Result<()> {
    let drawn = overview(out, screen, scenario)?;
    components(out, screen, &scenario.components, drawn)?;
    decisions(out, screen, &scenario.decisions)
}

/// Writes what an interviewer would put on the board at the start: everything but the parts one by one, where the
/// diagram shows them, and the decisions.
///
/// # Errors
/// When the writer fails.
pub fn opening(out: &mut dyn Write, screen: &Screen, scenario: &Scenario) -> io::Result<()> {
    let drawn = overview(out, screen, scenario)?;
    if !drawn {
        components(out, screen, &scenario.components, drawn)?;
    }
    writeln!(out)?;
    paragraph(
        out,
        screen,
        &Text::new(Role::Accent, "/design").with(Role::Dim, " tells more: each part, each decision and why."),
    )
}

/// Writes requirements, numbers and the diagram; returns whether that fits on the screen.
fn overview(out: &mut dyn Write, screen: &Screen, scenario: &Scenario) -> io::Result<bool> {
    paragraph(out, screen, &Text::new(Role::Heading, &scenario.title))?;
    paragraph(out, screen, &Text::plain(&scenario.summary))?;
    for (title, source) in
        [("What it must do", &scenario.functional), ("How well it must do it", &scenario.non_functional)]
    {
        if !source.trim().is_empty() {
            section(out, screen, title)?;
            markdown(out, screen, source)?;
        }
    }
    numbers(out, screen, &scenario.numbers)?;
    diagram(out, screen, &scenario.diagram)
}

fn numbers(out: &mut dyn Write, screen: &Screen, numbers: &[Number]) -> io::Result<()> {
    if numbers.is_empty() {
        return Ok(());
    }
    section(out, screen, "Numbers")?;
    let mut table = Table::new(&[("", Align::Left), ("", Align::Right), ("", Align::Left)]).wrapping(0);
    for number in numbers {
        table.styled_row(vec![
            Text::plain(&number.text),
            Text::new(Role::Accent, &number.shown()),
            Text::plain(number.unit_beside()),
        ]);
    }
    table.write(out, screen)
}

/// Writes the diagram and returns true, or says in one line why it is not shown.
fn diagram(out: &mut dyn Write, screen: &Screen, diagram: &str) -> io::Result<bool> {
    let diagram = diagram.trim_matches('\n');
    if diagram.trim().is_empty() {
        return Ok(false);
    }
    section(out, screen, "Design")?;
    let columns = diagram.lines().map(width).max().unwrap_or(0) + DIAGRAM_INDENT.len();
    if columns > screen.width {
        let note = format!("Diagram left out: it needs {columns} columns.");
        paragraph(out, screen, &Text::new(Role::Dim, &note))?;
        return Ok(false);
    }
    verbatim(out, screen, Role::Plain, diagram, DIAGRAM_INDENT)?;
    Ok(true)
}

fn components(out: &mut dyn Write, screen: &Screen, components: &[Component], drawn: bool) -> io::Result<()> {
    if components.is_empty() {
        return Ok(());
    }
    section(out, screen, if drawn { "Its parts" } else { "Parts" })?;
    for component in components {
        let mut text = Text::new(Role::Strong, &component.name)
            .with(Role::Dim, &format!(" [{}]", component.kind))
            .with(Role::Plain, ": ");
        text.push(Role::Plain, &component.text);
        bullet(out, screen, &text)?;
    }
    Ok(())
}

fn decisions(out: &mut dyn Write, screen: &Screen, decisions: &[ScenarioDecision]) -> io::Result<()> {
    if decisions.is_empty() {
        return Ok(());
    }
    section(out, screen, "Decisions")?;
    for decision in decisions {
        let text = Text::new(Role::Strong, decision.choice.trim_end_matches('.'))
            .with(Role::Plain, ". Why: ")
            .with(Role::Plain, &decision.reason);
        bullet(out, screen, &text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::fixture::scenario;

    fn shown(width: usize) -> String {
        let mut out = Vec::new();
        brief(&mut out, &Screen { width, colour: false, unicode: true }, &scenario()).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn at_80_columns() {
        assert_eq!(
            shown(80),
            "\
News feed
Posts of the people one follows, newest and most relevant first.

What it must do
• Post
• Read the feed

How well it must do it
• A feed page in 200 ms

Numbers
daily active users             50 M  users
feed reads at peak           17.4 k  req/s
storage for a year of posts  1.2 TB

Design
   app -> load balancer -> feed service -> feed cache

Its parts
• feed cache (Redis) [cache]: The last 500 post ids of every active user's feed.

Decisions
• Fan-out on write for ordinary authors. Why: Reads are a hundred times as
  frequent as posts.
"
        );
    }

    #[test]
    fn at_40_columns_the_parts_stand_for_the_diagram() {
        let text = shown(40);
        let tail = text.split("\n\n").skip(3).collect::<Vec<_>>().join("\n\n");
        assert_eq!(
            tail,
            "\
Numbers
daily active users           50 M  users
feed reads at peak         17.4 k  req/s
storage for a year of      1.2 TB
posts

Design
Diagram left out: it needs 53 columns.

Parts
• feed cache (Redis) [cache]: The last
  500 post ids of every active user's
  feed.

Decisions
• Fan-out on write for ordinary authors.
  Why: Reads are a hundred times as
  frequent as posts.
"
        );
    }

    #[test]
    fn what_is_not_there_has_no_heading() {
        let scenario = Scenario {
            functional: String::new(),
            non_functional: String::new(),
            components: vec![],
            diagram: "\n".to_owned(),
            decisions: vec![],
            numbers: vec![],
            ..scenario()
        };
        let mut out = Vec::new();
        brief(&mut out, &Screen { width: 80, colour: false, unicode: true }, &scenario).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "News feed\nPosts of the people one follows, newest and most relevant first.\n");
    }
}
