//! Seeds: those that ever failed, and the first so many.

use posada_sim::{explore, run};

/// How many seeds are run where nothing else is said; `POSADA_SIM_SEEDS` says otherwise.
const SEEDS: u64 = 2_000;

#[track_caller]
fn check(seeds: impl Iterator<Item = u64>) {
    for seed in seeds {
        if let Err(violation) = run(seed, None, false) {
            panic!("seed {seed}: {}\nagain: cargo xtask sim --seed {seed}", violation.what);
        }
    }
}

#[test]
fn seeds_that_ever_failed_fail_no_more() {
    let seed = |line: &str| line.split_whitespace().next()?.parse().ok();
    check(include_str!("../seeds.txt").lines().filter_map(seed));
}

#[test]
fn no_seed_violates_an_invariant() {
    let seeds = std::env::var("POSADA_SIM_SEEDS").ok().and_then(|text| text.parse().ok());
    check(1..=seeds.unwrap_or(SEEDS));
}

#[test]
fn the_same_seed_gives_the_same_schedule() {
    for seed in 1..50 {
        let [first, second] = [(); 2].map(|()| run(seed, None, true).map(|stats| format!("{stats:?}")));
        assert_eq!(first.map_err(|it| it.schedule), second.map_err(|it| it.schedule));
    }
}

#[test]
fn one_room_with_one_crash_and_one_fault_anywhere() {
    let schedules = explore(1).unwrap_or_else(|it| panic!("{}\n{}", it.schedule.join("\n"), it.what));
    assert!(schedules > 1_000, "{schedules} schedules");
}
