//! Signals that end the program while a line is edited.
//!
//! The line editor knows only of Ctrl-C: then it restores the terminal and returns, so that what is written is kept.
//! While no line is edited such a signal ends the program at once, and all that was handed in is on disk.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

static ENDING: AtomicBool = AtomicBool::new(false);

/// Whether the system wants the program to end.
pub(super) fn ending() -> bool {
    ENDING.load(Ordering::SeqCst)
}

/// Turns the signals that end the program into a Ctrl-C and [`ending`], from now on.
///
/// # Errors
/// When the system does not allow it.
#[cfg(unix)]
pub(super) fn watch() -> io::Result<()> {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::getpid;
    use tokio::runtime::Builder;
    use tokio::signal::unix::{SignalKind, signal};

    // There is one set of signals in a process, however many prompts are opened in it.
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let entered = runtime.enter();
    let mut terminated = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    drop(entered);
    let wait = move || {
        loop {
            runtime.block_on(async {
                tokio::select! { _ = terminated.recv() => {}, _ = hung_up.recv() => {} }
            });
            ENDING.store(true, Ordering::SeqCst);
            // This cannot fail for a process and itself.
            let _sent = kill(getpid(), Signal::SIGINT);
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

/// Waits for a Ctrl-C that comes while no line is edited; for ever, where the system cannot tell of it.
///
/// From the first call on, awaited or not, such a one ends the program no more, so that there has to be somebody who
/// waits whenever it takes long.
///
/// # Panics
/// Outside of a runtime that listens to the system.
pub fn interrupted() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let pressed = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt());
    #[cfg(windows)]
    let pressed = tokio::signal::windows::ctrl_c();
    async move {
        match pressed {
            Ok(mut pressed) => drop(pressed.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
}

/// Other systems end a program without asking it.
#[cfg(not(unix))]
pub(super) fn watch() -> io::Result<()> {
    Ok(())
}
