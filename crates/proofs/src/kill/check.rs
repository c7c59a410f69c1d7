//! What must hold in the end, beside the audit: every booking ended, and answers are what is so.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use posada_core::{
    booking::{Booking, journal::Stamped},
    ids::BookingId,
};
use posada_wire::stored::from_text;
use serde_json::Value;
use tokio::time::sleep;

use super::guests::Intent;
use crate::{
    client::{Answer, Posada},
    state::{State, StoredBooking},
};

/// The members of an answer that may not change once a booking ended.
const MEMBERS: [&str; 5] = ["outcome", "bookings", "failed_bookings", "total_amount", "balance_due"];

/// Waits until every booking has ended, and only looks: nothing but its alarm makes one go on.
pub(super) async fn all_end(state: &State, limit: Duration) -> Result<()> {
    let started = Instant::now();
    let mut ended = BTreeSet::new();
    loop {
        let mut open = Vec::new();
        for file in state.booking_files()? {
            if ended.contains(&file) {
                continue;
            }
            match State::booking(&file)? {
                Some(stored) if goes_on(&stored) => open.push(stored),
                _ => {
                    ended.insert(file);
                }
            }
        }
        if open.is_empty() {
            return Ok(());
        }
        if started.elapsed() > limit {
            let shown: Vec<String> =
                open.iter().map(|it| format!("{}: {:?}", it.id, it.journal.last())).collect();
            bail!("{} bookings had not ended after {} s:\n{}", open.len(), limit.as_secs(), shown.join("\n"));
        }
        sleep(Duration::from_millis(250)).await;
    }
}

fn goes_on(stored: &StoredBooking) -> bool {
    let entries: Option<Vec<Stamped>> = stored.journal.iter().map(|text| from_text(text)).collect();
    let (Some(entries), Ok(id)) = (entries, BookingId::try_from(stored.id.clone())) else { return false };
    // What cannot be replayed is the audit's to tell.
    Booking::replay(id, &entries).is_ok_and(|booking| booking.deadline().is_some())
}

/// What guests were told is what is so, and what they would be told if they asked again.
pub(super) async fn answers(posada: &Posada, intents: &[Intent]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for intent in intents {
        let finals: Vec<&Answer> = intent.heard.iter().filter(|answer| answer.is_final()).collect();
        let mut told: Vec<Answer> = finals.iter().map(|answer| (*answer).clone()).collect();
        let ids: BTreeSet<&str> =
            intent.heard.iter().filter_map(|answer| answer.json["booking_id"].as_str()).collect();
        if ids.len() > 1 {
            wrong.push(format!("{} is more than one booking: {ids:?}", intent.key));
        }
        let Some(id) = ids.first() else { continue };
        told.push(posada.booking(id).await?);
        told.push(posada.book(&intent.key, &intent.body).await?);
        let Some(first) = told.first().cloned() else { continue };
        for other in &told {
            if other.status != 200 || MEMBERS.iter().any(|name| first.json[*name] != other.json[*name]) {
                wrong.push(format!(
                    "{} (booking {id}) was answered {} and {}",
                    intent.key, first.json, other.json
                ));
            }
        }
        wrong.extend(as_asked(intent, &first.json));
    }
    Ok(wrong)
}

/// Every room that was asked for is either booked or said not to be, once.
fn as_asked(intent: &Intent, answer: &Value) -> Option<String> {
    let adults = |rooms: &mut dyn Iterator<Item = &Value>| {
        let mut all: Vec<u64> = rooms.filter_map(|room| room["adults"].as_u64()).collect();
        all.sort_unstable();
        all
    };
    let list = |of: &'_ Value, name: &str| of[name].as_array().cloned().unwrap_or_default();
    let (booked, failed) = (list(answer, "bookings"), list(answer, "failed_bookings"));
    let asked = adults(&mut list(&intent.body, "bookings").iter());
    let answered = adults(&mut booked.iter().chain(failed.iter().map(|it| &it["booking"])));
    (asked != answered).then(|| format!("{} asked for {asked:?} and was answered {answer}", intent.key))
}

/// Bookings that nobody asked for: more than there are guests who heard nothing.
pub(super) fn strangers(bookings: &[StoredBooking], intents: &[Intent]) -> Option<String> {
    let heard: BTreeMap<&str, &Intent> = intents
        .iter()
        .flat_map(|it| {
            it.heard.iter().filter_map(move |answer| Some((answer.json["booking_id"].as_str()?, it)))
        })
        .collect();
    let unheard = bookings.iter().filter(|it| !heard.contains_key(it.id.as_str())).count();
    let silent = intents.iter().filter(|it| it.heard.iter().all(|a| a.json["booking_id"].is_null())).count();
    (unheard > silent)
        .then(|| format!("{unheard} bookings were told to nobody, {silent} guests heard of none"))
}
