//! Journals of former versions go on.

use posada_core::booking::Booking;
use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::journal::{Stamped, Step};
use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, LineNo, Millis};
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::command::{Caller, Form};
use posada_wire::progress::Follower;
use posada_wire::stored::{from_text, to_text};

/// Written by version 1: three rooms; a claim whose answer was lost, a refusal, an unknown outcome, an absence.
const VERSION_1: &str = include_str!("golden/journal-v1.jsonl");

/// Written by version 2: all or nothing of four rooms, holds that end, doubts, and at the end all are cancelled.
const VERSION_2: &str = include_str!("golden/journal-v2.jsonl");

fn entries_of(text: &str, entries: usize) -> Vec<Stamped> {
    text.lines().take(entries).map(|line| from_text(line).expect("an entry")).collect()
}

fn replay_of(text: &str, entries: usize) -> Booking {
    Booking::replay(BookingId::from_bits(7), &entries_of(text, entries)).expect("a journal")
}

fn replay(entries: usize) -> Booking {
    replay_of(VERSION_1, entries)
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

#[test]
fn a_journal_of_version_2_is_replayed_wherever_it_ends_and_tells_nobody() {
    let all = VERSION_2.lines().count();
    for entries in 1..all {
        let booking = replay_of(VERSION_2, entries);
        assert!(
            !booking.pending(Millis(i64::MAX)).is_empty(),
            "after {entries} entries there is something to do"
        );
    }
    let booking = replay_of(VERSION_2, all);
    assert_eq!((booking.outcome(), booking.deadline()), (Some(Outcome::NotBooked), None));
    assert_eq!(booking.notice(), None, "it was accepted when nobody was told");
    assert_eq!(booking.report().failed.len(), 4);
}

/// The stream of a booking for who has the events up to `after`.
fn stream(text: &str, after: i64) -> (Follower, String) {
    let mut out = String::new();
    let mut follower = Follower::new(BookingId::from_bits(7));
    for (seq, stamped) in (1..).zip(entries_of(text, usize::MAX)) {
        follower.take(seq, &stamped, after, &mut out).expect("it fits");
    }
    (follower, out)
}

fn names(stream: &str) -> Vec<&str> {
    stream.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
}

#[test]
fn a_journal_is_followed_as_events_from_where_one_left_off() {
    let released = from_text::<Stamped>(r#"{"v":1,"at":1755648003500,"entry":"holds_released"}"#);
    let whole = format!("{VERSION_1}{}\n", to_text(&released.expect("an entry")));
    let (follower, all) = stream(&whole, 0);
    let expected = ["accepted", "held", "booked", "held", "booked", "failed", "settled"];
    assert_eq!(names(&all), expected);
    assert!(follower.is_over() && follower.has_all(14) && !follower.has_all(13));
    let ids: Vec<&str> = all.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    assert_eq!(ids, ["3", "4", "5", "8", "9", "12", "13"]);
    for (n, id) in ids.iter().enumerate() {
        let (_, rest) = stream(&whole, id.parse().expect("a number"));
        assert_eq!(names(&rest), expected[n + 1..], "after {id}");
    }
    let held = all.lines().filter_map(|line| line.strip_prefix("data: ")).nth(1).expect("the second event");
    let expected = r#"{"booking_id":"00000000000000000000000000000007","at":"2025-08-20T00:00:01Z","outcome":"in_progress","lines":[1,2,3],"progress":[{"line":1,"state":"held","room":"54"},{"line":2,"state":"held","room":"56"},{"line":3,"state":"held","room":"57"}]}"#;
    assert_eq!(held, expected);
}

#[test]
fn an_entry_that_ends_the_booking_has_its_number_only_with_the_answer() {
    let (follower, all) = stream(VERSION_2, 0);
    assert_eq!(names(&all).last(), Some(&"settled"));
    let words = Words { customer_message: "Línea\nsiguiente".to_owned(), reason: &|_| String::new() };
    let report = follower.booking().report();
    let answer = BookingAnswer::new(&BookingId::from_bits(7), &report, Form::Many, Caller::Public, words);
    let mut last = String::new();
    follower.finish(&answer, &mut last);
    let number = VERSION_2.lines().count();
    assert!(last.starts_with(&format!("id: {number}\nevent: finished\ndata: {{")), "{last}");
    assert!(last.ends_with("}\n\n") && last.lines().count() == 4, "one line of data: {last}");
    assert!(last.contains(&format!(r#""answer":{}"#, to_text(&answer))));
}

#[test]
fn what_an_earlier_try_was_refused_for_is_not_told() {
    let request = VERSION_1.lines().next().expect("a request");
    let refused = r#"{"v":1,"at":1755648000300,"entry":{"refused":{"problem":"not_found"}}}"#;
    let (follower, all) = stream(&format!("{request}\n{refused}\n"), 0);
    assert_eq!((names(&all), follower.is_over()), (vec!["refused"], true));
    assert!(all.contains(r#""code":"not_found""#), "{all}");
    let (follower, all) = stream(&format!("{request}\n{refused}\n{request}\n"), 0);
    assert_eq!((names(&all), follower.is_over()), (vec![], false));
}
