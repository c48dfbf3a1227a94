//! `followup history`: past sessions, the newest first.

use serde_json::{Value, json};

use super::clock;
use super::context::Context;
use super::list::write_json;
use crate::cli::{Listing, Output};
use crate::domain::score::Score;
use crate::domain::transcript::End;
use crate::error::{DONE, Failure};
use crate::history::SessionSummary;
use crate::ui::table::{Align, Table};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, listing: Listing) -> Result<u8, Failure> {
    let sessions = match context.past()? {
        Some(store) => store.sessions()?,
        None => Vec::new(),
    };
    match listing.format {
        Output::Json => write_json(context.out, &sessions.iter().map(value).collect::<Value>())?,
        Output::Text if sessions.is_empty() => {
            context.notice("No past sessions yet; `followup` starts one.")?;
        }
        Output::Text => table(&sessions).write(context.out, &context.screen)?,
    }
    Ok(DONE)
}

fn table(sessions: &[SessionSummary]) -> Table {
    let columns = [
        ("session", Align::Left),
        ("level", Align::Left),
        ("score", Align::Right),
        ("questions", Align::Right),
        ("state", Align::Left),
        ("about", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for session in sessions {
        let progress = session.progress.unwrap_or_default();
        let score = progress.score.map_or("-".to_owned(), |score| score.to_string());
        let questions = format!("{}/{}", progress.answered, session.questions);
        table.row([
            session.id.as_str(),
            session.level.as_str(),
            score.as_str(),
            questions.as_str(),
            state(session),
            session.title.as_str(),
        ]);
    }
    table
}

fn state(session: &SessionSummary) -> &'static str {
    match session.progress {
        None => "damaged",
        Some(progress) => match progress.end {
            None => "open",
            Some(End::Completed) => "completed",
            Some(End::TimeUp) => "time up",
            Some(End::Stopped) => "stopped",
        },
    }
}

fn value(session: &SessionSummary) -> Value {
    let progress = session.progress.unwrap_or_default();
    json!({
        "session": session.id,
        "started": clock::rfc3339(session.started),
        "level": session.level,
        "score": progress.score.map(Score::as_f64),
        "answered": progress.answered,
        "questions": session.questions,
        "state": state(session),
        "about": session.title,
    })
}
