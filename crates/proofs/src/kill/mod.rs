//! Kills: workerd is ended by SIGKILL again and again while guests book, and started again on the same data. In the
//! end every booking has ended, and both sides say the same.

mod check;
mod guests;
mod moments;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::{
    audit::{self, Against},
    client::{Control, Posada},
    hotel,
    programs::{Built, Sandbox, Setup, Worker},
    state::State,
};
use guests::{Guests, Intent};
use moments::Moments;

/// What is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many kills.
    pub kills: u32,
    /// What chance depends on. The machine's timing is not repeated by it.
    pub seed: u64,
    /// How many guests book at a time.
    pub clients: usize,
    /// Whether the embedded book is used, and not a reservation system with faults.
    pub embedded: bool,
}

/// How long it may take until every booking has ended, after the last kill and the last fault.
const END_LIMIT: Duration = Duration::from_secs(60);
/// How long the guests who are still waiting then may wait on.
const GUESTS_LIMIT: Duration = Duration::from_secs(90);
const ROOMS: usize = 60;
/// How often it is said how far it is.
const TELL_EVERY: Duration = Duration::from_secs(15);

/// What goes wrong in the reservation system, beside the kills. No call is carried out later than Posada's doubt lasts.
fn faults() -> Value {
    json!([
        { "id": "slow", "route": "*", "chance": 0.5, "fault": { "kind": "latency", "ms": 20 } },
        { "id": "slower", "route": "*", "chance": 0.2, "fault": { "kind": "latency", "ms": 130 } },
        { "id": "slow answer", "route": "book", "chance": 0.4, "fault": { "kind": "latency", "ms": 60, "after_commit": true } },
        { "id": "lost answer", "route": "book", "chance": 0.05, "fault": { "kind": "lost_answer" } },
        { "id": "late", "route": "book", "chance": 0.03, "fault": { "kind": "late_commit", "ms": 1500 } },
        { "id": "silent", "route": "book", "chance": 0.005, "fault": { "kind": "late_commit", "ms": 3000, "silent": true } },
        { "id": "500 after commit", "route": "book", "chance": 0.03, "fault": { "kind": "status_after_commit", "status": 500 } },
        { "id": "503", "route": "*", "chance": 0.03, "fault": { "kind": "status", "status": 503 } },
        { "id": "429", "route": "*", "chance": 0.03, "fault": { "kind": "status", "status": 429, "retry_after": "1" } },
        { "id": "cut", "route": "*", "chance": 0.03, "fault": { "kind": "cut" } },
        { "id": "cut answer", "route": "book", "chance": 0.03, "fault": { "kind": "cut_in_answer", "bytes": 9 } },
        { "id": "front desk", "route": "book", "chance": 0.02, "fault": { "kind": "front_desk" } },
        { "id": "refused", "route": "book", "chance": 0.02, "fault": { "kind": "refuse", "error": "no" } },
    ])
}

