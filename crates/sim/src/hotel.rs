//! A model of the hotel's object: holds by room and night and the embedded reservation book, with the semantics of
//! the Worker's `PropertyObject`. Each call is one transaction.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use posada_core::booking::effect::{Holding, Reservation, RoomNeed, RoomOrder};
use posada_core::booking::journal::HeldRoom;
use posada_core::ids::{BookingId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use posada_core::property::Property;
use posada_core::select::assign_rooms;
use posada_core::sorted::Set;
use posada_core::stay::Stay;

use crate::mutation::{Mutation, Planted};

/// Who has a room for a night. A night without an expiry is a reservation's.
#[derive(Debug, Clone)]
pub(crate) struct Night {
    pub(crate) booking: BookingId,
    pub(crate) line: LineNo,
    generation: u32,
    code: u32,
    pub(crate) expires: Option<Millis>,
}

/// A reservation of the embedded book.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) code: ReservationCode,
    pub(crate) room: RoomNumber,
    pub(crate) stay: Stay,
    pub(crate) is_cancelled: bool,
}

#[derive(Debug)]
pub(crate) struct Hotel {
    property: Property,
    pub(crate) nights: BTreeMap<(RoomNumber, NaiveDate), Night>,
    pub(crate) book: BTreeMap<Reference, Entry>,
    next_code: u32,
    planted: Planted,
}

impl Hotel {
    pub(crate) fn new(property: Property, planted: Planted) -> Self {
        let next_code = property.policy.reservation_code_first;
        Self { property, nights: BTreeMap::new(), book: BTreeMap::new(), next_code, planted }
    }

    fn free(&self, stay: &Stay, now: Millis, booking: &BookingId) -> Set<RoomNumber> {
        let is_taken = |room: &RoomNumber| {
            stay.nights().any(|night| {
                self.nights.get(&(room.clone(), night)).is_some_and(|it| {
                    let is_live = it.expires.is_none_or(|expires| expires > now);
                    is_live
                        && !(self.planted.is(Mutation::SelectionIgnoresSiblings) && it.booking == *booking)
                })
            })
        };
        let rooms = self.property.room_types.iter().flat_map(|room_type| &room_type.rooms);
        rooms.filter(|room| !is_taken(room)).cloned().collect()
    }

    /// Picks rooms and holds them; `outside` are those that the reservation API has free, where there is one.
    pub(crate) fn hold(
        &mut self,
        booking: &BookingId,
        stay: &Stay,
        needs: &[RoomNeed],
        now: Millis,
        ttl_ms: i64,
        outside: Option<&Set<RoomNumber>>,
    ) -> Holding {
        let asked: Vec<(LineNo, u32)> = needs.iter().map(|need| (need.line, need.generation)).collect();
        let expires_at = now.plus(ttl_ms);
        if needs.iter().any(|need| need.holds.is_some()) {
            let rooms = self.prolong(booking, stay, needs, now, expires_at);
            return Holding { asked, rooms, expires_at };
        }
        let mut own: BTreeMap<LineNo, (HeldRoom, Option<Millis>)> = BTreeMap::new();
        for ((room, _), night) in &self.nights {
            if night.booking == *booking && asked.contains(&(night.line, night.generation)) {
                let held = HeldRoom { line: night.line, generation: night.generation, room: room.clone() };
                own.insert(night.line, (held, night.expires));
            }
        }
        let earliest = own.values().filter_map(|(_, expires)| *expires).min();
        let is_known = !self.planted.is(Mutation::RepeatedHoldTakesMore);
        if let Some(expires_at) = earliest.filter(|expires| *expires > now && is_known) {
            let rooms: Vec<HeldRoom> = own.into_values().map(|(held, _)| held).collect();
            let asked = rooms.iter().map(|held| (held.line, held.generation)).collect();
            return Holding { asked, rooms, expires_at };
        }
        if is_known {
            let lines: Vec<LineNo> = needs.iter().map(|need| need.line).collect();
            self.nights.retain(|_, night| match night.expires {
                None => true,
                Some(expires) => expires > now && !(night.booking == *booking && lines.contains(&night.line)),
            });
        }
        let is_free = |room: &RoomNumber| outside.is_none_or(|outside| outside.contains(room));
        let free: Set<RoomNumber> =
            self.free(stay, now, booking).iter().filter(|room| is_free(room)).cloned().collect();
        let rooms = assign_rooms(&self.property.room_types, needs, &free, &Set::new());
        for held in &rooms {
            let code = self.next_code;
            self.next_code += u32::from(!self.planted.is(Mutation::CodesAreNotCountedUp));
            for night in stay.nights() {
                let row = Night {
                    booking: booking.clone(),
                    line: held.line,
                    generation: held.generation,
                    code,
                    expires: Some(expires_at),
                };
                self.nights.insert((held.room.clone(), night), row);
            }
        }
        Holding { asked, rooms, expires_at }
    }

