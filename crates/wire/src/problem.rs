//! Problem documents (RFC 9457).

use posada_core::ids::{BookingId, Millis, RoomTypeId};
use posada_core::problem::{FieldFault, Problem};

use crate::number::Amount;
use crate::stored::{Write, write_members};
use crate::time::Timestamp;
use crate::written;

/// The media type of problem documents.
pub const CONTENT_TYPE: &str = "application/problem+json";

/// What every `type` of a problem begins with; its code follows. They are names, not addresses.
pub const TYPE_PREFIX: &str = "urn:posada:problem:";

/// A type of which too few rooms are free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortageView {
    /// The type.
    pub bungalow_type: RoomTypeId,
    /// Rooms asked for.
    pub asked: u16,
    /// Rooms free for the whole stay.
    pub free: u16,
}

written!(ShortageView { bungalow_type, asked, free });

/// A problem as it is answered. Members that a problem does not have are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemDocument {
    /// In answers of the tools: always `false`.
    pub success: Option<bool>,
    /// In answers of the tools: the same as `detail`.
    pub error: Option<String>,
    /// The kind of problem, as a URI.
    pub r#type: String,
    /// The kind of problem, in English.
    pub title: &'static str,
    /// The HTTP status that it is answered with.
    pub status: u16,
    /// The kind of problem, for programs.
    pub code: &'static str,
    /// This problem, in English.
    pub detail: String,
    /// The fields that are wrong.
    pub fields: Vec<FieldFault>,
    /// What the guest is told.
    pub customer_message: String,
    /// `price_changed`: a quote at today's price.
    pub quote: Option<String>,
    /// `price_changed`: today's price.
    pub total_amount: Option<Amount>,
    /// `price_changed`: the price that was quoted.
    pub quoted_amount: Option<Amount>,
    /// `payment_short`: what is left of the payment.
    pub available_amount: Option<Amount>,
    /// `payment_short`: what is needed.
    pub required_amount: Option<Amount>,
    /// `payment_short`: what is missing.
    pub missing_amount: Option<Amount>,
    /// `payment_pending`: when it is looked for next.
    pub next_check_at: Option<Timestamp>,
    /// `no_availability`: where too few are free.
    pub shortages: Option<Vec<ShortageView>>,
    /// `rate_missing`: the type.
    pub bungalow_type: Option<RoomTypeId>,
    /// `rate_missing`: the first night without a rate.
    pub night: Option<chrono::NaiveDate>,
    /// `over_capacity`: the most guests that fit.
    pub guests_max: Option<u16>,
    /// `already_followed`: by which booking.
    pub followed_by: Option<BookingId>,
    /// When to try again, in seconds.
    pub retry_after_s: Option<u32>,
}

