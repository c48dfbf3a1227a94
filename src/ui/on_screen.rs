//! Every renderer at once, on an emulated terminal: nothing is wider than the screen, and nothing that a pack, a
//! candidate or a model wrote is obeyed.

use std::num::NonZeroU16;

use super::feedback::Review;
use super::fixture::{planned, scenario, standing};
use super::style::Screen;
use super::{ask, brief, command, feedback, markdown, why};
use crate::domain::grade::Flag;
use crate::domain::words::Level;

/// Everything that a terminal could obey, in one text.
const HOSTILE: &str = "x\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]52;c;AAAA\u{1b}\\\u{9b}31m\u{1b}P1$r\u{1b}\\\u{1b}_G\u{1b}\\\
\u{1b}c\r\u{8}\u{8}\u{7}\0\u{7f}\u{202e}\u{2066}\u{200b}\u{e0041}\u{85} y\u{1b}]0;never ends";

/// Renders everything there is, with `mark` added to every text that came from outside.
fn everything(screen: &Screen, mark: &str) -> String {
    let mut scenario = scenario();
    scenario.title.push_str(mark);
    scenario.texts_mut().into_iter().for_each(|text| text.push_str(mark));
    scenario.components.iter_mut().for_each(|component| component.name.push_str(mark));
    for number in &mut scenario.numbers {
        number.text.push_str(mark);
        number.unit.push_str(mark);
    }
    let mut planned = planned();
    planned.question.wording.push_str(mark);
    planned.tie.iter_mut().for_each(|tie| tie.push_str(mark));
    let mut standing = standing();
    for point in &mut standing.points {
        point.point.text.push_str(mark);
        point.reason.push_str(mark);
        point.evidence.iter_mut().for_each(|span| span.quote.push_str(mark));
    }
    for found in &mut standing.misconceptions {
        found.text.push_str(mark);
        found.correction.push_str(mark);
        found.evidence.iter_mut().for_each(|span| span.quote.push_str(mark));
    }

    let mut out = Vec::new();
    let place = ask::Place { number: 2, count: 5, topic: &format!("Cache{mark}"), left: Some(760_000) };
    brief::brief(&mut out, screen, &scenario).unwrap();
    ask::place(&mut out, screen, &place, &planned).unwrap();
    ask::question(&mut out, screen, &planned).unwrap();
    ask::heading(&mut out, screen, ask::Heading::Probe { number: 1, question: 2 }).unwrap();
    ask::asked(&mut out, screen, &format!("How many?{mark}")).unwrap();
    ask::heading(&mut out, screen, ask::Heading::Twist).unwrap();
    ask::asked(&mut out, screen, &format!("Ten times the users.{mark}")).unwrap();
    ask::hint(&mut out, screen, &format!("Think of a key.{mark}")).unwrap();
    for closed in [true, false] {
        let ungraded = Some(mark);
        let review =
            Review { standing: &standing, level: Level::Senior, flags: &[Flag::CutOff], ungraded, closed };
        feedback::feedback(&mut out, screen, &review).unwrap();
        why::why(&mut out, screen, &review).unwrap();
    }
    markdown::markdown(&mut out, screen, &format!("- a [b](c{mark}) `d{mark}`\n\n```\ne{mark}\n```\n"))
        .unwrap();
    command::help(&mut out, screen).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for (width, unicode) in [(80, true), (40, true), (40, false), (20, true)] {
        let screen = Screen { width, colour: true, unicode };
        let text = everything(&screen, " 数据库 and a-very-long-word-that-no-small-screen-can-hold");
        let rows = NonZeroU16::new(2000).unwrap();
        let mut terminal = vt100::Parser::new(rows, NonZeroU16::new(width as u16).unwrap(), 0);
        terminal.process(text.replace('\n', "\r\n").as_bytes());
        let emulated = terminal.screen();
        assert!((0..rows.get()).all(|row| !emulated.row_wrapped(row)), "a line was wrapped at {width}");
        assert_eq!(emulated.contents().lines().count(), text.trim_end().lines().count());
        let plain = everything(
            &Screen { colour: false, ..screen },
            " 数据库 and a-very-long-word-that-no-small-screen-can-hold",
        );
        if width == 80 {
            // Colour changes the looks and, but for the backticks of code, not the words.
            assert_eq!(emulated.contents().replace('`', ""), plain.trim_end().replace('`', ""));
        }
    }
}

#[test]
fn nothing_from_outside_is_obeyed() {
    for colour in [false, true] {
        let text = everything(&Screen { width: 80, colour, unicode: true }, HOSTILE);
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|c: char| c.is_control() && c != '\n') {
            let (code, tail) = rest[at..].split_once('m').unwrap_or((&rest[at..], ""));
            let ours =
                code.strip_prefix("\u{1b}[").is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
            assert!(colour && ours, "{:?}", &rest[at..].chars().take(20).collect::<String>());
            rest = tail;
        }
        assert!(!text.chars().any(|c| c != '\u{1b}' && super::sanitize::is_active(c)));
        assert!(!text.contains("title") && !text.contains("AAAA"));
    }
}
