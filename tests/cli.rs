//! What each command writes, whole.

use crate::support::followup;

#[test]
fn version() {
    followup(["--version"]).stdout("followup 0.1.0\n").run();
}
