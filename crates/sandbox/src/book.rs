//! The reservation book: who has which room for which night. It cannot hold a room-night twice.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use posada_core::property::Property;
use serde::{Deserialize, Serialize};

/// The nights from `check_in` to the one before `check_out`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nights {
    #[serde(rename = "check_in_date")]
    pub(crate) check_in: NaiveDate,
    #[serde(rename = "check_out_date")]
    pub(crate) check_out: NaiveDate,
}

impl Nights {
    fn iter(self) -> impl Iterator<Item = NaiveDate> {
        self.check_in.iter_days().take_while(move |night| *night < self.check_out)
    }
}

/// What the reservation system can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capabilities {
    /// A reference that was booked already is answered as it was, not booked again.
    pub idempotency: bool,
    /// `GET /reservations/{reference}` is there.
    pub lookup: bool,
    /// `DELETE /reservations/{reference}` is there.
    pub cancel: bool,
    /// `GET /reservations` is there.
    pub list: bool,
    /// It picks the room itself; the one asked for is not looked at.
    pub chooses_rooms: bool,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self { idempotency: true, lookup: true, cancel: true, list: true, chooses_rooms: false }
    }
}

impl std::str::FromStr for Capabilities {
    type Err = String;

    /// Reads a comma separated list; what is not in it is not there.
    fn from_str(list: &str) -> Result<Self, String> {
        let mut capabilities =
            Self { idempotency: false, lookup: false, cancel: false, list: false, chooses_rooms: false };
        for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match name {
                "idempotency" => capabilities.idempotency = true,
                "lookup" => capabilities.lookup = true,
                "cancel" => capabilities.cancel = true,
                "list" => capabilities.list = true,
                "chooses_rooms" => capabilities.chooses_rooms = true,
                other => return Err(format!("there is no capability `{other}`")),
            }
        }
        Ok(capabilities)
    }
}

/// Whether a reservation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Booked,
    Cancelled,
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reservation {
    pub(crate) reference: String,
    pub(crate) reserva: String,
    pub(crate) room_number: String,
    pub(crate) bungalow_type: String,
    #[serde(flatten)]
    pub(crate) nights: Nights,
    pub(crate) status: Status,
    /// Milliseconds since 1970.
    pub(crate) made_at_ms: i64,
    pub(crate) body_sha256: String,
}

/// What changes the book: the lines of its journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Event {
    Booked { reservation: Reservation },
    Cancelled { reserva: String },
    Renamed { reserva: String, to: String },
    FrontDesk { room_number: String, nights: Nights, taken: bool },
    Capabilities { capabilities: Capabilities },
    Reset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    FrontDesk,
    /// By its place in the list.
    Reservation(usize),
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) number: String,
    pub(crate) room_type: String,
}

/// What is asked of the book for one room.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) reference: &'a str,
    pub(crate) room_number: &'a str,
    pub(crate) bungalow_type: &'a str,
    pub(crate) nights: Nights,
    pub(crate) body_sha256: &'a str,
}

/// What the book makes of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Booking {
    /// It is to be written down.
    New(Event),
    /// It was booked before.
    Known(Reservation),
    /// No.
    Refused(String),
    /// The reference was used for something else.
    OtherBody,
}

/// The book.
#[derive(Debug)]
pub(crate) struct Book {
    rooms: Vec<Room>,
    first_code: u64,
    next_code: u64,
    owners: BTreeMap<(String, NaiveDate), Owner>,
    reservations: Vec<Reservation>,
    by_reference: BTreeMap<String, Vec<usize>>,
    pub(crate) capabilities: Capabilities,
}

impl Book {
    pub(crate) fn new(hotel: &Property, first_code: u64, capabilities: Capabilities) -> Self {
        let rooms = hotel.room_types.iter().flat_map(|room_type| {
            room_type.rooms.iter().map(|room| Room {
                number: room.as_str().to_owned(),
                room_type: room_type.id.as_str().to_owned(),
            })
        });
        Self {
            rooms: rooms.collect(),
            first_code,
            next_code: first_code,
            owners: BTreeMap::new(),
            reservations: Vec::new(),
            by_reference: BTreeMap::new(),
            capabilities,
        }
    }

    /// The rooms that are free for every night, in the hotel's order.
    pub(crate) fn free(&self, nights: Nights) -> impl DoubleEndedIterator<Item = &Room> {
        self.rooms.iter().filter(move |room| self.is_free(&room.number, nights))
    }

    pub(crate) fn has_room(&self, number: &str) -> bool {
        self.rooms.iter().any(|room| room.number == number)
    }

