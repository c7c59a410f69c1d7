//! English, the twin of every Spanish text, with the same facts.

use std::fmt::Write as _;

use crate::booking::outcome::BookedRoom;
use crate::ids::{LineNo, Millis};
use crate::message::fields::spoken_list;
use crate::message::format::{Join, format_date, format_stay, format_time, format_wait, list, ordinal};
use crate::message::words::{Detail, Why, Words};
use crate::message::{Language, Notice, Proposal, Suggestion, Validation, Voice, clip};
use crate::money::Money;
use crate::party::Occupancy;
use crate::problem::{Problem, Shortage, System};

const EN: Language = Language::En;
/// How much of a type's name is shown where space is short.
const SHORT_TYPE_LENGTH_MAX: usize = 12;

/// The English texts.
pub(super) struct English;

/// `1 adult`, `2 adults`.
fn counted(count: impl Into<u64>, one: &str, many: &str) -> String {
    let count = count.into();
    format!("{count} {}", if count == 1 { one } else { many })
}

fn type_as_sent(room: &BookedRoom, detail: Detail) -> String {
    match detail {
        Detail::Full => room.room_type.as_str().to_owned(),
        Detail::ShortType | Detail::CodeOnly => clip(room.room_type.as_str(), SHORT_TYPE_LENGTH_MAX),
    }
}

impl Words for English {
    fn guests(&self, guests: &Occupancy) -> String {
        let mut text = counted(guests.adults, "adult", "adults");
        for (count, band) in [(guests.children_0_5, "(0-5)"), (guests.children_6_10, "(6-10)")] {
            if count > 0 {
                // Writing to a `String` cannot fail.
                let _ = write!(text, ", {} {band}", counted(count, "child", "children"));
            }
        }
        text
    }

