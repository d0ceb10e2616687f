//! A stand-in for the program `wasm-bindgen`, for tools that look for it on the PATH.
//!
//! It is built from the library that the lock file pins, so its version always matches. It understands
//! what cargo-leptos passes; see the chore `dev` for how it gets its name.

use anyhow::Result;
use clap::Parser;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

#[derive(Parser)]
#[command(name = "wasm-bindgen")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the switches of the program it stands in for"
)]
struct Args {
    /// The module as rustc wrote it
    input: PathBuf,
    #[arg(long, value_enum)]
    target: Target,
    #[arg(long)]
    out_name: String,
    #[arg(long)]
    out_dir: PathBuf,
    #[arg(long)]
    debug: bool,
    #[arg(long)]
    keep_debug: bool,
    #[arg(long)]
    keep_lld_exports: bool,
    #[arg(long)]
    no_demangle: bool,
    #[arg(long)]
    remove_name_section: bool,
    #[arg(long)]
    remove_producers_section: bool,
    #[arg(long)]
    no_typescript: bool,
}

/// The one kind of output that a page loads without a bundler.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Target {
    Web,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let Target::Web = args.target;
    Bindgen::new()
        .input_path(&args.input)
        .web(true)?
        .out_name(&args.out_name)
        .debug(args.debug)
        .keep_debug(args.keep_debug)
        .keep_lld_exports(args.keep_lld_exports)
        .demangle(!args.no_demangle)
        .remove_name_section(args.remove_name_section)
        .remove_producers_section(args.remove_producers_section)
        .typescript(!args.no_typescript)
        .generate(&args.out_dir)
}
