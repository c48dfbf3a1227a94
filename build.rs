//! Rebuilds the crate when a file of the built-in pack, a migration or a prompt is added or changed.

fn main() {
    println!("cargo:rerun-if-changed=content");
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=prompts");
}
