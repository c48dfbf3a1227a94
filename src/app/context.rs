//! What every command needs: where to write, where data lies, the content, the grader.

use std::io::{self, BufRead, Write};
use std::path::PathBuf;

use etcetera::BaseStrategy;

use super::clock;
use crate::cli::{self, Global};
use crate::content::assemble::{self, Loaded};
use crate::content::{Catalog, builtin, loader};
use crate::cores;
use crate::domain::id::SessionId;
use crate::domain::suggest::nearest;
use crate::error::Failure;
use crate::grader::rubric::RubricGrader;
use crate::history::{Store, StoredSession};
use crate::ui::sanitize::inert;
use crate::ui::style::{ColorChoice, Screen};
use crate::ui::wrap::{Text, paragraph};

/// The streams of a run and what is known of them.
pub struct Stdio<'a> {
    /// Where answers and files come from that are named `-`.
    pub input: Box<dyn BufRead + Send>,
    /// Data.
    pub out: &'a mut dyn Write,
    /// Notices.
    pub err: &'a mut dyn Write,
    /// What is known of the terminal.
    pub terminal: Terminal,
}

/// What is known of the terminal behind the streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Whether somebody types at the input.
    pub interactive: bool,
    /// Whether lines can be edited there.
    pub edits_lines: bool,
    /// The columns of the output; `None` where it is no terminal.
    pub columns: Option<usize>,
    /// Whether notices go to a terminal.
    pub notices: bool,
}

/// What every command needs.
pub(super) struct Context<'a> {
    pub(super) out: &'a mut dyn Write,
    pub(super) err: &'a mut dyn Write,
    pub(super) screen: Screen,
    pub(super) interactive: bool,
    pub(super) edits_lines: bool,
    /// Whether somebody watches the output.
    pub(super) watched: bool,
    /// Whether notices go to a terminal.
    pub(super) notices: bool,
    pub(super) env: &'a dyn Fn(&str) -> Option<String>,
    /// Taken by the one that reads it.
    input: Option<Box<dyn BufRead + Send>>,
    global: Global,
}

impl<'a> Context<'a> {
    pub(super) fn new(global: Global, env: &'a dyn Fn(&str) -> Option<String>, io: Stdio<'a>) -> Self {
        let choice = match global.color {
            cli::Color::Auto => ColorChoice::Auto,
            cli::Color::Always => ColorChoice::Always,
            cli::Color::Never => ColorChoice::Never,
        };
        let Terminal { interactive, edits_lines, columns, notices } = io.terminal;
        let screen = Screen::choose(choice, env, columns);
        Self {
            out: io.out,
            err: io.err,
            screen,
            interactive,
            edits_lines,
            watched: columns.is_some(),
            notices,
            env,
            input: Some(io.input),
            global,
        }
    }

    /// Gives standard input to the one that reads it; the second to ask gets nothing.
    pub(super) fn take_input(&mut self) -> Box<dyn BufRead + Send> {
        self.input.take().unwrap_or_else(|| Box::new(std::io::empty()))
    }

    /// Returns the moment that a reproducible run takes place at, where the environment fixes one.
    pub(super) fn fixed_time(&self) -> Option<i64> {
        (self.env)(clock::FIXED).and_then(|seconds| seconds.parse().ok())
    }

    /// Returns the configuration file that was named.
    pub(super) fn config_file(&self) -> Option<&PathBuf> {
        self.global.config.as_ref()
    }

    /// Loads the built-in pack and the user's own.
    pub(super) fn catalog(&self) -> Result<Catalog, Failure> {
        self.catalog_without(&[])
    }

    /// Loads the built-in pack and the user's own, but those of the given names.
    pub(super) fn catalog_without(&self, names: &[&str]) -> Result<Catalog, Failure> {
        let mut catalog = builtin_pack()?.catalog;
        for dir in &self.global.pack {
            let loaded = loader::load_dir(dir)?;
            if loaded.catalog.packs.iter().any(|pack| names.contains(&pack.id.as_str())) {
                continue;
            }
            let clashes = catalog.merge(loaded.catalog).into_iter();
            let clashes = clashes.map(|clash| clash.problem(&loaded.places));
            let first = loaded.problems.into_iter().chain(clashes).next();
            if let Some(first) = first {
                return Err(Failure::new(format!("the pack `{}` has problems: {first}", dir.display()))
                    .hint(format!("`followup pack check {}` lists them all", dir.display())));
            }
        }
        Ok(catalog)
    }

