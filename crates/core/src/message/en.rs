//! English, the twin of every Spanish text, with the same facts.

mod problem;

use std::fmt::Write as _;

use crate::booking::outcome::BookedRoom;
use crate::distribute::Objective;
use crate::ids::Millis;
use crate::message::format::{Join, format_date, format_stay, format_time, list};
use crate::message::words::{Detail, Why, Words};
use crate::message::{Language, Notice, Proposal, Validation, Voice, clip};
use crate::money::Money;
use crate::party::Occupancy;
use crate::problem::Problem;

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

    fn nothing_booked(&self, rooms: usize) -> String {
        let what = if rooms == 1 { "the reservation" } else { "any of the reservations" };
        format!("We are sorry, we could not complete {what} you asked for.")
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
                    (true, true) => "the other one was not booked either".to_owned(),
                    (true, false) => "1 room was not booked".to_owned(),
                    (false, true) => format!("the other {count} were not booked either"),
                    (false, false) => format!("{count} rooms were not booked"),
                };
                format!("As you asked for all of the rooms or none, {which}.")
            }
            Why::Cancelled if one => "1 room was cancelled.".to_owned(),
            Why::Cancelled => format!("{count} rooms were cancelled."),
        }
    }

    fn cancelled(&self, rooms: &[String]) -> String {
        let cancelled = if rooms.len() == 1 { "was cancelled" } else { "were cancelled" };
        format!("{} {cancelled}: {}.", self.rooms(rooms.len()), list(rooms, Join::And, EN))
    }

    fn offered(&self, types: &str, guests: &str, total: &str) -> String {
        format!(
            "For those who were left without a room we can offer you {types}: {guests}, for {total} in total. Shall we \
             book that for you?"
        )
    }

    fn not_offered(&self, reason: &Problem, voice: &Voice<'_>) -> String {
        let reception = voice.reception();
        match reason {
            Problem::ChildAlone { .. } => format!(
                "Among those who were left without a room there are too few adults to stay with the children in the \
                 rooms that are free. Please contact {reception} to find another solution."
            ),
            _ => format!(
                "For now too few rooms are free for those who were left without a room. Please contact {reception} \
                 to find another solution, or change the dates."
            ),
        }
    }

    fn followed(&self) -> String {
        "There is another reservation for those who were left without a room.".to_owned()
    }

    fn cancellation_requested(&self, count: usize, voice: &Voice<'_>) -> String {
        format!(
            "We received your request to cancel {}. Nothing is cancelled yet: {} will look at it and confirm.",
            self.rooms(count),
            voice.reception()
        )
    }

    fn rooms(&self, count: usize) -> String {
        counted_rooms(count)
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

    fn set_aside(&self, amount: &str) -> String {
        format!("{amount} of your payment stays set aside until then.")
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
        let people_must = reasons.iter().all(|why| matches!(why, Why::AllOrNothing | Why::Unconfirmed));
        if reasons.contains(&Why::Refused) || people_must {
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
        problem::problem(problem, voice)
    }

    fn not_come(&self, reference: &str, voice: &Voice<'_>) -> String {
        format!(
            "We waited for {} and it has not arrived; we are no longer looking for it. Please check the number with \
             your bank and send it to us again, or write to {} with your receipt.",
            voice.reference(reference),
            voice.reception()
        )
    }

    fn not_sought(&self, reference: &str, voice: &Voice<'_>) -> String {
        format!(
            "We are no longer looking for {}. If you would like us to look for it again, please send us the number.",
            voice.reference(reference)
        )
    }

    fn candidate(&self, is_one: bool, voice: &Voice<'_>) -> String {
        if is_one {
            "There is one payment that fits. To use it, please send us the authorisation or transfer number: it is on \
             your receipt."
                .to_owned()
        } else {
            format!(
                "We cannot tell your payment by that. Please send us the authorisation or transfer number, which is on \
                 your receipt, or contact {}.",
                voice.reception()
            )
        }
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

    fn alternative(&self, objective: Objective, rooms: u16, total: &str) -> String {
        let name = match objective {
            Objective::Even => "The most even split",
            Objective::Cheapest => "The lowest price",
            Objective::FewestRooms => "With fewer rooms",
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