/// The members of the document, as they are written and described: one is named by a word of the language.
macro_rules! document {
    ($($name:literal = $member:ident,)*) => {
        impl Write for ProblemDocument {
            fn write(&self, out: &mut String) {
                write_members(out, &[$(($name, &self.$member)),*]);
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl crate::describe::Describe for ProblemDocument {
            fn describe(known: &mut crate::describe::Schemas) -> serde_json::Value {
                known.refer("Problem", |known| {
                    let mut members = serde_json::Map::new();
                    $(members.insert(
                        $name.to_owned(),
                        crate::describe::of_member(|it: &Self| &it.$member, known),
                    );)*
                    members
                })
            }
        }
    };
}

document! {
    "success" = success,
    "error" = error,
    "type" = r#type,
    "title" = title,
    "status" = status,
    "code" = code,
    "detail" = detail,
    "fields" = fields,
    "customer_message" = customer_message,
    "quote" = quote,
    "total_amount" = total_amount,
    "quoted_amount" = quoted_amount,
    "available_amount" = available_amount,
    "required_amount" = required_amount,
    "missing_amount" = missing_amount,
    "next_check_at" = next_check_at,
    "shortages" = shortages,
    "bungalow_type" = bungalow_type,
    "night" = night,
    "guests_max" = guests_max,
    "followed_by" = followed_by,
    "retry_after_s" = retry_after_s,
}

impl ProblemDocument {
    /// The document of a problem, with the HTTP status and the guest's message that the host chose.
    #[must_use]
    pub fn new(problem: &Problem, status: u16, customer_message: String) -> Self {
        let mut document = Self {
            success: None,
            error: None,
            r#type: format!("{TYPE_PREFIX}{}", problem.code()),
            title: title(problem),
            status,
            code: problem.code(),
            detail: problem.detail(),
            fields: problem.fields(),
            customer_message,
            quote: None,
            total_amount: None,
            quoted_amount: None,
            available_amount: None,
            required_amount: None,
            missing_amount: None,
            next_check_at: None,
            shortages: None,
            bungalow_type: None,
            night: None,
            guests_max: None,
            followed_by: None,
            retry_after_s: None,
        };
        document.add_members(problem);
        document
    }

    fn add_members(&mut self, problem: &Problem) {
        match problem {
            Problem::PriceChanged { quoted, current, quote } => {
                self.quote = Some(quote.clone());
                self.total_amount = Some(Amount(*current));
                self.quoted_amount = Some(Amount(*quoted));
            }
            Problem::PaymentShort { available, required, missing } => {
                self.available_amount = Some(Amount(*available));
                self.required_amount = Some(Amount(*required));
                self.missing_amount = Some(Amount(*missing));
            }
            Problem::PaymentPending { next_check_at, .. } => {
                self.next_check_at = Some(Timestamp(Millis(*next_check_at)));
            }
            Problem::NoAvailability { shortages } => {
                let view = |it: &posada_core::problem::Shortage| ShortageView {
                    bungalow_type: it.room_type.clone(),
                    asked: it.asked,
                    free: it.free,
                };
                self.shortages = (!shortages.is_empty()).then(|| shortages.iter().map(view).collect());
            }
            Problem::RateMissing { room_type, night } => {
                self.bungalow_type = Some(room_type.clone());
                self.night = Some(*night);
            }
            Problem::OverCapacity { guests_max, .. } => self.guests_max = Some(*guests_max),
            Problem::AlreadyFollowed { followed_by } => self.followed_by = Some(followed_by.clone()),
            Problem::TooManyRequests { retry_after_s }
            | Problem::BookingInProgress { retry_after_s }
            | Problem::Uncertain { retry_after_s }
            | Problem::Unavailable { retry_after_s, .. } => {
                self.retry_after_s = Some(*retry_after_s);
            }
            Problem::BadJson { .. }
            | Problem::Invalid { .. }
            | Problem::MissingBooking
            | Problem::ChildAlone { .. }
            | Problem::QuoteMismatch { .. }
            | Problem::PaymentNotFound { .. }
            | Problem::NothingDue
            | Problem::PaymentUsed { .. }
            | Problem::PaymentCurrency { .. }
            | Problem::CodreserFull
            | Problem::KeyReused
            | Problem::DuplicateBooking
            | Problem::Unauthorized
            | Problem::BadSignature { .. }
            | Problem::Forbidden { .. }
            | Problem::ChallengeFailed
            | Problem::ForceNotAllowed
            | Problem::NotFound
            | Problem::MethodNotAllowed
            | Problem::TooLarge { .. }
            | Problem::UnsupportedMediaType => {}
        }
    }

    /// The same for a tool's caller, who looks at `success` and `error`.
    #[must_use]
    pub fn for_tool(mut self) -> Self {
        self.success = Some(false);
        self.error = Some(self.detail.clone());
        self
    }

    /// The same without what is left of a payment, for a caller who may not know it.
    #[must_use]
    pub fn without_amounts(mut self) -> Self {
        if self.available_amount.is_some() || self.missing_amount.is_some() {
            "The payment is not enough.".clone_into(&mut self.detail);
            self.error = self.error.map(|_| self.detail.clone());
        }
        self.available_amount = None;
        self.required_amount = None;
        self.missing_amount = None;
        self
    }
}

/// The HTTP status of a problem.
#[must_use]
pub fn status(problem: &Problem) -> u16 {
    match problem {
        Problem::BadJson { .. } => 400,
        Problem::Unauthorized | Problem::BadSignature { .. } => 401,
        Problem::Forbidden { .. } | Problem::ChallengeFailed | Problem::ForceNotAllowed => 403,
        Problem::NotFound | Problem::PaymentNotFound { .. } => 404,
        Problem::MethodNotAllowed => 405,
        Problem::NoAvailability { .. }
        | Problem::PriceChanged { .. }
        | Problem::NothingDue
        | Problem::PaymentUsed { .. }
        | Problem::DuplicateBooking
        | Problem::BookingInProgress { .. }
        | Problem::AlreadyFollowed { .. } => 409,
        Problem::TooLarge { .. } => 413,
        Problem::UnsupportedMediaType => 415,
        Problem::Invalid { .. }
        | Problem::MissingBooking
        | Problem::OverCapacity { .. }
        | Problem::ChildAlone { .. }
        | Problem::RateMissing { .. }
        | Problem::QuoteMismatch { .. }
        | Problem::PaymentShort { .. }
        | Problem::PaymentCurrency { .. }
        | Problem::CodreserFull
        | Problem::KeyReused => 422,
        Problem::TooManyRequests { .. } => 429,
        Problem::PaymentPending { .. } => 202,
        Problem::Uncertain { .. } | Problem::Unavailable { .. } => 503,
    }
}

/// The kind of problem in a few English words; the same for every problem of its code.
pub(crate) fn title(problem: &Problem) -> &'static str {
    match problem {
        Problem::BadJson { .. } => "The body is not JSON",
        Problem::Invalid { .. } => "Some fields are missing or wrong",
        Problem::MissingBooking => "No room is asked for",
        Problem::OverCapacity { .. } => "The guests do not fit",
        Problem::ChildAlone { .. } => "A child without an adult",
        Problem::NoAvailability { .. } => "Too few rooms are free",
        Problem::RateMissing { .. } => "A night has no rate",
        Problem::PriceChanged { .. } => "The price has changed",
        Problem::QuoteMismatch { .. } => "The quote is for something else",
        Problem::PaymentNotFound { .. } => "No such payment",
        Problem::PaymentPending { .. } => "The payment is not there yet",
        Problem::NothingDue => "Nothing is left to pay",
        Problem::PaymentUsed { .. } => "The payment is used up",
        Problem::PaymentShort { .. } => "The payment is not enough",
        Problem::PaymentCurrency { .. } => "The payment is in another currency",
        Problem::CodreserFull => "The payment cannot take more reservation codes",
        Problem::BookingInProgress { .. } => "The booking still runs",
        Problem::AlreadyFollowed { .. } => "The booking is followed already",
        Problem::KeyReused => "The idempotency key belongs to another request",
        Problem::DuplicateBooking => "The same booking lives already",
        Problem::Unauthorized => "A key is needed",
        Problem::BadSignature { .. } => "The request's signature does not hold",
        Problem::Forbidden { .. } => "Not allowed with this key",
        Problem::ChallengeFailed => "It was not shown that a person asks",
        Problem::ForceNotAllowed => "Only staff may force",
        Problem::NotFound => "Not found",
        Problem::MethodNotAllowed => "Method not allowed",
        Problem::TooLarge { .. } => "The body is too large",
        Problem::UnsupportedMediaType => "The body is of another media type",
        Problem::TooManyRequests { .. } => "Too many attempts",
        Problem::Uncertain { .. } => "It is not known whether it was done",
        Problem::Unavailable { .. } => "A system cannot be reached",
    }
}
