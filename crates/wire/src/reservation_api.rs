//! The hotel's reservation API: what it is told, and what its answers mean (`docs/reservation-api.md`).
//!
//! The other side is a program of somebody else's, so an answer is believed only where it is exactly what was agreed.
//! Whatever else it is says nothing: the call may have been carried out ([`Failure::Unknown`]).

use posada_core::booking::effect::{Failure, Reservation, RoomOrder};
use posada_core::ids::{Millis, ReservationCode, RoomNumber, RoomTypeId};
use posada_core::payment::method::PaymentMethod;
use posada_core::property::RoomType;
use posada_core::sorted::Set;

use crate::field::{Members, Node};
use crate::number::Amount;
use crate::read::parse;
use crate::stored::write_members;
use crate::time;

/// The largest answer about one reservation, in bytes.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// The largest answer that is a list, in bytes.
pub const LIST_BYTES_MAX: usize = 1024 * 1024;
/// The most reservations of one page.
pub const PAGE_LENGTH_MAX: usize = 500;
/// The most characters of the API's own words that are kept.
const ERROR_CHARS_MAX: usize = 300;
/// The most characters of a reference or a cursor in a list.
const NAME_CHARS_MAX: usize = 200;
/// The longest time that the other side may ask to be left alone; what is longer is taken for this.
const RETRY_AFTER_MS_MAX: i64 = 24 * 3_600_000;

/// An answer over HTTP, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its status.
    pub status: u16,
    /// Its header `Retry-After`.
    pub retry_after: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

/// What the API can do, as the deployment declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiCapabilities {
    /// A call repeated with the same reference books once and answers the same.
    pub idempotency: bool,
    /// A reservation can be looked up by our reference.
    pub lookup: bool,
    /// A reservation can be cancelled.
    pub cancel: bool,
    /// Reservations can be listed.
    pub list: bool,
    /// The API chooses the room; the order's is a wish.
    pub chooses_rooms: bool,
}

impl ApiCapabilities {
    /// What is meant where nothing is declared.
    pub const DEFAULT: Self =
        Self { idempotency: true, lookup: true, cancel: true, list: true, chooses_rooms: false };

    /// Reads a declaration: names separated by commas. An empty one means none.
    ///
    /// # Errors
    /// The name that is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut all =
            Self { idempotency: false, lookup: false, cancel: false, list: false, chooses_rooms: false };
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "idempotency" => all.idempotency = true,
                "lookup" => all.lookup = true,
                "cancel" => all.cancel = true,
                "list" => all.list = true,
                "chooses_rooms" => all.chooses_rooms = true,
                _ => return Err(name.to_owned()),
            }
        }
        Ok(all)
    }
}

/// A room that the API says is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRoom {
    /// The room.
    pub room: RoomNumber,
    /// Its type, as the API has it.
    pub room_type: RoomTypeId,
}

crate::stored_record!(ListedRoom { room, room_type });

/// A reservation of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedReservation {
    /// The reference under which it was booked, as the API has it: it may be nobody's of ours.
    pub reference: String,
    /// Its code.
    pub reserva: ReservationCode,
    /// Its room.
    pub room: RoomNumber,
    /// Whether it lives, or was cancelled.
    pub is_booked: bool,
    /// When it was made.
    pub made_at: Millis,
}

crate::stored_record!(ListedReservation { reference, reserva, room, is_booked, made_at });

/// Some reservations, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The reservations.
    pub reservations: Vec<ListedReservation>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<String>,
}

crate::stored_record!(Page { reservations, next });

/// The body of an order. `currency` is the one of its amount.
#[must_use]
pub fn order_text(order: &RoomOrder, currency: &str) -> String {
    let guests = &order.requested.guests;
    let guest = &order.guest;
    let reference = match order.payment.method {
        PaymentMethod::CompraClick => "authorization_number",
        PaymentMethod::DepositoBac => "transfer_id",
    };
    let mut text = String::new();
    write_members(
        &mut text,
        &[
            ("reference", &order.reference.to_string()),
            ("room_number", &order.room),
            ("bungalow_type", &order.requested.room_type),
            ("check_in_date", &order.stay.check_in()),
            ("check_out_date", &order.stay.check_out()),
            ("package_type", &order.package),
            ("adults", &guests.adults),
            ("children_0_5", &guests.children_0_5),
            ("children_6_10", &guests.children_6_10),
            ("extra_beds", &order.requested.extra_beds),
            ("amount", &Amount(order.amount)),
            ("currency", &currency),
            ("customer_name", &guest.customer_name),
            ("email", &guest.email),
            ("phone_number", &guest.phone_number),
            ("city", &guest.city),
            ("dui_passport", &guest.dui_passport),
            ("nationality", &guest.nationality),
            ("payment_method", &order.payment.method),
            (reference, &order.payment.reference),
            ("payment_maker_name", &order.payment_maker_name),
            ("customer_instructions", &order.customer_instructions),
        ],
    );
    text
}