    fn is_free(&self, room: &str, nights: Nights) -> bool {
        nights.iter().all(|night| !self.owners.contains_key(&(room.to_owned(), night)))
    }

    /// Decides about a room.
    pub(crate) fn book(&self, wish: Wish<'_>, now_ms: i64) -> Booking {
        if self.capabilities.idempotency
            && let Some(known) = self.latest(wish.reference)
        {
            return if known.body_sha256 != wish.body_sha256 {
                Booking::OtherBody
            } else if known.status == Status::Cancelled {
                Booking::Refused(format!("reservation {} was cancelled", known.reserva))
            } else {
                Booking::Known(known.clone())
            };
        }
        let room = if self.capabilities.chooses_rooms {
            // From the end, so that it is seldom the room that was wished for.
            self.free(wish.nights).rfind(|room| room.room_type == wish.bungalow_type)
        } else {
            self.free(wish.nights).find(|room| room.number == wish.room_number)
        };
        let Some(room) = room else {
            return Booking::Refused(if self.capabilities.chooses_rooms {
                format!("no room of the type {} is free", wish.bungalow_type)
            } else {
                format!("room {} is not free", wish.room_number)
            });
        };
        Booking::New(Event::Booked {
            reservation: Reservation {
                reference: wish.reference.to_owned(),
                reserva: self.next_code.to_string(),
                room_number: room.number.clone(),
                bungalow_type: room.room_type.clone(),
                nights: wish.nights,
                status: Status::Booked,
                made_at_ms: now_ms,
                body_sha256: wish.body_sha256.to_owned(),
            },
        })
    }

    /// The reservation of the reference that stands, or else the last that was cancelled.
    pub(crate) fn latest(&self, reference: &str) -> Option<&Reservation> {
        let mut all = self.of(reference);
        all.clone().rfind(|it| it.status == Status::Booked).or_else(|| all.next_back())
    }

    /// Every reservation made under the reference; without idempotency there can be several.
    pub(crate) fn of(&self, reference: &str) -> impl DoubleEndedIterator<Item = &Reservation> + Clone {
        let places = self.by_reference.get(reference).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|place| self.reservations.get(*place))
    }

    /// All reservations, oldest first.
    pub(crate) fn reservations(&self) -> &[Reservation] {
        &self.reservations
    }

    /// Rooms and nights that the front desk has.
    pub(crate) fn front_desk(&self) -> impl Iterator<Item = (&str, NaiveDate)> {
        let taken = self.owners.iter().filter(|(_, owner)| **owner == Owner::FrontDesk);
        taken.map(|((room, night), _)| (room.as_str(), *night))
    }

    /// Carries out what was decided, or is read from the journal.
    pub(crate) fn apply(&mut self, event: &Event) {
        match event {
            Event::Booked { reservation } => {
                let place = self.reservations.len();
                for night in reservation.nights.iter() {
                    let before = self
                        .owners
                        .insert((reservation.room_number.clone(), night), Owner::Reservation(place));
                    assert!(before.is_none(), "room {} was free for {night}", reservation.room_number);
                }
                self.by_reference.entry(reservation.reference.clone()).or_default().push(place);
                if let Ok(code) = reservation.reserva.parse::<u64>() {
                    self.next_code = self.next_code.max(code.saturating_add(1));
                }
                self.reservations.push(reservation.clone());
            }
            Event::Cancelled { reserva } => {
                let found = self.reservations.iter_mut().enumerate().find(|(_, it)| it.reserva == *reserva);
                if let Some((place, reservation)) = found {
                    reservation.status = Status::Cancelled;
                    self.owners.retain(|_, owner| *owner != Owner::Reservation(place));
                }
            }
            Event::Renamed { reserva, to } => {
                if let Some(reservation) = self.reservations.iter_mut().find(|it| it.reserva == *reserva) {
                    reservation.reserva.clone_from(to);
                }
            }
            Event::FrontDesk { room_number, nights, taken } => {
                for night in nights.iter() {
                    let key = (room_number.clone(), night);
                    match (taken, self.owners.get(&key)) {
                        (true, None) => drop(self.owners.insert(key, Owner::FrontDesk)),
                        (false, Some(Owner::FrontDesk)) => drop(self.owners.remove(&key)),
                        // A reservation stays whose it is.
                        (true | false, _) => {}
                    }
                }
            }
            Event::Capabilities { capabilities } => self.capabilities = *capabilities,
            Event::Reset => {
                self.owners.clear();
                self.reservations.clear();
                self.by_reference.clear();
                self.next_code = self.first_code;
            }
        }
    }
}
