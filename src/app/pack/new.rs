//! `followup pack new`: a pack to begin with.

use super::folder::{self, Found};
use crate::app::context::Context;
use crate::cli::PackNew;
use crate::content::skeleton;
use crate::error::{DONE, Failure};

/// Runs the command.
pub(super) fn run(context: &mut Context<'_>, args: &PackNew) -> Result<u8, Failure> {
    let shown = args.dir.display();
    if folder::look(&args.dir)? == Found::Something {
        return Err(Failure::new(format!("`{shown}` is not empty"))
            .hint("name a folder that is not there yet, or add files to this pack yourself"));
    }
    let id = folder::pack_id(args.id.as_deref(), &args.dir)?;
    let files = skeleton::files(&id);
    folder::write_new(&args.dir, files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?;
    for (path, _) in &files {
        writeln!(context.out, "{}", args.dir.join(path).display())?;
    }
    context.notice(&format!(
        "Edit them; `followup pack check {shown}` names what is wrong, and\n\
         `followup interview --pack {shown}` asks what is in them."
    ))?;
    Ok(DONE)
}
