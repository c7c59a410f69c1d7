//! Many schedules at once, one a thread. Each seed's schedule is the same as if it were run alone.

use std::panic;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use posada_sim::{Stats, Violation, run as one};

/// After so many violations no further schedule is begun: something is wrong, and more of it would be told at length.
const VIOLATIONS_MAX: usize = 20;
/// How many seeds a thread takes at a time, so that it asks seldom and all end at about the same time.
const PORTION: u64 = 50;
const PROGRESS: Duration = Duration::from_secs(30);

/// What came of many schedules.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// How many were run; fewer than asked for where too many violations were found.
    pub(crate) schedules: u64,
    pub(crate) stats: Stats,
    /// By their seeds.
    pub(crate) violations: Vec<Violation>,
}

/// Runs `seeds` schedules from `first` on, on all processors; `progress` is told now and then how many were done.
pub(crate) fn run(first: u64, seeds: u64, progress: impl Fn(u64) + Sync) -> Found {
    let next = AtomicU64::new(0);
    let enough = AtomicBool::new(false);
    let found = Mutex::new(Found::default());
    let told = Mutex::new(Instant::now());
    on_all_processors(|| {
        while !enough.load(Ordering::Relaxed) {
            let from = next.fetch_add(PORTION, Ordering::Relaxed);
            if from >= seeds {
                break;
            }
            let mut portion = Found::default();
            for seed in from..seeds.min(from.saturating_add(PORTION)) {
                match caught(first.saturating_add(seed)) {
                    Ok(stats) => portion.stats += stats,
                    Err(violation) => portion.violations.push(*violation),
                }
                portion.schedules += 1;
            }
            let mut all = found.lock().unwrap_or_else(PoisonError::into_inner);
            all.schedules += portion.schedules;
            all.stats += portion.stats;
            all.violations.append(&mut portion.violations);
            enough.store(all.violations.len() >= VIOLATIONS_MAX, Ordering::Relaxed);
            let done = all.schedules;
            drop(all);
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.elapsed() >= PROGRESS {
                *told = Instant::now();
                progress(done);
            }
        }
    });
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.violations.sort_by_key(|violation| violation.seed);
    found
}

/// One schedule. A panic is a violation too, and has its seed named.
fn caught(seed: u64) -> Result<Stats, Box<Violation>> {
    panic::catch_unwind(|| one(seed, None, false)).unwrap_or_else(|payload| {
        let said = payload.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("something unsaid");
        Err(Box::new(Violation { seed, what: format!("it panicked: {said}"), schedule: Vec::new() }))
    })
}

/// `what` of each item, on all processors, in the items' order.
pub(crate) fn each<T: Sync, R: Send>(items: &[T], what: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(items.len()));
    on_all_processors(|| {
        while let Some((place, item)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            items.get(place).map(|item| (place, item))
        } {
            let result = what(item);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Runs `work` in as many threads as there are processors, until all have ended.
fn on_all_processors(work: impl Fn() + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(&work);
        }
    });
}