    /// Makes the offline grader for a catalog.
    pub(super) fn grader(&self, catalog: &Catalog) -> RubricGrader {
        RubricGrader::new(&catalog.lexicon, catalog.prose())
    }

    /// Returns the folder that practice history is kept in.
    pub(super) fn data_dir(&self) -> Result<PathBuf, Failure> {
        match &self.global.data_dir {
            Some(dir) => Ok(dir.clone()),
            None => etcetera::base_strategy::choose_base_strategy()
                .map(|strategy| strategy.data_dir().join("followup"))
                .map_err(|_| Failure::new("there is no home folder").hint("say `--data-dir DIR`")),
        }
    }

    /// Returns the folder for what can be had again, at a price; `None` where there is no home.
    #[cfg(feature = "llm")]
    pub(super) fn cache_dir(&self) -> Option<PathBuf> {
        let strategy = etcetera::base_strategy::choose_base_strategy().ok()?;
        Some(strategy.cache_dir().join("followup"))
    }

    /// Tells something that is no result, below what was written before; in lines that fit where it goes to a terminal.
    pub(super) fn notice(&mut self, text: &str) -> io::Result<()> {
        // Both streams may be one terminal; one may fail without the other.
        let flushed = self.out.flush();
        if self.notices {
            text.lines().try_for_each(|line| paragraph(self.err, &self.screen, &Text::plain(line)))?;
        } else {
            writeln!(self.err, "{}", inert(text))?;
        }
        flushed
    }

    /// Opens the practice history to write to.
    pub(super) fn store(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.data_dir()?)?)
    }

    /// Opens the practice history to read; `None` where there is none yet.
    pub(super) fn past(&self) -> Result<Option<Store>, Failure> {
        Ok(Store::open_read_only(&self.data_dir()?)?)
    }

    /// Loads the named session, or the latest one; says what is damaged.
    pub(super) fn stored(&mut self, store: &Store, named: Option<&str>) -> Result<StoredSession, Failure> {
        let id = session_id(store, named)?;
        let stored = store.load(&id)?;
        for damage in &stored.damaged {
            self.notice(&format!("warning: {damage}"))?;
        }
        Ok(stored)
    }
}

/// Reads the built-in pack, on all cores.
pub(super) fn builtin_pack() -> Result<Loaded, Failure> {
    let read = cores::map(&builtin::files(), |(path, text)| assemble::read(path, text));
    assemble::join(read).map_err(|refusal| Failure::new(refusal.to_string()))
}

/// Finds the session that is meant by what was typed.
pub(super) fn session_id(store: &Store, named: Option<&str>) -> Result<SessionId, Failure> {
    let sessions = store.sessions()?;
    match named {
        None => sessions.into_iter().next().map(|summary| summary.id).ok_or_else(no_sessions),
        Some(typed) => {
            let known = || sessions.iter().map(|summary| summary.id.as_str());
            match sessions.iter().find(|summary| summary.id.as_str() == typed) {
                Some(summary) => Ok(summary.id.clone()),
                None => {
                    let failure = Failure::new(format!("there is no session `{typed}`"));
                    Err(match nearest(typed, known()) {
                        Some(name) => failure.hint(format!("did you mean `{name}`?")),
                        None => failure.hint("`followup history` lists them"),
                    })
                }
            }
        }
    }
}

/// There is nothing to go back to yet.
pub(super) fn no_sessions() -> Failure {
    Failure::new("there are no past sessions").hint("`followup interview` starts one")
}

/// A store that keeps nothing to be opened is the same as no past.
pub(super) fn existing(store: Option<Store>) -> Result<Store, Failure> {
    store.ok_or_else(no_sessions)
}
