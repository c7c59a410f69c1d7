//! `posada-proofs`: what `cargo xtask audit`, `kill`, `lastroom` and a part of `bench` run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;
use posada_proofs::{
    audit::{Against, audit},
    client::{Control, read_system},
    kill, lastroom, latency,
    programs::{Built, root},
    state::State,
};
use serde_json::json;

const USAGE: &str = "\
Usage: posada-proofs audit [--state DIR] [--system URL|FILE] [--ended]
       posada-proofs lastroom --bundle DIR --sandbox PROGRAM [--rounds 20] [--clients 1000] [--embedded]
       posada-proofs kill --bundle DIR --sandbox PROGRAM [--n 300] [--seed S] [--clients 8] [--embedded]
       posada-proofs latency --bundle DIR --sandbox PROGRAM [--runs 40]

--data DIR: where the last three keep their data while they run, and where it stays if something is wrong; .posada
";

fn main() -> ExitCode {
    match run(Arguments::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Arguments) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match args.subcommand()?.as_deref() {
        Some("audit") => runtime.block_on(audited(args)),
        Some("lastroom") => {
            let (built, data) = (built(&mut args)?, args.opt_value_from_str("--data")?);
            let options = lastroom::Options {
                rounds: args.opt_value_from_str("--rounds")?.unwrap_or(20),
                clients: args.opt_value_from_str("--clients")?.unwrap_or(1_000),
                with_api: !args.contains("--embedded"),
            };
            finish(args)?;
            let folder = fresh("lastroom", data)?;
            runtime.block_on(lastroom::run(&built, &folder, &options)).with_context(|| kept(&folder))?;
            fs::remove_dir_all(folder)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("kill") => {
            let (built, data) = (built(&mut args)?, args.opt_value_from_str("--data")?);
            let options = kill::Options {
                kills: args.opt_value_from_str("--n")?.unwrap_or(300),
                seed: args.opt_value_from_str("--seed")?.unwrap_or_else(|| fastrand::u64(1..1_000_000)),
                clients: args.opt_value_from_str("--clients")?.unwrap_or(8),
                embedded: args.contains("--embedded"),
            };
            finish(args)?;
            let folder = fresh("kill", data)?;
            eprintln!("kill: seed {}, data in {}", options.seed, folder.display());
            let ran = runtime.block_on(kill::run(&built, &folder, &options));
            ran.with_context(|| format!("seed {}; {}", options.seed, kept(&folder)))?;
            fs::remove_dir_all(folder)?;
            Ok(ExitCode::SUCCESS)
        }
        Some("latency") => {
            let (built, data) = (built(&mut args)?, args.opt_value_from_str("--data")?);
            let runs = args.opt_value_from_str("--runs")?.unwrap_or(40);
            finish(args)?;
            let folder = fresh("latency", data)?;
            runtime.block_on(latency::run(&built, &folder, runs)).with_context(|| kept(&folder))?;
            fs::remove_dir_all(folder)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => bail!("{USAGE}"),
    }
}

fn finish(args: Arguments) -> Result<()> {
    match args.finish().first() {
        None => Ok(()),
        Some(argument) => bail!("`{}` is not understood here\n\n{USAGE}", argument.display()),
    }
}

fn built(args: &mut Arguments) -> Result<Built> {
    Ok(Built { bundle: args.value_from_str("--bundle")?, sandbox: args.value_from_str("--sandbox")? })
}

/// A folder for a run, without what an earlier one left there.
fn fresh(name: &str, named: Option<PathBuf>) -> Result<PathBuf> {
    let folder = named.unwrap_or_else(|| root().join(".posada")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn kept(folder: &Path) -> String {
    format!("what was written down stays in {}", folder.display())
}

async fn audited(mut args: Arguments) -> Result<ExitCode> {
    let folder: Option<PathBuf> = args.opt_value_from_str("--state")?;
    let system: Option<String> = args.opt_value_from_str("--system")?;
    let is_over = args.contains("--ended");
    finish(args)?;
    let folder = folder.unwrap_or_else(|| root().join(".posada/dev"));
    let state = State::at(&folder)?;
    let system = match system {
        None => None,
        Some(url) if url.starts_with("http") => Some(Control::new(&url)?.system().await?),
        Some(file) => {
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
            Some(read_system(&serde_json::from_str(&text)?)?)
        }
    };
    // Payments first: what bookings do meanwhile is in their journals by then.
    let payments = state.payments()?;
    let (bookings, book) = (state.bookings()?, state.book()?);
    // Without its list, what the hotel's own system has booked cannot be compared.
    let is_embedded = system.is_some() || !book.reservations.is_empty();
    let against = Against {
        bookings: Some(&bookings),
        book: is_embedded.then_some(&book),
        system: system.as_ref(),
        is_over,
    };
    let found = audit(&payments, against);
    for difference in &found.differences {
        println!("{difference}");
    }
    println!(
        "{} payments, {} ledger entries, bookings {} and {} refused, {} reservations, {} paid for: {} differences",
        found.payments,
        found.entries,
        json!(found.outcomes),
        found.refused,
        found.reservations,
        found.linked,
        found.differences.len()
    );
    Ok(if found.differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
