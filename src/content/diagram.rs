//! A scenario's drawing: one code block of the section `# Diagram`.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use unicode_width::UnicodeWidthStr;

use super::limits::MAX_DIAGRAM;
use super::notes::{At, Notes};
use super::problem::RuleFault;
use super::sections::Section;
use crate::domain::scenario::ScenarioTemplate;

/// Takes the drawing out of its section, without the indentation or the fence around it.
pub(crate) fn drawing(section: &Section, notes: &mut Notes) -> Option<At<String>> {
    let mut drawing: Option<At<String>> = None;
    let mut blocks = 0_usize;
    let mut inside = false;
    let mut beside = false;
    for (event, range) in Parser::new(section.body.value).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                inside = true;
                blocks += 1;
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside && blocks == 1 => {
                let at = section.body.at + range.start;
                drawing.get_or_insert(At { at, value: String::new() }).value.push_str(&text);
            }
            _ if inside => {}
            _ => beside = true,
        }
    }
    let drawing = drawing.filter(|drawing| !drawing.value.trim().is_empty());
    let Some(At { at, value }) = drawing else {
        notes.add(section.heading.at, RuleFault::NoDrawing);
        return None;
    };
    if beside || blocks > 1 {
        notes.add(section.heading.at, RuleFault::NotOnlyDrawing);
    }
    if let Some(tab) = section.body.value.find('\t') {
        notes.add(section.body.at + tab, RuleFault::TabInDrawing);
    }
    Some(At { at, value: value.trim_end().to_owned() })
}

/// Notes the lines that are too wide once the numbers stand in them, be they the lowest or the highest.
pub(crate) fn check_width(template: &ScenarioTemplate, first_line: usize, notes: &mut Notes) {
    let draw = |choose| {
        let drawn = template.with_values(|parameter| super::numbers::bound(parameter, choose));
        drawn.map(|scenario| scenario.diagram).unwrap_or_default()
    };
    let (low, high) = (draw(f64::min), draw(f64::max));
    for (index, (low, high)) in low.lines().zip(high.lines()).enumerate() {
        let columns = low.width().max(high.width());
        if columns > MAX_DIAGRAM {
            notes.add_in_line(first_line + index, RuleFault::WideDrawing { columns });
        }
    }
}
