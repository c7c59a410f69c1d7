//! What can be wrong with a request, as data. What the guest is told about it is [`crate::message`]'s; which
//! HTTP status it has is the host's.

use chrono::NaiveDate;

use crate::ids::{BookingId, LineNo, RoomTypeId};
use crate::money::Money;

/// One field that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field as the caller wrote it: `check_in_date`, `bookings[1].adults`.
    pub field: String,
    /// What is wrong with it, in English, for the developer of the calling program.
    pub message: String,
}

impl FieldFault {
    /// The fault `message` of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A room type of which fewer rooms are free than were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// The type.
    pub room_type: RoomTypeId,
    /// Rooms asked for.
    pub asked: u16,
    /// Rooms free for the whole stay.
    pub free: u16,
}

/// The room of a request that a problem is about, by where its caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomAt {
    /// An entry of `bookings`.
    Bookings {
        /// Which.
        line: LineNo,
    },
    /// An entry of `split`.
    Split {
        /// Which.
        line: LineNo,
    },
    /// The only room of a request that has its fields among its own.
    Single,
}

impl RoomAt {
    /// Which of several it is.
    #[must_use]
    pub fn line(self) -> Option<LineNo> {
        match self {
            Self::Bookings { line } | Self::Split { line } => Some(line),
            Self::Single => None,
        }
    }

    /// Its name as a field, and what follows it there.
    fn named(self, after: &str) -> String {
        let (list, line) = match self {
            Self::Bookings { line } => ("bookings[", line),
            Self::Split { line } => ("split[", line),
            Self::Single => return after.trim_start_matches('.').to_owned(),
        };
        [list, &line.to_string(), "]", after].concat()
    }
}

/// Which of a hotel's systems could not be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// The reservation API.
    Reservations,
    /// The payment database.
    Payments,
    /// Posada's own storage.
    Storage,
}

