//! The commands of a round: which lines are commands, what they mean, and the table that `/help` shows.

use std::io::{self, Write};

use super::style::{Role, Screen};
use super::wrap::{Text, bullet, section};
use crate::domain::id::{IdError, PointId};
use crate::domain::suggest::nearest;
use crate::domain::words::{UnknownWord, Verdict};

/// What a candidate can ask for in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Shows this table.
    Help,
    /// Shows a hint.
    Hint,
    /// Passes on what is asked.
    Skip,
    /// Asks something back.
    Clarify(String),
    /// Opens the answer in the editor of the environment.
    Edit,
    /// Shows the scenario once more.
    Design,
    /// Shows the time used and left.
    Time,
    /// Shows the reference answer.
    Reference,
    /// Shows the reasons of the verdicts.
    Why,
    /// Puts the candidate's own label beside a verdict.
    Dispute {
        /// The key point whose verdict it is.
        point: PointId,
        /// The candidate's label; never `ungraded`.
        label: Verdict,
    },
    /// Asks the last question once more.
    Retry,
    /// Leaves; the round can be resumed.
    Pause,
    /// Ends the round with the report.
    End,
}

/// How a command is written and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The name, and others that mean the same; without the slash.
    pub names: &'static [&'static str],
    /// What stands behind the name.
    pub arguments: &'static str,
    /// What it does, in a line.
    pub help: &'static str,
    make: fn(&[&str]) -> Result<Command, CommandError>,
}

/// Every command, in the order of `/help`.
pub const COMMANDS: &[Entry] = &[
    entry(&["help"], "shows this list", |_| Ok(Command::Help)),
    entry(&["hint"], "shows a hint; what it helps to earns half", |_| Ok(Command::Hint)),
    entry(&["skip"], "passes on this question; it counts as 0", |_| Ok(Command::Skip)),
    Entry {
        names: &["clarify"],
        arguments: "TEXT",
        help: "asks the interviewer something back, where a language model interviews",
        make: clarify,
    },
    entry(&["edit"], "opens the answer in your editor ($VISUAL or $EDITOR)", |_| Ok(Command::Edit)),
    entry(&["design"], "shows the scenario once more", |_| Ok(Command::Design)),
    entry(&["time"], "shows the time used and left", |_| Ok(Command::Time)),
    entry(&["reference"], "shows the reference answer of the last closed question", |_| {
        Ok(Command::Reference)
    }),
    entry(&["why"], "shows the reason of every verdict", |_| Ok(Command::Why)),
    Entry {
        names: &["dispute"],
        arguments: "POINT VERDICT",
        help: "keeps your own label (hit, partial, missed, contradicted) beside the verdict",
        make: dispute,
    },
    entry(&["retry"], "asks the last question once more; what is new earns half", |_| Ok(Command::Retry)),
    entry(&["pause", "quit"], "leaves; `followup resume` goes on from here", |_| Ok(Command::Pause)),
    entry(&["end"], "ends the round now, with its report", |_| Ok(Command::End)),
];

const fn entry(
    names: &'static [&'static str],
    help: &'static str,
    make: fn(&[&str]) -> Result<Command, CommandError>,
) -> Entry {
    Entry { names, arguments: "", help, make }
}