/// What the answer to an order means. `ordered` is the room that was asked for, where the API may not choose another
/// without saying so: it may then leave out which one it is.
///
/// # Errors
/// [`Failure`]: refused in the API's own words, to be tried again later, or not known.
pub fn read_booked(
    reply: &Reply,
    ordered: Option<&RoomNumber>,
    now: Millis,
) -> Result<Reservation, Failure<String>> {
    let mut members = agreed(reply, now)?;
    reservation(&mut members, ordered).ok_or(Failure::Unknown)
}

/// What the answer to a look-up means: `None` where there is no such reservation, or none that lives.
///
/// # Errors
/// [`Failure::Retryable`] or [`Failure::Unknown`]; a question is never refused.
pub fn read_found(reply: &Reply, now: Millis) -> Result<Option<Reservation>, Failure<String>> {
    let mut members = match agreed(reply, now) {
        Ok(members) => members,
        Err(Failure::Refused(_)) if reply.status == 404 => return Ok(None),
        // "No" to a question may be anything but an answer.
        Err(Failure::Refused(_)) => return Err(Failure::Unknown),
        Err(failure) => return Err(failure),
    };
    let found = reservation(&mut members, None);
    match (is_booked(&mut members), found) {
        (Some(true), Some(reservation)) => Ok(Some(reservation)),
        (Some(false), Some(_)) => Ok(None),
        _ => Err(Failure::Unknown),
    }
}

/// What the answer to a cancellation means. Where there is no such reservation nothing is left to cancel.
///
/// # Errors
/// [`Failure`]: refused in the API's own words, to be tried again later, or not known.
pub fn read_cancelled(reply: &Reply, now: Millis) -> Result<(), Failure<String>> {
    match agreed(reply, now) {
        Ok(_) => Ok(()),
        Err(Failure::Refused(_)) if reply.status == 404 => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// The rooms that an answer says are free.
///
/// # Errors
/// [`Failure::Retryable`] or [`Failure::Unknown`]: what is free is not known.
pub fn read_free(reply: &Reply, now: Millis) -> Result<Vec<ListedRoom>, Failure<String>> {
    let Node::List(entries) = document(reply, LIST_BYTES_MAX, now)? else { return Err(Failure::Unknown) };
    let all: Option<Vec<ListedRoom>> = entries.into_iter().map(listed_room).collect();
    all.ok_or(Failure::Unknown)
}

/// The reservations of a page.
///
/// # Errors
/// [`Failure::Retryable`] or [`Failure::Unknown`]: which there are is not known.
pub fn read_page(reply: &Reply, now: Millis) -> Result<Page, Failure<String>> {
    page(document(reply, LIST_BYTES_MAX, now)?).ok_or(Failure::Unknown)
}

/// The listed rooms that the hotel has, and those that it has as another type than they are listed with: they are
/// not to be believed. A room that the hotel does not have is passed over.
#[must_use]
pub fn known_rooms(listed: &[ListedRoom], types: &[RoomType]) -> (Set<RoomNumber>, Set<RoomNumber>) {
    let type_of = |room: &RoomNumber| types.iter().find(|it| it.rooms.contains(room)).map(|it| &it.id);
    let contradicts = |it: &&ListedRoom| type_of(&it.room).is_some_and(|known| *known != it.room_type);
    let contradicting: Set<RoomNumber> =
        listed.iter().filter(contradicts).map(|it| it.room.clone()).collect();
    let is_known = |it: &&ListedRoom| type_of(&it.room).is_some() && !contradicting.contains(&it.room);
    (listed.iter().filter(is_known).map(|it| it.room.clone()).collect(), contradicting)
}

/// Whether an answer says that the deployment is set up wrong: its key, its address or what it may do.
#[must_use]
pub fn is_deployment_fault(status: u16) -> bool {
    matches!(status, 400 | 401 | 403)
}

/// How long to wait, by a header `Retry-After`: seconds, or an HTTP date.
#[must_use]
pub fn retry_after_ms(header: &str, now: Millis) -> Option<i64> {
    let header = header.trim();
    let ms = if !header.is_empty() && header.bytes().all(|byte| byte.is_ascii_digit()) {
        header.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1_000)
    } else {
        time::parse_http_date(header)?.0.saturating_sub(now.0)
    };
    Some(ms.clamp(0, RETRY_AFTER_MS_MAX))
}

/// The body of a successful answer.
fn document(reply: &Reply, bytes_max: usize, now: Millis) -> Result<Node, Failure<String>> {
    match reply.status {
        429 => {
            let after_ms = reply.retry_after.as_deref().and_then(|header| retry_after_ms(header, now));
            Err(Failure::Retryable { after_ms })
        }
        200..=299 => parse(&reply.body, bytes_max).map_err(|_| Failure::Unknown),
        _ => Err(Failure::Unknown),
    }
}

/// The members of an answer that says "yes".
fn agreed(reply: &Reply, now: Millis) -> Result<Members, Failure<String>> {
    let node = match reply.status {
        // These may carry a "no", and nothing else.
        404 | 409 | 422 => parse(&reply.body, ANSWER_BYTES_MAX).map_err(|_| Failure::Unknown)?,
        _ => document(reply, ANSWER_BYTES_MAX, now)?,
    };
    let Node::Object(mut members) = node else { return Err(Failure::Unknown) };
    match (members.take("success"), reply.status) {
        (Some(Node::Flag(true)), 200..=299) => Ok(members),
        (Some(Node::Flag(false)), 200 | 404 | 409 | 422) => Err(Failure::Refused(error(&mut members))),
        _ => Err(Failure::Unknown),
    }
}

/// The API's own words for a "no".
fn error(members: &mut Members) -> String {
    let said = members.take("error").and_then(text).unwrap_or_default();
    let plain = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ERROR_CHARS_MAX);
    let plain: String = plain.collect();
    if plain.trim().is_empty() { "no reason was given".to_owned() } else { plain }
}

