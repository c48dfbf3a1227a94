//! `followup show`: a question, a scenario, or a past session.

use serde_json::json;

use super::context::Context;
use super::list::{SHOWN_SEED, write_json};
use crate::cli::{Output, Show};
use crate::content::Catalog;
use crate::domain::id::{QuestionId, ScenarioId};
use crate::domain::question::Question;
use crate::domain::scenario::ScenarioTemplate;
use crate::domain::standing::Standing;
use crate::domain::transcript::{Response, Transcript};
use crate::domain::words::{ComponentKind, Level, Purpose};
use crate::error::{DONE, Failure};
use crate::export::{Format, export};
use crate::history::Store;
use crate::report::Report;
use crate::session::Session;
use crate::ui;
use crate::ui::feedback::{Review, feedback};
use crate::ui::judged_by::{judged_by, regraded};
use crate::ui::style::Role;
use crate::ui::wrap::{Text, bullet, paragraph, section};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &Show) -> Result<u8, Failure> {
    let catalog = context.catalog()?;
    if let Some(question) = QuestionId::parse(&args.id).ok().and_then(|id| catalog.question(&id)) {
        return show_question(context, question, args);
    }
    if let Some(template) = ScenarioId::parse(&args.id).ok().and_then(|id| catalog.scenario(&id)) {
        return show_scenario(context, template, args.listing.format);
    }
    let past = context.past()?;
    match past.as_ref().map(|store| has_session(store, &args.id)).transpose()? {
        Some(true) => show_session(context, past.as_ref(), args),
        _ => Err(unknown(&catalog, past.as_ref(), &args.id)),
    }
}

fn has_session(store: &Store, typed: &str) -> Result<bool, Failure> {
    Ok(store.sessions()?.iter().any(|summary| summary.id.as_str() == typed))
}

fn unknown(catalog: &Catalog, past: Option<&Store>, typed: &str) -> Failure {
    let sessions = past.and_then(|store| store.sessions().ok()).unwrap_or_default();
    let questions = catalog.questions.iter().map(|question| question.id.as_str());
    let scenarios = catalog.scenarios.iter().map(|template| template.scenario.id.as_str());
    Failure::new(format!("there is no question, scenario or session `{typed}`")).did_you_mean(
        typed,
        questions.chain(scenarios).chain(sessions.iter().map(|summary| summary.id.as_str())),
    )
}

fn show_question(context: &mut Context<'_>, question: &Question, args: &Show) -> Result<u8, Failure> {
    let question = question.bind(&std::collections::BTreeMap::new());
    match args.listing.format {
        Output::Json => write_json(context.out, &question_value(&question, args.reference))?,
        Output::Text => {
            question_head(context, &question)?;
            if args.reference {
                question_answer(context, &question)?;
            } else {
                context.notice("\n`--reference` shows the reference answer and the key points, too.")?;
            }
        }
    }
    Ok(DONE)
}

fn question_value(question: &Question, reference: bool) -> serde_json::Value {
    let mut value = json!({
        "id": question.id,
        "question": question.asked(),
        "purposes": question.purposes,
        "needs": question.needs,
        "points": question.rubric.points.len(),
        "rubric": question.rubric.hash(),
    });
    if let (true, Some(fields)) = (reference, value.as_object_mut()) {
        let points = question.rubric.points.iter().map(|point| {
            json!({
                "id": point.id,
                "text": point.text,
                "weight": point.weight,
                "level": point.level,
                "facet": point.facet,
                "probe": point.probe,
                "derived": point.derived,
            })
        });
        let misconceptions = question.rubric.misconceptions.iter().map(|misconception| {
            json!({ "id": misconception.id, "text": misconception.text, "correction": misconception.correction })
        });
        fields.insert("points".to_owned(), points.collect());
        fields.insert("misconceptions".to_owned(), misconceptions.collect());
        fields.insert("reference".to_owned(), json!(question.reference));
        fields.insert("sources".to_owned(), json!(question.sources));
    }
    value
}

fn question_head(context: &mut Context<'_>, question: &Question) -> Result<(), Failure> {
    let (out, screen) = (&mut *context.out, &context.screen);
    paragraph(out, screen, &Text::new(Role::Heading, &question.asked()))?;
    let purposes: Vec<&str> = question.purposes.iter().copied().map(Purpose::as_str).collect();
    let needs: Vec<&str> = question.needs.iter().copied().map(ComponentKind::as_str).collect();
    paragraph(out, screen, &Text::new(Role::Dim, &format!("{} - {}", question.id, purposes.join(", "))))?;
    if !needs.is_empty() {
        paragraph(
            out,
            screen,
            &Text::new(Role::Dim, &format!("asked of a design with: {}", needs.join(", "))),
        )?;
    }
    let count = |level: Level| question.rubric.points.iter().filter(|point| point.level == level).count();
    let counts: Vec<String> = Level::ALL.iter().map(|level| format!("{} {level}", count(*level))).collect();
    paragraph(out, screen, &Text::plain(&format!("Key points: {}.", counts.join(", "))))?;
    Ok(())
}

