//! `followup pack import`: questions of one's own from other formats.

use std::path::Path;

use super::count;
use super::folder::{self, Found};
use crate::app::context::Context;
use crate::cli::{ImportFormat, PackImport};
use crate::content::import::{Format, Import, Target, import, pack_file, read, with_topics};
use crate::content::{Loaded, loader, pack_file as pack_toml};
use crate::domain::question::Question;
use crate::error::{DONE, Failure, PROBLEMS};
use crate::ui::sanitize::inert_line;

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &PackImport) -> Result<u8, Failure> {
    let shown = args.file.display();
    let text = folder::read_text(&args.file)?;
    let format = match args.format {
        Some(ImportFormat::Markdown) => Format::Markdown,
        Some(ImportFormat::Csv) => Format::Csv,
        Some(ImportFormat::Anki) => Format::Anki,
        None => guess(&args.file, &text)?,
    };
    let cards = read(format, &text)
        .map_err(|error| Failure::new(format!("no questions can be read from `{shown}`: {error}")))?;

    let pack = existing(&args.into)?;
    let own: Vec<&str> =
        pack.iter().flat_map(|pack| &pack.catalog.packs).map(|own| own.id.as_str()).collect();
    let base = context.catalog_without(&own)?;
    let is_new = pack.is_none();
    let pack = pack.unwrap_or_default();
    let mut known = base.clone();
    // What clashes is a problem that `pack check` finds.
    let _clashes = known.merge(pack.catalog.clone());
    let grader = context.grader(&known);
    let judge = |question: &Question, answer: &str| grader.judge(question, &question.wording, answer);
    let source = args.file.file_name().unwrap_or_default().to_string_lossy();
    let source = inert_line(&source);
    let target = Target { pack: &pack, base: &base, topic: args.topic.as_deref(), source: &source };
    let made = import(cards, target, &judge);
    if !made.files.is_empty() {
        write(&args.into, is_new, &made, &source)?;
    }
    report(context, args, &made)
}

fn guess(path: &Path, text: &str) -> Result<Format, Failure> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    Format::guess(&ending, text).ok_or_else(|| {
        Failure::new(format!("`{}` does not say what it is", path.display()))
            .hint("say `--format markdown`, `--format csv` or `--format anki`")
    })
}

/// Loads the pack to import into; nothing where there is none yet.
fn existing(dir: &Path) -> Result<Option<Loaded>, Failure> {
    if folder::look(dir)? == Found::Room {
        return Ok(None);
    }
    let loaded = loader::load_dir(dir)?;
    match loaded.problems.first() {
        Some(first) => Err(Failure::new(format!("the pack `{}` has problems: {first}", dir.display()))
            .hint("correct them first, or import into a folder that is not there yet")),
        None => Ok(Some(loaded)),
    }
}

/// Writes what is new. The questions come last: what is half done then is done by the same command once more.
fn write(dir: &Path, is_new: bool, made: &Import, source: &str) -> Result<(), Failure> {
    if is_new {
        let id = folder::pack_id(None, dir)?;
        let text = pack_file(&id, &format!("Imported from {source}"), &made.topics);
        folder::write_new(dir, [(pack_toml::PATH, text.as_str())])?;
    } else if !made.topics.is_empty() {
        let path = dir.join(pack_toml::PATH);
        let before = folder::read_text(&path)?;
        let after = with_topics(&before, &made.topics);
        let problems = pack_toml::parse(after.trim_start_matches('\u{feff}')).map(|(_, problems)| problems);
        if problems.is_ok_and(|problems| problems.is_empty()) {
            folder::append(&path, after.get(before.len()..).unwrap_or_default())?;
        } else {
            let ids: Vec<String> = made.topics.iter().map(|topic| format!("`{}`", topic.id)).collect();
            return Err(Failure::new(format!("`{}` cannot be added to", path.display()))
                .hint(format!("list its topics under `[[topics]]`, and add {}", ids.join(", "))));
        }
    }
    folder::write_new(dir, made.files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

fn report(context: &mut Context<'_>, args: &PackImport, made: &Import) -> Result<u8, Failure> {
    let (file, dir) = (args.file.display().to_string(), args.into.display().to_string());
    for (path, _) in &made.files {
        writeln!(context.out, "{}", inert_line(&args.into.join(path).display().to_string()))?;
    }
    for skipped in &made.skipped {
        let line = format!("{file}:{}: skipped `{}`: {}", skipped.line, skipped.question, skipped.why);
        context.notice(&inert_line(&line))?;
    }
    let imported = count(made.files.len(), "question");
    let skipped = made.skipped.len();
    context.notice(&inert_line(&format!("imported {imported} into `{dir}`, skipped {skipped}")))?;
    Ok(if skipped == 0 { DONE } else { PROBLEMS })
}
