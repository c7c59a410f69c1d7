//! Posada's chores, as `cargo xtask <command>`. Each makes sure by itself of what it needs.

#![allow(clippy::disallowed_methods, reason = "xtask is a host: it may ask for the time")]

mod bench;
mod demo;
mod deploy;
mod dev;
mod files;
mod fuzz;
mod host;
mod hostile;
mod licences;
mod names;
mod page;
mod process;
mod progress;
mod proofs;
mod schema;
mod schemathesis;
mod setup;
mod sim;
mod size;
mod stamp;
mod test;
mod worker;

use std::process::ExitCode;

use anyhow::{Result, bail};
use pico_args::Arguments;

use proofs::Runs;
use setup::Needs;
use worker::Profile;

const USAGE: &str = "\
Usage: cargo xtask <command>

  setup [--browser]     install what is missing: the wasm32 target, the Worker's build tools, node modules;
                        with --browser also wasm-pack, Chromium and ChromeDriver
  build [--dev]         build the Worker and the booking element
  size                  print the gzipped size of what is delivered, and fail above its budget
  dev [--port N] [--settings FILE] [--payments FILE] [--persist DIR] [--fresh]
      [--reservation-api URL]
                        run the Worker on this machine until Ctrl-C, with a hotel's settings and payments
  bench [--without-cp-sat] [--without-browser] [--only distribution|latency|claims|load] [--runs N]
                        time distribution natively, as WebAssembly in Node, and OR-tools' CP-SAT beside it; the
                        booking element's preview in Chromium; bookings where each call to the reservation
                        system takes 100 ms; and claims a second on D1 and MariaDB
  kill [--n N] [--seed S] [--clients N] [--embedded]
                        kill workerd while guests book, restart it, and audit both sides; 300 times unless told
                        otherwise, with a reservation system that fails, or with the embedded book
  lastroom [--rounds N] [--clients N] [--embedded]
                        let 1,000 callers want one room, 20 times, and audit
  audit [--state DIR] [--system URL|FILE] [--ended]
                        count every payment anew from its ledger, and compare it with the tables, the bookings and
                        the reservations; of .posada/dev unless told otherwise, which may be running
  deploy --dry-run [--settings FILE] | --own DIR
                        build exactly what would be sent to Cloudflare and check it and a hotel's settings; or lay
                        out all that a server of one's own needs beside workerd
  hostile [--requests N] [--seed S]
                        send 20,000 hostile requests: no 5xx, no change in any table, the same process
  demo [--json] [--open]
                        book three rooms for a party of eight and check every step; with --open leave the
                        hotel's page open and say where it is
  sim [--seeds N] [--first S] [--seed S] [--planted] [--exhaustive]
                        drive the core through crashes and faults: N seeds, one seed with its schedule, with bugs
                        planted, or every schedule of one booking with a crash and a fault
  fuzz [--target T]... [--minutes N] [--keep] [--planted]
                        fuzz all targets or those named, 10 minutes each, guided by what code they reach; --keep
                        puts the inputs that reach all of it into fuzz/corpus; --planted must find a planted panic
  schema [--check]      write what describes the API: openapi.json, the assistant's tools and guidelines; with --check
                        say what is not as it would be written
  schemathesis [--requests N] [--seed S]
                        try the running Worker by its own /openapi.json, 5,000 requests unless told otherwise
  test [--only GROUP]...
                        run the tests; GROUP is lint, core, wire, schema, schemathesis, sandbox, sim, fuzz, xtask, layering,
                        licences, size, e2e, gateway, proofs, browser or widget
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
    if args.contains(["-h", "--help"]) {
        print!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    match args.subcommand()?.as_deref() {
        Some("setup") => {
            let needs = if args.contains("--browser") { Needs::Browser } else { Needs::Worker };
            finish(args)?;
            setup::setup(needs)?;
        }
        Some("build") => {
            let profile = if args.contains("--dev") { Profile::Dev } else { Profile::Release };
            finish(args)?;
            worker::build(profile)?;
        }
        Some("size") => {
            finish(args)?;
            return size::run(size::Hold::Budget);
        }
        Some("dev") => return dev::run(args),
        Some("bench") => return bench::run(args),
        Some("hostile") => return hostile::run(args),
        Some("deploy") => return deploy::run(args),
        Some("demo") => return demo::run(args),
        Some("audit") => return proofs::run("audit", args.finish(), Runs::Nothing),
        Some(command @ ("kill" | "lastroom")) => return proofs::run(command, args.finish(), Runs::Worker),
        Some("schema") => {
            let goal = if args.contains("--check") { schema::Goal::Check } else { schema::Goal::Write };
            finish(args)?;
            return schema::run(goal);
        }
        Some("schemathesis") => return schemathesis::run(args),
        Some("sim") => return sim::run(args),
        Some("fuzz") => return fuzz::run(args),
        Some("test") => return test::run(args),
        Some(other) => bail!("there is no command `{other}`\n\n{USAGE}"),
        None => print!("{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses arguments that nobody took.
fn finish(args: Arguments) -> Result<()> {
    match args.finish().first() {
        None => Ok(()),
        Some(argument) => bail!("`{}` is not understood here\n\n{USAGE}", argument.display()),
    }
}
