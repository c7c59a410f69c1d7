//! What people are told, in Spanish and English: what a booking came to, what is wrong with a request, a
//! proposal, a validated payment.
//!
//! Spanish follows the seed's texts to the letter wherever they are grammatical (seed 2.2); each text has its
//! English twin with the same facts. The guest is addressed as "usted", every error says what to do next, and
//! the reservation API's own error text is never shown. No message exceeds [`MESSAGE_LENGTH_MAX`].

mod booking;
mod en;
mod es;
mod fields;
mod format;
mod language;
mod names;
mod proposal;
mod reconcile;
mod staff;
mod words;

use chrono::NaiveDateTime;

pub use booking::{
    NextStep, booking_message, booking_message_with, cancellation_requested_message, failure_message,
};
pub use format::{format_date, format_money, format_stay, format_time};
pub use language::Language;
pub use proposal::{Alternative, Proposal, ProposedRoom, proposal_message, proposed_message};
pub use reconcile::difference_text;
pub use staff::{entry_text, reason_text, step_text};
use words::Words;

use crate::ids::{Millis, RoomTypeId};
use crate::money::Money;
use crate::payment::method::PaymentMethod;
use crate::problem::Problem;
use crate::property::{Property, RoomType};
use crate::stay::local_time;

/// The longest message, counted in UTF-16 units: WhatsApp takes 4,096 characters, and however it counts those
/// beyond the basic plane, this count is not smaller.
pub const MESSAGE_LENGTH_MAX: usize = 4_096;
/// The longest text of a caller or of the settings (a reference, a contact) that a message repeats.
const ECHO_LENGTH_MAX: usize = 80;

/// What a payment reference is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReferenceKind {
    /// `authorization_number`: «la autorización 123456».
    #[default]
    Authorization,
    /// `transfer_id`: «la transferencia 123456».
    Transfer,
}

impl From<PaymentMethod> for ReferenceKind {
    fn from(method: PaymentMethod) -> Self {
        match method {
            PaymentMethod::CompraClick => Self::Authorization,
            PaymentMethod::DepositoBac => Self::Transfer,
        }
    }
}

/// How the hotel speaks to a guest: the language, and those of its settings that texts need.
///
/// ```
/// # use posada_core::{fixtures, message::{Language, Voice, problem_message}, problem::Problem};
/// let hotel = fixtures::demo();
/// let voice = Voice::of(&hotel, Language::En);
/// assert!(problem_message(&Problem::MissingBooking, &voice).starts_with("Incomplete booking information."));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Voice<'a> {
    /// The language.
    pub language: Language,
    /// The hotel's currency, an ISO 4217 code.
    pub currency: &'a str,
    /// What is put before reservation codes, such as `HR`.
    pub code_prefix: &'a str,
    /// Minutes that the hotel's clocks are ahead of UTC.
    pub utc_offset_minutes: i32,
    /// How guests reach the reception, where the settings say.
    pub reception: Option<&'a str>,
    /// The hotel's room types, for their names; a type that is not among them is called by its id.
    pub room_types: &'a [RoomType],
    /// What a payment reference is called in what is said.
    pub reference: ReferenceKind,
    /// Whether the payment is towards the balance of a booking that is made.
    pub is_balance: bool,
}

impl<'a> Voice<'a> {
    /// The hotel's voice in `language`, speaking of payments by authorisation.
    #[must_use]
    pub fn of(property: &'a Property, language: Language) -> Self {
        Self {
            language,
            currency: &property.currency,
            code_prefix: &property.policy.reservation_code_prefix,
            utc_offset_minutes: property.utc_offset_minutes,
            reception: property.policy.reception_contact.as_deref(),
            room_types: &property.room_types,
            reference: ReferenceKind::default(),
            is_balance: false,
        }
    }

    /// The same voice, calling a payment's reference by this name.
    #[must_use]
    pub fn with_reference(self, reference: ReferenceKind) -> Self {
        Self { reference, ..self }
    }

    /// The same voice, speaking of a payment towards the balance of a booking that is made where `is_balance`.
    #[must_use]
    pub fn of_balance(self, is_balance: bool) -> Self {
        Self { is_balance, ..self }
    }

    /// An amount in the hotel's currency.
    #[must_use]
    pub fn money(&self, amount: Money) -> String {
        format_money(amount, self.currency, self.language)
    }

    /// An instant on the hotel's clocks.
    fn clock(&self, at: Millis) -> NaiveDateTime {
        local_time(at, self.utc_offset_minutes)
    }

    /// What guests call the type.
    fn type_name(&self, id: &RoomTypeId) -> String {
        let name = self.room_types.iter().find(|t| t.id == *id).map(|t| match self.language {
            Language::Es => t.name.es.as_str(),
            Language::En => t.name.en.as_str(),
        });
        let name = name.filter(|name| !name.trim().is_empty()).unwrap_or(id.as_str());
        clip(name, names::NAME_LENGTH_MAX)
    }

