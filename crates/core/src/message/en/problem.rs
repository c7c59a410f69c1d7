//! What is wrong with a request, in English. Every problem has its sentence: a new one must be given one.

use std::fmt::Write as _;

use super::{EN, counted};
use crate::ids::Millis;
use crate::message::fields::spoken_list;
use crate::message::format::{Join, format_date, format_time, format_wait, list, ordinal};
use crate::message::{Voice, clip};
use crate::problem::{Problem, RoomAt, Shortage, System};

/// Which room of the request is meant; empty where none is.
fn which_room(room: Option<RoomAt>) -> String {
    room.and_then(RoomAt::line).map_or_else(String::new, |line| {
        format!(" This is about the {} room of your request.", ordinal(line.index().saturating_add(1), EN))
    })
}

/// What is wrong and what to do about it.
pub(super) fn problem(problem: &Problem, voice: &Voice<'_>) -> String {
    let reception = voice.reception();
    match problem {
        Problem::BadJson { .. } | Problem::UnsupportedMediaType => format!(
            "We could not read your request. Please try again; if it fails again, contact {reception}."
        ),
        Problem::Invalid { fields } => match spoken_list(fields, EN) {
            (_, 0) => format!(
                "There is something that we could not process. Please check your request and try again; if it fails \
                 again, contact {reception}."
            ),
            (field, 1) => format!("Please check this: {field}. Correct it and try again."),
            (fields, _) => format!("Please check these: {fields}. Correct them and try again."),
        },
        Problem::MissingBooking => {
            "Incomplete booking information. Please give the room type and how many adults and children there will \
             be in each room."
                .to_owned()
        }
        Problem::OverCapacity { room: room @ Some(_), guests_max, .. } => format!(
            "This room takes up to {}. Please move someone or add another room.{}",
            counted(*guests_max, "person", "people"),
            which_room(*room)
        ),
        Problem::OverCapacity { room: None, guests_max: 0, .. } => {
            "Your group does not fit in the rooms available. Please reduce the group or change the dates.".to_owned()
        }
        Problem::OverCapacity { room: None, guests_max, .. } => format!(
            "Your group does not fit in the rooms available, which take up to {}. Please ask for more or other rooms, \
             reduce the group, change the dates or contact {reception}.",
            counted(*guests_max, "person", "people")
        ),
        Problem::ChildAlone { room } => format!(
            "Every room with children needs at least one adult. Please move an adult to that room or the children to \
             another.{}",
            which_room(*room)
        ),
        Problem::NoAvailability { shortages } => no_availability(shortages, voice),
        Problem::RateMissing { room_type, night } => format!(
            "There is no rate yet for {} on the night of {}. Please choose another type, change the dates or ask \
             {reception}.",
            voice.type_name(room_type),
            format_date(*night, EN)
        ),
        Problem::PriceChanged { quoted, current, .. } => format!(
            "The price changed from {} to {}. Please review and confirm.",
            voice.money(*quoted),
            voice.money(*current)
        ),
        Problem::QuoteMismatch { .. } => {
            "The quote is not for this reservation. Please ask for a new quote, review the total and confirm."
                .to_owned()
        }
        Problem::PaymentNotFound { reference } => format!(
            "We could not find {}. Please check the number or wait a few minutes.",
            voice.reference(reference)
        ),
        Problem::PaymentPending { reference, next_check_at } => format!(
            "We could not find {} yet. We will look for it again at {}. Please do not pay again; we will let you \
             know here.",
            voice.reference(reference),
            format_time(voice.clock(Millis(*next_check_at)), EN)
        ),
        Problem::NothingDue => {
            "Nothing is left to pay for your booking; no other payment is needed. If you think this is a mistake, please write to us \
             with your receipt."
                .to_owned()
        }
        Problem::PaymentUsed { .. } => {
            "That payment has already been applied. If you think this is a mistake, please write to us with your \
             receipt."
                .to_owned()
        }
        Problem::PaymentShort { available, required, missing } => {
            let has = voice.money(*available);
            let next: &[&str] = if voice.is_balance {
                &["tell us if you want to pay ", &has, " now and the rest later, make one payment that covers it all"]
            } else {
                &["make one payment that covers the total, book fewer rooms"]
            };
            format!(
                "Your payment covers {has} of {}. {} is missing. Please {} or contact {reception}.",
                voice.money(*required),
                voice.money(*missing),
                next.concat()
            )
        }
        Problem::PaymentCurrency { payment, hotel } => format!(
            "Your payment is in {} and the hotel charges in {}. Please use a payment in {} or contact {reception}.",
            clip(payment, 12),
            clip(hotel, 12),
            clip(hotel, 12)
        ),
        Problem::CodreserFull => format!(
            "That payment cannot take any more reservation codes. Please use another payment or contact {reception}."
        ),
        Problem::BookingInProgress { .. } => {
            "That reservation is still being processed. Please wait a moment and try again.".to_owned()
        }
        Problem::AlreadyFollowed { .. } => format!(
            "There is another reservation already for those who were left without a room. If you did not make it, please contact {reception}."
        ),
        Problem::KeyReused => {
            "That request was already sent with other details. Please start a new request to book again.".to_owned()
        }
        Problem::DuplicateBooking => format!(
            "You already have this same reservation, and we did not make it again. If you want another one just \
             like it, please confirm that; if you cannot find the first, please contact {reception}."
        ),
        Problem::Unauthorized | Problem::BadSignature { .. } => format!(
            "We could not verify your access. Please come back from your reservation or contact {reception}."
        ),
        Problem::Forbidden { .. } => {
            format!("Only the hotel's staff can do that. Please contact {reception}.")
        }
        Problem::ForceNotAllowed => format!(
            "Only the hotel's staff can process a reservation without the full payment. Please contact {reception}."
        ),
        Problem::ChallengeFailed => format!(
            "We could not verify that you are a person. Please reload the page and try again, or contact \
             {reception}."
        ),
        Problem::NotFound => format!(
            "We could not find what you are looking for. Please check the link or the number; if the problem \
             continues, contact {reception}."
        ),
        Problem::MethodNotAllowed => {
            "That cannot be done here. Please go back to the booking page and try again.".to_owned()
        }
        Problem::TooLarge { .. } => {
            "Your request is too long. Please shorten the special instructions and try again.".to_owned()
        }
        Problem::TooManyRequests { retry_after_s } => format!(
            "There were too many attempts. Please wait {} and try again, or contact {reception}.",
            format_wait(*retry_after_s, EN)
        ),
        Problem::Uncertain { .. } => {
            "We are confirming with the hotel. Please do not pay again; ask again in a few moments.".to_owned()
        }
        Problem::Unavailable { system, retry_after_s } => {
            let first = match system {
                System::Reservations => "Error checking availability.",
                System::Payments => "Error checking the payment. Please do not pay again.",
                System::Storage => "We cannot attend to your request right now.",
            };
            format!("{first} Nothing was changed; please try again in {}.", format_wait(*retry_after_s, EN))
        }
    }
}

fn no_availability(shortages: &[Shortage], voice: &Voice<'_>) -> String {
    if shortages.is_empty() {
        return "There are not enough rooms left for those dates. Please ask for fewer rooms or change the dates."
            .to_owned();
    }
    let left: Vec<&Shortage> = shortages.iter().filter(|s| s.free > 0).collect();
    let mut text = String::new();
    if !left.is_empty() {
        let each: Vec<String> = left.iter().map(|s| voice.counted_type(s.free, &s.room_type)).collect();
        let verb = if matches!(left.as_slice(), [only] if only.free == 1) { "is" } else { "are" };
        let _ = write!(text, "Only {} {verb} left for those dates. ", list(&each, Join::And, EN));
    }
    let gone: Vec<String> =
        shortages.iter().filter(|s| s.free == 0).map(|s| voice.agreeing_type(0, &s.room_type)).collect();
    if !gone.is_empty() {
        let _ = write!(text, "No {} are left for those dates. ", list(&gone, Join::Nor, EN));
    }
    text.push_str("Please choose another type or change the dates.");
    text
}
