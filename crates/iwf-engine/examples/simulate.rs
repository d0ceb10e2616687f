//! Simulates the engine for many seeds, or one seed aloud: `cargo xtask sim` runs it.
//!
//! Each seed runs on one thread and gives the same history every time; as many seeds run at a
//! time as there are processors. The first broken invariant ends it with exit status 1.

#![allow(clippy::print_stdout, reason = "a program for people")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use clap::Parser;
use iwf_engine::sim::{Options, Report, StoreKind, simulate};

#[derive(Parser)]
struct Args {
    /// How many seeds
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Simulated hours of each seed
    #[arg(long, default_value_t = 12)]
    hours: u32,
    /// This seed alone, with everything that happens
    #[arg(long, env = "SIM_SEED")]
    seed: Option<u64>,
    /// Where rows are kept: memory, sqlite, or mixed (sqlite for one seed in sixteen)
    #[arg(long, default_value = "mixed", value_parser = store)]
    store: StoreKind,
    /// Threads; by default one for each processor
    #[arg(long)]
    threads: Option<usize>,
}

fn store(name: &str) -> Result<StoreKind, String> {
    match name {
        "memory" => Ok(StoreKind::Memory),
        "sqlite" => Ok(StoreKind::Sqlite),
        "mixed" => Ok(StoreKind::Mixed),
        _ => Err("choose memory, sqlite or mixed".to_owned()),
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let options = Options {
        hours: args.hours,
        store: args.store,
        is_verbose: args.seed.is_some(),
    };
    let totals = match args.seed {
        Some(seed) => {
            let mut totals = Totals::default();
            totals.add(simulate(seed, &options));
            totals
        }
        None => simulate_all(&args, options),
    };
    totals.conclude()
}

fn simulate_all(args: &Args, options: Options) -> Totals {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = args.threads.unwrap_or(processors);
    let next = AtomicU64::new(args.from);
    let end = args.from.saturating_add(args.seeds);
    let has_failed = AtomicBool::new(false);
    let totals = Mutex::new(Totals::default());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !has_failed.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        break;
                    }
                    let report = simulate(seed, &options);
                    has_failed.fetch_or(report.failure.is_some(), Ordering::Relaxed);
                    let mut totals = totals.lock().unwrap_or_else(PoisonError::into_inner);
                    totals.add(report);
                }
            });
        }
    });
    totals.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Totals {
    began: Instant,
    seeds: u64,
    turns: u64,
    commits: u64,
    lives: u64,
    workflow_hours: f64,
    failures: Vec<Report>,
}

impl Default for Totals {
    fn default() -> Self {
        Self {
            began: Instant::now(),
            seeds: 0,
            turns: 0,
            commits: 0,
            lives: 0,
            workflow_hours: 0.0,
            failures: Vec::new(),
        }
    }
}

impl Totals {
    fn add(&mut self, report: Report) {
        self.seeds += 1;
        self.turns += report.turns;
        self.commits += report.commits;
        self.lives += u64::from(report.lives) + 1;
        self.workflow_hours += report.workflow_hours;
        if report.failure.is_some() {
            self.failures.push(report);
        }
    }

    fn conclude(mut self) -> ExitCode {
        println!(
            "{} seeds in {:.1} s: {:.0} workflow-hours, {} commits, {} turns, {} lives of the process",
            self.seeds,
            self.began.elapsed().as_secs_f64(),
            self.workflow_hours,
            self.commits,
            self.turns,
            self.lives,
        );
        self.failures.sort_by_key(|report| report.seed);
        let Some(report) = self.failures.into_iter().next() else {
            println!("no invariant was broken");
            return ExitCode::SUCCESS;
        };
        let Some(failure) = report.failure else {
            return ExitCode::SUCCESS;
        };
        println!("\nThe last events:");
        for line in failure.last_events {
            println!("{line}");
        }
        println!("\nseed {} at turn {}", report.seed, report.turns);
        println!("broken: {}", failure.invariant);
        println!("{}", failure.detail);
        println!(
            "again, with everything: SIM_SEED={} cargo xtask sim",
            report.seed
        );
        ExitCode::FAILURE
    }
}
