//! One binary, few words: serve · migrate · seed · account · schema.

use clap::Parser;
use hometown::server::command::{self, Arguments};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Gives memory back after a busy evening instead of keeping it in arenas.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match command::run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("hometown: {message}");
            ExitCode::FAILURE
        }
    }
}
