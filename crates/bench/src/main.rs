//! Times distribution natively, one JSON document a size and objective; or writes the instances for other solvers.
//!
//! `posada-bench native` or `posada-bench text <number of the size>`.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use posada_bench::{Instance, SIZES, instances, sums, text};
use posada_core::distribute::{Objective, distribute};
use serde_json::json;

/// Passes through all instances. Of the times of each the median counts, so that what else the machine does weighs
/// little; a thousand others lie between two runs of one.
const PASSES: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["native"] => {
            for (number, size) in SIZES.into_iter().enumerate() {
                let instances = instances(size);
                for objective in Objective::ALL {
                    println!("{}", measured(number, &instances, objective));
                }
            }
            ExitCode::SUCCESS
        }
        ["text", number] => {
            let size = number.parse().ok().and_then(|number: usize| SIZES.get(number));
            size.map_or(ExitCode::FAILURE, |&size| {
                print!("{}", text(&instances(size)));
                ExitCode::SUCCESS
            })
        }
        _ => {
            eprintln!("usage: posada-bench native | text <number of the size>");
            ExitCode::FAILURE
        }
    }
}

fn measured(size: usize, instances: &[Instance], objective: Objective) -> serde_json::Value {
    let mut times = vec![Vec::with_capacity(PASSES); instances.len()];
    for _ in 0..PASSES {
        for (times, instance) in times.iter_mut().zip(instances) {
            let question = instance.question();
            let start = Instant::now();
            let answer = distribute(black_box(&question), objective);
            let elapsed = start.elapsed();
            times.push(u64::try_from(black_box(elapsed).as_nanos()).unwrap_or(u64::MAX));
            assert!(black_box(answer).is_ok(), "every instance has an answer");
        }
    }
    let times: Vec<u64> = times
        .into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        })
        .collect();
    let sums: Vec<[i64; 6]> = instances
        .iter()
        .map(|it| {
            sums(&distribute(&it.question(), objective).expect("every instance has an answer"), objective)
        })
        .collect();
    json!({ "size": size, "objective": objective.name(), "times_ns": times, "sums": sums })
}
