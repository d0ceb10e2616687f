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

/// Each broke an invariant once.
#[test]
fn seeds_that_found_a_fault() {
    for (seed, fault) in [
        (
            0,
            "the writer span for the millisecond before it loads more times",
        ),
        (
            13,
            "a call that found no room waited for the next timer of its run",
        ),
        (
            29,
            "a set-back clock hid owed calls from recovery, and a commit forgot a retry",
        ),
        (
            292,
            "a commit forgot that the run was to be looked at, after a full queue",
        ),
    ] {
        eprintln!("seed {seed}: {fault}");
        check(seed, 2, StoreKind::Memory);
    }
}