/// Runs it.
///
/// # Errors
/// Where anything was lost, doubled, unlinked or did not end.
pub async fn run(built: &Built, folder: &Path, options: &Options) -> Result<()> {
    let started = Instant::now();
    let settings = hotel::settings(ROOMS);
    let (mut vars, mut sandbox, mut control) = (Vec::new(), None, None);
    if options.embedded {
        vars.push(("POSADA_TEST_BOOK_LATENCY_MS".to_owned(), "25".to_owned()));
    } else {
        let seed = ["--seed".to_owned(), options.seed.to_string()];
        let system = Sandbox::start(built, folder, &settings, &seed).await?;
        vars.push(("RESERVATION_API_URL".to_owned(), system.url.clone()));
        let controls = Control::new(&system.url)?;
        controls.add_faults(&faults()).await?;
        control = Some(controls);
        sandbox = Some(system);
    }
    let mut worker = Worker::start(&Setup { built, folder, settings: &settings, vars }).await?;
    let posada = Posada::new(&worker.url, &worker.keys)?;
    let guests = Guests::new(posada.clone(), options.seed);
    guests.load_shared_payments().await?;

    let is_over = Arc::new(AtomicBool::new(false));
    let intents: Arc<Mutex<Vec<Intent>>> = Arc::default();
    let mut booking = JoinSet::new();
    for client in 0..options.clients {
        booking.spawn(guests.clone().book_until(client, Arc::clone(&is_over), Arc::clone(&intents)));
    }
    let mut moments = Moments::new(options.seed, control.clone());
    let mut told = Instant::now();
    for kill in 1..=options.kills {
        moments.wait_for_next(&worker).await?;
        worker.kill().await.with_context(|| format!("kill {kill}"))?;
        moments.killed();
        worker.start_again().await.with_context(|| format!("restart {kill}"))?;
        while let Some(ended) = booking.try_join_next() {
            ended??;
        }
        if told.elapsed() >= TELL_EVERY || kill == options.kills {
            told = Instant::now();
            tell(kill, options.kills, started.elapsed(), &intents);
        }
    }
    // The last kill is the last thing that goes wrong.
    if let Some(control) = &control {
        control.lift_faults().await?;
    }
    is_over.store(true, Ordering::Relaxed);
    let lifted = Instant::now();
    let state = State::at(&folder.join("state"))?;
    let ended = check::all_end(&state, END_LIMIT).await;
    let took = lifted.elapsed();
    let waiting = async {
        while let Some(guest) = booking.join_next().await {
            guest??
        }
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(GUESTS_LIMIT, waiting)
        .await
        .context("guests got no answer although all is well")??;
    ended?;
    // Bookings that guests began after all was well have ended as they were answered; those of nobody, too.
    check::all_end(&state, END_LIMIT).await?;

    let intents = std::mem::take(&mut *intents.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    let mut wrong = check::answers(&posada, &intents).await?;
    worker.end().await?;
    let system = match &control {
        Some(control) => Some(control.system().await?),
        None => None,
    };
    if let Some(sandbox) = sandbox {
        sandbox.end().await?;
    }
    let (bookings, book) = (state.bookings()?, state.book()?);
    let against =
        Against { bookings: Some(&bookings), book: Some(&book), system: system.as_ref(), is_over: true };
    let found = audit::audit(&state.payments()?, against);
    wrong.extend(found.differences.iter().map(ToString::to_string));
    wrong.extend(check::strangers(&bookings, &intents));

    println!(
        "{} kills in {} s ({}), seed {}, {} guests at a time",
        options.kills,
        started.elapsed().as_secs(),
        moments.shown(),
        options.seed,
        options.clients
    );
    println!("{}", guests::shown(&intents));
    println!(
        "bookings: {}, {} refused; all had ended {:.1} s after the last kill and the last fault",
        json!(found.outcomes),
        found.refused,
        took.as_secs_f64()
    );
    println!(
        "{} payments, {} ledger entries, {} reservations that live, {} linked to a payment",
        found.payments, found.entries, found.reservations, found.linked
    );
    for staff in &found.staff {
        println!("for staff: {staff}");
    }
    let kinds: BTreeSet<&String> = wrong.iter().collect();
    for line in &kinds {
        println!("WRONG: {line}");
    }
    println!("{} differences", kinds.len());
    if found.linked == 0 {
        bail!("no room was booked: nothing was tried");
    }
    if !kinds.is_empty() {
        bail!(
            "{} differences with seed {}; what was written down is in {}",
            kinds.len(),
            options.seed,
            folder.display()
        );
    }
    Ok(())
}

fn tell(kill: u32, kills: u32, elapsed: Duration, intents: &Mutex<Vec<Intent>>) {
    let left = elapsed / kill.max(1) * (kills - kill);
    let intents = intents.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut answered: BTreeMap<String, usize> = BTreeMap::new();
    for intent in intents.iter() {
        *answered.entry(intent.last_heard()).or_default() += 1;
    }
    eprintln!(
        "kill {kill} of {kills}, {} s, about {} s to go; {} bookings asked for: {}",
        elapsed.as_secs(),
        left.as_secs(),
        intents.len(),
        json!(answered)
    );
}

/// Waits a little between looks at what others do.
async fn look_again() {
    sleep(Duration::from_millis(4)).await;
}