    /// Prolongs holds: those that are still the booking's, or nobody's since.
    fn prolong(
        &mut self,
        booking: &BookingId,
        stay: &Stay,
        needs: &[RoomNeed],
        now: Millis,
        expires_at: Millis,
    ) -> Vec<HeldRoom> {
        let mut rooms = Vec::new();
        for RoomNeed { line, generation, holds, .. } in needs {
            let Some(room) = holds else { continue };
            let is_its = |night: &Night| {
                night.booking == *booking && night.line == *line && night.generation == *generation
            };
            let keys: Vec<(RoomNumber, NaiveDate)> =
                stay.nights().map(|night| (room.clone(), night)).collect();
            let others = |key: &(RoomNumber, NaiveDate)| {
                let is_live = |night: &Night| night.expires.is_none_or(|expires| expires > now);
                self.nights.get(key).is_some_and(|night| !is_its(night) && is_live(night))
            };
            if keys.iter().any(others) {
                continue;
            }
            let known = self.nights.values().find(|night| is_its(night)).map(|night| night.code);
            let code = known.unwrap_or_else(|| {
                self.next_code += 1;
                self.next_code - 1
            });
            for key in keys {
                let is_booked = self.nights.get(&key).is_some_and(|n| is_its(n) && n.expires.is_none());
                let expires = (!is_booked).then_some(expires_at);
                let (booking, line, generation) = (booking.clone(), *line, *generation);
                self.nights.insert(key, Night { booking, line, generation, code, expires });
            }
            rooms.push(HeldRoom { line: *line, generation: *generation, room: room.clone() });
        }
        rooms
    }

    /// Lets go of what the booking holds and did not book.
    pub(crate) fn release(&mut self, booking: &BookingId) {
        let takes_all = self.planted.is(Mutation::ReleaseTakesReservations);
        if self.planted.is(Mutation::ReleaseDoesNothing) {
            return;
        }
        self.nights.retain(|_, night| night.booking != *booking || (night.expires.is_none() && !takes_all));
    }

    /// Books the room that the order's line holds. The same reference books once, however often it comes.
    pub(crate) fn book(&mut self, order: &RoomOrder, now: Millis) -> Result<Reservation, String> {
        if let Some(reservation) = self.find(&order.reference)
            && !self.planted.is(Mutation::BookForgetsReference)
        {
            return Ok(reservation);
        }
        let Reference { booking, line, generation } = &order.reference;
        let keys: Vec<(RoomNumber, NaiveDate)> =
            order.stay.nights().map(|night| (order.room.clone(), night)).collect();
        let holds = |key: &(RoomNumber, NaiveDate)| {
            self.nights.get(key).is_some_and(|night| {
                night.booking == *booking && night.line == *line && night.generation == *generation
            })
        };
        if !self.planted.is(Mutation::BookWithoutHold) && !keys.iter().all(holds) {
            return Err("the room is no longer held for this booking".to_owned());
        }
        let mut code = keys.first().and_then(|key| self.nights.get(key)).map_or(1, |night| night.code);
        if self.planted.is(Mutation::BookForgetsReference) && self.book.contains_key(&order.reference) {
            code = self.next_code;
            self.next_code += 1;
        }
        if !self.planted.is(Mutation::BookForgetsReference) && self.book.contains_key(&order.reference) {
            // The reference is the table's key: what was cancelled is not booked anew.
            return Err("the reservation was cancelled".to_owned());
        }
        for key in keys {
            let night = Night {
                booking: booking.clone(),
                line: *line,
                generation: *generation,
                code,
                expires: if self.planted.is(Mutation::BookKeepsExpiry) {
                    Some(now.plus(20_000))
                } else {
                    None
                },
            };
            self.nights.insert(key, night);
        }
        let code = ReservationCode::parse(&code.to_string()).expect("a code");
        let entry =
            Entry { code: code.clone(), room: order.room.clone(), stay: order.stay, is_cancelled: false };
        self.book.insert(order.reference.clone(), entry);
        Ok(Reservation { code, room: order.room.clone() })
    }

    /// The live reservation of a reference.
    pub(crate) fn find(&self, reference: &Reference) -> Option<Reservation> {
        let entry = self.book.get(reference).filter(|entry| !entry.is_cancelled)?;
        Some(Reservation { code: entry.code.clone(), room: entry.room.clone() })
    }

    /// Cancels a reservation and frees its nights.
    pub(crate) fn cancel(&mut self, reference: &Reference) -> Result<(), String> {
        let Some(entry) = self.book.get_mut(reference) else {
            return Err("there is no such reservation".to_owned());
        };
        entry.is_cancelled = true;
        if !self.planted.is(Mutation::CancelKeepsNights) {
            let (booking, line) = (&reference.booking, reference.line);
            self.nights.retain(|_, night| {
                night.booking != *booking || night.line != line || night.expires.is_some()
            });
        }
        Ok(())
    }
}
