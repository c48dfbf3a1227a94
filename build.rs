//! Rebuilds the crate when a file of the built-in pack or a migration is added or changed.

fn main() {
    println!("cargo:rerun-if-changed=content");
    println!("cargo:rerun-if-changed=migrations");
}
