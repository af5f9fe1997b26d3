use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // Inferring types recurses as deep as the code nests.
    let threads = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build_global();
    if threads.is_err() {
        anstream::eprintln!("warning: could not set up the thread pool; deeply nested code may fail");
    }
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(deblock::cli::main)
        .map_or(ExitCode::from(2), |main| main.join().unwrap_or(ExitCode::from(2)))
}
