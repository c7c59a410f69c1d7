#![no_main]

posada_fuzz_targets::program!("ledger");
