//! Bodies of `POST /v1/bookings` and of the tool `make_booking`, in both its forms.

use chrono::NaiveDate;
use posada_core::booking::request::{
    BookingRequest, Evidence, Guest, PaymentIntent, RequestedRoom, RoomWish, check_rooms,
};
use posada_core::ids::{BookingId, ClaimId, PackageId, RoomTypeId, WaId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::problem::{FieldFault, Problem};
use posada_core::property::{Property, ROOM_LIMIT_MAX, ROOMS_PER_BOOKING_MAX};
use posada_core::stay::Stay;
use serde::Deserialize;

use crate::faults::{Faults, Style};
use crate::field::{Field, List, Object, Unknown};
use crate::leaf::{Count, Date, Email, Flag, Paragraph, Text};
use crate::number::{Amount, PositiveAmount};
use crate::quote::GuestCount;
use crate::read;
use crate::stay::{check_bookable, read_stay};
use crate::token::QUOTE_CHARS_MAX;

/// The most characters of a guest's name, and of a payer's.
pub const NAME_CHARS_MAX: usize = 120;
/// The most characters of a telephone number as it is sent.
pub const PHONE_CHARS_MAX: usize = 40;
/// The most characters of a city.
pub const CITY_CHARS_MAX: usize = 100;
/// The most characters of the number of an identity document.
pub const DOCUMENT_CHARS_MAX: usize = 40;
/// The most characters of a nationality.
pub const NATIONALITY_CHARS_MAX: usize = 60;
/// The most characters of what a guest asks of the hotel.
pub const INSTRUCTIONS_CHARS_MAX: usize = 1_000;
/// The most characters of a payment's reference as it is sent; the core says which are one.
pub(crate) const REFERENCE_SENT_CHARS_MAX: usize = 100;

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

/// Which of its forms a booking was sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list of rooms, `bookings`.
    Many,
    /// One room, its fields among the others (`make_booking` only).
    Single,
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

/// A room line as it is sent.
#[derive(Debug, Clone, Deserialize)]
pub struct LineBody {
    bungalow_type: Field<RoomTypeId>,
    adults: Field<GuestCount>,
    children_0_5: Field<GuestCount>,
    children_6_10: Field<GuestCount>,
    extra_beds: Field<BedCount>,
    extra_beds_cost: Field<Amount>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// A number of extra beds.
type BedCount = Count<0, { ROOM_LIMIT_MAX as i64 }>;

/// Evidence of a payment as it is sent.
#[derive(Debug, Clone, Deserialize)]
pub struct EvidenceBody {
    amount: Field<Amount>,
    date: Field<Date>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// A text that names a payment in its own system.
pub(crate) type ReferenceText = Text<REFERENCE_SENT_CHARS_MAX>;

/// The body of `make_booking`. `POST /v1/bookings` is the same without the single form and `confirm_another`.
#[derive(Debug, Clone, Deserialize)]
pub struct BookingBody {
    customer_name: Field<Text<NAME_CHARS_MAX>>,
    email: Field<Email>,
    phone_number: Field<Text<PHONE_CHARS_MAX>>,
    city: Field<Text<CITY_CHARS_MAX>>,
    dui_passport: Field<Text<DOCUMENT_CHARS_MAX>>,
    nationality: Field<Text<NATIONALITY_CHARS_MAX>>,
    check_in_date: Field<Date>,
    check_out_date: Field<Date>,
    package_type: Field<PackageId>,
    bookings: Field<List<Object<LineBody>, ROOMS_PER_BOOKING_MAX>>,
    bungalow_type: Field<RoomTypeId>,
    adults: Field<GuestCount>,
    children_0_5: Field<GuestCount>,
    children_6_10: Field<GuestCount>,
    extra_beds: Field<BedCount>,
    extra_beds_cost: Field<Amount>,
    payment_method: Field<PaymentMethod>,
    authorization_number: Field<ReferenceText>,
    transfer_id: Field<ReferenceText>,
    payment_evidence: Field<Object<EvidenceBody>>,
    payment_amount: Field<PositiveAmount>,
    payment_maker_name: Field<Text<NAME_CHARS_MAX>>,
    wa_id: Field<WaId>,
    claim: Field<ClaimId>,
    quote: Field<Text<QUOTE_CHARS_MAX>>,
    follows: Field<BookingId>,
    all_or_nothing: Field<Flag>,
    force_process: Field<Flag>,
    confirm_another: Field<Flag>,
    customer_instructions: Field<Paragraph<INSTRUCTIONS_CHARS_MAX>>,
    #[serde(flatten)]
    unknown: Unknown,
}

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
        rooms.map_err(|problem| self.name_fields(problem))
    }

    /// The problem with its fields named as this form has them: `adults`, where the core says `bookings[0].adults`.
    #[must_use]
    pub fn name_fields(&self, problem: Problem) -> Problem {
        match self.form {
            Form::Many => problem,
            Form::Single => {
                problem.map_fields(|field| field.strip_prefix("bookings[0].").unwrap_or(field).to_owned())
            }
        }
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

/// Reads the body of `POST /v1/bookings`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault; [`Problem::MissingBooking`] where nothing but the rooms
/// is missing; [`Problem::ForceNotAllowed`].
pub fn read_booking(bytes: &[u8], caller: Caller, phone: ReadPhone<'_>) -> Result<BookingCommand, Problem> {
    let body: BookingBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let has_rooms = match &body.bookings {
        Field::Absent => false,
        Field::Wrong(_) => true,
        Field::Given(List(lines)) => !lines.is_empty(),
    };
    for (name, is_absent) in single_form(&body) {
        if !is_absent {
            faults.push(name, "is not a known field here");
        }
    }
    faults.refuse("confirm_another", &body.confirm_another);
    let command = convert(body, Form::Many, caller, phone, &mut faults);
    if has_rooms {
        return finish(command, faults, caller);
    }
    if faults.is_empty() {
        return Err(Problem::MissingBooking);
    }
    let mut fields = faults.into_list();
    fields.push(FieldFault::new("bookings", "must have at least one room"));
    Err(Problem::Invalid { fields })
}

/// Reads the body of the tool `make_booking`. `bookings` wins over the single form; extra beds of 0 are the same as
/// none said, and mean as many as needed.
///
/// # Errors
/// As [`read_booking`]; [`Problem::MissingBooking`] where there is neither form, whatever else is wrong.
pub fn read_make_booking(
    bytes: &[u8],
    caller: Caller,
    phone: ReadPhone<'_>,
) -> Result<BookingCommand, Problem> {
    let body: BookingBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let form = match &body.bookings {
        Field::Given(List(lines)) if lines.is_empty() => return Err(Problem::MissingBooking),
        Field::Given(_) | Field::Wrong(_) => Form::Many,
        Field::Absent if body.bungalow_type.is_absent() => return Err(Problem::MissingBooking),
        Field::Absent => Form::Single,
    };
    let mut faults = Faults::new(Style::Dotted);
    let command = convert(body, form, caller, phone, &mut faults);
    finish(command, faults, caller)
}

fn finish(
    command: Option<BookingCommand>,
    faults: Faults,
    caller: Caller,
) -> Result<BookingCommand, Problem> {
    let command = faults.finish(command)?;
    if command.force_process && caller != Caller::Staff {
        return Err(Problem::ForceNotAllowed);
    }
    Ok(command)
}

/// The fields of the single form, and whether each is absent.
fn single_form(body: &BookingBody) -> [(&'static str, bool); 6] {
    [
        ("bungalow_type", body.bungalow_type.is_absent()),
        ("adults", body.adults.is_absent()),
        ("children_0_5", body.children_0_5.is_absent()),
        ("children_6_10", body.children_6_10.is_absent()),
        ("extra_beds", body.extra_beds.is_absent()),
        ("extra_beds_cost", body.extra_beds_cost.is_absent()),
    ]
}

fn convert(
    body: BookingBody,
    form: Form,
    caller: Caller,
    phone: ReadPhone<'_>,
    faults: &mut Faults,
) -> Option<BookingCommand> {
    let customer_name = faults.required("customer_name", body.customer_name).map(|it| it.0);
    let email = faults.required("email", body.email).map(|it| it.0);
    let wa_id_is_absent = body.wa_id.is_absent();
    let wa_id = body.wa_id.given().cloned();
    let number = faults.optional("phone_number", body.phone_number).map(|it| it.0);
    let phone_number = read_phone(wa_id.as_ref(), wa_id_is_absent, number.as_deref(), phone, faults);
    let city = faults.required("city", body.city).map(|it| it.0);
    let dui_passport = faults.required("dui_passport", body.dui_passport).map(|it| it.0);
    let nationality = faults.required("nationality", body.nationality).map(|it| it.0);
    let stay = read_stay(body.check_in_date, body.check_out_date, faults);
    let package = faults.required("package_type", body.package_type);
    let lines = match form {
        Form::Many => read_lines(body.bookings, faults),
        Form::Single => {
            let line = LineBody {
                bungalow_type: body.bungalow_type,
                adults: body.adults,
                children_0_5: body.children_0_5,
                children_6_10: body.children_6_10,
                extra_beds: body.extra_beds,
                extra_beds_cost: body.extra_beds_cost,
                unknown: Unknown::default(),
            };
            read_line(line, faults).into_iter().collect()
        }
    };
    let payment = read_payment_ref(body.payment_method, body.authorization_number, body.transfer_id, faults);
    let evidence = read_evidence(body.payment_evidence, caller, faults);
    let amount = faults.optional("payment_amount", body.payment_amount).map(|it| it.0);
    let maker_name = faults.required("payment_maker_name", body.payment_maker_name).map(|it| it.0);
    match caller {
        Caller::Assistant => faults.required("wa_id", body.wa_id),
        Caller::Public | Caller::Staff => faults.optional("wa_id", body.wa_id),
    };
    let claim = faults.optional("claim", body.claim);
    let quote = faults.optional("quote", body.quote).map(|it| it.0);
    let follows = faults.optional("follows", body.follows);
    let mut flag = |name: &str, field| faults.optional(name, field).is_some_and(|Flag(flag)| flag);
    let all_or_nothing = flag("all_or_nothing", body.all_or_nothing);
    let force_process = flag("force_process", body.force_process);
    let confirm_another = flag("confirm_another", body.confirm_another);
    let customer_instructions =
        faults.optional("customer_instructions", body.customer_instructions).map(|it| it.0);
    faults.unknown(&body.unknown);
    let (wishes, extra_beds_costs) = lines.into_iter().unzip();
    Some(BookingCommand {
        form,
        guest: Guest {
            customer_name: customer_name?,
            email: email?,
            phone_number: phone_number?,
            city: city?,
            dui_passport: dui_passport?,
            nationality: nationality?,
        },
        wa_id,
        stay: stay?,
        package: package?,
        wishes,
        extra_beds_costs,
        payment: PaymentIntent { payment: payment?, amount, maker_name: maker_name?, claim },
        evidence,
        quote,
        follows,
        all_or_nothing,
        force_process,
        confirm_another,
        customer_instructions,
    })
}

/// The phone in E.164: the `wa_id`'s, else the number's.
fn read_phone(
    wa_id: Option<&WaId>,
    wa_id_is_absent: bool,
    number: Option<&str>,
    phone: ReadPhone<'_>,
    faults: &mut Faults,
) -> Option<String> {
    let by_wa_id = wa_id.map(|id| phone(PhoneSource::WaId(id)));
    if let Some(Ok(found)) = by_wa_id {
        return Some(found);
    }
    match (number.map(|number| phone(PhoneSource::Number(number))), by_wa_id) {
        (Some(Ok(found)), _) => return Some(found),
        (Some(Err(message)), _) => faults.push("phone_number", message),
        (None, Some(Err(message))) => faults.push("wa_id", message),
        (None, _) if wa_id_is_absent => faults.push("phone_number", "is required where there is no wa_id"),
        // What is wrong with the `wa_id` is said in its own place.
        (None, _) => {}
    }
    None
}

fn read_lines(
    field: Field<List<Object<LineBody>, ROOMS_PER_BOOKING_MAX>>,
    faults: &mut Faults,
) -> Vec<(RoomWish, Option<Money>)> {
    let List(bodies) = faults.optional("bookings", field).unwrap_or(List(Vec::new()));
    let line = |(index, body)| {
        faults.within_entry("bookings", index, |faults| {
            let Object(body) = faults.required("", body)?;
            read_line(body, faults)
        })
    };
    bodies.into_iter().enumerate().filter_map(line).collect()
}

/// Reads a line. How many sleep in the room must be said of every band: money depends on it.
fn read_line(body: LineBody, faults: &mut Faults) -> Option<(RoomWish, Option<Money>)> {
    let room_type = faults.required("bungalow_type", body.bungalow_type);
    let mut count = |name: &str, field| faults.required(name, field).map(GuestCount::small);
    let adults = count("adults", body.adults);
    let children_0_5 = count("children_0_5", body.children_0_5);
    let children_6_10 = count("children_6_10", body.children_6_10);
    let extra_beds = faults.optional("extra_beds", body.extra_beds).map(BedCount::small);
    let cost = faults.optional("extra_beds_cost", body.extra_beds_cost).map(|it| it.0);
    faults.unknown(&body.unknown);
    let guests = Occupancy { adults: adults?, children_6_10: children_6_10?, children_0_5: children_0_5? };
    let wish = RoomWish { room_type: room_type?, guests, extra_beds: extra_beds.filter(|beds| *beds > 0) };
    Some((wish, cost.filter(|cost| *cost > Money::ZERO)))
}

/// Reads the payment's method and the reference that belongs to it; the other method's must not be sent.
pub(crate) fn read_payment_ref(
    method: Field<PaymentMethod>,
    authorization_number: Field<ReferenceText>,
    transfer_id: Field<ReferenceText>,
    faults: &mut Faults,
) -> Option<PaymentRef> {
    let method = faults.required("payment_method", method);
    read_reference(method, authorization_number, transfer_id, faults)
}

/// Reads the reference that belongs to the method.
pub(crate) fn read_reference(
    method: Option<PaymentMethod>,
    authorization_number: Field<ReferenceText>,
    transfer_id: Field<ReferenceText>,
    faults: &mut Faults,
) -> Option<PaymentRef> {
    let mut found = None;
    for (owner, field) in
        [(PaymentMethod::CompraClick, authorization_number), (PaymentMethod::DepositoBac, transfer_id)]
    {
        let name = owner.reference_field();
        match method {
            Some(method) if method == owner => {
                let Some(Text(text)) = faults.required(name, field) else { continue };
                found = PaymentRef::parse(method, &text);
                if found.is_none() {
                    faults.push(name, "must have 1 to 40 letters, digits, -, _, . or /");
                }
            }
            Some(method) if !field.is_absent() => {
                let own = method.reference_field();
                faults.push(name, format!("does not belong to {method}; send {own} alone"));
            }
            Some(_) | None => {
                faults.optional(name, field);
            }
        }
    }
    found
}

/// Reads `payment_evidence`, which the public must send.
pub(crate) fn read_evidence(
    field: Field<Object<EvidenceBody>>,
    caller: Caller,
    faults: &mut Faults,
) -> Option<Evidence> {
    let body = match caller {
        Caller::Public => faults.required("payment_evidence", field),
        Caller::Assistant | Caller::Staff => faults.optional("payment_evidence", field),
    };
    let Object(body) = body?;
    faults.within("payment_evidence", |faults| {
        let amount = faults.required("amount", body.amount);
        let date = faults.required("date", body.date);
        faults.unknown(&body.unknown);
        Some(Evidence { amount: amount?.0, date: date?.0 })
    })
}
