//! One binary, few words: serve · migrate · seed · account · backup · restore · verify ·
//! migrate-store · schema.

use clap::Parser;
use hometown::server::command::{self, Arguments};
use std::process::ExitCode;

/// Gives memory back after a busy evening instead of keeping it in arenas.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match command::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hometown: {message}");
            ExitCode::FAILURE
        }
    }
}
