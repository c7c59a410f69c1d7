//! The catalogue: what each language must be able to say. A text that one of them lacks does not compile.

use crate::booking::outcome::{BookedRoom, FailureCause};
use crate::distribute::Objective;
use crate::message::{Proposal, Validation, Voice};
use crate::party::Occupancy;
use crate::problem::Problem;

/// Why rooms are not booked, without what only staff may read. In the order in which a message tells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    NoAvailability,
    Refused,
    Unreachable,
    AllOrNothing,
    Cancelled,
    Unconfirmed,
}

impl Why {
    /// Each, in order.
    pub(super) const ALL: [Self; 6] = [
        Self::NoAvailability,
        Self::Refused,
        Self::Unreachable,
        Self::AllOrNothing,
        Self::Cancelled,
        Self::Unconfirmed,
    ];
}

impl From<&FailureCause> for Why {
    fn from(cause: &FailureCause) -> Self {
        match cause {
            FailureCause::NoAvailability => Self::NoAvailability,
            FailureCause::Refused { .. } => Self::Refused,
            FailureCause::Unreachable => Self::Unreachable,
            FailureCause::Unconfirmed => Self::Unconfirmed,
            FailureCause::AllOrNothing => Self::AllOrNothing,
            FailureCause::Cancelled => Self::Cancelled,
        }
    }
}

/// How much is said of each booked room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// As the seed says it.
    Full,
    /// The type's name cut short.
    ShortType,
    /// Without the guests, too: room and code are what must arrive.
    CodeOnly,
}

/// One language's texts. Amounts, dates and counts are placed by the language; which of the texts are said is
/// decided once, for both, by the callers.
pub(super) trait Words {
    /// Guests of a room in words: `3 adultos, 1 niño (0-5)`.
    fn guests(&self, guests: &Occupancy) -> String;

    /// The whole text for the only room of a booking (seed 2.2).
    fn booked_one(&self, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String;
    /// The line above the rooms of a booking (seed 2.2).
    fn booked_header(&self, count: usize) -> String;
    /// One of several rooms, beginning with a line break (seed 2.2).
    fn booked_line(&self, place: usize, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String;

    /// That nothing was booked of the `rooms` rooms that were asked for (seed 2.2).
    fn nothing_booked(&self, rooms: usize) -> String;
    /// That `count` rooms are not booked, and why; `others` are spoken of before.
    fn failed(&self, why: Why, count: usize, others: bool) -> String;
    /// That these rooms (`56 (HR26182)`, each) were cancelled.
    fn cancelled(&self, rooms: &[String]) -> String;
    /// What is proposed to those who were left without a room: types and guests in words, and what it costs.
    fn offered(&self, types: &str, guests: &str, total: &str) -> String;
    /// That nothing can be proposed to those who were left without a room, why, and whom to ask.
    fn not_offered(&self, reason: &Problem, voice: &Voice<'_>) -> String;
    /// That another booking is for those who were left without a room.
    fn followed(&self) -> String;
    /// That staff were asked to cancel `count` rooms, and what comes next.
    fn cancellation_requested(&self, count: usize, voice: &Voice<'_>) -> String;
    /// `3 habitaciones`.
    fn rooms(&self, count: usize) -> String;
    /// That it is not known yet, and that the guest must not pay again.
    fn confirming(&self) -> String;
    /// Whom to ask while it is not known; only said where the settings have a contact.
    fn ask_reception(&self, voice: &Voice<'_>) -> String;
    /// The money that is free again.
    fn released(&self, amount: &str) -> String;
    /// What of the payment waits for rooms that are still to be confirmed.
    fn set_aside(&self, amount: &str) -> String;
    /// The money that is still to be paid, and how.
    fn balance(&self, amount: &str) -> String;
    /// What the guest can do now that rooms failed for these reasons; `some_booked` rooms are there. Empty
    /// where the reasons leave nothing to do.
    fn next_step(&self, reasons: &[Why], some_booked: bool, voice: &Voice<'_>) -> String;

    /// What is wrong and what to do about it.
    fn problem(&self, problem: &Problem, voice: &Voice<'_>) -> String;
    /// That a payment was waited for in vain, and what the guest can do.
    fn not_come(&self, reference: &str, voice: &Voice<'_>) -> String;
    /// That a payment is no longer waited for because the guest wants it so.
    fn not_sought(&self, reference: &str, voice: &Voice<'_>) -> String;
    /// Whether one payment fits what the guest knows of it.
    fn candidate(&self, is_one: bool, voice: &Voice<'_>) -> String;
    /// A validated payment.
    fn validation(&self, validation: &Validation, voice: &Voice<'_>) -> String;

    /// The proposal's first sentence, for one room or several.
    fn proposal_intro(&self, types: &str, guests: &str) -> String;
    /// What the proposal costs and for how long.
    fn proposal_total(&self, proposal: &Proposal<'_>, voice: &Voice<'_>) -> String;
    /// `1 cama extra`.
    fn extra_beds(&self, count: u16) -> String;
    /// The line above the other possible distributions.
    fn alternatives_header(&self) -> String;
    /// Another possible distribution.
    fn alternative(&self, objective: Objective, rooms: u16, total: &str) -> String;
    /// The question that ends a proposal.
    fn proposal_question(&self) -> String;
}
