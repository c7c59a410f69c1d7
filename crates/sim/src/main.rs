//! `posada-sim [--seeds N] [--first S] [--seed S] [--planted] [--exhaustive]`

#![allow(clippy::disallowed_methods, reason = "it measures how long it takes")]

mod many;

use std::process::ExitCode;
use std::time::Instant;

use pico_args::Arguments;
use posada_sim::{Mutation, Violation, explore, run};

const SEEDS: u64 = 2_000;
/// Within how many seeds a planted bug must be seen.
const PLANTED_SEEDS: u64 = 10_000;

fn main() -> ExitCode {
    match chosen(Arguments::from_env()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn chosen(mut args: Arguments) -> Result<bool, pico_args::Error> {
    let seeds = args.opt_value_from_str("--seeds")?.unwrap_or(SEEDS);
    let first = args.opt_value_from_str("--first")?.unwrap_or(1);
    if let Some(seed) = args.opt_value_from_str("--seed")? {
        return Ok(replay(seed));
    }
    if args.contains("--planted") {
        return Ok(planted());
    }
    if args.contains("--exhaustive") {
        return Ok(exhaustive());
    }
    Ok(random(first, seeds))
}

fn exhaustive() -> bool {
    let started = Instant::now();
    match explore(usize::MAX) {
        Ok(schedules) => {
            let seconds = started.elapsed().as_secs_f64();
            println!(
                "all {schedules} schedules of one booking with a crash and a fault: no violation; {seconds:.1} s"
            );
            true
        }
        Err(violation) => {
            println!("{}\n{}", violation.schedule.join("\n"), violation.what);
            false
        }
    }
}

fn replay(seed: u64) -> bool {
    match run(seed, None, true) {
        Ok(stats) => {
            println!("seed {seed}: no violation; {stats:?}");
            true
        }
        Err(violation) => {
            tell(&violation);
            false
        }
    }
}

fn tell(violation: &Violation) {
    println!("{}", violation.schedule.join("\n"));
    println!("seed {}: {}", violation.seed, violation.what);
    println!("again: cargo xtask sim --seed {}", violation.seed);
}

fn random(first: u64, seeds: u64) -> bool {
    let started = Instant::now();
    let found = many::run(first, seeds, |done| {
        eprintln!("{done} of {seeds} schedules, {:.0} s", started.elapsed().as_secs_f64());
    });
    for violation in &found.violations {
        println!("seed {}: {}", violation.seed, violation.what);
    }
    let seconds = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    let rate = found.schedules as f64 / seconds;
    println!(
        "{} schedules, {} events, {} faults, {} crashes, {} violations; {seconds:.1} s, {rate:.0} schedules/s",
        found.schedules,
        found.stats.events,
        found.stats.faults,
        found.stats.crashes,
        found.violations.len()
    );
    found.violations.is_empty()
}

fn planted() -> bool {
    let mut caught = 0;
    let seen = many::each(Mutation::ALL, |(mutation, _)| {
        (1..=PLANTED_SEEDS).find_map(|seed| run(seed, Some(*mutation), false).err())
    });
    for ((mutation, what), seen) in Mutation::ALL.iter().zip(seen) {
        caught += usize::from(seen.is_some());
        let how = seen.map_or("NOT SEEN".to_owned(), |it| format!("seed {}: {}", it.seed, it.what));
        println!("{:<26}{}\n{:<26}  {how}", format!("{mutation:?}"), what.trim(), "");
    }
    println!("{caught} of {} planted bugs seen within {PLANTED_SEEDS} seeds", Mutation::ALL.len());
    caught == Mutation::ALL.len()
}
