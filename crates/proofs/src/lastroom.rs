//! The last room: a thousand callers at once want the one room that is free, and one has it.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use chrono::Days;
use serde_json::json;
use tokio::{sync::Barrier, task::JoinSet, time::sleep};

use crate::{
    audit::{Against, audit},
    client::{Answer, Control, Posada},
    hotel,
    programs::{Built, Sandbox, Setup, Worker},
    state::State,
};

/// What is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many nights are fought for, one after another.
    pub rounds: u64,
    /// How many callers want each.
    pub clients: usize,
    /// Whether the hotel has a reservation system of its own, whose front desk wants the room, too.
    pub with_api: bool,
}

/// How often a caller whose connection broke asks again.
const TRIES_MAX: u32 = 20;
/// How long a booking may go on until it must have ended.
const END_LIMIT: Duration = Duration::from_secs(120);
/// The room that is free.
const ROOM: &str = "1";

/// Runs the rounds, and prints a line for each.
///
/// # Errors
/// Where more or fewer than one won, or the audit finds something.
pub async fn run(built: &Built, folder: &Path, options: &Options) -> Result<()> {
    let settings = hotel::settings(1);
    let mut vars = Vec::new();
    let sandbox = if options.with_api {
        let sandbox = Sandbox::start(built, folder, &settings, &["--latency-ms".into(), "20".into()]).await?;
        vars.push(("RESERVATION_API_URL".to_owned(), sandbox.url.clone()));
        Some((Control::new(&sandbox.url)?, sandbox))
    } else {
        None
    };
    let control = sandbox.as_ref().map(|(control, _)| control);
    let worker = Worker::start(&Setup { built, folder, settings: &settings, vars }).await?;
    let posada = Posada::new(&worker.url, &worker.keys)?;
    let payments: Vec<_> =
        (0..options.clients).map(|client| hotel::payment(&payment(client), 1_000_000)).collect();
    posada.load_payments(&payments).await?;
    let state = State::at(&folder.join("state"))?;
    let mut slowest = Duration::ZERO;
    for round in 1..=options.rounds {
        let started = Instant::now();
        let answers = fight(&posada, control, round, options.clients).await?;
        let took = started.elapsed();
        slowest = slowest.max(took);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for answer in &answers {
            *counts.entry(format!("{} {}", answer.status, answer.what())).or_default() += 1;
        }
        println!("round {round:>2}: {:>6} ms  {}", took.as_millis(), shown(&counts));
        judge(&answers)?;
        let book = state.book()?;
        let system = match control {
            Some(control) => Some(control.system().await?),
            None => None,
        };
        let against = Against { book: Some(&book), system: system.as_ref(), ..Against::default() };
        let found = audit(&state.payments()?, against);
        if !found.differences.is_empty() {
            bail!(
                "round {round}: {}",
                found.differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            );
        }
        let desk = system.as_ref().map_or(0, |system| system.front_desk.len());
        let all = found.reservations + desk;
        if u64::try_from(all)? != round || found.linked != found.reservations {
            bail!(
                "round {round}: {} reservations, {} paid, {desk} of the front desk's",
                found.reservations,
                found.linked
            );
        }
    }
    worker.end().await?;
    let bookings = state.bookings()?;
    let book = state.book()?;
    let system = match control {
        Some(control) => Some(control.system().await?),
        None => None,
    };
    let against =
        Against { bookings: Some(&bookings), book: Some(&book), system: system.as_ref(), is_over: true };
    let found = audit(&state.payments()?, against);
    for difference in &found.differences {
        println!("{difference}");
    }
    let bookings: usize = found.outcomes.values().sum();
    println!(
        "{} rounds of {} callers: the slowest took {} ms; {bookings} bookings {}, {} reservations, {} paid for, {} differences",
        options.rounds,
        options.clients,
        slowest.as_millis(),
        json!(found.outcomes),
        found.reservations,
        found.linked,
        found.differences.len(),
    );
    if !found.differences.is_empty() {
        bail!("the audit found {} differences", found.differences.len());
    }
    Ok(())
}

fn payment(client: usize) -> String {
    format!("55{client:06}")
}

fn shown(counts: &BTreeMap<String, usize>) -> String {
    counts.iter().map(|(what, count)| format!("{count} x {what}")).collect::<Vec<_>>().join(", ")
}

/// Lets all callers go at once, and waits for what each was answered in the end.
async fn fight(
    posada: &Posada,
    control: Option<&Control>,
    round: u64,
    clients: usize,
) -> Result<Vec<Answer>> {
    let gate = Arc::new(Barrier::new(clients));
    let mut callers = JoinSet::new();
    for client in 0..clients {
        let (posada, gate) = (posada.clone(), Arc::clone(&gate));
        callers.spawn(async move {
            let body = hotel::booking(client, &payment(client), 10 + round, 1, &[2]);
            gate.wait().await;
            want(&posada, &format!("round-{round}-client-{client}"), &body).await
        });
    }
    if let Some(control) = control.filter(|_| round.is_multiple_of(3)) {
        let night = hotel::today() + Days::new(10 + round);
        control.front_desk_takes(ROOM, &night.to_string(), &(night + Days::new(1)).to_string()).await?;
    }
    let mut answers = Vec::with_capacity(clients);
    while let Some(answer) = callers.join_next().await {
        answers.push(answer??);
    }
    Ok(answers)
}

/// One caller: asks again under its key where the connection broke or it was told to, and waits for the end.
async fn want(posada: &Posada, key: &str, body: &serde_json::Value) -> Result<Answer> {
    let mut tries = 0;
    let started = Instant::now();
    loop {
        tries += 1;
        match posada.book(key, body).await {
            // It goes on; or the reservation system had too much to do, and nothing was done.
            Ok(answer) if matches!(answer.status, 202 | 503) && started.elapsed() < END_LIMIT => {
                let seconds = answer.json["retry_after_s"].as_u64().unwrap_or(0);
                sleep(Duration::from_secs(seconds)).await;
            }
            Ok(answer) => return Ok(answer),
            Err(error) if tries == TRIES_MAX => return Err(error),
            Err(_) => {}
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// One has the room (or the front desk), and everyone else was told so.
fn judge(answers: &[Answer]) -> Result<()> {
    let won = answers.iter().filter(|it| it.status == 200 && it.what() == "booked").count();
    if won > 1 {
        bail!("{won} callers have the one room");
    }
    for answer in answers {
        let told = match (answer.status, answer.what()) {
            (200, "booked") => true,
            (200, "not_booked") => answer.json["failed_bookings"][0]["code"] == "no_availability",
            (409, "no_availability") => true,
            _ => false,
        };
        if !told {
            bail!("a caller was answered {}: {}", answer.status, answer.json);
        }
    }
    Ok(())
}