fn question_answer(context: &mut Context<'_>, question: &Question) -> Result<(), Failure> {
    let (out, screen) = (&mut *context.out, &context.screen);
    section(out, screen, "Reference answer")?;
    ui::markdown::markdown(out, screen, &question.reference)?;
    section(out, screen, "Key points")?;
    for point in &question.rubric.points {
        let derived = if point.derived { ", derived from the reference answer" } else { "" };
        let tag = format!(" ({}, {}, weight {}{derived})", point.level, point.facet, point.weight);
        let head = Text::new(Role::Accent, point.id.as_str()).with(Role::Dim, &tag);
        bullet(out, screen, &head.with(Role::Plain, &format!(": {}", point.text)))?;
    }
    if !question.rubric.misconceptions.is_empty() {
        section(out, screen, "Misconceptions")?;
    }
    for misconception in &question.rubric.misconceptions {
        let text = Text::new(Role::Contradicted, &misconception.text);
        bullet(out, screen, &text.with(Role::Plain, &format!(" {}", misconception.correction)))?;
    }
    section(out, screen, "Sources")?;
    for source in &question.sources {
        let text = match &source.url {
            Some(url) => format!("{}: {url}", source.title),
            None => source.title.clone(),
        };
        bullet(out, screen, &Text::plain(&text))?;
    }
    Ok(())
}

fn show_scenario(
    context: &mut Context<'_>,
    template: &ScenarioTemplate,
    format: Output,
) -> Result<u8, Failure> {
    let scenario = template.draw(SHOWN_SEED).map_err(|error| Failure::new(error.to_string()))?;
    match format {
        Output::Json => write_json(context.out, &json!(scenario))?,
        Output::Text => ui::brief::brief(context.out, &context.screen, &scenario)?,
    }
    Ok(DONE)
}

fn show_session(context: &mut Context<'_>, past: Option<&Store>, args: &Show) -> Result<u8, Failure> {
    let Some(store) = past else { return Ok(DONE) };
    let stored = context.stored(store, Some(&args.id))?;
    let session = Session::replay(stored.plan, stored.events);
    let report = Report::of(session.transcript());
    match args.listing.format {
        Output::Json => export(Format::Json, session.transcript(), &report, context.out)?,
        Output::Text => {
            session_turns(context, session.transcript())?;
            ui::report::render(&report, &context.screen, context.out)?;
            let tokens = session.transcript().tokens();
            if tokens.total() > 0 {
                writeln!(context.out, "\n{}", ui::tokens::taken(tokens, None))?;
            }
        }
    }
    Ok(DONE)
}

/// Writes what was asked, what was answered and what came of each question; turns by the numbers that `dispute` takes.
fn session_turns(context: &mut Context<'_>, transcript: &Transcript) -> Result<(), Failure> {
    let (out, screen) = (&mut *context.out, &context.screen);
    if let Some(scenario) = &transcript.plan.scenario {
        paragraph(out, screen, &Text::new(Role::Heading, &format!("Interview: {}", scenario.title)))?;
        writeln!(out)?;
    }
    for (index, planned) in transcript.plan.questions.iter().enumerate() {
        if transcript.turns_of(index).next().is_none() {
            continue;
        }
        let head = format!("Question {} - {}", index + 1, planned.question.id);
        paragraph(out, screen, &Text::new(Role::Accent, &head))?;
        for (at, turn) in transcript.turns_of(index) {
            writeln!(out)?;
            let number = Text::new(Role::Dim, &format!("Turn {}: ", at + 1));
            paragraph(out, screen, &number.with(Role::Heading, &turn.asked_as()))?;
            for inquiry in &turn.inquiries {
                ui::ask::answer(out, screen, &inquiry.text)?;
                if let Some(reply) = &inquiry.reply {
                    paragraph(out, screen, &Text::plain(&reply.text))?;
                }
            }
            match &turn.response {
                Response::Answered { text, .. } => ui::ask::answer(out, screen, text)?,
                Response::Empty { .. } => writeln!(out, "(nothing)")?,
                Response::Skipped { .. } => writeln!(out, "(skipped)")?,
                Response::Pending => writeln!(out, "(no answer yet)")?,
            }
            if let Some(grade) = turn.grade() {
                judged_by(out, screen, grade, transcript.plan.level)?;
            }
            regraded(out, screen, turn, transcript.plan.level)?;
        }
        let standing = Standing::of(transcript, index);
        let level = transcript.plan.level;
        let review = Review { standing: &standing, level, flags: &[], ungraded: None, closed: true };
        feedback(out, screen, &review)?;
        writeln!(out)?;
    }
    Ok(())
}
