//! `posada-gateway`: the hotel's payment tables over HTTP.

use std::{env, fs, io, path::PathBuf, process::ExitCode};

use pico_args::Arguments;
use posada_gateway::{Gateway, Settings, Store, apply, connect, grants, inspect, migrations, serve};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

const USAGE: &str = "\
Usage: posada-gateway COMMAND --settings FILE [options]

  serve                 answer until SIGTERM or SIGINT; says `ready http://ADDRESS` on standard output
    --listen ADDRESS    instead of the one in the settings; port 0 picks a free one
  check                 look at the tables and say what is wrong with them
  migrate [--print]     add the ledger's table; with --print show the SQL and change nothing
  grants                show what the gateway's user needs
    --user NAME         the user's name
    --host HOST         the host it connects from; localhost where it is not given

Environment:
  POSADA_GATEWAY_DATABASE   mysql://USER:PASSWORD@HOST[:PORT], or mysql://USER:PASSWORD@localhost?socket=PATH
  POSADA_GATEWAY_KEY        the key that callers must have (serve), of 16 characters or more
";

const KEY_CHARS_MIN: usize = 16;

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
    let command = args.subcommand()?.ok_or(USAGE)?;
    let path: PathBuf = args.value_from_str("--settings")?;
    let text =
        fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let mut settings = Settings::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    match command.as_str() {
        "serve" => {
            if let Some(listen) = args.opt_value_from_str("--listen")? {
                settings.listen = listen;
            }
            finish(args)?;
            block_on(listen(settings))
        }
        "check" => {
            finish(args)?;
            block_on(check(settings))
        }
        "migrate" => {
            let print = args.contains("--print");
            finish(args)?;
            if print {
                println!("{};", migrations(&settings).join(";\n\n"));
                return Ok(());
            }
            block_on(migrate(settings))
        }
        "grants" => {
            let user: String = args.value_from_str("--user")?;
            let host: Option<String> = args.opt_value_from_str("--host")?;
            finish(args)?;
            println!("{};", grants(&settings, &user, host.as_deref().unwrap_or("localhost")).join(";\n"));
            Ok(())
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}").into()),
    }
}

fn finish(args: Arguments) -> Result<(), Failure> {
    match args.finish().first() {
        None => Ok(()),
        Some(argument) => Err(format!("`{}` is not understood\n\n{USAGE}", argument.display()).into()),
    }
}

fn block_on(work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

fn secret(name: &str) -> Result<String, Failure> {
    env::var(name).ok().filter(|text| !text.is_empty()).ok_or_else(|| format!("{name} must be set").into())
}

async fn migrate(settings: Settings) -> Result<(), Failure> {
    let pool = connect(&secret("POSADA_GATEWAY_DATABASE")?, &settings).await?;
    apply(&pool, &settings).await?;
    pool.close().await;
    println!("{} is there", settings.ledger_table);
    Ok(())
}

async fn check(settings: Settings) -> Result<(), Failure> {
    let pool = connect(&secret("POSADA_GATEWAY_DATABASE")?, &settings).await?;
    let found = inspect(&pool, &settings).await?;
    pool.close().await;
    for (method, columns) in found {
        println!("{method}: codes of {} characters at most", columns.codreser_length_max);
    }
    Ok(())
}

async fn listen(settings: Settings) -> Result<(), Failure> {
    tracing_subscriber::fmt().json().flatten_event(true).with_target(false).with_writer(io::stderr).init();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let key = secret("POSADA_GATEWAY_KEY")?;
    if key.chars().count() < KEY_CHARS_MIN {
        return Err(format!("POSADA_GATEWAY_KEY must have {KEY_CHARS_MIN} characters or more").into());
    }
    let pool = connect(&secret("POSADA_GATEWAY_DATABASE")?, &settings).await?;
    let columns = inspect(&pool, &settings).await?;
    let gateway = Gateway::new(Store::new(pool, &settings, &columns), key);
    let listener = TcpListener::bind(settings.listen).await?;
    println!("ready http://{}", listener.local_addr()?);
    let end = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending");
    };
    serve(listener, gateway, end).await?;
    Ok(())
}
