//! Bodies of `POST /v1/bookings` and of the tool `make_booking`, in both its forms.

use posada_core::booking::request::{Guest, PaymentIntent, RoomWish, check_rooms};
use posada_core::ids::{BookingId, ClaimId, PackageId, RoomTypeId, WaId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::method::PaymentMethod;
use posada_core::problem::Problem;
use posada_core::property::{ROOM_LIMIT_MAX, ROOMS_PER_BOOKING_MAX};

use crate::command::{BookingCommand, Caller, Context, Form, PhoneSource, ReadPhone};
use crate::faults::{Faults, Style};
use crate::field::{Field, List, Object, Unknown, body};
use crate::leaf::{Count, Date, Email, Flag, Paragraph, Text};
use crate::number::{Amount, PositiveAmount};
use crate::quote::GuestCount;
use crate::read;
use crate::reference::{EvidenceBody, ReferenceText, read_evidence, read_payment_ref};
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

body! {
    /// A room line as it is sent.
    pub struct LineBody {
        /// The room's type, as `GET /v1/property` spells it, such as `Junior`.
        bungalow_type: RoomTypeId,
        /// Guests of 11 years and more who sleep in it; at least one.
        adults: GuestCount,
        /// Children of 0 to 5 years.
        children_0_5: GuestCount,
        /// Children of 6 to 10 years.
        children_6_10: GuestCount,
        /// Extra beds. They follow from the guests: leave it out, or say exactly as many as they need.
        extra_beds: BedCount,
        /// What the extra beds cost for the stay. They are priced by the tariff: leave it out, or say exactly that.
        extra_beds_cost: Amount,
    }
}

/// A number of extra beds.
type BedCount = Count<0, { ROOM_LIMIT_MAX as i64 }>;

body! {
    /// The body of `make_booking`. `POST /v1/bookings` is the same without the single form and `confirm_another`.
    pub struct BookingBody {
        /// The guest's full name.
        customer_name: Text<NAME_CHARS_MAX>,
        /// The guest's e-mail address.
        email: Email,
        /// The guest's telephone; needed where there is no `wa_id`, or none that is a telephone number.
        phone_number: Text<PHONE_CHARS_MAX>,
        /// The city where the guest lives.
        city: Text<CITY_CHARS_MAX>,
        /// The number of the guest's identity document (DUI) or passport.
        dui_passport: Text<DOCUMENT_CHARS_MAX>,
        /// The guest's nationality.
        nationality: Text<NATIONALITY_CHARS_MAX>,
        /// Arrival, in the hotel's calendar; today or later.
        check_in_date: Date,
        /// Departure, after the arrival; at most 30 nights.
        check_out_date: Date,
        /// The package, as `GET /v1/property` spells it.
        package_type: PackageId,
        /// The rooms, one entry for each, with who sleeps in it.
        bookings: List<Object<LineBody>, ROOMS_PER_BOOKING_MAX>,
        /// The single form: the room's type.
        bungalow_type: RoomTypeId,
        /// The single form: guests of 11 years and more.
        adults: GuestCount,
        /// The single form: children of 0 to 5 years.
        children_0_5: GuestCount,
        /// The single form: children of 6 to 10 years.
        children_6_10: GuestCount,
        /// The single form: extra beds, exactly as many as the guests need.
        extra_beds: BedCount,
        /// The single form: what the extra beds cost, exactly as the tariff has it.
        extra_beds_cost: Amount,
        /// How it was paid.
        payment_method: PaymentMethod,
        /// The payment's authorisation number; with `CompraClick` only.
        authorization_number: ReferenceText,
        /// The transfer's number; with `Depósito BAC` only.
        transfer_id: ReferenceText,
        /// What shows that the caller has the payment before them; required of the public.
        payment_evidence: Object<EvidenceBody>,
        /// How much of the payment to take; left out, it is the total, or what is left if that covers the deposit.
        payment_amount: PositiveAmount,
        /// Who paid, as the payment says it.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// The WhatsApp id of the guest: the digits of an international number. Required of the assistant.
        wa_id: WaId,
        /// The claim that validating the payment opened; left out, the guest's own open claim is taken, or a new one.
        claim: ClaimId,
        /// The signed quote whose price is to be kept; the rooms must be exactly its rooms.
        quote: Text<QUOTE_CHARS_MAX>,
        /// The booking that left guests without a room, where this one is for them.
        follows: BookingId,
        /// `true`: no room unless all of them.
        all_or_nothing: Flag,
        /// `true`: staff waive the deposit.
        force_process: Flag,
        /// `true`: make it although an equal booking lives. Only after the guest has said that they want one more.
        confirm_another: Flag,
        /// What the guest asks of the hotel, in their words.
        customer_instructions: Paragraph<INSTRUCTIONS_CHARS_MAX>,
    }
}

/// Reads the body of `POST /v1/bookings`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault; [`Problem::MissingBooking`] where nothing but the rooms
/// is missing; [`Problem::ForceNotAllowed`].
pub fn read_booking(bytes: &[u8], context: &Context<'_>) -> Result<BookingCommand, Problem> {
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
    let command = convert(body, Form::Many, context, &mut faults);
    if !has_rooms && faults.len() == 1 {
        return Err(Problem::MissingBooking);
    }
    finish(command, faults, context.caller)
}

/// Reads the body of the tool `make_booking`. `bookings` wins over the single form; extra beds of 0 are the same as
/// none said, and mean as many as needed.
///
/// # Errors
/// As [`read_booking`]; [`Problem::MissingBooking`] where there is neither form, whatever else is wrong.
pub fn read_make_booking(bytes: &[u8], context: &Context<'_>) -> Result<BookingCommand, Problem> {
    let body: BookingBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let form = match &body.bookings {
        Field::Given(List(lines)) if lines.is_empty() => return Err(Problem::MissingBooking),
        Field::Given(_) | Field::Wrong(_) => Form::Many,
        Field::Absent if body.bungalow_type.is_absent() => return Err(Problem::MissingBooking),
        Field::Absent => Form::Single,
    };
    let mut faults = Faults::new(Style::Dotted);
    let command = convert(body, form, context, &mut faults);
    finish(command, faults, context.caller)
}

/// Whether a body names a booking that it follows, whatever else is right or wrong in it.
#[must_use]
pub fn is_follower(bytes: &[u8]) -> bool {
    let body: Result<BookingBody, _> = read::read(bytes, read::BODY_BYTES_MAX);
    body.is_ok_and(|body| body.follows.given().is_some())
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
    context: &Context<'_>,
    faults: &mut Faults,
) -> Option<BookingCommand> {
    let customer_name = faults.required("customer_name", body.customer_name).map(|it| it.0);
    let email = faults.required("email", body.email).map(|it| it.0);
    let wa_id_is_absent = body.wa_id.is_absent();
    let wa_id = body.wa_id.given().cloned();
    let number = faults.optional("phone_number", body.phone_number).map(|it| it.0);
    let phone_number = read_phone(wa_id.as_ref(), wa_id_is_absent, number.as_deref(), context.phone, faults);
    let city = faults.required("city", body.city).map(|it| it.0);
    let dui_passport = faults.required("dui_passport", body.dui_passport).map(|it| it.0);
    let nationality = faults.required("nationality", body.nationality).map(|it| it.0);
    let stay = read_stay(body.check_in_date, body.check_out_date, faults);
    let after_stay = faults.len();
    let package = faults.required("package_type", body.package_type);
    let before_lines = faults.len();
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
    let lines_are_right = faults.len() == before_lines;
    let payment = read_payment_ref(body.payment_method, body.authorization_number, body.transfer_id, faults);
    let evidence = read_evidence(body.payment_evidence, context.caller, faults);
    let amount = faults.optional("payment_amount", body.payment_amount).map(|it| it.0);
    let maker_name = faults.required("payment_maker_name", body.payment_maker_name).map(|it| it.0);
    match context.caller {
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
    let (wishes, extra_beds_costs): (Vec<RoomWish>, _) = lines.into_iter().unzip();
    if !faults.is_empty() {
        // What is only asked of a new booking, and so not here, is said as well where the body is refused anyway.
        if let (Some(package), true) = (&package, lines_are_right)
            && let Err(problem @ Problem::Invalid { .. }) = check_rooms(context.property, package, &wishes)
        {
            faults.insert(before_lines, form.name_fields(problem).fields());
        }
        if let Some(Err(problem)) = stay.map(|stay| check_bookable(stay, context.today)) {
            faults.insert(after_stay, problem.fields());
        }
    }
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
    if field.is_absent() || field.given().is_some_and(|List(lines)| lines.is_empty()) {
        faults.push("bookings", "must have at least one room");
        return Vec::new();
    }
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