    fn booked_one(&self, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String {
        let Occupancy { adults, children_6_10, children_0_5 } = room.guests;
        format!(
            "✅ Reservation confirmed:\nRoom {} - {}\nReservation code: {}{}\nAdults: {adults}, Children 0-5: \
             {children_0_5}, Children 6-10: {children_6_10}",
            room.room,
            type_as_sent(room, detail),
            voice.code_prefix,
            room.code
        )
    }

    fn booked_header(&self, count: usize) -> String {
        format!("✅ {count} rooms are confirmed:")
    }

    fn booked_line(&self, place: usize, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String {
        let room_type = type_as_sent(room, detail);
        let mut text = format!(
            "\n{place}. Room {} - {room_type}\n   Code: {}{}",
            room.room, voice.code_prefix, room.code
        );
        if detail != Detail::CodeOnly {
            let _ = write!(text, "\n   Guests: {}", self.guests(&room.guests));
        }
        text
    }

    fn nothing_booked(&self) -> String {
        "We are sorry, we could not complete any of the reservations you asked for.".to_owned()
    }

    fn failed(&self, why: Why, count: usize, others: bool) -> String {
        let one = count == 1;
        let could_not = format!("{} could not be booked", counted_rooms(count));
        match why {
            Why::NoAvailability => format!("{could_not} for lack of availability."),
            Why::Refused => format!(
                "{could_not} because the hotel's reservation system did not accept {}.",
                if one { "it" } else { "them" }
            ),
            Why::Unreachable => {
                format!("{could_not} because the hotel's reservation system could not be reached.")
            }
            Why::Unconfirmed => format!("{} still to be confirmed.", are(count)),
            Why::AllOrNothing => {
                let which = match (one, others) {
                    (true, true) => "the other one was".to_owned(),
                    (true, false) => "1 room was".to_owned(),
                    (false, true) => format!("the other {count} were"),
                    (false, false) => format!("{count} rooms were"),
                };
                format!("As you asked for all of the rooms or none, {which} not booked.")
            }
            Why::Cancelled if one => "1 room was cancelled.".to_owned(),
            Why::Cancelled => format!("{count} rooms were cancelled."),
        }
    }

    fn confirming(&self) -> String {
        "We are confirming with the hotel. Please do not pay again; we will let you know here.".to_owned()
    }

    fn ask_reception(&self, voice: &Voice<'_>) -> String {
        format!("If you need an answer sooner, please contact {}.", voice.reception())
    }

    fn released(&self, amount: &str) -> String {
        format!("{amount} of your payment is free again, and you can use it for another reservation.")
    }

    fn balance(&self, amount: &str) -> String {
        format!(
            "Balance due: {amount}. You can pay it with CompraClick or Depósito BAC and send us the authorization or \
             transfer number."
        )
    }

    fn next_step(&self, reasons: &[Why], some_booked: bool, voice: &Voice<'_>) -> String {
        let mut steps = Vec::new();
        if reasons.contains(&Why::NoAvailability) {
            steps.extend(["choose another room type".to_owned(), "change the dates".to_owned()]);
        }
        if reasons.contains(&Why::Unreachable) {
            steps.push("try again in a few minutes".to_owned());
        }
        if reasons.contains(&Why::Refused) || reasons.is_empty() {
            steps.push(format!("contact {}", voice.reception()));
        }
        match (steps.is_empty(), some_booked) {
            (true, _) if reasons.contains(&Why::Cancelled) => {
                format!("If you did not ask for the cancellation, please contact {}.", voice.reception())
            }
            (true, _) => String::new(),
            (false, true) => {
                format!("To complete your reservation, please {}.", list(&steps, Join::Or, EN))
            }
            (false, false) => format!("Please {}.", list(&steps, Join::Or, EN)),
        }
    }

    fn problem(&self, problem: &Problem, voice: &Voice<'_>) -> String {
        self::problem(problem, voice)
    }

    fn validation(&self, validation: &Validation, voice: &Voice<'_>) -> String {
        let mut text = format!(
            "✅ Payment validated: we are keeping {} for your reservation until {}.",
            voice.money(validation.claimed),
            instant(validation.expires_at, voice)
        );
        if validation.available > Money::ZERO {
            let _ = write!(text, " {} of your payment is free besides.", voice.money(validation.available));
        }
        text.push_str(" Please complete your reservation before that time.");
        text
    }

    fn proposal_intro(&self, types: &str, guests: &str) -> String {
        format!("We suggest {types}: {guests}.")
    }

    fn proposal_total(&self, proposal: &Proposal<'_>, voice: &Voice<'_>) -> String {
        format!(
            "Total: {} for {}, {}.",
            voice.money(proposal.total),
            counted(proposal.stay.night_count(), "night", "nights"),
            format_stay(&proposal.stay, EN)
        )
    }

    fn extra_beds(&self, count: u16) -> String {
        counted(count, "extra bed", "extra beds")
    }

    fn alternatives_header(&self) -> String {
        "Also possible:".to_owned()
    }

    fn alternative(&self, suggestion: Suggestion, rooms: u16, total: &str) -> String {
        let name = match suggestion {
            Suggestion::Even => "The most even split",
            Suggestion::Cheapest => "The lowest price",
            Suggestion::FewestRooms => "With fewer rooms",
        };
        format!("{name}: {}, {total}", counted(rooms, "room", "rooms"))
    }

    fn proposal_question(&self) -> String {
        "Does this suit you, or would you like another distribution?".to_owned()
    }
}

fn counted_rooms(count: usize) -> String {
    if count == 1 { "1 room".to_owned() } else { format!("{count} rooms") }
}

fn are(count: usize) -> String {
    format!("{} {}", counted_rooms(count), if count == 1 { "is" } else { "are" })
}

/// `August 23, 2025 at 10:05 PM`
fn instant(at: Millis, voice: &Voice<'_>) -> String {
    let time = voice.clock(at);
    format!("{} at {}", format_date(time.date(), EN), format_time(time, EN))
}

/// Which room of the request is meant; empty where none is.
fn which_room(line: Option<LineNo>) -> String {
    line.map_or_else(String::new, |line| {
        format!(" It is the {} room of your request.", ordinal(line.index().saturating_add(1), EN))
    })
}

fn problem(problem: &Problem, voice: &Voice<'_>) -> String {
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
        Problem::OverCapacity { line: Some(line), guests_max, .. } => format!(
            "This room takes up to {}. Please move someone or add another room.{}",
            counted(*guests_max, "person", "people"),
            which_room(Some(*line))
        ),
        Problem::OverCapacity { line: None, guests_max: 0, .. } => {
            "Your group does not fit in the rooms available. Please reduce the group or change the dates.".to_owned()
        }
        Problem::OverCapacity { line: None, guests_max, .. } => format!(
            "Your group does not fit in the rooms available, which take up to {}. Please ask for more rooms, reduce \
             the group or change the dates.",
            counted(*guests_max, "person", "people")
        ),
        Problem::ChildAlone { line } => format!(
            "Every room with children needs at least one adult. Please move an adult to that room or the children to \
             another.{}",
            which_room(*line)
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
        Problem::PaymentUsed { .. } => {
            "That payment has already been applied. If you think this is a mistake, please write to us with your \
             receipt."
                .to_owned()
        }
        Problem::PaymentShort { available, required, missing } => format!(
            "Your payment covers {} of {}. {} is missing. Please make another payment that covers the total or book \
             fewer rooms.",
            voice.money(*available),
            voice.money(*required),
            voice.money(*missing)
        ),
        Problem::PaymentCurrency { payment, hotel } => format!(
            "Your payment is in {} and the hotel charges in {}. Please use a payment in {} or contact {reception}.",
            clip(payment, 12),
            clip(hotel, 12),
            clip(hotel, 12)
        ),
        Problem::CodreserFull => format!(
            "That payment cannot take any more reservation codes. Please use another payment or contact {reception}."
        ),
        Problem::KeyReused => {
            "That request was already sent with other details. Please start a new request to book again.".to_owned()
        }
        Problem::Unauthorized => format!(
            "We could not verify your access. Please come back from your reservation or contact {reception}."
        ),
        Problem::Forbidden { .. } => {
            format!("Only the hotel's staff can do that. Please contact {reception}.")
        }
        Problem::ForceNotAllowed => format!(
            "Only the hotel's staff can process a reservation without the full payment. Please contact {reception}."
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
        Problem::Unavailable { system, retry_after_s } => {
            let first = match system {
                System::Reservations => "Error checking availability.",
                System::Payments => "Error checking the payment. Please do not pay again.",
                System::Storage => "We cannot attend to your request right now.",
            };
            format!("{first} Nothing was booked; please try again in {}.", format_wait(*retry_after_s, EN))
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

/// The booking page's own words.
pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::QuoteExpired => "The quote expired. We renewed it: please review the total.".to_owned(),
        Notice::Offline => "No connection. Your details are still here; please try again.".to_owned(),
        Notice::Confirming => English.confirming(),
        Notice::RoomFull { guests_max } => format!(
            "This room takes up to {}. Please move someone or add an extra bed.",
            counted(guests_max, "person", "people")
        ),
    }
}
