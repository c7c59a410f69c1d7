//! When workerd is killed.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::look_again;
use crate::{client::Control, programs::Worker};

/// How long a moment is waited for at most.
const MOMENT_LIMIT: Duration = Duration::from_secs(4);
/// The kinds of entries after whose writing workerd is killed.
const ENTRIES: [&str; 6] = ["requested", "claimed", "held", "confirmed", "settled", "outcome_unknown"];

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// So long after it started.
    After(Duration),
    /// As soon as so many entries of this kind were written down.
    Written { kind: &'static str, count: u32 },
    /// As soon as the reservation system has booked so many rooms, whether it has said so or not.
    Booked { count: u32 },
}

/// Moments one after another, by chance.
pub(super) struct Moments {
    random: fastrand::Rng,
    control: Option<Control>,
    current: &'static str,
    counts: BTreeMap<&'static str, u32>,
}

impl Moments {
    pub(super) fn new(seed: u64, control: Option<Control>) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), control, current: "", counts: BTreeMap::new() }
    }

    fn next(&mut self) -> Moment {
        let count = self.random.u32(1..=4);
        match self.random.u32(0..100) {
            0..15 => Moment::After(Duration::from_millis(self.random.u64(0..60))),
            15..45 => Moment::After(Duration::from_millis(self.random.u64(60..1_500))),
            45..75 if self.control.is_some() => Moment::Booked { count },
            _ => Moment::Written { kind: self.random.choice(ENTRIES).unwrap_or("held"), count },
        }
    }

    /// Waits for the next moment, but not for ever.
    pub(super) async fn wait_for_next(&mut self, worker: &Worker) -> Result<()> {
        let limit = Instant::now() + MOMENT_LIMIT;
        let moment = self.next();
        self.current = match moment {
            Moment::After(delay) => {
                sleep(delay).await;
                "at any time"
            }
            Moment::Written { kind, count } => {
                let mut events = worker.events();
                let written = async {
                    let mut left = count;
                    while left > 0 {
                        let Ok(event) = events.recv().await else { return };
                        let has_it = |entries: &Vec<Value>| entries.iter().any(|entry| entry == kind);
                        left -= u32::from(event["entries"].as_array().is_some_and(has_it));
                    }
                };
                match timeout_at(limit, written).await {
                    Ok(()) => "after an entry was written",
                    Err(_) => "at any time",
                }
            }
            Moment::Booked { count } => self.booked(count, limit).await?,
        };
        Ok(())
    }

    async fn booked(&self, count: u32, limit: Instant) -> Result<&'static str> {
        let Some(control) = &self.control else { return Ok("at any time") };
        let mut last = control.log(u64::MAX).await?.1;
        let mut left = count;
        while Instant::now() < limit {
            let (entries, to) = control.log(last).await?;
            last = to;
            let is_booked = |entry: &&Value| entry["route"] == "book" && !entry["committed"].is_null();
            left = left.saturating_sub(u32::try_from(entries.iter().filter(is_booked).count())?);
            if left == 0 {
                return Ok("after a room was booked");
            }
            look_again().await;
        }
        Ok("at any time")
    }

    /// Counts a kill at the moment that was waited for.
    pub(super) fn killed(&mut self) {
        *self.counts.entry(self.current).or_default() += 1;
    }

    /// How many kills were at which moments.
    pub(super) fn shown(&self) -> String {
        self.counts.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
    }
}