    /// `count` rooms of the type, in words.
    fn counted_type(&self, count: u16, id: &RoomTypeId) -> String {
        names::counted(count, &self.type_name(id), self.language)
    }

    /// The type's name as it stands behind a number or a negation (0).
    fn agreeing_type(&self, count: u16, id: &RoomTypeId) -> String {
        names::agreeing(count, &self.type_name(id), self.language)
    }

    fn words(&self) -> &'static dyn Words {
        match self.language {
            Language::Es => &es::Spanish,
            Language::En => &en::English,
        }
    }

    /// The reception and, where the settings say, how to reach it: «recepción (+503 2222-2222)».
    fn reception(&self) -> String {
        let word = match self.language {
            Language::Es => "recepción",
            Language::En => "reception",
        };
        match self.reception.filter(|contact| !contact.trim().is_empty()) {
            Some(contact) => format!("{word} ({})", clip(contact, ECHO_LENGTH_MAX)),
            None => word.to_owned(),
        }
    }

    /// The payment reference with what it is called: «la autorización 123456».
    fn reference(&self, reference: &str) -> String {
        let word = match (self.language, self.reference) {
            (Language::Es, ReferenceKind::Authorization) => "la autorización",
            (Language::Es, ReferenceKind::Transfer) => "la transferencia",
            (Language::En, ReferenceKind::Authorization) => "authorization",
            (Language::En, ReferenceKind::Transfer) => "transfer",
        };
        format!("{word} {}", clip(reference, ECHO_LENGTH_MAX))
    }
}

/// What is wrong with a request, and what the guest can do about it. It holds only what the problem itself
/// holds for guests: of a payment that was not found nothing but its reference, of a refusal by another system
/// nothing of its own text.
#[must_use]
pub fn problem_message(problem: &Problem, voice: &Voice<'_>) -> String {
    fit(voice.words().problem(problem, voice))
}

/// Why a payment is no longer waited for, and what the guest can do about it.
#[must_use]
pub fn given_up_message(problem: &Problem, voice: &Voice<'_>) -> String {
    match problem {
        Problem::PaymentNotFound { reference } => fit(voice.words().not_come(reference, voice)),
        other => problem_message(other, voice),
    }
}

/// What is said where a payment is no longer to be waited for.
#[must_use]
pub fn not_sought_message(reference: &str, voice: &Voice<'_>) -> String {
    fit(voice.words().not_sought(reference, voice))
}

/// What is said to a guest who knows no reference of a payment: whether exactly one fits is all that is told.
#[must_use]
pub fn candidate_message(is_one: bool, voice: &Voice<'_>) -> String {
    fit(voice.words().candidate(is_one, voice))
}

/// A payment that was validated and set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validation {
    /// What is set aside for the guest, in cents.
    pub claimed: Money,
    /// What is left of the payment besides, in cents.
    pub available: Money,
    /// When what is set aside is free again if nothing was booked.
    pub expires_at: Millis,
}

/// What is said of a validated payment: the amount set aside, what is left besides, until when it is kept.
#[must_use]
pub fn validation_message(validation: &Validation, voice: &Voice<'_>) -> String {
    fit(voice.words().validation(validation, voice))
}

/// What the booking page says by itself, without a [`Problem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// The quote's time is over; it was renewed.
    QuoteExpired,
    /// The browser has no connection.
    Offline,
    /// It is not known yet whether the rooms are booked.
    Confirming,
    /// A guest is put into a room that is full but takes an extra bed.
    RoomFull {
        /// How many it takes without one.
        guests_max: u16,
    },
}

/// A notice's words.
#[must_use]
pub fn notice_message(notice: Notice, language: Language) -> String {
    match language {
        Language::Es => es::notice(notice),
        Language::En => en::notice(notice),
    }
}

/// The length that messages are limited by.
fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text on one line and at most `length_max` long; what was cut off leaves an ellipsis.
fn clip(text: &str, length_max: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(line.trim(), length_max)
}

/// The text at most `length_max` long; what was cut off leaves an ellipsis.
fn cut(text: &str, length_max: usize) -> String {
    if length(text) <= length_max {
        return text.to_owned();
    }
    let mut left = length_max.saturating_sub(1);
    let mut kept = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else { break };
        left = rest;
        kept.push(c);
    }
    let mut kept = kept.trim_end().to_owned();
    kept.push('…');
    kept
}

/// A message as it may be sent.
fn fit(message: String) -> String {
    if length(&message) <= MESSAGE_LENGTH_MAX { message } else { cut(&message, MESSAGE_LENGTH_MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_counts_as_whatsapp_may() {
        assert_eq!(clip("abc", 3), "abc");
        assert_eq!(clip("abcd", 3), "ab…");
        assert_eq!(clip("😀😀😀", 4), "😀…", "a pair of units is never split");
        assert_eq!(clip("a\n\tb", 9), "a  b");
        assert_eq!(length(&fit("é".repeat(5_000))), MESSAGE_LENGTH_MAX);
        assert_eq!(clip("abc", 0), "…");
    }
}
