//! `cargo xtask dev`: a hotel on this machine, for as long as a person wants it.

use std::{fs, os::unix::process::CommandExt, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};
use pico_args::Arguments;

use crate::{files, host, progress::say, worker};

const PORT_DEFAULT: &str = "8787";
/// What points the Worker at the hotel's own systems, taken from the environment where it is there: the reservation
/// API, and who is told how bookings end.
const FROM_ENVIRONMENT: [&str; 5] = [
    "RESERVATION_API_URL",
    "RESERVATION_API_KEY",
    "RESERVATION_API_CAPABILITIES",
    "NOTIFY_URL",
    "NOTIFY_SECRET",
];

/// Builds the Worker and becomes it: what ends this process ends the Worker too.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let root = files::root();
    let port = args.opt_value_from_str("--port")?.unwrap_or_else(|| PORT_DEFAULT.to_owned());
    let path = |value: Option<PathBuf>, default: &str| match value {
        // As the person who named it sees it, whichever folder the Worker runs in.
        Some(path) => std::path::absolute(path),
        None => Ok(root.join(default)),
    };
    let settings = path(args.opt_value_from_str("--settings")?, "demo/hotel.json")?;
    let payments = path(args.opt_value_from_str("--payments")?, "demo/payments.json")?;
    let persist = path(args.opt_value_from_str("--persist")?, ".posada/dev")?;
    let fresh = args.contains("--fresh");
    let reservation_api: Option<String> = args.opt_value_from_str("--reservation-api")?;
    crate::finish(args)?;
    if port.parse::<u16>().is_err() {
        bail!("--port wants a number up to 65535, not {port}");
    }
    for file in [&settings, &payments] {
        fs::metadata(file).with_context(|| format!("cannot read {}", file.display()))?;
    }

    worker::build(worker::Profile::Release)?;
    say(format!("dev: data in {}, keys in {}", persist.display(), root.join(".dev.vars").display()));
    say("dev: Ctrl-C ends it");
    let mut command = host::serve();
    command.args(["--no-stdin", "--port", &port]);
    command.arg("--settings").arg(settings).arg("--payments").arg(payments).arg("--persist").arg(persist);
    if fresh {
        command.arg("--fresh");
    }
    // By its name: what other programs may see of this one does not say the key.
    command.args(FROM_ENVIRONMENT.iter().flat_map(|name| ["--env", *name]));
    if let Some(url) = reservation_api {
        command.arg("--var").arg(format!("RESERVATION_API_URL={url}"));
    }
    Err(command.exec()).context("cannot run node")
}
