//! A booking as it was asked for, well-formed and not yet checked against the hotel's settings.

use chrono::NaiveDate;
use posada_core::booking::request::{
    BookingRequest, Evidence, Guest, PaymentIntent, RequestedRoom, RoomWish, check_rooms,
};
use posada_core::ids::{BookingId, PackageId, WaId};
use posada_core::money::Money;
use posada_core::problem::{Problem, RoomAt};
use posada_core::property::Property;
use posada_core::stay::Stay;

use crate::stay::check_bookable;

/// Who calls, and so what must be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anybody: evidence of the payment is required.
    Public,
    /// The hotel's assistant: the `wa_id` that it talks to is required.
    Assistant,
    /// The hotel's staff: may force.
    Staff,
}

/// What a body is read with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Who calls.
    pub caller: Caller,
    /// The hotel.
    pub property: &'a Property,
    /// The hotel's date.
    pub today: NaiveDate,
    /// Reads a phone number.
    pub phone: ReadPhone<'a>,
}

/// Which of its forms a booking was sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list of rooms, `bookings`.
    Many,
    /// One room, its fields among the others (`make_booking` only).
    Single,
}

impl Form {
    /// The problem with its fields named as this form has them: `adults`, where the core says `bookings[0].adults`.
    #[must_use]
    pub fn name_fields(self, problem: Problem) -> Problem {
        match self {
            Self::Many => problem,
            Self::Single => {
                let name = |field: &str| match field.strip_prefix("bookings[0].") {
                    Some(own) => own.to_owned(),
                    // Too many guests.
                    None if field == "bookings" => "adults".to_owned(),
                    None => field.to_owned(),
                };
                problem.map_fields(name, |_| RoomAt::Single)
            }
        }
    }
}

/// What a phone number is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneSource<'a> {
    /// A WhatsApp id.
    WaId(&'a WaId),
    /// A number as a person writes it.
    Number(&'a str),
}

/// Reads a phone number into E.164, or says what is wrong with it.
pub type ReadPhone<'a> = &'a dyn Fn(PhoneSource<'_>) -> Result<String, String>;

/// A booking as it was asked for, before it is checked against the hotel's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingCommand {
    /// The form it was sent in.
    pub form: Form,
    /// Who books.
    pub guest: Guest,
    /// The WhatsApp id that the assistant talks to. On the public route it is a guest's word, no more.
    pub wa_id: Option<WaId>,
    /// When. Whether it can be booked today is asked later: a repetition is answered when its day has passed, too.
    pub stay: Stay,
    /// The package.
    pub package: PackageId,
    /// The rooms, in line order.
    pub wishes: Vec<RoomWish>,
    /// What each line's extra beds were said to cost, where that was sent and not 0: it must be what they do cost.
    pub extra_beds_costs: Vec<Option<Money>>,
    /// How they are paid.
    pub payment: PaymentIntent,
    /// What shows that the caller has the payment before them.
    pub evidence: Option<Evidence>,
    /// The signed quote to be kept.
    pub quote: Option<String>,
    /// The booking whose failed rooms these replace.
    pub follows: Option<BookingId>,
    /// Whether to cancel all where one finally fails.
    pub all_or_nothing: bool,
    /// Whether staff waive the deposit and a payment that is not there yet.
    pub force_process: bool,
    /// Whether an equal booking that lives is to be passed over.
    pub confirm_another: bool,
    /// What the guest asks of the hotel.
    pub customer_instructions: Option<String>,
}

impl BookingCommand {
    /// Checks what depends on the day and the hotel's settings, and settles the extra beds.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with every field, or the first room that does not fit, with fields named as they were sent.
    pub fn check(&self, property: &Property, today: NaiveDate) -> Result<Vec<RequestedRoom>, Problem> {
        let day = check_bookable(self.stay, today);
        let rooms = check_rooms(property, &self.package, &self.wishes);
        let rooms = match (day, rooms) {
            (Ok(_), rooms) => rooms,
            (Err(Problem::Invalid { mut fields }), Err(Problem::Invalid { fields: more })) => {
                fields.extend(more);
                Err(Problem::Invalid { fields })
            }
            (Err(day), _) => Err(day),
        };
        rooms.map_err(|problem| self.form.name_fields(problem))
    }

    /// The request for these rooms, as [`BookingCommand::check`] gave them.
    #[must_use]
    pub fn into_request(self, rooms: Vec<RequestedRoom>) -> BookingRequest {
        BookingRequest {
            guest: self.guest,
            wa_id: self.wa_id,
            stay: self.stay,
            package: self.package,
            rooms,
            payment: self.payment,
            follows: self.follows,
            all_or_nothing: self.all_or_nothing,
            customer_instructions: self.customer_instructions,
        }
    }
}
