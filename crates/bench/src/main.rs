//! Prints how long distribution takes natively.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::Instant;

use posada_bench::{SIZES, instances};
use posada_core::distribute::{Objective, distribute};

fn main() {
    for size in SIZES {
        let instances = instances(size);
        println!("{} checksum {:x}", size.name, posada_bench::checksum(&posada_bench::text(&instances)));
        for objective in Objective::ALL {
            let mut times = vec![Vec::new(); instances.len()];
            for _ in 0..5 {
                for (times, instance) in times.iter_mut().zip(&instances) {
                    let start = Instant::now();
                    let answer = distribute(&instance.question(), objective);
                    times.push(start.elapsed().as_nanos());
                    assert!(answer.is_ok(), "every instance has an answer");
                }
            }
            for third in 0..4 {
                let mut times: Vec<u128> = times
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| third == 3 || i % 3 == third)
                    .map(|(_, times)| {
                        let mut times = times.clone();
                        times.sort_unstable();
                        times[times.len() / 2]
                    })
                    .collect();
                times.sort_unstable();
                let at = |percent: usize| times[(times.len() - 1) * percent / 100] as f64 / 1e6;
                println!(
                    "{:>14} {third}: median {:.4} ms, p90 {:.4} p99 {:.4} ms max {:.4}",
                    objective.name(),
                    at(50),
                    at(90),
                    at(99),
                    at(100)
                );
            }
        }
    }
}