/// Why a request is refused. Nothing was changed by a request that ends so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The body is not JSON.
    BadJson {
        /// Where and why the parser stopped.
        detail: String,
    },
    /// One or more fields are missing, of the wrong type, out of range or contradict each other.
    Invalid {
        /// Every fault found.
        fields: Vec<FieldFault>,
    },
    /// Neither `bookings` nor the single form was given.
    MissingBooking,
    /// More guests, adults or children in a room than fit, even with its extra beds; or the party fits nowhere.
    OverCapacity {
        /// The room, where one is meant.
        room: Option<RoomAt>,
        /// The most of these guests, extra beds included, that the room or the hotel's free rooms take.
        guests_max: u16,
        /// Which limit stops it, and what is possible instead, in English.
        detail: String,
    },
    /// A room with children and without an adult.
    ChildAlone {
        /// The room, where one is meant.
        room: Option<RoomAt>,
    },
    /// Too few rooms are free.
    NoAvailability {
        /// Where too few are free, by type; empty where no type is meant.
        shortages: Vec<Shortage>,
    },
    /// A night of the stay has no rate for a type that was asked for by name.
    RateMissing {
        /// The type.
        room_type: RoomTypeId,
        /// The first night without a rate.
        night: NaiveDate,
    },
    /// The quote has expired and today's price is another.
    PriceChanged {
        /// What was quoted, in cents.
        quoted: Money,
        /// Today's price, in cents.
        current: Money,
        /// A signed quote with today's price.
        quote: String,
    },
    /// The quote is not for these rooms, guests, dates or package; or it is not one of ours.
    QuoteMismatch {
        /// What differs.
        detail: String,
    },
    /// No payment of that reference, or (on the public route) evidence that does not match, or another's claim.
    PaymentNotFound {
        /// The reference as sent.
        reference: String,
    },
    /// The payment is not in the table yet; it is looked for again.
    PaymentPending {
        /// The reference as sent.
        reference: String,
        /// When it is looked for next, in epoch milliseconds.
        next_check_at: i64,
    },
    /// The booking is paid already.
    NothingDue,
    /// Nothing is left of the payment.
    PaymentUsed {
        /// The reference as sent.
        reference: String,
    },
    /// Something is left of the payment, but less than is needed.
    PaymentShort {
        /// What is left, in cents.
        available: Money,
        /// What is needed, in cents.
        required: Money,
        /// What is missing, in cents.
        missing: Money,
    },
    /// The payment is in another currency than the hotel's.
    PaymentCurrency {
        /// The payment's currency.
        payment: String,
        /// The hotel's currency.
        hotel: String,
    },
    /// The reservation codes would not fit the payment's row.
    CodreserFull,
    /// The booking still runs: what is asked can be done when it ended.
    BookingInProgress {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// Another booking follows that one, for the same guests.
    AlreadyFollowed {
        /// Which.
        followed_by: BookingId,
    },
    /// The idempotency key was used for another request.
    KeyReused,
    /// A booking of the same guest, stay, rooms and payment lives already; it was not confirmed that another is meant.
    DuplicateBooking,
    /// No key, or one that is not known.
    Unauthorized,
    /// A signature that a request claims to have, or must have, does not hold.
    BadSignature {
        /// The header that is wrong, and what it must be.
        fault: FieldFault,
    },
    /// A key whose role may not do this.
    Forbidden {
        /// What is not allowed, in English.
        detail: String,
    },
    /// It was not shown that a person asks, where the hotel wants that.
    ChallengeFailed,
    /// `force_process: true` without the staff key.
    ForceNotAllowed,
    /// No such thing.
    NotFound,
    /// The route exists, but not with this method.
    MethodNotAllowed,
    /// The body is larger than allowed.
    TooLarge {
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// Too many failures or requests.
    TooManyRequests {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// The answer was lost on the way: it may have been done. Repeating the request is harmless and tells.
    Uncertain {
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
    /// A system that is needed could not be reached; nothing had been done.
    Unavailable {
        /// Which.
        system: System,
        /// When to try again, in seconds.
        retry_after_s: u32,
    },
}

impl Problem {
    /// A problem of one field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { fields: vec![FieldFault::new(field, message)] }
    }

    /// The stable name that programs tell problems by.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadJson { .. } => "bad_json",
            Self::Invalid { .. } => "invalid",
            Self::MissingBooking => "missing_booking",
            Self::OverCapacity { .. } => "over_capacity",
            Self::ChildAlone { .. } => "child_alone",
            Self::NoAvailability { .. } => "no_availability",
            Self::RateMissing { .. } => "rate_missing",
            Self::PriceChanged { .. } => "price_changed",
            Self::QuoteMismatch { .. } => "quote_mismatch",
            Self::PaymentNotFound { .. } => "payment_not_found",
            Self::PaymentPending { .. } => "payment_pending",
            Self::NothingDue => "nothing_due",
            Self::PaymentUsed { .. } => "payment_used",
            Self::PaymentShort { .. } => "payment_short",
            Self::PaymentCurrency { .. } => "payment_currency",
            Self::CodreserFull => "codreser_full",
            Self::BookingInProgress { .. } => "booking_in_progress",
            Self::AlreadyFollowed { .. } => "already_followed",
            Self::KeyReused => "key_reused",
            Self::DuplicateBooking => "duplicate_booking",
            Self::Unauthorized => "unauthorized",
            Self::BadSignature { .. } => "bad_signature",
            Self::Forbidden { .. } => "forbidden",
            Self::ChallengeFailed => "challenge_failed",
            Self::ForceNotAllowed => "force_not_allowed",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge { .. } => "too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Uncertain { .. } => "uncertain",
            Self::Unavailable { system: System::Reservations, .. } => "reservations_unavailable",
            Self::Unavailable { system: System::Payments, .. } => "payments_unavailable",
            Self::Unavailable { system: System::Storage, .. } => "storage_unavailable",
        }
    }

    /// What is wrong, in English, for the developer of the calling program. It holds nothing personal.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::BadJson { detail } => format!("The body is not valid JSON: {detail}."),
            Self::Invalid { fields } => {
                // The whole document has no name.
                let say = |fault: &FieldFault| format!("{} {}", fault.field, fault.message).trim().to_owned();
                format!("{}.", fields.iter().map(say).collect::<Vec<_>>().join("; "))
            }
            Self::MissingBooking => "Missing booking information".to_owned(),
            Self::OverCapacity { room, guests_max, detail } => {
                let who = match room {
                    None | Some(RoomAt::Single) => "The party".to_owned(),
                    Some(room) => room.named(""),
                };
                format!("{who} does not fit: {detail} (at most {guests_max} guests).")
            }
            Self::ChildAlone { room: Some(RoomAt::Single) | None } => {
                "Every room with children needs an adult.".to_owned()
            }
            Self::ChildAlone { room: Some(room) } => {
                room.named(" has children without an adult.")
            }
            Self::NoAvailability { shortages } if shortages.is_empty() => {
                "Too few rooms are free for the whole stay.".to_owned()
            }
            Self::NoAvailability { shortages } => {
                let each: Vec<String> = shortages
                    .iter()
                    .map(|s| format!("{} of type {} asked, {} free", s.asked, s.room_type, s.free))
                    .collect();
                format!("Too few rooms are free for the whole stay: {}.", each.join("; "))
            }
            Self::RateMissing { room_type, night } => {
                format!("The tariff has no rate for {room_type} on the night of {night}.")
            }
            Self::PriceChanged { quoted, current, .. } => {
                format!("The quote of {quoted} has expired; today's price is {current}.")
            }
            Self::QuoteMismatch { detail } => format!("The quote does not match: {detail}."),
            Self::PaymentNotFound { .. } => "No such payment, or its evidence or claim does not match.".to_owned(),
            Self::PaymentPending { .. } => {
                "The payment is not known yet; it will be looked for again.".to_owned()
            }
            Self::NothingDue => "Nothing is left to pay for the booking.".to_owned(),
            Self::PaymentUsed { .. } => "Nothing is left of the payment.".to_owned(),
            Self::PaymentShort { available, required, missing } => {
                format!("The payment has {available} left of the {required} needed; {missing} is missing.")
            }
            Self::PaymentCurrency { payment, hotel } => {
                format!("The payment is in {payment}; the hotel's currency is {hotel}.")
            }
            Self::CodreserFull => {
                "The reservation codes would not fit the payment's row; use another payment.".to_owned()
            }
            Self::BookingInProgress { .. } => "The booking still runs; try again when it ended.".to_owned(),
            Self::AlreadyFollowed { followed_by } => {
                format!("Another booking follows that one for the same guests: {followed_by}.")
            }
            Self::KeyReused => "The idempotency key belongs to another request.".to_owned(),
            Self::DuplicateBooking => {
                "The same guest has the same rooms for the same stay by this payment already; \
                 confirm_another: true books them once more."
                    .to_owned()
            }
            Self::Unauthorized => "A key is needed: Authorization: Bearer <key>.".to_owned(),
            Self::BadSignature { fault } => {
                format!("The request's signature does not hold: {} {}.", fault.field, fault.message)
            }
            Self::Forbidden { detail } => detail.clone(),
            Self::ChallengeFailed => {
                "The challenge that shows a person was not passed: send its token in Cf-Turnstile-Response."
                    .to_owned()
            }
            Self::ForceNotAllowed => "force_process: true needs the staff key.".to_owned(),
            Self::NotFound => "There is nothing here.".to_owned(),
            Self::MethodNotAllowed => "This route does not have that method.".to_owned(),
            Self::TooLarge { bytes_max } => format!("The body is larger than {bytes_max} bytes."),
            Self::UnsupportedMediaType => {
                "The body must be application/json, or text/csv for a file of payments.".to_owned()
            }
            Self::TooManyRequests { retry_after_s } => {
                format!("Too many attempts; try again in {retry_after_s} s.")
            }
            Self::Uncertain { .. } => {
                "It may have been done; repeat the same request to know, which is harmless.".to_owned()
            }
            Self::Unavailable { system, .. } => match system {
                System::Reservations => "The reservation API cannot be reached.".to_owned(),
                System::Payments => "The payments cannot be reached.".to_owned(),
                System::Storage => "The storage cannot be reached, no hotel was loaded yet (PUT /v1/staff/settings loads it), or a setting is \
                     wrong (GET /healthz says which)."
                        .to_owned(),
            },
        }
    }

    /// The fields that are wrong; empty where the problem is not one of fields.
    #[must_use]
    pub fn fields(&self) -> Vec<FieldFault> {
        match self {
            Self::Invalid { fields } => fields.clone(),
            Self::OverCapacity { room: Some(room), detail, .. } => {
                // A room that has no name is told by its type, of which the fault speaks.
                let own = if *room == RoomAt::Single { "bungalow_type" } else { "" };
                vec![FieldFault::new(room.named(own), detail.clone())]
            }
            Self::ChildAlone { room: Some(room) } => {
                vec![FieldFault::new(room.named(".adults"), "must be at least 1")]
            }
            Self::MissingBooking => vec![FieldFault::new("bookings", "must have at least one room")],
            Self::QuoteMismatch { detail } => vec![FieldFault::new("quote", detail.clone())],
            Self::UnsupportedMediaType => {
                vec![FieldFault::new(
                    "Content-Type",
                    "must be application/json, or text/csv for a file of payments",
                )]
            }
            Self::AlreadyFollowed { .. } => {
                vec![FieldFault::new("follows", "is followed by another booking")]
            }
            Self::KeyReused => vec![FieldFault::new("Idempotency-Key", "belongs to another request")],
            Self::ForceNotAllowed => vec![FieldFault::new("force_process", "needs the staff key")],
            Self::ChallengeFailed => {
                vec![FieldFault::new("Cf-Turnstile-Response", "must be the token of a challenge just passed")]
            }
            Self::Unauthorized => vec![FieldFault::new("Authorization", "must be Bearer and a key")],
            Self::BadSignature { fault } => vec![fault.clone()],
            Self::BadJson { .. }
            | Self::OverCapacity { room: None, .. }
            | Self::ChildAlone { room: None }
            | Self::NoAvailability { .. }
            | Self::RateMissing { .. }
            | Self::PriceChanged { .. }
            | Self::PaymentNotFound { .. }
            | Self::PaymentPending { .. }
            | Self::NothingDue
            | Self::PaymentUsed { .. }
            | Self::PaymentShort { .. }
            | Self::PaymentCurrency { .. }
            | Self::CodreserFull
            | Self::BookingInProgress { .. }
            | Self::DuplicateBooking
            | Self::Forbidden { .. }
            | Self::NotFound
            | Self::MethodNotAllowed
            | Self::TooLarge { .. }
            | Self::TooManyRequests { .. }
            | Self::Uncertain { .. }
            | Self::Unavailable { .. } => Vec::new(),
        }
    }

    /// The same problem for a caller that spells `bookings` otherwise: with the fields' names and the room changed.
    #[must_use]
    pub fn map_fields(self, rename: fn(&str) -> String, at: fn(LineNo) -> RoomAt) -> Self {
        let at = |room: RoomAt| room.line().map_or(room, at);
        match self {
            Self::OverCapacity { room, guests_max, detail } => {
                Self::OverCapacity { room: room.map(at), guests_max, detail }
            }
            Self::ChildAlone { room } => Self::ChildAlone { room: room.map(at) },
            Self::Invalid { fields } => Self::Invalid {
                fields: fields
                    .into_iter()
                    .map(|fault| FieldFault { field: rename(&fault.field), message: fault.message })
                    .collect(),
            },
            other => other,
        }
    }
}
