//! What a booking came to, in words.

use crate::booking::outcome::{FailedRoom, FailureCause, Outcome, Report};
use crate::message::proposal::{guests, told_rooms, types};
use crate::message::words::{Detail, Why, Words};
use crate::message::{Language, MESSAGE_LENGTH_MAX, Voice, fit, length};
use crate::money::Money;
use crate::redistribution::Redistribution;

/// What the guest is told about a booking: the seed's text (seed 2.2; one room is spoken of as one), then the money that is free again, what
/// is still to be paid and the next step, each only where there is something to say. A booking whose rooms are
/// all booked and paid is told in the seed's text alone.
///
/// Rooms are told in the report's order. Where 20 rooms with the longest names would not fit, names are cut
/// first and then guests left out; rooms and codes are always there.
#[must_use]
pub fn booking_message(report: &Report, voice: &Voice<'_>) -> String {
    booking_message_with(report, NextStep::Usual, voice)
}

/// What comes after what a booking that ended with failed rooms came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep<'a> {
    /// What guests can do themselves.
    Usual,
    /// Other rooms for those who were left without one, or whom to ask.
    Redistribution(&'a Redistribution),
    /// Another booking is for those who were left without a room.
    Followed,
}

/// The same with this next step.
#[must_use]
pub fn booking_message_with(report: &Report, next: NextStep<'_>, voice: &Voice<'_>) -> String {
    let mut message = String::new();
    for detail in [Detail::Full, Detail::ShortType, Detail::CodeOnly] {
        message = compose(report, next, voice, detail);
        if length(&message) <= MESSAGE_LENGTH_MAX {
            break;
        }
    }
    fit(message)
}

/// That staff were asked to cancel `rooms` rooms of a booking, which is not done by that.
#[must_use]
pub fn cancellation_requested_message(rooms: usize, voice: &Voice<'_>) -> String {
    fit(voice.words().cancellation_requested(rooms, voice))
}

fn compose(report: &Report, next: NextStep<'_>, voice: &Voice<'_>, detail: Detail) -> String {
    let words = voice.words();
    let reasons = reasons(report);
    let mut paragraphs = Vec::new();
    match report.outcome {
        Outcome::NeedsStaff | Outcome::InProgress => {
            paragraphs.push(words.confirming());
            if report.is_success() {
                paragraphs.push(booked(report, voice, words, detail));
            }
            if !reasons.is_empty() {
                paragraphs.push(failed(report, &reasons, voice, words, detail));
            }
            let set_aside = report.set_aside();
            if set_aside > Money::ZERO {
                paragraphs.push(words.set_aside(&voice.money(set_aside)));
            }
            if report.outcome == Outcome::NeedsStaff && voice.reception.is_some() {
                paragraphs.push(words.ask_reception(voice));
            }
        }
        Outcome::Booked | Outcome::PartlyBooked | Outcome::NotBooked => {
            if report.is_success() {
                paragraphs.push(booked(report, voice, words, detail));
            } else if reasons.is_empty() || reasons.iter().any(|&(why, _)| why != Why::Cancelled) {
                // Rooms that were booked and cancelled later are no failure to book them.
                paragraphs.push(words.nothing_booked(report.failed.len()));
            }
            if !reasons.is_empty() {
                paragraphs.push(failed(report, &reasons, voice, words, detail));
            }
            let close = closing(report, &reasons, next, voice, words);
            if !close.is_empty() {
                paragraphs.push(close);
            }
            match next {
                NextStep::Usual => {}
                NextStep::Redistribution(offer) => paragraphs.push(offered(offer, voice, words, detail)),
                NextStep::Followed => paragraphs.push(words.followed()),
            }
        }
    }
    paragraphs.join("\n\n")
}

/// Why one room is not booked, in a few words («No hay Junior disponible», seed 2.1).
#[must_use]
pub fn failure_message(room: &FailedRoom, voice: &Voice<'_>) -> String {
    match (&room.cause, voice.language) {
        (FailureCause::NoAvailability, Language::Es) => format!("No hay {} disponible", room.room_type),
        (FailureCause::NoAvailability, Language::En) => format!("No {} is available", room.room_type),
        (cause, _) => voice.words().failed(Why::from(cause), 1, false),
    }
}

/// How many rooms failed for each reason that there is.
fn reasons(report: &Report) -> Vec<(Why, usize)> {
    let count = |why: Why| report.failed.iter().filter(|failed| Why::from(&failed.cause) == why).count();
    Why::ALL.into_iter().map(|why| (why, count(why))).filter(|&(_, count)| count > 0).collect()
}

fn booked(report: &Report, voice: &Voice<'_>, words: &dyn Words, detail: Detail) -> String {
    match report.booked.as_slice() {
        [only] => words.booked_one(only, voice, detail),
        rooms => {
            let mut text = words.booked_header(rooms.len());
            for (place, room) in (1..).zip(rooms) {
                text.push_str(&words.booked_line(place, room, voice, detail));
            }
            text
        }
    }
}

fn failed(
    report: &Report,
    reasons: &[(Why, usize)],
    voice: &Voice<'_>,
    words: &dyn Words,
    detail: Detail,
) -> String {
    let others = reasons.len() > 1;
    let mut lines = Vec::with_capacity(reasons.len());
    for &(why, count) in reasons {
        let named = if why == Why::Cancelled { cancelled_rooms(report, voice) } else { Vec::new() };
        let text = if named.len() == count && detail != Detail::CodeOnly {
            words.cancelled(&named)
        } else {
            words.failed(why, count, others)
        };
        lines.push(format!("⚠️ {text}"));
    }
    lines.join("\n")
}

/// The rooms that were cancelled with their codes: «56 (HR26182)».
fn cancelled_rooms(report: &Report, voice: &Voice<'_>) -> Vec<String> {
    let cancelled = report.failed.iter().filter(|it| it.cause == FailureCause::Cancelled);
    let named = |it: &FailedRoom| {
        let (room, code) = (it.room.as_ref()?, it.code.as_ref()?);
        Some(format!("{room} ({}{code})", voice.code_prefix))
    };
    cancelled.filter_map(named).collect()
}

/// What those who were left without a room can do now.
fn offered(offer: &Redistribution, voice: &Voice<'_>, words: &dyn Words, detail: Detail) -> String {
    let placement = match offer {
        Redistribution::Offer(placement) => placement,
        Redistribution::Staff { reason } => return words.not_offered(reason, voice),
    };
    let rooms = told_rooms(placement);
    let types = match detail {
        Detail::Full | Detail::ShortType => types(&rooms, voice),
        Detail::CodeOnly => words.rooms(rooms.len()),
    };
    words.offered(&types, &guests(&rooms, words, voice), &voice.money(placement.total()))
}

/// The money and the next step.
fn closing(
    report: &Report,
    reasons: &[(Why, usize)],
    next: NextStep<'_>,
    voice: &Voice<'_>,
    words: &dyn Words,
) -> String {
    let mut sentences = Vec::new();
    let released = report.released();
    // What was free may have paid for the booking that follows: that one's message says what is left.
    if released > Money::ZERO && next != NextStep::Followed {
        sentences.push(words.released(&voice.money(released)));
    }
    if report.balance_due > Money::ZERO {
        sentences.push(words.balance(&voice.money(report.balance_due)));
    }
    let reasons: Vec<Why> = reasons.iter().map(|&(why, _)| why).collect();
    // Nothing booked and no reason known: people can tell more.
    if next == NextStep::Usual && (!reasons.is_empty() || !report.is_success()) {
        sentences.push(words.next_step(&reasons, report.is_success(), voice));
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences.join("\n")
}
