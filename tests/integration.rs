//! Tests of the whole program: it is started as its users start it, and all that it writes is compared.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod architecture;
mod catalogue;
mod cli;
#[cfg(unix)]
mod durability;
#[cfg(feature = "llm")]
mod endpoint;
mod grade_lines;
#[cfg(feature = "llm")]
mod grade_llm;
mod hostile;
mod imports;
mod in_process;
mod interviewers;
#[cfg(feature = "llm")]
mod models;
mod overlaps;
mod packs;
mod papers;
#[cfg(all(unix, feature = "llm"))]
mod real_servers;
mod regrades;
mod rounds;
mod scorecard;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(not(feature = "llm"))]
mod without_models;