/// Why a line that begins with a slash is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The name is not in the table.
    #[error(
        "`/{name}` is not a command{}; `/help` lists them, and `//` begins an answer with a slash",
        did_you_mean(.nearest)
    )]
    Unknown {
        /// The name as typed, at most 40 characters of it.
        name: String,
        /// The command that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Something stands behind a name that stands alone.
    #[error("`/{0}` stands alone on its line; `//` begins an answer with a slash")]
    StandsAlone(&'static str),
    /// What the command needs is not there, or more than that.
    #[error("write it as `/{usage}`")]
    Usage {
        /// How it is written.
        usage: &'static str,
    },
    /// The key point's id is not of an id's form.
    #[error(transparent)]
    Point(#[from] IdError),
    /// The label is not a verdict.
    #[error(transparent)]
    Verdict(#[from] UnknownWord),
    /// The label would say that there is no verdict.
    #[error("`ungraded` is not a label: say `hit`, `partial`, `missed` or `contradicted`")]
    NoLabel,
}

fn did_you_mean(nearest: &Option<&str>) -> String {
    nearest.map(|name| format!(", did you mean `/{name}`?")).unwrap_or_default()
}

/// Whether a line is a command, or meant as one: it begins with exactly one slash.
#[must_use]
pub fn is_command(line: &str) -> bool {
    line.starts_with('/') && !line.starts_with("//")
}

/// Returns the answer that a text stands for: of two slashes at the beginning one goes.
#[must_use]
pub fn unescaped(text: &str) -> &str {
    if text.starts_with("//") { text.get(1..).unwrap_or(text) } else { text }
}

/// Reads a line that [`is_command`].
///
/// # Errors
/// When the name is unknown or the arguments are not right.
pub fn parse(line: &str) -> Result<Command, CommandError> {
    let mut words = line.trim_start_matches('/').split_whitespace();
    let name = words.next().unwrap_or_default().to_lowercase();
    let arguments: Vec<&str> = words.collect();
    let Some(entry) = COMMANDS.iter().find(|entry| entry.names.contains(&name.as_str())) else {
        return Err(CommandError::Unknown { nearest: meant(&name), name: name.chars().take(40).collect() });
    };
    if entry.arguments.is_empty() && !arguments.is_empty() {
        return Err(CommandError::StandsAlone(entry.names.first().copied().unwrap_or_default()));
    }
    (entry.make)(&arguments)
}

fn meant(typed: &str) -> Option<&'static str> {
    // Far longer than any name: not meant as one, and costly to compare.
    if typed.len() > 40 {
        return None;
    }
    let names = || COMMANDS.iter().flat_map(|entry| entry.names.iter().copied());
    let begun = names().find(|name| typed.len() >= 2 && name.starts_with(typed));
    begun.or_else(|| nearest(typed, names()))
}

fn clarify(arguments: &[&str]) -> Result<Command, CommandError> {
    match arguments {
        [] => Err(CommandError::Usage { usage: "clarify TEXT" }),
        words => Ok(Command::Clarify(words.join(" "))),
    }
}

fn dispute(arguments: &[&str]) -> Result<Command, CommandError> {
    let [point, label] = arguments else {
        return Err(CommandError::Usage { usage: "dispute POINT VERDICT" });
    };
    let point = PointId::parse(point)?;
    match label.parse()? {
        Verdict::Ungraded => Err(CommandError::NoLabel),
        label => Ok(Command::Dispute { point, label }),
    }
}

/// Writes the table of commands and the keys.
///
/// # Errors
/// When the writer fails.
pub fn help(out: &mut dyn Write, screen: &Screen) -> io::Result<()> {
    section(out, screen, "Commands")?;
    for entry in COMMANDS {
        let names = entry.names.iter().map(|name| format!("/{name}")).collect::<Vec<_>>().join(", ");
        let mut text = Text::new(Role::Accent, &names);
        if !entry.arguments.is_empty() {
            text.push(Role::Accent, &format!(" {}", entry.arguments));
        }
        text.push(Role::Plain, &format!(": {}", entry.help));
        bullet(out, screen, &text)?;
    }
    section(out, screen, "Keys")?;
    for line in KEYS {
        bullet(out, screen, &Text::plain(line))?;
    }
    Ok(())
}

const KEYS: &[&str] = &[
    "Enter begins a new line; an empty line, or Ctrl-D, hands the answer in",
    "a paste never hands in by itself",
    "a command on a line of its own keeps what is written above it",
    "Up and Down move in the answer, then through earlier answers; Tab completes commands",
    "Ctrl-C keeps what is written and asks whether to leave",
    "// begins an answer with a slash",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Result<Command, &str>) {
        assert_eq!(parse(line).map_err(|error| error.to_string()), expected.map_err(str::to_owned), "{line}");
    }

    #[test]
    fn every_name_is_read() {
        for entry in COMMANDS.iter().filter(|entry| entry.arguments.is_empty()) {
            for name in entry.names {
                assert!(parse(&format!("/{name}")).is_ok(), "{name}");
                assert!(parse(&format!("/{name} x")).is_err(), "{name} takes nothing");
            }
        }
        check("/quit", Ok(Command::Pause));
        check(" /Hint ".trim(), Ok(Command::Hint));
    }

    #[test]
    fn a_dispute_names_a_point_and_a_label() {
        let point = PointId::parse("coalescing").unwrap();
        check("/dispute coalescing hit", Ok(Command::Dispute { point, label: Verdict::Hit }));
        check("/dispute coalescing", Err("write it as `/dispute POINT VERDICT`"));
        check(
            "/dispute coalescing good",
            Err("`good` is not a verdict; one of `hit`, `partial`, `missed`, `contradicted`, `ungraded`"),
        );
        check(
            "/dispute coalescing ungraded",
            Err("`ungraded` is not a label: say `hit`, `partial`, `missed` or `contradicted`"),
        );
        check(
            "/dispute ../x hit",
            Err("`../x` is not an id: use small letters, digits and single hyphens, at most 64 of them"),
        );
    }

    #[test]
    fn what_is_asked_back_is_the_rest_of_the_line() {
        check("/clarify how many  reads?", Ok(Command::Clarify("how many reads?".to_owned())));
        check("/clarify", Err("write it as `/clarify TEXT`"));
    }

    #[test]
    fn an_unknown_command_gets_a_suggestion() {
        check(
            "/hnit",
            Err(
                "`/hnit` is not a command, did you mean `/hint`?; `/help` lists them, and `//` begins an answer with a slash",
            ),
        );
        check(
            "/ref",
            Err(
                "`/ref` is not a command, did you mean `/reference`?; `/help` lists them, and `//` begins an answer with a slash",
            ),
        );
        check(
            "/api/v1/users",
            Err(
                "`/api/v1/users` is not a command; `/help` lists them, and `//` begins an answer with a slash",
            ),
        );
        check("/skip it", Err("`/skip` stands alone on its line; `//` begins an answer with a slash"));
        assert!(parse("/").is_err() && parse(&format!("/{}", "x".repeat(1 << 20))).is_err());
    }

    #[test]
    fn two_slashes_begin_an_answer() {
        assert!(is_command("/help") && is_command("/") && !is_command("//help") && !is_command("help"));
        assert_eq!(unescaped("//api first"), "/api first");
        assert_eq!(unescaped("/api"), "/api");
    }

    #[test]
    fn help_shows_every_command_on_a_narrow_screen() {
        let mut out = Vec::new();
        help(&mut out, &Screen { width: 40, colour: false, unicode: false }).unwrap();
        let text = String::from_utf8(out).unwrap();
        for entry in COMMANDS {
            assert!(text.contains(&format!("/{}", entry.names[0])));
        }
        assert!(text.contains("* /dispute POINT VERDICT: keeps your own"));
        assert!(text.lines().all(|line| line.len() <= 40));
    }
}
