//! Guests: they book, ask again under their key where the connection breaks, or give up.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    client::{Answer, Posada},
    hotel,
};

/// Payments that many guests use.
const SHARED: usize = 4;
/// The days ahead of today on which stays begin.
const DAYS: std::ops::Range<u64> = 3..260;
/// How long a guest asks for one booking at most.
const ASKS_MAX: u32 = 400;

/// What a guest wanted, and what they heard of it.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) key: String,
    pub(super) body: Value,
    /// Answers, in the order in which they came; the last is final, or none is.
    pub(super) heard: Vec<Answer>,
    /// Whether they stopped asking before they had one.
    pub(super) gave_up: bool,
    /// How often the connection broke.
    pub(super) broken: u32,
}

impl Intent {
    /// The last answer, in a word.
    pub(super) fn last_heard(&self) -> String {
        match self.heard.last() {
            Some(answer) => answer.what().to_owned(),
            None if self.gave_up => "gave up".to_owned(),
            None => "nothing yet".to_owned(),
        }
    }
}

/// All guests.
#[derive(Clone)]
pub(super) struct Guests {
    posada: Posada,
    seed: u64,
    made: Arc<AtomicUsize>,
}

impl Guests {
    pub(super) fn new(posada: Posada, seed: u64) -> Self {
        Self { posada, seed, made: Arc::default() }
    }

    pub(super) async fn load_shared_payments(&self) -> Result<()> {
        let payments: Vec<Value> =
            (0..SHARED).map(|it| hotel::payment(&format!("SHARED{it}"), 900_000_000)).collect();
        self.posada.load_payments(&payments).await
    }

    /// Books one party after another until it is over.
    pub(super) async fn book_until(
        self,
        client: usize,
        is_over: Arc<AtomicBool>,
        intents: Arc<Mutex<Vec<Intent>>>,
    ) -> Result<()> {
        let mut random = fastrand::Rng::with_seed(self.seed.wrapping_mul(1_000).wrapping_add(client as u64));
        while !is_over.load(Ordering::Relaxed) {
            let guest = self.made.fetch_add(1, Ordering::Relaxed);
            let Some((key, body)) = self.wish(guest, &mut random, &is_over).await? else { return Ok(()) };
            let number = {
                let mut all = intents.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                all.push(Intent { key, body, heard: Vec::new(), gave_up: false, broken: 0 });
                all.len() - 1
            };
            let twin = random.u32(0..100) < 15;
            let patience = if random.u32(0..100) < 12 { 1 } else { ASKS_MAX };
            let one = self.ask(number, &intents, patience, random.fork());
            if twin {
                // The same, sent twice at once.
                let (a, b) = tokio::join!(one, self.ask(number, &intents, patience, random.fork()));
                a.and(b)?;
            } else {
                one.await?;
            }
            sleep(Duration::from_millis(random.u64(0..150))).await;
        }
        Ok(())
    }

    /// What a guest wants; their payment has come in. `None` where it was over before it could.
    async fn wish(
        &self,
        guest: usize,
        random: &mut fastrand::Rng,
        is_over: &AtomicBool,
    ) -> Result<Option<(String, Value)>> {
        let adults: Vec<u64> = (0..random.usize(1..=6)).map(|_| random.u64(1..=hotel::ADULTS_MAX)).collect();
        let (days, nights) = (random.u64(DAYS), random.u64(1..=3));
        let cost = hotel::cost_cents(nights, &adults);
        let payment = match random.u32(0..100) {
            0..20 => format!("SHARED{}", random.usize(0..SHARED)),
            kind => {
                let reference = format!("G{guest:06}");
                // One in twenty has paid too little; one in five more than enough.
                let cents = match kind {
                    20..25 => cost - 1,
                    25..45 => cost + random.u64(0..50_000),
                    _ => cost,
                };
                let payments = [hotel::payment(&reference, cents)];
                let mut tries = 0;
                while let Err(error) = self.posada.load_payments(&payments).await {
                    tries += 1;
                    if is_over.load(Ordering::Relaxed) {
                        return Ok(None);
                    }
                    if tries == ASKS_MAX {
                        return Err(error);
                    }
                    sleep(Duration::from_millis(100)).await;
                }
                reference
            }
        };
        let mut body = hotel::booking(guest, &payment, days, nights, &adults);
        if random.u32(0..100) < 12 {
            body["all_or_nothing"] = json!(true);
        }
        Ok(Some((format!("kill-{}-guest-{guest}", self.seed), body)))
    }

    /// Asks until there is an answer that is the last one, or patience ends.
    async fn ask(
        &self,
        number: usize,
        intents: &Mutex<Vec<Intent>>,
        patience: u32,
        mut random: fastrand::Rng,
    ) -> Result<()> {
        let with = |change: &mut dyn FnMut(&mut Intent)| {
            let mut all = intents.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.get_mut(number).map(|intent| {
                change(intent);
                (intent.key.clone(), intent.body.clone())
            })
        };
        let Some((key, body)) = with(&mut |_| {}) else { return Ok(()) };
        for _ in 0..patience {
            match self.posada.book(&key, &body).await {
                Err(_) => {
                    with(&mut |intent| intent.broken += 1);
                }
                Ok(answer) => {
                    let (status, goes_on) = (answer.status, answer.status == 202 || answer.status >= 500);
                    if !is_foreseen(&answer) {
                        bail!("{key} was answered {status}: {}", answer.json);
                    }
                    with(&mut |intent| intent.heard.push(answer.clone()));
                    if !goes_on {
                        return Ok(());
                    }
                }
            }
            sleep(Duration::from_millis(random.u64(50..300))).await;
        }
        with(&mut |intent| intent.gave_up = true);
        Ok(())
    }
}

/// Whether an answer is one that these guests may get: nothing is wrong with what they send.
fn is_foreseen(answer: &Answer) -> bool {
    match answer.status {
        200 | 202 => answer.json["booking_id"].is_string(),
        409 => ["no_availability", "payment_used"].contains(&answer.what()),
        422 => answer.what() == "payment_short",
        status => status == 503,
    }
}

/// What the guests heard in the end.
pub(super) fn shown(intents: &[Intent]) -> String {
    let mut heard: BTreeMap<String, usize> = BTreeMap::new();
    for intent in intents {
        *heard.entry(intent.last_heard()).or_default() += 1;
    }
    let broken: u32 = intents.iter().map(|intent| intent.broken).sum();
    format!("{} guests heard in the end: {}; {broken} connections broke", intents.len(), json!(heard))
}
