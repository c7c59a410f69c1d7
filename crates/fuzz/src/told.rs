//! What must hold of everything that is said: it is JSON, it fits a message, it does not blame Posada.

use posada_core::booking::Booking;
use posada_core::booking::outcome::{Outcome, Report};
use posada_core::message::{
    Language, MESSAGE_LENGTH_MAX, Voice, booking_message, failure_message, problem_message,
};
use posada_core::money::Money;
use posada_core::problem::Problem;
use posada_core::property::Property;
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::command::Form;
use posada_wire::problem::ProblemDocument;
use posada_wire::stored::to_text;

use crate::hotel::CALLERS;

/// The languages that guests are told in.
const LANGUAGES: [Language; 2] = [Language::Es, Language::En];

fn check_message(text: &str) {
    assert!(!text.trim().is_empty(), "a guest is told nothing");
    let units = text.encode_utf16().count();
    assert!(units <= MESSAGE_LENGTH_MAX, "{units} UTF-16 units");
}

/// Checks a refusal of something that was sent: it is the sender's to put right, and can be told.
///
/// # Panics
/// Where it is not so.
pub fn check_problem(problem: &Problem, hotel: &Property) {
    let blames_us = matches!(problem, Problem::Unavailable { .. } | Problem::Uncertain { .. });
    assert!(!blames_us, "nothing that is sent may be answered 5xx: {problem:?}");
    for language in LANGUAGES {
        let text = problem_message(problem, &Voice::of(hotel, language));
        check_message(&text);
        let document = to_text(&ProblemDocument::new(problem, 422, text));
        assert!(serde_json::from_str::<serde_json::Value>(&document).is_ok(), "{document}");
    }
    if let Problem::Invalid { fields } = problem {
        assert!(!fields.is_empty(), "something is invalid and no field is named");
    }
}

/// Checks what is said about a booking: the sums are those of its rooms, and it can be told to everybody.
///
/// # Panics
/// Where it is not so.
pub fn check_report(booking: &Booking, hotel: &Property) {
    let report = booking.report();
    assert_eq!(report, booking.report(), "a report is made anew from the same state");
    check_sums(&report);
    for language in LANGUAGES {
        let voice = Voice::of(hotel, language);
        let message = booking_message(&report, &voice);
        check_message(&message);
        for caller in CALLERS {
            let words =
                Words { customer_message: message.clone(), reason: &|room| failure_message(room, &voice) };
            let answer = to_text(&BookingAnswer::new(booking.id(), &report, Form::Many, caller, words));
            assert!(serde_json::from_str::<serde_json::Value>(&answer).is_ok(), "{answer}");
        }
    }
}

fn check_sums(report: &Report) {
    let sum = |amounts: &mut dyn Iterator<Item = Money>| amounts.sum::<Option<Money>>();
    if let Some(total) = sum(&mut report.booked.iter().map(|room| room.amount)) {
        assert_eq!(total, report.total);
    }
    if let Some(paid) = sum(&mut report.booked.iter().map(|room| room.paid)) {
        assert_eq!(report.balance_due, report.total.minus_or_zero(paid));
    }
    match report.outcome {
        Outcome::Booked => assert!(report.failed.is_empty() && report.is_success(), "{report:?}"),
        Outcome::PartlyBooked => assert!(!report.failed.is_empty() && report.is_success(), "{report:?}"),
        Outcome::NotBooked => assert!(report.booked.is_empty(), "{report:?}"),
        Outcome::NeedsStaff | Outcome::InProgress => {}
    }
}