/// A text; a number is understood for one.
fn text(node: Node) -> Option<String> {
    match node {
        Node::Text(text) => Some(text),
        Node::Whole(number) => Some(number.to_string()),
        Node::Null | Node::Flag(_) | Node::Fraction(_) | Node::List(_) | Node::Object(_) => None,
    }
}

/// The text of a member; `Err` where it is something else.
fn optional(members: &mut Members, name: &str) -> Result<Option<String>, ()> {
    match members.take(name) {
        None | Some(Node::Null) => Ok(None),
        Some(node) => text(node).map(Some).ok_or(()),
    }
}

/// The room that is named as `room_number`, or as `number`. Two different ones are none.
fn room(members: &mut Members) -> Result<Option<RoomNumber>, ()> {
    let (one, other) = (optional(members, "room_number")?, optional(members, "number")?);
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(()),
        (Some(name), _) | (None, Some(name)) => RoomNumber::parse(&name).map(Some).map_err(|_| ()),
        (None, None) => Ok(None),
    }
}

fn reserva(members: &mut Members) -> Option<ReservationCode> {
    ReservationCode::parse(&text(members.take("reserva")?)?).ok()
}

fn reservation(members: &mut Members, ordered: Option<&RoomNumber>) -> Option<Reservation> {
    let code = reserva(members)?;
    let room = room(members).ok()?.or_else(|| ordered.cloned())?;
    Some(Reservation { code, room })
}

fn is_booked(members: &mut Members) -> Option<bool> {
    match text(members.take("status")?)?.as_str() {
        "booked" => Some(true),
        "cancelled" => Some(false),
        _ => None,
    }
}

fn listed_room(node: Node) -> Option<ListedRoom> {
    let Node::Object(mut members) = node else { return None };
    let room = room(&mut members).ok()??;
    let room_type = RoomTypeId::parse(&text(members.take("bungalow_type")?)?).ok()?;
    Some(ListedRoom { room, room_type })
}

fn name(text: String) -> Option<String> {
    let is_name = (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    is_name.then_some(text)
}

fn page(node: Node) -> Option<Page> {
    let Node::Object(mut members) = node else { return None };
    let Node::List(entries) = members.take("reservations")? else { return None };
    if entries.len() > PAGE_LENGTH_MAX {
        return None;
    }
    let next = match optional(&mut members, "next").ok()? {
        Some(cursor) => Some(name(cursor)?),
        None => None,
    };
    let reservations: Option<Vec<ListedReservation>> = entries.into_iter().map(listed_reservation).collect();
    Some(Page { reservations: reservations?, next })
}

fn listed_reservation(node: Node) -> Option<ListedReservation> {
    let Node::Object(mut members) = node else { return None };
    Some(ListedReservation {
        reference: name(text(members.take("reference")?)?)?,
        reserva: reserva(&mut members)?,
        room: room(&mut members).ok()??,
        is_booked: is_booked(&mut members)?,
        made_at: time::parse_timestamp(&text(members.take("made_at")?)?)?,
    })
}
