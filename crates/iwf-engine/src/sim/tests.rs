//! A few seconds of what `cargo xtask sim` does at length.

use super::{Options, Report, StoreKind, simulate};

fn check(seed: u64, hours: u32, store: StoreKind) -> Report {
    let options = Options {
        hours,
        store,
        is_verbose: false,
    };
    let report = simulate(seed, &options);
    if let Some(failure) = &report.failure {
        let events = failure.last_events.join("\n");
        panic!("SIM_SEED={seed}: {}\n{events}", failure.detail);
    }
    report
}

#[test]
fn a_few_seeds_break_no_invariant() {
    for seed in 0..40 {
        check(seed, 2, StoreKind::Memory);
    }
}

#[test]
fn nor_do_they_on_sqlite() {
    for seed in 0..2 {
        check(seed, 1, StoreKind::Sqlite);
    }
}

#[test]
fn a_seed_gives_the_same_history_every_time_and_another_gives_another() {
    let history = |seed| {
        let report = check(seed, 1, StoreKind::Memory);
        assert!(report.commits > 0, "seed {seed} commits something");
        report.history
    };
    assert_eq!(history(5), history(5));
    assert_ne!(history(5), history(6));
}

/// Each breaks an invariant as soon as its fault is back.
#[test]
fn seeds_that_find_the_faults_of_old() {
    for (seed, fault) in [
        (
            0,
            "the writer span for the millisecond before it loads more timers",
        ),
        (
            8,
            "a call that found no room waited for the next timer of its run",
        ),
        (
            13,
            "a run whose step could not be stored was not looked at again",
        ),
    ] {
        eprintln!("seed {seed}: {fault}");
        check(seed, 6, StoreKind::Memory);
    }
}
