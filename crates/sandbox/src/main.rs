//! `posada-sandbox`: a hotel's reservation system on this machine.

use std::{fs, net::Ipv4Addr, path::PathBuf, process::ExitCode, sync::Arc};

use pico_args::Arguments;
use posada_sandbox::{Capabilities, Options, Sandbox, serve};
use posada_wire::settings::read_settings;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

const USAGE: &str = "\
Usage: posada-sandbox [options]

  --settings FILE      the hotel's settings, for its rooms; demo/hotel.json where it is not given
  --port N             0, where it is not given, picks a free one
  --key KEY            ask for this key
  --journal FILE       keep the reservations over a restart
  --latency-ms N       how long every call takes at least
  --first-code N       the first reservation's code
  --seed N             what faults by chance depend on
  --list-page N        the most reservations on one page of the list
  --capabilities LIST  what it can do, comma separated: idempotency, lookup, cancel, list, chooses_rooms

It says `ready http://127.0.0.1:PORT` on standard output once it answers. SIGTERM and SIGINT end it.
";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(Arguments::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Arguments) -> Result<(), Failure> {
    if args.contains(["-h", "--help"]) {
        print!("{USAGE}");
        return Ok(());
    }
    let defaults = Options::default();
    let port: u16 = args.opt_value_from_str("--port")?.unwrap_or(0);
    let settings: PathBuf =
        args.opt_value_from_str("--settings")?.unwrap_or_else(|| "demo/hotel.json".into());
    let capabilities: Option<String> = args.opt_value_from_str("--capabilities")?;
    let options = Options {
        key: args.opt_value_from_str("--key")?,
        journal: args.opt_value_from_str("--journal")?,
        latency_ms: args.opt_value_from_str("--latency-ms")?.unwrap_or(defaults.latency_ms),
        first_code: args.opt_value_from_str("--first-code")?,
        seed: args.opt_value_from_str("--seed")?.unwrap_or(defaults.seed),
        list_page: args.opt_value_from_str("--list-page")?.unwrap_or(defaults.list_page),
        capabilities: match capabilities {
            Some(list) => list.parse::<Capabilities>()?,
            None => defaults.capabilities,
        },
    };
    if let Some(argument) = args.finish().first() {
        return Err(format!("`{}` is not understood\n\n{USAGE}", argument.display()).into());
    }
    let document =
        fs::read(&settings).map_err(|error| format!("cannot read {}: {error}", settings.display()))?;
    let hotel = read_settings(&document).map_err(|faults| {
        let faults: Vec<String> =
            faults.iter().map(|fault| format!("{}: {}", fault.pointer, fault.message)).collect();
        format!("{}:\n{}", settings.display(), faults.join("\n"))
    })?;
    let sandbox = Arc::new(Sandbox::new(hotel.property, options)?);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(listen(port, sandbox))
}

async fn listen(port: u16, sandbox: Arc<Sandbox>) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("ready http://{}", listener.local_addr()?);
    let end = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    serve(listener, sandbox, end).await?;
    Ok(())
}
