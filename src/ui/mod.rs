//! What people see in the terminal.

pub mod report;
pub mod sanitize;
pub mod style;
