//! Journals of former versions go on.

use posada_core::booking::Booking;
use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::journal::{Stamped, Step};
use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, LineNo, Millis};
use posada_wire::stored::from_text;

/// Written by version 1: three rooms; a claim whose answer was lost, a refusal, an unknown outcome, an absence.
const VERSION_1: &str = include_str!("golden/journal-v1.jsonl");

fn replay(entries: usize) -> Booking {
    let lines = VERSION_1.lines().take(entries);
    let journal: Vec<Stamped> = lines.map(|line| from_text(line).expect("an entry")).collect();
    Booking::replay(BookingId::from_bits(7), &journal).expect("a journal")
}

#[test]
fn a_journal_of_version_1_is_replayed_wherever_it_ends_and_goes_on() {
    let all = VERSION_1.lines().count();
    for entries in 1..all {
        let steps: Vec<Step> = replay(entries).pending(Millis(i64::MAX)).iter().map(Effect::step).collect();
        assert!(!steps.is_empty(), "after {entries} entries there is something to do");
    }
    let mut booking = replay(all);
    let now = Millis(1_755_648_010_000);
    assert_eq!(booking.pending(now), [Effect::ReleaseHolds { lines: vec![LineNo(2)] }]);
    for entry in booking.decide(Input::ReleaseHolds(Ok(())), now).expect("an answer") {
        booking.apply(&entry).expect("it fits");
    }
    let report = booking.report();
    let codes: Vec<&str> = report.booked.iter().map(|room| room.code.as_str()).collect();
    assert_eq!((report.outcome, codes), (Outcome::PartlyBooked, vec!["26181", "26182"]));
    assert_eq!(report.released().to_string(), "172.50");
}

#[test]
fn a_claim_that_version_1_put_off_may_have_been_made() {
    let booking = replay(2);
    let away = Input::Claim(Err(Failure::Retryable { after_ms: None }));
    let entries = booking.decide(away, Millis(1_755_648_001_000)).expect("an answer");
    let mut next = booking;
    entries.iter().for_each(|entry| next.apply(entry).expect("it fits"));
    assert_eq!(next.refusal(), None);
}
